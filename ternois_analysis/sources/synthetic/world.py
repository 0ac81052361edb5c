"""The invented craft businesses and their lives, day by day since 2005."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ternois_analysis.sources.synthetic.facts import facts
from ternois_analysis.sources.synthetic.people import with_people

START = pd.Timestamp("2005-01-01")
#: Day on which the aggregates are met.
REFERENCE = pd.Timestamp("2026-06-30")
END = pd.Timestamp("2026-12-31")
_FIRST = pd.Timestamp("1978-01-01")
_YEAR = 365.25
#: Mean age in days of the spells running in 2005, before the cut at the first registration.
_MEAN_AGE = 9.0 * _YEAR


Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """`spells`: one row a spell, with the days on which the chamber recorded its two ends."""

    spells: pd.DataFrame
    communes: pd.DataFrame


def world(communes: pd.DataFrame, *, seed: int = 2026, scale: float = 1.0) -> World:
    """All spells of an invented territory.

    Parameters
    ----------
    communes : DataFrame
        Columns commune, commune_name, postal_code, population: businesses settle by population.
    seed : int
        The same seed gives the same world.
    scale : float
        1 for a territory of about 740 active businesses.

    Returns
    -------
    World
    """
    rng = np.random.default_rng(seed)
    spells = _lives(rng, scale)
    spells = _again(rng, spells)
    spells = _cleanup(rng, spells, scale)
    spells = _settled(rng, spells, communes)
    spells = _recorded(rng, with_people(rng, spells, REFERENCE))
    return World(
        spells.sort_values(["registered", "siren"], kind="stable", ignore_index=True), communes
    )


def _lives(rng: np.random.Generator, scale: float) -> pd.DataFrame:
    """First and last days: spells running in 2005, then registrations by quarter."""
    chosen = facts().chosen
    oldest = (START - _FIRST).days
    drawn = rng.random(int(chosen["running_2005"] * scale))
    starts = [np.log1p(-drawn * -np.expm1(-oldest / _MEAN_AGE)) * _MEAN_AGE]
    for year, mean in chosen["registrations"].items():
        for quarter, share in enumerate(chosen["seasons"]):
            first = pd.Timestamp(int(year), 3 * quarter + 1, 1)
            days = (first + pd.DateOffset(months=3) - first).days
            count = rng.poisson(mean * share * scale)
            starts.append((first - START).days + rng.integers(0, days, size=count))
    start = np.concatenate(starts).astype(int)
    span = _lifetimes(rng, np.maximum(-start, 0) / _YEAR) * _YEAR
    begin = np.maximum(start, 0)
    frame = pd.DataFrame(
        {
            "registered": START + pd.to_timedelta(start, unit="D"),
            "removed": START + pd.to_timedelta(begin + np.maximum(span.astype(int), 20), unit="D"),
        }
    )
    frame["removed"] = frame["removed"].mask(frame["removed"] > END)
    return frame[frame["registered"] <= END].assign(
        line=lambda f: np.arange(len(f)), origin="CREATION"
    )


def _lifetimes(rng: np.random.Generator, lived: Floats) -> Floats:
    """Years still to live after `lived` years, under yearly hazards."""
    hazards = np.asarray(facts().chosen["hazards"])
    years = np.arange(60)
    risk = hazards[np.minimum(years, len(hazards) - 1)]
    total = np.concatenate([[0.0], np.cumsum(-np.log1p(-risk))])
    reached = np.interp(lived, np.arange(61), total) + rng.exponential(size=len(lived))
    ages: Floats = np.interp(reached, total, np.arange(61))
    return ages - lived


def _again(rng: np.random.Generator, spells: pd.DataFrame) -> pd.DataFrame:
    """Takeovers and persons who register again; `line` ties the spells of one activity together."""
    chosen = facts().chosen
    spells = spells.assign(ends_by="", person=spells["line"], identity=spells["line"])
    ended = spells[
        spells["removed"].notna() & (spells["removed"] < REFERENCE) & (spells["removed"] >= START)
    ]
    draw = pd.Series(rng.random(len(ended)), index=ended.index)
    taken = draw < chosen["takeover"]
    same = ~taken & (draw < chosen["takeover"] + chosen["returns_same_siren"])
    other = (
        ~taken
        & ~same
        & (draw < chosen["takeover"] + chosen["returns_same_siren"] + chosen["returns_other_siren"])
    )
    following, rank = [], len(spells)
    for kind, index in (
        ("takeover", draw.index[taken]),
        ("same", draw.index[same]),
        ("other", draw.index[other]),
    ):
        for row in index:
            gap = int(rng.integers(0, 45)) if kind == "takeover" else int(rng.integers(60, 330))
            start = spells.loc[row, "removed"] + pd.Timedelta(days=gap)
            years = float(_lifetimes(rng, np.zeros(1))[0])
            end = start + pd.Timedelta(days=max(int(years * _YEAR), 20))
            following.append(
                {
                    "registered": start,
                    "removed": end if end <= END else pd.NaT,
                    "line": spells.loc[row, "line"],
                    "origin": "REPRISE" if kind == "takeover" else "CREATION",
                    "ends_by": "",
                    "person": rank if kind == "takeover" else spells.loc[row, "person"],
                    "identity": rank if kind != "same" else spells.loc[row, "identity"],
                }
            )
            rank += 1
        if kind == "takeover":
            spells.loc[index, "ends_by"] = "CESSION"
    both = pd.concat([spells, pd.DataFrame(following)], ignore_index=True)
    return both.astype({"registered": "datetime64[s]", "removed": "datetime64[s]"})


def _cleanup(rng: np.random.Generator, spells: pd.DataFrame, scale: float) -> pd.DataFrame:
    plan = facts().chosen["cleanup"]
    day = pd.Timestamp(plan["day"])
    idle = spells.index[
        (spells["registered"] < day - pd.DateOffset(years=6)) & spells["removed"].isna()
    ]
    struck = rng.choice(
        idle, size=min(int(plan["count"] * max(scale, 1)), len(idle)), replace=False
    )
    spells.loc[struck, "removed"] = day
    spells.loc[struck, "ends_by"] = "RADIATION D'OFFICE"
    return spells


def _settled(
    rng: np.random.Generator, spells: pd.DataFrame, communes: pd.DataFrame
) -> pd.DataFrame:
    """A commune and an activity for each line; active lines meet the published shares."""
    weights = communes["population"].to_numpy(float) * rng.lognormal(0.0, 0.3, size=len(communes))
    lines = spells["line"].unique()
    place = dict(
        zip(
            lines,
            rng.choice(len(communes), size=len(lines), p=weights / weights.sum()),
            strict=True,
        )
    )
    running = spells.loc[
        (spells["registered"] <= REFERENCE) & ~(spells["removed"] <= REFERENCE), "line"
    ].unique()
    gone = np.setdiff1d(lines, running)
    family = dict(
        zip(
            rng.permutation(running),
            quota(facts().published["families"], len(running)),
            strict=True,
        )
    )
    shares = facts().chosen["families_gone"]
    family |= dict(
        zip(gone, rng.choice(list(shares), size=len(gone), p=_shares(shares.values())), strict=True)
    )
    nafa: dict[int, str] = {}
    for name, trades in facts().activities.items():
        members = [line for line in lines if family[line] == name]
        odds = _shares(trade["share"] for trade in trades.values())
        nafa |= dict(zip(members, rng.choice(list(trades), size=len(members), p=odds), strict=True))
    rows = communes.iloc[[place[line] for line in spells["line"]]].reset_index(drop=True)
    return spells.assign(
        commune=rows["commune"],
        commune_name=rows["commune_name"],
        postal_code=rows["postal_code"],
        family=spells["line"].map(family),
        nafa=spells["line"].map(nafa),
        coded=rng.random(len(spells)) >= facts().chosen["no_commune_code"],
        short=rng.random(len(spells)) < facts().chosen["short_saint"],
        started=spells["registered"]
        - pd.to_timedelta(
            np.where(
                rng.random(len(spells)) < facts().chosen["started_before"],
                rng.integers(1, 40, size=len(spells)),
                0,
            ),
            unit="D",
        ),
    )


def _recorded(rng: np.random.Generator, spells: pd.DataFrame) -> pd.DataFrame:
    """The days on which the chamber wrote each end down: most within days, some weeks later."""
    late = facts().chosen["late"]
    for end in ("registered", "removed"):
        slow = rng.random(len(spells)) < late["share"]
        days = np.where(
            slow,
            rng.integers(10, late["days"], size=len(spells)),
            rng.integers(0, 4, size=len(spells)),
        )
        spells[f"{end}_on_record"] = spells[end] + pd.to_timedelta(days, unit="D")
    return spells


def _shares(values: Iterable[float]) -> Floats:
    weights: Floats = np.array(list(values), dtype=np.float64)
    shares: Floats = weights / weights.sum()
    return shares


def quota(shares: dict[str, float], count: int) -> list[str]:
    """`count` labels that meet the shares to the nearest unit (largest remainders)."""
    exact = _shares(shares.values()) * count
    whole = np.floor(exact).astype(int)
    for place in np.argsort(whole - exact, kind="stable")[: count - whole.sum()]:
        whole[place] += 1
    return [label for label, number in zip(shares, whole, strict=True) for _ in range(number)]
