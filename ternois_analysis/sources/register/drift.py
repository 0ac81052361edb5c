"""What moved between two transfers, and what no movement explains."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import french
from ternois_analysis.sources.register.outside import FileFinding

#: The median absolute deviation times this is a robust standard deviation (Rousseeuw, Croux 1993).
_MAD_TO_SD = 1.4826
_SPIKE = 3.0
_QUARTERS = 8
_MONTHS = 36


@dataclass(frozen=True)
class Drift:
    """Counts of two transfers, as the report prints them, and what is out of the ordinary."""

    rows: tuple[int, int]
    lines: tuple[tuple[str, int], ...]
    families: tuple[tuple[str, int, int], ...]
    communes: tuple[tuple[str, int, int], ...]
    revisions: tuple[tuple[str, int, int], ...]
    findings: tuple[FileFinding, ...]


def active(table: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Whether each spell is running at the end of a day."""
    return (table["registered"] <= day) & ~(table["removed"] <= day)


def spikes(counts: pd.Series) -> pd.Series:
    """The counts more than 3 robust standard deviations above the median; none if all are alike."""
    middle = counts.median()
    spread = _MAD_TO_SD * (counts - middle).abs().median()
    return counts[counts > middle + _SPIKE * max(spread, 1.0)]


def removal_spikes(table: pd.DataFrame, day: pd.Timestamp) -> list[FileFinding]:
    """Fact DQ26: months of the last three years with an unusual number of removals."""
    months = pd.period_range(end=day.to_period("M"), periods=_MONTHS, freq="M")
    counts = (
        table["removed"].dropna().dt.to_period("M").value_counts().reindex(months, fill_value=0)
    )
    rows = tuple(
        (french.date(str(month)), french.number(count)) for month, count in spikes(counts).items()
    )
    if not rows:
        return []
    usual = french.number(float(counts.median()))
    return [
        FileFinding(
            "DQ26", f"Radiations inhabituelles ; un mois ordinaire en compte {usual}.", rows
        )
    ]


def compare(previous: pd.DataFrame, current: pd.DataFrame) -> Drift:
    """What moved between two accepted registers.

    The stock equation holds by construction: stock now = stock before + registrations + late
    registrations + returns - removals - late removals - disappearances. Returns and disappearances
    are movements that no date explains (DQ27).
    """
    before, now = previous["extracted"].max(), current["extracted"].max()
    held, holds = previous[active(previous, before)], current[active(current, now)]
    gained = holds[~holds["business"].isin(held["business"])]
    lost = held[~held["business"].isin(holds["business"])]
    removed_then = set(previous.loc[previous["removed"].notna(), "business"])
    new = gained["registered"] > before
    back = ~new & gained["business"].isin(removed_then)
    last = current.groupby("business")["removed"].max()
    ends = lost["business"].map(last)
    known = lost["business"].isin(current["business"]) & ends.notna()
    lines = (
        ("Entreprises actives au transfert précédent", held["business"].nunique()),
        ("+ immatriculées depuis", int(new.sum())),
        ("+ immatriculées avant, saisies en retard", int((~new & ~back).sum())),
        ("+ revenues sans nouvelle immatriculation", int(back.sum())),
        ("− radiées depuis", int((known & (ends > before)).sum())),
        ("− radiées avant, saisies en retard", int((known & (ends <= before)).sum())),
        ("− disparues sans radiation", int((~known).sum())),
        ("Entreprises actives à ce transfert", holds["business"].nunique()),
    )
    figures = dict(lines)
    unexplained = (
        figures["+ revenues sans nouvelle immatriculation"] + figures["− disparues sans radiation"]
    )
    late = (
        figures["+ immatriculées avant, saisies en retard"]
        + figures["− radiées avant, saisies en retard"]
    )
    findings = []
    if unexplained:
        findings.append(
            FileFinding(
                "DQ27",
                f"Entreprises disparues ou revenues sans mouvement : {french.number(unexplained)}.",
            )
        )
    if late:
        findings.append(
            FileFinding(
                "DQ28",
                f"Mouvements saisis en retard depuis le dernier transfert : {french.number(late)}.",
            )
        )
    return Drift(
        (len(previous), len(current)),
        lines,
        _changes(held, holds, "nar4"),
        _unusual(held, holds),
        _revisions(previous, current, before),
        tuple(findings),
    )


def _changes(held: pd.DataFrame, holds: pd.DataFrame, by: str) -> tuple[tuple[str, int, int], ...]:
    counts = pd.DataFrame({"before": held[by].value_counts(), "now": holds[by].value_counts()})
    counts = counts.fillna(0).astype(int).sort_index()
    return tuple(
        (str(name) or "non précisé", int(b), int(n)) for name, b, n in counts.itertuples(name=None)
    )


def _unusual(held: pd.DataFrame, holds: pd.DataFrame) -> tuple[tuple[str, int, int], ...]:
    """Communes whose stock moved far more than the others', by 3 robust standard deviations."""
    rows = _changes(held, holds, "commune")
    moves = pd.Series([now - before for _, before, now in rows], dtype="float64")
    far = set(spikes(moves).index) | set(spikes(-moves).index)
    return tuple(row for position, row in enumerate(rows) if position in far)


def _revisions(
    previous: pd.DataFrame, current: pd.DataFrame, before: pd.Timestamp
) -> tuple[tuple[str, int, int], ...]:
    """Registrations of the last eight quarters, as first seen and as seen now."""
    quarters = pd.period_range(end=before.to_period("Q"), periods=_QUARTERS, freq="Q")
    seen = [
        table["registered"].dt.to_period("Q").value_counts().reindex(quarters, fill_value=0)
        for table in (previous, current)
    ]
    return tuple((french.quarter(str(q)), int(seen[0][q]), int(seen[1][q])) for q in quarters)
