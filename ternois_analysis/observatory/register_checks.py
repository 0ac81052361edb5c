"""Checks of the craft register: every row accounted for, known communes, what its import found."""

from collections.abc import Iterator

from ternois_analysis import catalog
from ternois_analysis.catalog.register import register as register_facts
from ternois_analysis.errors import TernoisError
from ternois_analysis.observatory import craft
from ternois_analysis.observatory.checks import Check, compared, counted
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.sources import register
from ternois_analysis.sources.register.told import told

#: Share of rows set aside above which a register is to be looked at.
_ASIDE = 0.05


def readable(columns: Columns) -> Iterator[Check]:
    """The check that fails when the register in force cannot be read; none when it can."""
    try:
        # Read here once, for all that follows.
        _ = columns.register
    except TernoisError as error:
        nothing = float("nan")
        name = craft.DEMONSTRATION if register.entries() == [] else craft.GENUINE
        yield Check(name, "file", "registre illisible", "", "", nothing, nothing, "block",
                    error=str(error), forcible=False)  # fmt: skip


def checks(columns: Columns) -> Iterator[Check]:
    """The checks of the register in force; none without one."""
    known = columns.register
    if known is None:
        return
    year, spells = known.extracted, known.spells
    entry = None
    if known.source == craft.GENUINE:
        entry = register.in_force(columns.quarter.last_day, columns.quarter.freeze)
    if entry is None:
        files = catalog.source(known.source).files
        came = float(next(file.rows for file in files if file.reference_date == year))
        aside = came - len(spells)
    else:
        came, aside = float(entry.rows_in), float(entry.rows_set_aside)
    yield compared(
        came, len(spells) + aside, known.source, "rows",
        "lignes du fichier, et lignes acceptées ou écartées", "rows in", year,
    )  # fmt: skip
    if came and aside > _ASIDE * came:
        yield Check(known.source, "finding", "lignes écartées", "rows set aside", year, 0.0, aside,
                    "watch")  # fmt: skip
    communes = set(columns.communes["commune"])
    yield counted(set(spells["commune"]) - communes, known.source, "codes", "codes inconnus",
                  "unknown codes", year)  # fmt: skip
    if entry is not None:
        titles = register_facts().checks
        for name in told(entry).get("about_the_file", ()):
            nothing = float("nan")
            yield Check(known.source, "finding", f"{name}, {titles[name].title}", name, year,
                        nothing, nothing, "watch")  # fmt: skip
