"""The house rules for notebooks: a page of prose with figures, without logic of its own."""

import ast
import re
from collections.abc import Collection, Iterator

from nbformat import NotebookNode

from ternois_analysis import catalog, french
from ternois_analysis.batch.notebook import TAG, check_parameters
from ternois_analysis.catalog.territories import CommuneList, TerritoryFact
from ternois_analysis.errors import ReportError
from ternois_analysis.publish.document import COMPARED

IMPORT = "import ternois_analysis as ta"
MOST_LINES = 10

_LOGIC: dict[type[ast.AST], str] = {
    ast.FunctionDef: "def", ast.AsyncFunctionDef: "def", ast.ClassDef: "class",
    ast.Lambda: "lambda", ast.For: "for", ast.AsyncFor: "for", ast.comprehension: "for",
    ast.While: "while", ast.If: "if", ast.IfExp: "if", ast.Match: "match", ast.Try: "try",
    ast.TryStar: "try", ast.With: "with", ast.AsyncWith: "with",
}  # fmt: skip
_PATH = re.compile(r"[/\\]|\.(?:csv|xlsx?|parquet|json|ya?ml|ipynb|html|pdf|png|svg|zip|txt)$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def check_prose(notebook: NotebookNode, names: Collection[str] = ()) -> list[str]:
    """What in a notebook breaks the rules of the house; an empty list when nothing does.

    Parameters
    ----------
    notebook : NotebookNode
    names : collection of str
        Names of territories, which no code may hold: a page is for all of them.
    """
    problems = []
    try:
        check_parameters(notebook, "the notebook")
    except ReportError as error:
        problems.append(str(error))
    known = {french.plain(name): name for name in names}
    imports = []
    for rank, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        tags = cell.metadata.get("tags", ())
        problems += [f"cell {rank}: {text}" for text in _layout(cell, tags)]
        if TAG in tags:
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            problems.append(f"cell {rank}: not plain Python (a magic, or a mistake)")
            continue
        problems += [f"cell {rank}: {text}" for text in _code(tree, cell.source, known)]
        imports += [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    if [ast.unparse(statement) for statement in imports] != [IMPORT]:
        problems.append(f"the notebook's only import must be `{IMPORT}`")
    return problems


def _layout(cell: NotebookNode, tags: Collection[str]) -> Iterator[str]:
    lines = len(cell.source.splitlines())
    if lines > MOST_LINES:
        yield f"{lines} lines, {MOST_LINES} at most"
    if cell.get("outputs") and COMPARED not in tags:
        yield "outputs are not committed"


def _code(tree: ast.Module, source: str, names: dict[str, str]) -> Iterator[str]:
    if year := _YEAR.search(source):
        yield f"the year {year[0]}: the quarter chooses the millésimes"
    for node in ast.walk(tree):
        if type(node) in _LOGIC:
            yield f"`{_LOGIC[type(node)]}` belongs in the library"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _PATH.search(node.value):
                yield f"a path: {node.value!r}"
            said = f" {french.plain(node.value)} "
            yield from (
                f"a territory's name: {name}" for key, name in names.items() if f" {key} " in said
            )


def territory_names() -> set[str]:
    """All names and identifiers by which the catalogue knows the territories."""
    facts = catalog.territories()
    entries: dict[str, TerritoryFact | CommuneList] = {**facts.territories, **facts.lists}
    names = set(entries)
    for fact in entries.values():
        names |= {fact.label, fact.name, fact.short, *fact.aliases}
    return names
