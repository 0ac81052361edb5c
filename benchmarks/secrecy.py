"""Time of the secrecy gate: a table of communes by trades, and the audit of a quarter.

Run `python benchmarks/secrecy.py`; `--dense` adds tables of more businesses than the Ternois has,
where the search is stopped by its time limit and the optimality gap says what that cost.
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from ternois_analysis import secrecy
from ternois_analysis.secrecy import Parts, Relations

#: Communes of the five communities of 2012, and trades of each of the four families.
COMMUNITIES = {"saint-polois": 43, "heuchin": 15, "pernois": 18, "frevent": 12, "auxilois": 16}
TRADES, FAMILIES = 20, 4
TIME_LIMIT = 30.0


def register(businesses: int, seed: int = 1) -> pd.DataFrame:
    """An invented register: one row a business, in communes as uneven as those of the Ternois."""
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0, 1.0, sum(COMMUNITIES.values()))
    size[0] *= 12
    size[1:5] *= 4
    trade = draw.choice(TRADES, businesses, p=draw.dirichlet(np.full(TRADES, 2.0)))
    employer = draw.random(businesses) < 0.45
    return pd.DataFrame(
        {
            "commune": [
                f"{62001 + i}" for i in draw.choice(len(size), businesses, p=size / size.sum())
            ],
            "nar20": [f"m{t:02d}" for t in trade],
            "nar4": [f"N{t * FAMILIES // TRADES}" for t in trade],
            "woman": draw.random(businesses) < 0.24,
            "age": np.where(
                draw.random(businesses) < 0.93, draw.integers(20, 75, businesses), np.nan
            ),
            "qualified": draw.random(businesses) < 0.45,
            "apprentices": (draw.random(businesses) < 0.15) * draw.integers(1, 3, businesses),
            "employees": np.where(employer, np.ceil(draw.pareto(1.6, businesses) * 2), 0.0),
        }
    )


#: Counts of persons, and sums of contributions: about what a quarter publishes of the register.
PERSONS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "owners": lambda d: d["age"].notna() | d["age"].isna(),
    "owners_women": lambda d: d["woman"],
    "owners_known_age": lambda d: d["age"].notna(),
    "owners_under_35": lambda d: d["age"] < 35,
    "owners_35_54": lambda d: d["age"].between(35, 54),
    "owners_55_plus": lambda d: d["age"] >= 55,
    "owners_60_plus": lambda d: d["age"] >= 60,
    "owners_qualified": lambda d: d["qualified"],
    "apprentice_hosts": lambda d: d["apprentices"] > 0,
    "women_employers": lambda d: d["woman"] & (d["employees"] > 0),
}
SUMS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "employees": lambda d: d["employees"],
    "turnover_keur": lambda d: 83.0 * d["employees"] + 40,
    "wages_keur": lambda d: 21.0 * d["employees"],
    "employees_of_small": lambda d: d["employees"].where(d["employees"] < 10, 0.0),
    "equipment_keur": lambda d: 3.0 * d["employees"] + 5,
}
PARTS = (
    Parts("owners", ("owners_women",)),
    Parts("owners", ("owners_known_age",)),
    Parts("owners", ("owners_qualified",)),
    Parts(
        "owners_known_age", ("owners_under_35", "owners_35_54", "owners_55_plus"), exhaustive=True
    ),
    Parts("owners_55_plus", ("owners_60_plus",)),
)
FINE = ("owners", "employees", "turnover_keur")


def territories() -> dict[str, tuple[str, ...]]:
    """Communes, communities, Pays, and the Pays without its last commune, as for the Somme."""
    codes = [f"{62001 + i}" for i in range(sum(COMMUNITIES.values()))]
    ends = np.cumsum(list(COMMUNITIES.values()))
    starts = ends - np.array(list(COMMUNITIES.values()))
    found = {f"commune-{code}": (code,) for code in codes}
    for name, start, end in zip(COMMUNITIES, starts, ends, strict=True):
        found[f"cc-{name}"] = tuple(codes[start:end])
    return found | {"pays-ternois": tuple(codes), "departement-62-part": tuple(codes[:-1])}


def relations(parts: Sequence[Parts] = ()) -> Relations:
    """Territories, trades in families, and parts of a whole."""
    width = TRADES // FAMILIES
    families = {
        f"N{f}": tuple(f"m{t:02d}" for t in range(width * f, width * (f + 1)))
        for f in range(FAMILIES)
    }
    return Relations(territories(), families, tuple(parts))


def cells(
    businesses: pd.DataFrame, column: str, value: pd.Series, n: pd.Series, secrecy_class: str
) -> pd.DataFrame:
    """Cells of one column for all territories, the total, four families and, if fine, 20 trades."""
    places = territories()
    member = pd.DataFrame(
        [(place, code) for place, codes in places.items() for code in codes],
        columns=["territory", "commune"],
    )
    table = businesses.assign(value=value.astype(float), n=n.astype(float), total="")
    table = table.merge(member, on="commune")
    found = []
    for level in ["total", "nar4", *(["nar20"] if column in FINE else [])]:
        sums = table.groupby(["territory", level]).agg(
            value=("value", "sum"), n=("n", "sum"), top1=("value", "max")
        )
        every = pd.MultiIndex.from_product([list(places), sorted(table[level].unique())])
        every = every.set_names(["territory", "category"])
        found.append(sums.reindex(every, fill_value=0.0).reset_index())
    return pd.concat(found, ignore_index=True).assign(column=column, secrecy=secrecy_class)


def quarter(businesses: pd.DataFrame) -> pd.DataFrame:
    """About fifteen columns of persons and contributions, and the public count of businesses."""
    one = pd.Series(1.0, index=businesses.index)
    found = [cells(businesses, "businesses", one, one, "SD0*")]
    for column, of in PERSONS.items():
        found.append(cells(businesses, column, of(businesses), of(businesses), "SP5"))
    for column, of in SUMS.items():
        found.append(cells(businesses, column, of(businesses), one, "SD3D"))
    return pd.concat(found, ignore_index=True)


def trades(businesses: int) -> None:
    """The table of 104 communes by 20 trades with its margins."""
    table = register(businesses)
    one = pd.Series(1.0, index=table.index)
    jobs = cells(table, "employees", table["employees"], one, "SD3D")
    jobs = jobs[jobs["territory"] != "departement-62-part"]
    start = time.perf_counter()
    found = secrecy.protect(jobs, relations(), "public", time_limit=TIME_LIMIT)
    kinds = found.hidden["kind"].value_counts()
    print(
        f"104 communes x 20 trades, {businesses} businesses, {len(jobs)} cells: "
        f"{time.perf_counter() - start:.1f} s, gap {100 * found.gap:.1f} %, "
        f"{kinds.get('primary', 0)} primary and {kinds.get('complementary', 0)} complementary, "
        f"cost {found.cost:.0f} of at least {found.bound:.0f}"
    )


def whole_quarter(businesses: int) -> None:
    """Protection of a quarter, its audit, and the gate on public data."""
    table = quarter(register(businesses))
    links = relations(PARTS)
    start = time.perf_counter()
    found = secrecy.protect(table, links, "public", time_limit=TIME_LIMIT)
    chosen = time.perf_counter()
    record = secrecy.audit(table, links, "public", found.hidden)
    end = time.perf_counter()
    print(
        f"quarter, {table['column'].nunique()} columns, {len(table)} cells: "
        f"audit {end - chosen:.1f} s "
        f"({len(record)} hidden, all safe: {bool(record['safe'].all())}); "
        f"protection with its audit {chosen - start:.1f} s, gap {100 * found.gap:.1f} %"
    )


def public(count: int = 50_000) -> None:
    """The gate on public data, where nothing is to be hidden."""
    table = pd.DataFrame(
        {"column": "population", "territory": [f"t{i}" for i in range(count)], "category": ""}
    ).assign(value=1.0, n=1.0, secrecy="SD0")
    values = pd.DataFrame({"status": ["ok"] * count})
    times = []
    for _ in range(5):
        start = time.perf_counter()
        secrecy.hide(values, {}, secrecy.protect(table, Relations({}), "public"))
        times.append(time.perf_counter() - start)
    print(f"public data, {count} values: {1000 * float(np.median(times)):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--dense", action="store_true", help="tables of 3 000 and 10 000 businesses"
    )
    dense = parser.parse_args().dense
    public()
    for businesses in (740, 3000, 10_000) if dense else (740,):
        trades(businesses)
    whole_quarter(740)


if __name__ == "__main__":
    main()
