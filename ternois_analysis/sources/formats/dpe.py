"""Energy performance diagnoses of existing dwellings (Ademe): counts by label, age and type."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis import french, quarters
from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import rows
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece

_COLUMNS = ("numero_dpe", "date_etablissement_dpe", "etiquette_dpe", "code_insee_ban",
            "type_batiment", "periode_construction")  # fmt: skip
_CLASSES = {"A": "ab", "B": "ab", "C": "c", "D": "d", "E": "e", "F": "fg", "G": "fg"}
_TYPES = {"maison": "house", "appartement": "flat"}
#: Periods of the diagnosis and the nearest one of the census: bounds differ by two to five years.
_PERIODS = {
    "avant 1948": "pre_1946", "1948 1974": "1946_1970", "1975 1977": "1971_1990",
    "1978 1982": "1971_1990", "1983 1988": "1971_1990", "1989 2000": "1991_2005",
    "2001 2005": "1991_2005", "2006 2012": "2006_on", "2013 2021": "2006_on",
    "apres 2021": "2006_on",
}  # fmt: skip
#: Share of its communes with a diagnosis from which a département is taken to be whole.
_WHOLE = 0.5
#: The method in force since this day is the only one whose labels compare.
_METHOD = "2021-07-01"


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """Counts by commune of the newest diagnosis of each number; see `formats.read`.

    Several files, one a département, make one delivery. The millésime is the last quarter that was
    over on the day of the newest diagnosis; those made after its end are left aside.
    """
    parts = [rows.read(path, _COLUMNS, path.name, paged=True) for path in paths]
    found = pd.concat(parts, ignore_index=True)
    days = pd.to_datetime(found["date_etablissement_dpe"].str.slice(0, 10), errors="coerce")
    newest = days.max()
    if pd.isna(newest):
        raise SchemaError(
            explain(f"{paths[0].name}: date_etablissement_dpe", expected="dates such as 2026-09-30",
                    found=found["date_etablissement_dpe"].head(3).tolist(),
                    do="Check that it is the producer's file.")
        )  # fmt: skip
    quarter = quarters.latest_complete((newest + pd.Timedelta(days=1)).date())
    found = found.assign(day=days).sort_values("day", kind="stable")
    label = found["etiquette_dpe"].str.upper().map(_CLASSES)
    type_ = found["type_batiment"].str.lower().map(_TYPES)
    kept = {
        "sans numéro ou en double (le plus récent est gardé)":
            (found["numero_dpe"] != "") & ~found["numero_dpe"].duplicated(keep="last"),
        "d’avant juillet 2021, d’une autre méthode": found["day"] >= _METHOD,
        "établis après le trimestre": found["day"] <= pd.Timestamp(quarter.last_day),
        "sans étiquette de A à G": label.notna(),
        "d’immeuble entier ou sans type": type_.notna(),
    }  # fmt: skip
    where, _ = rows.today(found["code_insee_ban"], ground, paths[0].name)
    kept["sans commune connue"] = where != ""
    inside, aside = _account(kept)
    table = found[inside].assign(commune=where, label=label, type=type_)
    counts = _counts(table)
    piece = Piece("dpe", str(quarter), "commune", rows.by_commune(counts, ground, _WHOLE))
    return Delivered(str(quarter), (piece,), aside)


def _account(kept: Mapping[str, pd.Series]) -> tuple[pd.Series, tuple[str, ...]]:
    """Rows that pass every rule, and how many each leaves aside, in French."""
    inside = pd.Series(True, index=next(iter(kept.values())).index)
    told = []
    for why, passed in kept.items():
        lost = int((inside & ~passed).sum())
        inside &= passed
        if lost:
            told.append(f"{french.number(lost)} diagnostics {why}")
    return inside, tuple(told)


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    periods = {p: french.plain(p) for p in table["periode_construction"].unique()}
    period = table["periode_construction"].map(periods).map(_PERIODS)
    stratum = table["type"] + "_" + period
    poor = table["label"] == "fg"
    commune = table["commune"]
    parts: list[pd.Series | pd.DataFrame] = [
        commune.groupby(commune).size().rename("dpe_dwellings"),
        commune[poor].groupby(commune[poor]).size().rename("dpe_fg"),
    ]
    crossed = {"dpe_by_label": (table["label"], commune)}
    dated = stratum.notna()
    crossed["dpe_by_stratum"] = (stratum[dated], commune[dated])
    crossed["dpe_fg_by_stratum"] = (stratum[dated & poor], commune[dated & poor])
    names = {
        "dpe_by_label": dict.fromkeys(_CLASSES.values()),
        "dpe_by_stratum": dict.fromkeys(strata()),
        "dpe_fg_by_stratum": dict.fromkeys(strata()),
    }
    for column, (category, place) in crossed.items():
        wide = pd.crosstab(place, category).reindex(columns=list(names[column]), fill_value=0)
        parts.append(wide.set_axis([f"{column}#{name}" for name in wide.columns], axis=1))
    return pd.concat(parts, axis=1).fillna(0.0).rename_axis(index="code", columns=None)


def strata() -> tuple[str, ...]:
    """Names of the strata: type of dwelling and period of construction."""
    periods = dict.fromkeys(_PERIODS.values())
    return tuple(f"{type_}_{period}" for type_ in _TYPES.values() for period in periods)
