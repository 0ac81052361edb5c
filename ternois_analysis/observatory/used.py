"""The sources and files that a quarter sees, and those that it lacks."""

from collections.abc import Sequence
from dataclasses import replace

from ternois_analysis import catalog, paths
from ternois_analysis.catalog import Source, SourceFile
from ternois_analysis.observatory import craft, programmes, values
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.quarters import Quarter
from ternois_analysis.sources import register


def files(columns: Columns, current: craft.Register | None) -> list[dict[str, str | bool]]:
    """One entry a file, bundled, installed or contributed, in the order of the catalogue.

    Parameters
    ----------
    columns : Columns
    current : Register, optional
        The register in force, the only one that is listed: it may be extracted after the last day.
    """
    registers = (craft.GENUINE, craft.DEMONSTRATION)
    return [
        _entry(name, entry, file)
        for name, entry in catalog.sources().items()
        for file in (
            _registers(name, entry, columns.quarter, current)
            if name in registers
            else columns.files(name)
        )
    ]


def sees(columns: Columns, source: str) -> bool:
    """What `Observatory.sees` says."""
    if source.startswith("registre"):
        return columns.register is not None
    if source.startswith("programmes"):
        return programmes.programmes_of(columns) is not None
    return bool(columns.files(source))


def absent(columns: Columns, indicators: Sequence[str]) -> tuple[str, ...]:
    """What `Observatory.absent` says."""
    found = [values.instances(name, columns) for name in indicators]
    if not found or any(instance.complete for each in found for instance in each):
        return ()
    wanted = dict.fromkeys(s for each in found for instance in each for s in instance.sources)
    return tuple(name for name in wanted if not sees(columns, name)) or tuple(wanted)


def _registers(
    name: str, entry: Source, quarter: Quarter, current: craft.Register | None
) -> list[SourceFile]:
    if current is None or current.source != name:
        return []
    if name == craft.DEMONSTRATION:
        return [file for file in entry.files if file.reference_date == current.extracted]
    held = register.in_force(quarter.last_day, quarter.freeze)
    day = current.extracted
    known = SourceFile(day, day, day, day, "", "", held.sha256 if held else "", 0)
    return [replace(known, received=held.received.isoformat())] if held else [known]


def _entry(name: str, entry: Source, file: SourceFile) -> dict[str, str | bool]:
    return {
        "source": name, "title": entry.title, "producer": entry.producer,
        "millesime": file.millesime, "part": file.part, "reference_date": file.reference_date,
        "available": file.available, "cog": file.cog, "path": _path(file),
        "sha256": file.sha256, "licence": entry.licence, "page": entry.page,
        "credit": entry.credit, "synthetic": entry.synthetic, "partial": file.partial,
    }  # fmt: skip


def _path(file: SourceFile) -> str:
    """Path as records give it: an installed file's says nothing of whose machine it is on."""
    if not file.delivery:
        return file.path
    return f"store/{file.path.removeprefix(str(paths.store())).lstrip('/')}"
