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
from ternois_analysis.catalog.territories import TerritoryFacts, territories

__all__ = [
    "Column",
    "Indicator",
    "Input",
    "Interval",
    "Reliability",
    "Source",
    "SourceFile",
    "TerritoryFacts",
    "indicator",
    "indicators",
    "source",
    "source_of_column",
    "sources",
    "territories",
]
