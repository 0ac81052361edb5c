"""Still figures as pictures, for formats that take no SVG."""

import os
import re
from dataclasses import dataclass
from functools import lru_cache

from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish import pdf

_RESOLUTION = 200
_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)[a-z]*"[^>]*?\bheight="([\d.]+)[a-z]*"')
_POINTS = 0.75
_PAGE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(font: "DejaVu Sans", lang: "fr")
#image("figure.svg", width: %.2fpt)
"""


@dataclass(frozen=True)
class Picture:
    """A PNG, and its width over its height."""

    content: bytes
    ratio: float


@lru_cache(maxsize=64)
def picture(svg: str, what: str) -> Picture:
    """A figure at 200 dots an inch, on white.

    Parameters
    ----------
    svg : str
        A whole SVG document with its size in pixels.
    what : str
        Names the figure in an error.

    Raises
    ------
    ReportError
        If a font is missing, the SVG has no size, or it cannot be drawn.
    """
    import typst

    size = _SIZE.search(svg)
    if size is None:
        raise _refused(what, "no size")
    width, height = (float(side) * _POINTS for side in size.groups())
    if pdf._starter() != os.getpid():
        raise _refused(what, "a process forked after Typst had started")
    try:
        made = typst.compile(
            {"main": _PAGE % width, "figure.svg": svg.encode()},
            font_paths=pdf.fonts(pdf.font_folder()),
            format="png",
            ppi=_RESOLUTION,
        )
    except typst.TypstError as error:
        raise _refused(what, error.message) from error
    return Picture(bytes(made), width / height)


def _refused(what: str, found: str) -> ReportError:
    return ReportError(
        explain(
            f"The figure « {what} » cannot be made a picture",
            expected="a whole SVG document with its size, in a process where Typst starts",
            found=found,
            do="Mend the figure, or write slides after the last fork.",
        )
    )
