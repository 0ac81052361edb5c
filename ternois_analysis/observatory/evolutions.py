"""What moved between two quarters, and why: data, millésime, method, perimeter, correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.methods.specificity import adjusted_p
from ternois_analysis.observatory import fingerprints, significance, values
from ternois_analysis.observatory.comparable import WITHHELD, incomparable, is_secret
from ternois_analysis.observatory.door import Observatory, observe
from ternois_analysis.observatory.inputs import inputs
from ternois_analysis.territory import Territory

#: What a value is, whatever its period.
KEY = ["territory", "indicator", "category"]
#: Columns of a comparison.
COLUMNS = [
    *KEY, "territory_label", "period_before", "before", "status_before", "period_after", "after",
    "status_after", "change", "difference", "why", "p_adjusted", "outcome", "note",
]  # fmt: skip
#: Reasons, in the order in which they are told.
REASONS = ("perimeter", "method", "millesime", "data", "correction")
#: Rate of false discoveries accepted among the values that moved.
RATE = 0.05


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two quarters compared.

    Parameters
    ----------
    known : DataFrame
        Published values, all periods that are known: the columns of `observatory.COLUMNS`.
    newest : DataFrame
        Those of the newest period of each indicator and category.
    files : mapping
        SHA-256 of each file, by source, millésime and part.
    communes : mapping
        Codes of the communes of each territory, in the codes of the later quarter.
    methods : mapping
        Fingerprint of each indicator; empty when not known.
    correction : str
        Why the quarter was published again; empty if it was not.
    """

    quarter: str
    audience: str
    known: pd.DataFrame
    newest: pd.DataFrame
    files: Mapping[tuple[str, str, str], str]
    communes: Mapping[str, frozenset[str]]
    methods: Mapping[str, str]
    correction: str = ""


def previous(observatory: Observatory) -> Observatory:
    """The observatory of the quarter before, for the same audience."""
    return observe(str(observatory.quarter.shifted(-1)), observatory.audience)


def side(observatory: Observatory, place: Territory, later: Observatory) -> Side:
    """A quarter as the observatory gives it today, without reading any report.

    Parameters
    ----------
    observatory : Observatory
        Of the quarter.
    place : Territory
        As it is in `later`.
    later : Observatory
        Of the later of the two quarters compared.
    """
    rows, columns = observatory.values([place.id], series=True), observatory.columns
    wanted = [
        (found.indicator, found.category, found.period)
        for name in rows["indicator"].unique()
        for found in values.newest(values.instances(name, columns), columns)
    ]
    keys = pd.MultiIndex.from_frame(rows[["indicator", "category", "period"]])
    return Side(
        quarter=str(observatory.quarter), audience=observatory.audience,
        known=rows, newest=rows[keys.isin(wanted)],
        files=files(inputs(observatory)), communes=communes(observatory, [place.id], later),
        methods=fingerprints.fingerprints(),
    )  # fmt: skip


def warm(observatory: Observatory, places: Sequence[Territory]) -> None:
    """Compute what the pages of some territories show of a quarter and of the one before."""
    groups = [[place.id] for place in places]
    for each in (previous(observatory), observatory):
        each.prepare(groups, series=True)


def files(listed: Sequence[Mapping[str, object]]) -> dict[tuple[str, str, str], str]:
    """SHA-256 of files by source, millésime and part."""
    return {
        (str(file["source"]), str(file["millesime"]), str(file.get("part", ""))): str(
            file.get("sha256", "")
        )
        for file in listed
    }


def communes(
    observatory: Observatory, ids: Sequence[str], later: Observatory
) -> dict[str, frozenset[str]]:
    """Communes of some territories in a quarter, in the codes of a later one."""
    passage = later.columns.passage
    today = dict(zip(passage["commune_before"], passage["commune"], strict=True))
    return {
        name: frozenset(today.get(code, code) for code in observatory.territory(name).communes)
        for name in ids
    }


def compare(before: Side, after: Side) -> pd.DataFrame:
    """Every newest value of two quarters side by side.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`, one row a territory, indicator and category. `change` is
        « moved », « same », « appeared », « disappeared », « hidden » (« s » in either: both are
        then « s »), « withheld » (their difference is secret: both are « s » too) or « absent »;
        `difference` and its test are missing where it is not shown or
        the two do not compare, and `note` says why; `outcome` is « significant », « not
        significant » or « not tested ».
    """
    pairs = before.newest.merge(after.newest, on=KEY, how="outer", suffixes=("_b", "_a"))
    rows = [_row(pair, before, after) for _, pair in pairs.iterrows()]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "p"])
    table["p_adjusted"] = adjusted_p(table["p"].astype(float))
    known = table["p_adjusted"].notna()
    table.loc[known, "outcome"] = np.where(
        table.loc[known, "p_adjusted"] < RATE, "significant", "not significant"
    )
    return table[COLUMNS]


def revised(before: Side, after: Side) -> pd.DataFrame:
    """Values of one and the same period that are not the same in both quarters.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`; nothing that is hidden in either, whose difference is secret, or
        that does not compare.
    """
    on = [*KEY, "period"]
    pairs = before.known.merge(after.known, on=on, suffixes=("_b", "_a"))
    shown = (pairs["status_b"] == "ok") & (pairs["status_a"] == "ok")
    other = ~np.isclose(pairs["value_b"].astype(float), pairs["value_a"].astype(float), rtol=1e-9)
    pairs = pairs[shown & other]
    pairs = pairs.assign(period_b=pairs["period"], period_a=pairs["period"])
    rows = [_row(pair, before, after) for _, pair in pairs.iterrows()]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "p"])
    return table.loc[table["difference"].notna(), COLUMNS].assign(outcome="not tested")


def _row(pair: pd.Series, before: Side, after: Side) -> dict[str, object]:
    """One value of both quarters; what is hidden in one of them is hidden."""
    row: dict[str, object] = dict.fromkeys(COLUMNS, "") | {name: pair[name] for name in KEY}
    label = pair["territory_label_a"]
    row["territory_label"] = pair["territory_label_b"] if pd.isna(label) else label
    if is_secret(str(pair["indicator"]), after.audience):
        hiding = {"change": "withheld", "status_before": "s", "status_after": "s", "note": WITHHELD}
        numbers = dict.fromkeys(("before", "after", "difference", "p"), np.nan)
        return row | hiding | numbers | {"outcome": "not tested"}
    status = {s: "n.d." if pd.isna(pair[f"status_{s}"]) else pair[f"status_{s}"] for s in "ba"}
    hidden = "s" in status.values()
    for name, s in (("before", "b"), ("after", "a")):
        row[f"status_{name}"] = "s" if hidden else status[s]
        row[f"period_{name}"] = "" if pd.isna(pair[f"period_{s}"]) else pair[f"period_{s}"]
        row[name] = pair[f"value_{s}"] if status[s] == "ok" and not hidden else np.nan
    row |= {"difference": np.nan, "p": np.nan}
    row |= {"outcome": "not tested", "change": _change(pair, status, hidden)}
    if row["change"] in ("moved", "appeared", "disappeared"):
        row["why"] = "+".join(_why(pair, before, after))
    if row["change"] == "moved":
        row["note"] = incomparable(pair)
        if not row["note"]:
            found = significance.tested(pair)
            row |= {"difference": pair["value_a"] - pair["value_b"], "p": found.p}
            row["outcome"] = found.outcome
    return row


def _change(pair: pd.Series, status: Mapping[str, str], hidden: bool) -> str:
    if hidden:
        return "hidden"
    if status["b"] != "ok" or status["a"] != "ok":
        kinds = {(True, False): "disappeared", (False, True): "appeared"}
        return kinds.get((status["b"] == "ok", status["a"] == "ok"), "absent")
    return "same" if np.isclose(pair["value_b"], pair["value_a"], rtol=1e-9) else "moved"


def _why(pair: pd.Series, before: Side, after: Side) -> list[str]:
    """Every reason that holds, in the order of `REASONS`; a correction where none does."""
    place, name = str(pair["territory"]), str(pair["indicator"])
    listed = (str(pair[f"source_{s}"]) for s in "ba" if not pd.isna(pair[f"source_{s}"]))
    sources = {source for names in listed for source in names.split("+") if source}
    known = catalog.sources()
    register = any(s in known and known[s].level == "business" for s in sources)
    common = {key for key in before.files if key in after.files and key[0] in sources}
    same = all(before.files[key] == after.files[key] for key in common)
    other = {key[:2] for key in before.files if key[0] in sources} != {
        key[:2] for key in after.files if key[0] in sources
    }
    dated = pair["period_b"] != pair["period_a"] or pair["millesime_b"] != pair["millesime_a"]
    holds = {
        "perimeter": before.communes.get(place) != after.communes.get(place),
        "method": bool(before.methods.get(name)) and bool(after.methods.get(name))
        and before.methods[name] != after.methods[name],
        "millesime": bool(dated) and not register,
        "data": not same or (register and (bool(dated) or other)),
    }  # fmt: skip
    return [reason for reason, true in holds.items() if true] or ["correction"]
