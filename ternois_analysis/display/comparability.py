"""Which periods of a series may be compared: breaks are shown, never smoothed over."""

import pandas as pd

from ternois_analysis import catalog, french


def reason(values: pd.DataFrame, before: str, after: str) -> str:
    """Why two periods of some values may not be compared, in French; empty if they may.

    A period of several years is taken at its last one; quarters of a register always compare.
    """
    if "Q" in f"{before}{after}":
        return ""
    names = dict.fromkeys(name for listed in values["source"] for name in listed.split("+"))
    known = catalog.sources()
    found = (
        catalog.not_comparable(name, before[-4:], after[-4:]) for name in names if name in known
    )
    return next(filter(None, found), "")


def pieces(values: pd.DataFrame, periods: list[str]) -> tuple[list[int], str]:
    """Where the lines of a series are cut, and the note that says why.

    Returns
    -------
    tuple
        Positions from 0 to the number of periods: a line goes from one to before the next. Annual
        figures of a census whose first and last year compare make one line, for each of its points
        is an estimate of its year; two that do not compare are points without a line.
    """
    cuts, notes = [0], []
    lasting = reason(values, periods[0], periods[-1])
    for rank in range(1, len(periods)):
        why = reason(values, periods[rank - 1], periods[rank])
        if why and lasting:
            cuts.append(rank)
            notes.append(french.typeset(f"{why[:1].upper()}{why[1:]}."))
    return [*cuts, len(periods)], " ".join(dict.fromkeys(notes))
