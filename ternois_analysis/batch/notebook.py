"""A notebook as papermill will see it, checked before any work.

papermill lets pass what would spoil a report in silence: a code that lost its leading zero, a
parameter nobody declared, a tag that went away. All of it is refused here.
"""

import ast
import difflib
import io
import tokenize
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ternois_analysis.errors import ReportError, explain

#: The parameters of every page, all of them text.
PARAMETERS = ("territory", "quarter", "audience")
TAG, INJECTED = "parameters", "injected-parameters"


def read(path: Path) -> NotebookNode:
    """The notebook in a file, in the newest format of version 4.

    Raises
    ------
    ReportError
        If the file is missing or is not a notebook.
    """
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ReportError(
            explain(
                f"{path} cannot be read",
                expected="a Jupyter notebook",
                found=error,
                do="Restore it, or open and save it in Jupyter.",
            )
        ) from error


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'x'?` for the nearest known name; nothing if none is near."""
    near = difflib.get_close_matches(name, list(known), 1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else ""


def needs(notebook: NotebookNode) -> tuple[str, ...]:
    """Sources of which a page needs one at least, the most telling first; none for most pages.

    Said in the notebook's metadata: `{"ternois": {"needs": [...]}}`.
    """
    return tuple(notebook.metadata.get("ternois", {}).get("needs", ()))


def check_parameters(notebook: NotebookNode, name: str) -> None:
    """Refuse a notebook whose parameters papermill would miss or take for something else.

    Parameters
    ----------
    notebook : NotebookNode
    name : str
        Of the notebook, for the message.

    Raises
    ------
    ReportError
        Unless one code cell tagged `parameters` declares exactly `territory: str`,
        `quarter: str` and `audience: str`, each with a text as default and no `=` in a comment.
    """
    if _tagged(notebook, INJECTED):
        raise _refused(
            f"{name} holds the parameters of an earlier run",
            "a notebook never run",
            f"a cell tagged '{INJECTED}'",
            "Remove that cell.",
        )
    cells = _tagged(notebook, TAG)
    if len(cells) != 1 or cells[0].cell_type != "code":
        raise _refused(
            f"Parameters cell of {name}",
            f"one code cell tagged '{TAG}'",
            len(cells),
            "Without it the page would run with its own defaults: add the tag.",
        )
    source = cells[0].source
    declared = _declared(source, name)
    if sorted(declared) != sorted(PARAMETERS):
        strange = [word for word in declared if word not in PARAMETERS]
        hint = did_you_mean(strange[0], PARAMETERS) if strange else ""
        raise _refused(
            f"Parameters of {name}", PARAMETERS, declared, hint or "Declare these three."
        )
    hiding = [line for line in source.splitlines() if line.count("=") > 1] or _comments(source)
    if hiding:
        raise _refused(
            f"Parameters of {name}",
            "no second = on a line and none in a comment",
            hiding[0].strip(),
            "papermill would not see the parameter: reword it.",
        )


def _tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", ())]


def _declared(source: str, name: str) -> list[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise _refused(f"Parameters cell of {name}", "Python", error, "Mend it.") from error
    names = []
    for statement in body:
        match statement:
            case ast.AnnAssign(
                target=ast.Name(id=word),
                annotation=ast.Name(id="str"),
                value=ast.Constant(value=str()),
            ):
                names.append(word)
            case _:
                raise _refused(
                    f"Parameters cell of {name}",
                    'lines such as quarter: str = "…"',
                    ast.unparse(statement),
                    "Every parameter is text with a default.",
                )
    return names


def _comments(source: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [t.string for t in tokens if t.type == tokenize.COMMENT and "=" in t.string]


def checked(given: Mapping[str, object]) -> dict[str, str]:
    """Parameters as they may be injected: the three of them, as text.

    Raises
    ------
    ReportError
        For an unknown or missing parameter, or a value that is not text: `01001` read as a number
        is 1001 in Python and 513 in YAML.
    """
    for name in given:
        if name not in PARAMETERS:
            raise _refused(
                f"Unknown parameter {name}",
                PARAMETERS,
                name,
                did_you_mean(name, PARAMETERS) or "See the parameters cell.",
            )
    if missing := [name for name in PARAMETERS if name not in given]:
        raise _refused(
            "Parameters of a page", PARAMETERS, f"without {', '.join(missing)}", "Give all three."
        )
    values = {}
    for name, value in given.items():
        if not isinstance(value, str):
            raise _refused(
                f"Parameter {name}",
                "text",
                f"{value!r} ({type(value).__name__})",
                "Codes are text: put it in quotes.",
            )
        values[name] = value
    return values


def _refused(what: str, expected: object, found: object, do: str) -> ReportError:
    return ReportError(explain(what, expected=expected, found=found, do=do))
