"""The commands of a page of the documentation, as one script that a shell runs in a sandbox.

In a block `console` a line `$ …` is a command, `> …` its next line, any other line what it prints
(`…` stands for what is left out). A command ends with code 0 unless it says `# exits with 2`; one
that says `# long` is run by the long tests only. One that says `# online` asks producers' sites: it
may end with 1 where none of them answers, if it says so. Blocks `python` in a row are one script.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<kind>console|python)\s*$")
_EXIT = re.compile(r"\s+# exits with (\d+)$")
_LONG = re.compile(r"\s+# long$")
_ONLINE = re.compile(r"\s+# online$")
#: What is printed of a site that does not answer.
_UNREACHED = re.compile(r"no connection|ConnectionError")
_MARK = "@@step"
_OUT = {"data", "shapefiles", "notebooks", "ternois_analysis", "docs", "comments", "tests"}


@dataclass
class Step:
    """A command, or Python, of a page: where it stands, what it must end with and print."""

    line: int
    text: str
    code: int = 0
    long: bool = False
    online: bool = False
    python: bool = False
    printed: list[str] = field(default_factory=list)

    @property
    def shell(self) -> str:
        if not self.python:
            return self.text
        return f"python - <<'END_OF_PYTHON'\n{self.text}\nEND_OF_PYTHON"


def pages() -> list[Path]:
    """Every page that people read and that may hold commands."""
    written = [path for path in (ROOT / "docs").rglob("*.md") if not _built(path)]
    return sorted([ROOT / "README.md", *written])


def with_commands(*, long: bool = False) -> list[Path]:
    """Pages that hold a command; with `long`, those that hold a long one."""
    held = ((page, steps(page.read_text(encoding="utf-8"))) for page in pages())
    return [
        page for page, found in held if any(step.long for step in found) or (found and not long)
    ]


def _built(path: Path) -> bool:
    return bool({"generated", "_build"} & set(path.relative_to(ROOT).parts))


def steps(text: str) -> list[Step]:
    """The commands of a page, in order."""
    found: list[Step] = []
    fence, kind = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        opened = _FENCE.match(line)
        if fence:
            if line.startswith(fence):
                fence = ""
            elif kind == "console":
                _console(found, number, line)
            else:
                found[-1].text += f"\n{line}"
        elif opened:
            fence, kind = opened["fence"], opened["kind"]
            if kind == "python" and not (found and found[-1].python):
                found.append(Step(number, "", python=True))
    return found


def _console(found: list[Step], number: int, line: str) -> None:
    if line.startswith("$ "):
        text, long = _LONG.subn("", line[2:])
        text, online = _ONLINE.subn("", text)
        code = _EXIT.search(text)
        ended = int(code[1]) if code else 0
        found.append(Step(number, _EXIT.sub("", text), ended, bool(long), bool(online)))
    elif line.startswith(">"):
        found[-1].text += f"\n{line.removeprefix('>').removeprefix(' ')}"
    elif line.strip():
        found[-1].printed.append(line)


def run(page: Path, folder: Path, *, long: bool = False) -> list[str]:
    """Run the commands of a page in a copy of the checkout; what is wrong, or nothing.

    Parameters
    ----------
    page : Path
    folder : Path
        An empty one, for the copy and the store.
    long : bool
        With the long commands; a page that fetches the checkout itself starts in an empty folder.
    """
    todo = [step for step in steps(page.read_text(encoding="utf-8")) if long or not step.long]
    script = "".join(f"echo\necho '{_MARK} {s.line}'\n{s.shell}\necho \" $?\"\n" for s in todo)
    place = folder / "ternois-analysis"
    env = os.environ | {"TERNOIS_STORE": str(folder / "store"), "COLUMNS": "120"}
    # The store of whoever runs the tests is never touched, even by a page that unsets the variable.
    env["XDG_DATA_HOME"] = str(folder / "data")
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.pop("TERNOIS_HOUSE", None)
    if any(step.text.startswith("git clone") for step in todo):
        env["OBSERVATORY"], place = str(ROOT), folder
    else:
        copy(place)
        env["PYTHONPATH"] = str(place)
    done = subprocess.run(
        ["bash", "-c", script], cwd=place, env=env, text=True, encoding="utf-8", check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    told = done.stdout.split(f"\n{_MARK} ")[1:]
    if len(told) != len(todo):
        return [f"{page.name}: stopped after {len(told)} of {len(todo)} commands\n{done.stdout}"]
    return [
        f"{page.name}:{step.line}: {step.text}\n{wrong}\n{said}"
        for step, said in zip(todo, told, strict=True)
        if (wrong := _wrong(step, said))
    ]


def _wrong(step: Step, said: str) -> str:
    """What differs from what the page says; nothing when all is as it says."""
    *lines, code = said.rstrip().rsplit(" ", 1)
    if step.online and int(code) == 1 and _unreached(said):
        return ""
    if int(code) != step.code:
        return f"ended with {code}, not {step.code}"
    out = " ".join(" ".join(lines).split())
    for line in step.printed:
        for part in filter(None, (" ".join(each.split()) for each in line.split("…"))):
            if part not in out:
                return f"did not print: {part}"
            out = out.split(part, 1)[1]
    return ""


def _unreached(said: str) -> bool:
    """Whether every source that could not be had failed for want of a connection, and is told."""
    failed = re.findall(r"^\w+: .*Expected: .*", said, re.MULTILINE)
    return bool(failed) and all(_UNREACHED.search(each) and "--from" in each for each in failed)


def copy(place: Path) -> None:
    """A copy of the checkout without what runs wrote; compiled modules keep their dates."""
    place.mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, place)
        elif path.name in _OUT:
            ignored = shutil.ignore_patterns("_build", "generated", ".ipynb_checkpoints")
            shutil.copytree(path, place / path.name, ignore=ignored)
    (place / "reports").mkdir()


def commands(text: str) -> list[str]:
    """Each `ternois …` that a page names, in a block or in a sentence, on one line."""
    spans = re.findall(r"(?<!`)`(ternois [^`]+)`(?!`)", text)
    lines = re.findall(r"^(?:\$ |    )(?:\S+/)?(ternois .*)$", text, re.MULTILINE)
    return [" ".join(each.split("#")[0].split()) for each in [*spans, *lines]]
