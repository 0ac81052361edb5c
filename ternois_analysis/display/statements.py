"""Statements and what the figures make of them: absences, actions corroborated, public claims."""

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import gaps, perimeter, specificities, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import written
from ternois_analysis.observatory import claims as checking
from ternois_analysis.observatory import corroboration, missing_figures, zoning
from ternois_analysis.observatory.corroboration import Tested

_GLYPHS = {
    "corroborée": "●", "non corroborée": "◇", "données insuffisantes": "○",
    "vérifiée": "●", "à nuancer": "▲", "non vérifiable": "○",
}  # fmt: skip

_SEVERAL: dict[checking.Verdict, str] = {
    "vérifiée": "vérifiées", "à nuancer": "à nuancer", "non vérifiable": "non vérifiables",
}  # fmt: skip


def absences(material: Material) -> Block:
    """A table of the official figures that the territory has not."""
    title = "Ce que la statistique publique ne dit pas à cette échelle"
    observatory, place = material.observatory, material.place
    found = missing_figures.figures(observatory, place)
    lines = [
        {
            "Chiffre": french.typeset(missing.figure),
            "Pourquoi il n’existe pas": french.typeset(missing.why),
            "Source": french.typeset(missing.source),
        }
        for missing in found
    ]
    note = ""
    if not missing_figures.zones_known(observatory, place):
        note = "Zones d’emploi n.d. " + " ".join(words.not_installed([zoning.SOURCE]))
    values = zoning.zones(observatory, place, "employment_zone")
    people = observatory.values([place], ["population"])
    used = pd.concat([people, values], ignore_index=True) if len(values) else people
    caption = Caption(title, source=words.credit(used), champ="communes", note=note)
    return compose("table", caption, used, alt="", table=pd.DataFrame(lines))


def actions(material: Material) -> Block:
    """A table of the actions, each with its conditions and its verdict."""
    title = "Quelles actions les chiffres corroborent-ils ?"
    place = material.place
    references = material.observatory.gazetteer.references(place)
    if not references:
        return perimeter.paragraphs(title, ["Sans objet : aucune référence plus large."])
    tests = specificities.tested(material)
    found = corroboration.corroborated(tests.findings, tests.values, place, references[-1])
    lines = []
    for case in found.values():
        reasons = " ; ".join(_reason(tested) for tested in case.tested) or case.action.missing
        lines.append({
            "Action": f"{case.action.label}\n{case.action.origin}",
            "Ce que disent les chiffres": french.typeset(reasons),
            "Verdict": f"{_GLYPHS[case.verdict]} {case.verdict}",
            "Preuve": case.action.level,
        })  # fmt: skip
    rows = [
        tested.row.to_frame().T
        for case in found.values() for tested in case.tested
        if tested.row is not None and "against" in tested.row.index
    ]  # fmt: skip
    used = gaps.values(pd.concat(rows), tests.values) if rows else perimeter.nothing()
    note = (
        "Une action est corroborée quand assez de ses conditions tiennent : écart significatif, "
        "corrigé pour le nombre de tests, et notable. Références : "
        f"{references[-1].label}, ou les EPCI similaires. Niveau D : un constat, qui ne dit ni la "
        "cause ni ce que l’action obtiendrait. Les données de démonstration ne comptent pas."
    )
    caption = Caption(
        title, source=words.credit(used), champ="voir chaque indicateur", note=note
    )  # fmt: skip
    return compose("table", caption, used, alt="", table=pd.DataFrame(lines))


def _reason(tested: Tested) -> str:
    """`taux de vacance 9,5 % contre 8,0 % : oui`, or that it could not be tested."""
    condition = tested.condition
    entry = catalog.indicator(condition.indicator)
    name = words.small(entry.short)
    if tested.row is None:
        return f"{name} : non testé"
    other = tested.row["reference"] if condition.threshold is None else condition.threshold
    value = written(float(tested.row["value"]), entry)
    return f"{name} {value} contre {written(float(other), entry)} : {tested.outcome}"


def claims(material: Material) -> Block:
    """A table of the public claims on the Pays, each with what is computed and the verdict."""
    title = "Ce qui a été dit du territoire, vérifié"
    observatory = material.observatory
    if not set(material.place.communes) <= set(observatory.gazetteer.pays_codes):
        pays = observatory.territory(observatory.gazetteer.facts.pays)
        return perimeter.paragraphs(
            title, [f"Sans objet : les affirmations vérifiées portent sur {pays.name}."]
        )
    pays = observatory.territory(observatory.gazetteer.facts.pays)
    found = checking.check(observatory, pays)
    if not found:
        text = "Aucune affirmation publique n’est déclarée pour ce Pays : il n’y a rien à vérifier."
        return perimeter.paragraphs(title, [text])
    values = checking.values(observatory, pays, found)
    lines = []
    for check in found.values():
        claim, computed = check.claim, check.computed
        figure, told = french.SIGNS["n.d."], claim.missing
        if computed is not None:
            figure = french.number(computed.value, claim.decimals)
            told = f"{claim.unit}, {words.period(computed.period)}"
        lines.append({
            "Affirmation": f"{claim.text}\n{claim.source}",
            "Avancé": french.number(claim.claimed, claim.decimals), "Recalculé": figure,
            "Ce qui est compté, ou ce qui manque":
                french.typeset(told) + (f"\n{claim.context}" if claim.context else ""),
            "Verdict": f"{_GLYPHS[check.verdict]} {check.verdict}",
        })  # fmt: skip
    verdicts = [check.verdict for check in found.values()]
    said = french.listing([
        f"{verdicts.count(verdict)} {french.plural(verdicts.count(verdict), verdict, several)}"
        for verdict, several in _SEVERAL.items() if verdict in verdicts
    ])  # fmt: skip
    caption = Caption(
        title, f"{pays.label} : {said}", source=words.credit(values), champ="voir chaque ligne",
        note="Le recensement le plus proche de la date de l’affirmation est pris. « À nuancer » : "
        "l’écart dépasse la tolérance fixée d’avance. « Non vérifiable » : aucune donnée réelle "
        "installée ne répond ; les données de démonstration ne servent jamais de preuve.",
    )  # fmt: skip
    return compose("table", caption, values, alt="", table=pd.DataFrame(lines))
