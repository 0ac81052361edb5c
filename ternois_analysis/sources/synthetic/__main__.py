"""Writes the demonstration registers again: `python -m ternois_analysis.sources.synthetic`."""

from ternois_analysis.sources.synthetic.shipped import write

if __name__ == "__main__":
    write()
