"""The programmes as files tell them: participations, joined to the register of the same kind.

Programmes are shown with their own dates, whatever the quarter; the register of the quarter says
who could have taken part. Genuine files are read with the genuine register only, demonstration
files with the demonstration one: invented businesses are never set against true ones.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog.programmes import programmes as facts_of
from ternois_analysis.catalog.register import register as register_facts
from ternois_analysis.observatory import craft
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.sources import programmes as files
from ternois_analysis.sources import register
from ternois_analysis.sources.read import location, verify
from ternois_analysis.trail import lru_cache

GENUINE, DEMONSTRATION = "programmes", "programmes_demo"
UNKNOWN = "Inconnu"
NO_EMPLOYEE = "Sans salarié"


@dataclass(frozen=True, eq=False)
class Programmes:
    """What the files of the programmes hold, without any person in them.

    `tables` are the participations (with `programme`), sessions and attendances of all files;
    `register` the register of the same kind that the quarter sees, if any.
    """

    source: str
    tables: Mapping[str, pd.DataFrame]
    register: craft.Register | None

    @property
    def synthetic(self) -> bool:
        """Whether the participations are invented, for demonstration."""
        return self.source == DEMONSTRATION

    def participations(self, group: str) -> pd.DataFrame:
        """Participations in the programmes of a group."""
        table = self.tables["participants"]
        return table[table["programme"].isin(facts_of().groups[group].programmes)]

    def period(self, group: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day of a group: its own dates, longer if the files go beyond them."""
        return _period(self, group)

    def label(self, group: str) -> str:
        """The years of a group: `2012`, `2013-2014`."""
        first, last = (day.year for day in self.period(group))
        return str(first) if first == last else f"{first}-{last}"


@lru_cache(maxsize=64)
def _period(found: Programmes, group: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    entry, entered = facts_of().groups[group], found.participations(group)["entered"]
    first, last = pd.Timestamp(entry.start), pd.Timestamp(entry.end)
    return min([first, *entered.dropna()]), max([last, *entered.dropna()])


@lru_cache(maxsize=4)
def programmes_of(columns: Columns) -> Programmes | None:
    """The files in force, or the demonstration ones; None with a genuine register and no file.

    None too where the Pays declares no programme.
    """
    if not facts_of().groups:
        return None
    genuine = files.in_force()
    current = columns.register
    if genuine:
        tables = {name: files.read(entry) for name, entry in genuine.items()}
        own = current if current is not None and not current.synthetic else None
        return Programmes(GENUINE, _together(tables), own)
    if current is not None and not current.synthetic:
        return None
    known = catalog.sources().get(DEMONSTRATION)
    if known is None or not known.files:
        return None
    tables = {}
    for file in catalog.bundled(DEMONSTRATION):
        path = location(known, file)
        verify(path, file.sha256, f"{DEMONSTRATION} {file.part}")
        taken = files.accept(
            path, columns.communes, key=register.DEMONSTRATION_KEY,
            received=dt.date.fromisoformat(file.reference_date), programme=file.part,
        )  # fmt: skip
        tables[taken.programme] = dict(taken.tables)
    return Programmes(DEMONSTRATION, _together(tables), current)


def _together(tables: Mapping[str, Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    names = dict.fromkeys(name for own in tables.values() for name in own)
    return {
        name: pd.concat(
            [own[name].assign(programme=p) for p, own in tables.items() if name in own],
            ignore_index=True,
        )
        for name in names
    }


def beneficiaries(found: Programmes, group: str) -> pd.DataFrame:
    """The distinct businesses of a group, by their first entry.

    Returns
    -------
    DataFrame
        Indexed by business: `entered`, and from the spell of the register in which they were on
        that day: `known` (False without any), `registered`, `removed`, `commune`, `family`,
        `company`, `size`, `owner_birth_year`.
    """
    own = found.participations(group).groupby("business")["entered"].min().rename("entered")
    table = own.to_frame()
    if found.register is None:
        spells = pd.DataFrame(columns=["business", *_described(pd.DataFrame()).columns])
    else:
        spells = found.register.spells
        spells = pd.concat([spells[["business"]], _described(spells)], axis=1)
    joined = table.reset_index().merge(spells, on="business", how="left")
    inside = (joined["registered"] <= joined["entered"]) & ~(joined["removed"] < joined["entered"])
    joined = joined[inside.fillna(False)].drop_duplicates("business").set_index("business")
    result = table.join(joined.drop(columns="entered"))
    return result.assign(known=result["registered"].notna())


def eligible(found: Programmes, group: str) -> pd.DataFrame:
    """The businesses that could have taken part: active on a day at least of the period.

    Returns
    -------
    DataFrame
        One row a business of the register, indexed by business: as `beneficiaries`, and `entered`
        (missing for those that did not take part). Empty without a register.
    """
    own = beneficiaries(found, group)
    if found.register is None:
        return own[own["known"]]
    first, last = found.period(group)
    spells = found.register.spells
    there = (spells["registered"] <= last) & ~(spells["removed"] < first)
    spells = spells[there]
    table = pd.concat([spells[["business"]], _described(spells)], axis=1)
    # Of several spells in the period, that of the entry counts, else the last.
    table = table.sort_values("registered").drop_duplicates("business", keep="last")
    table = table.set_index("business")
    inside = own[own["known"]]
    table.update(inside[table.columns.intersection(inside.columns)])
    return table.join(inside[["entered"]])


def _described(spells: pd.DataFrame) -> pd.DataFrame:
    """What figures and comparisons look at of each spell."""
    if spells.empty:
        columns = ["registered", "removed", "commune", "family", "company", "size"]
        empty = pd.DataFrame(columns=[*columns, "owner_birth_year"])
        return empty.astype({"registered": "datetime64[s]", "removed": "datetime64[s]"})
    return pd.DataFrame(
        {
            "registered": spells["registered"],
            "removed": spells["removed"],
            "commune": spells["commune"],
            "family": spells["nar4"].where(spells["nar4"] != "", UNKNOWN),
            "company": spells["legal_form"].map(_companies()).astype("float64"),
            "size": sizes(spells["employees"]),
            "owner_birth_year": spells["owner_birth_year"].astype("Float64").astype("float64"),
        }
    )


def _companies() -> dict[str, float]:
    """1 for the legal forms of companies, 0 for those of natural persons."""
    return {name: float(form.person == "PM") for name, form in register_facts().legal_forms.items()}


def sizes(employees: pd.Series) -> pd.Series:
    """Class of size by number of employees, as the register knows it on its own date."""
    number = employees.astype("Float64").astype("float64")
    found = pd.Series(UNKNOWN, index=employees.index, dtype="str").mask(number < 1, NO_EMPLOYEE)
    for label, low, high in craft.SIZES:
        found = found.mask(number.between(low, high), label)
    return found
