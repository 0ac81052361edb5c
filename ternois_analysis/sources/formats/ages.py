"""Insee's tables of residents by sex and single age (POP1B), put together in groups of five years.

Three layouts of one table: a row a commune, sex and age (`CODGEO;SEXE;AGED100;NB`), a column a sex
and age (`SEXE1_AGED100000`), or Melodi's long one with groups of five years (`Y5T9`).
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import codes, text
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.formats.wide import DICTIONARIES, numbers

#: First age of each group; the last one is open.
STARTS = tuple(range(0, 100, 5))
GROUPS = (*(f"{start:02d}{start + 4:02d}" for start in STARTS[:-1]), "95plus")
_COLUMNS = {"1": "men_by_age", "2": "women_by_age", "M": "men_by_age", "F": "women_by_age"}
_WIDE = re.compile(r"SEXE([12])_AGED100(\d{3})")
_LONG, _MELODI = ("SEXE", "AGED100", "NB"), ("SEX", "AGE", "TIME_PERIOD", "OBS_VALUE")
#: Municipal arrondissements: their city has its own rows in some files.
_PARTS = r"751\d\d|6938\d|132\d\d"


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The residents by sex and group of five years of each commune; see `formats.read`.

    Raises
    ------
    SchemaError
        If columns are missing, an age or a sex is not one, the year is told neither by the file's
        name nor by its rows, or the groups of a Melodi table are wider than five years.
    """
    pattern = next((e.member for e in delivery.editions if e.member), "")
    packed = paths[0].suffix.lower() == ".zip"
    name, content = text.open_text(paths[0], pattern if packed else "", beside=DICTIONARIES)
    said = text.decode(content)
    head = said.partition("\n")[0]
    melodi = "OBS_VALUE" in head
    rows = text.table(said, "GEO" if melodi else delivery.key, name)
    if melodi:
        long, years = _from_melodi(rows, name)
    else:
        long = _from_wide(rows, delivery.key, name) if _WIDE.search(head) else \
            _from_long(rows, delivery.key, name)  # fmt: skip
        years = pd.Series(_year(name, paths[0]), index=long.index)
    long = _cities(long)
    codes.level_of(long["code"], name)
    codes.check_communes(long["code"], ground, name)
    pieces = [
        Piece("ages", str(year), "commune", _table(group)) for year, group in long.groupby(years)
    ]
    return Delivered(max(piece.millesime for piece in pieces), tuple(pieces))


def _from_long(rows: pd.DataFrame, key: str, name: str) -> pd.DataFrame:
    _need(rows, _LONG, name)
    values, _ = numbers(rows["NB"], f"{name}, NB")
    ages = pd.to_numeric(rows["AGED100"].str.strip(), errors="coerce")
    sexes = rows["SEXE"].str.strip()
    _refuse(~ages.between(0, 100) | ages.mod(1).ne(0), rows["AGED100"], f"{name}: ages", "0 to 100")
    _refuse(~sexes.isin(["1", "2"]), sexes, f"{name}: sexes", "1 or 2")
    return _tidy(rows[key], sexes.map(_COLUMNS), ages, values)


def _from_wide(rows: pd.DataFrame, key: str, name: str) -> pd.DataFrame:
    found = []
    for header in rows.columns:
        match = _WIDE.fullmatch(str(header))
        if match is None:
            continue
        values, _ = numbers(rows[header], f"{name}, {header}")
        age = pd.Series(float(match[2]), index=rows.index)
        sex = pd.Series(_COLUMNS[match[1]], index=rows.index)
        found.append(_tidy(rows[key], sex, age, values))
    if len(found) != 202:
        raise SchemaError(
            explain(f"{name}: columns of sexes and ages", expected="202, from 0 to 100 years",
                    found=len(found), do="Download the whole table again.")
        )  # fmt: skip
    return pd.concat(found, ignore_index=True)


def _from_melodi(rows: pd.DataFrame, name: str) -> tuple[pd.DataFrame, pd.Series]:
    _need(rows, (*_MELODI, "GEO_OBJECT"), name)
    ages = rows["AGE"].map(_melodi_age)
    kept = rows["GEO_OBJECT"].eq("COM") & rows["SEX"].isin(["M", "F"]) & ages.notna()
    known = set(ages[kept])
    if known != {float(start) for start in STARTS}:
        raise SchemaError(
            explain(f"{name}: groups of ages", expected="five years each, Y_LT5 to Y_GE95",
                    found=sorted(rows["AGE"].unique())[:12],
                    do="This set has wider groups: take the table POP1B.")
        )  # fmt: skip
    part = rows[kept].reset_index(drop=True)
    values, _ = numbers(part["OBS_VALUE"], f"{name}, OBS_VALUE")
    long = _tidy(part["GEO"], part["SEX"].map(_COLUMNS), part["AGE"].map(_melodi_age), values)
    return long, part["TIME_PERIOD"].str[:4]


def _melodi_age(code: str) -> float | None:
    """First age of a group of five years; None for a total or a wider group."""
    if code == "Y_LT5":
        return 0.0
    if code == "Y_GE95":
        return 95.0
    match = re.fullmatch(r"Y(\d+)T(\d+)", code)
    fits = match and int(match[2]) - int(match[1]) == 4 and int(match[1]) % 5 == 0
    return float(match[1]) if match and fits else None


def _tidy(
    codes_: pd.Series, columns: pd.Series, ages: pd.Series, values: pd.Series
) -> pd.DataFrame:
    group = (ages.clip(upper=95) // 5).astype("int64").map(dict(enumerate(GROUPS)))
    return pd.DataFrame(
        {"code": codes_.str.strip(), "column": columns + "#" + group, "age": ages, "value": values}
    )


def _cities(long: pd.DataFrame) -> pd.DataFrame:
    """One row a commune, sex and age: arrondissements stand for their city where it has no row."""
    city = codes.tidy_communes(long["code"])
    part = long["code"].str.fullmatch(_PARTS) & (city != long["code"])
    own = set(long.loc[~part, "code"])
    kept = ~(part & city.isin(own))
    found = long.assign(code=city, part=long["code"])[kept]
    twice = found.duplicated(["part", "column", "age"]) & found["age"].lt(95)
    # In groups of five years each age comes once; above, single ages fall in one open group.
    _refuse(twice, found["part"], "Rows of one commune, sex and age", "each once")
    return found.reset_index(drop=True)


def _table(long: pd.DataFrame) -> pd.DataFrame:
    """Communes × columns: an age without a row is nobody, a cell without a figure is missing."""
    sums = long.groupby(["code", "column"])["value"].agg(lambda ages: ages.sum(skipna=False))
    order = [f"{column}#{group}" for column in ("women_by_age", "men_by_age") for group in GROUPS]
    wide = sums.unstack()
    told = long.groupby(["code", "column"]).size().unstack().reindex_like(wide)
    wide = wide.where(told.notna(), 0.0)
    return wide.reindex(columns=order, fill_value=0.0).rename_axis(columns=None).sort_index()


def _year(name: str, path: Path) -> str:
    for told in (Path(name).name, path.name):
        match = re.search(r"(?:19|20)\d\d", told)
        if match:
            return match[0]
    raise SchemaError(
        explain(f"{name}: year of the census", expected="in the file's name, as in TD_POP1B_2021",
                found=path.name, do="Keep the producer's name.")
    )  # fmt: skip


def _need(rows: pd.DataFrame, names: Sequence[str], place: str) -> None:
    absent = [column for column in names if column not in rows.columns]
    if absent:
        raise SchemaError(
            explain(f"{place}: columns missing", expected=absent, found=list(rows.columns)[:12],
                    do="Is it the table POP1B?")
        )  # fmt: skip


def _refuse(wrong: pd.Series, cells: pd.Series, what: str, expected: str) -> None:
    if wrong.any():
        raise SchemaError(
            explain(what, expected=expected, found=cells[wrong].unique()[:5].tolist(),
                    do="Check that it is the producer's file.")
        )  # fmt: skip
