"""Exploring by hand, in JupyterLab."""

from typing import Annotated

import typer

from ternois_analysis.cli.root import app, option


@app.command()
def explore(
    port: Annotated[int, option("Port of JupyterLab; by default the first that is free.")] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")
    ] = True,
) -> None:
    """Open JupyterLab on the exploration notebook."""
    import importlib.util
    import os
    import subprocess
    import sys

    from ternois_analysis import paths
    from ternois_analysis.display import explore_ahead
    from ternois_analysis.errors import ReportError, explain

    missing = [name for name in ("jupyterlab", "ipywidgets", "anywidget")
               if importlib.util.find_spec(name) is None]  # fmt: skip
    if missing:
        raise ReportError(
            explain("JupyterLab is not installed", expected="the lab extra", found="no "
                    + ", no ".join(missing), do="Run `make lab`, or pip install -e '.[lab]'.")
        )  # fmt: skip
    notebook = paths.notebooks() / "00_exploration.ipynb"
    if not notebook.is_file():
        raise ReportError(
            explain("No exploration notebook", expected=notebook, found="nothing",
                    do="Restore it, or set TERNOIS_HOUSE to the project's folder.")
        )  # fmt: skip
    explore_ahead.start()  # ready, or nearly, by the time that the notebook is run
    order = [sys.executable, "-m", "jupyterlab", str(notebook)]
    order += [f"--port={port}"] if port else []
    order += [] if browser else ["--no-browser"]
    done = subprocess.run(  # noqa: S603 - our own interpreter, on our own notebook
        order, env={**os.environ, "TERNOIS_HOUSE": str(paths.house())}, check=False
    )
    raise typer.Exit(done.returncode)
