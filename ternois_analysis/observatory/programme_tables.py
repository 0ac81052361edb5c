"""Take-up of the programmes by territory, family and size: counts that no subtraction betrays."""

from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from ternois_analysis.catalog.programmes import programmes as facts_of
from ternois_analysis.catalog.register import register
from ternois_analysis.methods.intervals import wilson
from ternois_analysis.observatory import craft, programmes, values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.programmes import Programmes
from ternois_analysis.secrecy.gate import INTERNAL_NOTE, protect
from ternois_analysis.secrecy.relations import Parts, Relations
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

By = Literal["territory", "family", "size"]
TAKEN, POOL = "programme_registered_beneficiaries", "programme_eligible"
SHARE = "programme_coverage_pct"
#: Between a group and the category of a value.
SEPARATOR = " — "
#: Fewest persons that may be shown, as `SP5` says.
FEWEST = 5
NOBODY = "aucune entreprise éligible"
NO_REGISTER = "registre des entreprises artisanales non installé : éligibles inconnus"


def pays(observatory: Observatory) -> Territory:
    """The Pays, whose programmes they are."""
    return observatory.territory(observatory.gazetteer.facts.pays)


def value(
    observatory: Observatory,
    found: Programmes,
    group: str,
    indicator: str,
    number: float,
    *,
    place: Territory | None = None,
    category: str = "",
    low: float = np.nan,
    high: float = np.nan,
    n: float = np.nan,
    status: str = "ok",
    note: str = "",
    joined: bool = True,
) -> dict[str, object]:
    """One published value; without figures unless its status is « ok ».

    Its category starts with the label of the group, which two groups of one year would not share.

    `joined` says that the register was read too.
    """
    where = place or pays(observatory)
    if status == "ok" and np.isnan(number):
        status = "n.d."
    numbers = (number, low, high, n) if status == "ok" else (np.nan,) * 4
    sources, millesimes = [found.source], [found.label(group).split("-")[-1]]
    if found.register is not None and joined:
        sources.append(found.register.source)
        millesimes.append(str(observatory.quarter))
    return dict(zip(
        values.COLUMNS,
        (str(observatory.quarter), observatory.audience, where.id, where.label, indicator,
         SEPARATOR.join(filter(None, (facts_of().groups[group].label, category))),
         found.label(group), *numbers, status, note, "+".join(sources),
         "+".join(millesimes), found.synthetic),
        strict=True,
    ))  # fmt: skip


def part(category: str) -> str:
    """The category of a value without its group."""
    return category.partition(SEPARATOR)[2]


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Published values as a table."""
    table = pd.DataFrame(rows, columns=list(values.COLUMNS))
    return table.astype(dict.fromkeys(("value", "low", "high", "n"), "float64"))


@lru_cache(maxsize=12)
def coverage(observatory: Observatory, found: Programmes, group: str, by: By) -> pd.DataFrame:
    """Businesses that entered, those eligible, and the share covered, with Wilson's interval.

    Parameters
    ----------
    by : {"territory", "family", "size"}
        Parts of the Pays, families of crafts, or sizes; the whole comes first, with category "".

    Returns
    -------
    DataFrame
        Published values. Counts of participants are protected as persons are: under five, and
        whatever would give them away; the pattern is chosen and audited by `secrecy.protect`.
        Without a register only the number of those who entered is known; « n.d. » where nobody is
        eligible.
    """
    counted = _counts(observatory, found, group, by)
    if found.register is None:
        return _unjoined(observatory, found, group)
    shown, note = _shown(observatory, counted)
    rows: list[dict[str, object]] = []
    for place, category, taken, pool in counted:
        key = (place.id, category)
        make = partial(value, observatory, found, group, place=place, category=category)
        told = note.get(key, "")
        hidden = "ok" if shown[TAKEN, *key] else "s"
        whole = "ok" if shown[POOL, *key] else "s"
        rows.append(make(TAKEN, taken, status=hidden, note=told))
        rows.append(make(POOL, pool, status=whole, note=told))
        if not pool:
            rows.append(make(SHARE, np.nan, status="n.d.", note=NOBODY))
            continue
        low, high = (100 * float(bound[0]) for bound in wilson([taken], [pool]))
        share = "s" if "s" in (hidden, whole) else "ok"
        rows.append(
            make(SHARE, 100 * taken / pool, low=low, high=high, n=pool, status=share, note=told)
        )
    return frame(rows)


def _counts(
    observatory: Observatory, found: Programmes, group: str, by: By
) -> list[tuple[Territory, str, float, float]]:
    """Place, category, entered, eligible; the whole first."""
    table, whole = programmes.eligible(found, group), pays(observatory)

    def counted(part: pd.DataFrame) -> tuple[float, float]:
        return float(part["entered"].notna().sum()), float(len(part))

    inside = table[table["commune"].isin(whole.communes)]
    rows = [(whole, "", *counted(inside))]
    if by == "territory":
        for name in whole.parts:
            place = observatory.territory(name)
            part = inside[inside["commune"].isin(place.communes)]
            rows.append((place, "", *counted(part)))
        return rows
    listed = [*register().families] if by == "family" else [programmes.NO_EMPLOYEE]
    listed += [label for label, _, _ in craft.SIZES] if by == "size" else []
    for label in [*listed, programmes.UNKNOWN]:
        part = inside[inside[by] == label]
        if len(part) or label != programmes.UNKNOWN:
            rows.append((whole, label, *counted(part)))
    return rows


def _shown(
    observatory: Observatory, counted: list[tuple[Territory, str, float, float]]
) -> tuple[dict[tuple[str, str, str], bool], dict[tuple[str, str], str]]:
    """Whether each cell may be shown, and the mark of those that only an internal output shows."""
    sized = any(category in {label for label, _, _ in craft.SIZES} for _, category, _, _ in counted)
    rows = []
    for place, category, taken, pool in counted:
        rows.append((TAKEN, place.id, category, taken, taken, "SP5"))
        rows.append((POOL, place.id, category, pool, pool, "SD3N" if sized else "SD0*"))
    cells = pd.DataFrame(rows, columns=["column", "territory", "category", "value", "n", "secrecy"])
    linked = Relations(
        communes={place.id: place.communes for place, *_ in counted},
        parts=(Parts(POOL, (TAKEN,)),),
    )
    shield = protect(cells.assign(period="", top1=1.0), linked, observatory.audience)
    hidden = shield.hidden
    keys = set(zip(hidden["column"], hidden["territory"], hidden["category"], strict=True))
    if not shield.hides:
        marks = {(t, c): INTERNAL_NOTE for column, t, c in keys if column in (TAKEN, POOL)}
        return {(column, t, c): True for column, t, c, *_ in rows}, marks
    shown = {(column, t, c): (column, t, c) not in keys for column, t, c, *_ in rows}
    # The whole stands in three tables, each protected by itself: where one of them would hide it,
    # another could give it back; that table then shows nothing else.
    first = (counted[0][0].id, counted[0][1])
    if not all(shown[column, *first] for column in (TAKEN, POOL)) and counted[0][2] >= FEWEST:
        return {key: key[1:] == first for key in shown}, {}
    return shown, {}


def hidden_parts(observatory: Observatory, counts: Mapping[str, float]) -> frozenset[str]:
    """Which parts of a total of persons an audience must not see; "" is the total itself.

    Parameters
    ----------
    counts : mapping of str to float
        Number of persons by part; the parts add up to a total that is public where five or more.
    """
    whole, total = pays(observatory), float(sum(counts.values()))
    rows = [("persons", whole.id, name, n, n, "SP5") for name, n in {"": total, **counts}.items()]
    cells = pd.DataFrame(rows, columns=["column", "territory", "category", "value", "n", "secrecy"])
    linked = Relations(communes={whole.id: whole.communes})
    shield = protect(cells.assign(period=""), linked, observatory.audience)
    if not shield.hides:
        return frozenset()
    found = frozenset(shield.hidden["category"])
    # The total stands elsewhere too: rather than it, all the parts are hidden.
    return frozenset(counts) if "" in found and total >= FEWEST else found


def _unjoined(observatory: Observatory, found: Programmes, group: str) -> pd.DataFrame:
    entered = float(found.participations(group)["business"].nunique())
    few = "s" if 0 < entered < FEWEST and observatory.audience != "internal" else "ok"
    rows = [value(observatory, found, group, TAKEN, entered, status=few)]
    for name in (POOL, SHARE):
        rows.append(value(observatory, found, group, name, np.nan, status="n.d.", note=NO_REGISTER))
    return frame(rows)
