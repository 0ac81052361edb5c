"""What makes a function an indicator: its result bears its name."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import pandas as pd

P = ParamSpec("P")


def named(function: Callable[P, pd.Series]) -> Callable[P, pd.Series]:
    """Make a function an indicator: the registry finds it, its result is named after it."""

    @functools.wraps(function)
    def indicator(*columns: P.args, **by_name: P.kwargs) -> pd.Series:
        return function(*columns, **by_name).rename(function.__name__)

    indicator.__dict__["is_indicator"] = True
    return indicator
