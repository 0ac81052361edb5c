"""Matched controls: exact on some variables, nearest on others, with the balance that results.

A treated unit that finds nobody alike is said, with the reason: leaving it out quietly would
change whom the comparison is about. A control starts on the day its match did, and `eligible` is
where one that was no longer (or not yet) active on that day is barred: otherwise the treated are
those who had lived long enough to be treated. References: Mahalanobis 1936; Rubin 1980; Stuart
2010; Austin 2009 for the balance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.arrays import Array, refuse


def mahalanobis(units: Array, others: Array) -> Array:
    """Mahalanobis distances between two sets of units, covariance of all of them (n − 1).

    Parameters
    ----------
    units, others : array of shape (n, p) and (m, p)
        The same p variables, without missing values.

    Returns
    -------
    array of shape (n, m)
        0 or more. A variable that is the same for all, or that follows from the others, adds
        nothing (pseudo-inverse). All missing for a single unit in all.
    """
    pooled = np.vstack([units, others])
    if len(pooled) < 2:
        return np.full((len(units), len(others)), np.nan)
    scale = pooled.std(axis=0, ddof=1)
    scale = np.where(scale > 0, scale, 1.0)
    correlation = np.atleast_2d(np.cov(pooled / scale, rowvar=False, ddof=1))
    inverse = np.linalg.pinv(correlation, rcond=1e-10, hermitian=True)
    gaps = (units[:, None, :] - others[None, :, :]) / scale
    return np.asarray(np.sqrt((gaps @ inverse * gaps).sum(axis=2).clip(min=0)))


@dataclass(frozen=True)
class Matches:
    """Who serves as control for whom.

    `pairs`: columns `treated`, `control` (labels of the two tables), `order` (1 is the nearest) and
    `distance`. `unmatched`: indexed by treated label, the reason, "missing" for a variable that is
    missing and "nobody" where no eligible control has the same exact variables.
    """

    pairs: pd.DataFrame
    unmatched: pd.Series


def match(
    treated: pd.DataFrame,
    controls: pd.DataFrame,
    near: Sequence[str],
    exact: Sequence[str] = (),
    k: int = 1,
    eligible: pd.DataFrame | None = None,
) -> Matches:
    """The k nearest controls of each treated unit, with replacement.

    Parameters
    ----------
    treated, controls : DataFrame
        One row a unit, distinct labels.
    near : sequence of str
        Columns of numbers for the Mahalanobis distance; the covariance is that of all units that
        have them.
    exact : sequence of str
        Columns that must be equal.
    k : int
        Controls a treated unit; fewer where fewer are alike. Equal distances go to the control
        that comes first.
    eligible : DataFrame of bool, optional
        Treated labels × control labels: which controls may serve which treated unit.

    Returns
    -------
    Matches

    Raises
    ------
    SchemaError
        If k is below 1, a label comes twice, or `eligible` lacks a unit.
    """
    refuse(k < 1, "Controls for each treated unit", "one or more", k)
    for table in (treated, controls):
        twice = np.asarray(table.index.duplicated())
        refuse(twice, "Labels of units to match", "each once", np.arange(len(table)))
    columns = [*near, *exact]
    have_treated = treated[columns].notna().all(axis=1).to_numpy()
    have_control = controls[columns].notna().all(axis=1).to_numpy()
    units, pool = treated[have_treated], controls[have_control]
    distances = mahalanobis(_values(units, near), _values(pool, near))
    allowed = _allowed(units, pool, exact, eligible)
    rows: list[tuple[object, object, int, float]] = []
    reasons: dict[object, str] = dict.fromkeys(treated.index[~have_treated], "missing")
    for i, label in enumerate(units.index):
        candidates = np.flatnonzero(allowed[i])
        if not candidates.size:
            reasons[label] = "nobody"
        nearest = candidates[np.argsort(distances[i, candidates].round(12), kind="stable")][:k]
        rows += [(label, pool.index[j], o, distances[i, j]) for o, j in enumerate(nearest, 1)]
    pairs = pd.DataFrame(rows, columns=["treated", "control", "order", "distance"])
    unmatched = pd.Series(reasons, dtype="object", name="reason").reindex(
        [label for label in treated.index if label in reasons]
    )
    return Matches(pairs=pairs, unmatched=unmatched)


def balance(
    treated: pd.DataFrame, controls: pd.DataFrame, pairs: pd.DataFrame, variables: Sequence[str]
) -> pd.DataFrame:
    """Standardised mean differences before and after matching; below 0.1 in size is balanced.

    Parameters
    ----------
    treated, controls : DataFrame
        As in `match`.
    pairs : DataFrame
        As in `Matches`: the controls of one treated unit weigh as much as it does.
    variables : sequence of str
        Columns of numbers, those matched on and others.

    Returns
    -------
    DataFrame
        Indexed by variable: `before`, `after`, in standard deviations. Both are divided by the
        root of the mean of the two variances (n − 1) before, so that a change of spread is not
        taken for balance. Missing where a group has fewer than two known figures, nothing varies,
        or nobody is matched.
    """
    names = list(variables)
    spread = np.sqrt((treated[names].var() + controls[names].var()) / 2)
    spread = spread.where(spread > 0)
    before = (treated[names].mean() - controls[names].mean()) / spread
    served = controls.loc[pairs["control"], names].set_axis(pairs["treated"]).groupby(level=0)
    own = treated.loc[pairs["treated"].unique(), names]
    after = (own.mean() - served.mean().mean()) / spread
    found = pd.DataFrame({"before": before, "after": after}, dtype="float64")
    return found.rename_axis("variable")


def _values(table: pd.DataFrame, near: Sequence[str]) -> Array:
    return table[list(near)].to_numpy(dtype="float64")


def _allowed(
    units: pd.DataFrame,
    pool: pd.DataFrame,
    exact: Sequence[str],
    eligible: pd.DataFrame | None,
) -> Array:
    allowed = np.ones((len(units), len(pool)), dtype=bool)
    for name in exact:
        allowed &= units[name].to_numpy()[:, None] == pool[name].to_numpy()[None, :]
    if eligible is not None:
        lacking = [x for x in units.index if x not in eligible.index]
        lacking += [x for x in pool.index if x not in eligible.columns]
        if lacking:
            raise SchemaError(
                explain(
                    "The table of eligible pairs",
                    expected="every treated unit and every control",
                    found=f"none of {lacking[:3]}",
                    do="Say for each whether it may serve.",
                )
            )
        allowed &= eligible.loc[units.index, pool.index].to_numpy(dtype=bool)
    return allowed
