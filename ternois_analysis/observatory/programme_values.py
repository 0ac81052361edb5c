"""What the files of the programmes tell on their own: workshops, outcomes, satisfaction, money."""

from functools import partial

import numpy as np
import pandas as pd

from ternois_analysis.catalog.programmes import programmes as facts_of
from ternois_analysis.methods.funding import funding
from ternois_analysis.methods.intervals import wilson
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.programme_tables import FEWEST, frame, hidden_parts
from ternois_analysis.observatory.programme_tables import value as published
from ternois_analysis.observatory.programmes import Programmes
from ternois_analysis.trail import lru_cache

#: Share of a sum from which one participation gives it away.
_DOMINANT = 0.85
NOT_SAID = "non renseigné dans les fichiers"
FEW = "moins de cinq participants"
#: A value that the files tell without the register.
value = partial(published, joined=False)


def entries(observatory: Observatory, found: Programmes, group: str) -> pd.DataFrame:
    """Distinct businesses of a group and its entries, then those of each of its programmes.

    Programmes are shown apart only where nobody can be found by subtraction: those in both, in the
    one and in the other are none, or five or more.
    """
    table = found.participations(group)
    people = {p: set(own["business"]) for p, own in table.groupby("programme")}
    rows = [
        _count(observatory, found, group, "programme_beneficiaries", table["business"].nunique()),
        _count(observatory, found, group, "programme_participations", len(table)),
    ]
    listed = facts_of().groups[group].programmes
    if len(listed) > 1:
        apart = _apart([people.get(name, set()) for name in listed])
        for name in listed:
            label, n = facts_of().programmes[name].label, float(len(people.get(name, ())))
            status = "ok" if apart or observatory.audience == "internal" else "s"
            rows.append(value(observatory, found, group, "programme_beneficiaries", n,
                              category=label, status=status))  # fmt: skip
    return frame(rows)


def _apart(groups: list[set[str]]) -> bool:
    """Whether no crossing of groups holds one to four members."""
    everybody = set().union(*groups)
    regions: dict[tuple[bool, ...], int] = {}
    for one in everybody:
        key = tuple(one in group for group in groups)
        regions[key] = regions.get(key, 0) + 1
    return all(n >= FEWEST for n in regions.values())


def _count(
    observatory: Observatory, found: Programmes, group: str, indicator: str, n: float
) -> dict[str, object]:
    few = 0 < n < FEWEST and observatory.audience != "internal"
    return value(observatory, found, group, indicator, float(n), status="s" if few else "ok")


def workshops(observatory: Observatory, found: Programmes, group: str) -> pd.DataFrame:
    """Sessions, seats, attendances and fill rate, in all (category "") and by module.

    Empty where the group has no workshop or its file no session.
    """
    names = facts_of().groups[group].programmes
    sessions = _of(found, "sessions", names)
    if sessions.empty:
        return frame([])
    came = _of(found, "attendances", names)
    heads = came[came["present"].astype(bool)] if len(came) else came
    on = ["programme", "session"]
    present = heads.groupby(on).size().rename("present") if len(heads) else pd.Series(dtype=float)
    table = sessions.set_index(on).assign(present=present)
    table["present"] = table["present"].fillna(0.0)
    by_module = table.groupby("module")["present"].sum()
    hidden = hidden_parts(observatory, {str(k): float(n) for k, n in by_module.items()})
    rows: list[dict[str, object]] = []
    parts = {"": table} | {str(name): own for name, own in table.groupby("module")}
    for name, own in parts.items():
        seats, there = float(own["seats"].sum()), float(own["present"].sum())
        status = "s" if name in hidden else "ok"
        make = partial(value, observatory, found, group, category=name)
        rows.append(make("programme_sessions", float(len(own))))
        rows.append(make("programme_seats", seats))
        rows.append(make("programme_attendances", there, status=status))
        rows.append(
            _share(
                observatory, found, group, "programme_fill_rate_pct", there, seats,
                status=status, category=name,
            )
        )  # fmt: skip
    return frame(rows)


def _of(found: Programmes, table: str, names: tuple[str, ...]) -> pd.DataFrame:
    rows = found.tables.get(table, pd.DataFrame(columns=["programme"]))
    return rows[rows["programme"].isin(names)]


def _share(
    observatory: Observatory,
    found: Programmes,
    group: str,
    indicator: str,
    part: float,
    whole: float,
    *,
    status: str = "ok",
    category: str = "",
    note: str = "",
) -> dict[str, object]:
    """A share in percent with Wilson's interval; « n.d. » of nothing, « n.s. » above one."""
    if not whole:
        return value(observatory, found, group, indicator, np.nan, category=category, note=note)
    if part > whole:
        return value(observatory, found, group, indicator, np.nan, category=category,
                     status="n.s.", note="plus de présents que de places")  # fmt: skip
    low, high = wilson([part], [whole])
    return value(
        observatory, found, group, indicator, 100 * part / whole, low=100 * float(low[0]),
        high=100 * float(high[0]), n=whole, status=status, category=category, note=note,
    )  # fmt: skip


@lru_cache(maxsize=12)
def outcomes(observatory: Observatory, found: Programmes, group: str) -> pd.DataFrame:
    """Entries by status, the completion rate of those that are closed, and its two bounds.

    Those still engaged are censored: the rate leaves them out; the categories « au moins » and « au
    plus » count them all as failed, then all as completed.
    """
    table = found.participations(group)
    keys = {key: f"parcours {label}" for key, label in facts_of().statuses.items()}
    counts = {label: float((table["status"] == key).sum()) for key, label in keys.items()}
    hidden = hidden_parts(observatory, counts)
    rows = [
        value(
            observatory, found, group, "programme_participations", n, category=label,
            status="s" if label in hidden else "ok",
        )
        for label, n in counts.items()
    ]  # fmt: skip
    done, going = counts[keys["completed"]], counts[keys["engaged"]]
    closed = done + counts[keys["left"]]
    status = "s" if hidden else "ok"
    name = "programme_completion_pct"
    rows.append(_share(observatory, found, group, name, done, closed, status=status,
                       note="" if closed else "aucun parcours clos"))  # fmt: skip
    for category, part in (("au moins", done), ("au plus", done + going)):
        total = closed + going
        number = 100 * part / total if total else np.nan
        rows.append(value(observatory, found, group, name, number, category=category, n=total,
                          status=status))  # fmt: skip
    return frame(rows)


@lru_cache(maxsize=12)
def satisfaction(observatory: Observatory, found: Programmes, group: str) -> pd.DataFrame:
    """Mean of the notes given and share of the satisfied (4 or 5); « n.s. » under five answers."""
    notes = found.participations(group)["satisfaction"].dropna()
    names = ("programme_satisfaction_score", "programme_satisfied_pct")
    if len(notes) < FEWEST:
        told = NOT_SAID if notes.empty else FEW
        status = "n.d." if notes.empty else "n.s."
        return frame([value(observatory, found, group, name, np.nan, status=status, note=told)
                      for name in names])  # fmt: skip
    happy = float((notes >= 4).sum())
    hidden = hidden_parts(observatory, {"yes": happy, "no": len(notes) - happy})
    mean = value(observatory, found, group, names[0], float(notes.mean()), n=len(notes))
    share = _share(observatory, found, group, names[1], happy, len(notes),
                   status="s" if hidden else "ok")  # fmt: skip
    return frame([mean, share])


@lru_cache(maxsize=12)
def money(observatory: Observatory, found: Programmes, group: str) -> pd.DataFrame:
    """Cost, cost of a business, share of the Pays, leverage, share that only the Pays funds.

    On the entries whose cost and whose share paid by the Pays are known. Hidden under five entries,
    or where one makes up 85 % or more of a sum.
    """
    names = (
        "programme_cost_eur",
        "programme_cost_per_beneficiary_eur",
        "programme_pays_share_pct",
        "programme_leverage",
        "programme_pays_alone_pct",
    )
    table = found.participations(group).dropna(subset=["cost_eur", "pays_eur"])
    cost, paid = table["cost_eur"], table["pays_eur"]
    if table.empty or not cost.sum():
        return frame([value(observatory, found, group, name, np.nan, status="n.d.", note=NOT_SAID)
                      for name in names])  # fmt: skip
    heads = int(table["business"].nunique())
    shares = funding(float(cost.sum()), float(paid.sum()), heads)
    alone = table["others_eur"].eq(0) & (paid > 0)
    unsaid = bool(table["others_eur"].isna().any())
    numbers = (float(cost.sum()), shares.per_head_eur, shares.share_pct, shares.leverage,
               np.nan if unsaid else 100 * float(cost[alone].sum() / cost.sum()))  # fmt: skip
    guarded = observatory.audience != "internal"
    hidden = guarded and (heads < FEWEST or _dominated(cost) or _dominated(paid))
    parts = hidden_parts(observatory, {"a": float(alone.sum()), "b": float((~alone).sum())})
    rows = []
    for name, number in zip(names, numbers, strict=True):
        away = hidden or (name == names[-1] and bool(parts))
        note = NOT_SAID if np.isnan(number) else ""
        rows.append(value(observatory, found, group, name, number, n=heads, note=note,
                          status="s" if away else "ok"))  # fmt: skip
    return frame(rows)


def _dominated(sums: pd.Series) -> bool:
    return bool(sums.sum() > 0 and sums.max() >= _DOMINANT * sums.sum())
