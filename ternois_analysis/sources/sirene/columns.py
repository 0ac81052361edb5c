"""What is read of the two files of the stock, by our names: no name of a person, no address."""

_END = "Etablissement"

#: Of StockEtablissement. The SIRET is `siren` and `nic` side by side: in two short columns it takes
#: less memory than in its own.
ESTABLISHMENT = {
    "siren": "siren",
    "nic": "nic",
    "diffusion": f"statutDiffusion{_END}",
    "created": f"dateCreation{_END}",
    "size_band": f"trancheEffectifs{_END}",
    "nafa": f"activitePrincipaleRegistreMetiers{_END}",
    "siege": "etablissementSiege",
    "commune": f"codeCommune{_END}",
    "state": f"etatAdministratif{_END}",
    "since": "dateDebut",
    "activity": f"activitePrincipale{_END}",
    "nomenclature": f"nomenclatureActivitePrincipale{_END}",
    "employer": f"caractereEmployeur{_END}",
}
#: What identifies an establishment.
_IDENTITY = ("siren", "nic")
#: Of StockUniteLegale.
UNIT = {
    "siren": "siren",
    "legal_category": "categorieJuridiqueUniteLegale",
    "created": "dateCreationUniteLegale",
    "state": "etatAdministratifUniteLegale",
    "social_economy": "economieSocialeSolidaireUniteLegale",
    "company_category": "categorieEntreprise",
}


def anonymous() -> dict[str, str]:
    """What is read of an establishment that is only counted."""
    return {name: column for name, column in ESTABLISHMENT.items() if name not in _IDENTITY}
