"""A whole request known to be valid at once: nothing has changed since it was last answered.

Before anything heavy is loaded, the state of all that reports may rest on is compared with that of
the last run that answered the same request: names, sizes and times of change of files, and versions
of packages. At the least difference the pages are looked at one by one.
"""

import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ternois_analysis import paths, trail

#: Beside the quarters; and how many requests it remembers.
NAME, MOST = ".valid.json", 50
#: Variables that a run obeys, the files that they name included; the cache changes no report.
_OURS, _ASIDE = "TERNOIS_", "TERNOIS_CACHE"
#: Folders in which packages say what they are.
_INFO = (".dist-info", ".egg-info")
_PASSING = frozenset(("__pycache__", ".ipynb_checkpoints"))


def state() -> str:
    """Digest of the state of the code, the data, the store, the notebooks and the packages."""
    folders = [paths.package(), paths.data(), paths.shapes(), paths.notebooks(), paths.comments(),
               paths.store()]  # fmt: skip
    said = {n: value for n, value in os.environ.items() if n.startswith(_OURS) and n != _ASIDE}
    return trail.digest(
        [*map(_stats, map(_files, folders)), sorted(said.items()), _stats(said.values()),
         _packages(), platform.python_version()]
    )  # fmt: skip


def _packages() -> list[str]:
    """Names and versions of what is installed, as its folders have them."""
    found = set[str]()
    for place in sys.path:
        with contextlib.suppress(OSError):
            found |= {e.name for e in os.scandir(place or ".") if e.name.endswith(_INFO)}
    return sorted(found)


def _files(folder: Path) -> Iterator[str]:
    """All files of a folder; walked by hand, for it is done before every run."""
    waiting = [str(folder)]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:  # a folder that is not there, or that nobody may look into
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _PASSING:
                    waiting.append(entry.path)
            else:
                yield entry.path


def _stats(files: Iterable[str]) -> list[tuple[str, int, int]]:
    found = []
    for file in files:
        try:
            stat = os.stat(file)  # noqa: PTH116 - thousands of times
        except OSError:
            continue
        found.append((file, stat.st_size, stat.st_mtime_ns))
    return sorted(found)


def answered(reports: Path, request: Any, now: str) -> list[str]:
    """The portals of a request that is valid as it stands; none when it must be looked at.

    Parameters
    ----------
    reports : Path
    request : JSON value
        All that was asked for.
    now : str
        `state()`.
    """
    said = _read(reports).get(_key(request), {})
    if said.get("state") != now:
        return []
    outputs = _stats(str(reports / name) for name in said.get("folders", ()))
    for name in said.get("folders", ()):
        outputs += _stats(_files(reports / name))
    return said["portals"] if trail.digest(sorted(set(outputs))) == said.get("outputs") else []


def remember(
    reports: Path, request: Any, now: str, folders: Iterable[Path], portals: Iterable[Path]
) -> None:
    """Note that a request is answered whole.

    Parameters
    ----------
    reports : Path
    request : JSON value
    now : str
        `state()` as it was before the run: what changed meanwhile is looked at again.
    folders : iterable of Path
        Those of its reports.
    portals : iterable of Path
    """
    names = sorted({folder.relative_to(reports).as_posix() for folder in folders})
    outputs = _stats(str(reports / name) for name in names)
    for name in names:
        outputs += _stats(_files(reports / name))
    known = _read(reports)
    known.pop(_key(request), None)
    known[_key(request)] = {
        "state": now, "folders": names, "outputs": trail.digest(sorted(set(outputs))),
        "portals": [str(portal) for portal in portals],
    }  # fmt: skip
    kept = dict(list(known.items())[-MOST:])
    draft = reports / f"{NAME}.{os.getpid()}"
    draft.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    draft.replace(reports / NAME)


def _key(request: Any) -> str:
    return trail.digest(json.dumps(request, sort_keys=True))


def _read(reports: Path) -> dict[str, Any]:
    """What was remembered; nothing when it cannot be read: all is looked at again."""
    try:
        said = json.loads((reports / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
