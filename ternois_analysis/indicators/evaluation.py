"""From a name and a table of columns to values with their interval."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from ternois_analysis.catalog.indicators import Indicator, indicator
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.arrays import Array, floats
from ternois_analysis.methods.intervals import Bounds, byar, clopper_pearson, wilson
from ternois_analysis.methods.ratios import as_measured, ratio
from ternois_analysis.methods.series import net_balance

Function = Callable[..., pd.Series]

#: Variance of a count of one household in four, as a multiple of that of a full count.
SAMPLED = 3.0


#: Functions of the indicators added for this session only.
_LENT: dict[str, Function] = {}


def lend(name: str, function: Function) -> None:
    """Give, for this session, the function of an indicator that `catalog` was lent."""
    _LENT[name] = function


@lru_cache(maxsize=1)
def registry() -> Mapping[str, Function]:
    """All indicators of the package by name; its modules are imported on the first call."""
    found: dict[str, Function] = {}
    package = importlib.import_module(__package__ or "")
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        found |= {
            name: thing
            for name, thing in vars(module).items()
            if getattr(thing, "is_indicator", False) and thing.__module__ == info.name
        }
    return MappingProxyType(found)


def arguments(name: str) -> tuple[str, ...]:
    """Columns that an indicator needs: its function's arguments, then what its rules read besides.

    The columns of the interval and the base of the reliability rule come last when they are not
    arguments.

    Raises
    ------
    SchemaError
        For an unknown indicator.
    """
    entry = indicator(name)
    needed = list(_parameters(_function(name)))
    if entry.interval:
        rule = entry.interval
        needed += [rule.count, rule.of, *([rule.base] if rule.base else [])]
    if entry.reliability:
        needed += [entry.reliability.base]
    return tuple(dict.fromkeys(needed))


def compute(name: str, columns: pd.DataFrame) -> pd.Series:
    """Values of an indicator, one for each row of `columns`.

    Parameters
    ----------
    name : str
        Identifier in the catalogue.
    columns : DataFrame
        Totals, one row a territory; at least the columns of `arguments`.

    Returns
    -------
    Series
        Same index, named after the indicator; missing where an input is.

    Raises
    ------
    SchemaError
        For an unknown indicator or a missing column.
    """
    require(name, columns)
    function = _function(name)
    return function(**{each: columns[each] for each in _parameters(function)})


@dataclass(frozen=True)
class Estimate:
    """Figures of one indicator, one element a row: see `with_interval`."""

    value: Array
    low: Array
    high: Array
    n: Array


def estimate(name: str, columns: pd.DataFrame) -> Estimate:
    """What `with_interval` gives, as arrays."""
    entry = indicator(name)
    value = compute(name, columns).to_numpy(dtype=float, na_value=np.nan)
    base = _base(entry)
    n = as_measured(columns[base]).to_numpy() if base else np.full(len(value), np.nan)
    figures = (np.asarray(bound, dtype=float) for bound in interval(entry, columns))
    known = ~np.isnan(value)
    low, high, n = (np.where(known, figure, np.nan) for figure in (*figures, n))
    return Estimate(value, low, high, n)


def _base(entry: Indicator) -> str:
    """The column of the number that a value rests on; empty if none is declared."""
    if entry.interval:
        return entry.interval.base or entry.interval.of
    return entry.reliability.base if entry.reliability else ""


def with_interval(name: str, columns: pd.DataFrame) -> pd.DataFrame:
    """Values of an indicator with the interval that the catalogue declares.

    Parameters and raises as in `compute`.

    Returns
    -------
    DataFrame
        Same index. `value`; `low` and `high` at 95 %, missing without a declared interval; `n`, the
        number the value rests on: the whole of which it is a share, the exposure of the rate, the
        count it changes from or the base of the balance, else the base of the reliability rule,
        else missing.
    """
    return pd.DataFrame(asdict(estimate(name, columns)), index=columns.index)


def interval(entry: Indicator, columns: pd.DataFrame) -> Bounds:
    """Bounds of the declared interval in the indicator's unit; missing where none is declared."""
    rule = entry.interval
    if rule is None:
        nothing = pd.Series(float("nan"), index=columns.index)
        return Bounds(nothing, nothing)
    count, of = columns[rule.count], columns[rule.of]
    if rule.method == "wilson":
        low, high = wilson(count, of)
        return Bounds(low * rule.per, high * rule.per)
    if rule.method == "one_in_four":
        low, high = wilson(count / SAMPLED, of / SAMPLED)
        return Bounds(low * rule.per, high * rule.per)
    if rule.method == "poisson_ratio":
        return _change(count, of, rule.per)
    if rule.method == "skellam":
        return _balance(count, of, columns[rule.base], rule.per)
    events = byar(count)
    low, high = (ratio(pd.Series(bound, index=columns.index), of, per=rule.per) for bound in events)
    return Bounds(low, high)


def _change(count: pd.Series, before: pd.Series, per: float) -> Bounds:
    """Exact bounds of the change of a count: those of `comparisons.count_ratio`, less 1.

    By columns, and for totals with weights, which that test of two whole counts does not take.
    """
    shares = (pd.Series(b, index=count.index) for b in clopper_pearson(count, count + before))
    low, high = (per * (ratio(share, 1 - share) - 1) for share in shares)
    return Bounds(low, high)


def _balance(gains: pd.Series, losses: pd.Series, base: pd.Series, per: float) -> Bounds:
    """Range of gains less losses by chance alone, for `per` units of the base."""
    known = ~np.isnan(sum(floats(gains, losses, base)))
    found = np.full((2, len(known)), np.nan)
    for place in np.flatnonzero(known):
        found[:, place] = net_balance(round(gains.iloc[place]), round(losses.iloc[place]))
    low, high = (ratio(pd.Series(bound, index=gains.index), base, per=per) for bound in found)
    return Bounds(low, high)


def require(name: str, columns: pd.DataFrame) -> None:
    """Check that `columns` has what an indicator needs.

    Raises
    ------
    SchemaError
        For an unknown indicator or a missing column.
    """
    needed = arguments(name)
    absent = [column for column in needed if column not in columns.columns]
    if absent:
        raise SchemaError(
            explain(
                f"Columns for {name}",
                expected=needed,
                found=list(columns.columns),
                do=f"Add {', '.join(absent)}.",
            )
        )


@lru_cache(maxsize=1024)
def _parameters(function: Function) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _function(name: str) -> Function:
    if name in _LENT:
        return _LENT[name]
    if name not in registry():
        raise SchemaError(
            explain(
                f"Indicator {name}",
                expected="a function of ternois_analysis.indicators",
                found="a catalogue entry only",
                do="Write the function or remove the entry.",
            )
        )
    return registry()[name]
