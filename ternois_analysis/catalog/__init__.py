"""The facts of the project as frozen dataclasses: sources, indicators, territories, secrecy."""

from ternois_analysis.catalog.deliveries import (
    Delivery,
    Edition,
    command,
    deliveries,
    delivery,
    fills,
)
from ternois_analysis.catalog.indicators import (
    Indicator,
    Input,
    Interval,
    Reliability,
    indicator,
    indicators,
    method,
)
from ternois_analysis.catalog.sources import (
    Column,
    Level,
    Source,
    SourceFile,
    bundled,
    not_comparable,
    source,
    source_of_column,
    sources,
)
from ternois_analysis.catalog.territories import TerritoryFacts, territories

__all__ = [
    "Column",
    "Delivery",
    "Edition",
    "Indicator",
    "Input",
    "Interval",
    "Level",
    "Reliability",
    "Source",
    "SourceFile",
    "TerritoryFacts",
    "bundled",
    "command",
    "deliveries",
    "delivery",
    "fills",
    "indicator",
    "indicators",
    "method",
    "not_comparable",
    "source",
    "source_of_column",
    "sources",
    "territories",
]
