"""Nomenclatures that a user installed, against those of the bundle."""

from collections.abc import Iterator

import pandas as pd

from ternois_analysis import french, sources
from ternois_analysis.observatory.checks import Check, State
from ternois_analysis.observatory.columns import Columns

PASSAGE, NAF = "passage_insee", "naf_intitules"
_SHOWN = 5


def checks(columns: Columns) -> Iterator[Check]:
    """One check an installed table of passage or of labels; a difference is to be watched."""
    for file in columns.files(PASSAGE)[-1:]:
        table = sources.read(PASSAGE, file.millesime, part=file.part)["commune_after"]
        yield _passage(columns, file.millesime, table)
    for file in columns.files(NAF)[-1:]:
        table = sources.read(NAF, file.millesime, part=file.part)["naf_title"]
        for own in columns.files("naf")[-1:]:
            naf = sources.read("naf", own.millesime)
            codes = pd.Index(naf["naf"].str.replace(".", "", regex=False))
            ours = naf["naf_label"].set_axis(codes).map(french.plain)
            told = table.map(french.plain)
            yield _agreement(NAF, file.millesime, "Libellés de la NAF", ours, told)


def _passage(columns: Columns, millesime: str, table: pd.Series) -> Check:
    """Both tables brought to today's codes: the file may be some years old."""
    split = columns.passage["weight"] < 1
    shared = set(columns.passage.loc[split, "commune_before"])
    whole = columns.passage[~split]
    today = dict(zip(whole["commune_before"], whole["commune"], strict=True))
    table = table[~table.index.isin(shared) & ~table.isin(shared)]
    ours = pd.Series([today.get(code, code) for code in table.index], index=table.index)
    theirs = pd.Series([today.get(code, code) for code in table], index=table.index)
    return _agreement(PASSAGE, millesime, "Anciens codes de communes", ours, theirs)


def _agreement(
    source: str, millesime: str, subject: str, ours: pd.Series, theirs: pd.Series
) -> Check:
    shared = theirs.index.intersection(ours.index)
    apart = [str(code) for code in shared if ours[code] != theirs[code]]
    state: State = "watch" if apart else "ok"
    said = f"en désaccord{french.NBSP}: {', '.join(apart[:_SHOWN])}" if apart else ""
    return Check(source, "same", subject, source, millesime, float(len(shared)),
                 float(len(shared) - len(apart)), state, said=said)  # fmt: skip
