"""Accepted rows → communes × columns: nothing too small, nothing said that was not."""

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog.contributions import (
    ContributionKind,
    contributed_source,
    contributions,
)
from ternois_analysis.sources.contributions.accept import Intake
from ternois_analysis.sources.formats.delivered import SECRET


def table(intake: Intake) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Columns of the source by commune, and the signs of what the sender hid.

    A commune one of whose rows was set aside is unknown: its total would be too small; it stays in
    the table, missing, where the numbers of several senders are added. A category
    without a row counts for zero only in a territory that the sender covers, for kinds that say so,
    and only if every row of the file could be given to a commune.

    Returns
    -------
    tuple of DataFrame
        Floats indexed by `code`; then columns code, column, sign. Both are empty where nothing can
        be counted: no row accepted out of several, or a thing that belongs nowhere.
    """
    kind = contributions().kinds[intake.sending.kind]
    rows, whole = intake.accepted, intake.sending.covers
    nothing = not len(rows) and intake.facts["rows_in"] > 0
    sure = kind.absence_is_zero and bool(whole) and not intake.unplaced
    if nothing or (kind.items and not sure):
        return pd.DataFrame(), pd.DataFrame(columns=["code", "column", "sign"])
    listed = frozenset(rows["commune"]) | (whole if sure else frozenset())
    # Where numbers are added to those of others, an unknown one must be seen.
    unsure = intake.doubtful
    shown = listed | unsure | whole if kind.senders == "add" else listed - unsure
    codes = pd.Index(sorted(shown), name="code")
    known = catalog.source(contributed_source(intake.sending.kind)).columns
    choices = list(kind.columns[kind.category].choices) if kind.category else [""]
    columns: dict[str, pd.Series] = {}
    hidden: dict[str, pd.Series] = {}
    for column in kind.added:
        cuts = {}
        for choice in choices:
            own = rows[rows[kind.category] == choice] if kind.category else rows
            cuts[choice] = _sums(own, column, kind).reindex(codes)
            if sure:
                present = own["commune"].unique()
                cuts[choice] = cuts[choice].mask(~codes.isin(present), 0.0)
            cuts[choice] = cuts[choice].mask(codes.isin(list(unsure)))
            name = f"{kind.split(column)}#{choice}"
            hidden[name] = _hidden(own, column, codes)
        split = pd.DataFrame(cuts, index=codes)
        columns[column] = split.sum(axis=1, skipna=False)
        hidden[column] = pd.DataFrame(
            {c: hidden[f"{kind.split(column)}#{c}"] for c in choices}
        ).any(axis=1)
        if kind.split(column) in known:
            columns |= {f"{kind.split(column)}#{choice}": split[choice] for choice in choices}
    made = pd.DataFrame(columns, index=codes)
    marks = [(code, name, SECRET) for name in made for code in codes[hidden[str(name)].to_numpy()]]
    return made, pd.DataFrame(marks, columns=["code", "column", "sign"], dtype="str")


def _sums(rows: pd.DataFrame, column: str, kind: ContributionKind) -> pd.Series:
    """Sum by commune, missing where one of its numbers is; the number of rows for their count."""
    where = rows["commune"]
    if kind.items and column == kind.items.name:
        return where.groupby(where).size().astype("float64")
    gaps = rows[column].isna().groupby(where).any()
    return rows[column].groupby(where).sum().mask(gaps)


def _hidden(rows: pd.DataFrame, column: str, codes: pd.Index) -> pd.Series:
    name = f"{column}_hidden"
    if name not in rows:
        return pd.Series(False, index=codes)
    inside = rows.loc[rows[name].astype(bool), "commune"]
    return pd.Series(codes.isin(inside), index=codes)
