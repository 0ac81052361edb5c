"""The sentences of the evaluation of a programme: what is compared, what may be said."""

import math

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.programmes import programmes as facts_of
from ternois_analysis.display.published import cell, interval
from ternois_analysis.observatory.programme_evaluation import CONTROLS, VARIABLES, Comparison, Reach
from ternois_analysis.observatory.programme_tables import part

_NEAR = {"registered_year": "l’ancienneté", "owner_birth_year": "l’âge du chef d’entreprise"}
_REASONS = {"missing": "âge ou ancienneté inconnus", "nobody": "aucune entreprise semblable"}
NOTHING_ELSE = ("On ne peut rien dire d’autre : les entreprises de cette page sont inventées.",)
SEEN = "On peut dire comment les entreprises entrées ont évolué à côté de leurs témoins."

NONE = (
    "Le Pays n’a déclaré aucun programme d’accompagnement des entreprises : il n’y a rien à "
    "compter ni à comparer."
)


def label(group: str) -> str:
    """Name of a group of programmes; « Programmes » where the house declares no such group."""
    known = facts_of().groups
    return known[group].label if group in known else "Programmes"


def detectable(reach: Reach) -> str:
    """The smallest gaps that the numbers would likely show."""
    gaps = [
        f"{french.number(100 * abs(bound - reach.baseline), 1)} points {where}"
        for bound, where in ((reach.above, "au-dessus"), (reach.below, "au-dessous"))
        if not math.isnan(bound)
    ]
    if not gaps:
        return "Plus petit écart détectable : aucun, même extrême, ne serait repéré."
    told = f"Plus petit écart détectable : {french.listing(gaps, 'ou')} des témoins."
    if math.isnan(reach.above):
        told += " Vers le haut, même une survie de 100 % passerait inaperçue."
    return told


def matching(found: Comparison) -> list[str]:
    """Who is matched with whom, who is not, and on what."""
    near = " et ".join(_NEAR[name] for name in found.near)
    total = len(found.treated)
    said = [
        "Appariement : même famille de métiers, même nature (société ou individuelle).",
        f"Puis les {CONTROLS} plus proches par {near}, le jour de l’entrée." if near else "",
        "Chaque témoin part du jour d’entrée de l’entreprise à laquelle il est apparié. Il était "
        "en activité ce jour-là.",
        f"Entreprises appariées : {found.matched} sur {total}.",
    ]
    twice = found.matches.pairs["control"].duplicated().any()
    if twice:
        said.append(
            "Un témoin peut servir plusieurs fois : les intervalles sont un peu trop étroits."
        )
    reasons = sorted({_REASONS[str(reason)] for reason in found.matches.unmatched})
    if reasons:
        said.append(f"Entreprises sans témoin, laissées de côté : {' ou '.join(reasons)}.")
    said += [f"{VARIABLES[n]} : n.d. au registre, non pris en compte." for n in found.left_out]
    return [text for text in said if text]


def sensitivity(values: pd.DataFrame) -> list[tuple[str, bool]]:
    """Sentences on the gap at equal trade and on the E-value, and whether each has a figure."""
    found = []
    entry = catalog.indicator("programme_strata_gap_points")
    for _, row in values[values["indicator"] == "programme_strata_gap_points"].iterrows():
        number = f"{cell(row, entry, unit=True)} {interval(row, entry)}".strip()
        text = f"À famille de métiers égale (Mantel-Haenszel), l’écart est de {number}."
        found.append((text, row["status"] == "ok"))
    entry = catalog.indicator("programme_e_value")
    rows = [row for _, row in values[values["indicator"] == "programme_e_value"].iterrows()]
    numbers = [" ".join(filter(None, (cell(row, entry), part(row["category"])))) for row in rows]
    text = f"E-value : {' ; '.join(numbers)}. Près de 1, une cause cachée très faible suffit."
    found.append((text, any(row["status"] == "ok" for row in rows)))
    return found


def known(group: str) -> str:
    """What was published of a group: it holds whatever the comparison shows."""
    entry = facts_of().groups[group]
    return f"On peut dire : {entry.published_text} ({entry.source})."


def not_known(*, enough: bool) -> list[str]:
    """What nobody may conclude; `enough` says that the power is."""
    said = [
        "On ne peut pas dire que l’écart vienne du programme : ceux qui s’inscrivent ne sont pas "
        "tirés au sort."
    ]
    if not enough:
        said.append("On ne peut pas dire que le programme ne change rien : la puissance manque.")
    said.append(
        "On ne peut pas comparer des communautés de communes où moins de cinq entreprises sont "
        "entrées."
    )
    return said
