"""The facts of `wood.yml`: the activities of the wood sector by stage of its chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache

Breadth = Literal["core", "extended"]


@dataclass(frozen=True)
class Stage:
    """A stage of the chain: its French label and its subclasses of NAF rév. 2, without dot."""

    label: str
    core: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wood:
    """The wood sector; `version` changes whenever a count would."""

    version: str
    nomenclature: str
    stages: Mapping[str, Stage]

    def codes(self, breadth: Breadth) -> frozenset[str]:
        """Activities of the core, or of the extended sector, which holds the core."""
        wide = breadth == "extended"
        return frozenset(
            code
            for stage in self.stages.values()
            for code in stage.core + (stage.extended if wide else ())
        )


@lru_cache(maxsize=1)
def wood() -> Wood:
    """The wood sector as the catalogue has it.

    Raises
    ------
    SchemaError
        If an activity is in two stages: it would be counted twice.
    """
    facts = build(Wood, load(Path(__file__).with_name("wood.yml")), "wood.yml")
    all_codes = [code for stage in facts.stages.values() for code in stage.core + stage.extended]
    twice = sorted({code for code in all_codes if all_codes.count(code) > 1})
    if twice:
        raise SchemaError(
            explain("wood.yml", expected="one stage a code", found=twice, do="Keep one of them.")
        )
    return facts
