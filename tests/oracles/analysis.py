"""Worked examples of the methods that compare territories."""

import json
from pathlib import Path
from typing import Any


def example(name: str) -> dict[str, Any]:
    """One worked example of specialisation, inequality, reach or resemblance."""
    text = Path(__file__).with_name("analysis_examples.json").read_text(encoding="utf-8")
    return json.loads(text)[name]
