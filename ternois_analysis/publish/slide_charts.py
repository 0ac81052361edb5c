"""Native charts of a slide: numbers that can be edited, and nothing that is not shown."""

import io
from datetime import datetime
from typing import Any

from ternois_analysis import french
from ternois_analysis.display import naming
from ternois_analysis.publish import lettering, slide_looks
from ternois_analysis.publish.plot import Plot, common, number_format
from ternois_analysis.publish.slide_looks import SIZE, SMALL
from ternois_analysis.publish.slide_text import Box

#: Names of bars stand at the left in at most this share of the box.
_NAMES = 0.42


def put(slide: Any, plot: Plot, box: Box, alt: str, moment: datetime) -> Any:
    """A chart with its workbook inside; the graphic frame.

    Parameters
    ----------
    slide : pptx.slide.Slide
    alt : str
        Alternative text.
    moment : datetime
        Date of the workbook inside.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Pt

    data = CategoryChartData(number_format=number_format(plot.indicator, unit=True))
    data.categories = list(names(plot))
    for line in plot.series:
        data.add_series(line.name or french.typeset(plot.indicator.short), line.numbers)
    kind = {
        "bars": XL_CHART_TYPE.BAR_CLUSTERED,
        "stacked": XL_CHART_TYPE.BAR_STACKED,
        "lines": XL_CHART_TYPE.LINE_MARKERS,
    }[plot.kind]
    frame = slide.shapes.add_chart(
        kind, Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height), data
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(plot, moment))
    slide_looks.common(chart, plot, _size(plot, box))
    if plot.kind == "stacked":
        slide_looks.stacked(chart, plot, (1 - _NAMES) * box.width)
    else:
        {"bars": slide_looks.bars, "lines": slide_looks.lines}[plot.kind](chart, plot)
    return frame


def names(plot: Plot) -> tuple[str, ...]:
    """What the axis of names says: a bar that is not shown has its sign beside its name."""
    if plot.kind == "lines":
        return plot.categories
    signs, ending = plot.series[0].signs, common(plot.categories)
    return tuple(
        naming.without(name, ending) + (f"{french.NBSP}: {sign}" if sign else "")
        for name, sign in zip(plot.categories, signs, strict=True)
    )


def _workbook(plot: Plot, moment: datetime) -> bytes:
    """The numbers where PowerPoint looks for them, texts that start a formula kept as texts."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    book = Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": moment.replace(tzinfo=None)})
    # The chart's references name the sheet as python-pptx does.
    sheet = book.add_worksheet("Sheet1")
    cell = book.add_format({"num_format": number_format(plot.indicator)})
    for row, name in enumerate(names(plot), start=1):
        sheet.write_string(row, 0, name)
    for column, line in enumerate(plot.series, start=1):
        sheet.write_string(0, column, line.name or french.typeset(plot.indicator.short))
        for row, number in enumerate(line.numbers, start=1):
            if number is not None:
                sheet.write_number(row, column, number, cell)
    sheet.set_column(0, 0, 40)
    book.close()
    return content.getvalue()


def _size(plot: Plot, box: Box) -> float:
    """A type size with which names leave most of the box to the bars."""
    if plot.kind == "lines":
        return SIZE
    each = box.height / max(len(plot.categories), 1)
    for size in (SIZE, SIZE - 1, SMALL):
        room = _NAMES * box.width / size
        lines = max(lettering.lines(name, room) for name in names(plot))
        if lines * size * lettering.LINE <= each:
            return size
    return SMALL
