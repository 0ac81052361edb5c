"""The journal of runs: a file each, a line for each thing done, so that a killed run tells too.

No words of an error are kept: they can hold figures that no gate has seen.
"""

import contextlib
import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ternois_analysis.batch import surroundings

#: Beside the quarters; and how many runs it remembers.
FOLDER, MOST = ".runs", 200
_ENDING = ".jsonl"


@dataclass(frozen=True)
class Began:
    """What a run is to do, and with what.

    Parameters
    ----------
    started : str
        ISO date and time with offset.
    prepared : float
        Seconds spent on the data and the shared values before the first page.
    """

    started: str
    quarter: str
    audiences: tuple[str, ...]
    territories: tuple[str, ...]
    pages: tuple[str, ...]
    engine: str
    workers: int
    version: str
    python: str
    commit: str
    prepared: float = 0.0


@dataclass(frozen=True)
class Step:
    """A page, or with an empty `page` what completes a report: its values and other formats.

    Parameters
    ----------
    outcome : {"done", "reused", "failed"}
    seconds : float
        Of its last try.
    kind : str
        Why it failed.
    size : int
        Bytes of the page.
    """

    audience: str
    territory: str
    page: str
    outcome: str
    seconds: float = 0.0
    kind: str = ""
    tries: int = 1
    size: int = 0


@dataclass(frozen=True)
class Run:
    """A run as its file tells it.

    Parameters
    ----------
    outcome : {"done", "failed", "interrupted", "running", "killed"}
        `failed` also when a page is missing; `killed` never said how it ended.
    seconds : float or None
        From the beginning to the end by a clock that nobody sets; None before the end.
    set_back : float
        Seconds by which the clock of the machine was set back meanwhile: `ended` may come
        before `started`.
    """

    name: str
    began: Began
    steps: tuple[Step, ...]
    outcome: str
    ended: str = ""
    seconds: float | None = None
    set_back: float = 0.0


@dataclass(frozen=True)
class Log:
    """The open file of a run."""

    file: IO[str]
    failures: list[Step]

    def step(self, step: Step) -> None:
        """Note what was done."""
        if step.outcome == "failed":
            self.failures.append(step)
        self.line("step", dataclasses.asdict(step))

    def line(self, what: str, facts: dict[str, Any]) -> None:
        """Write a line, whole or not at all."""
        self.file.write(json.dumps({what: facts}, ensure_ascii=False) + "\n")
        self.file.flush()


@contextlib.contextmanager
def kept(reports: Path, began: Began) -> Iterator[Log]:
    """The journal of a run that lasts as long as this context; older files beyond `MOST` go.

    Parameters
    ----------
    reports : Path
        The folder of reports, which this run has locked.
    """
    place = reports / FOLDER
    place.mkdir(exist_ok=True)
    for old in _files(place)[: -MOST + 1]:
        old.unlink()
    moment = began.started.translate({ord(":"): None})
    path = place / f"{moment}-{time.time_ns()}{_ENDING}"
    wall, steady = time.time(), time.monotonic()
    with path.open("x", encoding="utf-8") as file:
        _hold(file)
        log = Log(file, [])
        log.line("began", dataclasses.asdict(began))
        outcome = "failed"
        try:
            yield log
            outcome = "failed" if log.failures else "done"
        except (KeyboardInterrupt, SystemExit):
            outcome = "interrupted"
            raise
        finally:
            lasted = time.monotonic() - steady
            # A disk that is full has been told already, or is by what is written next.
            with contextlib.suppress(OSError):
                log.line("ended", {
                    "outcome": outcome, "ended": surroundings.now(),
                    "seconds": round(began.prepared + lasted, 3),
                    "set_back": _set_back(time.time() - wall, lasted),
                })  # fmt: skip


def _set_back(wall: float, steady: float) -> float:
    """Seconds that the clock on the wall lost on one that nobody sets; a machine may sleep."""
    lost = steady - wall
    return round(lost, 1) if lost > 1 else 0.0


def history(reports: Path) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """The runs that a folder of reports remembers, oldest first, and the files that are damaged."""
    tried = [_tried(path) for path in _files(reports / FOLDER)]
    return tuple(run for run, _ in tried if run), tuple(why for run, why in tried if not run)


def last(reports: Path) -> Run | None:
    """The run that began last, if it can be read."""
    files = _files(reports / FOLDER)
    return _tried(files[-1])[0] if files else None


def _tried(path: Path) -> tuple[Run | None, str]:
    try:
        return _read(path), ""
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return None, f"{path} is damaged and not told: {error!r}"


def _read(path: Path) -> Run:
    # What follows the last end of line was cut by the end of the run.
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    facts = lines[0]["began"]
    lists = {name: tuple(facts[name]) for name in ("audiences", "territories", "pages")}
    steps = tuple(Step(**line["step"]) for line in lines[1:] if "ended" not in line)
    end = lines[-1].get("ended") or {"outcome": "running" if _is_held(path) else "killed"}
    return Run(path.stem, Began(**facts | lists), steps, **end)


def _files(place: Path) -> list[Path]:
    return sorted(place.glob(f"*{_ENDING}"))


def _hold(file: IO[str]) -> None:
    """Mark a run as running. The system takes the mark back; forked pages do not have it."""
    if sys.platform == "win32":
        return
    import fcntl

    # A disk that knows no locks: such a run looks killed until it ends.
    with contextlib.suppress(OSError):
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_held(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        with path.open("r+", encoding="utf-8") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False
