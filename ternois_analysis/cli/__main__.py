"""`python -m ternois_analysis.cli`: the same as `ternois`."""

from ternois_analysis.cli import main

main()
