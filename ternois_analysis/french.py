"""French numbers and typography, in one place and without the system's locale.

Spaces, signs and rounding follow the Imprimerie nationale and INSEE's editorial habits: decimal
comma, narrow no-break space between thousands and before « ; ! ? », no-break space before « : % € »
and inside guillemets, true minus sign, rounding half away from zero.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

NBSP = "\u00a0"
NNBSP = "\u202f"
MINUS = "\u2212"

#: What is printed in place of a value, by status.
SIGNS = {"s": "s", "n.s.": "n.s.", "n.d.": "n.d."}


def rounded(value: float, decimals: int = 0) -> Decimal:
    """`value` rounded half away from zero, as French statistics do.

    The shortest decimal writing of the float is what gets rounded, so that 2.675 gives 2.68.
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def number(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """A number as it is printed: `37150` gives `37 150` (U+202F), `-0.55` gives `−0,6`.

    Parameters
    ----------
    value : float or None
        Missing (None, NaN) gives « n.d. »; an infinity is refused.
    decimals : int
        Decimals kept, 0 to 6.
    sign : bool
        Print « + » before a value that rounds to more than zero, followed by a narrow space.

    Raises
    ------
    ValueError
        For an infinite value: no indicator may produce one.
    """
    if value is None or math.isnan(value):
        return SIGNS["n.d."]
    if math.isinf(value):
        raise ValueError("an infinite value cannot be printed; an indicator must give missing")
    exact = rounded(value, decimals)
    whole, _, rest = f"{abs(exact):f}".partition(".")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    text = NNBSP.join(groups) + ("," + rest if rest else "")
    if exact < 0:
        return MINUS + text
    return f"+{NNBSP}{text}" if sign and exact > 0 else text


def quantity(value: float | None, unit: str = "", decimals: int = 0, *, sign: bool = False) -> str:
    """A number with its unit: `3,8 %`, `1 234,50 €`, `58,6 hab./km²`.

    A missing value is « n.d. » without unit.
    """
    text = number(value, decimals, sign=sign)
    return text if not unit or text == SIGNS["n.d."] else f"{text}{NBSP}{unit}"


def interval(low: float, high: float, unit: str = "", decimals: int = 0) -> str:
    """An interval as INSEE writes it: `[195 ; 230]`, with its unit after the bracket."""
    text = f"[{number(low, decimals)}{NNBSP}; {number(high, decimals)}]"
    return f"{text}{NBSP}{unit}" if unit else text


def ordinal(value: int, *, feminine: bool = False) -> str:
    """`1er`, `1re`, `2e`."""
    return f"{value}{('re' if feminine else 'er') if value == 1 else 'e'}"


MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def date(iso: str) -> str:
    """`2026-01-01` gives `1er janvier 2026`; a bare year or month is accepted."""
    parts = [int(part) for part in iso.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    month = f"{MONTHS[parts[1] - 1]} {parts[0]}"
    if len(parts) == 2:
        return month
    return f"{ordinal(1) if parts[2] == 1 else parts[2]}{NBSP}{month}"


def millesimes(codes: Iterable[str]) -> str:
    """`2022 et 2023`: the codes in order, each once, a whole day in words."""
    known = sorted(set(filter(None, codes)))
    return listing([date(code) if code.count("-") == 2 else code for code in known])


def quarter(code: str) -> str:
    """`2026Q3` gives `T3 2026`."""
    year, _, rank = code.partition("Q")
    return f"T{rank}{NBSP}{year}"


def listing(items: Sequence[str], last: str = "et") -> str:
    """`a, b et c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def plural(count: float, singular: str, several: str | None = None) -> str:
    """The noun that fits a count: French takes the plural from two on."""
    return singular if abs(count) < 2 else several or f"{singular}s"


_VOWEL = re.compile(r"^[aeiouyhœàâéèêëîïôûü]", re.IGNORECASE)


def of(name: str) -> str:
    """`de` before a name, elided or contracted: `du Pays`, `d'Anvin`, `de la CC`, `des Ternois`."""
    low = name.lower()
    if low.startswith("le "):
        return f"du {name[3:]}"
    if low.startswith("les "):
        return f"des {name[4:]}"
    if low.startswith(("la ", "l'", "l’")):
        return f"de {name}"
    return f"d’{name}" if _VOWEL.match(name) else f"de {name}"


@lru_cache(maxsize=8_192)
def typeset(text: str) -> str:
    """Running French text with its no-break spaces, apostrophes and signs put right.

    Only spaces and apostrophes change: no character of meaning is added or taken away. Safe to
    apply twice. Leaves URLs alone.
    """

    def fix(part: str) -> str:
        part = re.sub(r"(?<=\w)'(?=\w)", "’", part)
        part = re.sub(rf"«[ {NBSP}{NNBSP}]*", f"«{NBSP}", part)
        part = re.sub(rf"[ {NBSP}{NNBSP}]*»", f"{NBSP}»", part)
        part = re.sub(rf"(?<=\S)[ {NBSP}{NNBSP}]+([;!?])", rf"{NNBSP}\1", part)
        part = re.sub(rf"(?<=\S)[ {NBSP}{NNBSP}]+([:%€‰])", rf"{NBSP}\1", part)
        return re.sub(r"(?<!\d)(\d{1,3}) (?=\d{3}(?!\d))", rf"\1{NNBSP}", part)

    pieces = re.split(r"(https?://\S+)", text)
    return "".join(p if p.startswith("http") else fix(p) for p in pieces)


def plain(text: str) -> str:
    """Text for matching: no accents, ligatures opened, lower case, single spaces.

    `Œuf-en-Ternois` gives `oeuf en ternois`.
    """
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())
