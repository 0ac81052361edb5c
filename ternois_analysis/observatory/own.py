"""Indicators of one's own, for one session: which columns they may use, under which secrecy."""

import difflib
from collections.abc import Sequence

from ternois_analysis import catalog, indicators
from ternois_analysis.catalog import secrecy
from ternois_analysis.catalog.contributions import secret_columns
from ternois_analysis.errors import SchemaError, SecrecyError, explain
from ternois_analysis.observatory import gate
from ternois_analysis.observatory.prepared import ordinary

#: Classes whose figures their producer protects and publishes himself.
_PUBLISHED = ("SF11",)


def known_columns() -> tuple[str, ...]:
    """Every column that an indicator can use: those of the sources and of the catalogue."""
    declared = [
        column
        for source in catalog.sources().values()
        for column, facts in source.columns.items()
        if facts.kind in ("additive", "published")
    ]
    used = [column for name in ordinary() for column in _columns(name)]
    return tuple(dict.fromkeys([*declared, *used]))


def check_columns(name: str, columns: Sequence[str]) -> None:
    """Refuse columns that do not exist, and counts that only their own indicators protect.

    Raises
    ------
    SchemaError
        For an unknown column, with the nearest known one.
    SecrecyError
        For a column that is protected where its indicator is made, not by the gate.
    """
    known = known_columns()
    for column in columns:
        if column in known:
            continue
        near = difflib.get_close_matches(column, known, 1)
        do = f"Did you mean '{near[0]}'?" if near else "See the columns of data/sources.yml."
        raise SchemaError(
            explain(f"Columns of {name}", expected="columns of the sources", found=column, do=do)
        )
    for column, users in _unguarded(columns).items():
        raise SecrecyError(
            explain(
                f"Columns of {name}", expected="columns that are public or that the gate protects",
                found=f"{column}, protected inside {', '.join(users)} only",
                do="Use that indicator itself.",
            )
        )  # fmt: skip


def secrecy_class(columns: Sequence[str]) -> str:
    """Class of an indicator of some columns: that of the first that is not public."""
    facts, sent = secrecy.secrecy().columns, secret_columns()
    found = [
        facts[column].class_ if column in facts else sent[column]
        for column in columns
        if gate.secret(column)
    ]
    free = "SD0*" if any(column.startswith("craft_") for column in columns) else "SD0"
    return found[0] if found else free


def _columns(name: str) -> list[str]:
    """Columns that an indicator reads, all categories together."""
    entry = catalog.indicator(name)
    inputs = [entry.inputs, *entry.categories.values()]
    given = [each.column for mapping in inputs for each in mapping.values()]
    named = {argument for mapping in inputs for argument in mapping}
    return given + [a for a in indicators.arguments(name) if a not in named]


def _unguarded(columns: Sequence[str]) -> dict[str, list[str]]:
    """Columns used by indicators under a rule, that the gate does not know.

    The register's (`craft_…`) are all known to it: those not named in `secrecy.yml` are public.
    """
    found: dict[str, list[str]] = {}
    for name in ordinary():
        level = catalog.indicator(name).secrecy
        if level in _PUBLISHED or secrecy.secrecy_rule(level, "public").kind == "free":
            continue
        used = set(_columns(name))
        # The gate hides the value as soon as one of its columns is hidden: the others are public.
        if any(gate.secret(column) for column in used):
            continue
        for column in used & {c for c in columns if not c.startswith("craft_")}:
            found.setdefault(column, []).append(name)
    return found
