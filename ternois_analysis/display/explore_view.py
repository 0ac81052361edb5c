"""The widget that shows the panels and says which unit was chosen in any of them."""

from pathlib import Path

import anywidget
import traitlets

_ASSETS = Path(__file__).parent / "assets"


class View(anywidget.AnyWidget):  # type: ignore[misc]
    """Panels as HTML by name, and the identifier of the unit chosen.

    The browser sets `selected`; everything else comes from Python. `said` is one sentence on the
    unit chosen, `csv` the values that the table downloads under `filename`.
    """

    _esm = (_ASSETS / "explore.js").read_text(encoding="utf-8")
    _css = (_ASSETS / "explore.css").read_text(encoding="utf-8")

    panels = traitlets.Dict().tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)
    csv = traitlets.Unicode("").tag(sync=True)
    filename = traitlets.Unicode("valeurs.csv").tag(sync=True)
