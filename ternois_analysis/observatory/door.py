"""The one door for notebooks and economists: quarter, audience and territory → published values."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from ternois_analysis import catalog, quarters, sources, territory, trail
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import (
    gate,
    gated,
    levels,
    likeness,
    names,
    prepared,
    resting,
    used,
)
from ternois_analysis.observatory.columns import Columns, geography
from ternois_analysis.observatory.names import Names
from ternois_analysis.quarters import Quarter
from ternois_analysis.territory import Gazetteer, Territory
from ternois_analysis.trail import cached_property, lru_cache

if TYPE_CHECKING:
    from ternois_analysis.secrecy.gate import Protection

Audience = Literal["internal", "partners", "public"]
AUDIENCES: tuple[str, ...] = get_args(Audience)


@dataclass(frozen=True, eq=False)
class Observatory:
    """Everything that may be published for one quarter and one audience.

    Made by `observe(quarter, audience)`, which keeps one of each. Tables are computed at first
    use and shared by all pages.
    """

    quarter: Quarter
    audience: str
    _peers: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False)
    _ready: dict[prepared.Asked, pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Names, codes and memberships as known in the quarter."""
        communes, passage, _ = geography(self.quarter)
        epcis = sources.Millesimes("epci", self.quarter)
        return Gazetteer(communes, passage, epcis, catalog.territories())

    @cached_property
    def columns(self) -> Columns:
        """Commune columns that the quarter sees."""
        communes, passage, cog = geography(self.quarter)
        return Columns(
            self.quarter, communes, passage, cog, self.gazetteer.pays_codes, self.audience
        )

    @property
    def indicators(self) -> Names[str]:
        """Identifiers of the catalogue, to complete: `obs.indicators.vacancy_rate_pct`."""
        return names.indicators()

    @property
    def territories(self) -> Names[Territory]:
        """Territories of the facts, to complete: `obs.territories.pays_ternois`."""
        return names.territories(self.gazetteer.facts, self.territory)

    def __getitem__(self, text: str) -> Territory:
        """The territory that a text names: `obs["pays-ternois"]`."""
        return self.territory(text)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.territories)

    def territory(self, text: str) -> Territory:
        """The territory that a text names, with its members on the quarter's last day.

        Parameters
        ----------
        text : str
            An identifier, a SIREN, a commune code or a name: see `Gazetteer.resolve`.

        Raises
        ------
        TerritoryError
            If it names nothing, or several things, with what was probably meant.
        """
        return self.gazetteer.resolve(text, self.quarter.last_day)

    def default_territories(self) -> tuple[str, ...]:
        """Identifiers of the territories of an ordinary run: the Pays and its parts."""
        return self.gazetteer.facts.default

    def totals(
        self, chosen: Iterable[Territory], names: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Columns added up over the communes of each territory, or as published for it.

        Parameters
        ----------
        chosen : iterable of Territory
        names : iterable of str, optional
            Columns such as `population@2023`; with them come those read at their level. By default
            all.

        Returns
        -------
        DataFrame
            One row a territory in the order given, one column a name, in the units of the sources:
            missing as soon as one commune is; a name that no table has is left out. Before the
            gate: for computing, not for showing.
        """
        places = list(chosen)
        if names is None:
            table = self.columns.table
        else:
            wanted = {"commune", *names} | levels.at_level(self.columns)
            table = self.columns.holding(wanted)
            table = table[[name for name in table.columns if name in wanted]]
        added = territory.total(table, places, self.columns.kinds_of(table.columns))
        return levels.published(added, places, self.columns, self.gazetteer)

    def values(
        self,
        territories: Sequence[Territory | str],
        indicators: Sequence[str] | None = None,
        *,
        series: bool = False,
    ) -> pd.DataFrame:
        """Published values of some territories.

        Parameters
        ----------
        territories : sequence of Territory or str
        indicators : sequence of str, optional
            Identifiers of the catalogue; all of them by default.
        series : bool
            All periods instead of the newest one.

        Returns
        -------
        DataFrame
            One row a territory, indicator and period; hidden, unreliable and unknown values carry
            a status and no figure.

        Raises
        ------
        TerritoryError, SchemaError
            For an unknown territory or indicator, with what was probably meant.
        """
        places = [self.territory(t) if isinstance(t, str) else t for t in territories]
        names = prepared.ordinary() if indicators is None else tuple(indicators)
        self.note(names)
        ready = self._ready.get((series, tuple(place.id for place in places), names))
        if ready is not None:
            return ready.copy(deep=False)
        with trail.aside():
            return gated.table(self, places, names, series=series)

    def note(self, indicators: Iterable[str]) -> None:
        """Note what the values of some indicators rest on: see `resting`."""
        resting.note(self, indicators)

    @cached_property
    def guarded(self) -> frozenset[str]:
        """Territories whose cells were protected together."""
        places = gate.published_territories(self.gazetteer, self.quarter.last_day.isoformat())
        return frozenset(place.id for place in places)

    @cached_property
    def protection(self) -> "Protection | None":
        """What the audience must not see, with its proof; None where there is nothing to hide."""
        return gate.protection(self.columns, self.gazetteer, self.audience)

    def sees(self, source: str) -> bool:
        """Whether the quarter sees a file of a source."""
        return used.sees(self.columns, source)

    def absent(self, indicators: Sequence[str]) -> tuple[str, ...]:
        """Sources to install before any of some indicators has a value; none when one has."""
        self.note(indicators)
        with trail.aside():
            return used.absent(self.columns, indicators)

    def forget(self) -> None:
        """Let go of the values prepared for some territories: others are to come."""
        self._ready.clear()
        self._peers.clear()

    def communes(self, place: Territory, indicators: Sequence[str] | None = None) -> pd.DataFrame:
        """Published values of each commune of a territory, as `values`: one row each an indicator.

        Parameters
        ----------
        place : Territory
        indicators : sequence of str, optional
            By default all.
        """
        return self.values([f"commune-{code}" for code in place.communes], indicators)

    @cached_property
    def epcis(self) -> tuple[Territory, ...]:
        """All EPCIs of France in the quarter."""
        return self.gazetteer.epcis(self.quarter.last_day)

    def similar(self, place: Territory) -> pd.DataFrame:
        """The EPCIs nearest to a territory by structure alone: see `likeness.nearest`.

        Returns
        -------
        DataFrame
            Indexed by identifier, nearest first: distance (Mahalanobis), then the gap on each
            structural fact in standard deviations of all EPCIs. No row where one of these facts is
            not known, as for an EPCI of Mayotte.
        """
        return likeness.nearest(self, place)

    def typical(self, place: Territory, indicators: Sequence[str]) -> pd.DataFrame:
        """Median of the similar EPCIs, as the values of one territory named `similaires`.

        Parameters
        ----------
        place : Territory
        indicators : sequence of str

        Returns
        -------
        DataFrame
            Columns of `values`. `low` and `high` are the quartiles of their values, not an interval
            of the median; « n.d. » where fewer than half of them have a value.
        """
        return likeness.median(self.peers(place, indicators))

    def warm(self, territories: Sequence[str]) -> None:
        """Compute what the pages of some territories share: the tables and the similar EPCIs."""
        prepared.warm(self, territories)

    def prepare(self, groups: Sequence[Sequence[Territory | str]], *, series: bool = False) -> None:
        """Compute the values of several lists of territories together, for `values` to give.

        A table of many territories takes hardly longer to make than that of one.
        """
        prepared.prepare(self, self._ready, groups, series=series)

    def peers(self, place: Territory, indicators: Sequence[str] | None = None) -> pd.DataFrame:
        """Published values of the EPCIs similar to a territory, nearest first, kept once made.

        Parameters
        ----------
        place : Territory
        indicators : sequence of str, optional
            By default all.

        Returns
        -------
        DataFrame
            Columns of `values`; no row for a territory of another scale, such as a commune or a
            région.
        """
        return prepared.peers(self, self._peers, place, indicators)

    def sources_used(self) -> list[dict[str, str | bool]]:
        """The files that the quarter sees, with what is needed to trace a figure to them."""
        return used.files(self.columns, self.columns.register)


@lru_cache(maxsize=8)
def _made(quarter: Quarter, audience: str) -> Observatory:
    return Observatory(quarter, audience)


def observe(quarter: str = "", audience: str = "partners") -> Observatory:
    """The observatory of a quarter, as one audience may see it.

    Parameters
    ----------
    quarter : str
        Such as `2026Q3`; the latest complete one by default.
    audience : {"internal", "partners", "public"}
        Who reads: it decides what statistical secrecy hides.

    Returns
    -------
    Observatory
        One of each quarter and audience; its tables are computed at first use and kept.

    Raises
    ------
    ReportError
        For an unknown quarter or audience, with what was probably meant.
    """
    chosen = quarters.parse(quarter) if quarter else quarters.latest_complete()
    if audience not in AUDIENCES:
        near = difflib.get_close_matches(audience, AUDIENCES, 1, 0.3)
        do = f"Did you mean '{near[0]}'?" if near else "Choose one of the three."
        raise ReportError(explain("Unknown audience", expected=AUDIENCES, found=audience, do=do))
    return _made(chosen, audience)
