"""The typology of the communes on a page: its map, what sets each class apart, what each holds."""

import numpy as np
import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import class_map, perimeter, theme, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import written
from ternois_analysis.observatory import made, raw
from ternois_analysis.observatory import typology as classes
from ternois_analysis.observatory.services import CENTRES
from ternois_analysis.observatory.typology import Typology
from ternois_analysis.trail import lru_cache

_TITLE = "Les communes par profil"
#: Test value from which a variable is said to describe a class, and how many are said.
_REMARKABLE, _SAID = 2.0, 4
#: Communes named on a map where no bourg-centre is known.
_NAMED = 3
#: Mean agreement under which classes are called fragile.
_FRAGILE = 0.6


@lru_cache(maxsize=24)
def _made(material: Material) -> Typology:
    return classes.typology(material.observatory, material.place)


def towns(material: Material) -> tuple[str, ...]:
    """Communes named on the maps: those of the facts, else the most populated ones.

    As `Material.towns`, without the values of all the communes, which these pages do not need.
    """
    place, observatory = material.place, material.observatory
    listed = observatory.gazetteer.facts.lists.get(CENTRES)
    if listed is not None and set(listed.communes) & set(place.communes):
        return material.towns
    people = raw.ratios(observatory, place.communes, ["population"])["population"]
    return tuple(people.nlargest(_NAMED).index)


def _vintages(material: Material, found: Typology) -> dict[str, str]:
    """Sources of the variables, with their millésimes; the population's first."""
    listed: dict[str, str] = {}
    for name in ("population", *found.means.columns):
        origin = raw.origin(material.observatory, name)
        for source, year in zip(origin.source.split("+"), origin.millesime.split("+"), strict=True):
            listed.setdefault(source, year.split(",")[-1])
    return listed


def _label(found: Typology, number: int) -> str:
    """`plus : moins de 20 ans ; moins : 65 ans ou plus`, by the largest test values."""
    scores = {str(name): float(row.loc[number]) for name, row in found.test_values.items()}
    parts = []
    for word, sign in (("plus", 1), ("moins", -1)):
        chosen = {name: score for name, score in scores.items() if sign * score >= _REMARKABLE}
        if chosen:
            name = max(chosen, key=lambda each: abs(chosen[each]))
            parts.append(f"{word} : {words.small(catalog.indicator(name).short)}")
    return f"Classe {number}" + (f" ({' ; '.join(parts)})" if parts else "")


def mapped(material: Material) -> Block:
    """Map of the classes."""
    found = _made(material)
    if found.reason:
        return perimeter.paragraphs(_TITLE, [found.reason])
    place, observatory = material.place, material.observatory
    numbers = sorted(int(n) for n in found.classes.dropna().unique())
    rows = [
        made.row(
            observatory.territory(f"commune-{code}"), "commune_class",
            np.nan if pd.isna(number) else float(number), category=place.id,
            note="" if active else "placée sans peser",
        )
        for (code, number), active in zip(found.classes.items(), found.active, strict=True)
    ]  # fmt: skip
    values = made.table(observatory, rows, _vintages(material, found))
    legend = [class_map.Kind(str(n), theme.QUALITATIVE[n - 1], _label(found, n)) for n in numbers]
    placed = int((~found.active).sum())
    caption = Caption(
        f"{_TITLE} : {len(numbers)} classes", "Communes regroupées par ressemblance, sans ordre",
        source=words.credit(values), champ="communes",
        note=f"{_method(found)} {placed} {french.plural(placed, 'commune')} de moins de "
        f"{classes.SMALLEST} habitants, incomplètes ou atypiques, placées sans peser. "
        f"{_steadiness(found)}",
    )  # fmt: skip
    names = material.shapes["name"]
    table = pd.DataFrame({
        "Commune": [french.typeset(str(names[code])) for code in found.classes.index],
        "Classe": ["n.d." if pd.isna(n) else french.number(int(n)) for n in found.classes],
    })  # fmt: skip
    kinds = {str(code): str(int(n)) for code, n in found.classes.dropna().items()}
    return class_map.drawn(
        values, material.shapes, kinds, legend, caption, table,
        neighbours=material.around, places=towns(material),
    )  # fmt: skip


def _method(found: Typology) -> str:
    if found.components is None:
        return ""
    inertia = found.components.eigenvalues
    part = 100 * float(inertia.iloc[: found.kept].sum() / inertia.sum())
    return (
        f"Analyse en composantes principales sur {len(inertia)} variables : "
        f"{found.kept} axes gardés, {french.quantity(part, '%')} de l’information ; "
        "classification ascendante hiérarchique (Ward), consolidée."
    )


def _steadiness(found: Typology) -> str:
    steady = found.steadiness
    word = "fragiles" if steady.mean < _FRAGILE else "stables"
    bounds = french.interval(steady.low, steady.high, "", 2)
    return (
        f"Classes {word} : accord moyen de {french.number(steady.mean, 2)} {bounds} avec "
        f"{classes.DRAWS} rééchantillonnages (indice de Rand ajusté, graine {classes.SEED})."
    )


def described(material: Material) -> Block:
    """The variables that set each class apart, with its mean and its test value."""
    title = "Ce qui caractérise chaque classe"
    found = _made(material)
    if found.reason:
        return perimeter.paragraphs(title, [found.reason])
    rows = []
    for number in found.means.index:
        scores = found.test_values.loc[number].dropna()
        said = scores[scores.abs() >= _REMARKABLE]
        order = said.abs().sort_values(ascending=False).index[:_SAID]
        texts = []
        for name in order:
            entry = catalog.indicator(str(name))
            mean = written(found.means.loc[number, name], entry)
            texts.append(f"{entry.short} : {mean} ({french.number(said[name], 1, sign=True)})")
        own = found.classes[found.active] == number
        rows.append({
            "Classe": french.number(int(number)),
            "Communes actives": french.number(int(own.sum())),
            "Moyennes qui s’écartent le plus (valeur-test)": french.typeset(
                " ; ".join(texts) or "aucune"
            ),
        })  # fmt: skip
    note = (
        "Moyenne simple des communes de la classe ; la valeur-test dit de combien elle s’écarte de "
        "celle de toutes. Les classes étant faites de ces variables, elle décrit et ne prouve rien."
    )
    values = _means(material, found)
    caption = Caption(title, source=words.credit(values), champ="communes actives", note=note)
    return compose("table", caption, values, alt="", table=pd.DataFrame(rows))


def _means(material: Material, found: Typology) -> pd.DataFrame:
    """Means of the variables in each class, as values of a group of communes."""
    rows = [
        made.row(
            material.place, str(name), float(mean),
            territory=f"{material.place.id}/classe-{number}", territory_label=f"Classe {number}",
            category="moyenne des communes",
            note=f"valeur-test {french.number(float(score), 1, sign=True)}",
        )
        for number in found.means.index
        for (name, mean), score in zip(
            found.means.loc[number].items(), found.test_values.loc[number], strict=True
        )
    ]  # fmt: skip
    return made.table(material.observatory, rows, _vintages(material, found))


def _weights(material: Material, found: Typology) -> pd.DataFrame:
    """Values of the share of the people in each class, for the territory and its groups."""
    places = [material.place, *material.groups]
    places = list({place.id: place for place in places}.values())
    table = classes.held(found, {place.id: place.communes for place in places})
    rows = []
    for place in places:
        for _, row in table[table["group"] == place.id].iterrows():
            rows.append(made.row(
                place, "commune_class_share_pct", row["share_pct"],
                category=f"Classe {int(row['class'])}", n=row["population"],
                note=f"{int(row['communes'])} {french.plural(row['communes'], 'commune')}",
            ))  # fmt: skip
    return made.table(material.observatory, rows, _vintages(material, found))


def held(material: Material) -> Block:
    """Share of the people who live in each class, in the territory and in each of its groups."""
    title = "Ce que chaque classe rassemble"
    found = _made(material)
    if found.reason:
        return perimeter.paragraphs(title, [found.reason])
    values = _weights(material, found)
    entry = catalog.indicator("commune_class_share_pct")
    rows = []
    for label, own in values.groupby("territory_label", sort=False):
        cells = {
            str(row["category"]): f"{written(row['value'], entry)}\n{row['note']}"
            if row["status"] == "ok" else french.SIGNS[row["status"]]
            for _, row in own.iterrows()
        }  # fmt: skip
        rows.append({"Territoire": french.typeset(str(label)), **cells})
    caption = Caption(
        title, "Part des habitants qui vivent dans une commune de la classe",
        source=words.credit(values), champ="population municipale",
        note="Toutes les communes classées, les plus petites comprises.",
    )  # fmt: skip
    return compose("table", caption, values, alt="", table=pd.DataFrame(rows))
