"""Parts of a Markdown page, written from facts."""

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """A text as one cell of a table: on one line, its bars escaped."""
    return " ".join(str(text).split()).replace("|", r"\|")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table; none where it has no row."""
    body = ["| " + " | ".join(cell(text) for text in row) + " |" for row in rows]
    if not body:
        return []
    return ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *body, ""]


def code(text: object) -> str:
    """A text between backticks; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def facts(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """A list « **name**: text », without those that say nothing."""
    return [*(f"- **{name}**: {text}" for name, text in pairs if text), ""]
