"""The quality of the sources that a quarter sees: all checks, and whether a run may go on."""

from collections.abc import Sequence

from ternois_analysis.errors import SourceError
from ternois_analysis.observatory import (
    concordance,
    epci_sums,
    integrity,
    reconciliation,
    register_checks,
)
from ternois_analysis.observatory.checks import Check
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.trail import lru_cache


@lru_cache(maxsize=8)
def checks(observatory: Observatory) -> tuple[Check, ...]:
    """All checks of all sources, worked out once.

    When a file cannot be read at all, the checks of sums are left out: they would stop on it.
    """
    columns = observatory.columns
    found = [*integrity.checks(columns), *register_checks.readable(columns)]
    if all(check.forcible for check in found if check.state == "block"):
        day = observatory.quarter.last_day.isoformat()
        found += reconciliation.checks(columns, observatory.gazetteer, day)
        found += epci_sums.checks(columns, observatory.gazetteer)
        found += register_checks.checks(columns)
        found += concordance.checks(columns)
    return tuple(found)


def faults(observatory: Observatory) -> tuple[Check, ...]:
    """The checks that block a run."""
    return tuple(check for check in checks(observatory) if check.state == "block")


def allowed(observatory: Observatory, *, force: bool = False) -> tuple[Check, ...]:
    """The faults with which a run goes on: none, unless it is forced.

    Parameters
    ----------
    observatory : Observatory
    force : bool
        Go on in spite of faults; the pages that they touch say so.

    Raises
    ------
    SourceError
        For each fault: source, check, expected, found, what to do. A file that cannot be read, or
        whose communes are not known, stops even a forced run: it has no figure to print.
    """
    found = faults(observatory)
    stopping = [check for check in found if not (force and check.forcible)]
    if stopping:
        raise SourceError(_refusal(stopping, force))
    return found


def _refusal(stopping: Sequence[Check], force: bool) -> str:
    lines = [f"- {check.message()}" for check in stopping]
    count = len(stopping)
    head = f"{count} check{'s' if count > 1 else ''} of the data failed; nothing was written"
    if force:
        tail = "--force cannot help here: these files have no figures to print."
    elif any(not check.forcible for check in stopping):
        tail = "Mend the data: --force does not read a file that is altered or has unknown codes."
    else:
        tail = "Mend the data, or go on with --force: the pages touched will say so."
    return "\n".join([f"{head}.", *lines, tail])
