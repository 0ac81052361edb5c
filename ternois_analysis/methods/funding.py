"""What a programme cost, and who paid."""

from dataclasses import dataclass

import numpy as np

from ternois_analysis.methods.arrays import refuse


@dataclass(frozen=True)
class Funding:
    """Cost per beneficiary, share that one funder pays, what others add to each euro of it."""

    per_head_eur: float
    share_pct: float
    leverage: float


def funding(cost_eur: float, paid_eur: float, beneficiaries: int) -> Funding:
    """Cost, co-funding share and leverage of a programme for one of its funders.

    Parameters
    ----------
    cost_eur : float
        Total cost, all funders together.
    paid_eur : float
        What the funder in question pays of it.
    beneficiaries : int
        Number of businesses or heads.

    Returns
    -------
    Funding
        Leverage is (cost − paid) / paid. Each missing where a figure is missing or its denominator
        is zero.

    Raises
    ------
    SchemaError
        If a figure is negative, or more is paid than it costs.
    """
    figures = np.array([cost_eur, paid_eur, beneficiaries], dtype="float64")
    refuse(figures < 0, "Cost of a programme", "zero or more", figures)
    refuse(bool(paid_eur > cost_eur), "Paid by one funder", "at most the cost", float(paid_eur))
    return Funding(
        per_head_eur=_over(cost_eur, beneficiaries),
        share_pct=_over(100 * paid_eur, cost_eur),
        leverage=_over(cost_eur - paid_eur, paid_eur),
    )


def _over(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else np.nan
