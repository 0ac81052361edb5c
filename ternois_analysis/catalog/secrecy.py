"""The facts of `secrecy.yml`: rules of statistical secrecy, classes that name them, audiences."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class SecrecyRule:
    """When a cell must be hidden.

    `free` never; `never` always; `units` a sum of what units contribute (everybody knows where
    there is no unit, so a cell without unit is a known zero); `count` a number of people or
    dwellings. `minimum` is the smallest number of `units` that may be shown, `dominance_pct` the
    share from which one unit gives the cell away (0: no such rule), `group_minimum` the size from
    which all members of a group may share a trait (0: no such rule). `whole_numbers` says that
    everybody knows the cells to be whole numbers.
    """

    kind: Literal["free", "units", "count", "never"]
    label: str
    source: str
    units: str = ""
    minimum: int = 0
    dominance_pct: float = 0.0
    group_minimum: int = 0
    whole_numbers: bool = False


@dataclass(frozen=True)
class SecrecyClass:
    """What indicators and columns name: the rule it stands for, by audience."""

    label: str
    partners: str
    public: str


@dataclass(frozen=True)
class Audience:
    """Who receives an output, and whose outputs they also see (their own included)."""

    label: str
    mark: str
    hides: bool
    sees: tuple[str, ...]


@dataclass(frozen=True)
class SecretColumn:
    """A column that is not public: its class and, if it counts a part, the public whole.

    `exhaustive` says that its categories leave nothing of the whole over.
    """

    class_: str
    part_of: str = ""
    exhaustive: bool = False


@dataclass(frozen=True)
class SecrecyFacts:
    """All that the project knows about secrecy; `protection_pct` is the least uncertainty left."""

    protection_pct: float
    audiences: Mapping[str, Audience]
    rules: Mapping[str, SecrecyRule]
    classes: Mapping[str, SecrecyClass]
    columns: Mapping[str, SecretColumn]
    reasons: Mapping[str, str]


def _check(facts: SecrecyFacts, place: str) -> None:
    levels = {column.class_ for column in facts.columns.values()}
    if not levels <= set(facts.classes):
        raise SchemaError(
            explain(
                f"{place}: a column names a class that is not there",
                expected=list(facts.classes),
                found=levels - set(facts.classes),
                do="Mend the file.",
            )
        )
    named = {rule for entry in facts.classes.values() for rule in (entry.partners, entry.public)}
    if unknown := named - {*facts.rules}:
        raise SchemaError(
            explain(f"{place}: a class names a rule that is not there", expected=list(facts.rules),
                    found=unknown, do="Write the rule, or mend its name.")
        )  # fmt: skip
    seen = {name for entry in facts.audiences.values() for name in entry.sees}
    if unknown := seen - {*facts.audiences}:
        raise SchemaError(
            explain(f"{place}: an audience sees one that is not there",
                    expected=list(facts.audiences), found=unknown, do="Mend its name.")
        )  # fmt: skip


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> SecrecyFacts:
    facts = build(SecrecyFacts, load(path), path.name)
    _check(facts, path.name)
    return facts


def secrecy() -> SecrecyFacts:
    """The facts of `secrecy.yml`, checked.

    Raises
    ------
    SchemaError
        If an entry is malformed or names what is not described.
    """
    path = Path(__file__).with_name("secrecy.yml")
    return _read(path, path.stat().st_mtime_ns)


def audience(name: str) -> Audience:
    """One audience.

    Raises
    ------
    SchemaError
        For an unknown name.
    """
    known = secrecy().audiences
    if name not in known:
        raise SchemaError(
            explain("Unknown audience", expected=list(known), found=name, do="Use one of these.")
        )
    return known[name]


def secrecy_rule(secrecy_class: str, audience_name: str) -> SecrecyRule:
    """The rule that a class stands for; internally, that of partners, which then only marks.

    Raises
    ------
    SchemaError
        For an unknown class or audience.
    """
    facts = secrecy()
    audience(audience_name)
    if secrecy_class not in facts.classes:
        raise SchemaError(
            explain("Unknown class of secrecy", expected=list(facts.classes), found=secrecy_class,
                    do="Name one of secrecy.yml.")
        )  # fmt: skip
    entry = facts.classes[secrecy_class]
    return facts.rules[entry.public if audience_name == "public" else entry.partners]
