"""Whether what a report prints may be published: same figures, sound sources, audited secrets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ternois_analysis import catalog, secrecy
from ternois_analysis.catalog import comments
from ternois_analysis.errors import ReportError, SourceError, explain
from ternois_analysis.observatory import gate, owner_exits, quality, takeovers
from ternois_analysis.observatory.door import Observatory

_KEY = ["territory", "indicator", "category", "period"]


@dataclass(frozen=True)
class Audited:
    """Cells hidden from an audience and how many of them are proved safe; 0 of 0 without any.

    `invented` ones are of the demonstration register: they are audited, never recorded.
    """

    hidden: int = 0
    safe: int = 0
    invented: bool = False


def sound(observatory: Observatory) -> None:
    """Stop if a check of the quarter's data blocks.

    Raises
    ------
    SourceError
        With every fault.
    """
    faults = quality.faults(observatory)
    if faults:
        raise SourceError(
            explain(
                f"{observatory.quarter} cannot be published: checks of its data fail",
                expected="no blocking check",
                found=[fault.message() for fault in faults],
                do="Mend the data, run the quarter again without --force, then publish.",
            )
        )


def agree(observatory: Observatory, printed: pd.DataFrame) -> None:
    """Stop if a report prints another figure than the observatory gives today.

    Data installed, or editions published, since the report was made may have changed a figure or
    what must be hidden: such a report was never audited.

    Parameters
    ----------
    observatory : Observatory
    printed : DataFrame
        Rows of `values.csv` of one or more territories: the columns of `observatory.COLUMNS`.

    Raises
    ------
    ReportError
        Naming the first figure that differs.
    """
    known = catalog.indicators()
    ordinary = {name for name, entry in known.items() if not entry.computed}
    rows = printed[printed["indicator"].isin(ordinary)].drop_duplicates(_KEY)
    if rows.empty:
        return
    both = rows.merge(_current(observatory, rows), on=_KEY, how="left", suffixes=("", "_now"))
    shown = both["status"] == "ok"
    other = shown & (
        (both["status_now"] != "ok") | ~np.isclose(both["value"], both["value_now"], rtol=1e-9)
    )
    if other.any():
        first = both[other].iloc[0]
        raise ReportError(
            explain(
                f"The reports of {observatory.quarter} for {observatory.audience} are not of today",
                expected=f"{' '.join(first[_KEY])}: {first['status_now']} {first['value_now']:g}",
                found=f"{first['status']} {first['value']:g}, and {int(other.sum()) - 1} more",
                do=f"Run them again: ternois run --quarter {observatory.quarter} "
                f"--audience {observatory.audience}",
            )
        )


def _current(observatory: Observatory, rows: pd.DataFrame) -> pd.DataFrame:
    """What is given today of the territories and indicators of some rows, one row a key."""
    places, names = list(rows["territory"].unique()), set(rows["indicator"])
    given = [observatory.values(places, sorted(names), series=True)]
    # Pages print these under an indicator's name though no function of columns makes them.
    if takeovers.NAME in names:
        given.append(takeovers.history(observatory))
    if owner_exits.NAME in names:
        territories = [observatory.territory(place) for place in places]
        given.append(owner_exits.sensitivity(observatory, territories))
    return pd.concat(given, ignore_index=True).drop_duplicates(_KEY)


def audited(observatory: Observatory) -> Audited:
    """Work out every bound of every hidden cell, against all that was published before.

    Raises
    ------
    SecrecyError
        If a hidden cell can be found, or follows from earlier editions.
    """
    shield = observatory.protection
    if shield is None or not shield.hides:
        return Audited()
    rows = gate.proof(observatory.columns, observatory.gazetteer, observatory.audience, shield)
    secrecy.check(rows)
    return Audited(len(rows), int(rows["safe"].sum()), invented=_invented(observatory))


def released(observatory: Observatory) -> Path | None:
    """Write the cells published to an audience in the release register; None where none is secret.

    Cells of the demonstration register are left out: an audit of genuine cells must not reason
    from invented ones.

    Raises
    ------
    SecrecyError
        If the register of releases was altered.
    """
    shield = observatory.protection
    if shield is None or not shield.hides or _invented(observatory):
        return None
    return gate.record(observatory.columns, observatory.gazetteer, observatory.audience, shield)


def _invented(observatory: Observatory) -> bool:
    register = observatory.columns.register
    return register is not None and register.synthetic


def same_inputs(
    observatory: Observatory, made_from: Sequence[Mapping[str, object]], territory: str
) -> None:
    """Stop if the files that the quarter sees are not those that a report was made from.

    Raises
    ------
    ReportError
        Naming the first file that differs.
    """

    def named(files: Sequence[Mapping[str, object]]) -> dict[str, object]:
        return {f"{f['source']} {f['millesime']} {f.get('part', '')}".strip(): f.get("sha256")
                for f in files}  # fmt: skip

    before, now = named(made_from), named(observatory.sources_used())
    other = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if other:
        raise ReportError(
            explain(
                f"{territory}, {observatory.audience}: files have changed since the report",
                expected="the files that it was made from",
                found=other[:5],
                do=f"Run the quarter again: ternois run --quarter {observatory.quarter} "
                f"--audience {observatory.audience}",
            )
        )


def same_comments(
    shown: Mapping[str, Mapping[str, str]], quarter: str, audience: str
) -> list[dict[str, str]]:
    """The authors' comments that reports show, once each is as it was when they were made.

    Parameters
    ----------
    shown : mapping
        By territory, the SHA-256 of each comment by path, as the records of the runs have them.

    Returns
    -------
    list of dict
        One entry a file, as `inputs` has them.

    Raises
    ------
    ReportError
        Naming the territories whose comments were changed, added or removed since.
    """
    now = {territory: comments.hashes(territory) for territory in shown}
    other = [territory for territory, files in shown.items() if now[territory] != dict(files)]
    if other:
        raise ReportError(
            explain(
                f"Comments have changed since the reports of {quarter} for {audience} were made",
                expected="the comments that the pages show",
                found=other,
                do=f"Run these territories again: ternois run --quarter {quarter} "
                f"--audience {audience} --territory {other[0]}",
            )
        )
    return [
        {"source": "comments", "millesime": "", "part": territory, "path": path, "sha256": sha}
        for territory, files in now.items()
        for path, sha in files.items()
    ]
