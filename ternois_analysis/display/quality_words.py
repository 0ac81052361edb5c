"""The words of the quality page: verdicts, formula of the score, what is late or partial."""

import math
from collections.abc import Mapping, Sequence

from ternois_analysis import catalog, french
from ternois_analysis.catalog import Indicator
from ternois_analysis.display import words
from ternois_analysis.observatory.assessment import Assessment
from ternois_analysis.observatory.checks import KINDS, Check, State

#: A character and a word for each verdict: colour says nothing here.
VERDICTS: Mapping[State, str] = {
    "ok": "●\u00a0conforme", "watch": "▲\u00a0à\u00a0surveiller", "block": "■\u00a0bloquant",
    "unknown": "○\u00a0non\u00a0vérifiable",
}  # fmt: skip
SCORE = (
    "La note vaut 100 × la moyenne de quatre parts, de 0 à 1, celles qui sont connues : fraîcheur "
    "(1 tant que le millésime suivant n’est pas attendu, 0 après un rythme entier de retard), "
    "couverture (communes du territoire renseignées), complétude (cellules renseignées ou dont le "
    "producteur dit pourquoi elles ne le sont pas), contrôles réussis (un constat à surveiller "
    "compte pour moitié). ■ bloquant : un contrôle échoue ; ▲ à surveiller : retard, série close, "
    "couverture incomplète, constat, ou note inférieure à 75."
)
AGE = Indicator(
    label="Âge des sources", short="Âge", theme="qualite", unit="mois", decimals=0,
    definition="Du jour que décrit le dernier millésime au dernier jour du trimestre",
    nature="ratio", direction="neutral", secrecy="open", reading="", champ="sources installées",
)  # fmt: skip


def titled(source: str) -> str:
    """Title of a source, typeset."""
    return french.typeset(catalog.source(source).title)


def worded(state: State, found: Sequence[Assessment]) -> str:
    """The word of a verdict, in the plural when several sources have it."""
    word = VERDICTS[state].replace(french.NBSP, " ").partition(" ")[2]
    many = sum(one.state == state for one in found) > 1
    return f"{word}s" if many and state != "watch" else word


def due(one: Assessment) -> str:
    """Whether the next millésime of a source is due."""
    if one.ended:
        return f"série close en {one.ended}"
    if one.late_months > 0:
        return f"attendu depuis {french.number(one.late_months)} mois"
    return "sans rythme" if math.isnan(one.allowed_months) else "dans les temps"


def covered(one: Assessment) -> str:
    """Share of the communes that a source covers, and how much of France when it is cut."""
    if math.isnan(one.coverage_pct):
        return "sans objet"
    lines = [french.quantity(one.coverage_pct, "%")]
    if one.partial:
        lines.append(f"fichier partiel : {french.quantity(one.france_pct, '%', 1)} de la France")
    return "\n".join(lines)


def number(value: float, check: Check) -> str:
    """A number of a check, or the sign of one that is missing."""
    return french.SIGNS["n.d."] if math.isnan(value) else french.number(value, check.decimals)


def part(count: int, total: int) -> str:
    """A count with its share of a total."""
    return f"{french.number(count)}\n{french.quantity(100 * count / total, '%', 1)}"


def source_row(one: Assessment) -> dict[str, str]:
    """A source as a line of the table of sources."""
    return {
        "Source": titled(one.source),
        "Millésime": words.period(one.millesime),
        "Âge (mois)": "\n".join(filter(None, [french.number(one.age_months), due(one)])),
        "Communes du territoire": covered(one),
        "Contrôles réussis": f"{one.passed} sur {one.sure}",
        "Note": french.number(one.score),
        "Verdict": VERDICTS[one.state],
    }


def check_row(check: Check) -> dict[str, str]:
    """A check as a line of a table."""
    gap = french.number(check.gap, check.decimals, sign=True)
    verdict = [VERDICTS[check.state], french.typeset(check.said or check.communes)]
    return {
        "Contrôle": french.typeset(f"{KINDS[check.kind].label}\n{check.subject}"),
        "Source": titled(check.source),
        "Année": words.period(check.millesime) if check.millesime else "",
        "Attendu": number(check.expected, check),
        "Trouvé": number(check.found, check),
        "Écart": french.SIGNS["n.d."] if math.isnan(check.gap) else gap,
        "Verdict": "\n".join(filter(None, verdict)),
    }
