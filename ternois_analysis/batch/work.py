"""What a child process does: run one page in the draft of its report, or finish the report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from ternois_analysis import trail
from ternois_analysis.batch import engine, notebook, report
from ternois_analysis.batch.children import Failure
from ternois_analysis.batch.plan import Job
from ternois_analysis.publish import evidence, page
from ternois_analysis.publish.record import RunRecord

#: Lines of a page's error stream that are kept in the record.
_MOST_WARNINGS = 5


@dataclass(frozen=True)
class Task:
    """A job with the engine, the draft folder and the facts that its page prints."""

    job: Job
    engine: str
    draft: Path
    facts: page.PageFacts


@dataclass(frozen=True)
class Finish:
    """The pages of a territory are over: complete its draft and put it in place.

    `known` are the titles of all pages that have a notebook, `leaves` what the pages just made and
    the formats rest on, `valid` the pages that the run found valid as they stand.
    """

    draft: Path
    final: Path
    run: RunRecord
    known: Mapping[str, str]
    leaves: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    valid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finished:
    """A report put in place, with the formats that could not be made and why."""

    problems: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A page that was written: bytes of the HTML, what is to be said of it, what it read."""

    size: int
    synthetic: bool
    warnings: tuple[str, ...]
    faults: tuple[str, ...] = ()
    leaves: Mapping[str, str] = field(default_factory=dict)


def do(task: Task | Finish) -> Made | Finished | Failure:
    """Make a page, or finish a report."""
    if isinstance(task, Finish):
        return Finished(
            report.assemble(
                task.draft, task.final, task.run, task.known, task.leaves, valid=task.valid
            )
        )
    return make(task)


def make(task: Task) -> Made | Failure:
    """Execute a notebook, then write `<page>.ipynb` and `<page>.html` in the draft."""
    job = task.job
    try:
        with trail.followed() as followed:
            executed = engine.execute(
                notebook.read(job.path), job.path.name, job.parameters,
                engine=task.engine, folder=job.path.parent,
            )  # fmt: skip
            if task.engine == "kernel":  # what its own process read is not known here
                trail.note("everything")
            html = page.render(executed, task.facts)
    except PapermillExecutionError as error:
        return Failure("error", f"{error.ename}: {error.evalue}", "\n".join(error.traceback))
    except DeadKernelError:
        return Failure("crash", "The kernel ended in the middle of a cell.")
    (task.draft / f"{job.page}.html").write_text(html, encoding="utf-8", newline="\n")
    # On one line: written with indents, as nbformat does, it takes as long as two figures.
    record = json.dumps(executed, ensure_ascii=False, sort_keys=True)
    (task.draft / f"{job.page}.ipynb").write_text(f"{record}\n", encoding="utf-8", newline="\n")
    size = len(html.encode())
    warnings = [
        line
        for output in evidence.outputs(executed)
        if output["output_type"] == "stream" and output["name"] == "stderr"
        for line in output["text"].strip().splitlines()[:_MOST_WARNINGS]
    ]
    if size > page.LARGEST:
        warnings.append(f"{size / 1e6:.1f} MB of HTML, {page.LARGEST / 1e6:.0f} MB is the limit.")
    return Made(
        size, evidence.is_synthetic(executed), tuple(warnings),
        page.faults_of(executed, task.facts), followed.all(),
    )  # fmt: skip
