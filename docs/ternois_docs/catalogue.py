"""The references of indicators, sources and rules of secrecy, read from the catalogue."""

import inspect
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from ternois_analysis import catalog, indicators
from ternois_analysis.catalog.secrecy import secrecy
from ternois_analysis.errors import SourceError
from ternois_docs.lines import code, facts, table

_INDICATORS = """# Indicators

Every indicator of the catalogue, made from `ternois_analysis/catalog/indicators.yml` and from the
functions themselves. Texts are those that readers of the reports see. A *formula* in code is the
body of the function: its arguments are totals of the territory, never means of its communes.
"""
_SOURCES = """# Sources and deliveries

Made from `data/sources.yml`. A *source* is a table that indicators read; a *delivery* is a file as
its producer publishes it, which fills one source or more.
"""
_SECRECY = """# Rules of secrecy

Made from `ternois_analysis/catalog/secrecy.yml`. A *class* says by which rule an indicator or a
column may leave, for whom.
"""
#: Words for the methods of `catalog.Interval`.
_METHODS = {
    "wilson": "Wilson, 95 %",
    "one_in_four": "Wilson, 95 %, of a count of one household in four",
    "byar": "Byar, 95 %",
    "poisson_ratio": "ratio of two Poisson counts, 95 %",
    "skellam": "difference of two Poisson counts, 95 %",
}


def pages() -> dict[str, str]:
    """Text of each page by name."""
    return {"indicators": _indicators(), "sources": _sources(), "secrecy": _secrecy()}


def _indicators() -> str:
    lines = [_INDICATORS]
    known = catalog.indicators().items()
    for theme, entries in groupby(sorted(known, key=_theme), key=_theme):
        lines += [f"## {theme.capitalize()}", ""]
        for name, entry in entries:
            lines += _indicator(name, entry)
    return "\n".join(lines)


def _theme(pair: tuple[str, Any]) -> str:
    return str(pair[1].theme)


def _indicator(name: str, entry: Any) -> list[str]:
    function = None if entry.computed else indicators.registry()[name]
    inputs = {} if function is None else _inputs(function, entry)
    interval, rule = entry.interval, entry.reliability
    pairs = [
        ("Unit", entry.unit),
        ("Formula", entry.formula),
        ("Universe", entry.champ),
        ("Reads", ", ".join(f"`{column}` ({source})" for column, source in inputs.items())),
        ("Interval", f"{_METHODS[interval.method]}; {interval.meaning}" if interval else ""),
        ("Reliability", _reliability(rule) if rule else ""),
        ("Classes of its map", " · ".join(f"{bound:g}" for bound in entry.breaks)),
        ("Material gap", f"{entry.material:g}" if entry.material else ""),
        ("Categories", " · ".join(entry.categories)),
        ("Secrecy", f"class {code(entry.secrecy)}, {secrecy().classes[entry.secrecy].label}"),
        ("Reference", entry.reference),
    ]
    lines = [f"### `{name}`", "", f"**{entry.label}.** {entry.definition}", "", *facts(pairs)]
    if function is None:
        return [*lines, "The observatory computes it: no function of columns alone can.", ""]
    return [*lines, *_body(function)]


def _reliability(rule: Any) -> str:
    said = []
    if rule.minimum:
        said.append(f"« n.s. » below {rule.minimum:g}")
    if rule.caution:
        said.append(f"marked below {rule.caution:g}")
    return f"by `{rule.base}`: {', '.join(said)}"


def _inputs(function: Any, entry: Any) -> dict[str, str]:
    """Columns that an indicator reads, and the source of each."""
    read: dict[str, str] = {}
    for argument in inspect.signature(function).parameters:
        given = [entry.inputs.get(argument)] if argument in entry.inputs else []
        given += [each[argument] for each in entry.categories.values() if argument in each]
        for column in dict.fromkeys(each.column for each in given) or [argument]:
            read[column] = _owner(column)
    return read


def _owner(column: str) -> str:
    try:
        return catalog.source_of_column(column)
    except SourceError:
        return "the craft register" if column.startswith("craft") else "the observatory"


def _body(function: Any) -> list[str]:
    """The function's own words, then what it returns, as code."""
    words = inspect.getdoc(function) or ""
    source = inspect.getsource(inspect.unwrap(function))
    body = source.split('"""')[-1].strip("\n")
    return [words, "", "```python", inspect.cleandoc(body), "```", ""]


def _sources() -> str:
    lines = [_SOURCES, "## Sources", ""]
    for name, entry in catalog.sources().items():
        command = catalog.command(name)
        here = ", ".join(dict.fromkeys(file.millesime for file in entry.files))
        pairs = [
            ("Producer", entry.producer),
            ("Page", entry.page),
            ("Licence", entry.licence),
            ("Cited as", entry.credit),
            ("Level", entry.level),
            ("Scope", entry.scope),
            ("Comes with the code", here),
            ("To install it", code(command)),
            ("Caution", entry.caution),
            ("Breaks", " ".join(f"{each.year}: {each.why}." for each in entry.breaks)),
        ]
        lines += [f"### `{name}`", "", f"**{entry.title}.**", "", *facts(pairs)]
        heads = ("Column", "Label", "Unit", "Kind")
        lines += table(heads, _columns(entry.columns))
    lines += ["## Deliveries", ""]
    rows = [
        (code(name), entry.title, entry.producer, ", ".join(map(code, entry.sources)),
         " ".join(dict.fromkeys(each.millesime for each in entry.editions)),
         "open" if entry.open else entry.how)
        for name, entry in catalog.deliveries().items()
    ]  # fmt: skip
    heads = ("Delivery", "Title", "Producer", "Fills", "Millésimes", "How to get it")
    return "\n".join([*lines, *table(heads, rows)])


def _columns(columns: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [(code(name), each.label, each.unit, each.kind) for name, each in columns.items()]


def _secrecy() -> str:
    facts_of = secrecy()
    rules, classes = facts_of.rules, facts_of.classes
    counted = [entry.secrecy for entry in catalog.indicators().values()]
    lines = [_SECRECY, "## Classes", ""]
    lines += table(
        ("Class", "Label", "Partners", "Public", "Indicators"),
        [
            (code(name), each.label, rules[each.partners].label, rules[each.public].label,
             str(counted.count(name)))
            for name, each in classes.items()
        ],
    )  # fmt: skip
    lines += ["## Rules", ""]
    lines += table(
        ("Rule", "Label", "Where it comes from"),
        [(code(name), each.label, each.source) for name, each in rules.items()],
    )
    lines += ["## Columns of the register that are not public counts", ""]
    lines += table(
        ("Column", "Class"),
        [(code(name), code(each.class_)) for name, each in facts_of.columns.items()],
    )
    return "\n".join(lines)
