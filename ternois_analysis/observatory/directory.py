"""The artisans that the guide may name: agreed, active, open to diffusion, not objecting.

What is printed comes from the file of consents alone; the register only says who may be listed.
Nothing here holds a SIREN or a pseudonym.
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import french, sources
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import craft
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import Quarter, parse
from ternois_analysis.sources import consents, register

#: Columns of the artisans; `rge` is empty, and its dates missing, where it may not be said.
COLUMNS = (
    "name", "commune", "phone", "mail", "trades", "wood", "rge", "rge_start", "rge_end", "labels",
)  # fmt: skip
_ALWAYS = pd.Timestamp("1901-01-01")


@dataclass(frozen=True, eq=False)
class Directory:
    """The artisans that may be named on a day, and why the others are not.

    `artisans` has the columns `COLUMNS`. `agreed` counts the consents in force; `unlisted` those
    whose business is not active and open to diffusion in the register; `lapsed` the RGE that do not
    run on the day, `unconfirmed` those that the public list does not have. `reason` says in French
    why there is no directory at all.
    """

    artisans: pd.DataFrame
    agreed: int = 0
    unlisted: int = 0
    lapsed: int = 0
    unconfirmed: int = 0
    extracted: str = ""
    received: str = ""
    reason: str = ""
    synthetic: bool = False


def directory(observatory: Observatory, on: dt.date, *, demonstration: bool = False) -> Directory:
    """The directory of a day.

    Parameters
    ----------
    on : date
        Day for which labels and consents are looked at.
    demonstration : bool
        Show the invented artisans in place of those of the store.

    Raises
    ------
    ReportError
        If the demonstration is asked for where a genuine register is: the two never mix.
    """
    if demonstration:
        return _invented(observatory, on)
    entry = consents.in_force(on)
    if entry is None:
        return _empty("Aucun fichier de consentements n’a été importé.")
    known = [found for found in register.entries() if found.received <= on]
    if not known:
        return _empty(
            "Le registre de la chambre n’est pas importé : rien ne dit quelles entreprises sont "
            "actives et acceptent la diffusion."
        )
    # The newest register, whatever the quarter shown: who left or closed since is not named.
    newest = known[-1]
    agreed = consents.read(entry, on)
    open_ = listed(register.read(newest), pd.Timestamp(newest.extracted))
    chosen = agreed[agreed["business"].isin(open_)]
    labelled, lapsed, unconfirmed = _labels(observatory, chosen, on)
    return Directory(
        _sorted(labelled), len(agreed), len(agreed) - len(chosen), lapsed, unconfirmed,
        newest.millesime, entry.received.isoformat(),
    )  # fmt: skip


def listed(spells: pd.DataFrame, day: pd.Timestamp) -> frozenset[str]:
    """Pseudonyms of the businesses active on a day, none of whose spells is closed to diffusion."""
    running = spells[register.active(spells, day)]
    closed = set(running.loc[~running["listed"], "business"])
    return frozenset(set(running["business"]) - closed - {""})


def _empty(reason: str) -> Directory:
    return Directory(pd.DataFrame(columns=list(COLUMNS)), reason=reason)


def _invented(observatory: Observatory, on: dt.date) -> Directory:
    known = observatory.columns.register
    if known is None or not known.synthetic:
        raise ReportError(
            explain(
                "The demonstration directory cannot be shown",
                expected=f"the demonstration register ({craft.DEMONSTRATION})",
                found="a genuine register" if known else "no register in this quarter",
                do="Leave --demonstration out, or choose a quarter and a store without a register.",
            )
        )
    communes = observatory.columns.communes
    here = communes[communes["commune"].isin(observatory.gazetteer.pays_codes)]
    agreed = consents.demonstration(here)
    open_ = listed(known.spells, pd.Timestamp(observatory.quarter.last_day))
    chosen = agreed[agreed["business"].isin(open_)]
    shown = running(chosen, on)
    lapsed = int(((chosen["rge"] != "") & (shown["rge"] == "")).sum())
    return Directory(
        _sorted(shown), len(agreed), len(agreed) - len(chosen), lapsed, 0, known.extracted, "",
        synthetic=True,
    )  # fmt: skip


def running(table: pd.DataFrame, on: dt.date) -> pd.DataFrame:
    """The same artisans, without the RGE that do not run on a day: both ends belong to it."""
    day = pd.Timestamp(on)
    valid = (table["rge"] != "") & (table["rge_start"] <= day) & (table["rge_end"] >= day)
    return _without(table, ~valid)


def _without(table: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    return table.assign(
        rge=table["rge"].mask(where, ""),
        rge_start=table["rge_start"].mask(where),
        rge_end=table["rge_end"].mask(where),
    )


def _labels(
    observatory: Observatory, chosen: pd.DataFrame, on: dt.date
) -> tuple[pd.DataFrame, int, int]:
    """Artisans with the RGE that may be said; how many had lapsed, how many are not confirmed."""
    shown = running(chosen, on)
    lapsed = int(((chosen["rge"] != "") & (shown["rge"] == "")).sum())
    quarter, where, known = _public_list(observatory)
    # The list of a quarter says nothing of a certificate that began after it, nor of communes
    # that the file does not cover.
    said = (shown["rge"] != "") & shown["commune"].isin(where)
    if quarter is not None:
        said &= shown["rge_start"].fillna(_ALWAYS) <= pd.Timestamp(quarter.last_day)
    absent = said & ~shown["business"].isin(known)
    return _without(shown, absent), lapsed, int(absent.sum())


def _public_list(
    observatory: Observatory,
) -> tuple[Quarter | None, frozenset[str], frozenset[str]]:
    """Quarter, communes and pseudonyms of the newest public list of RGE businesses installed."""
    files = [file for file in observatory.columns.files("rge") if file.level == "pairs"]
    if not files:
        return None, frozenset(), frozenset()
    newest = files[-1]
    table = sources.read("rge", newest.millesime, part=newest.part)
    column = key("rge_businesses", newest.millesime)
    counts = observatory.columns.table.set_index("commune")
    covered = counts.index[counts[column].notna()] if column in counts else counts.index[:0]
    return (
        parse(newest.millesime),
        frozenset(str(code) for code in covered),
        frozenset(str(name) for name in table["rge_business"]),
    )


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    by = table.assign(fold=table["name"].map(french.plain).astype("str"))
    order = by.sort_values(["fold", "commune"], kind="stable").index
    return table.loc[order, list(COLUMNS)].reset_index(drop=True)
