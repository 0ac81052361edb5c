"""The memory that a process and all that it started hold."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

_MIB = 1 << 20


def held(process: int) -> float:
    """Resident memory of a process and its descendants, in MiB.

    What a forked process still shares with its parent counts as its own.

    Parameters
    ----------
    process : int
        Its id; one that is over holds nothing.

    Returns
    -------
    float
        0 where the system does not tell: on Windows.
    """
    if sys.platform == "win32":
        return 0.0
    if Path("/proc/self/statm").exists():
        return sum(map(_resident, (process, *_started_by(process)))) / _MIB
    return told_by_ps(process)


def _resident(process: int) -> int:
    with contextlib.suppress(OSError):
        pages = Path(f"/proc/{process}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _started_by(process: int) -> list[int]:
    found = list[int]()
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, file.read_text("ascii").split()):
                found += [child, *_started_by(child)]
    return found


def told_by_ps(process: int) -> float:
    """The same, asked of the command `ps`, for systems without `/proc`."""
    asked = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=False
    )
    parent, size = dict[int, int](), dict[int, int]()
    for line in asked.stdout.splitlines():
        mine, its, kibibytes = map(int, line.split())
        parent[mine], size[mine] = its, kibibytes
    family, known = {process}, 0
    while len(family) > known:
        known = len(family)
        family |= {mine for mine, its in parent.items() if its in family}
    return sum(size.get(each, 0) for each in family) / 1024
