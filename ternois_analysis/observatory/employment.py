"""What sectors a territory has more of, how many, and how they moved, against a reference."""

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.methods.diversity import diversity
from ternois_analysis.methods.shift_share import ShiftShare, shift_share
from ternois_analysis.methods.specialisation import (
    adjusted_residuals,
    krugman_interval,
    location_quotient,
    structure_test,
)
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.sectors import Basis, counts, dates, reference_of, rows
from ternois_analysis.territory import Territory

#: A sector of fewer units has no quotient; a territory of fewer units has no index.
FEWEST, FEWEST_IN_ALL = 20, 30
#: Years between the two dates of a decomposition, where the sources leave the choice.
GAP = 5
#: Seed of the draws: the same page shows the same interval each time.
SEED = 2012
#: A count of one household in four errs as a third of it would.
_SAMPLED = 3.0
ROUGH_BELOW = 200
CHANCE = "par le seul hasard"


def quotients(
    observatory: Observatory, place: Territory, candidates: Iterable[Territory], basis: Basis
) -> tuple[Territory | None, pd.DataFrame]:
    """The reference, and the quotient and adjusted residual of each sector as values.

    A quotient is « n.s. » in a sector of fewer than `FEWEST` units, or when its interval holds 1.
    """
    year = dates(observatory, basis)[-1]
    found = reference_of(observatory, place, candidates, basis, [year])
    own = counts(observatory, place, basis, year)
    if found is None:
        return None, rows(
            observatory,
            place,
            basis,
            year,
            _unknown("location_quotient", [basis.category(str(s)) for s in own.index]),
        )
    division, (whole,) = found
    scale = _SAMPLED if basis.sampled else 1.0
    quotient = location_quotient(own / scale, whole / scale)
    residual = adjusted_residuals(own / scale, whole)
    records = []
    for sector in map(str, own.index):
        n = float(own[sector])
        category = basis.category(sector)
        value, low, high = map(float, quotient.loc[sector].to_numpy())
        small, vague = n < FEWEST, not (low > 1 or high < 1)
        status = "n.d." if math.isnan(n) else "n.s." if small or vague else "ok"
        note = {"n.s.": "effectif insuffisant" if small else "indice non distinguable de 1"}
        rough = "ordre de grandeur" if basis.sampled and n < ROUGH_BELOW else ""
        records.append({
            "indicator": "location_quotient", "category": category, "value": value, "low": low,
            "high": high, "n": n, "status": status, "note": note.get(status, rough),
        })  # fmt: skip
        records.append({
            "indicator": "sector_residual", "category": category, "value": residual[sector],
            "n": n, "status": status if small or math.isnan(n) else "ok", "note": rough,
        })  # fmt: skip
    return division, rows(observatory, place, basis, year, records)


def structure(
    observatory: Observatory,
    places: Iterable[Territory],
    candidates: Sequence[Territory],
    basis: Basis,
) -> pd.DataFrame:
    """Krugman's index with its share due to chance, and how concentrated the sectors are.

    « n.s. » under `FEWEST_IN_ALL` units; Krugman's also where the structure does not depart from
    that of the reference (Pearson's test at 5 %).
    """
    year, chance = dates(observatory, basis)[-1], f"{basis.noun}, {CHANCE}"
    tables = []
    for place in places:
        own = counts(observatory, place, basis, year)
        effective = own / (_SAMPLED if basis.sampled else 1.0)
        size = float(own.sum(skipna=False))
        found = reference_of(observatory, place, candidates, basis, [year])
        known = "n.d." if math.isnan(size) else "n.s." if size < FEWEST_IN_ALL else "ok"
        few = {"n": size, "note": "effectif insuffisant" if known == "n.s." else ""}
        spread = diversity(own)
        records = [
            {"indicator": "sector_hhi", "value": spread.hhi_normalised, "status": known, **few},
            {"indicator": "sectors_effective_number", "value": spread.effective, "status": known,
             **few},
        ]  # fmt: skip
        if found is None or known != "ok":
            sign = "n.d." if found is None else known
            records += [
                {"indicator": "krugman_index", "category": c, "status": sign}
                for c in (basis.category(), chance)
            ]
        else:
            whole = found[1][0]
            index = krugman_interval(effective, whole, seed=SEED)
            apart = structure_test(effective, whole).p < 0.05
            records += [
                {"indicator": "krugman_index", "value": index.value, "low": index.low,
                 "high": index.high, "n": size, "status": "ok" if apart else "n.s.",
                 "note": "" if apart else "structure non distinguable de la référence"},
                {"indicator": "krugman_index", "category": chance, "value": index.by_chance,
                 "n": size, "status": "ok"},
            ]  # fmt: skip
        tables.append(rows(observatory, place, basis, year, records))
    return pd.concat(tables, ignore_index=True)


def comparable(observatory: Observatory, basis: Basis) -> tuple[tuple[str, str] | None, str]:
    """Two dates of a basis that may be compared, or None and why not, in French.

    The newest one, and the nearest that is at least `GAP` years older, else the oldest.
    """
    known = dates(observatory, basis)
    source = observatory.columns.owner(basis.column)
    reasons = " ".join(f"{rupture.why}." for rupture in catalog.source(source).breaks)
    if len(known) < 2:
        what = f"un seul millésime est installé ({known[0]})" if known else "aucun n’est installé"
        return None, f"Il faut deux millésimes comparables : {what}. {reasons}".strip()
    last = known[-1]
    fit = [year for year in known[:-1] if not catalog.not_comparable(source, year, last)]
    if not fit:
        return None, f"{catalog.not_comparable(source, known[0], last)}."
    far = [year for year in fit if int(last) - int(year) >= GAP]
    return (far[-1] if far else fit[0], last), ""


def decomposition(
    observatory: Observatory, place: Territory, candidates: Iterable[Territory], basis: Basis,
    pair: tuple[str, str],
) -> tuple[Territory, ShiftShare] | None:  # fmt: skip
    """The change between two dates and its parts; None where no reference is known at both."""
    found = reference_of(observatory, place, candidates, basis, pair)
    own = [counts(observatory, place, basis, year) for year in pair]
    if found is None or any(series.isna().any() for series in own):
        return None
    division, (start, end) = found
    return division, shift_share(own[0], own[1], start, end)


def _unknown(indicator: str, categories: Iterable[object]) -> list[dict[str, object]]:
    return [
        {"indicator": indicator, "category": str(c), "status": "n.d.",
         "note": "référence non disponible"}
        for c in categories
    ]  # fmt: skip
