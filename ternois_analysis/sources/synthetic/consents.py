"""An invented file of consents: businesses of the invented register, under invented names."""

import csv
import io

import numpy as np
import pandas as pd

from ternois_analysis import catalog, paths
from ternois_analysis.catalog.guide import guide
from ternois_analysis.catalog.wood import wood
from ternois_analysis.sources import register
from ternois_analysis.sources.read import read
from ternois_analysis.sources.synthetic.numbers import phone
from ternois_analysis.sources.synthetic.shipped import settlements
from ternois_analysis.sources.synthetic.transfers import MARK
from ternois_analysis.sources.synthetic.world import world

NAME = "consentements_demonstration.csv"
_SEED, _EACH = 190, 4
_HEADER = (
    "SIREN", "Nom à imprimer", "Commune", "Téléphone", "Courriel", "Métiers", "Filière bois",
    "RGE : qualification", "RGE : début", "RGE : fin", "Autres labels", "Date du consentement",
    "Preuve", "Retrait",
)  # fmt: skip
#: Certificates that run, or that have ended: first and last day.
_RUNNING, _ENDED = ("15/03/2025", "14/03/2029"), ("01/07/2021", "30/06/2025")
_WORKS = {
    "Couverture, plomberie, chauffage": "Isolation de la toiture ; chauffage au bois",
    "Menuiserie, charpente, serrurerie": "Fenêtres et portes extérieures",
    "Installations électriques, isolation": "Isolation des murs et planchers",
    "Aménagement, finitions": "Isolation des murs par l’intérieur",
}


def file() -> bytes:
    """The file as CSV; the same bytes each time."""
    rng = np.random.default_rng(_SEED)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([f"{MARK} : ENTREPRISES FICTIVES"])
    writer.writerow(_HEADER)
    writer.writerows(_rows(rng, _pool()))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write() -> None:
    """Write the file under `data/guide`."""
    (paths.data() / "guide" / NAME).write_bytes(file())


def _pool() -> pd.DataFrame:
    """Businesses of the last invented transfer: siren, commune, group, wood, listed."""
    shipped = catalog.source("registre_demo").files[-1]
    taken = register.accept(
        paths.data() / shipped.path, read("communes", "2026"), read("passage", "2026"),
        key=register.DEMONSTRATION_KEY,
    ).accepted  # fmt: skip
    running = taken[register.active(taken, pd.Timestamp(shipped.reference_date))]
    known = world(settlements()).spells[["siren"]].drop_duplicates()
    secret = register.pseudonyms(known["siren"], register.DEMONSTRATION_KEY)
    pool = running.merge(known.assign(business=secret), on="business", validate="m:1")
    trades = pool[pool["nar20"].isin(list(guide().trades))]
    timber = trades["nafa"].str.slice(0, 5).isin(wood().codes("core"))
    return trades.assign(wood=timber).sort_values("siren", ignore_index=True)


def _rows(rng: np.random.Generator, pool: pd.DataFrame) -> list[list[str]]:
    known = read("communes", "2026")
    names = dict(zip(known["commune"], known["commune_name"], strict=True))
    rows: list[list[str]] = []
    for trade in guide().trades:
        listed = pool[(pool["nar20"] == trade) & pool["listed"]].drop_duplicates("siren")
        chosen = rng.choice(len(listed), size=min(_EACH, len(listed)), replace=False)
        for place, (_, business) in enumerate(listed.iloc[np.sort(chosen)].iterrows()):
            rows.append(_row(len(rows), place, trade, business, names))
    hidden = pool[~pool["listed"]].drop_duplicates("siren").iloc[0]
    rows.append(_row(len(rows), 2, str(hidden["nar20"]), hidden, names))
    rows[2][-1] = "12/09/2026"  # took the consent back
    rows[5][-2] = ""  # no proof
    return rows


def _row(
    rank: int, place: int, trade: str, business: pd.Series, names: dict[str, str]
) -> list[str]:
    word = trade.partition(",")[0]
    mail = f"contact@exemple-{rank + 1}.example"
    works = _WORKS.get(trade, "")
    dates = (_RUNNING, _ENDED)[place == 1] if works and place < 2 else ("", "")
    return [
        str(business["siren"]), f"{word} Exemple {rank + 1} (fictif)",
        f"{names[business['commune']]} ({business['commune']})", phone(7000 + rank), mail, trade,
        "oui" if business["wood"] else "non", works if dates[0] else "", *dates,
        "Qualibat (exemple)" if place == 0 and not works else "", "01/09/2026",
        f"formulaire fictif n° {rank + 1}", "",
    ]  # fmt: skip
