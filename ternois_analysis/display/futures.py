"""The scenarios as blocks: what they assume, what follows, and how much each assumption weighs."""

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.scenarios import Assumption, scenarios
from ternois_analysis.display import assumptions, perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.covered import without_register
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, written
from ternois_analysis.display.tables import DETAIL
from ternois_analysis.observatory import futures

_NOTE = (
    "Niveau D, descriptif : chaque scénario est la conséquence de ses hypothèses, sans "
    "probabilité. Une ligne d’hypothèse donne le résultat à sa borne basse et à sa borne haute, "
    "les autres hypothèses restant les mêmes."
)


def hypotheses(material: Material) -> Block:
    """Table of all the assumptions of the three scenarios."""
    names = (*futures.OF_POPULATION, *futures.OF_BUSINESSES)
    listed: dict[str, Assumption] = {
        f"{scenario.label} : {getattr(scenario, name).label}": getattr(scenario, name)
        for scenario in scenarios().scenarios.values()
        for name in names
    }
    return assumptions.table(material, "Les hypothèses des scénarios", listed)


def told(material: Material) -> Block:
    """Each scenario in one sentence."""
    texts = [f"{each.label} : {each.text}" for each in scenarios().scenarios.values()]
    return perimeter.paragraphs("Trois scénarios", texts)


def population(material: Material) -> Block:
    """Table of the population of each scenario, and of its sensitivity."""
    title = f"La population à {scenarios().years} ans selon trois scénarios"
    observatory, place = material.observatory, material.place
    start = futures.population_start(observatory, place)
    if start is None:
        text = "Population inconnue, ou trop petite pour des scénarios : n.s."
        return perimeter.paragraphs(title, [text])
    values = futures.outcomes(
        observatory, place, start, "scenario_population", futures.population_of,
        futures.OF_POPULATION,
    )  # fmt: skip
    return _table(values, title)


def businesses(material: Material) -> Block:
    """Table of the craft businesses of each scenario, and of its sensitivity."""
    title = f"Les entreprises artisanales à {scenarios().years} ans selon trois scénarios"
    if (absent := without_register(material, title)) is not None:
        return absent
    observatory, place = material.observatory, material.place
    start = futures.businesses_start(observatory, place)
    if start is None:
        return perimeter.paragraphs(
            title, ["Trop peu d’entreprises ou de trimestres connus : n.s."]
        )
    values = futures.outcomes(
        observatory, place, start, "scenario_craft_businesses", futures.businesses_of,
        futures.OF_BUSINESSES,
    )  # fmt: skip
    return _table(values, title)


def _table(values: pd.DataFrame, title: str) -> Block:
    entry = catalog.indicator(str(values["indicator"].iloc[0]))
    records = []
    for _, row in values.iterrows():
        scenario, _, assumed = str(row["category"]).partition(" : ")
        ends = ("", "", "")
        if assumed:
            ends = (
                written(row["low"], entry), written(row["high"], entry),
                written(row["high"] - row["low"], entry),
            )  # fmt: skip
        head = f"{DETAIL}{assumed}" if assumed else scenario
        records.append({
            "Scénario ou hypothèse": french.typeset(head), "Résultat": cell(row, entry),
            "Borne basse": ends[0], "Borne haute": ends[1], "Étendue": ends[2],
        })  # fmt: skip
    place = str(values["territory_label"].iloc[0])
    when = str(values["period"].iloc[0])
    caption = Caption(
        title, f"{words.capital(entry.definition.rstrip('.'))}, {place}, {when}",
        champ=entry.champ, source=words.credit(values), note=_NOTE,
    )  # fmt: skip
    return compose("table", caption, values, alt="", table=pd.DataFrame(records))
