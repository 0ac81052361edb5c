"""The facts of the project as frozen dataclasses: sources, indicators, territories, secrecy."""

from ternois_analysis.catalog.indicators import (
    Indicator,
    Input,
    Interval,
    Reliability,
    indicator,
    indicators,
)
from ternois_analysis.catalog.sources import (
    Column,
    Source,
    SourceFile,
    source,
    source_of_column,
    sources,
)

__all__ = [
    "Column",
    "Indicator",
    "Input",
    "Interval",
    "Reliability",
    "Source",
    "SourceFile",
    "indicator",
    "indicators",
    "source",
    "source_of_column",
    "sources",
]
