"""Native charts of a workbook, on the numbers that stand in its last sheet."""

from typing import Any

from ternois_analysis.display import theme
from ternois_analysis.display.published import heading
from ternois_analysis.publish.plot import Plot, number_format

#: Sheet of the numbers behind the charts: a cell with a sign would be drawn as a zero.
NUMBERS = "Données des graphiques"
_WIDE, _TALL = 560, 300
_DASHES = ("solid", "dash", "square_dot", "dash_dot", "long_dash", "long_dash_dot")
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus")


def chart(book: Any, plot: Plot, top: int) -> Any:
    """A chart of the numbers whose heads stand in a row of the sheet of numbers."""
    kind = {"bars": {"type": "bar"}, "lines": {"type": "line"},
            "stacked": {"type": "bar", "subtype": "stacked"}}[plot.kind]  # fmt: skip
    made = book.add_chart(kind)
    last = top + len(plot.categories)
    for rank, _ in enumerate(plot.series):
        made.add_series(
            {
                "name": [NUMBERS, top, rank + 1],
                "categories": [NUMBERS, top + 1, 0, last, 0],
                "values": [NUMBERS, top + 1, rank + 1, last, rank + 1],
            }
            | _drawn(plot, rank)
        )
    made.set_title({"name": heading(plot.indicator), "name_font": {"size": 11},
                    "overlay": False})  # fmt: skip
    made.set_size({"width": _WIDE, "height": _TALL})
    made.show_blanks_as("gap")
    made.set_legend({"position": "bottom"} if len(plot.series) > 1 else {"none": True})
    axis = {"num_format": number_format(plot.indicator), "num_font": {"size": 9}}
    grid = {"major_gridlines": {"visible": True, "line": {"color": theme.FAINT}}}
    ends = {"min": 0, "max": 100} if plot.kind == "stacked" else {}
    names = {"num_font": {"size": 9}, "label_position": "low"}
    if plot.kind == "lines":
        made.set_x_axis(names)
        made.set_y_axis(axis | grid)
    else:
        # The library calls the horizontal axis of a bar chart x: that of its values.
        made.set_y_axis(names | {"reverse": True, "interval_unit": 1})
        made.set_x_axis(axis | grid | ends | {"label_position": "high"})
    return made


def _drawn(plot: Plot, rank: int) -> dict[str, Any]:
    bound = plot.series[rank].bound
    colour = theme.QUALITATIVE[rank if bound is None else bound]
    if bound is not None:
        return {"line": {"color": colour, "width": 1, "dash_type": "round_dot"}}
    if plot.kind == "lines":
        return {
            "line": {"color": colour, "width": 1.5 if rank else 2.5,
                     "dash_type": _DASHES[rank]},
            "marker": {"type": _MARKERS[rank], "size": 6,
                       "fill": {"color": colour}, "border": {"color": colour}},
        }  # fmt: skip
    if plot.kind == "stacked":
        shades = theme.sequential(len(plot.series)) if len(plot.series) <= 5 else theme.QUALITATIVE
        return {"fill": {"color": shades[rank]}, "border": {"color": theme.SOFT}, "gap": 40}
    label = {"value": True, "num_format": number_format(plot.indicator)}
    return {"fill": {"color": colour}, "gap": 45, "data_labels": label}
