"""What a text names: identifier, SIREN, commune code or name, refused when it could be two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ternois_analysis import french
from ternois_analysis.catalog.divisions import departements, regions
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.territory import codes, groups, names
from ternois_analysis.territory.compositions import FRANCES

if TYPE_CHECKING:
    from ternois_analysis.territory.gazetteer import Gazetteer


def identify(gazetteer: Gazetteer, text: str, day: str) -> tuple[str, str]:
    """Identifier that a text names on a day, and a remark in French or nothing.

    Raises
    ------
    TerritoryError
        If it names nothing, or more than one territory.
    """
    if not isinstance(text, str) or not text.strip():
        raise TerritoryError(
            explain(
                "Territory",
                expected="a text such as " + gazetteer.facts.pays,
                found=repr(text),
                do="Quote codes: a number loses its first zero.",
            )
        )
    wanted = text.strip()
    if wanted in {*gazetteer.facts.territories, *gazetteer.facts.lists, *FRANCES}:
        return wanted, ""
    kind, _, code = wanted.partition("-")
    if kind in ("departement", "region"):
        return wanted, ""
    if kind == "commune":
        return commune(gazetteer, code)
    siren = re.sub(r"[\s.]", "", code if kind == "epci" else wanted)
    if kind == "epci" or re.fullmatch(r"\d{9}", siren):
        return gazetteer.id_of_siren(siren), ""
    if re.fullmatch(r"\d{4}|\d[0-9ABab]\d{3}", wanted):
        _refuse_postal(gazetteer, wanted)
        return commune(gazetteer, wanted.upper())
    return _by_name(gazetteer, wanted, day)


def commune(gazetteer: Gazetteer, code: str) -> tuple[str, str]:
    """Identifier of the commune that has or had a code, and a remark if it had it.

    Raises
    ------
    TerritoryError
        If no commune has it, or several share what had it.
    """
    if code in gazetteer.names:
        return f"commune-{code}", ""
    passage = gazetteer.passage
    old = passage[passage["commune_before"] == code]
    latest = old[old["last_cog"] == old["last_cog"].max()]
    if len(latest) != 1:
        raise TerritoryError(
            explain(
                "Unknown commune",
                expected="the INSEE code of a commune of today",
                found=codes.meaning(code, gazetteer.communes, passage),
                do="Write the code or the name of one commune.",
            )
        )
    into, was, last = latest.iloc[0][["commune", "name_before", "last_cog"]]
    return f"commune-{into}", (
        f"{was} ({code}) fait partie de {gazetteer.names[into]} ({into}) "
        f"dans les codes postérieurs à {last}."
    )


def _refuse_postal(gazetteer: Gazetteer, code: str) -> None:
    served = codes.with_postal_code(code, gazetteer.communes)
    meant = [c for c in served if c in gazetteer.pays_codes]
    if code not in gazetteer.names or code in served or not meant:
        return
    listed = codes.some([f"commune-{c} ({gazetteer.names[c]})" for c in meant])
    raise TerritoryError(
        explain(
            f"{code} is two things",
            expected="one territory",
            found=f"the commune {gazetteer.names[code]}, and the postal code of {listed}",
            do=f"Write commune-{code}, or one of the others.",
        )
    )


def _by_name(gazetteer: Gazetteer, text: str, day: str) -> tuple[str, str]:
    indexes = [gazetteer.name_index, _epci_names(gazetteer, day)]
    found = names.lookup(text, indexes)
    if len(found) == 1:
        former = found[0] if found[0].startswith("former-") else ""
        return commune(gazetteer, former.removeprefix("former-")) if former else (found[0], "")
    shown = found or names.nearest(text, indexes)
    listed = [_shown(gazetteer, i, day) for i in sorted(shown, key=lambda i: _rank(gazetteer, i))]
    if found:
        raise TerritoryError(
            explain(
                f"'{text}' names {len(found)} territories",
                expected="one",
                found=codes.some(listed, 10),
                do="Write the identifier.",
            )
        )
    do = f"Did you mean {french.listing(listed, 'or')}?" if listed else "See `ternois territories`."
    raise TerritoryError(
        explain(
            "Unknown territory",
            expected="an identifier, a SIREN, a commune code or a name",
            found=text,
            do=do,
        )
    )


def _rank(gazetteer: Gazetteer, identifier: str) -> int:
    """The territories of the facts first, then the communes of the Pays, then the others."""
    if identifier in gazetteer.facts.territories:
        return 0
    return 1 if identifier.partition("-")[2] in gazetteer.pays_codes else 2


def _shown(gazetteer: Gazetteer, identifier: str, day: str) -> str:
    kind, _, code = identifier.partition("-")
    facts = gazetteer.facts
    if kind == "former":
        return codes.meaning(code, gazetteer.communes, gazetteer.passage)
    if identifier in facts.territories:
        return f"{identifier} ({facts.territories[identifier].label})"
    if kind == "commune":
        place = gazetteer.communes.set_index("commune")["departement"][code]
        division = departements().get(place)
        return f"{identifier} ({gazetteer.names[code]}, {division.label if division else place})"
    known = gazetteer.membership_at(day)
    if kind == "epci" and known:
        return f"{identifier} ({known[1].names[code]})"
    division = {"departement": departements(), "region": regions()}.get(kind, {}).get(code)
    return f"{identifier} ({division.label})" if division else identifier


def undated_names(gazetteer: Gazetteer) -> names.NameIndex:
    """The names of communes, divisions and territories of the facts, and former commune names."""
    facts = gazetteer.facts
    exact = [(names.key(name), f"commune-{code}") for code, name in gazetteer.names.items()]
    exact += [(names.key(name), f"commune-{code}") for name, code in facts.commune_aliases.items()]
    for kind, divisions in (("departement", departements()), ("region", regions())):
        exact += [(names.key(d.label), f"{kind}-{code}") for code, d in divisions.items()]
    for identifier, fact in facts.territories.items():
        exact += [(names.key(n), identifier) for n in (fact.label, fact.name, *fact.aliases)]
    for identifier, listed in facts.lists.items():
        exact += [(names.key(n), identifier) for n in (listed.label, listed.name, *listed.aliases)]
    exact += [(names.key(label), identifier) for identifier, (label, _) in FRANCES.items()]
    passage = gazetteer.passage
    gone = passage[~groups.among(passage["commune_before"], gazetteer.communes["commune"])].dropna(
        subset="name_before"
    )
    loose = [
        (names.key(name), f"former-{code}")
        for name, code in zip(gone["name_before"], gone["commune_before"], strict=True)
        if name
    ]
    return names.NameIndex(names.indexed(exact), names.indexed(loose))


def _epci_names(gazetteer: Gazetteer, day: str) -> names.NameIndex:
    known = gazetteer.membership_at(day)
    if known is None:
        return names.NameIndex()
    ids = {siren: gazetteer.id_of_siren(siren) for siren in known[1].members}
    return names.NameIndex(
        names.indexed((names.key(known[1].names[s]), i) for s, i in ids.items()),
        names.indexed((k, i) for s, i in ids.items() for k in names.shortened(known[1].names[s])),
    )
