"""How native charts look: colours, dashes and markers that tell series apart without colour."""

from typing import Any

from ternois_analysis.display import theme
from ternois_analysis.display.published import is_change, written
from ternois_analysis.publish import lettering
from ternois_analysis.publish.plot import Plot, number_format
from ternois_analysis.publish.slide_text import LANGUAGE

#: Type size in points with which labels of parts are reckoned.
SIZE, SMALL = 11.0, 9.0
_DASHES = ("SOLID", "DASH", "SQUARE_DOT", "DASH_DOT", "LONG_DASH", "LONG_DASH_DOT")
_MARKERS = ("CIRCLE", "SQUARE", "TRIANGLE", "DIAMOND", "X", "PLUS")
#: Room for the label after the longest bar, in bars as long.
_LABEL = 0.22
#: Points on a line under which each is labelled with its value.
_LABELLED = 10


def common(chart: Any, plot: Plot, size: float) -> None:
    """French, no title of its own, gaps where nothing is shown, a legend for several series."""
    from lxml import etree
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    chart.font.size = Pt(size)
    chart.has_title = False
    space = chart._chartSpace
    language = etree.Element(qn("c:lang"))
    language.set("val", LANGUAGE)
    rounded = space.find(qn("c:roundedCorners"))
    first = space.find(qn("c:date1904"))
    if first is not None:
        first.addnext(language)
    else:
        space.insert(0, language)
    if rounded is None:
        corners = etree.Element(qn("c:roundedCorners"))
        corners.set("val", "0")
        language.addnext(corners)
    blanks = space.chart.find(qn("c:dispBlanksAs"))
    if blanks is not None:
        blanks.set("val", "gap")
    several = len(plot.series) > 1
    chart.has_legend = several
    if several:
        chart.legend.position = (
            XL_LEGEND_POSITION.TOP if plot.kind == "stacked" else XL_LEGEND_POSITION.BOTTOM
        )
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(size)


def bars(chart: Any, plot: Plot) -> None:
    """Bars from zero, each with its value after it, and no other scale."""
    from pptx.enum.chart import XL_LABEL_POSITION

    _upside(chart)
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    numbers = [number for number in plot.series[0].numbers if number is not None]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    room = _LABEL * ((high - low) or 1.0)
    chart.value_axis.minimum_scale = low - (room if low else 0)
    chart.value_axis.maximum_scale = high + (room if high or not low else 0)
    drawn = chart.plots[0]
    drawn.gap_width, drawn.vary_by_categories = 45, False
    drawn.has_data_labels = True
    labels = drawn.data_labels
    labels.number_format = number_format(plot.indicator, unit=True)
    labels.number_format_is_linked = False
    labels.position, labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
    series = drawn.series[0]
    series.invert_if_negative = False
    _painted(series.format.fill, theme.QUALITATIVE[0])


def stacked(chart: Any, plot: Plot, wide: float) -> None:
    """Parts of a hundred, with their value where it fits: a whole bar is `wide` points."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    _upside(chart)
    axis = chart.value_axis
    axis.visible, axis.has_major_gridlines = False, False
    axis.minimum_scale, axis.maximum_scale = 0, 100
    drawn = chart.plots[0]
    drawn.gap_width, drawn.overlap = 40, 100
    colours = theme.sequential(len(plot.series)) if len(plot.series) <= 5 else theme.QUALITATIVE
    for series, line, colour in zip(drawn.series, plot.series, colours, strict=False):
        _painted(series.format.fill, colour)
        _painted(series.format.line, theme.SOFT)
        for rank, number in enumerate(line.numbers):
            if number is None:
                continue
            text, room = written(number, plot.indicator, unit=False), number / 100 * wide
            # Rather a smaller value than none.
            small = (lettering.width(text) + 1) * SIZE > room
            if not small or lettering.width(text) * SMALL <= room:
                label = series.points[rank].data_label
                label.font.size = Pt(SMALL if small else SIZE)
                label.position = XL_LABEL_POSITION.CENTER
                label.font.color.rgb = RGBColor.from_string(theme.ink_on(colour)[1:])
                _shown(label, plot)


def _shown(label: Any, plot: Plot) -> None:
    """The value of a point as its label, in the format of the indicator."""
    from lxml import etree
    from pptx.oxml.ns import qn

    element = label._get_or_add_dLbl()
    for old in element.findall(qn("c:numFmt")):
        element.remove(old)
    form = etree.Element(qn("c:numFmt"))
    form.set("formatCode", number_format(plot.indicator))
    form.set("sourceLinked", "0")
    element.find(qn("c:idx")).addnext(form)
    for name, value in (("showVal", "1"), ("showCatName", "0"), ("showSerName", "0")):
        element.find(qn(f"c:{name}")).set("val", value)


def _upside(chart: Any) -> None:
    """Bars from top to bottom in the order of the values, their names at the left of negatives."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    axis = chart.category_axis
    axis.reverse_order = True
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = False
    _every_name(axis)
    _painted(axis.format.line, theme.LINE)


def _every_name(axis: Any) -> None:
    """Programs leave names out where they find them too near; here the room is reckoned before."""
    from lxml import etree
    from pptx.oxml.ns import qn

    skip = etree.Element(qn("c:tickLblSkip"))
    skip.set("val", "1")
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def lines(chart: Any, plot: Plot) -> None:
    """Lines with markers; ends of intervals are thin and dotted in the colour of their line."""
    from pptx.enum.chart import (
        XL_LABEL_POSITION,
        XL_MARKER_STYLE,
        XL_TICK_LABEL_POSITION,
        XL_TICK_MARK,
    )
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    value, category = chart.value_axis, chart.category_axis
    value.tick_labels.number_format = number_format(plot.indicator)
    value.tick_labels.number_format_is_linked = False
    value.major_tick_mark = category.major_tick_mark = XL_TICK_MARK.NONE
    _painted(value.major_gridlines.format.line, theme.FAINT)
    value.format.line.fill.background()
    if is_change(plot.indicator):
        category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    alone = sum(line.bound is None for line in plot.series) == 1
    for rank, (series, line) in enumerate(zip(chart.plots[0].series, plot.series, strict=True)):
        style = rank if line.bound is None else line.bound
        colour = theme.QUALITATIVE[style]
        series.smooth = False
        _painted(series.format.line, colour)
        if line.bound is not None:
            series.format.line.width = Pt(1)
            series.format.line.dash_style = MSO_LINE.ROUND_DOT
            series.marker.style = XL_MARKER_STYLE.NONE
            continue
        series.format.line.width = Pt(1.5 if rank else 2.5)
        series.format.line.dash_style = getattr(MSO_LINE, _DASHES[style])
        series.marker.style = getattr(XL_MARKER_STYLE, _MARKERS[style])
        series.marker.size = 7
        _painted(series.marker.format.fill, colour)
        _painted(series.marker.format.line, colour)
        if alone and len(plot.categories) <= _LABELLED:
            labels = series.data_labels
            labels.show_value, labels.position = True, XL_LABEL_POSITION.ABOVE
            labels.number_format = number_format(plot.indicator)
            labels.number_format_is_linked = False


def _painted(part: Any, colour: str) -> None:
    """A fill, or the fill of a line, in one colour."""
    from pptx.dml.color import RGBColor

    fill = part.fill if hasattr(part, "fill") else part
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(colour.removeprefix("#"))
