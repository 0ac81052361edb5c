"""What published values rest on: method, sources and, where persons are counted, the gate.

Values are read from tables that hold every source; each is made of its own sources only. These are
what is noted, so that a page is made again when one of them changes and not for another.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ternois_analysis import catalog, sources, trail
from ternois_analysis.observatory import (
    craft,
    fingerprints,  # noqa: F401 - declares the leaf « method »
    gate,
    values,
)
from ternois_analysis.trail import lru_cache

if TYPE_CHECKING:
    from ternois_analysis.observatory.door import Observatory


def note(observatory: "Observatory", indicators: Iterable[str]) -> None:
    """Note what the values of some indicators rest on."""
    observatory.gazetteer.facts  # noqa: B018 - the geography that all figures are brought to
    for name in indicators:
        _rests_on(observatory, name)


@lru_cache(maxsize=1024)
def _rests_on(observatory: "Observatory", name: str) -> None:
    """Noted once an indicator."""
    trail.note("method", name)
    with trail.aside():
        found = values.instances(name, observatory.columns)
        guarded = bool(gate.uses(found)) and observatory.protection is not None
    for source in {source for instance in found for source in instance.sources}:
        catalog.sources().get(source)
        sources.visible(source, observatory.quarter)
        if source in (craft.GENUINE, craft.DEMONSTRATION):
            observatory.columns.register  # noqa: B018
    if guarded:
        observatory.protection  # noqa: B018
