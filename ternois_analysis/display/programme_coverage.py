"""Who took part among those who could: tables by territory, family and size, and the funnel."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, definition, heading, interval, shown, written
from ternois_analysis.methods.funnel import binomial_limits
from ternois_analysis.observatory import programme_tables
from ternois_analysis.observatory.programme_tables import By
from ternois_analysis.observatory.programmes import Programmes

BY = {
    "territory": "par communauté de communes",
    "family": "par famille de métiers",
    "size": "par taille",
}
_FIRST = {"territory": "Territoire", "family": "Famille", "size": "Taille"}
_SIZE = "Taille que le registre donne à sa propre date, non à l’entrée dans le programme."
_SHARE = "programme_coverage_pct"


def caption(material: Material, title: str, values: pd.DataFrame, note: str = "") -> Caption:
    """Words that follow from values of the Pays."""
    entries = [catalog.indicator(name) for name in values["indicator"].unique()]
    where = programme_tables.pays(material.observatory).label
    champ = " ; ".join(dict.fromkeys(entry.champ for entry in entries))
    when = words.period(str(values["period"].iloc[0]))
    return Caption(title, f"{where}, {when}", champ=champ, source=words.credit(values), note=note)


def coverage(material: Material, found: Programmes, group: str, by: By, title: str) -> Block:
    """A table: entered, eligible, share covered and its interval."""
    values = programme_tables.coverage(material.observatory, found, group, by)
    if by == "territory":
        whole_first = values["territory"] != values["territory"].iloc[0]
        order = values["territory_label"].map(french.plain)
        keys = pd.DataFrame({"part": whole_first, "label": order})
        values = values.loc[keys.sort_values(["part", "label"], kind="stable").index]
    wide: dict[str, dict[str, str]] = {}
    for _, row in values.iterrows():
        entry = catalog.indicator(row["indicator"])
        whole = "Ensemble" if by != "territory" else row["territory_label"]
        line = wide.setdefault(french.typeset(programme_tables.part(row["category"]) or whole), {})
        line[heading(entry)] = cell(row, entry)
        if row["indicator"] == _SHARE:
            line["Intervalle à 95\u00a0%"] = interval(row, entry)
    table = pd.DataFrame([{_FIRST[by]: name} | line for name, line in wide.items()])
    said = caption(material, title, values, _note(material, by, values))
    return compose("table", replace(said, reading=_read(values)), values, alt="", table=table)


def _note(material: Material, by: By, values: pd.DataFrame) -> str:
    parts = ["Ordre alphabétique : ce tableau n’est pas un classement."] * (by == "territory")
    parts += [_SIZE] * (by == "size")
    parts += sorted({f"{words.capital(note)}." for note in values["note"] if note})
    place = material.place
    if place.id not in set(values["territory"]) and by == "territory":
        parts.append(f"{place.label} : s, ce territoire n’est pas protégé avec les autres.")
    return " ".join(parts)


def _read(values: pd.DataFrame) -> str:
    rows = shown(values[values["indicator"] == _SHARE])
    if rows.empty:
        return ""
    row, entry = rows.iloc[0], catalog.indicator(_SHARE)
    share = written(row["value"], entry)
    return (
        f"dans le Pays, {share} des entreprises éligibles sont entrées dans le programme "
        f"{interval(row, entry)}."
    )


def funnel(material: Material, found: Programmes, group: str, title: str) -> Block:
    """Coverage of the parts of the Pays against their size, with the limits of chance."""
    whole = programme_tables.coverage(material.observatory, found, group, "territory")
    values = whole[whole["indicator"] == _SHARE]
    total, parts = values.iloc[0], values.iloc[1:].reset_index(drop=True)
    points = shown(parts)
    if total["status"] != "ok" or len(points) < 2 or not 0 < total["value"] < 100:
        text = "Moins de deux territoires ont un taux que l’on puisse montrer : n.s."
        return perimeter.paragraphs(title, [text], values)
    target, entry = float(total["value"]), catalog.indicator(_SHARE)
    sizes = pd.Series(np.linspace(10, float(points["n"].max()), 60).round())
    table = {"n": sizes}
    for name, level in (("95", 0.95), ("998", 0.998)):
        limits = binomial_limits(target / 100, sizes, level)
        table[f"low_{name}"] = 100 * pd.Series(np.asarray(limits.low)).clip(lower=0)
        table[f"high_{name}"] = 100 * pd.Series(np.asarray(limits.high)).clip(upper=1)
    note = (
        "Entonnoir : entre les limites, un territoire ne se distingue pas du Pays, le hasard "
        "suffit à expliquer l’écart. Le trait central est le taux du Pays."
    )
    said = replace(caption(material, title, parts, note), subtitle=definition(entry, parts))
    return charts.funnel(
        parts, pd.DataFrame(table), entry, said, target=target, base="entreprises éligibles"
    )
