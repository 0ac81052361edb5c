"""The guide as one offline page: fiches, directory with its search, coverage of the trades."""

from pathlib import Path

from markupsafe import Markup

from ternois_analysis import french
from ternois_analysis.catalog.guide import Fiche, guide
from ternois_analysis.display import theme
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish import guide_text, layout, outside
from ternois_analysis.publish.guide import Guide

_FOLDER = Path(__file__).parent / "templates"
#: Distances that a reader may choose, in kilometres as the crow flies.
DISTANCES = (5, 10, 15, 20)


def render(content: Guide) -> str:
    """The page: one HTML text that loads nothing.

    Raises
    ------
    ReportError
        If it would load anything from elsewhere.
    """
    on = content.on.isoformat()
    html = layout.template("guide.html.j2").render(
        guide=content,
        topics=[
            (
                name,
                french.typeset(label),
                [_fiche(f, on) for f in content.fiches if f.topic == name],
            )
            for name, label in guide().topics.items()
        ],
        artisans=guide_text.artisans(content),
        trades=list(guide().trades),
        communes=_communes(content),
        places={
            str(code): [round(float(row["latitude"]), 4), round(float(row["longitude"]), 4)]
            for code, row in content.communes.dropna().iterrows()
        },
        distances=DISTANCES,
        maps=[_safe(block.to_html()) for block in content.maps],
        cover=[_safe(block.to_html()) for block in content.cover],
        wood=[_safe(block.to_html()) for block in content.wood],
        on=on,
        figures=_safe(theme.stylesheet()),
        own=_safe((_FOLDER / "guide.css").read_text(encoding="utf-8")),
        script=_safe((_FOLDER / "guide.js").read_text(encoding="utf-8")),
    )
    reached = outside.addresses(html)
    if reached:
        raise ReportError(
            explain("The guide would load from elsewhere", expected="a page whole in one file",
                    found=reached[:5], do="Take the address out of the fiche.")
        )  # fmt: skip
    return html


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - escaped by what makes it, or a file of this package


def _communes(content: Guide) -> list[tuple[str, str]]:
    named = content.communes["name"]
    return sorted(((str(c), str(n)) for c, n in named.items()), key=lambda p: french.plain(p[1]))


def _fiche(fiche: Fiche, on: str) -> dict[str, object]:
    return {
        "name": fiche.name,
        "title": french.typeset(fiche.title),
        "statements": [
            {"html": _safe(guide_text.html(statement)), "rank": rank, "until": until,
             "stale": bool(until) and until < on}
            for statement, rank, until in guide_text.rests(fiche)
        ],
        "origins": [
            {"source": french.typeset(origin.source), "page": origin.page,
             "until": origin.valid_until, "stale": origin.valid_until < on}
            for origin in fiche.origins
        ],
    }  # fmt: skip
