"""A quarter made in several ways, side by side: medians, ratios, memory, as a Markdown table.

`quarter.py --short` ends in two minutes on a quiet machine; the full measure is
`quarter.py --territories 6 --pages 3 --rounds 3 --national 60`. Everything runs in a copy of the
checkout, on the bundled data, with a new cache of figures each time unless the table says warm.
"""

import argparse
import functools
import importlib.metadata
import json
import os
import platform
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ways import checkout, papermills
from ways.clock import Cost, cost

WAYS = Path(__file__).parent / "ways"
PACKAGES = ("papermill", "nbconvert", "ipykernel", "matplotlib", "pandas", "geopandas")
#: An indicator whose label the first page prints, and the third does not.
REWORDED = "population_density_per_km2"
_MADE = re.compile(r"<p>Page produite le .*?</p>")
_ASK = """
import json
from ternois_analysis import quarters
from ternois_analysis.observatory import observe
door = observe(str(quarters.latest_complete()))
print(json.dumps([str(door.quarter), door.default_territories(), [e.siren for e in door.epcis]]))
"""


@dataclass(frozen=True)
class Trial:
    """What is made, where: the copy of the checkout, the place for outputs, processes at once."""

    house: Path
    work: Path
    quarter: str
    places: tuple[str, ...]
    pages: tuple[str, ...]
    processes: int

    def python(self, *words: str | Path, cache: str = "", memory: bool = False) -> Cost:
        """Cost of a Python command; without the name of a cache, with a new one."""
        place = self.work / cache if cache else Path(tempfile.mkdtemp(dir=self.work))
        env = checkout.environment(self.house, self.work / "store", place)
        return cost([sys.executable, *words], env, self.house, memory=memory)

    def new(self) -> Path:
        """A folder that does not exist yet."""
        return Path(tempfile.mkdtemp(dir=self.work)) / "out"

    def shell(self, out: Path) -> Cost:
        """papermill and nbconvert, two commands a page."""
        loop = papermills.shell(out, self.quarter, list(self.places), list(self.pages))
        cache = Path(tempfile.mkdtemp(dir=self.work))
        env = checkout.environment(self.house, self.work / "store", cache)
        return cost(["bash", "-c", loop], env, self.house)

    def script(self, name: str, processes: int, out: Path) -> Cost:
        """One of the scripts beside this one."""
        places, pages = ",".join(self.places), ",".join(self.pages)
        return self.python(WAYS / name, str(processes), out, self.quarter, places, pages)

    def ours(
        self, out: Path, *options: str, bare: bool = False, cache: str = "",
        places: Sequence[str] = (), pages: Sequence[str] = (), memory: bool = False,
    ) -> Cost:  # fmt: skip
        """`ternois run`; `bare` leaves out the formats beside HTML."""
        words = ["run", "--quarter", self.quarter, "--out", str(out), "--jobs", f"{self.processes}"]
        words += [word for place in places or self.places for word in ("--territory", place)]
        words += [word for page in pages or self.pages for word in ("--notebook", page)]
        start = [WAYS / "bare.py"] if bare else ["-m", "ternois_analysis.cli"]
        return self.python(*start, *words, *options, cache=cache, memory=memory)


def journal(out: Path) -> tuple[float, int, int]:
    """Of the last run in a folder: seconds once values are computed, pages made, pages reused."""
    text = max((out / ".runs").iterdir()).read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    steps = [line["step"] for line in lines if "step" in line and line["step"]["page"]]
    made = [sum(step["outcome"] == word for step in steps) for word in ("done", "reused")]
    return lines[-1]["ended"]["seconds"] - lines[0]["began"]["prepared"], *made


def differing(trial: Trial, ours: Path, plain: Path) -> list[str]:
    """Pages whose HTML differs between a run and the plain script, but for the moment made."""
    found = []
    for place in trial.places:
        for page in trial.pages:
            name = f"{place}/{page}.html"
            one = (ours / trial.quarter / "partners" / name).read_text(encoding="utf-8")
            other = (plain / name).read_text(encoding="utf-8")
            if _MADE.sub("", one) != _MADE.sub("", other):
                found.append(name)
    return found


def row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def side_by_side(trial: Trial, rounds: int, skipped: Sequence[str]) -> Path:
    """Each way in turn, so that a busy moment of the machine spares none; the last run's folder."""
    two, last = trial.processes, {}
    ways: dict[str, tuple[str, Callable[[Path], Cost]]] = {
        "a": ("papermill and nbconvert in a shell loop", trial.shell),
        "b": ("papermill's API in sequence", lambda o: trial.script("papermills.py", 1, o)),
        "c": (f"pool of {two}, papermill", lambda o: trial.script("papermills.py", two, o)),
        "d": ("ours, kernel engine", lambda o: trial.ours(o, "--engine", "kernel", bare=True)),
        "e": ("**ours**", lambda o: trial.ours(o, bare=True, cache=f"figures-{o.parent.name}")),
        "f": ("ours, figures drawn before",
              lambda o: trial.ours(o, bare=True, cache=f"figures-{last['e'].parent.name}")),
        "g": (f"plain script, {two} processes", lambda o: trial.script("plain.py", two, o)),
        "E": ("ours, with PDF, slides, workbook, open data", trial.ours),
    }  # fmt: skip
    chosen = {key: way for key, way in ways.items() if key not in skipped}
    costs: dict[str, list[Cost]] = {key: [] for key in chosen}
    after: dict[str, list[float]] = {"e": [], "g": []}
    different = set[str]()
    for _ in range(rounds):
        for key, (_, make) in chosen.items():
            last[key] = trial.new()
            costs[key].append(make(last[key]))
        after["e"].append(journal(last["e"])[0])
        after["g"].append(float(costs["g"][-1].output.splitlines()[-1]))
        different |= set(differing(trial, last["e"], last["g"]))
    seconds = {key: statistics.median(c.seconds for c in costs[key]) for key in chosen}
    row("way", "seconds, median", "min to max", "beside ours", "processor seconds", "beside ours")
    row("---", "---:", "---:", "---:", "---:", "---:")
    used = {key: statistics.median(c.processor for c in costs[key]) for key in chosen}
    for key, (words, _) in chosen.items():
        times = [each.seconds for each in costs[key]]
        row(f"{key} {words}", f"{seconds[key]:.1f}", f"{min(times):.1f} to {max(times):.1f}",
            f"{seconds[key] / seconds['e']:.2f}", f"{used[key]:.1f}",
            f"{used[key] / used['e']:.2f}")  # fmt: skip
    print("\ng writes HTML alone, the others executed notebooks too, ours also values.csv and the "
          "record of the run; E adds the other formats.")  # fmt: skip
    if "a" in seconds:
        print(f"papermill loop / ours = {seconds['a'] / seconds['e']:.1f} (at least 6, goal 8); "
              f"with all formats {seconds['a'] / seconds['E']:.1f}")  # fmt: skip
    alone = {key: statistics.median(times) for key, times in after.items()}
    beside = f"{alone['e']:.1f} s / {alone['g']:.1f} s = {alone['e'] / alone['g']:.2f}"
    print(f"ours / plain script = {seconds['e'] / seconds['g']:.2f} (goal 1.3); "
          f"on values computed before, {beside}")  # fmt: skip
    same = "differ: " + ", ".join(sorted(different)) if different else "identical"
    print(f"HTML of both, but for the moment made: {same}")
    return last["E"]


def again(trial: Trial, out: Path, rounds: int) -> None:
    """The same run when nothing has changed, then when one label has."""
    times = [trial.ours(out, cache="again").seconds for _ in range(rounds)]
    print(f"\nNothing changed: {statistics.median(times):.2f} s (goal: under 1.5 s)")
    checkout.reword(trial.house, REWORDED)
    changed = trial.ours(out, cache="again")
    _, made, reused = journal(out)
    print(f"Label of {REWORDED} changed: {made} of {made + reused} pages made again, "
          f"{changed.seconds:.1f} s ({changed.processor:.1f} of processor)")  # fmt: skip


def national(trial: Trial, epcis: Sequence[str], count: int) -> None:
    """One page of a sample of EPCIs, then of twice as many: seconds each, and memory."""
    print()
    row("EPCIs", "seconds", "seconds each", "processor seconds each", "MiB proportional, peak",
        "MiB resident, peak")  # fmt: skip
    row("---:", "---:", "---:", "---:", "---:", "---:")
    seconds = {}
    for size in (count // 2, count):
        sample = [epcis[place * len(epcis) // size] for place in range(size)]
        done = trial.ours(trial.new(), places=sample, pages=trial.pages[:1], memory=True)
        seconds[size] = done.seconds
        each = [f"{done.seconds / size:.2f}", f"{done.processor / size:.2f}"]
        row(str(size), f"{done.seconds:.1f}", *each, f"{done.proportional:.0f}",
            f"{done.resident:.0f}")  # fmt: skip
    more = (seconds[count] - seconds[count // 2]) / (count - count // 2)
    print(
        f"\n{trial.pages[0]} with all formats: {more:.2f} s for each EPCI more (goal 1 s), so "
        f"{len(epcis)} EPCIs in {(seconds[count] + more * (len(epcis) - count)) / 60:.0f} min; "
        "memory: goal 1 500 MiB. Resident memory counts what processes share once for each."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--territories", type=int, default=2)
    parser.add_argument("--pages", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--national", type=int, default=40, help="EPCIs of the sample; 0 for none")
    parser.add_argument("--skip", default="", help="ways left out, among abcdf")
    parser.add_argument("--short", action="store_true", help="one territory, without b, c, d and f")
    said = parser.parse_args()
    if said.short:
        said.territories, said.rounds, said.national, said.skip = 1, 1, 0, "bcdf"
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    print(f"{platform.platform()}, {_processor()}, {os.cpu_count()} processors, "
          f"Python {platform.python_version()}, {versions}")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="ternois-bench-") as name:
        work = Path(name)
        house = checkout.copy(work / "house")
        nothing = Trial(house, work, "", (), (), said.processes)
        quarter, places, epcis = json.loads(nothing.python("-c", _ASK).output.splitlines()[-1])
        books = sorted(path.stem for path in (house / "notebooks").glob("*.ipynb"))[1:]
        trial = Trial(house, work, quarter, tuple(places[: said.territories]),
                      tuple(books[: said.pages]), said.processes)  # fmt: skip
        print(f"{quarter}: {len(trial.places)} territories x {len(trial.pages)} pages, "
              f"{said.rounds} round(s), {said.processes} processes\n", flush=True)  # fmt: skip
        out = side_by_side(trial, said.rounds, said.skip)
        again(trial, out, max(3, said.rounds))
        if said.national:
            national(trial, epcis, said.national)


@functools.cache
def _processor() -> str:
    """Model of the processor, where the system tells it."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", info.read_text()) if info.is_file() else None
    return found[1] if found else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
