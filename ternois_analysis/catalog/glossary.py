"""The facts of `glossary.yml`: terms of art, their writings and their definitions, in French."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ternois_analysis import french
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Term:
    """A term of art: its usual writing, its definition, its other forms; `sign`: n.s., n.d., s."""

    term: str
    definition: str
    forms: tuple[str, ...] = ()
    sign: bool = False


@lru_cache(maxsize=1)
def glossary() -> Mapping[str, Term]:
    """The terms by name, in the order of the file.

    Raises
    ------
    SchemaError
        If an entry is malformed, or if two terms share a writing.
    """
    path = Path(__file__).with_name("glossary.yml")
    terms = {
        str(name): build(Term, entry, f"{path.name}: {name}")
        for name, entry in load(path)["terms"].items()
    }
    written = [french.plain(form) for term in terms.values() for form in (term.term, *term.forms)]
    twice = sorted({form for form in written if written.count(form) > 1})
    if twice:
        raise SchemaError(
            explain(path.name, expected="one term a writing", found=twice, do="Keep one of them.")
        )
    return terms


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    def pattern(term: Term) -> re.Pattern[str]:
        forms = "|".join(re.escape(french.plain(form)) for form in (term.term, *term.forms))
        return re.compile(rf"\b(?:{forms})\b")

    return {name: pattern(term) for name, term in glossary().items() if not term.sign}


def terms_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Names of the terms that some texts use, in the order of the glossary.

    >>> terms_in(["La puissance est faible.", "Les témoins sont rares."])
    ('power', 'matching')
    """
    read = " | ".join(french.plain(text) for text in texts)
    return tuple(name for name, pattern in _patterns().items() if pattern.search(read))


def term(name: str) -> Term:
    """One term.

    Raises
    ------
    SchemaError
        For an unknown name.
    """
    if name not in glossary():
        raise SchemaError(
            explain("Unknown term", expected=list(glossary()), found=name, do="Add it first.")
        )
    return glossary()[name]
