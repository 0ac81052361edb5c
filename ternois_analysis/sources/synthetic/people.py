"""The invented heads of the invented businesses: ages, names, legal forms, employees."""

import numpy as np
import pandas as pd

from ternois_analysis.sources.synthetic import numbers
from ternois_analysis.sources.synthetic.facts import facts

_YEAR = 365.25
#: Nobody registers younger, in years, with a margin of one for the day of birth.
_ADULT = 19.5


def with_people(rng: np.random.Generator, spells: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Spells with their head, identifiers, legal form, size and reason of removal."""
    spells = _identified(rng, spells)
    spells = _born(rng, spells, day)
    spells = _formed(rng, spells)
    spells = _employing(rng, spells, day)
    return _ended(rng, spells)


def _identified(rng: np.random.Generator, spells: pd.DataFrame) -> pd.DataFrame:
    identities = spells["identity"].unique()
    number = dict(zip(identities, numbers.sirens(rng, len(identities)), strict=True))
    persons = spells["person"].unique()
    invented = facts().invented
    women = {
        code: trade["women"]
        for trades in facts().activities.values()
        for code, trade in trades.items()
    }
    first_trade = spells.drop_duplicates("person").set_index("person")["nafa"].map(women)
    woman = pd.Series(rng.random(len(persons)) < first_trade.loc[persons].to_numpy(), index=persons)
    surname = dict(zip(persons, rng.choice(invented["surnames"], size=len(persons)), strict=True))
    first = {p: str(rng.choice(invented["women" if woman[p] else "men"])) for p in persons}
    return spells.assign(
        siren=spells["identity"].map(number),
        sex=spells["person"].map(woman).map({True: "F", False: "M"}),
        last_name=spells["person"].map(surname),
        first_name=spells["person"].map(first),
        street=rng.choice(invented["streets"], size=len(spells)),
        house=rng.integers(1, 60, size=len(spells)),
        partial=spells["identity"].map(
            dict(
                zip(
                    identities,
                    rng.random(len(identities)) < facts().chosen["partial_diffusion"],
                    strict=True,
                )
            )
        ),
    )


def _born(rng: np.random.Generator, spells: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Birth dates; heads of active businesses meet the published share of 55 and over."""
    chosen = facts().chosen
    age_then = np.clip(rng.normal(37.0, 9.5, size=len(spells)), 19, 61)
    birth = spells["registered"] - pd.to_timedelta((age_then * _YEAR).astype(int), unit="D")
    active = spells.index[(spells["registered"] <= day) & ~(spells["removed"] <= day)]
    older = facts().published["heads_55_plus_pct"]
    bands = [tuple(map(int, band.split("-"))) for band in chosen["ages"]]
    shares = np.asarray(list(chosen["ages"].values()), dtype=float)
    above = np.asarray([low >= 55 for low, _ in bands])
    shares = np.where(
        above, shares * older / shares[above].sum(), shares * (100 - older) / shares[~above].sum()
    )
    counts = np.floor(np.cumsum(shares) / shares.sum() * len(active) + 0.5).astype(int)
    counts = np.diff(np.concatenate([[0], counts]))
    ages = np.concatenate(
        [rng.integers(low, high + 1, size=n) for (low, high), n in zip(bands, counts, strict=True)]
    )
    wish = (day - birth.loc[active]).dt.days / _YEAR + rng.normal(0, 3, size=len(active))
    least = (day - spells.loc[active, "registered"]).dt.days / _YEAR + _ADULT
    # Ages by year of birth, all that the register keeps.
    years = [
        f"{day.year - age}-01-01"
        for age in _shared_out(list(ages), wish.to_numpy(), least.to_numpy())
    ]
    days = pd.Series(
        pd.to_timedelta(rng.integers(1, 364, size=len(active)), unit="D"), index=active
    )
    birth.loc[active] = pd.Series(pd.to_datetime(years), index=active) + days
    earliest = spells["registered"] - pd.to_timedelta(int((_ADULT - 1) * _YEAR), unit="D")
    birth = birth.where(birth <= earliest, earliest)
    same = (
        spells.assign(birth=birth).sort_values("registered").drop_duplicates("person", keep="last")
    )
    unknown = pd.Series(rng.random(len(same)) < chosen["unknown_birth"], index=same["person"])
    birth = spells["person"].map(same.set_index("person")["birth"])
    return spells.assign(birth=birth.mask(spells["person"].map(unknown)).astype("datetime64[s]"))


def _shared_out(ages: list[int], wish: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The given ages, each to a head who can have it; the longest registered choose first."""
    left, given = sorted(ages), np.zeros(len(ages), dtype=int)
    for row in np.argsort(-least, kind="stable"):
        able = [age for age in left if age >= least[row]] or left[-1:]
        given[row] = min(able, key=lambda age: abs(age - wish[row]))
        left.remove(int(given[row]))
    return given


def _formed(rng: np.random.Generator, spells: pd.DataFrame) -> pd.DataFrame:
    forms = facts().chosen["legal_forms"]
    names = list(forms)
    drawn = {}
    for era in ("before", "after"):
        weights = np.asarray([forms[name][era] for name in names])
        drawn[era] = rng.choice(names, size=len(spells), p=weights / weights.sum())
    recent = spells["registered"] >= pd.Timestamp("2009-01-01")
    form = pd.Series(np.where(recent, drawn["after"], drawn["before"]), spells.index, dtype="str")
    # A person who comes back under the same number is the same natural person.
    person = spells["identity"].duplicated(keep=False)
    form = form.where(~person | form.isin(["EI", "MICRO-ENTREPRENEUR"]), other="EI")
    levels = facts().chosen["qualifications"]
    quality = rng.choice(list(levels), size=len(spells), p=list(levels.values()))
    quality = np.where(
        (quality == "ARTISAN D'ART") & (spells["family"] != "Fabrication"), "ARTISAN", quality
    )
    return spells.assign(legal_form=form, qualification=quality)


def _employing(rng: np.random.Generator, spells: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Employees: the published share of employers and mean size, with a heavy tail."""
    published, chosen = facts().published, facts().chosen
    chance = (
        spells["legal_form"]
        .map({n: f["employing"] for n, f in chosen["legal_forms"].items()})
        .to_numpy()
    )
    score = chance + rng.normal(0, 0.25, size=len(spells))
    known = rng.random(len(spells)) >= chosen["unknown_employees"]
    active = ((spells["registered"] <= day) & ~(spells["removed"] <= day)).to_numpy() & known
    bar = np.quantile(score[active], 1 - published["employers_pct"] / 100)
    employer = score > bar
    tail = rng.normal(size=len(spells))
    low, high = -1.0, 3.0
    for _ in range(60):
        middle = (low + high) / 2
        size = np.clip(np.ceil(np.exp(middle + 1.3 * tail)), 1, 120)
        low, high = (
            (middle, high)
            if size[active & employer].mean() < published["employees_per_employer"]
            else (low, middle)
        )
    employees = (
        pd.Series(np.where(employer, size, 0), index=spells.index).astype("Int64").where(known)
    )
    training = rng.random(len(spells))
    apprentices = np.where(
        employer, (training < 0.22).astype(int) + (training < 0.05), (training < 0.03).astype(int)
    )
    return spells.assign(
        employees=employees,
        apprentices=pd.Series(apprentices, index=spells.index).astype("Int64").where(known),
    )


def _ended(rng: np.random.Generator, spells: pd.DataFrame) -> pd.DataFrame:
    reasons = facts().chosen["reasons"]
    drawn = pd.Series(
        rng.choice(list(reasons), size=len(spells), p=list(reasons.values())), index=spells.index
    )
    age = (spells["removed"] - spells["birth"]).dt.days / _YEAR
    drawn = drawn.mask((age >= 60) & (rng.random(len(spells)) < 0.8), "DEPART EN RETRAITE")
    reason = spells["ends_by"].where(spells["ends_by"] != "", drawn)
    return spells.assign(reason=reason.where(spells["removed"].notna(), ""))
