"""The bureau's messages: a number, a comparison and what follows, in at most 25 words."""

from collections.abc import Mapping

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.bureau import bureau
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import gaps, words
from ternois_analysis.display.published import written
from ternois_analysis.observatory.bureau import before
from ternois_analysis.territory import Territory

#: Words of a message, at most.
LONGEST = 25
_WITH_UNIT = ("%", "€", "hab.", "km", "min")


def length(text: str) -> int:
    """Words of a text: a number with its unit or its thousands is one."""
    return len(text.replace(f"{french.NBSP}:", "").split(" "))


def tellable(found: pd.DataFrame, place: Territory) -> pd.DataFrame:
    """The gaps and changes that have words in `bureau.yml`."""
    known = bureau().messages
    then = before(place).id

    def says(row: pd.Series) -> bool:
        wording = known.get(str(row["indicator"]))
        if wording is None:
            return False
        return row["against"] != then or bool(wording.up and wording.down)

    kept = [says(row) for _, row in found.iterrows()]
    return found.loc[pd.Series(kept, index=found.index, dtype=bool)]


def sentence(found: pd.Series, places: Mapping[str, Territory], since: Mapping[str, str]) -> str:
    """One message.

    « 9,5 % des logements sont vacants, 2,2 points de plus que dans le reste du Pas-de-Calais :
    des logements à remettre en usage. »

    Parameters
    ----------
    found : Series
        A gap or a change, as `specificities.findings` gives it.
    places : mapping
        Territories by identifier.
    since : mapping
        Period of the earlier value, by indicator, for changes.
    """
    name = str(found["indicator"])
    entry, wording = catalog.indicator(name), bureau().messages[name]
    more = found["gap"] > 0
    if found["against"] == before(places[str(found["territory"])]).id:
        than, so = f"qu’en {words.period(since[name])}", wording.up if more else wording.down
    else:
        than, so = _than(gaps.against(found, places)), wording.above if more else wording.below
    stated = wording.says.format(value=written(found["value"], entry))
    sense = "plus" if more else "moins"
    return french.typeset(f"{stated}, {_amount(found['gap'], entry)} de {sense} {than} : {so}.")


def _than(where: str) -> str:
    return f"qu’{where}" if where.startswith(("en ", "à ", "au")) else f"que {where}"


def _amount(gap: float, entry: Indicator) -> str:
    """The size of a gap; a long unit, which the value has given, is not said twice."""
    if entry.unit.startswith(_WITH_UNIT) and " par résidence" not in entry.unit:
        return gaps.amount(gap, entry)
    return french.number(abs(gap), entry.decimals)
