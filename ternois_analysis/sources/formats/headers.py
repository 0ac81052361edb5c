"""What the columns of a producer's file are called: names that drift and carry years."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ternois_analysis import catalog
from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain

#: Two figures of a year from here on belong to the last century (censuses of 1968 to 1999).
_LAST_CENTURY = 60


@dataclass(frozen=True)
class Match:
    """Headers that are known: the source, column and category they fill, and their millésime.

    Several headers are added up, those of `minus` are taken away. `millesime` is empty when they
    carry no year.
    """

    headers: tuple[str, ...]
    source: str
    column: str
    category: str
    millesime: str
    minus: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the column in a piece."""
        return self.column + (f"#{self.category}" if self.category else "")


@lru_cache(maxsize=1024)
def _pattern(header: str) -> re.Pattern[str]:
    text = re.escape(header)
    for place, figures in (
        ("aa", r"(?P<aa>\d{2})"),
        ("yyyy", r"(?P<yyyy>\d{4})"),
        ("bb", r"\d{2}"),
    ):
        text = text.replace(re.escape("{" + place + "}"), figures)
    return re.compile(text)


def year_of(match: re.Match[str]) -> str:
    """The year that a header carries, on four figures; empty if it carries none."""
    found = match.groupdict()
    if found.get("yyyy"):
        return found["yyyy"]
    if not found.get("aa"):
        return ""
    return ("19" if int(found["aa"]) >= _LAST_CENTURY else "20") + found["aa"]


def known(headers: Iterable[str], delivery: Delivery) -> tuple[list[Match], list[str]]:
    """The headers that fill a column of the delivery, and why others of the same name do not.

    When two names of one column and year stand in a file, the first declared one is taken.
    """
    names = list(headers)
    found: dict[tuple[str, str, str, str], Match] = {}
    aside: list[str] = []
    for source in delivery.sources:
        wanted = (*delivery.gives.get(source, ()), *delivery.may_give.get(source, ()))
        for column in wanted:
            facts = catalog.source(source).columns[column]
            patterns = [("", facts.headers), *facts.by_category.items()]
            for category, forms in patterns:
                for match in _matches(names, source, column, category, forms):
                    if facts.since and match.millesime and match.millesime < facts.since:
                        aside.append(_older(match, source))
                    else:
                        key = (source, column, category, match.millesime)
                        found.setdefault(key, match)
    return list(found.values()), list(dict.fromkeys(aside))


def _matches(
    names: list[str], source: str, column: str, category: str, forms: Iterable[str]
) -> list[Match]:
    found = []
    for form in forms:
        # « A+B » is a sum of columns of the same year, « A-B » a difference.
        plus, *less = form.split("-")
        years = [_years(names, part) for part in plus.split("+")]
        away = [_years(names, part) for part in less]
        common = set(years[0]).intersection(*years[1:], *away)
        found += [
            Match(
                tuple(part[year] for part in years), source, column, category, year,
                tuple(part[year] for part in away),
            )
            for year in sorted(common)
        ]  # fmt: skip
    return found


def _years(names: list[str], form: str) -> dict[str, str]:
    """The headers of a form by the year that they carry."""
    hits = ((name, _pattern(form).fullmatch(name)) for name in names)
    return {year_of(hit): name for name, hit in hits if hit}


def _older(match: Match, source: str) -> str:
    reasons = [b.why for b in catalog.source(source).breaks if match.millesime < b.year]
    why = reasons[0] if reasons else "autre statistique sous le même nom"
    return f"{' + '.join(match.headers)} : {why}"


def require(matches: Iterable[Match], delivery: Delivery, headers: list[str], place: str) -> None:
    """Stop unless a file has every column that its delivery promises.

    Raises
    ------
    SchemaError
        Naming each missing column, with the nearest header of the file.
    """
    have = {(match.source, match.column) for match in matches}
    missing = [
        (source, column)
        for source, columns in delivery.gives.items()
        for column in columns
        if (source, column) not in have
    ]
    if not missing:
        return
    told = []
    for source, column in missing:
        facts = catalog.source(source).columns[column]
        forms = [*facts.headers, *(form for each in facts.by_category.values() for form in each)]
        near = difflib.get_close_matches(forms[0] if forms else column, headers, 1, 0.5)
        told.append(" or ".join(forms[:3]) + (f" (nearest: {near[0]})" if near else ""))
    raise SchemaError(
        explain(
            f"{place}: columns missing or renamed",
            expected=told,
            found=headers[:40],
            do="Is it another file or another year? A new name goes to `headers` of the column "
            "in data/sources.yml.",
        )
    )
