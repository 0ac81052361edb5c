"""Where the business is: the code of its commune at the COG of the extraction, never guessed."""

import re
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz, process

from ternois_analysis import french
from ternois_analysis.sources.register.findings import found
from ternois_analysis.sources.register.names import Gazetteer, normal

#: A name that is so close to one candidate, and so far from the next, is a slip of the keyboard.
_CLOSE, _APART = 90.0, 8.0
#: From so near on, a text is the name of a place, not of a person, and may be shown.
_LIKELY = 75.0
_MAX_CANDIDATES = 3
_DOMICILED = r"\bdomicili|\bchez\s|\bboite postale\b|\bbp\s*[0-9]"
_FRANCE = {"", "france", "fr", "fra", "f", "frankreich"}


@dataclass(frozen=True)
class Place:
    """What a code, a postal code and a name lead to.

    `commune` is "" when the row is set aside; `check` is "" when nothing is amiss; `recognised`
    tells that the name is that of a place, so that it may be shown.
    """

    commune: str
    check: str = ""
    field: str = ""
    reason: str = ""
    proposal: str = ""
    recognised: bool = False


def places(frame: pd.DataFrame, known: Gazetteer) -> tuple[pd.Series, list[pd.DataFrame]]:
    """The commune of each row ("" when set aside) and findings DQ13 to DQ16."""
    keys = frame["commune"] + "\t" + frame["postal_code"] + "\t" + frame["commune_name"]
    said: dict[str, Place] = {}
    for key in keys.unique():
        code, postal, name = key.split("\t")
        said[key] = locate(code, postal, name, known)
    resolved = {
        name: keys.map({k: getattr(p, name) for k, p in said.items()})
        for name in ("commune", "check", "field", "reason", "proposal", "recognised")
    }
    abroad = ~frame["country"].map({c: french.plain(c) for c in frame["country"].unique()}).isin(
        _FRANCE
    )
    commune = resolved["commune"].mask(abroad, "").astype("str")
    findings = [found(frame, abroad, "DQ16b", "country", "adresse hors de France", open_value=True)]
    for check in sorted({place.check for place in said.values()} - {""}):
        for field in ("commune", "postal_code", "commune_name"):
            for open_value in (True, False):
                where = (resolved["check"] == check) & (resolved["field"] == field) & ~abroad
                where &= resolved["recognised"].astype(bool) == open_value
                if where.any():
                    findings.append(
                        found(
                            frame,
                            where,
                            check,
                            field,
                            resolved["reason"],
                            resolved["proposal"],
                            open_value=open_value,
                        )
                    )
    domiciled = frame["address"].str.contains(_DOMICILED, case=False, regex=True)
    findings.append(found(frame, domiciled, "DQ16", "address", "domiciliation ou boîte postale"))
    return commune, findings


def locate(code: str, postal: str, name: str, known: Gazetteer) -> Place:
    """The commune that a code, a postal code and a name say together.

    Parameters
    ----------
    code, postal, name : str
        As received; any may be "".
    known : Gazetteer
        The communes at the COG of the extraction.
    """
    code = code.upper().replace(" ", "")
    postal = re.sub(r"\s", "", postal).upper().removeprefix("F-")
    plain = normal(name) if name else ""
    cedex = "CEDEX" if "CEDEX" in name.upper() else ""
    if not cedex and re.fullmatch("[0-9]{5}", postal) and postal not in known.by_postal:
        cedex = "code postal inconnu, CEDEX probable"
    if code in known.names:
        return _with_code(code, postal, plain, known, cedex=cedex)
    if code in known.moved:
        now = known.moved[code]
        fits = {c for c in now if plain in known.by_name and c in known.by_name[plain]}
        one = now if len(now) == 1 else fits
        if len(one) == 1 and next(iter(one)) in known.names:
            target = next(iter(one))
            return Place(
                target, "DQ13b", "commune", "code d'une ancienne commune", _called(target, known)
            )
        return Place(
            "", "DQ13", "commune", "ancienne commune aujourd'hui partagée", _listed(now, known)
        )
    if code and re.fullmatch("[0-9]{4}", code) and f"0{code}" in known.names:
        target = f"0{code}"
        return Place(
            "",
            "DQ13",
            "commune",
            "quatre chiffres : un tableur a retiré le zéro de tête",
            _called(target, known),
        )
    if postal and not re.fullmatch("[0-9]{5}", postal):
        return Place("", "DQ16b", "postal_code", "code postal étranger ou mal formé")
    return _by_name(postal, plain, known, cedex=cedex)


def _with_code(code: str, postal: str, name: str, known: Gazetteer, *, cedex: str) -> Place:
    agrees = not name or known.calls(code, name)
    if not name or not agrees:
        swapped = code in known.by_postal and postal in known.names and code in known.postal[postal]
        if swapped and postal != code and (not name or known.calls(postal, name)):
            return Place(
                "",
                "DQ14",
                "commune",
                "code postal et code commune échangés",
                _called(postal, known),
            )
        copied = postal == code or (name and not postal)
        if copied and code in known.by_postal and postal not in known.postal[code]:
            return Place(
                "",
                "DQ14",
                "commune",
                "code postal à la place du code commune",
                _listed(_candidates(code, name, known), known),
            )
    if agrees:
        if cedex:
            return Place(code, "DQ16", "postal_code", cedex)
        return Place(code)
    others = known.by_name.get(name, frozenset()) & known.by_postal.get(postal, frozenset())
    if others and code not in known.by_postal.get(postal, frozenset()):
        check = "DQ14" if code in known.by_postal else "DQ13"
        return Place(
            "",
            check,
            "commune",
            "le code désigne une commune, le nom et le code postal une autre",
            _listed(others, known),
        )
    close = fuzz.ratio(name, normal(known.names[code])) >= _CLOSE
    reason = "nom écrit autrement" if close else "le nom n'est pas celui de la commune du code"
    return Place(
        code,
        "DQ15",
        "commune_name",
        reason,
        _called(code, known),
        recognised=close or name in known.by_name,
    )


def _candidates(postal: str, name: str, known: Gazetteer) -> frozenset[str]:
    near = known.by_postal.get(postal, frozenset())
    return near & known.by_name.get(name, frozenset()) or near


def _by_name(postal: str, name: str, known: Gazetteer, *, cedex: str) -> Place:
    """A commune without code: by its exact name, or by a near name under its postal code."""
    if not name:
        return Place(
            "",
            "DQ13",
            "commune",
            "ni code ni nom de commune",
            _listed(known.by_postal.get(postal, frozenset()), known),
        )
    same, near = known.by_name.get(name, frozenset()), known.by_postal.get(postal, frozenset())
    exact = same & near if near else frozenset(c for c in same if c.startswith(postal[:2]))
    if len(exact) == 1:
        check = "DQ16" if cedex else "DQ13b"
        reason = cedex or "code absent, commune retrouvée par son nom"
        target = next(iter(exact))
        return Place(target, check, "commune_name", reason, _called(target, known), recognised=True)
    if exact or (same and not near):
        return Place(
            "",
            "DQ13",
            "commune_name",
            "plusieurs communes portent ce nom ou aucune n'a ce code postal",
            _listed(exact or same, known),
            recognised=True,
        )
    pool = {code: normal(known.names[code]) for code in sorted(near)}
    ranked = process.extract(name, pool, scorer=fuzz.ratio, limit=_MAX_CANDIDATES)
    if (
        ranked
        and ranked[0][1] >= _CLOSE
        and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= _APART)
    ):
        return Place(
            ranked[0][2],
            "DQ13b",
            "commune_name",
            "code absent, nom approché sous ce code postal",
            _called(ranked[0][2], known),
            recognised=True,
        )
    likely = {code for _, score, code in ranked if score >= 60} or set(same)
    return Place(
        "",
        "DQ13",
        "commune_name",
        "commune introuvable",
        _listed(likely, known),
        recognised=bool(same) or bool(ranked and ranked[0][1] >= _LIKELY),
    )


def _called(code: str, known: Gazetteer) -> str:
    return f"{code} {known.names[code]}"


def _listed(codes: frozenset[str] | set[str], known: Gazetteer) -> str:
    named = [_called(code, known) for code in sorted(codes) if code in known.names]
    more = len(named) - _MAX_CANDIDATES
    shown = " ou ".join(named[:_MAX_CANDIDATES])
    return f"{shown} (et {more} autres)" if more > 0 else shown
