"""Expected values of the methods behind typologies, programmes and perspectives."""

import json
from pathlib import Path
from typing import Any


def evaluation_example(name: str) -> dict[str, Any]:
    """One worked example of the statistical reference."""
    text = Path(__file__).with_name("evaluation_examples.json").read_text(encoding="utf-8")
    return json.loads(text)[name]
