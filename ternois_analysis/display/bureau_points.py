"""Points for the bureau to decide, as questions; each figure names what it is set against."""

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import bureau_readings, decisions, gaps, perimeter, words
from ternois_analysis.display.block import Block
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import written
from ternois_analysis.display.specificities import Tested
from ternois_analysis.observatory import claims as checking
from ternois_analysis.observatory.corroboration import Corroboration
from ternois_analysis.observatory.corroboration import Tested as Condition

_TITLE = "Points à décider"
_NOTHING = (
    "Aucune action du répertoire n’est corroborée par les chiffres disponibles, et aucun chiffre "
    "public n’est à corriger."
)


def points(material: Material, tested: Tested) -> Block:
    """One question a point: an action that the figures corroborate, or a claim they contradict."""
    found = [c for c in decisions.judged(material, tested).values() if c.verdict == "corroborée"]
    claims = {n: c for n, c in decisions.checked(material).items() if c.verdict == "à nuancer"}
    texts = [action(case, tested) for case in found]
    texts += [text for check in claims.values() if (text := _claim(check))]
    rows = [
        one.row.to_frame().T for case in found for one in case.tested
        if one.row is not None and "against" in one.row.index
    ]  # fmt: skip
    tables = [gaps.values(pd.concat(rows), tested.values)] if rows else []
    tables += [checking.values(material.observatory, material.place, claims)] if claims else []
    used = pd.concat(tables, ignore_index=True) if tables else perimeter.nothing()
    return perimeter.paragraphs(_TITLE, texts or [_NOTHING], used)


def action(case: Corroboration, tested: Tested) -> str:
    """`Faut-il améliorer l’habitat ancien ?`, the figures that hold, and what was not tested."""
    label = case.action.label
    held = [_figure(one, tested) for one in case.tested if one.outcome == "oui"]
    question = f"Faut-il {label[:1].lower()}{label[1:]} ?"
    text = f"{question} {words.capital(' ; '.join(filter(None, held)))}."
    absent = [words.small(catalog.indicator(one.condition.indicator).short)
              for one in case.tested if one.row is None]  # fmt: skip
    return f"{text} Non testé : {french.listing(absent)}." if absent else text


def _figure(one: Condition, tested: Tested) -> str:
    """`taux de vacance 9,5 %, contre 8,0 % en France métropolitaine`: its own reference."""
    if one.row is None:
        return ""
    entry, limit = catalog.indicator(one.condition.indicator), one.condition.threshold
    if limit is None:
        other = bureau_readings.versus(one.row, entry, tested.places, {})
    else:
        # The published figure may be that of a territory: its source says which.
        source = one.condition.threshold_source
        other = written(limit, entry) + (f" ({source})" if source else "")
    return f"{words.small(entry.short)} {written(float(one.row['value']), entry)}, contre {other}"


def _claim(check: checking.Check) -> str:
    if check.computed is None:
        return ""
    claim, computed = check.claim, check.computed
    return (
        f"Quel chiffre retenir : {french.number(claim.claimed, claim.decimals)} {claim.unit} "
        f"({claim.source}), ou {french.number(computed.value, claim.decimals)} "
        f"({words.period(computed.period)}, recalculé) ?"
    )
