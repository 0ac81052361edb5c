"""The Registre national des entreprises (INPI): one JSON item → the fields of a row."""

from collections.abc import Mapping
from typing import Any

_PERSON = {"personnePhysique": "PP", "personneMorale": "PM", "exploitation": "PP"}
_QUALITY = {
    "ARTISAN": "artisan",
    "MAITRE_ARTISAN": "maitre artisan",
    "ARTISAN_ART": "artisan d art",
    "ARTISAN_D_ART": "artisan d art",
}


def _at(item: Any, *path: str) -> Any:
    for step in path:
        item = item.get(step) if isinstance(item, Mapping) else None
    return item


def _text(item: Any, *path: str) -> str:
    value = _at(item, *path)
    return "" if value is None or isinstance(value, (Mapping, list)) else str(value)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def flatten(item: Mapping[str, Any]) -> dict[str, str]:
    """The fields of one item of the RNE, read at its main establishment.

    Other establishments are left out: a business is counted once, where its main establishment is.
    The registration is the first known of: entry in the former Répertoire des métiers,
    registration, creation.
    """
    formality = _map(item.get("formality")) or item
    content = _map(_at(formality, "content"))
    branch = next((name for name in _PERSON if isinstance(content.get(name), Mapping)), "")
    body = _map(content.get(branch))
    company, main = (
        _map(_at(body, "identite", "entreprise")),
        _map(body.get("etablissementPrincipal")),
    )
    person = _map(_at(body, "identite", "entrepreneur", "descriptionPersonne")) or _leader(body)
    place = _map(_at(main, "adresse")) or _map(_at(body, "adresseEntreprise", "adresse"))
    trade = _trade(main)
    micro = _at(content, "natureCreation", "microEntreprise") is True
    first_names = _at(person, "prenoms")
    return {
        "siren": _text(formality, "siren") or _text(item, "siren") or _text(company, "siren"),
        "siret": _text(main, "descriptionEtablissement", "siret"),
        "name": _text(company, "denomination"),
        "sign": _text(main, "descriptionEtablissement", "nomCommercial"),
        "title": _text(person, "genre"),
        "last_name": _text(person, "nom"),
        "usual_name": _text(person, "nomUsage"),
        "first_name": " ".join(map(str, first_names)) if isinstance(first_names, list) else "",
        "birth_date": _text(person, "dateDeNaissance"),
        "qualification": _QUALITY.get(
            _text(person, "qualiteArtisan"), _text(person, "qualiteArtisan")
        ),
        "legal_form": "micro"
        if micro
        else _text(content, "natureCreation", "formeJuridique") or _text(company, "formeJuridique"),
        "nafa": _text(trade, "codeAprm"),
        "ape": _text(trade, "codeApe") or _text(company, "codeApe"),
        "registered": _text(main, "registreAnterieur", "rnm", "dateDebut")
        or _text(company, "dateImmat")
        or _text(content, "natureCreation", "dateCreation"),
        "started": _text(company, "dateDebutActiv"),
        "origin": {"1": "creation", "2": "reprise", "3": "reprise"}.get(
            _text(trade, "origine", "typeOrigine"), ""
        ),
        "employees": _text(main, "effectifSalarie", "nombreSalarie")
        or _text(body, "effectifSalarie", "nombreSalarie"),
        "apprentices": _text(main, "effectifSalarie", "nombreApprenti"),
        "address": " ".join(
            filter(None, (_text(place, k) for k in ("numVoie", "typeVoie", "voie")))
        ),
        "postal_code": _text(place, "codePostal"),
        "commune_name": _text(place, "commune"),
        "commune": _text(place, "codeInseeCommune"),
        "country": _text(place, "codePays"),
        "removed": _text(body, "detailCessationEntreprise", "dateRadiation"),
        "person_kind": _PERSON.get(branch, ""),
        "diffusion": _text(item, "diffusionINSEE"),
        "exercise": _text(trade, "formeExercice")
        or _text(content, "formeExerciceActivitePrincipale"),
    }


def _leader(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first natural person among those who run a company."""
    powers = _at(body, "composition", "pouvoirs")
    for power in powers if isinstance(powers, list) else []:
        found = _at(power, "individu", "descriptionPersonne")
        if isinstance(found, Mapping):
            return found
    return {}


def _trade(establishment: Mapping[str, Any]) -> Mapping[str, Any]:
    """The craft activity of an establishment: the main one if it is, else the first."""
    listed = establishment.get("activites")
    trades = [t for t in listed if isinstance(t, Mapping)] if isinstance(listed, list) else []
    craft = [t for t in trades if t.get("codeAprm")]
    main = [t for t in trades if t.get("indicateurPrincipal") is True]
    return next((t for t in craft if t in main), next(iter(craft or main or trades), {}))
