"""Charts of published values: lines, bars, comparison with references, funnels, survival."""

from ternois_analysis.display.charts.bars import bars
from ternois_analysis.display.charts.comparison import spine
from ternois_analysis.display.charts.fan import fan
from ternois_analysis.display.charts.funnel import funnel
from ternois_analysis.display.charts.lines import series, survival
from ternois_analysis.display.charts.structure import ages

__all__ = ["ages", "bars", "fan", "funnel", "series", "spine", "survival"]
