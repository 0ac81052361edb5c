"""Whether a value differs from that of another quarter by more than chance allows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.indicators.evaluation import SAMPLED
from ternois_analysis.methods.comparisons import count_ratio
from ternois_analysis.methods.contrasts import two_shares


@dataclass(frozen=True)
class Tested:
    """The p-value of a test from counts, or missing, and the outcome that intervals alone give."""

    p: float
    outcome: str


def tested(pair: pd.Series) -> Tested:
    """Test the two values of one indicator, as the catalogue says that its interval is made.

    Two shares by the pooled score, two rates of events by the exact test of Przyborowski and
    Wilenski; for other intervals, two that do not touch are significant. Both samples are taken as
    independent: for the same businesses a quarter later the test is too cautious, never too bold.

    Parameters
    ----------
    pair : Series
        `indicator`, and `value`, `low`, `high` and `n` with the suffixes `_b` and `_a`.
    """
    rule = catalog.indicator(str(pair["indicator"])).interval
    value = {s: float(pair[f"value_{s}"]) for s in "ba"}
    n = {s: float(pair[f"n_{s}"]) for s in "ba"}
    if rule is not None and all(size > 0 for size in n.values()):
        if rule.method in ("wilson", "one_in_four"):
            sample = SAMPLED if rule.method == "one_in_four" else 1.0
            size = {s: n[s] / sample for s in "ba"}
            count = {s: min(size[s] * value[s] / rule.per, size[s]) for s in "ba"}
            found = two_shares([count["a"]], [size["a"]], [count["b"]], [size["b"]])
            return Tested(float(np.asarray(found)[0]), "not tested")
        if rule.method == "byar":
            events = {s: round(n[s] * value[s] / rule.per) for s in "ba"}
            return Tested(count_ratio(events["a"], events["b"], n["a"], n["b"]).p, "not tested")
    bounds = [float(pair[name]) for name in ("low_b", "high_b", "low_a", "high_a")]
    if np.isnan(bounds).any():
        return Tested(np.nan, "not tested")
    apart = bounds[1] < bounds[2] or bounds[3] < bounds[0]
    return Tested(np.nan, "significant" if apart else "not significant")
