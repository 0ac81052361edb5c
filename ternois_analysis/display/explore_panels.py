"""All panels of an exploration, from the values to HTML, and the words under them."""

import pandas as pd

from ternois_analysis import french
from ternois_analysis.display import explore_marks, explore_plots, words
from ternois_analysis.display.block import signs
from ternois_analysis.display.explore_marks import text
from ternois_analysis.display.explore_scene import Scene, absent
from ternois_analysis.display.explore_shapes import outlines
from ternois_analysis.display.published import checked, definition, interval_note
from ternois_analysis.observatory import Observatory

in_time = explore_plots.in_time


def drawn(door: Observatory, scene: Scene) -> dict[str, str]:
    """HTML of each panel, by name.

    Raises
    ------
    SecrecyError
        If a value that is not shown carries a number.
    """
    checked(scene.values, one=("quarter", "audience"))
    missing = _absent(door, scene)
    if missing:
        panels = dict.fromkeys(("map", "ranking", "crossed", "time", "table"), "")
        return panels | {"words": "".join(f"<p>{text(each)}</p>" for each in missing)}
    shapes = outlines(door, scene.choice.places, scene.choice.level)
    return {
        "map": explore_marks.ground(scene, shapes),
        "ranking": explore_marks.ranking(scene),
        "crossed": explore_plots.crossed(scene),
        "time": explore_plots.in_time(scene),
        "table": explore_plots.table(scene),
        "words": said(scene),
    }


def _absent(door: Observatory, scene: Scene) -> list[str]:
    """What to install when the first indicator has no value anywhere."""
    return words.not_installed(absent(door, scene.choice.indicator.partition("#")[0]))


def said(scene: Scene) -> str:
    """Definitions, reading, champ, source and signs of what is shown."""
    values, entries = scene.values, (scene.entry, scene.other)
    first = scene.choice.places[0]
    own = scene.series[scene.series["territory"] == first.id]
    intervals = interval_note(values, *entries)
    lines = {
        "Définition": " ; ".join(
            f"{entry.label} : {definition(entry, rows)}"
            for entry, rows in zip(entries, (scene.units, scene.others), strict=True)
        ),
        "Lecture": words.reading(own, scene.entry, first),
        "Champ": " ; ".join(dict.fromkeys(entry.champ for entry in entries)),
        "Source": words.credit(values),
        "Note": " ".join(filter(None, (intervals, signs(values)))),
    }
    return "".join(
        f"<p><b>{lead}{french.NBSP}:</b> {text(line)}</p>" for lead, line in lines.items() if line
    )


def sentence(scene: Scene, chosen: str) -> str:
    """Name and figures of the unit chosen; empty when there is none."""
    if not chosen:
        return ""
    rows = pd.concat([scene.units, scene.against])
    found = []
    for values, entry in ((rows, scene.entry), (scene.others, scene.other)):
        own = values[values["territory"] == chosen]
        if not own.empty:
            label, _, figure = explore_marks.told(own.iloc[0], entry).partition(f"{french.NBSP}: ")
            found.append((label, f"{words.small(entry.short)} {figure}"))
    if not found:
        return ""
    return french.typeset(f"{found[0][0]} : {' ; '.join(figure for _, figure in found)}.")
