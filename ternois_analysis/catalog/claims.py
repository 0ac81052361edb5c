"""The facts of `claims.yml`: what has been said in public of the Pays, and how to check it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ternois_analysis import french
from ternois_analysis.catalog.reading import build, house_first, merged
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache

Figure = Literal[
    "members", "population", "area_km2", "density", "craft_per_1000", "largest", "none"
]


@dataclass(frozen=True)
class Claim:
    """A claim with its source, the figure it gives, and what is computed to check it.

    `at` (ISO day) dates a composition, `period` (year) asks for the nearest census.
    """

    text: str
    source: str
    claimed: float
    unit: str
    figure: Figure
    tolerance_pct: float = 0.0
    decimals: int = 0
    at: str = ""
    period: str = ""
    missing: str = ""
    context: str = ""


def claims() -> Mapping[str, Claim]:
    """The claims by name, in the order in which they are shown, their texts typeset.

    Raises
    ------
    SchemaError
        If an entry is malformed, or nothing computes it and nothing says what would.
    """
    return _read(house_first("claims.yml"))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> Mapping[str, Claim]:
    found = {
        str(name): build(Claim, entry, f"claims.yml: {name}")
        for name, entry in merged(files)["claims"].items()
    }
    for name, claim in found.items():
        wanted = {"members": claim.at, "population": claim.period, "density": claim.period}
        if not wanted.get(claim.figure, "ok") or (claim.figure == "none" and not claim.missing):
            raise SchemaError(
                explain(
                    f"claims.yml: {name}",
                    expected="a date for what is dated, what is missing for what is not computed",
                    found="neither",
                    do="Add `at`, `period` or `missing`.",
                )
            )
    return {name: _typeset(claim) for name, claim in found.items()}


def _typeset(claim: Claim) -> Claim:
    return replace(
        claim,
        text=french.typeset(claim.text),
        source=french.typeset(claim.source),
        unit=french.typeset(claim.unit),
        missing=french.typeset(claim.missing),
        context=french.typeset(claim.context),
    )
