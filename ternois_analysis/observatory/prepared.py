"""Values computed once for many: of several lists of territories, of the similar EPCIs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ternois_analysis import catalog, trail
from ternois_analysis.observatory import likeness, values
from ternois_analysis.territory import Territory

if TYPE_CHECKING:
    from ternois_analysis.observatory.door import Observatory

#: Whether all periods are there, identifiers of territories and of indicators.
Asked = tuple[bool, tuple[str, ...], tuple[str, ...]]


def ordinary() -> tuple[str, ...]:
    """Indicators whose values functions make of columns, in the order of the catalogue."""
    return tuple(name for name, entry in catalog.indicators().items() if not entry.computed)


def warm(observatory: "Observatory", territories: Sequence[str]) -> None:
    """What `Observatory.warm` does."""
    every = map(observatory.territory, territories)
    places = [place for place in every if place.kind in likeness.SCALES]
    observatory.prepare([list(observatory.similar(place).index) for place in places])
    for place in places:
        observatory.peers(place)


def prepare(
    observatory: "Observatory", ready: dict[Asked, pd.DataFrame],
    groups: Sequence[Sequence[Territory | str]], *, series: bool,
) -> None:  # fmt: skip
    """What `Observatory.prepare` does; the values are put in `ready`."""
    listed = [[observatory.territory(t) if isinstance(t, str) else t for t in g] for g in groups]
    every = {place.id: place for places in listed for place in places}
    if not every:
        return
    with trail.aside():
        names = ordinary()
        rows = observatory.values(list(every.values()), names, series=series)
    for places in listed:
        ids = tuple(place.id for place in places)
        ready[series, ids, names] = values.of_places(rows, ids, tuple(every))


def peers(
    observatory: "Observatory", known: dict[str, pd.DataFrame], place: Territory,
    indicators: Sequence[str] | None,
) -> pd.DataFrame:  # fmt: skip
    """What `Observatory.peers` gives; the values are kept in `known`."""
    if place.kind not in likeness.SCALES:
        return pd.DataFrame(columns=list(values.COLUMNS))
    if place.id not in known:
        with trail.aside():
            known[place.id] = observatory.values(list(observatory.similar(place).index))
    rows = known[place.id]
    observatory.note(likeness.STRUCTURE)
    observatory.note(rows["indicator"].unique() if indicators is None else indicators)
    return rows if indicators is None else rows[rows["indicator"].isin(list(indicators))]
