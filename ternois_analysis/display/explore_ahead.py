"""Making what explorations show before it is asked for.

A first look at a quarter reads only what it shows. What other choices would show is made meanwhile
by another process, of least priority, and kept: see `explore_kept`. A quarter whose figures come
from there is opened behind them, for the territories that are not kept.
"""

import contextlib
import os
import subprocess
import sys
import threading

import pandas as pd

from ternois_analysis import catalog, paths, quarters
from ternois_analysis.display import explore_kept, explore_scene
from ternois_analysis.display.explore_kept import Kept
from ternois_analysis.errors import TernoisError
from ternois_analysis.observatory import AUDIENCES, Observatory, observe
from ternois_analysis.quarters import Quarter

#: Quarters offered, the one asked for included.
QUARTERS = 8
_KEY = ["indicator", "category", "period"]
#: Processes started: each is waited for by the next, none outlives its work.
_started: list[subprocess.Popen[bytes]] = []
_opening: list[threading.Thread] = []


def offered(quarter: Quarter) -> list[Quarter]:
    """Quarters that an exploration of one lets choose, the newest first."""
    latest = quarters.latest_complete()
    back = {quarter.shifted(-count) for count in range(QUARTERS)}
    return sorted({*back, *([latest] if latest > quarter else [])}, reverse=True)


def follow(door: Observatory, quarter: str) -> None:
    """Get ready for what may be chosen once first figures are on show.

    What the quarters offered beside `quarter` show to the audience is kept; the observatory is
    opened, once a process, where its figures were taken from what is kept.
    """
    start(quarter, door.audience)
    if not _opening and explore_kept.of(door) is not None:
        _opening.append(threading.Thread(target=_open, args=(door,), daemon=True))
        _opening[0].start()


def _open(door: Observatory) -> None:
    """Read what a territory that is not kept needs: the columns and the contours."""
    from ternois_analysis.observatory import ground

    with contextlib.suppress(TernoisError):  # said when it is asked for
        place = door.territory(catalog.territories().pays)
        door.values([place], ["population"])
        ground.contours(door, place)


def start(quarter: str = "", audience: str = "partners") -> None:
    """Make ready, in the background, what explorations of a quarter and its neighbours show.

    Not where the variable `TERNOIS_AHEAD` is `no`, as on a machine that many share.
    """
    if os.environ.get("TERNOIS_AHEAD") == "no":
        return
    first = quarters.parse(quarter) if quarter else quarters.latest_complete()
    busy = any(each.poll() is None for each in _started)
    if busy or not explore_kept.lacking(offered(first), audience):
        return
    try:
        explore_kept.prepare()
        known = os.environ.get("PYTHONPATH")
        here = os.pathsep.join(filter(None, (str(paths.package().parent), known)))
        _started[:] = [
            subprocess.Popen(  # noqa: S603 - our own interpreter, on our own module
                [sys.executable, "-m", __name__, str(first), audience],
                env={**os.environ, "PYTHONPATH": here, "TERNOIS_HOUSE": str(paths.house())},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        ]  # fmt: skip
    except OSError:  # nothing can be kept, or started: figures are made when they are asked for
        return


def make(door: Observatory) -> Kept:
    """All that an exploration of the territories of the facts can show of a quarter."""
    from ternois_analysis.observatory import ground

    facts = catalog.territories()
    own = [door.territory(name) for name in (*facts.territories, *facts.lists)]
    against = {place.id: door.gazetteer.references(place) for place in own}
    codes = tuple(sorted({code for place in own for code in place.communes}))
    communes = [door.territory(f"commune-{code}") for code in codes]
    referred = {place.id: door.territory(place.id) for each in against.values() for place in each}
    places = referred | {place.id: place for place in (*own, *communes)}
    listed = list(places.values())
    names = list(dict.fromkeys(each.partition("#")[0] for each in explore_scene.offered().values()))
    table = door.values(listed, names, series=True)
    newest = pd.MultiIndex.from_frame(door.values(listed, names)[_KEY]).unique()
    absent = {name: door.absent([name]) for name in names}
    shapes = ground.shapes(door, explore_scene.together(own), ())
    return Kept(
        table.assign(newest=pd.MultiIndex.from_frame(table[_KEY]).isin(newest)),
        places,
        {name: tuple((place.id, place.note) for place in each) for name, each in against.items()},
        {name: sources for name, sources in absent.items() if sources},
        dict(zip(shapes.index, shapes.geometry.to_wkb(), strict=True)),
    )


def main(quarter: str, audience: str) -> None:
    """Make what is not kept yet: the quarter for each audience, then the others for this one."""
    with contextlib.suppress(OSError):
        os.nice(19)
    with explore_kept.alone():
        _main(quarter, audience)


def _main(quarter: str, audience: str) -> None:
    first = observe(quarter, audience).quarter
    wanted = [(first, audience)]
    wanted += [(first, name) for name in AUDIENCES if name != audience]
    wanted += [(each, audience) for each in offered(first) if each != first]
    for each, reader in wanted:
        with contextlib.suppress(TernoisError):  # said where it is asked for
            door = observe(str(each), reader)
            if explore_kept.of(door) is None:
                explore_kept.write(door, make(door))


if __name__ == "__main__":
    main(*sys.argv[1:3])
