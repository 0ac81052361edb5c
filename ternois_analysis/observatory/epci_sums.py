"""Figures published for EPCIs against the sums of their communes."""

from collections.abc import Iterator

import pandas as pd

from ternois_analysis.observatory.checks import Check, State, compared
from ternois_analysis.observatory.columns import Columns, vintage
from ternois_analysis.observatory.reconciliation import label
from ternois_analysis.territory import Gazetteer

#: Each commune's figure is rounded, and a producer may correct either level alone: half a percent.
_ROUNDED = 0.005


def checks(columns: Columns, gazetteer: Gazetteer) -> Iterator[Check]:
    """One check a counted column that is published for EPCIs too.

    An EPCI some of whose communes are hidden cannot be verified, but for this: the communes that
    are known must not count more than the EPCI. The composition is that of the year of the file's
    commune codes; where no table tells of that year, a gap is no proof and is only to be watched.
    """
    known = columns.levels.index.get_level_values("level") == "epci"
    figures = columns.levels[known].droplevel("level")
    added = [str(c) for c in figures.columns if columns.kinds.get(str(c)) == "additive"]
    for column in added:
        expected = figures[column].dropna()
        if len(expected) and gazetteer.memberships and column in columns.table:
            yield _check(column, expected, columns, gazetteer)


def _check(column: str, expected: pd.Series, columns: Columns, gazetteer: Gazetteer) -> Check:
    owner, year = columns.owner(column.partition("@")[0]), vintage(column)
    cogs = [
        file.cog
        for file in columns.files(owner)
        if file.millesime == year and (file.level or "") == "epci"
    ]
    rows, sure = _sums(column, expected, columns, gazetteer, max(cogs, default=year))
    slack = _ROUNDED * rows["expected"].abs()
    over = rows["found"].isna() & (rows["least"] > rows["expected"] + slack)
    wrong = rows[((rows["found"] - rows["expected"]).abs() > slack) | over]
    if len(wrong):
        first = wrong.iloc[0]
        found = first["least"] if pd.isna(first["found"]) else first["found"]
        state: State = "block" if sure else "watch"
        said = "" if sure else "composition de l’année du fichier inconnue"
        return Check(owner, "epci", f"{label(column)}, {first['label']}",
                     f"{column}, {wrong.index[0]}", year, float(first["expected"]), float(found),
                     state, said=said)  # fmt: skip
    whole = rows.dropna(subset="found")
    subject = f"{label(column)}, {len(whole)} EPCI vérifiables sur {len(expected)}"
    if whole.empty:
        told, nothing = "communes sous secret ou manquantes", float("nan")
        return Check(owner, "epci", subject, column, year, float(expected.sum()), nothing,
                     "unknown", said=told)  # fmt: skip
    total = float(whole["expected"].sum())
    return compared(total, float(whole["found"].sum()), owner, "epci", subject, column, year,
                    tolerance=_ROUNDED * total)  # fmt: skip


def _sums(
    column: str, expected: pd.Series, columns: Columns, gazetteer: Gazetteer, cog: str
) -> tuple[pd.DataFrame, bool]:
    """Published figure and sum of the communes of each EPCI, and whether they are surely its own.

    `found` is missing where a commune is; `least` adds up those that are known.
    """
    years = sorted(gazetteer.memberships)
    table = next((year for year in years if year >= cog), years[-1])
    then = gazetteer.membership(table)
    # A commune of today that was in two EPCIs counts in one of them: neither can be verified.
    pairs = pd.DataFrame(
        [
            (siren, code)
            for siren in expected.index
            if siren not in then.disputed
            for code in then.members.get(siren, ())
        ],
        columns=["siren", "commune"],
    )
    pairs["value"] = pairs["commune"].map(columns.table.set_index("commune")[column])
    groups = pairs.groupby("siren")["value"]
    least = groups.sum()
    rows = pd.DataFrame(
        {
            "label": least.index.map(then.names),
            "expected": expected.reindex(least.index),
            "found": least.where(groups.count() == groups.size()),
            "least": least,
        }
    )
    return rows, table == cog
