"""The one door for notebooks and economists: quarter + audience + territory → published values."""

from ternois_analysis.observatory.door import AUDIENCES, Observatory, observe
from ternois_analysis.observatory.values import COLUMNS

__all__ = ["AUDIENCES", "COLUMNS", "Observatory", "observe"]
