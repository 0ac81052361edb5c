"""The calibration and the invented names, read from their YAML."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ternois_analysis.catalog.reading import load


@dataclass(frozen=True)
class Facts:
    """`calibration.yml` and `invented.yml`."""

    published: dict[str, Any]
    chosen: dict[str, Any]
    activities: dict[str, dict[str, dict[str, Any]]]
    invented: dict[str, list[str]]
    programmes: dict[str, Any]


@lru_cache(maxsize=1)
def facts() -> Facts:
    """What the generator is calibrated on."""
    here = Path(__file__).parent
    calibration = load(here / "calibration.yml")
    return Facts(
        calibration["published"],
        calibration["chosen"],
        calibration["activities"],
        load(here / "invented.yml"),
        calibration["programmes"],
    )
