"""The facts of `bureau.yml`: the words of messages, and the indicators of the bureau's page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from ternois_analysis import french
from ternois_analysis.catalog.indicators import indicator
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache

#: Traffic lights shown, at most: more do not fit a slide.
MOST_LIGHTS = 15


@dataclass(frozen=True)
class Wording:
    """How a gap is told: the statement with its {value}, then what follows on each side.

    `up` and `down` follow a change in time; empty where a change makes no message.
    """

    says: str
    above: str
    below: str
    up: str = ""
    down: str = ""


@dataclass(frozen=True)
class BureauFacts:
    """Wordings by indicator, tested indicators without one, lights, and what stands beside."""

    messages: Mapping[str, Wording] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    lights: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def bureau() -> BureauFacts:
    """The facts of the bureau's page, their texts typeset.

    Raises
    ------
    SchemaError
        If an entry is malformed, names an unknown indicator, states no value, or if there are more
        than `MOST_LIGHTS` lights.
    """
    path = Path(__file__).with_name("bureau.yml")
    read = load(path)
    entries = read.pop("messages", {})
    wordings = {
        str(name): build(Wording, entry, f"{path.name}: {name}") for name, entry in entries.items()
    }
    facts = replace(build(BureauFacts, read, path.name), messages=wordings)
    for name in (*facts.messages, *facts.silent, *facts.lights, *facts.beside):
        indicator(name)
    for name, wording in wordings.items():
        if wording.says.count("{value}") != 1:
            raise _wrong(f"{path.name}: {name}", "{value} once in `says`", wording.says)
    if len(facts.lights) > MOST_LIGHTS:
        raise _wrong(f"{path.name}: lights", f"at most {MOST_LIGHTS}", len(facts.lights))
    return replace(facts, messages={name: _typeset(word) for name, word in wordings.items()})


def _wrong(what: str, expected: str, found: object) -> SchemaError:
    return SchemaError(explain(what, expected=expected, found=found, do="Mend the entry."))


def _typeset(wording: Wording) -> Wording:
    return Wording(**{f.name: french.typeset(getattr(wording, f.name)) for f in fields(Wording)})
