"""Expected values worked outside the code."""

import json
from pathlib import Path
from typing import Any


def example(name: str) -> dict[str, Any]:
    """One worked example of the statistical reference."""
    text = Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8")
    return json.loads(text)[name]


def indicator_examples() -> dict[str, dict[str, Any]]:
    """One worked example per indicator: its columns, the value expected, and how it was worked."""
    return json.loads(Path(__file__).with_name("indicators.json").read_text(encoding="utf-8"))
