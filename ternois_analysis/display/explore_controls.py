"""The choices of an exploration: widgets with what can be chosen."""

from typing import Any

from ternois_analysis import catalog, french
from ternois_analysis.catalog import secrecy
from ternois_analysis.display import explore_ahead
from ternois_analysis.display.explore_scene import named, offered, references
from ternois_analysis.observatory import AUDIENCES, Observatory
from ternois_analysis.territory import Territory

_LEVELS = (("communes", "communes"), ("territoires entiers", "territoires"))


def controls(door: Observatory, place: Territory, first: str, second: str) -> dict[str, Any]:
    """The widgets of the choices by name; `first` and `second` are labels of indicators."""
    import ipywidgets as widgets

    facts = catalog.territories()
    known = {name: named(door, name) for name in (*facts.territories, *facts.lists)}
    known.setdefault(place.id, place)
    against = references(door, place)
    wide: dict[str, Any] = {"style": {"description_width": "7em"},
                            "layout": {"width": "25rem"}}  # fmt: skip
    names = list(offered())
    return {
        "indicator": widgets.Combobox(value=first, options=names, description="Indicateur",
                                      continuous_update=False, **wide),
        "other": widgets.Combobox(value=second, options=names, description="Croisé avec",
                                  continuous_update=False, **wide),
        "places": widgets.SelectMultiple(
            value=(place.id,), options=[(p.label, p.id) for p in known.values()], rows=5,
            description="Territoires", **wide),
        "add": widgets.Text(placeholder="EPCI, commune ou SIREN", description="En ajouter",
                            continuous_update=False, **wide),
        "references": widgets.SelectMultiple(
            value=tuple(p.id for p in against), options=[(p.label, p.id) for p in against],
            rows=5, description="Références", **wide),
        "level": widgets.ToggleButtons(value="communes", options=_LEVELS, description="Comparer",
                                       style={"description_width": "7em"}),
        "quarter": widgets.Dropdown(
            value=str(door.quarter), description="Trimestre",
            options=[(french.quarter(each), each)
                     for each in map(str, explore_ahead.offered(door.quarter))], **wide),
        "audience": widgets.Dropdown(
            value=door.audience, description="Public", **wide,
            options=[(secrecy.audience(name).label, name) for name in AUDIENCES]),
    }  # fmt: skip


def laid_out(chosen: dict[str, Any], view: Any) -> Any:
    """The choices over the figures."""
    import ipywidgets as widgets

    columns = (("indicator", "other", "quarter", "audience"), ("places", "add"), ("references",))
    head = widgets.HBox(
        [widgets.VBox([chosen[name] for name in column]) for column in columns],
        layout={"flex_flow": "row wrap"},
    )
    return widgets.VBox([head, chosen["level"], view])
