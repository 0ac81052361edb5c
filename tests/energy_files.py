"""Invented files of Ademe, DGFiP, Cerema and partners, in their formats, for tests."""

import csv
from pathlib import Path

#: Communes of the Pays: Saint-Pol-sur-Ternoise, Frévent, Guinecourt, Vitz-sur-Authie.
POL, FREVENT, GUINECOURT, VITZ = "62767", "62361", "62396", "80810"

DPE_HEAD = ["numero_dpe", "date_etablissement_dpe", "etiquette_dpe", "adresse_ban",
            "code_insee_ban", "type_batiment", "periode_construction"]  # fmt: skip
DVF_HEAD = [
    "id_mutation", "date_mutation", "nature_mutation", "valeur_fonciere", "adresse_nom_voie",
    "code_commune", "id_parcelle", "nombre_lots", "type_local", "surface_reelle_bati",
    "nombre_pieces_principales", "longitude",
]  # fmt: skip
RGE_HEAD = ["siret", "nom_entreprise", "code_postal", "commune", "telephone", "meta_domaine",
            "lien_date_debut", "lien_date_fin"]  # fmt: skip
OPAH_HEAD = ["Code commune", "Date engagement", "Date solde", "Nature travaux", "Montant travaux",
             "SIRET entreprise", "Nom du demandeur"]  # fmt: skip
EIE_HEAD = ["Code commune", "Mois", "Nature contact", "Nombre"]
LOVAC_HEAD = "CODGEO_26 ;LIBGEO_26;DEP;pp_vacant_26 ;pp_vacant_plus_2ans_26;ff_pp_total_25;" \
    "pp_vacant_25;pp_vacant_plus_2ans_25;pp_total_24"  # fmt: skip

#: Texts that must never be seen again once a file is installed.
MARKED = ("RUE DES MARQUES", "MARQUE BATIMENT", "0399001234", "Marquet Zoé")


def write(path: Path, head: list[str], rows: list[list[str]], separator: str = ",") -> Path:
    """A delimited file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows([head, *rows])
    return path


def dpe(number, day="2026-09-12", label="D", commune=POL, kind="maison", period="avant 1948"):
    """One row of the diagnoses."""
    return [number, day, label, f"3 {MARKED[0]}", commune, kind, period]


def sale(mutation, price="120000", area="100", kind="Maison", **more):
    """One row of a sale."""
    facts = {
        "id_mutation": mutation, "date_mutation": "2025-11-03", "nature_mutation": "Vente",
        "valeur_fonciere": price, "adresse_nom_voie": MARKED[0], "code_commune": POL,
        "id_parcelle": f"627670000{mutation}", "nombre_lots": "0", "type_local": kind,
        "surface_reelle_bati": area, "nombre_pieces_principales": "4", "longitude": "2.33",
    } | more  # fmt: skip
    return [facts[name] for name in DVF_HEAD]


def rge(siret, postal="62130", name="SAINT POL SUR TERNOISE",
        field="Travaux d'efficacité énergétique", start="2025-10-01",
        end="2026-12-31"):  # fmt: skip
    """One qualification."""
    return [siret, MARKED[1], postal, name, MARKED[2], field, start, end]


def dossier(commune=POL, engaged="03/02/2026", settled="", kind="Énergie", amount="12 500,50",
            siret="00000000100008"):  # fmt: skip
    """One dossier."""
    return [commune, engaged, settled, kind, amount, siret, MARKED[3]]


def lovac(path: Path) -> Path:
    """Three communes, one of them under secrecy, in Windows-1252 with no-break thousands."""
    rows = [
        LOVAC_HEAD,
        "62767;Saint-Pol-sur-Ternoise;62;210;75;1\u00a0500;200;70;2\u00a0400",
        "62361;Fr\u00e9vent;62;180;60;1500;170;55;1490",
        "62396;Guinecourt;62;s;s;12;s;s;12",
    ]
    path.write_bytes("\r\n".join([*rows, ""]).encode("cp1252"))
    return path
