"""From a matplotlib figure to a small SVG that stays right in any page, offline and on any machine.

Text stays text (selectable, searchable, small) and every line of it carries the width that it has
in DejaVu Sans, so a reader whose machine lacks that font gets another one stretched to the same
width: nothing overlaps and nothing is cut. Equal figures give equal bytes.
"""

import hashlib
import html
import io
import re

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ternois_analysis.display import theme

#: Pixels in a point, as CSS counts them.
_PIXELS = 4 / 3

#: Colours that stand for the patterns of the signs until the SVG is written: matplotlib's own
#: hatches weigh up to 100 kB each.
SIGN_PAINT = {"s": "#010fe1", "n.s.": "#010fe2", "n.d.": "#010fe3"}

#: A text drawn with this gid gets a white halo.
HALO = "halo"

_PREAMBLE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
# matplotlib's rule on every element would reach the whole page that holds the figure.
_STYLE_RULE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>\s*", re.DOTALL)
_ROOT = re.compile(r'<svg [^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>')
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r'(?:url\(#|href="#)([^)"]+)')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_PATH = re.compile(r' d="([^"]*)"')
_CURVES = re.compile("[CQ]")
_COMMAND = re.compile(r"([MLz]) ?([^MLz]*)")
_IDLE_ZERO = re.compile(r"(?<![\d.])0\.")
_AROUND_LETTER = re.compile(r" ?([A-Za-z]) ?")
_TEXT = re.compile(r'<text style="([^"]*)"([^>]*)>([^<]*)</text>')
_HALO_GROUP = re.compile(rf'(<g id="{HALO}">\s*<text style=")')
_TURN_OF_ZERO = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_NO_TRACE = ("Date", "Creator", "Format", "Type")


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure and a sheet over all of it, whose coordinates are points from below left."""
    figure = Figure(figsize=(width / 72, height / 72))
    return figure, sheet(figure)


def sheet(figure: Figure) -> Axes:
    """Axes over the whole figure in points, without frame, above all others."""
    width, height = figure.get_size_inches() * 72
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), zorder=5)
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    axes.patch.set_visible(False)
    return axes


def panel(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes placed in points from the lower left of the figure."""
    whole, tall = figure.get_size_inches() * 72
    return figure.add_axes((left / whole, bottom / tall, width / whole, height / tall))


def demonstration(sheet: Axes) -> None:
    """The mark of invented data, across the figure: over its shapes, under its names and values."""
    (_, width), (_, height) = sheet.get_xlim(), sheet.get_ylim()
    text = theme.DEMONSTRATION
    size = min(30.0, 0.8 * width / theme.width(text, 1.0))
    sheet.text(
        width / 2, height / 2, text, size=size, rotation=18, ha="center", va="center",
        color=theme.INK, alpha=0.22, zorder=2.5, gid=HALO,
    )  # fmt: skip


def svg(figure: Figure, title: str, alt: str) -> str:
    """The figure as a whole SVG document with its accessible name and description.

    Parameters
    ----------
    figure : Figure
        Drawn within `theme.styled`.
    title, alt : str
        Plain text; escaped here.

    Returns
    -------
    str
        Ids start with a hash of the content, so several figures live in one page; no address
        but the namespaces'.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=dict.fromkeys(_NO_TRACE))
    text = _PREAMBLE.sub("", buffer.getvalue())
    text = _STYLE_RULE.sub("", _METADATA.sub("", text))
    text = _HALO_GROUP.sub(
        r"\1paint-order: stroke; stroke: #FFFFFF; stroke-width: 2.5px; stroke-linejoin: round; ",
        text,
    )
    text = _TEXT.sub(_fitted, text)
    text = _PATH.sub(_compact, text)
    text = _LONG_NUMBER.sub(lambda found: _short(found[0], 2), text)
    text = _patterned(text)
    used = set(_REFERENCE.findall(text))
    text = _ID.sub(lambda found: found[0] if found[1] in used else "", text)
    text = re.sub(r">\s+<", "><", text.replace("<g>", "<g >")).replace("<g >", "<g>")
    return _named(text, title, alt)


def _patterned(text: str) -> str:
    """Stand-in colours replaced by the patterns of their signs."""
    found = {sign: paint for sign, paint in SIGN_PAINT.items() if f"fill: {paint}" in text}
    for rank, paint in enumerate(found.values()):
        text = text.replace(f"fill: {paint}", f"fill: url(#sign{rank})")
    patterns = "".join(theme.pattern(sign, f"sign{rank}") for rank, sign in enumerate(found))
    return text.replace("</svg>", f"<defs>{patterns}</defs></svg>") if found else text


def _named(text: str, title: str, alt: str) -> str:
    key = "f" + hashlib.sha256(f"{title}\n{alt}\n{text}".encode()).hexdigest()[:9]
    text = _ID.sub(rf' id="{key}-\1"', text)
    text = re.sub(r'(url\(#|href="#)', rf"\1{key}-", text)
    size = _ROOT.search(text)
    if size is None:
        raise ValueError("matplotlib wrote an SVG without the expected root element")
    width, height = (_short(str(float(side) * _PIXELS), 0) for side in size.groups())
    root = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {size[1]} {size[2]}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-family="{theme.FONTS}" '
        'style="max-width: 100%; height: auto; stroke-linejoin: round">'
        f'<title id="{key}-title">{html.escape(title)}</title>'
        f'<desc id="{key}-desc">{html.escape(alt)}</desc>'
    )
    return text[: size.start()] + root + text[size.end() :].strip()


def _fitted(found: re.Match[str]) -> str:
    """A `<text>` without its font list, with the width it has in DejaVu Sans."""
    style, place, content = found.groups()
    size = re.search(r"font-size: ([\d.]+)px", style)
    if size is None:
        raise ValueError(f"matplotlib wrote a text without a size: {style}")
    bold = "font-weight: 700" in style
    length = theme.width(html.unescape(content), float(size[1]), bold)
    style = re.sub(r"font-family: [^;\"]*(; )?", "", style).rstrip("; ")
    place = _TURN_OF_ZERO.sub("", place)
    return (
        f'<text style="{style}"{place} textLength="{length:.1f}" '
        f'lengthAdjust="spacingAndGlyphs">{content}</text>'
    )


def _compact(found: re.Match[str]) -> str:
    """Path data without idle blanks; long outlines as steps of tenths of a point."""
    data = " ".join(found[1].split())
    if len(data) > 150 and not _CURVES.search(data):
        return f' d="{_stepped(data)}"'
    data = _LONG_NUMBER.sub(lambda number: _short(number[0], 1 if len(data) > 150 else 2), data)
    data = _AROUND_LETTER.sub(r"\1", data)
    return f' d="{data}"'


def _stepped(data: str) -> str:
    """`M 0 0 L 10.04 5 z` gives `m0 0l10 5z`; each step ends on a whole tenth, so none drifts."""
    parts: list[str] = []
    x = y = 0
    start = x, y
    for letter, numbers in _COMMAND.findall(data):
        if letter == "z":
            parts.append("z")
            x, y = start
            continue
        across, up = (round(float(number) * 10) for number in numbers.split())
        if letter == "M":
            start = across, up
        elif (across, up) == (x, y):
            continue
        parts.append(f"{letter.lower()}{(across - x) / 10:g} {(up - y) / 10:g}")
        x, y = across, up
    return _IDLE_ZERO.sub(".", "".join(parts)).replace(" -", "-")


def _short(number: str, digits: int) -> str:
    text = f"{float(number):.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
