"""What a run happens in: code, Python, packages, moment."""

import datetime as dt
import importlib.metadata
import platform
import shutil
import subprocess
import sys
from pathlib import Path


def now() -> str:
    """Present moment as ISO date and time with offset, to the second."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


def commit(folder: Path = Path(__file__).parent) -> str:
    """Short hash of the commit checked out in a folder, with a `+` if files were changed since.

    Parameters
    ----------
    folder : Path
        By default that of this code.

    Returns
    -------
    str
        Empty without git or outside a checkout.
    """
    git = shutil.which("git")
    if git is None:
        return ""

    def said(*words: str) -> str | None:
        answer = subprocess.run([git, "-C", str(folder), *words], capture_output=True, text=True,
                                check=False)  # fmt: skip
        return answer.stdout.strip() if answer.returncode == 0 else None

    head = said("rev-parse", "--short=12", "HEAD")
    if not head:
        return ""
    return f"{head}+" if said("status", "--porcelain", "--untracked-files=no") else head


def version() -> str:
    """Version of this package."""
    return importlib.metadata.version("ternois-analysis")


def python() -> str:
    """Version of Python."""
    return platform.python_version()


def system() -> str:
    """Operating system and processor."""
    return platform.platform()


def packages() -> dict[str, str]:
    """Version of each installed package that this process has loaded, by name."""
    found = ((d.metadata["Name"], d.version) for d in importlib.metadata.distributions())
    loaded = {
        name: version for name, version in found if name.replace("-", "_").lower() in sys.modules
    }
    return dict(sorted(loaded.items()))
