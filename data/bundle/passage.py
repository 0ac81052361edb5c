"""The passage from every commune code since 1943 to the communes of the target COG."""

import itertools

import pandas as pd
from etalab import communes_of, current, records
from pins import Cache, pins, require


def passage(cache: Cache, target: str, populations: pd.DataFrame) -> pd.DataFrame:
    """Rows for the codes that are not, or not wholly, the commune of the same code in `target`.

    Parameters
    ----------
    target : str
        Year of the COG to reach.
    populations : pandas.DataFrame
        Newest populations, in codes of the target: they share out a commune that was undone.

    Returns
    -------
    pandas.DataFrame
        `commune_before`, `commune`, `weight`, `kind`, `last_cog`, `name_before`. For a file of one
        COG year, a code's rows are those of its first `last_cog` that is not before that year.
    """
    rows = [*_gone(cache, target), *_undone(cache, target, populations)]
    table = pd.DataFrame(rows).sort_values(["commune_before", "last_cog", "commune"])
    sums = table.groupby(["commune_before", "last_cog"])["weight"].sum()
    require(bool(((sums - 1).abs() < 1e-12).all()), "Weights of a code", 1, sums.min())
    strange = sorted(set(table["commune"]) - set(current(cache, _package(target)).index))
    require(not strange, "Targets of the passage", f"communes of {target}", strange[:9])
    return table.reset_index(drop=True)


def _package(year: str) -> str:
    package: str = pins()["cog"][year]["package"]
    return package


def _gone(cache: Cache, target: str) -> list[dict[str, object]]:
    """Codes that were a commune's once and are no longer: they go whole to one commune."""
    years = sorted(pins()["cog"])
    heirs = _heirs(cache, target)
    ends = {row["code"]: row for row in _communes_since_1943(cache)}
    last_year = {code: year for year in years for code in communes_of(cache, year)}
    names = {code: row["nom"] for code, row in ends.items()}
    for year in years:
        if pins()["cog"][year]["table"] == "communes":
            names |= current(cache, _package(year))["nom"].to_dict()
    lost = {code for code in {*ends, *last_year} - communes_of(cache, target) if code not in heirs}
    require(not lost, "Former communes without an heir", "none", sorted(lost))
    rows = []
    for old, heir in heirs.items():
        if old in last_year:
            end = last_year[old]
            # An heir that did not exist beside the old code is the same commune under a new code.
            kind = "merger" if heir in communes_of(cache, end) else "code_change"
        elif old in ends:
            end = _last_january(ends[old]["dateFin"])
            kind = _kind(ends[old]["raisonFin"])
        else:
            # Three codes given to delegated communes that changed département: never a commune's.
            continue
        rows.append(
            {
                "commune_before": old,
                "commune": heir,
                "weight": 1.0,
                "kind": kind,
                "last_cog": end,
                "name_before": names[old],
            }
        )
    return rows


def _heirs(cache: Cache, target: str) -> dict[str, str]:
    """The commune of `target` that each former code became part of.

    A delegated or associated commune names its own: it is right where the list of old codes was not
    mended after a commune was undone (La Neuville-Garnier, 60455) or kept a former merger
    (Lamarche-en-Woëvre, 55273).
    """
    rows = records(cache, _package(target), "communes")
    heirs = {
        old: row["code"]
        for row in rows
        if row["type"] == "commune-actuelle"
        for old in row.get("anciensCodes", [])
    }
    parts = ("commune-deleguee", "commune-associee")
    named = {row["code"]: row["chefLieu"] for row in rows if row["type"] in parts}
    return heirs | {old: named[old] for old in heirs if old in named}


def _communes_since_1943(cache: Cache) -> list[dict[str, str]]:
    """The states of communes in the history, the last state of a code coming last."""
    states = [
        row
        for row in records(cache, pins()["history"], "historique-communes")
        if row["type"] == "COM"
    ]
    return sorted(states, key=lambda row: row.get("dateFin") or "9999")


def _last_january(end: str) -> str:
    """Last year on whose 1 January a commune that ended on `end` still existed."""
    year = int(end[:4])
    return str(year - 1 if end[5:] == "01-01" else year)


def _kind(reason: str) -> str:
    if "changement de département" in reason:
        return "departement_change"
    return "code_change" if reason == "changement de chef lieu" else "merger"


def _undone(cache: Cache, target: str, populations: pd.DataFrame) -> list[dict[str, object]]:
    """Communes that gave back independence to a part: shared out by the newest populations.

    A part is a commune that appears between two years, is no heir of an older code, and was a
    delegated commune of the parent the year before.
    """
    counts = populations.set_index("commune")["population"]
    parts: dict[tuple[str, str, str], list[str]] = {}
    listed = [year for year in sorted(pins()["cog"]) if pins()["cog"][year]["table"] == "communes"]
    for before, after in itertools.pairwise(listed):
        former = communes_of(cache, before)
        heirs = {
            row["code"]
            for row in records(cache, _package(after), "communes")
            if former & set(row.get("anciensCodes", []))
        }
        appeared = communes_of(cache, after) - former - heirs
        for row in records(cache, _package(before), "communes"):
            if row["type"] == "commune-deleguee" and row["code"] in appeared:
                parent = row["chefLieu"]
                name = current(cache, _package(before)).loc[parent, "nom"]
                years = [year for year in pins()["cog"] if year < after]
                end = max(y for y in years if row["code"] not in communes_of(cache, y))
                parts.setdefault((parent, end, name), [parent]).append(row["code"])
    starts = {row["code"]: row for row in _communes_since_1943(cache)}
    rows = []
    for (parent, end, name), codes in parts.items():
        shares = counts.loc[codes] / counts.loc[codes].sum()
        rows += [_split(parent, code, float(shares[code]), end, name) for code in codes]
        # Before the commune nouvelle, the same code was that of the part alone.
        whole = starts[parent]
        require(whole["raisonDebut"] == "commune nouvelle", parent, "commune nouvelle", whole)
        alone = [row for row in _communes_since_1943(cache) if row["code"] == parent][-2]
        rows.append(_split(parent, parent, 1.0, _last_january(whole["dateDebut"]), alone["nom"]))
    reached = {code for codes in parts.values() for code in codes}
    require(reached <= communes_of(cache, target), "Parts", f"communes of {target}", reached)
    return rows


def _split(before: str, part: str, weight: float, end: str, name: str) -> dict[str, object]:
    return {
        "commune_before": before,
        "commune": part,
        "weight": weight,
        "kind": "split",
        "last_cog": end,
        "name_before": name,
    }
