"""What the figures make of the actions and of the claims, and what the data do not say."""

from collections.abc import Mapping

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.bureau import bureau
from ternois_analysis.display import words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.specificities import Tested
from ternois_analysis.observatory import claims as checking
from ternois_analysis.observatory import corroboration, missing_figures, programmes, specificities
from ternois_analysis.observatory.corroboration import Corroboration
from ternois_analysis.observatory.values import COLUMNS

#: Indicators named after a sign, at most.
_PUBLIC, _ASKED = "fichier public à ajouter", "à demander au producteur"
_NAMED = 6


def judged(material: Material, tested: Tested) -> Mapping[str, Corroboration]:
    """The actions of the catalogue as the genuine figures judge them; none without a reference."""
    references = material.observatory.gazetteer.references(material.place)
    if not references:
        return {}
    return corroboration.corroborated(
        tested.findings, tested.values, material.place, references[-1]
    )  # fmt: skip


def checked(material: Material) -> dict[str, checking.Check]:
    """The public claims, checked; they speak of the Pays, so none for another territory."""
    observatory, place = material.observatory, material.place
    if place.id != observatory.gazetteer.facts.pays:
        return {}
    return checking.check(observatory, place)


def counts(material: Material, tested: Tested) -> list[str]:
    """What the figures make of the actions and of the public claims, in one message each."""
    texts = []
    verdicts = [case.verdict for case in judged(material, tested).values()]
    known = sum(verdict != "données insuffisantes" for verdict in verdicts)
    if held := verdicts.count("corroborée"):
        texts.append(
            f"Les chiffres corroborent {held} {french.plural(held, 'action')} sur les {known} "
            "qu’ils permettent de juger : "
            f"{french.plural(held, 'une priorité', 'des priorités')} à débattre."
        )
    checks = [check.verdict for check in checked(material).values()]
    if doubtful := checks.count("à nuancer"):
        several = french.plural(doubtful, "affirmation publique", "affirmations publiques")
        texts.append(
            f"Les chiffres nuancent {doubtful} {several} et en vérifient "
            f"{checks.count('vérifiée')} : des documents à corriger."
        )
    return texts


def invented(material: Material) -> list[str]:
    """What is a demonstration, in sentences; none when all is genuine."""
    columns = material.observatory.columns
    said = []
    if columns.register is not None and columns.register.synthetic:
        said.append(
            "Le registre des métiers installé est une démonstration : aucun message, aucun feu ni "
            "aucun point à décider ne porte sur l’artisanat."
        )
    found = programmes.programmes_of(columns)
    if found is not None and found.synthetic:
        said.append("Les fichiers des programmes sont une démonstration : rien n’en est conclu.")
    return said


def lacking(material: Material, tested: Tested) -> Block:
    """A table of what the data do not say: sources, signs, demonstrations, absent statistics."""
    rows = [
        *_sources(material), *_signs(material),
        *({"Ce qui manque": text.partition(" : ")[0], "Conséquence": words.capital(
            text.partition(" : ")[2]), "Pour l’obtenir": "le fichier réel, par son producteur"}
          for text in invented(material)),
        *_absences(material),
    ]  # fmt: skip
    done = material.of(["population"], [material.place])
    caption = Caption(
        "Ce que les données ne disent pas",
        source=words.credit(done) if len(done) else "",
        note="Un chiffre absent n’est pas un zéro : aucune conclusion n’en est tirée.",
    )
    judged_here = tested.genuine["territory"] == material.place.id
    if not judged_here.any():
        rows.append({
            "Ce qui manque": "Des écarts testés",
            "Conséquence": "Effectifs trop faibles, ou aucune référence : n.s.",
            "Pour l’obtenir": "lire la communauté de communes",
        })  # fmt: skip
    table = pd.DataFrame(rows).map(french.typeset)
    used = done if len(done) else pd.DataFrame(columns=list(COLUMNS))
    return compose("table", caption, used, alt="", table=table)


def _sources(material: Material) -> list[dict[str, str]]:
    """The sources to install, each with what it would tell and who is to bring it.

    No command: this page is for elected officials, and the others give it.
    """
    names = dict.fromkeys([*bureau().lights, *specificities.candidates()])
    waiting: dict[str, list[str]] = {}
    for name in names:
        for source in material.observatory.absent([name]):
            waiting.setdefault(source, []).append(catalog.indicator(name).short)
    known = catalog.sources()
    return [
        {
            "Ce qui manque": f"{known[source].title}\n{known[source].producer}",
            "Conséquence": f"n.d. : {_few(shorts)}",
            "Pour l’obtenir": _PUBLIC if _is_open(source) else _ASKED,
        }
        for source, shorts in waiting.items() if source in known
    ]  # fmt: skip


def _is_open(source: str) -> bool:
    """Whether a delivery that anybody may have fills a source."""
    return any(catalog.deliveries()[name].open for name in catalog.fills(source))


def _few(shorts: list[str]) -> str:
    listed = list(dict.fromkeys(shorts))
    if len(listed) <= _NAMED:
        return french.listing(listed)
    return f"{', '.join(listed[:_NAMED])} et {len(listed) - _NAMED} autres"


def _signs(material: Material) -> list[dict[str, str]]:
    """How many figures of the territory are hidden or too weak, and which."""
    known = material.values
    own = known[known["territory"] == material.place.id]
    told = {"s": "couverts par le secret statistique", "n.s.": "trop fragiles pour être montrés"}
    rows = []
    for sign, why in told.items():
        names = own.loc[own["status"] == sign, "indicator"]
        if len(names):
            shorts = [catalog.indicator(name).short for name in names.unique()]
            rows.append({
                "Ce qui manque": f"Chiffres {why}", "Conséquence": f"{sign} : {_few(shorts)}",
                "Pour l’obtenir": "lire un territoire plus large",
            })  # fmt: skip
    return rows


def _absences(material: Material) -> list[dict[str, str]]:
    return [
        {"Ce qui manque": missing.figure, "Conséquence": missing.why,
         "Pour l’obtenir": f"n’existe pas\n{missing.source}"}
        for missing in missing_figures.figures(material.observatory, material.place)
    ]  # fmt: skip
