"""Handing an empty workbook out, for somebody to fill in: a new file or nothing at all."""

from pathlib import Path

from ternois_analysis.errors import SourceError, explain

_SUFFIX = ".xlsx"


def target(to: Path, name: str) -> Path:
    """The new file that a folder or a path names; asked before the workbook is made.

    Parameters
    ----------
    to : Path
        A folder, or the file itself.
    name : str
        Of the file in a folder, without its suffix.

    Raises
    ------
    SourceError
        If the file is there, is no `.xlsx` or stands in no folder.
    """
    path = to / f"{name}{_SUFFIX}" if to.is_dir() else to
    if path.exists():
        raise SourceError(
            explain(f"{path} exists", expected="a new file", found="one", do="Name another.")
        )
    # A spreadsheet refuses, or misreads, a workbook under another suffix.
    if path.suffix.lower() != _SUFFIX:
        raise SourceError(
            explain(f"{path} cannot be written", expected=f"a name that ends with {_SUFFIX}",
                    found=path.suffix or "no suffix", do=f"Name it {path.stem}{_SUFFIX}.")
        )  # fmt: skip
    if not path.parent.is_dir():
        raise SourceError(
            explain(f"{path} cannot be written", expected="a folder that exists",
                    found=f"no folder {path.parent}", do="Make the folder, or name another.")
        )  # fmt: skip
    return path


def write(path: Path, content: bytes) -> None:
    """Write a new file.

    Raises
    ------
    SourceError
        If the system does not let it; no part of it is left.
    """
    made = False
    try:
        with path.open("xb") as file:
            made = True
            file.write(content)
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise SourceError(
            explain(f"{path} cannot be written", expected="a folder in which files may be made",
                    found=error.strerror or error, do="Name another folder.")
        ) from error  # fmt: skip
