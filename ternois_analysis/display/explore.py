"""Exploring by hand: choose indicators, territories, references, a quarter; all figures follow."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import explore_ahead, explore_panels, explore_scene
from ternois_analysis.display.explore_scene import Choice, Scene
from ternois_analysis.errors import ReportError, TernoisError
from ternois_analysis.observatory import Observatory, observe

if TYPE_CHECKING:
    from ternois_analysis.display.explore_view import View

#: Crossed with the first indicator when none is asked for.
_OTHER = "share_65_plus_pct"


@dataclass(frozen=True, eq=False)
class Exploration:
    """What `explore` returns: its widgets, and what they show.

    Shown as the last line of a cell, it appears at once and its figures follow. `controls` are the
    widgets by name: indicator, other, places, add, references, level, quarter, audience.
    """

    controls: dict[str, Any]
    view: "View"
    widget: Any
    _state: dict[str, Any]

    @property
    def values(self) -> pd.DataFrame:
        """The published values on show: the columns of `Observatory.values`."""
        return self.scene.values

    @property
    def scene(self) -> Scene:
        """What is shown, drawn first if it was not yet."""
        if "scene" not in self._state:
            self.refresh()
        if "scene" not in self._state:
            raise ReportError(french.plain(self.view.said) or "Nothing could be shown.")
        found: Scene = self._state["scene"]
        return found

    def refresh(self, change: Any = None) -> None:
        """Draw all that follows from the choices; what cannot be chosen is said, not raised."""
        try:
            door = self._door()
            choice = self._choice(door)
            known = {*explore_scene.identifiers(choice), *(p.id for p in choice.references)}
            followed = self.view.selected if self.view.selected in known else ""
            found = explore_scene.scene(door, choice, followed)
            panels = explore_panels.drawn(door, found)
        except TernoisError as error:
            self.view.said = f"Choix impossible : {error}"
            return
        self._state["scene"] = found
        with self.view.hold_sync():
            self.view.selected = followed
            self.view.said = explore_panels.sentence(found, followed)
            self.view.csv = found.values.to_csv(index=False)
            self.view.filename = f"exploration-{door.quarter}-{door.audience}.csv"
            self.view.panels = panels
        if "on show" in self._state and self._state.get("audience") != door.audience:
            self._state["audience"] = door.audience
            explore_ahead.follow(door, self._state["quarter"])

    def _door(self) -> Observatory:
        return observe(self.controls["quarter"].value, self.controls["audience"].value)

    def _choice(self, door: Observatory) -> Choice:
        places, against = (
            [explore_scene.named(door, name) for name in self.controls[each].value]
            for each in ("places", "references")
        )
        one, two = (
            explore_scene.named_indicator(self.controls[name].value)
            for name in ("indicator", "other")
        )
        return Choice(tuple(places), tuple(against), one, two, self.controls["level"].value)

    def _follow(self, change: Any) -> None:
        """A unit was chosen in the browser: its line joins the others, its figures are said."""
        if "scene" not in self._state:
            return
        found = explore_scene.scene(self._door(), self.scene.choice, change["new"])
        self._state["scene"] = found
        self.view.said = explore_panels.sentence(found, change["new"])
        self.view.panels = {**self.view.panels, "time": explore_panels.in_time(found)}

    def _add(self, change: Any) -> None:
        """Add a territory named in full: an EPCI of France, a commune, a SIREN."""
        text = self.controls["add"].value.strip()
        if not text:
            return
        try:
            place = self._door().territory(text)
        except TernoisError as error:
            self.view.said = f"Choix impossible : {error}"
            return
        chooser = self.controls["places"]
        kept = chooser.value
        if place.id not in [name for _, name in chooser.options]:
            chooser.options = [*chooser.options, (place.label, place.id)]
        self.controls["add"].value = ""
        chooser.value = tuple(dict.fromkeys([*kept, place.id]))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget)
        self._state["on show"] = True
        self.refresh()


def explore(
    territory: str = "",
    quarter: str = "",
    audience: str = "partners",
    indicator: str = "population",
    other: str = "",
) -> Exploration:
    """Explore published values: linked map, ranking, scatter, series and table.

    A unit chosen in one figure is shown in all. Everything has passed the gate of the audience
    chosen. A process in the background keeps what the choices show, those of the other quarters
    included, in the folder of caches, unless the variable `TERNOIS_AHEAD` is `no`; a run,
    `ternois explore` and the first display start it. From then on the first display takes a second
    and each change a fraction of one, until the data or the code change; before, the first display
    takes two seconds and a change of audience or quarter one or two. Needs the `lab` extra
    (`make lab`).

    Parameters
    ----------
    territory : str
        Shown first: anything that `Observatory.territory` understands; the Pays by default. Its
        communes are the first units.
    quarter, audience : str
        As for `observe`; they can be changed afterwards.
    indicator, other : str
        Identifiers of the indicator shown first and of the one it is crossed with; for an
        indicator with categories, `name#category`.

    Returns
    -------
    Exploration
        The last line of a cell shows it. `.values` is the table of what is on show.

    Raises
    ------
    TerritoryError, ReportError, SchemaError
        For an unknown territory, quarter, audience or indicator, with what was probably meant.

    Examples
    --------
    >>> explore("cc-pernois", indicator="vacancy_rate_pct")  # doctest: +SKIP
    """
    door = observe(quarter, audience)
    place = explore_scene.named(door, territory or catalog.territories().pays)
    labels = {identifier: label for label, identifier in explore_scene.offered().items()}
    first = labels[explore_scene.wanted(indicator)]
    crossed = other or (_OTHER if indicator != _OTHER else "population")
    second = labels[explore_scene.wanted(crossed)]
    # Loaded here: a machine that only makes reports has no widgets.
    from ternois_analysis.display import explore_controls
    from ternois_analysis.display.explore_view import View

    view, controls = View(), explore_controls.controls(door, place, first, second)
    made = Exploration(controls, view, explore_controls.laid_out(controls, view),
                       {"quarter": str(door.quarter)})  # fmt: skip
    for name, control in controls.items():
        control.observe(made._add if name == "add" else made.refresh, "value")
    view.observe(made._follow, "selected")
    return made
