"""Files of partners, through the one intake: rows of text whose columns and words are known."""

from pathlib import Path

import pandas as pd

from ternois_analysis import french, quarters
from ternois_analysis.catalog.partners import OTHER, partners
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.quarters import FREEZE_DAYS, Quarter
from ternois_analysis.sources.formats import rows
from ternois_analysis.sources.formats.delivered import Ground
from ternois_analysis.sources.intake import Layout, receive
from ternois_analysis.sources.register.dates import parse


def table(paths: list[Path], name: str, ground: Ground) -> tuple[pd.DataFrame, list[str]]:
    """The rows of a partner's files, and what was left aside (French).

    Returns
    -------
    DataFrame
        The columns of the catalogue as text, `commune` in today's codes and in no other.

    Raises
    ------
    SourceError, SchemaError
        If a file cannot be read, or has a commune that is none.
    """
    facts = partners().files[name]
    layout = Layout(facts.aliases(), tuple(facts.columns), facts.required)
    received = [receive(path, layout) for path in paths]
    frame = pd.concat([each.frame for each in received], ignore_index=True)
    cut = sum(len(each.malformed) for each in received)
    if frame.empty:
        raise SchemaError(
            explain(f"{paths[0].name} has no row", expected="one row at least", found="none",
                    do="Check that it is the right file.")
        )  # fmt: skip
    where, lost = rows.today(frame["commune"], ground, paths[0].name)
    aside = [f"{french.number(cut)} lignes illisibles"] if cut else []
    aside += [f"{french.number(lost)} lignes sans commune"] if lost else []
    frame = frame.assign(commune=where)
    return frame[where != ""].reset_index(drop=True), aside


def kinds(texts: pd.Series, name: str) -> pd.Series:
    """Which kind each text means; `other` for one that the vocabulary does not have."""
    known = partners().files[name].meanings()
    said = {text: known.get(french.plain(text), OTHER) for text in texts.unique()}
    return texts.map(said).astype("str")


def names(name: str) -> tuple[str, ...]:
    """The kinds of a file, the unknown one last."""
    return tuple(partners().files[name].labels())


def days(texts: pd.Series, place: str) -> pd.Series:
    """Dates of a column, missing when empty.

    Raises
    ------
    SchemaError
        For texts that are no date, without printing them.
    """
    # A month alone is its first day: what counts is the quarter.
    found, reason, _ = parse(texts.str.replace(r"^(\d{4}-\d{2})$", r"\1-01", regex=True))
    bad = (texts != "") & found.isna()
    if bad.any():
        raise SchemaError(
            explain(place, expected="dates such as 30/09/2026",
                    found=f"{int(bad.sum())} cells: {reason[bad].iloc[0]}", do="Correct the file.")
        )  # fmt: skip
    return found


def quarter_of(newest: pd.Timestamp) -> Quarter:
    """The quarter that a file tells of: that of its newest date, or the one just over.

    Files come between the end of a quarter and its freeze: a newest date in those first days is of
    the quarter before.
    """
    own = Quarter(newest.year, newest.quarter)
    early = (newest.date() - own.first_day).days < FREEZE_DAYS
    return quarters.latest_complete(newest.date()) if early else own


def over_own(counts: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Counts with zeros for the communes of the territory, which the partner serves whole."""
    index = sorted(frozenset(counts.index) | frozenset(ground.own))
    return counts.reindex(index).astype("float64").fillna(0.0).rename_axis("code")
