"""The folders that a run writes: drafted aside, put in place whole, by one run at a time."""

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from ternois_analysis.batch.plan import Job
from ternois_analysis.errors import ReportError, explain

_DRAFT, _OLD, _LOCK = ".draft-", ".old-", ".lock"
#: Bytes that a page takes at least, tried before a run.
_PAGE = 1 << 20
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
_FULL = ("space left on the disk", "Free some space, or write elsewhere with --out.")
_CLOSED = ("a folder that this user may write", "Change its rights, or write elsewhere with --out.")
_NO_FOLDER = ("a folder", "Name another with --out.")
_REFUSALS = {
    errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EACCES: _CLOSED, errno.EPERM: _CLOSED,
    errno.EROFS: _CLOSED, errno.ENOTDIR: _NO_FOLDER, errno.EEXIST: _NO_FOLDER,
    errno.ENAMETOOLONG: _NO_FOLDER,
    errno.ENOLCK: ("a disk that can lock files", "Write elsewhere with --out."),
}  # fmt: skip
#: What a page leaves in its territory's folder.
SUFFIXES = (".html", ".ipynb")


@contextlib.contextmanager
def locked(reports: Path) -> Iterator[int]:
    """Keep the folder of reports for this run; gives the lock's file descriptor.

    The system takes the lock back when the run ends, even killed: a dead run holds nothing.

    Raises
    ------
    ReportError
        If another run is writing there, or what is done meanwhile meets a disk that is full or
        refuses.
    """
    with told(reports):
        reports.mkdir(parents=True, exist_ok=True)
        with (reports / _LOCK).open("a+", encoding="ascii") as file:
            try:
                _lock(file)
            except (BlockingIOError, PermissionError) as error:  # the second on Windows
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


@contextlib.contextmanager
def told(place: Path) -> Iterator[None]:
    """Say clearly what a disk refuses.

    Raises
    ------
    ReportError
        Naming the file, or `place` where the system names none.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        expected, do = _REFUSALS[error.errno]
        what = f"The disk refuses {error.filename or place}"
        raise ReportError(
            explain(what, expected=expected, found=error.strerror or error, do=do)
        ) from error


def check_writable(reports: Path) -> None:
    """Try the folder of reports, or where it is to be, before anything is computed.

    Raises
    ------
    ReportError
        If nothing can be written there, or not even a page.
    """
    with told(reports):
        place = next(each for each in (reports, *reports.absolute().parents) if each.exists())
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(bytes(_PAGE))


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
                link(file, draft / file.name)
            kept.append(page)
    return kept


def copy(tree: Path, to: Path) -> None:
    """Link every file of a folder into another, which is made if missing."""
    shutil.copytree(tree, to, copy_function=link, dirs_exist_ok=True)


def link(file: str | Path, to: str | Path) -> None:
    """Give a file a second name, or a copy where the disk knows no hard links."""
    try:
        Path(to).hardlink_to(file)
    except OSError:
        # FAT on a USB stick, and some shares.
        shutil.copy2(file, to)


def remove_page(draft: Path, page: str) -> None:
    """Take a page, half written perhaps, out of a draft."""
    for suffix in SUFFIXES:
        (draft / f"{page}{suffix}").unlink(missing_ok=True)


def put_in_place(draft: Path, final: Path) -> None:
    """Give a complete draft its name; what had that name is removed.

    Where the system can, both are exchanged: at no moment is there neither.
    """
    if final.exists() and _exchanged(draft, final):
        shutil.rmtree(draft)
        return
    old = final.with_name(f"{_OLD}{final.name}")
    if final.exists():
        final.rename(old)
    draft.rename(final)
    if old.exists():
        shutil.rmtree(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step; False where that is unknown."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0


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


def of_job(reports: Path, job: Job) -> Path:
    """The folder of the territory, quarter and audience of a job."""
    return reports / job.quarter / job.audience / job.territory
