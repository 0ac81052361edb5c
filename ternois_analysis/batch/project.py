"""The project folder of another Pays: its own facts, the bundled data and the pages."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from ternois_analysis import catalog, french, paths
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import Observatory, ground
from ternois_analysis.observatory.columns import geography
from ternois_analysis.sources.read import location
from ternois_analysis.territory import founding, shapes
from ternois_analysis.territory.founding import Founding

CHAMBER = "Chambre de métiers et de l’artisanat"
#: Sources that tell of one Pays; those of demonstration do not follow.
_OWN = ("registre", "registre_demo", "programmes", "programmes_demo")


def founded(observatory: Observatory, name: str, sirens: Iterable[str]) -> Founding:
    """The facts of a Pays, with a remark when its EPCIs do not touch each other.

    Raises
    ------
    TerritoryError
        For a name or a SIREN that does not do.
    """
    cog = geography(observatory.quarter)[2]
    day = observatory.quarter.last_day.isoformat()
    return founding.found(observatory.gazetteer, name, list(sirens), day, cog)


def apart(observatory: Observatory, found: Founding) -> tuple[str, ...]:
    """Labels of the EPCIs that no chain of neighbours ties to the first one."""
    reached, waiting = {found.epcis[0].id}, [found.epcis[0]]
    while waiting:
        epci = waiting.pop()
        others = [other for other in found.epcis if other.id not in reached]
        near = shapes.neighbours(ground.contours(observatory, epci), epci, others)
        reached |= {other.id for other in near}
        waiting += near
    return tuple(epci.label for epci in found.epcis if epci.id not in reached)


def write(found: Founding, folder: Path, day: str, *, chamber: str = CHAMBER) -> Path:
    """Write a project folder that `ternois run` runs, made from the house in force.

    The bundled files are copied, some fifteen megabytes: the project stays whole when it is moved,
    and as it is when the code is brought up to date. What tells of another Pays is left behind:
    its registers, programmes, public claims and published totals.

    Parameters
    ----------
    found : Founding
    folder : Path
        A new or empty folder outside the house in force; it is there whole or not at all.
    day : str
        ISO day of the composition.
    chamber : str
        Name of the chamber of crafts that sends the register.

    Raises
    ------
    ReportError
        If the folder is not empty, lies inside the house in force, or cannot be written.
    """
    _check_free(folder)
    try:
        return _written(found, folder, day, chamber)
    except OSError as error:
        raise ReportError(
            explain(f"{folder} cannot hold the project",
                    expected="a place where a folder may be made, and some twenty megabytes",
                    found=error.strerror or error, do="Name another with --out.")
        ) from error  # fmt: skip


def _written(found: Founding, folder: Path, day: str, chamber: str) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ternois-", dir=folder.parent) as draft:
        house = Path(draft) / "house"
        _copy(house)
        for path, text in _texts(found, day, chamber).items():
            (house / path).parent.mkdir(parents=True, exist_ok=True)
            (house / path).write_text(text, encoding="utf-8")
        for notebook in sorted(paths.notebooks().glob("*.ipynb")):
            text = _page(notebook.read_text(encoding="utf-8"), found.name.id)
            (house / "notebooks").mkdir(exist_ok=True)
            (house / "notebooks" / notebook.name).write_text(text, encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        house.rename(folder)
    return folder


def _check_free(folder: Path) -> None:
    full = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    inside = folder.resolve().is_relative_to(paths.data().resolve())
    if full or inside:
        raise ReportError(
            explain(
                f"{folder} cannot hold the project",
                expected="a new or empty folder outside the data of another project",
                found="something there" if full else "a folder of data",
                do="Name another with --out.",
            )
        )


def _copy(house: Path) -> None:
    """The files that the catalogue declares, but those of one Pays; the fiches of the guide."""
    model = paths.house()
    for name, source in catalog.sources().items():
        for file in () if name in _OWN else catalog.bundled(name):
            path = location(source, file)
            target = house / path.relative_to(model)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for path in sorted((paths.data() / "guide").glob("*.md")):
        target = house / path.relative_to(model)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _texts(found: Founding, day: str, chamber: str) -> dict[str, str]:
    """The files that are written rather than copied, by path."""
    name = found.name
    words = {
        "name": name,
        "label": name.label,
        "of": french.of(name.sentence),
        "title": f"Observatoire économique {french.of(name.sentence)}",
        "epcis": french.listing([epci.label for epci in found.epcis], "and"),
        "day": day,
        "chamber": chamber,
        "facts": _dumped(found.facts),
    }
    env = Environment(
        loader=PackageLoader("ternois_analysis.batch"), undefined=StrictUndefined,
        keep_trailing_newline=True, autoescape=False,  # noqa: S701 - YAML and Markdown
    )  # fmt: skip
    env.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    templates = {
        "README.md": "README.md.j2",
        "data/territories.yml": "territories.yml.j2",
        "data/theme.yml": "theme.yml.j2",
        "data/catalog/guide.yml": "guide.yml.j2",
    }
    made = {path: env.get_template(file).render(words) for path, file in templates.items()}
    own = env.get_template("sources.yml.j2").render(words)
    made["data/sources.yml"] = _with_sources(own)
    known = paths.data() / "published.yml"
    if known.is_file():
        made["data/published.yml"] = _without(
            known.read_text(encoding="utf-8"), ("totals", "members")
        )
    made[".gitignore"] = "reports/\n.ipynb_checkpoints/\n"
    return made


def _dumped(facts: Mapping[str, Any]) -> str:
    """The facts in YAML, one key a paragraph, every text quoted."""
    return "\n".join(
        yaml.dump({key: value}, Dumper=_Quoting, allow_unicode=True, sort_keys=False, width=10_000)
        for key, value in facts.items()
    )


class _Quoting(yaml.SafeDumper):
    """Values between quotes: a code, a year or a date stays a text when it is changed by hand."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        """A mapping whose values are quoted, and its keys where they are digits."""
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, value in node.value:
            if key.value[:1].isdigit():
                key.style = '"'
            for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if isinstance(each, yaml.ScalarNode):
                    each.style = '"'
        return node


def _with_sources(own: str) -> str:
    """The catalogue of sources of the house in force, with the entries of the new Pays."""
    text = (paths.data() / "sources.yml").read_text(encoding="utf-8")
    for name in _OWN:
        text, _ = _taken(text, rf"  {name}:", "   ")
    at = re.search(r"^sources:\n", text, re.M)
    end = at.end() if at else 0
    return f"{text[:end]}\n{own}{text[end:]}"


def _without(text: str, keys: Iterable[str]) -> str:
    """A YAML text without some of its first keys and the comments that stand above them."""
    for key in keys:
        text, start = _taken(text, f"{key}:", " ")
        lines = text[:start].splitlines(keepends=True)
        while lines and lines[-1].startswith("#"):
            lines.pop()
        text = "".join(lines) + text[start:]
    return text


def _taken(text: str, head: str, indent: str) -> tuple[str, int]:
    """A YAML text without one of its entries, and where the entry stood."""
    found = re.search(rf"^{head}\n(?:{indent}.*\n|\n)*", text, re.M)
    if found is None:
        return text, len(text)
    return text[: found.start()] + text[found.end() :], found.start()


def _page(text: str, territory: str) -> str:
    """A notebook whose territory is another Pays, without what it showed of the first."""
    book = json.loads(text)
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        cell["outputs"], cell["execution_count"] = [], None
        if "parameters" in cell["metadata"].get("tags", ()):
            source = re.sub(r'(?m)^(territory: str = )".*"', rf'\1"{territory}"',
                            "".join(cell["source"]))  # fmt: skip
            cell["source"] = source.splitlines(keepends=True)
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"
