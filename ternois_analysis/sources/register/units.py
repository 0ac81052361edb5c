"""From rows to spells: one row for each period of registration of each business."""

import pandas as pd

from ternois_analysis.sources.register.findings import COLUMNS, found
from ternois_analysis.sources.register.people import plain_words

#: A person who registers again within this time continues the same activity.
_GAP = pd.Timedelta(days=366)


def copies(frame: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """Finding DQ07 for each row that repeats an earlier one in all its fields."""
    again = frame.duplicated(fields, keep="first")
    return found(
        frame, again, "DQ07", "", "ligne identique à une ligne précédente", "supprimer cette ligne"
    )


def spells(frame: pd.DataFrame, clean: pd.DataFrame) -> pd.DataFrame:
    """Findings DQ08 and DQ08b: rows of a business that overlap in time are one spell.

    Within a business the row registered first is kept, in the order of the file when dates are
    equal; a row that starts before the kept spell ended describes a leader, an establishment or a
    removal that was not recorded, and is set aside with the line that was kept.

    Parameters
    ----------
    frame : DataFrame
        The received rows that no error sets aside.
    clean : DataFrame
        On the same index: siren, siret, registered, removed.
    """
    several = clean["siren"].duplicated(keep=False)
    if not several.any():
        return pd.DataFrame(columns=COLUMNS)
    rows = clean.loc[several, ["siren", "siret", "registered", "removed"]].assign(
        line=frame["line"]
    )
    rows = rows.sort_values(["siren", "registered", "line"], kind="stable")
    kept: dict[str, tuple[int, pd.Timestamp, str]] = {}
    aside: dict[int, str] = {}
    shared: set[int] = set()
    person, line = _person(frame.loc[rows.index]), rows["line"]
    for row, siren, siret, start, end, _ in rows.itertuples(name=None):
        last = pd.Timestamp.max if pd.isna(end) else end
        if siren in kept and start < kept[siren][1]:
            first = kept[siren][0]
            what = "une autre période qui la recouvre"
            if siret and siret != kept[siren][2]:
                what = "un autre établissement"
            elif person[row] != person[first]:
                what = "un autre dirigeant"
            aside[row] = f"{what} de l'entreprise déjà comptée à la ligne {line[first]}"
            shared.add(first)
        else:
            kept[siren] = (row, last, siret)
    reason = pd.Series(aside, dtype="str")
    marked = pd.Series(frame.index.isin(list(aside)), index=frame.index)
    counted = pd.Series(frame.index.isin(list(shared)), index=frame.index)
    return pd.concat(
        [
            found(frame, marked, "DQ08", "siren", reason, "garder une seule ligne par période"),
            found(frame, counted, "DQ08b", "siren", "d'autres lignes décrivent la même entreprise"),
        ]
    )


def _person(frame: pd.DataFrame) -> pd.Series:
    return plain_words(frame["last_name"] + " " + frame["first_name"] + " " + frame["birth_date"])


def chained(frame: pd.DataFrame, clean: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """The SIREN that each spell follows, when the same person registered again under another.

    Two spells are chained when name, first name, birth date and commune are the same, the second
    starts at or after the end of the first, and within a year of it.

    Returns
    -------
    Series of str
        SIREN of the spell before, "" for none.
    DataFrame
        Findings DQ09, one for each second spell.
    """
    named = (frame["last_name"] != "") & (frame["birth_date"] != "")
    rows = clean.loc[named, ["siren", "registered", "removed", "commune"]].assign(
        person=_person(frame[named])
    )
    rows = rows.sort_values(["person", "commune", "registered"], kind="stable")
    before = rows.groupby(["person", "commune"], sort=False).shift(1)
    gap = rows["registered"] - before["removed"]
    again = (rows["siren"] != before["siren"]) & gap.between(pd.Timedelta(0), _GAP)
    follows = pd.Series("", index=frame.index, dtype="str")
    follows[again.index[again]] = before.loc[again, "siren"]
    reason = "même personne, même commune, réinscrite moins d'un an après sa radiation"
    return follows, found(frame, follows != "", "DQ09", "siren", reason)
