"""Names as people write them: comparable keys, and the nearest of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from ternois_analysis import french

_WORDS = {"st": "saint", "ste": "sainte", "s": "sur"}
_PHRASES = (
    ("communaute de communes", "cc"),
    ("communaute d agglomeration", "ca"),
    ("communaute urbaine", "cu"),
)
_TYPE = re.compile(r"^(cc|ca|cu) (du |de la |de l |des |de |d |les )?")

#: Likeness, out of 100, from which a name is worth proposing.
NEAR = 70


def key(text: str) -> str:
    """What two writings of one name share: `ST POL S/TERNOISE` gives `saint pol sur ternoise`."""
    plain = " ".join(_WORDS.get(word, word) for word in french.plain(text).split())
    for phrase, short in _PHRASES:
        plain = plain.replace(phrase, short)
    return plain


def shortened(text: str) -> tuple[str, ...]:
    """Keys of an EPCI's name cut short: `CC de la Lande` gives `lande` and `cc lande`."""
    whole = key(text)
    found = _TYPE.match(whole)
    rest = whole[found.end() :] if found else whole
    return (rest, f"{found[1]} {rest}") if found else (rest,)


@dataclass(frozen=True)
class NameIndex:
    """Identifiers by key: names and aliases in `exact`, former and shortened names in `loose`."""

    exact: dict[str, tuple[str, ...]] = field(default_factory=dict)
    loose: dict[str, tuple[str, ...]] = field(default_factory=dict)


def indexed(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Identifiers by key from pairs of key and identifier."""
    found: dict[str, dict[str, None]] = {}
    for name, identifier in pairs:
        found.setdefault(name, {})[identifier] = None
    return {name: tuple(ids) for name, ids in found.items()}


def lookup(text: str, indexes: list[NameIndex]) -> tuple[str, ...]:
    """Identifiers of a name: those of exact names if there are any, otherwise the loose ones."""
    wanted = key(text)
    exact = [i for index in indexes for i in index.exact.get(wanted, ())]
    loose = [i for index in indexes for i in index.loose.get(wanted, ())]
    return tuple(dict.fromkeys(exact or loose))


def nearest(text: str, indexes: list[NameIndex], count: int = 3) -> tuple[str, ...]:
    """Identifiers of the names most like a text, the likest first; none if nothing is near."""
    known = {
        name: ids
        for index in indexes
        for part in (index.loose, index.exact)
        for name, ids in part.items()
    }
    best = process.extract(
        key(text), known.keys(), scorer=fuzz.ratio, limit=count, score_cutoff=NEAR
    )
    return tuple(dict.fromkeys(i for name, _, _ in best for i in known[name]))[:count]
