"""Gaps between those who joined a programme and those who did not.

None of these formulas makes a gap an effect: that depends on who was compared with whom. The
E-value says how strong what was not measured would have to be to explain the gap away.
References: Welch 1947; Angrist and Pischke 2009 for differences in differences; VanderWeele and
Ding 2017.
"""

from dataclasses import dataclass

import numpy as np

from ternois_analysis.methods.arrays import Numbers, floats, refuse


@dataclass(frozen=True)
class MeanGap:
    """Gap between two means, its standard error, Welch's test and interval; in their unit."""

    gap: float
    se: float
    df: float
    t: float
    p: float
    low: float
    high: float


def welch(
    mean_1: float,
    sd_1: float,
    n_1: int,
    mean_0: float,
    sd_0: float,
    n_0: int,
    level: float = 0.95,
) -> MeanGap:
    """Two means compared without supposing equal variances, from their summaries.

    Parameters
    ----------
    mean_1, sd_1, n_1, mean_0, sd_0, n_0
        Mean, standard deviation (n − 1) and size of each group. On changes between two dates,
        this is the difference in differences.
    level : float
        Confidence of the interval.

    Returns
    -------
    MeanGap
        Group 1 minus group 0. Only the gap with a group of one, or where nothing varies; nothing
        with a group of none or a missing mean.

    Raises
    ------
    SchemaError
        If a standard deviation or a size is negative.
    """
    from scipy.stats import t as student

    numbers = np.array([sd_1, n_1, sd_0, n_0], dtype="float64")
    refuse(numbers < 0, "Spread and size of two groups", "zero or more", numbers)
    gap = float(mean_1 - mean_0) if n_1 > 0 and n_0 > 0 else np.nan
    if n_1 < 2 or n_0 < 2 or np.isnan(gap) or not sd_1 + sd_0 > 0:
        return MeanGap(gap, *[np.nan] * 6)
    v1, v0 = sd_1**2 / n_1, sd_0**2 / n_0
    se = float(np.sqrt(v1 + v0))
    df = (v1 + v0) ** 2 / (v1**2 / (n_1 - 1) + v0**2 / (n_0 - 1))
    half = float(student.ppf(0.5 + level / 2, df)) * se
    p = 2 * float(student.sf(abs(gap / se), df))
    return MeanGap(gap, se, df, gap / se, p, gap - half, gap + half)


def difference_in_differences(
    before_1: Numbers, after_1: Numbers, before_0: Numbers, after_0: Numbers, level: float = 0.95
) -> MeanGap:
    """Mean change of the treated (1) less that of the controls (0), with Welch's interval.

    Parameters
    ----------
    before_1, after_1, before_0, after_0 : Series or array
        The figure of each unit at both dates; a unit without one of the two is left out. A control
        that serves twice comes twice, and makes the interval a little too narrow.

    Returns
    -------
    MeanGap
        Missing as in `welch`.
    """
    groups = []
    for before, after in ((before_1, after_1), (before_0, after_0)):
        start, end = floats(before, after)
        change = np.atleast_1d(end - start)
        change = change[~np.isnan(change)]
        spread = float(change.std(ddof=1)) if change.size > 1 else 0.0
        groups.append((float(change.mean()) if change.size else np.nan, spread, change.size))
    return welch(*groups[0], *groups[1], level=level)


@dataclass(frozen=True)
class EValue:
    """Strength of an unmeasured cause, on the scale of a ratio of risks, 1 or more.

    `estimate`: to explain the whole ratio; `limit`: to bring its interval to 1 (1 if it is there).
    """

    estimate: float
    limit: float


def e_value(risk_ratio: float, low: float = np.nan, high: float = np.nan) -> EValue:
    """How strongly a hidden cause would have to go with treatment and outcome to make the gap.

    Parameters
    ----------
    risk_ratio, low, high : float
        The ratio of two risks, and its interval if known.

    Returns
    -------
    EValue
        Missing where the ratio (or the interval) is missing or not above zero.
    """
    near = low if risk_ratio >= 1 else high
    crossed = near <= 1 if risk_ratio >= 1 else near >= 1
    return EValue(estimate=_strength(risk_ratio), limit=1.0 if crossed else _strength(near))


def _strength(ratio: float) -> float:
    if not ratio > 0:
        return np.nan
    above = max(ratio, 1 / ratio)
    return float(above + np.sqrt(above * (above - 1)))
