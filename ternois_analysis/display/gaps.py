"""Gaps to references in French: a sentence, a table, and the values behind them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import verdicts, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.published import brief, interval_note, written
from ternois_analysis.display.verdicts import Verdict
from ternois_analysis.observatory import specificities
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.territory import Territory

#: How each kind of test is named beside its p-value.
TESTS = {
    "share": "deux parts",
    "rate": "deux taux, test exact",
    "peers": "EPCI similaires, Student",
}
_TINY = 0.001


def p_value(p: float) -> str:
    """`< 0,001`, or three decimals."""
    return "< 0,001" if p < _TINY else french.number(p, 3)


def amount(gap: float, entry: Indicator) -> str:
    """The size of a gap with its unit: a difference of percentages is in points."""
    size = abs(gap)
    if not entry.unit.startswith("%"):
        return french.quantity(size, entry.unit, entry.decimals)
    points = french.plural(float(french.rounded(size, entry.decimals)), "point")
    return french.quantity(size, points + entry.unit.removeprefix("%"), entry.decimals)


def reading(found: pd.Series, entry: Indicator) -> Verdict:
    """What a gap that is told is called: favourable or not, or only higher or lower."""
    if entry.direction == "neutral":
        return verdicts.HIGHER if found["gap"] > 0 else verdicts.LOWER
    better = (found["gap"] > 0) == (entry.direction == "favourable")
    return verdicts.FAVOURABLE if better else verdicts.UNFAVOURABLE


def against(found: pd.Series, places: Mapping[str, Territory]) -> str:
    """What a value is set against, after « plus que »: `dans le reste du Pays du Ternois`."""
    if found["against"] in places:
        return words.within(places[found["against"]])
    label = str(found["against_label"])
    small = f"{label[:1].lower()}{label[1:]}"
    return f"la {small}" if found["kind"] == "peers" else f"dans le {small}"


def sentence(found: pd.Series, places: Mapping[str, Territory], *, subject: str = "") -> str:
    """A gap that is told, in one sentence of at most 25 words; its test is added after it.

    « Taux de vacance : 9,5 %, soit 2,2 points de plus que dans le Pas-de-Calais (7,3 %). »
    """
    entry = catalog.indicator(found["indicator"])
    where = against(found, places)
    than = f"qu’{where}" if where.startswith(("en ", "à ", "au")) else f"que {where}"
    sense = "plus" if found["gap"] > 0 else "moins"
    lead = f"{subject}, {words.small(entry.short)}" if subject else entry.short
    return (
        f"{lead} : {written(found['value'], entry)}, soit {amount(found['gap'], entry)} "
        f"de {sense} {than} ({written(found['reference'], entry)})."
    )


def evidence(found: pd.Series) -> str:
    """The test behind a sentence and the level of its evidence."""
    test = TESTS[found["kind"]]
    return f"Constat de niveau D ; {test}, p ajustée {_equal(found['p_adjusted'])}."


def _equal(p: float) -> str:
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"


def rows(found: pd.DataFrame, *, by: str, places: Mapping[str, Territory]) -> pd.DataFrame:
    """One row a gap, in French.

    Parameters
    ----------
    found : DataFrame
        As `specificities.findings` gives them, in the order of the table.
    by : {"territory", "indicator"}
        What heads the rows; territories come in the alphabetical order of their short names.
    """
    if by == "territory":
        names = {place: french.plain(places[place].short) for place in found["territory"]}
        found = found.sort_values("territory", key=lambda ids: ids.map(names), kind="stable")
    table = []
    for _, row in found.iterrows():
        entry = catalog.indicator(row["indicator"])
        verdict = reading(row, entry) if _said(row) else verdicts.NOT_SIGNIFICANT
        bounds = (
            "" if pd.isna(row["low"])
            else f"\n{french.interval(row['low'], row['high'], '', entry.decimals)}"
        )  # fmt: skip
        reference = f"{brief(row['reference'], entry)}\n{french.typeset(row['against_label'])}"
        unit = "" if entry.unit in ("%", "€") else f"\n{entry.unit}"
        cells = {"Indicateur": f"{entry.short}{unit}", "Valeur": brief(row["value"], entry)}
        if by == "territory":
            cells = {"Territoire": french.typeset(places[row["territory"]].short), **cells}
        sign = f"+{french.NNBSP}" if row["gap"] > 0 else french.MINUS
        gap = f"{sign}{_short(row['gap'], entry)}{bounds}"
        table.append(
            cells | {
                "Référence": reference,
                "Écart": gap,
                "p ajustée": f"{p_value(row['p_adjusted'])}\n{TESTS[row['kind']]}",
                "Lecture": f"{verdict.glyph} {verdict.word}",
            }
        )  # fmt: skip
    return pd.DataFrame(table)


def _said(row: pd.Series) -> bool:
    """Whether a gap is significant and material, were it invented."""
    apart = not row["low"] <= 0 <= row["high"]
    return bool(row["p_adjusted"] < specificities.RATE and apart and row["times"] >= 1 - 1e-9)


def _short(gap: float, entry: Indicator) -> str:
    """The size of a gap, without a unit that the row already gives."""
    if entry.unit.startswith(("%", "€")):
        return amount(gap, entry)
    return french.number(abs(gap), entry.decimals)


def values(found: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Published values behind some gaps: the territory's, its reference's, and the gap itself."""
    first = known.drop_duplicates(["territory", "indicator"])
    index = first.set_index(["territory", "indicator"])
    made = []
    for _, row in found.iterrows():
        own = index.loc[(row["territory"], row["indicator"])]
        own = own.copy()
        own["territory"], own["indicator"] = row["territory"], row["indicator"]
        made.append(own)
        numbers = {"low": np.nan, "high": np.nan, "n": np.nan, "note": ""}
        other = (row["against"], row["indicator"])
        if other in index.index:
            there = index.loc[other].copy()
            there["territory"], there["indicator"] = other
            made.append(there)
        else:
            made.append(pd.Series(own.to_dict() | numbers | {
                "territory": row["against"], "territory_label": row["against_label"],
                "value": row["reference"],
            }))  # fmt: skip
        made.append(pd.Series(own.to_dict() | numbers | {
            "indicator": "specificity_gap", "category": f"{row['indicator']} / {row['against']}",
            "value": row["gap"], "low": row["low"], "high": row["high"],
            "note": f"p ajustée {_equal(row['p_adjusted'])}",
        }))  # fmt: skip
    table = pd.DataFrame(made, columns=list(COLUMNS)).reset_index(drop=True)
    return table.drop_duplicates(["territory", "indicator", "category", "period"])


def block(
    title: str, found: pd.DataFrame, known: pd.DataFrame, places: Mapping[str, Territory],
    *, by: str = "indicator", note: str = "",
) -> Block:  # fmt: skip
    """A table of gaps with their values and what their intervals express."""
    used = values(found, known)
    entries = [catalog.indicator(name) for name in found["indicator"].unique()]
    own = used[used["indicator"].isin(found["indicator"])]
    meaning = interval_note(own, *entries)
    champ = " ; ".join(dict.fromkeys(entry.champ for entry in entries))
    caption = Caption(
        title, source=words.credit(used), champ=champ,
        note=" ".join(part for part in (note, meaning) if part),
    )  # fmt: skip
    return compose("table", caption, used, alt="", table=rows(found, by=by, places=places))


def rule(tests: int) -> str:
    """How gaps were chosen, in one note."""
    return (
        f"{french.number(tests)} écarts testés ensemble, seuil de "
        f"{round(100 * specificities.RATE)} % sur le taux de fausses découvertes "
        "(Benjamini-Hochberg). Un écart est dit s’il est significatif et atteint le seuil notable "
        "de l’indicateur, fixé d’avance ; l’ordre est celui de l’écart, en seuils. Un écart ne dit "
        "pas sa cause."
    )
