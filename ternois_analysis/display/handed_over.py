"""Take-overs among registrations as blocks, and why a block of persons may be empty."""

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, perimeter, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.covered import NO_VERDICT, invented, without_register
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import shown
from ternois_analysis.observatory import takeovers, transmission


def line(material: Material) -> Block:
    """Line of the share of take-overs of the Pays, and whether it moved."""
    entry = catalog.indicator("takeover_share_pct")
    if (absent := without_register(material, entry.label)) is not None:
        return absent
    values = takeovers.history(material.observatory)
    if shown(values).empty:
        return perimeter.paragraphs(entry.label, [why(values)])
    whole = transmission.pays(material.observatory)
    caption = Caption(
        "Les reprises parmi les immatriculations du Pays, par sommes de quatre trimestres",
        reading=words.reading(values, entry, whole), source=words.credit(values),
        champ=entry.champ,
        note="Le rachat des parts d’une société n’est pas une immatriculation : borne basse.",
    )  # fmt: skip
    return charts.series(values, entry, caption)


def trend(material: Material) -> Block:
    """One sentence: whether the share of take-overs moved, with its test."""
    title = "Les reprises sont-elles plus fréquentes ?"
    if (absent := without_register(material, title)) is not None:
        return absent
    values = takeovers.history(material.observatory)
    found = takeovers.change(values)
    if found is None:
        return perimeter.paragraphs(title, ["Trop peu d’années publiables : n.s."], values)
    if invented(material):
        return perimeter.paragraphs(title, [NO_VERDICT], values)
    bounds = french.interval(found.low, found.high, "points", 1)
    moved = french.quantity(found.points, "points", 1, sign=True)
    when = f"du {french.quarter(found.first)} au {french.quarter(found.last)}"
    if found.low <= 0 <= found.high:
        text = f"L’écart {when} n’est pas significatif : {moved} {bounds}"
    else:
        text = f"La part des reprises a changé {when} : {moved} {bounds}"
    return perimeter.paragraphs(title, [f"{text} (Newcombe, à 95 %)."], values)


def why(values: pd.DataFrame) -> str:
    """Why no value is shown, in a sentence."""
    signs = set(values["status"])
    if "s" in signs:
        return "Couvert par le secret statistique : s."
    if "n.s." in signs:
        return "Effectifs insuffisants, ou âges inconnus : n.s."
    return "n.d. : donnée non disponible."
