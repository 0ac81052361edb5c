"""The table of a shift-share analysis, its identities and what its residual may be said to be."""

import math

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell
from ternois_analysis.methods.shift_share import ShiftShare
from ternois_analysis.observatory import sectors
from ternois_analysis.observatory.sectors import Basis
from ternois_analysis.territory import Territory

#: Columns of the analysis as printed.
PARTS = {
    "change": "Évolution", "national": "Effet de la référence", "structural": "Effet structurel",
    "residual": "Effet résiduel (local)", "competitive": "dont composante propre",
    "allocation": "dont allocation",
}  # fmt: skip
_ALL = "Ensemble"
#: Share of a residual from which it is said to be all allocation.
_NEARLY = 0.9


def block(
    material: Material, basis: Basis, pair: tuple[str, str], division: Territory, found: ShiftShare
) -> Block:
    """Sectors by effects, in units of what is counted, with the two identities."""
    period = "-".join(pair)
    effects = found.effects[list(PARTS)]
    effects.loc[_ALL] = found.totals[list(PARTS)]
    records = [
        {"indicator": "shift_share_effect", "category": basis.category(f"{sector} : {label}"),
         "value": float(row[part])}
        for sector, row in effects.iterrows()
        for part, label in PARTS.items()
    ]  # fmt: skip
    values = sectors.rows(material.observatory, material.place, basis, period, records)
    entry = catalog.indicator("shift_share_effect")
    cells = {row["category"]: cell(row, entry) for _, row in values.iterrows()}
    table = pd.DataFrame([
        {"Secteur": french.typeset(str(sector))}
        | {label: cells[basis.category(f"{sector} : {label}")] for label in PARTS.values()}
        for sector in effects.index
    ])  # fmt: skip
    change = float(found.totals["change"])
    title = (
        f"De {pair[0]} à {pair[1]}, {basis.noun} : "
        f"{french.number(change, 0, sign=True)}, dont effet résiduel (local) "
        f"{french.number(float(found.totals['residual']), 0, sign=True)}"
    )
    note = (
        f"Référence : {division.name}, sans le territoire. Évolution = effet de la référence + "
        "effet structurel + effet résiduel ; effet résiduel = composante propre + allocation "
        "(Esteban-Marquillas). L’effet résiduel est un reste comptable : il ne mesure aucune cause."
    )
    caption = Caption(
        title, subtitle=f"{entry.label}, {basis.noun}, de {pair[0]} à {pair[1]}",
        champ=basis.noun, source=words.credit(values), note=f"{note} {remark(found)}".strip(),
    )  # fmt: skip
    return compose("table", caption, values, alt="", table=table)


def remark(found: ShiftShare) -> str:
    """Said when the residual comes from the mix of sectors rather than from their growth."""
    residual, allocation = (float(found.totals[name]) for name in ("residual", "allocation"))
    if math.isnan(allocation) or residual == 0 or allocation / residual < _NEARLY:
        return ""
    return (
        "Ici l’effet résiduel tient tout entier à l’allocation : le territoire a davantage de "
        "certains secteurs, il n’y évolue pas mieux à structure égale."
        if residual > 0
        else "Ici l’effet résiduel tient tout entier à l’allocation : le territoire a davantage de "
        "certains secteurs, il n’y évolue pas moins bien à structure égale."
    )
