"""The folders that a run writes: drafted aside, put in place whole, by one run at a time."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from ternois_analysis.errors import ReportError, explain

_DRAFT, _OLD, _LOCK = ".draft-", ".old-", ".lock"
#: What a page leaves in its territory's folder.
SUFFIXES = (".html", ".ipynb")


@contextlib.contextmanager
def locked(reports: Path) -> Iterator[int]:
    """Keep the folder of reports for this run; gives the lock's file descriptor.

    The system takes the lock back when the run ends, even killed: a dead run holds nothing.

    Raises
    ------
    ReportError
        If another run is writing there.
    """
    reports.mkdir(parents=True, exist_ok=True)
    with (reports / _LOCK).open("a+", encoding="ascii") as file:
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            raise ReportError(
                explain(
                    f"{reports} is in use",
                    expected="no other run writing there",
                    found=f"process {file.read().strip() or '?'}",
                    do="Wait for it, end it, or write elsewhere with --out.",
                )
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _lock(file: IO[str]) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt  # Windows

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def recover(reports: Path) -> None:
    """Undo what a killed run left: its drafts go, what it had set aside comes back."""
    for level in ("", "*/*/"):  # a quarter is put in place whole, or a territory's folder alone
        for place in list(reports.glob(f"{level}{_OLD}*")):
            final = place.with_name(place.name.removeprefix(_OLD))
            if final.exists():
                shutil.rmtree(place)
            else:
                place.rename(final)
        for place in list(reports.glob(f"{level}{_DRAFT}*")):
            shutil.rmtree(place)


def draft(final: Path) -> Path:
    """A new folder beside `final`, hidden, on the same file system."""
    final.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f"{_DRAFT}{final.name}-", dir=final.parent))
    place.chmod(0o755)
    return place


def keep(final: Path, draft: Path, pages: Iterable[str]) -> list[str]:
    """Link into the draft those pages that `final` has whole; gives their names."""
    kept = []
    for page in pages:
        files = [final / f"{page}{suffix}" for suffix in SUFFIXES]
        if all(file.is_file() for file in files):
            for file in files:
                _link(file, draft / file.name)
            kept.append(page)
    return kept


def copy(tree: Path, to: Path) -> None:
    """Link every file of a folder into another, which is made if missing."""
    shutil.copytree(tree, to, copy_function=_link, dirs_exist_ok=True)


def _link(file: str | Path, to: str | Path) -> None:
    try:
        Path(to).hardlink_to(file)
    except OSError:
        # FAT on a USB stick, and some shares, know no hard links.
        shutil.copy2(file, to)


def remove_page(draft: Path, page: str) -> None:
    """Take a page, half written perhaps, out of a draft."""
    for suffix in SUFFIXES:
        (draft / f"{page}{suffix}").unlink(missing_ok=True)


def put_in_place(draft: Path, final: Path) -> None:
    """Rename a complete draft to its name; what had that name is set aside, then removed."""
    old = final.with_name(f"{_OLD}{final.name}")
    if final.exists():
        final.rename(old)
    draft.rename(final)
    if old.exists():
        shutil.rmtree(old)


@contextlib.contextmanager
def revised(final: Path) -> Iterator[Path]:
    """A copy of a folder to be changed aside; it takes its place at the end, unless stopped."""
    aside = draft(final)
    try:
        whole = aside / final.name
        copy(final, whole)
        yield whole
        put_in_place(whole, final)
    finally:
        discard(aside)


def discard(draft: Path) -> None:
    """Remove a draft that was not put in place; one that was is left alone."""
    if draft.name.startswith(_DRAFT):
        shutil.rmtree(draft, ignore_errors=True)
