"""Names of territories as figures print them: the perimeter that they share is told once."""

import re
from collections.abc import Iterable

import pandas as pd

from ternois_analysis import french

_PERIMETER = re.compile(r" \((périmètre [^()]+)\)$")
_YEAR = re.compile(r"périmètre (\d{4})")


def perimeter(names: Iterable[str]) -> str:
    """What all names that end with a perimeter in brackets share, such as « périmètre 2012 ».

    Returns
    -------
    str
        "" where no name has one, where they differ, or where a name without its perimeter would
        be that of another territory.

    Examples
    --------
    >>> perimeter(["Pays", "CC A (périmètre 2012)", "CC B (périmètre 2012)"])
    'périmètre 2012'
    >>> perimeter(["CC A", "CC A (périmètre 2012)"])
    ''
    """
    known = dict.fromkeys(names)
    found = {match[1] for name in known if (match := _PERIMETER.search(name))}
    if len(found) != 1:
        return ""
    ending = found.pop()
    return ending if len({without(name, ending) for name in known}) == len(known) else ""


def without(name: str, ending: str) -> str:
    """A name without the perimeter that is told elsewhere."""
    return name.removesuffix(f" ({ending})") if ending else name


def told(names: Iterable[str]) -> str:
    """The sentence that tells the perimeter that figures leave out of names, or ""."""
    known = dict.fromkeys(names)
    ending = perimeter(known)
    over = [name for name in known if ending and name.endswith(f" ({ending})")]
    if len(over) < 2:
        return f"{without(over[0], ending)} : {ending}." if over else ""
    alike = all("CC " in name for name in over)
    whose = "Les CC sont prises" if alike else "Ces territoires sont pris"
    year = _YEAR.fullmatch(ending)
    return f"{whose} dans leur {f'périmètre de {year[1]}' if year else ending}."


def labels(values: pd.DataFrame) -> dict[str, str]:
    """Label of each territory of some published values, typeset, as a figure prints it."""
    known = list(dict.fromkeys(values["territory_label"]))
    ending = perimeter(known)
    return {name: french.typeset(without(name, ending)) for name in known}


def headed(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """A table whose heads, or first column, leave the perimeter out; and the sentence telling it.

    The table comes back as it is, with "", where there is nothing to leave out.
    """
    heads = [str(head) for head in table.columns]
    firsts = [str(text) for text in table.iloc[:, 0]]
    names = heads[1:] if perimeter(heads[1:]) else firsts
    ending = perimeter(names)
    if not ending:
        return table, ""
    short = table.set_axis([without(head, ending) for head in heads], axis=1)
    short.isetitem(0, [without(text, ending) for text in firsts])
    return short, told(names)
