"""The bureau's lights: a value, what it was, its reference, how sure it is; a shape and a word."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.bureau import bureau
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import comparability, verdicts
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, dated, heading, interval, written
from ternois_analysis.display.specificities import Tested
from ternois_analysis.indicators.thresholds import CAUTION, ROUGH
from ternois_analysis.observatory import bureau as judging
from ternois_analysis.observatory import specificities
from ternois_analysis.territory import Territory

#: Shape of each word; a light that is not lit is an empty circle, whatever the reason.
SHAPES = {
    "favorable": verdicts.FAVOURABLE.glyph, "vigilance": "▲",
    "défavorable": verdicts.UNFAVOURABLE.glyph, "": verdicts.NOT_SIGNIFICANT.glyph,
}  # fmt: skip
_UNKNOWN = {
    "n.s.": "non significatif", "n.d.": "non disponible", "s": "secret statistique",
}  # fmt: skip
_STARS = {"": "★★★", CAUTION: "★★", ROUGH: "★"}
_NONE = "–"
NOTE = (
    "● favorable, ▲ vigilance (un signe contraire ou une dégradation), ■ défavorable, "
    "○ rien à dire. Un feu ne s’allume que si l’écart est significatif, après correction pour le "
    "nombre de tests, et atteint le seuil notable fixé d’avance. Un indicateur neutre n’est jamais "
    "jugé. Fiabilité : ★★★ solide, ★★ à interpréter avec prudence, ★ ordre de grandeur. Une valeur "
    "sans intervalle n’est pas testée dans le temps."
)


@dataclass(frozen=True, eq=False)
class Lights:
    """The values of the lights, those before them, and the tests of both.

    `invented` names the indicators left out because their figures are a demonstration.
    """

    now: pd.DataFrame
    then: pd.DataFrame
    gaps: dict[str, pd.Series]
    changes: dict[str, pd.Series]
    tests: pd.DataFrame
    reference: Territory | None
    invented: tuple[str, ...]


def lights(material: Material, tested: Tested) -> Lights:
    """What the lights of a territory stand on; no figure of demonstration among it."""
    place, names = material.place, bureau().lights
    own = material.of(names, [place])
    fake = own["synthetic"].astype(bool)
    invented = tuple(own.loc[fake, "indicator"])
    now = own[~fake]
    series = material.observatory.values([place], list(now["indicator"]), series=True)
    then = _then(series)
    tests = judging.changes(place, now, then)
    changes = {str(row["indicator"]): row for _, row in tests.iterrows()}
    reference = _reference(material)
    gaps = {name: row for name in now["indicator"]
            if (row := _gap(tested, place, reference, name)) is not None}  # fmt: skip
    return Lights(now, then, gaps, changes, tests, reference, invented)


def _then(series: pd.DataFrame) -> pd.DataFrame:
    """The earlier value of each indicator, where it may be compared with the newest."""
    found = []
    for _, rows in series.groupby("indicator", sort=False):
        row = judging.earlier(rows)
        newest = rows.sort_values("period").iloc[-1]
        if row is not None and not comparability.reason(
            rows, str(row["period"]), str(newest["period"])
        ):
            found.append(row)
    return pd.DataFrame(found, columns=series.columns).reset_index(drop=True)


def _reference(material: Material) -> Territory | None:
    """The département of the territory, the same for all its neighbours; else the widest."""
    known = material.observatory.gazetteer.references(material.place)
    departement = [t for t in known if t.kind == "departement"]
    found = departement[:1] or list(known)[-1:]
    return found[0] if found else None


def _gap(
    tested: Tested, place: Territory, reference: Territory | None, name: str
) -> pd.Series | None:
    """The test against the reference, or against the similar EPCIs."""
    rows = tested.genuine
    rows = rows[(rows["territory"] == place.id) & (rows["indicator"] == name)]
    ids = [f"{specificities.PEERS}-{place.id}"]
    if reference is not None:
        ids = [reference.id, specificities.remainder_id(place, reference), *ids]
    for against in ids:
        found = rows[rows["against"] == against]
        if len(found):
            return found.iloc[0]
    return None


def table(material: Material, found: Lights) -> pd.DataFrame:
    """One row an indicator, in French; what is not available comes last."""
    known = {str(row["indicator"]): row for _, row in found.then.iterrows()}
    records = []
    absent = found.now["status"] == "n.d."
    for _, row in pd.concat([found.now[~absent], found.now[absent]]).iterrows():
        name = str(row["indicator"])
        entry = catalog.indicator(name)
        gap = found.gaps.get(name)
        value = [cell(row, entry), interval(row, entry)]
        records.append(
            {
                "Indicateur": "\n".join(filter(None, (heading(entry), dated(str(row["period"]))))),
                "Valeur": "\n".join(filter(None, value)),
                "Avant": _before(known.get(name), entry),
                "Référence": _against(material, found, gap, name, entry),
                "Fiabilité": stars(row),
                "Feu": word(row, gap, found.changes.get(name), entry),
            }
        )
    return pd.DataFrame(records)


def stars(row: pd.Series) -> str:
    """How sure a value is: three stars, two with caution, one for an order of magnitude."""
    return _STARS.get(str(row["note"]), _STARS[CAUTION]) if row["status"] == "ok" else _NONE


def _before(row: pd.Series | None, entry: Indicator) -> str:
    return _NONE if row is None else f"{cell(row, entry)}\n{dated(str(row['period']))}"


def _against(
    material: Material, found: Lights, gap: pd.Series | None, name: str, entry: Indicator
) -> str:
    """The reference's value and its name."""
    if gap is not None:
        label = french.typeset(str(gap["against_label"]))
        return f"{written(gap['reference'], entry, unit=False)}\n{label}"
    if found.reference is None:
        return _NONE
    rows = material.of([name], [found.reference])
    if rows.empty or rows["status"].iloc[0] != "ok":
        return _NONE
    return f"{cell(rows.iloc[0], entry)}\n{french.typeset(found.reference.label)}"


def word(row: pd.Series, gap: pd.Series | None, change: pd.Series | None, entry: Indicator) -> str:
    """The light: shape and word, then under them why."""
    if row["status"] != "ok":
        return f"{SHAPES['']} {_UNKNOWN[row['status']]}"
    lit = judging.light(judging.side(gap), judging.side(change))
    if lit:
        return f"{SHAPES[lit]} {lit}\n{_why(gap, change)}"
    tests = [test for test in (gap, change) if test is not None]
    if not tests:
        return f"{SHAPES['']} non testé"
    if any(bool(test["told"]) for test in tests):
        return f"{SHAPES['']} sans jugement\nneutre, {_sense(gap, change)}"
    small = any(test["p_adjusted"] < specificities.RATE for test in tests)
    return f"{SHAPES['']} {'stable' if small else 'non significatif'}" + (
        "\nsous le seuil notable" if small else ""
    )


def _why(gap: pd.Series | None, change: pd.Series | None) -> str:
    """`écart défavorable, évolution favorable`."""
    said = (("écart", judging.side(gap)), ("évolution", judging.side(change)))
    return ", ".join(f"{what} {side}" for what, side in said if side)


def _sense(gap: pd.Series | None, change: pd.Series | None) -> str:
    """Which way a neutral indicator differs."""
    if gap is not None and gap["told"]:
        return "plus élevé" if gap["gap"] > 0 else "plus bas"
    return "en hausse" if change is not None and change["gap"] > 0 else "en baisse"
