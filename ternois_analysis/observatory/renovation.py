"""Dossiers of home improvement and contacts of the energy advice centre: counts of households."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ternois_analysis import sources
from ternois_analysis.catalog.partners import partners
from ternois_analysis.methods.intervals import byar
from ternois_analysis.observatory import gate, made
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.secrecy.gate import Protection, Use, hide, protect
from ternois_analysis.secrecy.relations import Parts, Relations
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

#: Columns of households by source; the first is cut by kind, the next counts a part of it.
_COLUMNS = {"opah": ("opah_engaged", "opah_settled"), "eie": ("eie_contacts",)}
_BY_KIND = {"opah": "opah_engaged_by_kind", "eie": "eie_contacts_by_kind"}
_CLASS = "SP5"
#: Businesses under which a sum of works would tell of one of them, and the largest weight of one.
_BUSINESSES, _DOMINANCE = 3, 0.85


def _cells(observatory: Observatory, source: str, millesime: str) -> pd.DataFrame:
    """Counts of households for the territories of the facts, in total and by kind."""
    places = gate.published_territories(
        observatory.gazetteer, observatory.quarter.last_day.isoformat()
    )
    totals = observatory.totals(places)
    whole, *others = _COLUMNS[source]
    labels = partners().files[source].labels()
    read = [(whole, "", key(whole, millesime)), *((o, "", key(o, millesime)) for o in others)]
    read += [(whole, labels[k], key(_BY_KIND[source], millesime, k)) for k in labels]
    rows = [
        (column, millesime, place.id, category, count, count, 1.0, _CLASS)
        for column, category, name in read
        for place in places
        for count in [made.total(totals, place, name)]
    ]
    names = ["column", "period", "territory", "category", "value", "n", "top1", "secrecy"]
    return pd.DataFrame(rows, columns=names)


@lru_cache(maxsize=16)
def protection(observatory: Observatory, source: str, millesime: str) -> Protection:
    """What an audience must not see of a source's counts of households, with its proof."""
    places = gate.published_territories(
        observatory.gazetteer, observatory.quarter.last_day.isoformat()
    )
    whole, *others = _COLUMNS[source]
    parts = tuple(Parts(whole, (other,), by_category=False) for other in others)
    linked = Relations({place.id: place.communes for place in places}, parts=parts)
    return protect(_cells(observatory, source, millesime), linked, observatory.audience)


def _guarded(
    observatory: Observatory, rows: pd.DataFrame, source: str, uses: dict[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Rows of which nothing is left that a household could be found by.

    A territory that was not protected with the others, such as a commune, could be subtracted from
    them: its values are hidden outright.
    """
    period = str(rows["period"].iloc[0])
    shield = protection(observatory, source, period)
    whole = _COLUMNS[source][0]
    cells = {
        (indicator, period): [Use(column, period, "") for column in columns]
        if columns
        else [Use(whole, period)]
        for indicator, columns in uses.items()
    }
    rows = hide(rows, cells, shield)
    if not shield.hides:
        return rows
    places = gate.published_territories(
        observatory.gazetteer, observatory.quarter.last_day.isoformat()
    )
    strange = ~rows["territory"].isin([p.id for p in places]) & (rows["status"] != "n.d.")
    rows = rows.copy()
    rows.loc[strange, ["value", "low", "high", "n"]] = np.nan
    rows.loc[strange, ["status", "note"]] = ["s", ""]
    return rows


def dossiers(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Dossiers engaged and settled, settled ones for 1 000 main residences, engaged ones by kind.

    Returns
    -------
    DataFrame
        Values; « s » where a count, or one that could be worked out from it, is of fewer than five.
    """
    millesime = made.newest(observatory, "opah_engaged")
    census = made.newest(observatory, "main_residences")
    totals = observatory.totals(places)
    rows = []
    for place in places:
        engaged, settled = (
            made.total(totals, place, key(f"opah_{what}", millesime))
            for what in ("engaged", "settled")
        )
        homes = made.total(totals, place, key("main_residences", census))
        low, high = (1000 * float(np.asarray(b)[0]) / homes for b in byar(np.array([settled])))
        rows += [
            made.row(place, "opah_engaged_dwellings", engaged),
            made.row(place, "opah_settled_dwellings", settled),
            made.row(place, "opah_settled_per_1000", 1000 * settled / homes,
                     low=low, high=high, n=homes),
        ]  # fmt: skip
        rows += [
            made.row(place, "opah_kind_dwellings", category=label,
                     value=made.total(totals, place, key("opah_engaged_by_kind", millesime, kind)))
            for kind, label in partners().files["opah"].labels().items()
        ]  # fmt: skip
    table = made.table(observatory, rows, {"opah": millesime, "recensement": census})
    alone = table["indicator"] != "opah_settled_per_1000"
    table.loc[alone, ["source", "millesime"]] = ["opah", millesime]
    uses = {
        "opah_engaged_dwellings": ("opah_engaged",),
        "opah_settled_dwellings": ("opah_settled",),
        "opah_settled_per_1000": ("opah_settled",),
        "opah_kind_dwellings": (),
    }
    return _guarded(observatory, table, "opah", uses)


def contacts(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Contacts of the energy advice centre in a year, in total and by kind, as `dossiers`."""
    millesime = made.newest(observatory, "eie_contacts")
    totals = observatory.totals(places)
    labels = {"": key("eie_contacts", millesime)} | {
        label: key("eie_contacts_by_kind", millesime, kind)
        for kind, label in partners().files["eie"].labels().items()
    }
    rows = [
        made.row(place, "eie_contacts_received", made.total(totals, place, name), category=label)
        for label, name in labels.items()
        for place in places
    ]
    table = made.table(observatory, rows, {"eie": millesime})
    return _guarded(observatory, table, "eie", {"eie_contacts_received": ()})


def local_works(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """Share of the works of settled dossiers given to businesses active in the craft register.

    Returns
    -------
    DataFrame
        One value, of the Pays: « n.d. » elsewhere and without a genuine register; « s » where the
        local businesses or the others are fewer than three, or one has 85 % of a sum or more.
    """
    register = observatory.columns.register
    files = [f for f in observatory.columns.files("opah") if f.level == "pairs"]
    name = "opah_local_works_pct"
    row = made.row(place, name)
    if register is not None and register.synthetic:
        row = made.row(place, name, note="registre de démonstration : entreprises fictives")
    elif register is not None and files and place.id == observatory.gazetteer.facts.pays:
        works = sources.read("opah", files[-1].millesime, part=files[-1].part)
        works = works[works.index.isin(place.communes) & (works["opah_business"] != "")]
        active = observatory.columns.contributions["craft_businesses", "",
                                                   str(observatory.quarter)]  # fmt: skip
        local = works["opah_business"].isin(register.spells.loc[active.astype(bool), "business"])
        sums = [works.loc[side].groupby("opah_business")["opah_amount_eur"].sum()
                for side in (local, ~local)]  # fmt: skip
        if any(_tells(side) for side in sums):
            row = made.row(place, name, status="s")
        else:
            share = 100 * float(sums[0].sum() / (sums[0].sum() + sums[1].sum()))
            row = made.row(place, name, share, n=float(sum(len(side) for side in sums)))
    vintages = {"opah": files[-1].millesime if files else ""}
    if register is not None:
        vintages[register.source] = str(observatory.quarter)
    return made.table(observatory, [row], vintages)


def _tells(sums: pd.Series) -> bool:
    """Whether a sum of amounts by business says too much of one of them."""
    return len(sums) < _BUSINESSES or float(sums.max()) >= _DOMINANCE * float(sums.sum())
