"""What a page says in the place of a figure none of whose sources is installed."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ternois_analysis.display import perimeter, words
from ternois_analysis.display.block import Block
from ternois_analysis.observatory import Observatory


def block(observatory: Observatory, indicators: Sequence[str], title: str = "") -> Block | None:
    """A block that names the sources to install, or None when one indicator has values."""
    names = observatory.absent(indicators)
    if not names:
        return None
    told = title or words.subjects(indicators[:4])
    return perimeter.paragraphs(told, words.not_installed(names))


def sources(observatory: Observatory, names: Sequence[str], title: str) -> Block | None:
    """The same for a figure that needs all of some sources; None when all are installed."""
    missing = [name for name in names if not observatory.sees(name)]
    return perimeter.paragraphs(title, words.not_installed(missing)) if missing else None


def or_absent(method: Callable[..., Block]) -> Callable[..., Block]:
    """A method on identifiers of indicators that says so when none of them has a source."""

    @functools.wraps(method)
    def told(page: Any, *indicators: str, **options: Any) -> Block:
        missing = block(page.observatory, indicators)
        return method(page, *indicators, **options) if missing is None else missing

    return told
