"""The path through a Jupyter kernel: papermill's own engine, over sockets of the file system."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from traitlets.config import Config

#: The backend through which matplotlib's figures become outputs of a notebook.
INLINE = "module://matplotlib_inline.backend_inline"
#: Tracebacks are read in files, not in a terminal.
COLORS = "nocolor"
#: Longest folder in which the names of sockets stay under the 104 bytes that macOS allows.
_LONGEST = 85


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder, short enough for the names of sockets; removed at the end."""
    usual = tempfile.gettempdir()
    base = usual if len(usual) <= _LONGEST else "/tmp"  # noqa: S108 - a folder of its own in it
    with tempfile.TemporaryDirectory(dir=base, ignore_cleanup_errors=True) as name:
        yield Path(name)


def prepare(folder: Path) -> None:
    """Keep what a kernel or a shell writes and reads about its user inside `folder`.

    Nobody's startup files, profile, figure backend or other kernel can change a report. Changes
    the variables of this process, which runs one page and ends.
    """
    os.environ.update(
        IPYTHONDIR=str(folder / "ipython"),
        JUPYTER_RUNTIME_DIR=str(folder),
        JUPYTER_PATH=str(folder),
        MPLBACKEND=INLINE,
        PYTHONPATH=os.pathsep.join(path for path in sys.path if path),
    )


def options(folder: Path) -> dict[str, Any]:
    """What papermill hands to its notebook client so that the kernel is ours and needs no port.

    Two kernels that start together over TCP can be given the same port; sockets in a folder of
    their own cannot meet.
    """
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True)
    argv = [
        sys.executable,
        "-m",
        "ternois_analysis.batch.mortal",
        str(os.getpid()),
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
    ]
    spec = {"argv": argv, "display_name": "python3", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    manager = {
        "transport": "ipc",
        "connection_file": str(folder / "k.json"),
        "ip": str(folder / "k"),
    }
    return {
        "config": Config({"KernelManager": manager}),
        "extra_arguments": [f"--InteractiveShell.colors={COLORS}"],
        "coalesce_streams": True,
        "shutdown_kernel": "immediate",
    }
