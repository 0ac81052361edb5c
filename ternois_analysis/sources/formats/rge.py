"""Businesses recognised for energy works (Ademe, RGE): valid on a quarter's last day."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis import french, quarters
from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import rows
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.intake import is_siret
from ternois_analysis.sources.register.names import gazetteer
from ternois_analysis.sources.register.places import locate
from ternois_analysis.sources.register.pseudonyms import key, pseudonyms

_COLUMNS = ("siret", "code_postal", "commune", "meta_domaine", "lien_date_debut", "lien_date_fin")
#: Share of its communes with a business from which a département is taken to be whole.
_WHOLE = 0.15
#: Words that name a field of works; a business may be in several.
FIELDS = {"efficacite": "efficiency", "renouvelable": "renewables", "etude": "studies"}


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """Businesses by commune, each counted once whatever its qualifications; see `formats.read`.

    The file gives a postal code and a name: the commune is found by both; where they leave a doubt
    the business is left aside and counted. The millésime is the last quarter that was over when the
    newest qualification of the file began.
    """
    found = pd.concat([rows.read(p, _COLUMNS, p.name, paged=True) for p in paths])
    start, end = (
        pd.to_datetime(found[name].str.slice(0, 10), errors="coerce")
        for name in ("lien_date_debut", "lien_date_fin")
    )
    if start.isna().all():
        raise SchemaError(
            explain(f"{paths[0].name}: lien_date_debut", expected="dates such as 2026-01-31",
                    found=found["lien_date_debut"].head(3).tolist(),
                    do="Take the producer's CSV again.")
        )  # fmt: skip
    quarter = quarters.latest_complete((start.max() + pd.Timedelta(days=1)).date())
    day = pd.Timestamp(quarter.last_day)
    sound = is_siret(found["siret"])
    _refuse_numbers(found["siret"], sound, paths[0].name)
    valid = sound & (start <= day) & (end >= day)
    each = found[valid].assign(where=_where(found[valid], ground))
    lost = each.loc[each["where"] == "", "siret"].nunique()
    told = []
    if lost:
        told.append(f"{french.number(lost)} entreprises dont la commune reste incertaine")
    if not sound.all():
        told.append(f"{french.number((~sound).sum())} lignes au SIRET faux")
    each = each[each["where"] != ""].drop_duplicates(["siret", "meta_domaine"])
    pieces = (
        Piece("rge", str(quarter), "commune", rows.by_commune(_counts(each), ground, _WHOLE)),
        Piece("rge", str(quarter), "pairs", _businesses(each)),
    )
    return Delivered(str(quarter), pieces, tuple(told))


def _refuse_numbers(siret: pd.Series, sound: pd.Series, place: str) -> None:
    odd = siret[~sound]
    if len(odd) > 0.5 * len(siret):
        raise SchemaError(
            explain(f"{place}: siret", expected="14 figures as text",
                    found=f"{len(odd)} of {len(siret)} rows without",
                    do="Use the producer's own file: a spreadsheet rounds long numbers.")
        )  # fmt: skip


def _where(found: pd.DataFrame, ground: Ground) -> pd.Series:
    known = gazetteer(ground.communes, ground.passage)
    pairs = found["code_postal"] + "\t" + found["commune"]
    said = {}
    for pair in pairs.unique():
        postal, name = pair.split("\t")
        said[pair] = locate("", postal.zfill(5), name, known).commune if name else ""
    return pairs.map(said).astype("str")


def _counts(each: pd.DataFrame) -> pd.DataFrame:
    once = each.drop_duplicates("siret")
    counts = pd.DataFrame({"rge_businesses": once.groupby("where").size()})
    texts = {text: french.plain(text) for text in each["meta_domaine"].unique()}
    field = each["meta_domaine"].map(texts)
    for word, name in FIELDS.items():
        inside = each[field.str.contains(word)].drop_duplicates("siret")
        counts[f"rge_by_field#{name}"] = inside.groupby("where").size()
    return counts.fillna(0.0).rename_axis("code")


def _businesses(each: pd.DataFrame) -> pd.DataFrame:
    """Pseudonyms of the businesses, as the register has them; never the numbers themselves."""
    once = each.drop_duplicates("siret").sort_values(["where", "siret"])
    secret = pseudonyms(once["siret"].str.slice(0, 9), key())
    return pd.DataFrame(
        {"rge_business": secret.to_numpy()}, index=pd.Index(once["where"], name="code")
    )
