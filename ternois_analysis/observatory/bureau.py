"""What the bureau is told: changes tested as gaps are, the messages in order, each light's word."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.observatory import specificities
from ternois_analysis.territory import Territory

#: Messages of the page, and messages of one theme while others wait.
MESSAGES, _OF_A_THEME = 5, 2
#: Years between a value and the one before it: six part two censuses, five are the least.
_YEARS, _LEAST = 6, 5
#: After the identifier of a territory, that of what it was earlier.
_AGO = "-avant"

Side = Literal["favorable", "défavorable", ""]
Light = Literal["favorable", "vigilance", "défavorable", ""]


def before(place: Territory) -> Territory:
    """A territory as it was earlier, to be set against what it is now."""
    return replace(place, id=f"{place.id}{_AGO}")


def earlier(rows: pd.DataFrame) -> pd.Series | None:
    """The value some years before the newest one: six, or the nearest that is at least five.

    For a quarter it is the same quarter of the year before; for a change between two censuses, the
    change that ends before the newest one begins, or the nearest before six years.

    Parameters
    ----------
    rows : DataFrame
        Published values of one indicator and territory, one a period.
    """
    shown = rows[rows["status"] == "ok"].sort_values("period")
    if shown.empty:
        return None
    last = str(shown["period"].iloc[-1])
    if "Q" in last:
        found = shown[shown["period"] == f"{int(last[:4]) - 1}{last[4:]}"]
        return None if found.empty else found.iloc[0]
    apart = int(last[-4:]) - shown["period"].str[-4:].astype(int)
    far = shown[apart >= _LEAST]
    if far.empty:
        return None
    away = (apart[far.index] - _YEARS).abs()
    return far.iloc[int(away.to_numpy().argmin())]


def changes(place: Territory, now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Tests of each indicator against its own earlier value, adjusted together.

    Parameters
    ----------
    now, then : DataFrame
        Published values of the territory, one an indicator.

    Returns
    -------
    DataFrame
        As `specificities.findings`; `against` is the territory `before`. Only shares and rates
        that have an interval can be tested. Both values are taken as independent, which holds for
        two censuses without a year of collection in common.
    """
    ago = before(place)
    periods = dict(zip(now["indicator"], now["period"], strict=True))
    moved = then.assign(territory=ago.id, period=then["indicator"].map(periods))
    table = pd.concat([now, moved], ignore_index=True)
    return specificities.findings(table, [(place, ago)], {})


def referred(
    tests: pd.DataFrame, lit: Mapping[str, pd.Series], common: Sequence[str]
) -> pd.DataFrame:
    """The tests that messages may tell: against one reference, that of the lights.

    A message that chose the reference where a gap is largest would contradict its own light, and
    the message beside it. An indicator with a light keeps the gap that the light rests on, be it
    told or not; a neutral one, whose light names the gap first, then loses its change in time. Any
    other keeps the first of the `common` references against which its gap is told, else all.

    Parameters
    ----------
    tests : DataFrame
        As `specificities.findings` gives them, changes in time among them.
    lit : mapping
        The gap behind each light, by indicator.
    common : sequence of str
        Identifiers of what lights are set against, in their order.
    """
    kept = []
    for name, rows in tests.groupby("indicator", sort=False):
        light = lit.get(str(name))
        if light is None:
            told = rows[rows["told"].astype(bool)]
            first = next((each for each in common if (told["against"] == each).any()), None)
            kept.append(rows if first is None else told[told["against"] == first])
            continue
        own = rows["against"] == light["against"]
        neutral = catalog.indicator(str(name)).direction == "neutral"
        ago = rows["against"] == f"{light['territory']}{_AGO}"
        kept.append(rows[own if neutral and bool(light["told"]) else own | ago])
    return pd.concat(kept, ignore_index=True) if kept else tests


def ranked(told: pd.DataFrame, most: int = MESSAGES) -> pd.DataFrame:
    """The gaps and changes that make messages, the most telling first.

    Those of indicators that have a good side come first, then the neutral ones; then the largest
    in material gaps. One an indicator; two of a theme, unless too few others are left.

    Parameters
    ----------
    told : DataFrame
        Rows as `specificities.findings` gives them; only those `told` and genuine are kept.
    """
    kept = told[told["told"].astype(bool) & ~told["synthetic"].astype(bool)]
    entries = kept["indicator"].map(catalog.indicator)
    kept = kept.assign(
        neutral=entries.map(lambda entry: entry.direction == "neutral"),
        theme=entries.map(lambda entry: entry.theme),
    )
    kept = kept.sort_values(["neutral", "times"], ascending=[True, False], kind="stable")
    kept = kept.drop_duplicates("indicator")
    crowded = kept.groupby("theme").cumcount() >= _OF_A_THEME
    chosen = pd.concat([kept[~crowded], kept[crowded]]).head(most)
    return chosen.drop(columns=["neutral", "theme"]).reset_index(drop=True)


def side(found: pd.Series | None) -> Side:
    """On which side of its reference a tested value is; empty unless significant and material."""
    if found is None or not bool(found["told"]) or bool(found["synthetic"]):
        return ""
    direction = catalog.indicator(str(found["indicator"])).direction
    if direction == "neutral":
        return ""
    return "favorable" if (found["gap"] > 0) == (direction == "favourable") else "défavorable"


def light(level: Side, change: Side) -> Light:
    """The word of a light, from the gap to the reference and the change in time.

    Both good, or one good and the other not told: « favorable ». Both bad, or a bad gap that does
    not change: « défavorable ». What differs or begins to go wrong: « vigilance ».
    """
    if {level, change} == {"favorable", "défavorable"} or (not level and change == "défavorable"):
        return "vigilance"
    return level or change
