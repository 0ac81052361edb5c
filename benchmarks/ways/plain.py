"""The same pages without notebooks: `plain.py PROCESSES OUT QUARTER PLACES PAGES`.

The observatory is opened and its values computed once; then forked processes make one page after
the other: the calls of a page in a row, its blocks into the page's template, one HTML file. There
is no papermill, no shell of IPython, no process of its own a page, no evidence and no record. The
calls are those of the notebooks' cells, compiled before. Prints the seconds after the fork.
"""

import ast
import contextlib
import io
import json
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from types import CodeType
from typing import Any

AUDIENCE = "partners"
#: Filled before the fork: the cells of each page, and the facts of each territory.
CELLS: dict[str, list[tuple[dict[str, Any], CodeType | None, CodeType | None]]] = {}
FACTS: dict[str, dict[str, Any]] = {}


def compiled(path: Path) -> list[tuple[dict[str, Any], CodeType | None, CodeType | None]]:
    """Each cell with its statements and its last expression."""
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] != "code":
            found.append((cell, None, None))
            continue
        body = ast.parse(cell["source"]).body
        last = ast.Expression(body.pop().value) if isinstance(body[-1], ast.Expr) else None
        found.append(
            (
                cell,
                compile(ast.Module(body, []), path.name, "exec"),
                compile(last, path.name, "eval") if last else None,
            )
        )
    return found


def make(task: tuple[Path, str, str, str]) -> None:
    """One page: its calls, then its HTML."""
    from ternois_analysis.batch import threads
    from ternois_analysis.publish import page as pages

    threads.limit_all()
    out, quarter, place, page = task
    names: dict[str, Any] = {}
    cells = []
    for cell, body, last in CELLS[page]:
        outputs = []
        if body and "parameters" in cell["metadata"].get("tags", ()):
            names.update(territory=place, quarter=quarter, audience=AUDIENCE)
        elif body:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(body, names)
                shown = eval(last, names) if last else None
            if shown is not None:
                bundle = shown._repr_mimebundle_()
                outputs.append({"output_type": "execute_result", "data": bundle})
        cells.append({**cell, "outputs": outputs})
    html = pages.render({"cells": cells}, pages.PageFacts(page=page, **FACTS[place]))
    (out / place / f"{page}.html").write_text(html, encoding="utf-8", newline="\n")


def main() -> None:
    processes, out, quarter, names, pages = sys.argv[1:]
    from ternois_analysis.batch import threads

    threads.limit_libraries()
    from ternois_analysis import french
    from ternois_analysis.batch import surroundings
    from ternois_analysis.display import material, page  # noqa: F401 - loaded before the fork
    from ternois_analysis.observatory import observe
    from ternois_analysis.publish import page as published  # noqa: F401

    door = observe(quarter, AUDIENCE)
    places = [door.territory(name) for name in names.split(",")]
    material.warm(door, [place.id for place in places])
    shared = {
        "quarter": quarter, "audience": AUDIENCE, "sources": tuple(door.sources_used()),
        "commit": surroundings.commit(), "made": surroundings.now(), "provisional": True,
    }  # fmt: skip
    for place in places:
        FACTS[place.id] = {"territory": place.id, "label": french.typeset(place.label), **shared}
        (Path(out) / place.id).mkdir(parents=True)
    for name in pages.split(","):
        CELLS[name] = compiled(Path("notebooks") / f"{name}.ipynb")
    ready = time.perf_counter()
    tasks = [(Path(out), quarter, place.id, name) for place in places for name in CELLS]
    with get_context("fork").Pool(int(processes)) as pool:
        pool.map(make, tasks, chunksize=1)
    print(time.perf_counter() - ready)


if __name__ == "__main__":
    main()
