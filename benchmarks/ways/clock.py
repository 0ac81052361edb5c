"""What a command costs: seconds, processor seconds, and the memory of all that it starts."""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Seconds between two looks at the memory.
_PULSE = 0.25


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of all processors, peaks in MiB, and what was printed.

    `resident` counts what processes share once for each of them, `proportional` once.
    """

    seconds: float
    processor: float
    output: str
    resident: float = 0.0
    proportional: float = 0.0


def cost(
    command: Sequence[str | Path], env: Mapping[str, str], folder: Path, *, memory: bool = False
) -> Cost:
    """Run a command to its end in a folder; one that fails stops the benchmark, with its words."""
    peaks = [0.0, 0.0]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=env, cwd=folder, stdout=said, stderr=subprocess.STDOUT
        )
        while (
            memory
            and os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        ):
            peaks = [max(pair) for pair in zip(peaks, _memory(process.pid), strict=True)]
            time.sleep(_PULSE)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read()
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}:\n{output[-3000:]}")
    return Cost(seconds, used.ru_utime + used.ru_stime, output, *peaks)


def _memory(process: int) -> tuple[float, float]:
    """Resident and proportional memory of a process and its descendants, in MiB."""
    resident = proportional = 0.0
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()[1:]:
            name, size = line.split()[:2]
            resident += int(size) / 1024 * (name == "Rss:")
            proportional += int(size) / 1024 * (name == "Pss:")
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, file.read_text("ascii").split()):
                more = _memory(child)
                resident, proportional = resident + more[0], proportional + more[1]
    return resident, proportional
