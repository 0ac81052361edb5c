"""The craft register of a quarter as columns: what each business adds to which count."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog.register import register as register_facts
from ternois_analysis.catalog.wood import wood
from ternois_analysis.quarters import Quarter
from ternois_analysis.sources import register
from ternois_analysis.sources.read import location, verify
from ternois_analysis.sources.register.store import EXTRACTION_DAYS

#: Names of the source of a genuine register and of the demonstration one.
GENUINE, DEMONSTRATION = "registre", "registre_demo"
#: Quarters shown in series of registrations and removals.
_QUARTERS = 24
AGES = (
    ("Moins de 35 ans", 0, 34), ("35 à 44 ans", 35, 44), ("45 à 54 ans", 45, 54),
    ("55 à 64 ans", 55, 64), ("65 ans ou plus", 65, 200),
)  # fmt: skip
OLDER = "55 ans ou plus"
SENIORITY = (
    ("Moins de 1 an", 0, 1), ("1 à 2 ans", 1, 3), ("3 à 4 ans", 3, 5),
    ("5 à 9 ans", 5, 10), ("10 ans ou plus", 10, 1000),
)  # fmt: skip
SIZES = (
    ("1 ou 2 salariés", 1, 2), ("3 à 5 salariés", 3, 5), ("6 à 9 salariés", 6, 9),
    ("10 salariés ou plus", 10, 100_000),
)  # fmt: skip

#: A count: column, category, quarter.
Name = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Register:
    """The spells that a quarter sees, without any person in them; `source` names where from."""

    source: str
    extracted: str
    spells: pd.DataFrame

    @property
    def synthetic(self) -> bool:
        """Whether the businesses are invented, for demonstration."""
        return self.source == DEMONSTRATION


def register_of(quarter: Quarter, communes: pd.DataFrame, passage: pd.DataFrame) -> Register | None:
    """The register in force in a quarter: the genuine one, else the demonstration, else None."""
    entry = register.in_force(quarter.last_day, quarter.freeze)
    if entry is not None:
        return Register(GENUINE, entry.millesime, register.read(entry))
    latest = (quarter.last_day + dt.timedelta(days=EXTRACTION_DAYS)).isoformat()
    known = catalog.sources().get(DEMONSTRATION)
    files = [
        file
        for file in (catalog.bundled(DEMONSTRATION) if known else ())
        if file.reference_date <= latest and file.available <= quarter.freeze.isoformat()
    ]
    if not files or known is None:
        return None
    file = max(files, key=lambda found: found.reference_date)
    path = location(known, file)
    verify(path, file.sha256, f"{DEMONSTRATION} {file.millesime}")
    taken = register.accept(path, communes, passage, key=register.DEMONSTRATION_KEY)
    return Register(DEMONSTRATION, file.reference_date, taken.accepted)


def contributions(spells: pd.DataFrame, quarter: Quarter) -> dict[Name, pd.Series]:
    """What each spell adds to each count, on the last day of a quarter.

    Parameters
    ----------
    spells : DataFrame
        The accepted register.
    quarter : Quarter

    Returns
    -------
    dict
        By column, category and quarter: a Series like `spells`; zero where a spell adds nothing.
        Counts of known values stand beside the counts of those values: a blank is not a zero.
    """
    code, day = str(quarter), pd.Timestamp(quarter.last_day)
    start = pd.Timestamp(quarter.shifted(-4).last_day)
    active = register.active(spells, day)
    found: dict[tuple[str, str], pd.Series] = {("craft_businesses", ""): active}
    found["craft_family_known", ""] = active & (spells["nar4"] != "")
    facts = register_facts()
    kinds = {"nar4": facts.families, "nar20": facts.nar20, "legal_form": facts.legal_forms}
    for column, known in kinds.items():
        # Those of the nomenclature, so that a group without a business is zero and not unknown.
        for category in sorted({*known, *spells[column]} - {""}):
            found["craft_businesses", category] = active & (spells[column] == category)
    years = (day - spells["registered"]).dt.days / 365.25
    for label, low, high in SENIORITY:
        found["craft_businesses", label] = active & (years >= low) & (years < high)
    workforce = spells["employees"].fillna(0).astype(float)
    known_size = active & spells["employees"].notna()
    found["craft_workforce_known", ""] = known_size
    found["craft_no_employee", ""] = known_size & (workforce < 1)
    for label, low, high in SIZES:
        found["craft_employers", label] = active & workforce.between(low, high)
    found["craft_employers", ""] = active & (workforce >= 1)
    found["craft_employees", ""] = workforce.where(active, 0)
    found["craft_apprentices_known", ""] = active & spells["apprentices"].notna()
    found["craft_apprentices", ""] = spells["apprentices"].fillna(0).astype(float).where(active, 0)
    found |= _owners(spells, active, quarter)
    found |= _wood(spells, active)
    found["craft_qualified", ""] = active & (spells["qualification"] != "")
    found["craft_stock_start", ""] = register.active(spells, start)
    before = pd.Timestamp(quarter.shifted(-8).last_day)
    for column, moved in (("registrations", "registered"), ("removals", "removed")):
        found[f"craft_{column}", ""] = spells[moved].gt(start) & spells[moved].le(day)
        found[f"craft_{column}_before", ""] = spells[moved].gt(before) & spells[moved].le(start)
    recent = found["craft_registrations", ""]
    found["craft_origin_known", ""] = recent & (spells["origin"] != "")
    found["craft_takeovers", ""] = recent & (spells["origin"] == "reprise")
    named = {(column, category, code): values for (column, category), values in found.items()}
    return named | _by_quarter(spells, quarter)


def _wood(spells: pd.DataFrame, active: pd.Series) -> dict[tuple[str, str], pd.Series]:
    """Businesses of the wood sector, by its breadth and by stage of its chain."""
    # The craft activity is checked at the door, the APE is as received: it only fills a blank.
    activity = spells["nafa"].str.slice(0, 5).where(spells["nafa"] != "", spells["ape"])
    facts = wood()
    found = {
        ("craft_wood_core", ""): active & activity.isin(facts.codes("core")),
        ("craft_wood_extended", ""): active & activity.isin(facts.codes("extended")),
    }
    for name, stage in facts.stages.items():
        codes = stage.core + stage.extended
        found["craft_wood_businesses", name] = active & activity.isin(codes)
    return found


def _owners(
    spells: pd.DataFrame, active: pd.Series, quarter: Quarter
) -> dict[tuple[str, str], pd.Series]:
    # Only the year of birth is kept: the age is the one reached in the year.
    age = (quarter.year - spells["owner_birth_year"]).astype("Float64")
    known = active & age.notna()
    found = {("craft_owners_age_known", ""): known, ("craft_owners", ""): known}
    age = age.fillna(-1).astype(float)
    for label, low, high in AGES:
        found["craft_owners", label] = known & age.between(low, high)
    found["craft_owners", OLDER] = known & (age >= 55)
    found["craft_owners_55_plus", ""] = found["craft_owners", OLDER]
    found["craft_owners_sex_known", ""] = active & (spells["owner_sex"] != "")
    found["craft_owners_female", ""] = active & (spells["owner_sex"] == "F")
    return found


def _by_quarter(spells: pd.DataFrame, quarter: Quarter) -> dict[Name, pd.Series]:
    found = {}
    for back in range(_QUARTERS):
        past = quarter.shifted(-back)
        first, last = pd.Timestamp(past.first_day), pd.Timestamp(past.last_day)
        for column, moved in (("registrations", "registered"), ("removals", "removed")):
            inside = spells[moved].ge(first) & spells[moved].le(last)
            found[f"craft_{column}_quarter", "", str(past)] = inside
    return found


def commune_columns(found: dict[str, pd.Series], communes: pd.Series) -> pd.DataFrame:
    """Counts by commune, for the communes in which a business was ever registered.

    Parameters
    ----------
    found : dict
        What each spell adds, by name of the column.
    communes : Series
        Commune of each spell.

    Returns
    -------
    DataFrame
        Indexed by commune; floats.
    """
    wide = pd.DataFrame({name: values.astype(float) for name, values in found.items()})
    return wide.groupby(communes.to_numpy()).sum()
