"""Time of `ta.explore()`: the first display in a fresh process, and each kind of change.

Run `python benchmarks/explore.py`, of the `lab` extra. Changes go through a kernel as a browser
sends them: from the message of the widget that was changed to the last figure and the idle state.
Nothing of what is measured lies in the user's own cache.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

QUARTER = "2026Q3"
#: What a fresh process does, and what it says of it: seconds by the clock and of processor.
COLD = f"""
import json, time
def now(): return time.perf_counter(), time.process_time()
start = now()
import ternois_analysis as ta
ta.explore
loaded = now()
shown = ta.explore("", "{QUARTER}", "partners")
shown.refresh()
end = now()
assert "<svg" in shown.view.panels["map"] and shown.values["value"].notna().any()
print(json.dumps([[b - a for a, b in zip(x, y)] for x, y in ((start, loaded), (loaded, end))]))
"""
IN_KERNEL = f"""
import ternois_analysis as ta
shown = ta.explore("", "{QUARTER}", "partners")
shown
"""
#: What the browser would know: models of the widgets, and what can be chosen.
KNOWN = """
import json
print(json.dumps({
    "models": {**{n: c.model_id for n, c in shown.controls.items()}, "view": shown.view.model_id},
    "indicators": shown.controls["indicator"].options,
    "communes": list(shown.scene.units["territory"]),
}))
"""
PATIENCE = 120


def seconds(times: Iterable[float]) -> str:
    known = list(times)
    return f"{statistics.median(known):.2f} s ({min(known):.2f} to {max(known):.2f})"


def cold(rounds: int, what: str) -> None:
    """Import and first display in fresh processes."""
    runs = []
    for _ in range(rounds):
        done = subprocess.run(
            [sys.executable, "-c", COLD], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout))
    for name, rank in (("import", 0), ("first display", 1)):
        clock, processor = zip(*(run[rank] for run in runs), strict=True)
        print(f"{what}, {name}: {seconds(clock)}, processor {seconds(processor)}")
    clock = [sum(part[0] for part in run) for run in runs]
    print(f"{what}, in all: {seconds(clock)}", flush=True)


def ahead() -> None:
    """What the process in the background makes of the quarters and audiences offered."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    order = [sys.executable, "-m", "ternois_analysis.display.explore_ahead", QUARTER, "partners"]
    subprocess.run(order, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    found = [path.stat().st_size for path in Path(os.environ["TERNOIS_CACHE"]).rglob("*.entry")]
    print(
        f"made ahead: {len(found)} entries, {sum(found) / 1e6:.1f} MB, "
        f"{time.perf_counter() - start:.0f} s, processor {used:.0f} s",
        flush=True,
    )


class Kernel:
    """A kernel as a browser sees it."""

    def __init__(self) -> None:
        from jupyter_client.manager import start_new_kernel

        self.manager, self.client = start_new_kernel(
            kernel_name="python3", stderr=subprocess.DEVNULL
        )

    def run(self, code: str) -> tuple[float, str]:
        """Seconds until a cell is done, and what it printed."""
        start = time.perf_counter()
        _, text = self._done(self.client.execute(code))
        return time.perf_counter() - start, text

    def change(self, model: str, state: dict[str, Any]) -> tuple[float, bool]:
        """Seconds until all that follows from a change is said, and whether figures were drawn."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        message = self.client.session.msg("comm_msg", {"comm_id": model, "data": data})
        start = time.perf_counter()
        self.client.shell_channel.send(message)
        drawn, _ = self._done(message["header"]["msg_id"])
        return time.perf_counter() - start, drawn

    def _done(self, asked: str) -> tuple[bool, str]:
        """Whether figures were drawn, and what was printed, once the kernel is idle again."""
        drawn, text = False, ""
        while True:
            said = self.client.get_iopub_msg(timeout=PATIENCE)
            if said["parent_header"].get("msg_id") != asked:
                continue
            content = said["content"]
            if said["msg_type"] == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            if said["msg_type"] == "stream":
                text += content["text"]
            if said["msg_type"] == "comm_msg":
                drawn |= "panels" in content["data"].get("state", {})
            if said["msg_type"] == "status" and content["execution_state"] == "idle":
                return drawn, text

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def elsewhere(count: int) -> list[str]:
    """SIREN of some EPCIs far from the Pays."""
    import pandas as pd

    from ternois_analysis import paths

    table = pd.read_parquet(max((paths.data() / "epci").glob("*/epci.parquet")))
    sizes = table.groupby("epci")["commune"].count()
    known = sizes[sizes.between(15, 40)].index
    return [str(siren) for siren in known[:: len(known) // count][:count]]


def kinds(known: dict[str, Any], rounds: int) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Each kind of change: what it is, the widget, and states none of which was there before."""
    labels = known["indicators"]
    spread = labels[:: len(labels) // (2 * rounds + 2)]
    yield "indicator", "indicator", [{"value": each} for each in spread[1 : rounds + 1]]
    yield "indicator crossed", "other", [{"value": e} for e in spread[rounds + 1 :][:rounds]]
    yield "territories", "places", [{"index": [1, 2 + each % 5]} for each in range(rounds)]
    yield "rate", "indicator", [{"value": "Taux de vacance des logements"}]
    yield "references", "references", [{"index": [0, 1][: each % 3]} for each in range(1, rounds)]
    yield "level", "level", [{"index": (each + 1) % 2} for each in range(rounds)]
    yield "Pays again", "places", [{"index": [0]}]
    yield "unit on the map", "view", [{"selected": e} for e in known["communes"][:rounds]]
    yield "audience", "audience", [{"index": each} for each in (2, 0, 1)]
    yield "quarter", "quarter", [{"index": each} for each in range(1, min(rounds, 7) + 1)]
    yield "quarter seen before", "quarter", [{"index": each % 3} for each in range(rounds)]
    yield "EPCI elsewhere", "add", [{"value": siren} for siren in elsewhere(rounds)]


def changes(rounds: int) -> None:
    """The first cell of a fresh kernel, then each kind of change."""
    kernel = Kernel()
    try:
        first, _ = kernel.run(IN_KERNEL)
        print(f"kernel, first cell with its figures: {first:.2f} s")
        _, text = kernel.run(KNOWN)
        known = json.loads(text)
        for what, widget, states in kinds(known, rounds):
            done = [kernel.change(known["models"][widget], state) for state in states]
            drawn = sum(figures for _, figures in done)
            times = [took for took, _ in done]
            print(
                f"change of {what}: {seconds(times)}, {drawn} of {len(done)} with other figures",
                flush=True,
            )
    finally:
        kernel.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERNOIS_CACHE"] = folder
        cold(rounds, "nothing kept")
        ahead()
        cold(rounds, "kept")
        changes(rounds)


if __name__ == "__main__":
    main()
