"""What sets a territory apart: every indicator tested against every reference, together.

Tests rest on published figures only. A share or a rate gives back its counts, so the rest of a
larger territory is what the territory leaves of it; what has no count is set among the similar
EPCIs. P-values are adjusted together for their number (Benjamini and Hochberg 1995).
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.echoes import echoes
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.indicators.evaluation import SAMPLED
from ternois_analysis.methods.comparisons import count_ratio, newcombe
from ternois_analysis.methods.contrasts import case_among, two_shares
from ternois_analysis.methods.specificity import adjusted_p
from ternois_analysis.observatory.likeness import TYPICAL
from ternois_analysis.observatory.values import WITHOUT
from ternois_analysis.territory import Territory

Kind = Literal["share", "rate", "peers"]

#: Accepted rate of false discoveries, among all the gaps that a page calls significant.
RATE = 0.05
#: What a territory is set against, besides its references: the mean of those that resemble it.
PEERS = TYPICAL

COLUMNS = (
    "territory", "indicator", "against", "against_label", "kind", "period", "value", "reference",
    "gap", "low", "high", "n", "p", "p_adjusted", "times", "told", "synthetic",
)  # fmt: skip

_SHARES = ("wilson", "one_in_four")
#: Kinds of reference of which a territory may be a part worth taking out.
_PARTED = ("pays", "cc", "epci", "list", "departement")


class _Gap(NamedTuple):
    reference: float
    low: float
    high: float
    p: float


def candidates() -> list[str]:
    """Indicators that are tested: comparable between territories, material, and no echo."""
    return [
        name
        for name, entry in catalog.indicators().items()
        if entry.nature != "count" and entry.material > 0 and not entry.categories
        and not entry.computed and name not in echoes()
    ]  # fmt: skip


def findings(
    values: pd.DataFrame,
    pairs: Sequence[tuple[Territory, Territory]],
    peers: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """All tests of a page, adjusted together.

    Parameters
    ----------
    values : DataFrame
        Published values of the territories and of their references.
    pairs : sequence of (Territory, Territory)
        A territory and one of its references.
    peers : mapping
        Published values of the similar EPCIs, by territory; empty for another scale.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a test that could be done. `gap` is the territory less the reference, in
        the indicator's unit, with its interval at 95 % where there is one; `times` the gap in
        material gaps; `told` whether it is significant after adjustment and material. Invented
        values (`synthetic`) are adjusted apart and never told.
    """
    names = candidates()
    known = values[(values["status"] == "ok") & values["indicator"].isin(names)]
    single = known.drop_duplicates(["territory", "indicator"])
    rows = {(str(row["territory"]), str(row["indicator"])): row for _, row in single.iterrows()}
    found: list[dict[str, object]] = []
    for place, against in pairs:
        for name in names:
            own, other = rows.get((place.id, name)), rows.get((against.id, name))
            if own is not None and other is not None:
                found += _against(place, against, catalog.indicator(name), own, other)
    for place in {place.id: place for place, _ in pairs}.values():
        for name in names:
            own = rows.get((place.id, name))
            if own is not None and catalog.indicator(name).interval is None:
                found += _among(place, name, own, peers.get(place.id))
    table = pd.DataFrame(found, columns=list(COLUMNS))
    return _judged(table[table["p"].notna()].reset_index(drop=True))


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """The tests with adjusted p-values, and whether each is worth a sentence."""
    material = table["indicator"].map(lambda name: catalog.indicator(name).material)
    table["times"] = table["gap"].abs() / material.astype("float64")
    table["p_adjusted"] = np.nan
    table["synthetic"] = table["synthetic"].astype(bool)
    for invented in (False, True):
        family = table["synthetic"] == invented
        table.loc[family, "p_adjusted"] = adjusted_p(table.loc[family, "p"].astype("float64"))
    apart = ~((table["low"] <= 0) & (table["high"] >= 0))
    # A gap of exactly the material one must not be lost to the last digit of a subtraction.
    large = table["times"] >= 1 - 1e-9
    table["told"] = (table["p_adjusted"] < RATE) & apart & large & ~table["synthetic"]
    return table


def _against(
    place: Territory, against: Territory, entry: Indicator, own: pd.Series, other: pd.Series
) -> list[dict[str, object]]:
    rule = entry.interval
    if rule is None or own["period"] != other["period"] or rule.method not in (*_SHARES, "byar"):
        return []
    inside = set(place.communes) < set(against.communes) and against.kind in _PARTED
    k1, n1 = own["value"] / rule.per * own["n"], own["n"]
    k0, n0 = other["value"] / rule.per * other["n"], other["n"]
    if inside:
        k0, n0 = max(k0 - k1, 0.0), n0 - n1
    if not (n1 > 0 and n0 > 0):
        return []
    less = SAMPLED if rule.method == "one_in_four" else 1.0
    gap = (
        _shares(k1 / less, n1 / less, min(k0, n0) / less, n0 / less)
        if rule.method in _SHARES
        else _rates(k1, n1, k0, n0)
    )
    scale = rule.per
    return [
        _row(
            place, own, "rate" if rule.method == "byar" else "share",
            (remainder_id(place, against), remainder_label(against)) if inside
            else (against.id, against.label),
            _Gap(gap.reference * scale, gap.low * scale, gap.high * scale, gap.p),
        )
    ]  # fmt: skip


def remainder_id(place: Territory, against: Territory) -> str:
    """Identifier of what a territory leaves of a larger one."""
    return f"{against.id}{WITHOUT}{place.id}"


def remainder_label(against: Territory) -> str:
    """`Reste du Pays du Ternois`."""
    return f"Reste {french.of(against.name)}"


def _shares(k1: float, n1: float, k0: float, n0: float) -> _Gap:
    low, high = (float(np.asarray(bound)) for bound in newcombe(k1, n1, k0, n0))
    return _Gap(k0 / n0, low, high, float(np.asarray(two_shares(k1, n1, k0, n0))))


def _rates(k1: float, n1: float, k0: float, n0: float) -> _Gap:
    test = count_ratio(round(k1), round(k0), n1, n0)
    base = k0 / n0
    return _Gap(base, (test.low - 1) * base, (test.high - 1) * base, test.p)


def _among(
    place: Territory, name: str, own: pd.Series, peers: pd.DataFrame | None
) -> list[dict[str, object]]:
    if peers is None or peers.empty:
        return []
    same = (peers["indicator"] == name) & (peers["period"] == own["period"])
    case = case_among(float(own["value"]), peers.loc[same & (peers["status"] == "ok"), "value"])
    against = (f"{PEERS}-{place.id}", f"Moyenne de {case.size} EPCI similaires")
    return [_row(place, own, "peers", against, _Gap(case.mean, np.nan, np.nan, case.p))]


def _row(
    place: Territory, own: pd.Series, kind: Kind, against: tuple[str, str], gap: _Gap
) -> dict[str, object]:
    return {
        "territory": place.id, "indicator": str(own["indicator"]), "against": against[0],
        "against_label": against[1], "kind": kind, "period": own["period"], "value": own["value"],
        "reference": gap.reference, "gap": own["value"] - gap.reference, "low": gap.low,
        "high": gap.high, "n": own["n"], "p": gap.p, "synthetic": bool(own["synthetic"]),
    }  # fmt: skip


def untested(values: pd.DataFrame, place: Territory, tests: pd.DataFrame) -> dict[str, str]:
    """Indicators of a territory that no test could judge, each with the sign or the reason."""
    done = set(tests.loc[tests["territory"] == place.id, "indicator"])
    own = values[values["territory"] == place.id].drop_duplicates("indicator")
    statuses = dict(zip(own["indicator"], own["status"], strict=True))
    found = {name: str(statuses.get(name, "n.d.")) for name in candidates() if name not in done}
    return {
        name: status if status != "ok" else "sans référence du même champ"
        for name, status in found.items()
    }
