"""Names of communes as people write them, and what the codes and names of a COG allow."""

import re
from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import french

#: What people add or shorten: a mark that must stand in the name, the pattern, and what it means.
_SHORT = (
    ("/", re.compile(r"\bS\s*/\s*S\b", re.I), " sous "),
    ("/", re.compile(r"\bS\s*/", re.I), " sur "),
    ("EDEX", re.compile(r"\bCEDEX\b.*$", re.I), " "),
    ("(", re.compile(r"\((?!L[AE]S?\b).*?\)", re.I), " "),
)
_CODE_FIRST = re.compile(r"^\s*(?:F-)?[0-9]{5}\s+")
_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "lez": "les", "nd": "notre dame"}
_ARTICLES = {"le", "la", "les", "l", "aux", "au"}


def normal(name: str) -> str:
    """A commune's name without what people add, drop or shorten.

    `ST POL S/ TERNOISE CEDEX` and `Saint-Pol-sur-Ternoise` give the same text; a leading or
    trailing article goes (`THIEULOYE (LA)`, `La Thieuloye`).
    """
    for mark, pattern, text in _SHORT:
        if mark in name or mark in name.upper():
            name = pattern.sub(text, name)
    if name[:1].isdigit() or name[:2] == "F-":
        name = _CODE_FIRST.sub("", name)
    tokens = [_WORDS.get(word, word) for word in french.plain(name).split()]
    while len(tokens) > 1 and tokens[0] in _ARTICLES:
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[-1] in _ARTICLES:
        tokens = tokens[:-1]
    return " ".join(tokens)


@dataclass(frozen=True)
class Gazetteer:
    """What is known of the communes at one COG.

    `names` gives the official name by code, `former` the names of communes that became part of it,
    `by_name` and `by_postal` the codes, `moved` the codes at this COG of a code of an earlier one.
    """

    names: dict[str, str]
    former: dict[str, frozenset[str]]
    by_name: dict[str, frozenset[str]]
    by_postal: dict[str, frozenset[str]]
    moved: dict[str, frozenset[str]]
    postal: dict[str, frozenset[str]]

    def calls(self, code: str, name: str) -> bool:
        """Whether a normalised name is one of a commune's names, present or former."""
        return name == normal(self.names[code]) or name in self.former.get(code, frozenset())


def gazetteer(communes: pd.DataFrame, passage: pd.DataFrame) -> Gazetteer:
    """The gazetteer of a table of communes and its passage from earlier codes.

    Parameters
    ----------
    communes : DataFrame
        Columns commune, commune_name, postal_codes (space separated).
    passage : DataFrame
        Columns commune_before, commune, name_before; only rows that change something.
    """
    names = dict(zip(communes["commune"], communes["commune_name"], strict=True))
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    by_postal: defaultdict[str, set[str]] = defaultdict(set)
    former: defaultdict[str, set[str]] = defaultdict(set)
    moved: defaultdict[str, set[str]] = defaultdict(set)
    postal: dict[str, frozenset[str]] = {}
    columns = (communes["commune"], communes["commune_name"], communes["postal_codes"].fillna(""))
    for code, name, codes in zip(*columns, strict=True):
        by_name[normal(name)].add(code)
        postal[code] = frozenset(codes.split())
        for one in postal[code]:
            by_postal[one].add(code)
    columns = (passage["commune_before"], passage["commune"], passage["name_before"].fillna(""))
    for before, code, name in zip(*columns, strict=True):
        moved[before].add(code)
        if name and code in names:
            former[code].add(normal(name))
            by_name[normal(name)].add(code)
    return Gazetteer(
        names, _frozen(former), _frozen(by_name), _frozen(by_postal), _frozen(moved), postal
    )


def _frozen(table: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in table.items()}
