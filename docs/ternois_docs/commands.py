"""The reference of the command line, read from the commands themselves."""

from typing import Any

import typer

from ternois_analysis.cli import app
from ternois_docs.lines import cell, code, table

_HEAD = """# Command line

Made from the commands themselves: `ternois --help` and `ternois COMMAND --help` say the same.
Exit codes: 0 when all went well, 1 when something is missing from the result (a page that failed, a
file that is not whole), 2 when what was asked for is wrong; then nothing was done.
"""


def walk(command: Any, name: str) -> list[tuple[str, Any]]:
    """Every command that can be run, with the words that call it."""
    below = getattr(command, "commands", None)
    if below is None:
        return [(name, command)]
    return [found for word, each in below.items() for found in walk(each, f"{name} {word}")]


def known() -> dict[str, Any]:
    """Commands by the words that call them, such as `ternois sources list`."""
    return dict(sorted(walk(typer.main.get_command(app), "ternois")))


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _usage(name: str, command: Any) -> str:
    words = [name]
    for each in command.params:
        if _is_argument(each):
            words.append(each.name.upper() if each.required else f"[{each.name.upper()}]")
    return " ".join([*words, "[OPTIONS]" if any(map(_shown, command.params)) else ""]).strip()


def _shown(parameter: Any) -> bool:
    return not _is_argument(parameter) and parameter.name != "help"


def _row(parameter: Any) -> tuple[str, str]:
    if _is_argument(parameter):
        return code(parameter.name.upper()), cell(parameter.help or "")
    names = ", ".join(code(each) for each in parameter.opts)
    more = "" if parameter.is_flag else " *value*"
    default = parameter.default
    told = parameter.help or ""
    if parameter.show_default is not False and default not in (None, False, "", ()):
        told += f" Default: `{default}`."
    return names + more, cell(told)


def pages() -> dict[str, str]:
    """The one page of the command line."""
    lines = [_HEAD]
    for name, command in known().items():
        lines += [f"## {name}", "", (command.help or "").strip(), ""]
        lines += ["```text", _usage(name, command), "```", ""]
        rows = [_row(each) for each in command.params if _is_argument(each) or _shown(each)]
        lines += table(("What", "Meaning"), rows)
    return {"commands": "\n".join(lines)}
