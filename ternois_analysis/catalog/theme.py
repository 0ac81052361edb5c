"""The facts of `data/theme.yml`: how the observatory of a house presents itself."""

import re
from dataclasses import dataclass
from pathlib import Path

from ternois_analysis import french, paths
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.catalog.territories import territories
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache

_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]*")


@dataclass(frozen=True)
class Theme:
    """Words and colours: `title` is the observatory's name, `subtitle` one line on its reports.

    `colour` (titles, bands) and `link` are `#RRGGBB`; `fonts` are families for running text.
    """

    title: str
    subtitle: str = ""
    colour: str = "#123a63"
    link: str = "#0b5394"
    fonts: tuple[str, ...] = ()


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> Theme:
    theme = build(Theme, load(path), path.name)
    wrong: list[tuple[str, str, object]] = []
    if not theme.title.strip():
        wrong.append(("title", "the name of the observatory", "nothing"))
    for name in ("colour", "link"):
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", getattr(theme, name)):
            wrong.append((name, 'a quoted colour such as "#123a63"', getattr(theme, name)))
    if names := [font for font in theme.fonts if not _FONT.fullmatch(font)]:
        wrong.append(("fonts", "names of families, such as Verdana", names))
    for what, expected, found in wrong:
        raise SchemaError(
            explain(f"{path.name}: {what}", expected=expected, found=found, do="Mend the file.")
        )
    return Theme(
        french.typeset(theme.title), french.typeset(theme.subtitle), theme.colour, theme.link,
        theme.fonts,
    )  # fmt: skip


def theme() -> Theme:
    """How the house presents itself; named after its Pays when it has no `data/theme.yml`.

    Raises
    ------
    SchemaError
        If an entry is malformed.
    """
    path = paths.data() / "theme.yml"
    if path.is_file():
        return _read(path, path.stat().st_mtime_ns)
    if not (paths.data() / "territories.yml").is_file():
        return Theme("Observatoire économique")
    facts = territories()
    name = french.of(facts.territories[facts.pays].name)
    return Theme(french.typeset(f"Observatoire économique {name}"))
