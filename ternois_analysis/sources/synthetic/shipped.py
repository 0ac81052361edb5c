"""The demonstration registers of `data/registre_demo`, made from the bundled communes."""

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.catalog.territories import territories
from ternois_analysis.sources.read import read
from ternois_analysis.sources.synthetic.transfers import Transfer, demonstration

#: The files depend on these millésimes: a newer one would move every invented business.
_COMMUNES, _POPULATIONS = "2026", "2023"


def settlements() -> pd.DataFrame:
    """Communes of the territory: commune, commune_name, postal_code, population; sorted by code.

    A commune that has merged since 2012 is left out: its successor has its inhabitants.
    """
    facts = territories()
    parts = facts.territories[facts.pays].parts
    codes = {code for part in parts for code in facts.territories[part].communes}
    communes = read("communes", _COMMUNES)
    here = communes[communes["commune"].isin(codes)].merge(
        read("populations", _POPULATIONS), on="commune", validate="1:1"
    )
    here = here.assign(postal_code=here["postal_codes"].str.split().str[0]).sort_values("commune")
    return here[["commune", "commune_name", "postal_code", "population"]].reset_index(drop=True)


def transfers() -> dict[str, Transfer]:
    """The two transfers of the demonstration, by quarter."""
    return demonstration(settlements())


def write() -> None:
    """Write the transfers under `data/registre_demo`, one folder a quarter."""
    for quarter, made in transfers().items():
        folder = paths.data() / "registre_demo" / quarter
        folder.mkdir(parents=True, exist_ok=True)
        (folder / made.name).write_bytes(made.content)
