"""How to read the bureau's page: one true sentence a block, made of a figure that it shows."""

from collections.abc import Mapping

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import gaps, lights, words
from ternois_analysis.display.block import Block
from ternois_analysis.display.lights import Lights
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import interval, shown, written
from ternois_analysis.display.specificities import Tested
from ternois_analysis.observatory import bureau as judging
from ternois_analysis.territory import Territory

#: The catalogue's sentences speak of « the family » or « the group »: here it is named.
_NAMED: Mapping[str, str] = {
    "craft_family_share_pct": (
        "au {period}, {territory_in}, {value} des entreprises artisanales dont le métier est connu "
        "relèvent de la famille « {category} »{interval}."
    ),
    "owners_55_plus_by_trade_pct": (
        "au {period}, {territory_in}, {value} des chefs d’âge connu du groupe « {category} » ont "
        "55 ans ou plus{interval}."
    ),
    "scenario_population": (
        "en {period}, {territory_in}, on compterait {value} habitants si le scénario "
        "« {category} » se vérifiait."
    ),
}
#: What follows a value whose light is not lit, by the first words of the light.
_UNLIT: Mapping[str, str] = {
    "non significatif": "écart non significatif, feu éteint",
    "stable": "écart sous le seuil notable, feu éteint",
    "non testé": "valeur non testée, feu éteint",
}


def of(block: Block, material: Material) -> str:
    """The sentence of the first figure that a block shows, the territory's own before others.

    Empty where no value is published: a sentence must not stand on nothing.
    """
    rows = shown(block.values)
    if rows.empty or block.table is None:
        return ""
    heads = {str(head): rank for rank, head in enumerate(block.table.iloc[:, 0])}
    rank = rows["category"].map(lambda name: heads.get(french.typeset(str(name)), len(heads)))
    # Parts of a whole are drawn only where all of them are published.
    cut = set(block.values.loc[block.values["status"] != "ok", "territory"])
    undrawn = rows["territory"].isin(cut) & (block.kind == "chart")
    order = rows.assign(rank=rank, other=rows["territory"] != material.place.id, undrawn=undrawn)
    row = order.sort_values(["undrawn", "other", "rank"], kind="stable").iloc[0]
    entry = catalog.indicator(str(row["indicator"]))
    bounds = interval(row, entry)
    text = _NAMED.get(str(row["indicator"]), entry.reading).format(
        period=words.period(str(row["period"])), value=written(row["value"], entry),
        category=row["category"], interval=f" {bounds}" if bounds else "",
        territory_in=words.within(material.observatory.territory(str(row["territory"]))),
    )  # fmt: skip
    return words.capital(text)


def of_tests(ranked: pd.DataFrame, tested: Tested, since: Mapping[str, str]) -> str:
    """The first of some tests, each significant and material."""
    row = ranked.iloc[0]
    entry = catalog.indicator(str(row["indicator"]))
    return (
        f"{entry.short} : {written(row['value'], entry)}, contre "
        f"{versus(row, entry, tested.places, since)} ; l’écart de "
        f"{gaps.amount(row['gap'], entry)} est significatif et notable."
    )


def of_lights(found: Lights, place: Territory, tested: Tested, since: Mapping[str, str]) -> str:
    """The most telling light: one that is lit, else a neutral gap, else what was tested."""
    known = shown(found.now)
    if known.empty:
        return ""
    names = sorted(known["indicator"].astype(str), key=lambda name: _weight(found, name))
    name = names[0]
    entry, row = catalog.indicator(name), known[known["indicator"] == name].iloc[0]
    gap, change = found.gaps.get(name), found.changes.get(name)
    text = words.reading(known[known["indicator"] == name], entry, place).removesuffix(".")
    # The test that the light rests on.
    tests = [test for test in (gap, change) if test is not None]
    test = next((test for test in tests if test["told"]), tests[0] if tests else None)
    if test is not None:
        text += f", contre {versus(test, entry, tested.places, since)}"
    first, _, why = lights.word(row, gap, change, entry).partition("\n")
    said = first.partition(" ")[2]
    if said in ("favorable", "vigilance", "défavorable"):
        told = f"feu {'de ' if said == 'vigilance' else ''}{said} ({why})"
    else:
        told = _UNLIT.get(said, f"indicateur {why}, sans jugement")
    return f"{text} : {told}."


def _weight(found: Lights, name: str) -> int:
    """Nought for a light that is lit, more for what tells less."""
    tests = [test for test in (found.gaps.get(name), found.changes.get(name)) if test is not None]
    if any(judging.side(test) for test in tests):
        return 0
    if any(bool(test["told"]) for test in tests):
        return 1
    return 2 if tests else 3


def versus(
    row: pd.Series, entry: Indicator, places: Mapping[str, Territory], since: Mapping[str, str]
) -> str:
    """`7,3 % dans le reste du Pas-de-Calais`, `8,0 % en 2015`: a reference with its name."""
    other = written(row["reference"], entry)
    place = places.get(str(row["territory"]))
    if place is not None and row["against"] == judging.before(place).id:
        return f"{other} en {words.period(since[str(row['indicator'])])}"
    where = gaps.against(row, places)
    return f"{other} {'pour ' if row['kind'] == 'peers' else ''}{where}"
