"""The establishments of some communes out of the national stock: no name, no address, no SIREN."""

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.sirene import rows, tidy, values
from ternois_analysis.sources.sirene.columns import ESTABLISHMENT, UNIT, anonymous
from ternois_analysis.sources.sirene.stock import Stock, demand, opened

#: So many rows of a national file hold communes of most départements, codes in 0 among them.
_SAMPLE = 20_000


def extract(
    path: Path,
    communes: Collection[str],
    *,
    key: bytes | None = None,
    as_of: dt.date,
    units: Path | None = None,
) -> pd.DataFrame:
    """The establishments of `communes`, open and closed, as a stock has them.

    Only for the command that installs: polars reads, and a process that ran it must not fork.

    Parameters
    ----------
    path : Path
        StockEtablissement: Parquet, or CSV as it is, in a `.zip` or in a `.gz`.
    communes : collection of str
        Codes as the file writes them: former communes too, which closed establishments keep, and
        the arrondissements of Paris, Lyon and Marseille in the place of the city.
    key : bytes, optional
        Key of the pseudonyms, that of the craft register: `business` is the same in both. Without
        it no identifier is read, and none is given.
    as_of : date
        The day of which the stock is.
    units : Path, optional
        StockUniteLegale, in any of the same forms.

    Returns
    -------
    DataFrame
        One row an establishment, by commune then pseudonym:

        - business: pseudonym of the SIREN; establishment: the same, then the 5 digits that number
          the establishments of a business: personal data, they stay in the store;
        - commune; created, missing when Sirene does not know it; closed, first day of the closed
          state, missing when open or unknown; active, at the day of the stock;
        - naf: NAF rév. 2 without dot, "" in any other nomenclature; nomenclature; nafa;
        - size_band, size_label, employees_low, employees_high (employees at 31 December, missing
          when unknown); employer, siege: missing when blank;
        - listed: false when the holder restricts its diffusion: counted, never listed;
        - as_of;
        - with `units`: legal_category, unit_created, unit_active, social_economy,
          company_category, blank or missing when the unit is not in the file.

    Raises
    ------
    SourceError
        If a file is cut, is of another day, or holds none of the communes.
    SchemaError
        If it is another file, lacks columns, or holds codes or values that cannot be.
    """
    stock = opened(path)
    demand(stock, ESTABLISHMENT.values(), "StockEtablissement")
    beside = opened(units) if units else None
    if beside:
        demand(beside, UNIT.values(), "StockUniteLegale")
    read = ESTABLISHMENT if key or units else anonymous()
    raw = _raw(stock, read, "commune", _also_damaged(communes))
    values.check_codes(raw["commune"], path)
    if raw.empty:
        values.check_codes(rows.head(stock, ESTABLISHMENT["commune"], _SAMPLE), path)
        raise SourceError(
            explain(
                f"{path.name} holds none of the communes asked for",
                expected=sorted(communes)[:5],
                found="no establishment",
                do="Give the national file, or that of the right département.",
            )
        )
    table = tidy.establishments(raw, path, key).assign(as_of=pd.Timestamp(as_of).as_unit("ms"))
    values.check_day(table, path, as_of)
    if beside:
        known = _raw(beside, UNIT, "siren", set(raw["siren"]))
        table = table.join(tidy.units(raw["siren"], known, beside.path))
    order = ["commune", "establishment"] if key else ["commune"]
    return table.sort_values(order, kind="stable").reset_index(drop=True)


def absent(table: pd.DataFrame, communes: Collection[str]) -> list[str]:
    """Communes without any establishment, open or closed: the stock does not cover them.

    A commune is itself an establishment of Sirene; only a former code may rightly be absent.
    """
    return sorted(set(communes) - set(table["commune"]))


def _raw(
    stock: Stock, columns: Mapping[str, str], key: str, wanted: Collection[str]
) -> pd.DataFrame:
    found = rows.rows(stock, list(columns.values()), columns[key], wanted)
    return found.set_axis(list(columns), axis=1)


def _also_damaged(communes: Collection[str]) -> set[str]:
    """The codes, and what is left of them once read as numbers: found, they refuse the file."""
    return {*communes, *(code.lstrip("0") for code in communes)}
