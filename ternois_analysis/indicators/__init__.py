"""Indicators: columns in, values out. One function, one catalogue entry, one worked example each.

An indicator never aggregates: its columns are totals of the territory already.
"""

from ternois_analysis.indicators.evaluation import (
    arguments,
    compute,
    estimate,
    lend,
    registry,
    with_interval,
)
from ternois_analysis.indicators.thresholds import judged, reliability

__all__ = [
    "arguments",
    "compute",
    "estimate",
    "judged",
    "lend",
    "registry",
    "reliability",
    "with_interval",
]
