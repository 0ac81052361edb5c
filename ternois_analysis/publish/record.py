"""What a run says of itself: the `run.json` of a territory's folder, as dataclasses."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ternois_analysis.errors import ReportError, explain

NAME = "run.json"


@dataclass(frozen=True)
class PageRecord:
    """How one page of a territory went.

    Parameters
    ----------
    status : {"done", "failed", "stale"}
        `stale` is a page of an earlier run, set aside because its figures have changed since.
    started, ended : str
        ISO date and time with offset.
    kind : str
        Why it failed: "error", "crash", "timeout" or "memory".
    error, trace : str
        The message, and the traceback where there is one.
    warnings : tuple of str
        What the page wrote on its error stream, and what the run found to say.
    size : int
        Bytes of the HTML file.
    kept : str
        For a failed page, when the version that is still in the folder was made.
    faults : tuple of str
        Faults of the sources that the page prints, in French, when the run was forced.
    """

    page: str
    title: str
    status: Literal["done", "failed", "stale"]
    started: str
    ended: str
    seconds: float
    engine: str
    commit: str = ""
    kind: str = ""
    error: str = ""
    trace: str = ""
    warnings: tuple[str, ...] = ()
    size: int = 0
    synthetic: bool = False
    kept: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunRecord:
    """The last run that wrote in a territory's folder, and all the pages of that folder.

    `methods` has a fingerprint of the definition and code of each indicator, by identifier;
    `comments` the SHA-256 of each author's comment on the territory, by path in the house;
    `kept` when the files were made that stay from an earlier run, by name: their format failed.
    """

    quarter: str
    audience: str
    territory: str
    label: str
    provisional: bool
    started: str
    ended: str
    commit: str
    python: str
    platform: str
    packages: Mapping[str, str]
    sources: tuple[Mapping[str, Any], ...]
    pages: tuple[PageRecord, ...]
    methods: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)

    def page(self, name: str) -> PageRecord | None:
        """The record of a page, or None if it was never made."""
        return next((record for record in self.pages if record.page == name), None)


def write(record: RunRecord, folder: Path) -> None:
    """Write `run.json` in a territory's folder."""
    text = json.dumps(dataclasses.asdict(record), ensure_ascii=False, indent=1)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def needed(folder: Path) -> RunRecord:
    """The record of a territory's folder, which must have one.

    Raises
    ------
    ReportError
        If `run.json` is missing, or not one of ours.
    """
    run = read(folder)
    if run is None:
        raise ReportError(
            explain(f"{folder} holds no report", expected=NAME, found="nothing",
                    do="Run the quarter first: ternois run.")
        )  # fmt: skip
    return run


def read(folder: Path) -> RunRecord | None:
    """The record of a territory's folder; None if it has none.

    Raises
    ------
    ReportError
        If `run.json` is not one of ours.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        pages = tuple(
            PageRecord(
                **{
                    **page,
                    "warnings": tuple(page["warnings"]),
                    "faults": tuple(page.get("faults", ())),
                }
            )
            for page in content.pop("pages")
        )
        sources = tuple(content.pop("sources"))
        return RunRecord(**content, sources=sources, pages=pages)
    except (ValueError, TypeError, KeyError) as error:
        raise ReportError(
            explain(
                f"{path} cannot be read",
                expected="the record of a run",
                found=error,
                do="Remove the folder and run its reports again.",
            )
        ) from error
