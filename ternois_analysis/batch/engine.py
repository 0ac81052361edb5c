"""Running one notebook with its parameters, by one of two paths that give the same outputs."""

import multiprocessing
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import papermill
from nbformat import NotebookNode
from papermill.engines import papermill_engines

from ternois_analysis.batch import fast, kernel, threads
from ternois_analysis.batch.notebook import check_parameters, checked, did_you_mean
from ternois_analysis.errors import ReportError, explain

#: `fast` runs the cells in the process made for the page, `kernel` through a Jupyter kernel.
ENGINES = ("fast", "kernel")
_FAST = "ternois-fast"


def can_fork() -> bool:
    """Whether a warm process may be forked here: on Linux, before polars or Typst has started.

    A child that uses either after its parent did waits for ever for threads that are not there.
    """
    if sys.platform != "linux" or "fork" not in multiprocessing.get_all_start_methods():
        return False
    pdf = sys.modules.get("ternois_analysis.publish.pdf")  # not loaded, it started nothing
    names = [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]
    return not (pdf and pdf.started()) and not any(re.match(r"polars-\d", n) for n in names)


def way() -> Literal["fork", "spawn"]:
    """How the process of a page is started here: forked from this one, or afresh."""
    return "fork" if can_fork() else "spawn"


def _in_process() -> bool:
    """Whether cells can run in a page's own process: forked, or on macOS started afresh.

    macOS has a fork that its own libraries do not survive.
    """
    return sys.platform == "darwin" or can_fork()


def choose(name: str) -> str:
    """The engine for `auto`, `fast` or `kernel`.

    Raises
    ------
    ReportError
        For an unknown name, or for `fast` where no process is to be had for it.
    """
    if name == "auto":
        return "fast" if _in_process() else "kernel"
    if name not in ENGINES:
        raise ReportError(
            explain(
                "Unknown engine",
                expected=[*ENGINES, "auto"],
                found=name,
                do=did_you_mean(name, ENGINES) or "Name one of these.",
            )
        )
    if name == "fast" and not _in_process():
        raise ReportError(
            explain(
                "The fast engine",
                expected="a process that can be forked",
                found=f"{sys.platform}, or polars at work in this process",
                do="Use --engine kernel.",
            )
        )
    return name


def execute(
    notebook: NotebookNode,
    name: str,
    parameters: Mapping[str, object],
    *,
    engine: str,
    folder: Path,
) -> NotebookNode:
    """The executed notebook, with outputs and the time of each cell.

    To be called in a process made for this page: it changes the variables of its process and,
    with `fast`, its standard streams.

    Parameters
    ----------
    notebook : NotebookNode
    name : str
        File name, kept in the evidence.
    parameters : mapping
        `territory`, `quarter` and `audience`, as text.
    engine : {"fast", "kernel"}
    folder : Path
        The working folder of the cells.

    Raises
    ------
    ReportError
        If the notebook or the parameters break the rules, or the notebook stops before its end.
    papermill.PapermillExecutionError
        If a cell fails.
    """
    check_parameters(notebook, name)
    values = checked(parameters)
    threads.limit_all()
    papermill_engines.register(_FAST, fast.FastEngine)
    with kernel.private_folder() as private:
        kernel.prepare(private)
        executed = papermill.execute_notebook(
            notebook, None, parameters=values, cwd=folder, kernel_name="python3",
            language="python", progress_bar=False, request_save_on_cell_execute=False,
            **({"engine_name": _FAST} if engine == "fast" else kernel.options(private)),
        )  # fmt: skip
    # papermill lets a page pass that left by sys.exit(): it would be published without its end.
    if executed.metadata.papermill.exception:
        raise ReportError(
            explain(
                f"{name} stopped before its end",
                expected="every cell run",
                found="a call that ends the program",
                do="Remove it.",
            )
        )
    # papermill notes its input there, which is the whole notebook when it is given one.
    executed.metadata.papermill.update(input_path=name, output_path=name)
    return executed
