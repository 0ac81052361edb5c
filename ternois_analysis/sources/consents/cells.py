"""Cells of the file of consents read as what they are: trades, telephone, address."""

import re

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.guide import guide

#: Parts of a cell that lists several things.
_PARTS = re.compile(r"[;\n/|]|,(?! gros)")
_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+")
SEPARATOR = " ; "
_RGE = re.compile(r"\br ?g ?e\b|\breconnue?s? garante?s?\b")


def trades(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Groups of trades that each text names, and whether some part of it names none.

    Returns
    -------
    tuple of Series
        Groups joined by `SEPARATOR` in the order of the guide ("" for none); bool.
    """
    known = _words()
    said = {text: _groups(text, known) for text in texts.unique()}
    groups = {text: SEPARATOR.join(found) for text, (found, _) in said.items()}
    odd = {text: strange for text, (_, strange) in said.items()}
    return texts.map(groups).astype("str"), texts.map(odd).astype("bool")


def _words() -> dict[str, str]:
    facts = guide().trades
    names = {french.plain(name): name for name in facts}
    return names | {word: name for name, trade in facts.items() for word in trade.words}


def _groups(text: str, known: dict[str, str]) -> tuple[list[str], bool]:
    if french.plain(text) in known:
        return [known[french.plain(text)]], False
    found, strange = set(), False
    # The names of groups hold commas: they are taken out before the text is parted at commas.
    rest = text
    for name in guide().trades:
        pattern = re.compile(re.escape(name).replace("œ", "(?:œ|oe)"), re.IGNORECASE)
        if pattern.search(rest):
            found.add(name)
            rest = pattern.sub(";", rest)
    for part in filter(None, map(french.plain, _PARTS.split(rest))):
        if part in known:
            found.add(known[part])
        else:
            strange = True
    return [name for name in guide().trades if name in found], strange


def phones(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Telephone numbers as they are printed (`03 53 01 00 01`), and which texts are none."""
    digits = texts.str.replace(r"[\s.\-()/]", "", regex=True)
    digits = digits.str.replace(r"^(?:\+33|0033)0?", "0", regex=True)
    # A spreadsheet eats the zero in front of a number.
    digits = digits.str.replace(r"^([1-9][0-9]{8})$", r"0\1", regex=True)
    sound = digits.str.fullmatch(r"0[1-9][0-9]{8}").fillna(False).astype(bool)
    printed = digits.where(sound, "").str.replace(r"(..)(?=.)", r"\1 ", regex=True)
    return printed.astype("str"), (texts != "") & ~sound


def mails(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Addresses of mail, and which texts are none."""
    sound = texts.map(lambda text: bool(_MAIL.fullmatch(text))).astype(bool)
    return texts.where(sound, "").astype("str"), (texts != "") & ~sound


def says_rge(texts: pd.Series) -> pd.Series:
    """Whether each text claims the mention « reconnu garant de l'environnement »."""
    return texts.map(lambda text: bool(_RGE.search(french.plain(text)))).astype("bool")


def labels(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Labels without those that claim an RGE, which has columns of its own; whether one did."""
    claims = says_rge(texts)
    said = {text: SEPARATOR.join(_undated(text)) for text in texts[claims].unique()}
    return texts.where(~claims, texts.map(said)).astype("str"), claims


def _undated(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;,\n/|]", text)]
    return [part for part in parts if part and not _RGE.search(french.plain(part))]
