"""What an import told of a register: the account of its rows and what was found in the file."""

import json
from typing import Any

from ternois_analysis.sources.register.store import RegisterEntry


def told(entry: RegisterEntry) -> dict[str, Any]:
    """The facts that the store keeps of an import: `findings`, `about_the_file`, counts."""
    content: dict[str, Any] = json.loads((entry.folder / "entry.json").read_text(encoding="utf-8"))
    return content
