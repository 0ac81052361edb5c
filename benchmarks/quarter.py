"""A quarter of six territories: the whole command, and what its parts cost, medians of three."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3


def whole(engine: str, out: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "ternois_analysis.cli", "run", "--engine", engine]
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    medians = {}
    for engine in ("fast", "kernel"):
        times = []
        for _ in range(RUNS):
            out = Path(tempfile.mkdtemp())
            times.append(whole(engine, out))
            pages = len(list(out.glob("*/*/*/*.html")))
            shutil.rmtree(out)
        medians[engine] = statistics.median(times)
        print(f"{engine:7} {pages} pages  median {medians[engine]:6.1f} s  "
              f"min {min(times):6.1f}  max {max(times):6.1f}")  # fmt: skip
    print(f"kernel / fast = {medians['kernel'] / medians['fast']:.2f}")


if __name__ == "__main__":
    main()
