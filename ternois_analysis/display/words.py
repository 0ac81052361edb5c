"""Computed French: where, how much, against whom. No sentence claims more than its figures."""

import itertools
import re
from collections.abc import Sequence

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import comparability
from ternois_analysis.display.block import Caption
from ternois_analysis.display.published import interval, shown, written
from ternois_analysis.observatory.values import NOT_INSTALLED
from ternois_analysis.territory import Territory

#: Smallest count whose change is given in percent.
_ENOUGH = 200
#: A short label that is cut, lists, or speaks in initials.
_CUT = re.compile(r"[.,+]|\b[A-Z]{2,}\b")


def within(place: Territory) -> str:
    """`dans le Pays du Ternois`, `à Frévent`, `en France métropolitaine`, `en Normandie`."""
    return place.within


def one(
    values: pd.DataFrame, territory: str, indicator: str, category: str = ""
) -> pd.Series | None:
    """The newest value of an indicator for a territory, or None when it is not shown."""
    rows = shown(values)
    found = rows[
        (rows["territory"] == territory)
        & (rows["indicator"] == indicator)
        & (rows["category"] == category)
    ]
    return None if found.empty else found.sort_values("period").iloc[-1]


def reading(values: pd.DataFrame, indicator: Indicator, place: Territory) -> str:
    """The « Lecture » of a value: the catalogue's sentence with its figures.

    Empty when the value of the territory is not shown: a sentence must not stand on nothing.
    """
    rows = shown(values)
    rows = rows[rows["territory"] == place.id]
    if rows.empty:
        return ""
    row = rows.sort_values("period").iloc[-1]
    bounds = interval(row, indicator)
    return capital(
        indicator.reading.format(
            territory_in=within(place),
            value=written(row["value"], indicator),
            interval=f" {bounds}" if bounds else "",
            period=period(row["period"]),
        )
    )


def caption(
    title: str, indicators: Sequence[str], values: pd.DataFrame, place: Territory
) -> Caption:
    """Words that follow from the values: reading (of the first indicator), champ, credit line."""
    entries = [catalog.indicator(name) for name in indicators]
    first = values[values["indicator"] == indicators[0]]
    return Caption(
        title=title,
        reading=reading(first, entries[0], place),
        champ=" ; ".join(dict.fromkeys(entry.champ for entry in entries)),
        source=credit(values),
    )


def period(code: str) -> str:
    """`2023`, `de 2017 à 2023`, `T3 2026`, `9 octobre 2026`."""
    if code.count("-") == 2:
        return french.date(code)
    first, _, last = code.partition("-")
    if last:
        return f"de {first} à {last}"
    return french.quarter(code) if "Q" in code else code


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The text without a capital at its start, unless it starts with initials."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def subject(indicator: Indicator) -> str:
    """How a title names an indicator: shortly, or in full where the short label is cut."""
    return indicator.label if _CUT.search(indicator.short) else indicator.short


def subjects(names: Sequence[str]) -> str:
    """Several indicators in one title: `Population, densité et taux de vacance`."""
    return capital(french.listing([small(subject(catalog.indicator(name))) for name in names]))


def spread(values: pd.DataFrame, indicator: Indicator, noun: str) -> str:
    """`de 2,1 % à 18,9 % selon les communes`; empty when fewer than two values are shown."""
    rows = shown(values)
    if len(rows) < 2:
        return ""
    low, high = rows["value"].min(), rows["value"].max()
    if written(low, indicator) == written(high, indicator):
        return f"{written(low, indicator)} dans {noun}"
    return f"de {written(low, indicator, unit=False)} à {written(high, indicator)} selon {noun}"


def against(
    values: pd.DataFrame, name: str, place: Territory, references: Sequence[Territory]
) -> str:
    """One indicator in one sentence, with the references that have a value.

    « Taux de vacance : 9,8 % dans le Pays du Ternois, contre 6,9 % dans le Pas-de-Calais. »
    """
    entry = catalog.indicator(name)
    own = one(values, place.id, name)
    if own is None:
        return _unknown(entry.label, place)
    others = [
        f"{written(row['value'], entry)} {within(reference)}"
        for reference in references
        # A count depends on the size of what it counts: two of them do not compare.
        if entry.nature != "count" and (row := one(values, reference.id, name)) is not None
    ]
    when = period(str(own["period"]))
    text = f"{entry.label} ({when}) : {written(own['value'], entry)} {within(place)}"
    return f"{text}, contre {french.listing(others)}." if others else f"{text}."


def _unknown(label: str, place: Territory) -> str:
    return f"{label} : non publiable ou non disponible {within(place)}."


def population(
    values: pd.DataFrame, place: Territory, references: Sequence[Territory]
) -> list[str]:
    """What the population is and how it moved, in at most three sentences."""
    size = one(values, place.id, "population")
    if size is None:
        return [_unknown(catalog.indicator("population").label, place)]
    communes = len(place.communes)
    people = french.number(size["value"])
    noun = french.plural(size["value"], "habitant")
    text = [f"Au 1er janvier {size['period']}, {place.name} compte {people} {noun}"]
    if communes > 1:
        text[0] += f", répartis dans {communes} communes"
    text[0] += "."
    change = one(values, place.id, "population_change")
    rate = one(values, place.id, "population_growth_pct_per_year")
    if change is not None and rate is not None:
        entry = catalog.indicator("population_growth_pct_per_year")
        verb, sense = ("gagné", "une hausse") if change["value"] > 0 else ("perdu", "une baisse")
        start, _, end = change["period"].partition("-")
        moved = french.number(abs(change["value"]))
        text.append(
            f"De {start} à {end}, {place.name} a {verb} {moved} "
            f"{french.plural(change['value'], 'habitant')}, soit {sense} de "
            f"{french.quantity(abs(rate['value']), entry.unit, entry.decimals)} en moyenne."
            if change["value"]
            else f"De {start} à {end}, la population est restée la même."
        )
        text.append(against(values, "population_growth_pct_per_year", place, references))
    return text


def credit(values: pd.DataFrame) -> str:
    """Who produced the figures and for which year, and who computed them."""
    found: dict[str, set[str]] = {}
    for names, vintages in values[["source", "millesime"]].drop_duplicates().to_numpy():
        for name, years in itertools.zip_longest(
            names.split("+"), vintages.split("+"), fillvalue=""
        ):
            found.setdefault(name, set()).update(filter(None, years.split(",")))
    known = catalog.sources()
    parts = []
    for name, years in found.items():
        if name in known:
            told = known[name].credit
            # A register of businesses is one file, whatever the quarters that it tells of.
            last = max(years) if known[name].level == "business" and years else ""
            listed = [period(last)] if last else [period(year) for year in sorted(years)]
            dated = french.listing([year for year in listed if year and year not in told])
            parts.append(f"{told} {dated}".strip())
    facts = catalog.territories()
    signature = f"calculs {facts.territories[facts.pays].label}"
    return " ; ".join([*parts, signature]) if parts else ""


def missing(values: pd.DataFrame) -> str:
    """Which sources would fill what is not available, and the command that installs them."""
    rows = values[values["note"] == NOT_INSTALLED]
    names = {name for listed in rows["source"] for name in listed.split("+")}
    empty = [n for n, entry in catalog.sources().items() if n in names and not entry.files]
    return " ".join(not_installed(empty))


def not_installed(names: Sequence[str]) -> list[str]:
    """A sentence for each source that is not installed, with the command that installs it."""
    known = catalog.sources()
    texts = []
    for name in names:
        told = f"Source non installée : {known[name].title} ({known[name].producer})."
        order = catalog.command(name)
        added = french.typeset(f" Pour l’ajouter : « {order} ».") if order else ""
        texts.append(french.typeset(told) + added)
    return texts


def trend(values: pd.DataFrame, indicator: Indicator, place: Territory) -> str:
    """Title of a series: from its first to its last value, and by how much."""
    rows = shown(values)
    rows = rows[rows["territory"] == place.id].sort_values("period")
    if len(rows) < 2:
        return indicator.label
    first, last = rows.iloc[0], rows.iloc[-1]
    if "Q" in last["period"]:
        return _year_on_year(rows, indicator)
    if comparability.reason(rows, first["period"], last["period"]):
        return indicator.label
    text = (
        f"{subject(indicator)} : de {written(first['value'], indicator)} en {first['period']} "
        f"à {written(last['value'], indicator)} en {last['period']}"
    )
    # Under this size a percentage would be a matter of a few persons.
    if indicator.nature == "count" and first["value"] >= _ENOUGH:
        change = 100 * (last["value"] / first["value"] - 1)
        text += f", soit {french.quantity(change, '%', 1, sign=True)}"
    return text


def _year_on_year(rows: pd.DataFrame, indicator: Indicator) -> str:
    """Title of a quarterly series: a quarter compares with the same one a year before."""
    last = rows.iloc[-1]
    told = written(last["value"], indicator)
    text = f"{subject(indicator)} : {told} au {period(last['period'])}"
    year, _, rank = str(last["period"]).partition("Q")
    before = rows[rows["period"] == f"{int(year) - 1}Q{rank}"]
    if before.empty:
        return text
    return f"{text}, {written(before.iloc[0]['value'], indicator)} un an plus tôt"
