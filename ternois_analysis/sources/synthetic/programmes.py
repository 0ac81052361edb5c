"""Invented programme files: businesses of the invented register, totals that were published."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ternois_analysis import catalog, paths
from ternois_analysis.catalog.programmes import programmes
from ternois_analysis.catalog.territories import territories
from ternois_analysis.sources import register
from ternois_analysis.sources.programmes.template import Row, workbook
from ternois_analysis.sources.read import read
from ternois_analysis.sources.synthetic.facts import facts
from ternois_analysis.sources.synthetic.shipped import settlements
from ternois_analysis.sources.synthetic.transfers import MARK
from ternois_analysis.sources.synthetic.world import world

_SEED = 2012
Day = dt.date


def places() -> pd.DataFrame:
    """Communes where a session may be held: commune, commune_name, and `label` of the drop-down."""
    known = settlements()[["commune", "commune_name"]]
    return known.assign(label=known["commune_name"] + " (" + known["commune"] + ")")


def files() -> dict[str, bytes]:
    """The workbook of each programme, by identifier; the same bytes each time."""
    rng = np.random.default_rng(_SEED)
    pool = _pool()
    rows: dict[str, Mapping[str, list[Row]]] = {}
    rows |= _individual(rng, pool)
    rows["boutic"] = _workshops(rng, pool)
    labels = list(places()["label"])
    mark = f"{MARK} : ENTREPRISES FICTIVES"
    return {name: workbook(name, labels, rows[name], mark=mark) for name in programmes().programmes}


def write() -> None:
    """Write the files under `data/programmes_demo`."""
    folder = paths.data() / "programmes_demo"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / f"{name}.xlsx").write_bytes(content)


def _pool() -> pd.DataFrame:
    """Spells of the invented register that its intake accepts in every transfer shipped."""
    spells = world(settlements()).spells
    spells = spells.assign(
        business=register.pseudonyms(spells["siren"], register.DEMONSTRATION_KEY)
    )
    communes, passage = read("communes", "2026"), read("passage", "2026")
    on = ["business", "registered"]
    for file in catalog.source("registre_demo").files:
        taken = register.accept(
            paths.data() / file.path, communes, passage, key=register.DEMONSTRATION_KEY
        )
        spells = spells.merge(taken.accepted[on].drop_duplicates(), on=on)
    return spells.drop_duplicates("siren").sort_values("siren", ignore_index=True)


def _individual(rng: np.random.Generator, pool: pd.DataFrame) -> dict[str, dict[str, list[Row]]]:
    """RH+ and Dévcom+: some businesses enter both, the published number of them in all."""
    plan, group = facts().programmes, programmes().groups["individual"]
    start, end = Day.fromisoformat(group.start), Day.fromisoformat(group.end)
    day = pd.Timestamp(end)
    active = pool[(pool["registered"] < start.isoformat()) & ~(pool["removed"] <= day)]
    lost = active["removed"] <= day + pd.DateOffset(months=24)
    lasting = active["removed"].isna() | (active["removed"] > day + pd.DateOffset(months=36))
    closed = plan["closed_in_three_years"]
    chosen = pd.concat([
        _drawn(rng, active[lost], closed), _drawn(rng, active[lasting], group.published - closed),
    ])  # fmt: skip
    sirens = list(rng.permutation(chosen["siren"]))
    both, first = plan["both"], plan["rh_plus"]
    shares = {"rh_plus": sirens[:first], "devcom_plus": sirens[first - both :]}
    return {name: {"participants": _paths(rng, name, listed, start, end, plan["individual"])}
            for name, listed in shares.items()}  # fmt: skip


def _workshops(rng: np.random.Generator, pool: pd.DataFrame) -> dict[str, list[Row]]:
    plan, group = facts().programmes["workshops"], programmes().groups["workshops"]
    start, end = Day.fromisoformat(group.start), Day.fromisoformat(group.end)
    soon = pd.Timestamp(start) + pd.DateOffset(months=2)
    active = pool[(pool["registered"] < start.isoformat()) & ~(pool["removed"] <= soon)]
    drawn = _drawn(rng, active, group.published)
    sirens = list(drawn["siren"])
    modules = programmes().programmes["boutic"].modules
    names = places().set_index("commune")["label"]
    towns = [names[code] for code in territories().lists["bourgs-centres"].communes]
    gap = (end - start).days / plan["sessions"]
    held: list[Row] = [
        {
            "session": str(rank + 1),
            "held": start + dt.timedelta(days=int(gap * (rank + 0.5))),
            "module": modules[rank % len(modules)],
            "commune": towns[int(rng.integers(len(towns)))],
            "seats": plan["seats"],
        }
        for rank in range(plan["sessions"])
    ]
    came = _attendances(rng, drawn.set_index("siren")["removed"], held, plan)
    first = {row["siren"]: row["session"] for row in reversed(came)}
    days = {row["session"]: row["held"] for row in held}
    entries = {siren: days[first[siren]] for siren in sirens}
    people = _paths(rng, "boutic", sirens, start, end, plan, entries)
    return {"participants": people, "sessions": held, "attendances": came}


def _attendances(
    rng: np.random.Generator, removed: pd.Series, held: list[Row], plan: Mapping[str, float]
) -> list[Row]:
    """Each head enrols in some sessions with free seats, held while the business was active."""
    days = {str(row["session"]): pd.Timestamp(str(row["held"])) for row in held}
    free = {str(row["session"]): int(plan["seats"]) for row in held}
    rows: list[tuple[int, Row]] = []
    for siren, end in removed.items():
        wanted = 1 + rng.binomial(3, plan["more_sessions"])
        options = [n for n, left in free.items() if left > 0 and not end <= days[n]]
        for number in rng.choice(options, size=min(wanted, len(options)), replace=False):
            free[str(number)] -= 1
            there = "présent" if rng.random() < plan["present"] else "absent"
            row = {"session": str(number), "siren": str(siren), "present": there}
            rows.append((int(number), row))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _paths(
    rng: np.random.Generator,
    name: str,
    sirens: list[str],
    start: Day,
    end: Day,
    plan: Mapping[str, float],
    entries: Mapping[str, object] | None = None,
) -> list[Row]:
    """One participation a business: dates, outcome, money, satisfaction, objective."""
    objectives = programmes().programmes[name].objectives
    statuses = ["abandonné"] * int(plan["left"]) + ["engagé"] * int(plan["engaged"])
    statuses += ["terminé"] * (len(sirens) - len(statuses))
    statuses = list(rng.permutation(statuses))
    alone = set(rng.choice(sirens, size=int(plan["pays_alone"]), replace=False))
    rows: list[Row] = []
    for siren, status in zip(sirens, statuses, strict=True):
        free = start + dt.timedelta(days=int(rng.integers((end - start).days - 60)))
        entered = entries[siren] if entries else free
        if not isinstance(entered, dt.date):
            raise TypeError("a session is held on a day")
        cost = round(float(rng.uniform(plan["cost_low"], plan["cost_high"])), -1)
        others = 0.0 if siren in alone else round(cost * plan["others"], 2)
        answers = rng.random() < plan["answers"]
        rows.append({
            "siren": siren, "entered": entered, "status": status,
            "ended": None if status == "engagé"
            else entered + dt.timedelta(days=int(rng.integers(30, 150))),
            "cost_eur": cost, "pays_eur": round(cost * plan["pays"], 2), "others_eur": others,
            "funder": "" if siren in alone else "Région",
            "satisfaction": int(rng.choice([2, 3, 4, 5], p=[0.08, 0.22, 0.42, 0.28]))
            if answers else None,
            "objective": objectives[int(rng.integers(len(objectives)))],
        })  # fmt: skip
    return rows


def _drawn(rng: np.random.Generator, pool: pd.DataFrame, count: int) -> pd.DataFrame:
    """Businesses drawn at random, employers twice as likely."""
    weights = np.where(pool["employees"].fillna(0) > 0, 2.0, 1.0)
    rows = rng.choice(len(pool), size=count, replace=False, p=weights / weights.sum())
    return pool.iloc[rows]
