"""Formulas written as text (columns, numbers, four operations) and the functions they make."""

import ast
import inspect
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.ratios import as_measured, ratio

#: The signs that people write, which the catalogue prints too.
_SIGNS = str.maketrans({"×": "*", "÷": "/"})
_PLAIN: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


@dataclass(frozen=True)
class Formula:
    """A function of columns and its text as a module of `indicators/` would hold it.

    `rate` is (count, of, per) when the formula is a number times one column over another.
    """

    function: Callable[..., pd.Series]
    columns: tuple[str, ...]
    code: str
    rate: tuple[str, str, float] | None = None


def formula(name: str, given: str | Callable[..., pd.Series], label: str) -> Formula:
    """The formula that a text or a function gives.

    Parameters
    ----------
    name : str
        Identifier of the indicator.
    given : str or callable
        `"100 * vacant_dwellings / dwellings"` (× and ÷ do as well), or a function of Series named
        as columns.
    label : str
        First line of the docstring of the text to paste.

    Raises
    ------
    SchemaError
        If the text is no such formula, or the function takes anything but named columns.
    """
    if callable(given):
        kinds = {p.kind for p in inspect.signature(given).parameters.values()}
        columns = tuple(inspect.signature(given).parameters)
        if not columns or not kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}:
            raise _refused(name, "a function whose arguments are columns", columns)
        return Formula(_finite(name, given, columns), columns, _pasted(name, given))
    written = str(given).translate(_SIGNS)
    try:
        tree = ast.parse(written, mode="eval").body
    except SyntaxError as error:
        raise _refused(name, "a formula such as 100 * a / b", f"{given}: {error.msg}") from error
    columns = tuple(dict.fromkeys(_names(tree, name)))
    if not columns:
        raise _refused(name, "at least one column", given)

    def function(**values: pd.Series) -> Any:
        return _value(tree, values)

    text = ast.unparse(ast.fix_missing_locations(_Ratios().visit(ast.parse(written))))
    arguments = ", ".join(f"{column}: pd.Series" for column in columns)
    code = (
        f"@named\ndef {name}({arguments}) -> pd.Series:\n"
        f'    """{label.rstrip(".")}."""\n    return {text}\n'
    )
    return Formula(_finite(name, function, columns), columns, code, _rate(tree))


def _finite(
    name: str, function: Callable[..., Any], columns: tuple[str, ...]
) -> Callable[..., pd.Series]:
    """A function whose result is named, in floats, and missing where it would be infinite."""

    def own(**values: pd.Series) -> pd.Series:
        first = values[columns[0]]
        measured = {each: as_measured(column) for each, column in values.items()}
        with np.errstate(divide="ignore", invalid="ignore"):
            found = function(**measured)
        if not isinstance(found, pd.Series) or not found.index.equals(first.index):
            raise _refused(name, "one Series with the index of the columns", type(found).__name__)
        return as_measured(found).rename(name)

    parameters = [inspect.Parameter(column, inspect.Parameter.KEYWORD_ONLY) for column in columns]
    own.__dict__["__signature__"] = inspect.Signature(parameters)
    return own


def _names(tree: ast.expr, name: str) -> list[str]:
    """Columns of a formula in their order; anything but columns, numbers and + - * / is refused."""
    if isinstance(tree, ast.Name):
        return [tree.id]
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return []
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return _names(tree.operand, name)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, (*_PLAIN, ast.Div)):
        return _names(tree.left, name) + _names(tree.right, name)
    raise _refused(name, "columns, numbers, + - * / and brackets", ast.unparse(tree))


def _value(tree: ast.expr, values: Mapping[str, pd.Series]) -> Any:
    if isinstance(tree, ast.Name):
        return values[tree.id]
    if isinstance(tree, ast.Constant):
        return float(tree.value)  # type: ignore[arg-type]
    if isinstance(tree, ast.UnaryOp):
        return -_value(tree.operand, values)
    if not isinstance(tree, ast.BinOp):
        raise TypeError(f"{ast.dump(tree)} was let in")
    left, right = _value(tree.left, values), _value(tree.right, values)
    if not isinstance(tree.op, ast.Div):
        return _PLAIN[type(tree.op)](left, right)
    if isinstance(left, pd.Series) and isinstance(right, pd.Series):
        return ratio(left, right)
    if isinstance(right, pd.Series):
        return ratio(pd.Series(left, right.index), right)
    return left / right if right else left * np.nan


class _Ratios(ast.NodeTransformer):
    """Divisions of the text as calls of `ratio`, the one division of the project."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Div) and not isinstance(right, ast.Constant):
            return ast.Call(ast.Name("ratio"), [left, right], [])
        return ast.BinOp(left, node.op, right)


def _rate(tree: ast.expr) -> tuple[str, str, float] | None:
    """Count, whole and factor of `k * a / b`, `k * (a / b)`, `a / b * k` or `a / b`."""
    if not isinstance(tree, ast.BinOp):
        return None
    if isinstance(tree.op, ast.Div) and isinstance(tree.right, ast.Name):
        if isinstance(tree.left, ast.Name):
            return tree.left.id, tree.right.id, 1.0
        above = tree.left
        if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult):
            factor, column = _factor(above.left, above.right)
            if isinstance(column, ast.Name) and factor:
                return column.id, tree.right.id, factor
    if isinstance(tree.op, ast.Mult):
        factor, inner = _factor(tree.left, tree.right)
        found = _rate(inner) if factor else None
        return (found[0], found[1], found[2] * factor) if found and factor else None
    return None


def _factor(left: ast.expr, right: ast.expr) -> tuple[float | None, ast.expr]:
    """The number of a product of a number and something, and the something."""
    for number, other in ((left, right), (right, left)):
        if isinstance(number, ast.Constant) and type(number.value) in (int, float):
            return float(number.value), other  # type: ignore[arg-type]
    return None, left


def _pasted(name: str, given: Callable[..., pd.Series]) -> str:
    """The source of a function, as the text of an indicator."""
    try:
        source = inspect.cleandoc(inspect.getsource(given))
    except (OSError, TypeError):
        source = f"# the function given to define({name!r}, …)"
    return f"@named\n{source}\n" if source.startswith("def ") else f"{source}\n"


def _refused(name: str, expected: object, found: object) -> SchemaError:
    return SchemaError(
        explain(f"Formula of {name}", expected=expected, found=found, do="Mend the formula.")
    )
