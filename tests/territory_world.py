"""An invented Pays of four communes, one in another département, and what lies around it."""

import pandas as pd

from ternois_analysis.catalog.territories import CommuneList, TerritoryFact, TerritoryFacts
from ternois_analysis.territory import Gazetteer

COMMUNES = pd.DataFrame(
    [
        ("01001", "Autre-Bord", "01", "84", "metro", "01000"),
        ("2A004", "Cors'Îlot", "2A", "94", "metro", "20000"),
        ("62001", "Saint-Alpha-sur-Eau", "62", "32", "metro", "62900"),
        ("62002", "Bêta", "62", "32", "metro", "62002 62900"),
        ("62003", "Œuvre-lès-Gamma", "62", "32", "metro", "62910"),
        ("62005", "Jumelle", "62", "32", "metro", "62920"),
        ("62900", "Lointaine", "62", "32", "metro", "62930"),
        ("80001", "Delta", "80", "32", "metro", "62900"),
        ("80002", "Jumelle", "80", "32", "metro", "80000"),
        ("97101", "Île", "971", "01", "drom", "97100"),
    ],
    columns=["commune", "commune_name", "departement", "region", "zone", "postal_codes"],
)
PASSAGE = pd.DataFrame(
    [
        ("62802", "62002", 1.0, "merger", "2018", "Petite"),
        ("62803", "62003", 0.5, "split", "2015", "Coupée"),
        ("62803", "62005", 0.5, "split", "2015", "Coupée"),
        ("62805", "62005", 1.0, "merger", "2020", "Mariée"),
    ],
    columns=["commune_before", "commune", "weight", "kind", "last_cog", "name_before"],
)


EPCIS = {
    "A": ("200000001", "CC de l'Eau"),
    "B": ("200000002", "CA Grand Large"),
    "C": ("200000003", "Eurométropole d'Ailleurs"),
    "D": ("200000004", "CC de Delta"),
}


def epcis(**members: str) -> pd.DataFrame:
    rows = [(code, *EPCIS[key], "CC") for key, codes in members.items() for code in codes.split()]
    return pd.DataFrame(rows, columns=["commune", "epci", "epci_name", "epci_type"])


FACTS = TerritoryFacts(
    pays="pays-essai",
    default=("pays-essai",),
    references=("departement-62", "region-32"),
    territories={
        "pays-essai": TerritoryFact(
            "pays", "Pays d'Essai", "le Pays d'Essai", "Essai", "2008-01-01", "essai",
            parts=("cc-nord", "cc-sud"), aliases=("Essai",),
        ),
        "cc-nord": TerritoryFact(
            "cc", "CC du Nord", "la CC du Nord", "Nord", "2008-01-01", "essai", "2016-12-31",
            "périmètre 2012", "246200001", cog="2012",
            communes={"62001": "Saint-Alpha-sur-Eau", "62002": "Bêta", "62802": "Petite"},
        ),
        "cc-sud": TerritoryFact(
            "cc", "CC du Sud", "la CC du Sud", "Sud", "2008-01-01", "essai", "2016-12-31",
            "périmètre 2012", "246200002", cog="2012", communes={"62003": "", "80001": "Delta"},
        ),
        "cc-eau": TerritoryFact(
            "epci", "CC de l'Eau", "la CC de l'Eau", "Eau", "2017-01-01", "essai",
            siren="200000001", merged_from=("cc-nord", "cc-sud"),
        ),
    },
    commune_aliases={"Alpha-en-Artois": "62001"},
    lists={
        "bourgs": CommuneList("Bourgs", "les bourgs", "Bourgs", {"62003": "", "62001": ""}, "essai")
    },
)  # fmt: skip
GAZETTEER = Gazetteer(
    COMMUNES,
    PASSAGE,
    {
        "2019": epcis(A="62001 62002 62003 80001", B="62005 62805", C="80002 62900"),
        "2022": epcis(A="62001 62002 62003 80001 62005", C="80002", D="62900"),
    },
    FACTS,
)
