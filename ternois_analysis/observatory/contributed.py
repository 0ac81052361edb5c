"""What partners contributed: which files an audience sees, and several senders as one table."""

from collections.abc import Iterable, Sequence

import pandas as pd

from ternois_analysis.catalog.contributions import PREFIX, contributions
from ternois_analysis.catalog.secrecy import audience as audience_facts
from ternois_analysis.catalog.sources import SourceFile


def seen(files: Iterable[SourceFile], audience: str) -> list[SourceFile]:
    """Files without the contributions that were replaced, or that an audience may not see.

    Of each sender and millésime only the last one counts, whoever may see it: what its sender
    withdrew from an audience does not come back to it in an older form.
    """
    listed = list(files)
    last: dict[tuple[str, str, str], SourceFile] = {}
    for file in listed:
        known = last.get(_of(file))
        if known is None or _moment(file) >= _moment(known):
            last[_of(file)] = file
    seeing = audience_facts(audience).sees
    return [
        file
        for file in listed
        if not file.sender or (last[_of(file)] is file and file.audience in seeing)
    ]


def _of(file: SourceFile) -> tuple[str, str, str]:
    return file.delivery, file.millesime, file.sender


def _moment(file: SourceFile) -> tuple[str, str]:
    return file.available, file.imported


def together(read: Sequence[tuple[SourceFile, pd.DataFrame]]) -> list[pd.DataFrame]:
    """Tables of communes, the contributions of several senders to one millésime as one table.

    Where two senders speak of one commune, their numbers are added for kinds of which each knows
    its own part, missing as soon as one is; for the others the last one is heard.
    """
    found: list[pd.DataFrame] = []
    own: dict[tuple[str, str], pd.DataFrame] = {}
    for file, frame in sorted(read, key=lambda each: _moment(each[0]) if each[0].sender else ()):
        if not file.sender:
            found.append(frame)
            continue
        known = own.get((file.delivery, file.millesime))
        join = _added if _adds(file) else _replaced
        own[file.delivery, file.millesime] = frame if known is None else join(known, frame)
    return [*found, *own.values()]


def _adds(file: SourceFile) -> bool:
    """Whether a contribution is added to those of other senders, rather than to replace them."""
    kind = contributions().kinds.get(file.delivery.removeprefix(PREFIX))
    return kind is not None and kind.senders == "add"


def _added(known: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    both = known.index.intersection(frame.index)
    sums = known.loc[both].add(frame.loc[both])
    alone = [each[~each.index.isin(both)] for each in (known, frame)]
    return pd.concat([sums, *alone])


def _replaced(known: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, known[~known.index.isin(frame.index)]])
