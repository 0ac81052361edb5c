"""Do neighbouring communes look alike: a table of global indices and a map of local ones."""

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import class_map, perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.class_map import Kind
from ternois_analysis.display.commune_classes import towns
from ternois_analysis.display.gaps import p_value
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import made, neighbourhood, raw
from ternois_analysis.observatory.typology import VARIABLES

_TITLE = "Les communes voisines se ressemblent-elles ?"
#: By the mark of the index: two signs, the one of the commune and the one of its neighbours.
_KINDS = {
    "HH": Kind("++", "#B34700", "valeur haute entourée de hautes"),
    "LL": Kind("−−", "#0072B2", "valeur basse entourée de basses"),
    "HL": Kind("+−", "#F2B880", "valeur haute entourée de basses"),
    "LH": Kind("−+", "#9CC4DE", "valeur basse entourée de hautes"),
    neighbourhood.NEUTRAL: Kind(neighbourhood.NEUTRAL, "#FFFFFF", "rien de significatif"),
}


def _table(material: Material) -> pd.DataFrame:
    names = tuple(name for name in VARIABLES if name in catalog.indicators())
    return neighbourhood.global_indices(material.observatory, material.place, names)


def _vintages(material: Material, names: list[str]) -> dict[str, str]:
    listed: dict[str, str] = {}
    for name in names:
        origin = raw.origin(material.observatory, name)
        years = origin.millesime.split("+")
        for source, year in zip(origin.source.split("+"), years, strict=True):
            listed.setdefault(source, year.split(",")[-1])
    return listed


def indices(material: Material) -> Block:
    """Moran's index of each variable, with its p-value by permutations."""
    reason = neighbourhood.why_not(material.place)
    if reason:
        return perimeter.paragraphs(_TITLE, [reason])
    found = _table(material)
    if found.empty:
        return perimeter.paragraphs(_TITLE, ["n.d. : trop peu de communes ont une valeur."])
    rows, lines = [], []
    for _, row in found.iterrows():
        entry = catalog.indicator(row["indicator"])
        rows.append(made.row(
            material.place, "moran_index", row["value"], category=row["indicator"],
            n=float(row["units"]), note=f"p ajustée {p_value(row['p_adjusted'])}",
        ))  # fmt: skip
        alike = row["p_adjusted"] < neighbourhood.LEVEL
        word = "n.s." if not alike else "se ressemblent" if row["value"] > 0 else "s’opposent"
        lines.append({
            "Indicateur": entry.short, "Indice de Moran": french.number(row["value"], 2),
            "Attendu au hasard": french.number(row["expected"], 2),
            "p ajustée": p_value(row["p_adjusted"]),
            "Calculé sur": "taux standardisés" if row["rates"] else "valeurs",
            "Communes voisines": word,
        })  # fmt: skip
    values = made.table(material.observatory, rows, _vintages(material, list(found["indicator"])))
    alike = found[found["p_adjusted"] < neighbourhood.LEVEL]
    many = f"Oui pour {len(alike)}" if len(alike) else "Pour aucun"
    title = f"{_TITLE} {many} des {len(found)} indicateurs"
    first = found.iloc[0]
    note = (
        f"{first['units']} communes, dont {first['units'] - first['inside']} autour du "
        f"territoire ; contiguïté par un bord ou un coin. {french.number(first['permutations'])} "
        f"permutations, graine {first['seed']} ; p-valeurs bilatérales corrigées ensemble "
        "(Benjamini-Hochberg). Taux standardisés d’après Assunção et Reis."
    )
    caption = Caption(title, source=words.credit(values), champ="communes", note=note)
    return compose("table", caption, values, alt="", table=pd.DataFrame(lines))


def local(material: Material, indicator: str = "") -> Block:
    """Map of local indices; without an indicator, of the one whose global index is highest."""
    title = "Où sont les ressemblances ?"
    reason = neighbourhood.why_not(material.place)
    if reason:
        return perimeter.paragraphs(title, [reason])
    found = _table(material).sort_values("value", ascending=False)
    if found.empty:
        return perimeter.paragraphs(title, ["n.d. : trop peu de communes ont une valeur."])
    name = indicator or str(found["indicator"].iloc[0])
    entry = catalog.indicator(name)
    table = neighbourhood.local_indices(material.observatory, material.place, name)
    rows = [
        made.row(
            material.observatory.territory(f"commune-{code}"), "local_moran_index",
            float(row["local"]), category=f"{name} / {material.place.id}",
            note="" if pd.isna(row["p_adjusted"]) else f"p ajustée {p_value(row['p_adjusted'])}",
        )
        for code, row in table.iterrows()
    ]  # fmt: skip
    values = made.table(material.observatory, rows, _vintages(material, [name]))
    marked = table["mark"].dropna()
    some = int((marked != neighbourhood.NEUTRAL).sum())
    told = (
        f"{some} {french.plural(some, 'commune')} se distinguent ou font groupe avec leurs voisines"
        if some > 1 else "1 commune se distingue ou fait groupe avec ses voisines" if some
        else "aucune commune ne fait groupe de façon significative"
    )  # fmt: skip
    caption = Caption(
        f"{words.subject(entry)} : {told}", words.capital(entry.definition.rstrip(".")),
        source=words.credit(values), champ=entry.champ,
        note="Indice de Moran local, permutations conditionnelles (au moins 9 999), p ajustée de "
        "moins de 0,05. Le premier signe est celui de la commune, le second celui des voisines : "
        "++ et −− sont des groupes de communes semblables ; +− et −+, des communes qui diffèrent "
        "de leurs voisines.",
    )  # fmt: skip
    shown = pd.DataFrame({
        "Commune": [french.typeset(str(material.shapes.loc[c, "name"])) for c in table.index],
        "Groupe": ["n.d." if pd.isna(mark) else _KINDS[mark].text for mark in table["mark"]],
        "Indice local": [french.number(v, 2) for v in table["local"]],
    })  # fmt: skip
    kinds = {str(code): _KINDS[mark].mark for code, mark in marked.items()}
    return class_map.drawn(
        values, material.shapes, kinds, [*_KINDS.values()], caption, shown,
        neighbours=material.around, places=towns(material),
    )  # fmt: skip
