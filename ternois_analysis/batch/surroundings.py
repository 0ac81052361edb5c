"""What a run happens in: code, Python, packages, moment."""

import datetime as dt
import functools
import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

_DISTRIBUTION = "ternois-analysis"


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


def version(package: str = _DISTRIBUTION) -> str:
    """Version of a package, by default of this one; « none » if it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"


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


@functools.lru_cache(maxsize=1)
def needed() -> dict[str, str]:
    """Version of Python and of each package that ours needs, directly or not."""
    told: dict[str, tuple[str, list[str]]] = {}
    for found in importlib.metadata.distributions():
        # Read by hand: parsing the whole text as a message takes ten times as long.
        text = (found.read_text("METADATA") or "").partition("\n\n")[0]
        fields = re.findall(r"^(Name|Version|Requires-Dist): (.+)$", text, re.MULTILINE)
        needs = [value for name, value in fields if name == "Requires-Dist"]
        facts = dict(fields)
        told.setdefault(_plain(facts.get("Name", "")), (facts.get("Version", ""), needs))
    versions, waiting = {"python": platform.python_version()}, [_DISTRIBUTION]
    while waiting:
        name = waiting.pop()
        if name in versions or name not in told:  # one that is for another system
            continue
        versions[name], needs = told[name]
        for need in needs:
            match = re.match(r"[\w.-]+", need)
            if match and "extra ==" not in need:
                waiting.append(_plain(match[0]))
    return versions


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
