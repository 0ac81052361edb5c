"""A Pays to be: from a name and the SIREN of its EPCIs to what `territories.yml` says of it."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ternois_analysis import french
from ternois_analysis.catalog.divisions import departements, regions
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.territory import compositions, names, shapes
from ternois_analysis.territory.codes import some
from ternois_analysis.territory.gazetteer import Gazetteer
from ternois_analysis.territory.place import Territory

#: First words of the names of Pays and of EPCIs, by the article that stands before them.
_ARTICLES = {
    "le": ("pays", "petr", "pole", "parc", "territoire", "bassin", "syndicat", "grand", "val"),
    "la": ("cc", "ca", "cu", "communaute", "metropole", "vallee", "plaine", "baie", "cote"),
    "l'": ("agglomeration", "eurometropole", "entente", "union"),
}
_ARTICLE = re.compile(r"(?:le|la|les)\s+|l['’]", re.IGNORECASE)
#: Kind of grouping and preposition, cut from a label to name a place on a map.
_KIND = re.compile(
    r"(?:pays|petr|cc|ca|cu|communauté (?:de communes|d['’]agglomération|urbaine))\s+"
    r"(?:de la\s+|de l['’]|du\s+|des\s+|de\s+|d['’])?",
    re.IGNORECASE,
)
_SMALL = {"le", "la", "les", "l", "de", "du", "des", "d", "et", "en", "a", "au", "aux"}
#: What identifiers of other territories begin with.
_RESERVED = ("commune", "epci", "departement", "region", "france")
#: A département that holds this share of the communes is worth a comparison.
_WORTH = 0.2


@dataclass(frozen=True)
class Name:
    """A name in its forms: identifier, label, in a sentence (`le Pays du Caux`), on a map."""

    id: str
    label: str
    sentence: str
    short: str


@dataclass(frozen=True)
class Founding:
    """What `territories.yml` holds for a new Pays, its members, and what to know of them."""

    name: Name
    epcis: tuple[Territory, ...]
    facts: Mapping[str, Any]
    remarks: tuple[str, ...]


def named(text: str) -> Name:
    """The forms of a name, given with or without its article.

    Raises
    ------
    TerritoryError
        If it holds no letter, or its article cannot be told from its first word.
    """
    text = " ".join(text.split())
    found = _ARTICLE.match(text)
    label = text[found.end() :] if found else text
    label = label[:1].upper() + label[1:]
    words = french.plain(label).split()
    if not any(word.isalpha() for word in words):
        raise _refused("The name of a Pays", "a name in letters", text or "nothing", "Name it.")
    if found:
        article = found[0].strip().lower().replace("’", "'")
    else:
        known = (a for a, firsts in _ARTICLES.items() if words[0] in firsts)
        article = next(known, "")
        if not article:
            raise _refused(
                f"The article of '{text}'", "a name such as 'Pays de Caux', or its article",
                f"'{label.split()[0]}' first", f"Write it: 'le {text}', 'la {text}'…",
            )  # fmt: skip
    sentence = f"{article}{label}" if article.endswith("'") else f"{article} {label}"
    return Name(_identifier(words), label, sentence, _short(label))


def _short(label: str) -> str:
    """`CC de la Côte d’Albâtre` gives `Côte d’Albâtre`."""
    cut = _KIND.match(label)
    rest = label[cut.end() :] if cut and cut.end() < len(label) else label
    return rest[:1].upper() + rest[1:]


def _identifier(words: Sequence[str]) -> str:
    kept = [word for word in words if word not in _SMALL] or list(words)
    return "-".join(["pays", *kept] if kept[0] in _RESERVED else kept)


def found(gazetteer: Gazetteer, name: str, sirens: Sequence[str], day: str, cog: str) -> Founding:
    """The facts of a Pays made of some EPCIs, as they stand on a day.

    Parameters
    ----------
    name : str
        Such as `Pays de Caux`; with its article when the first word does not tell it.
    sirens : sequence of str
        Of the EPCIs, each once, in the order in which they are shown.
    day : str
        ISO day whose EPCIs are taken.
    cog : str
        Year of the commune codes of the gazetteer.

    Raises
    ------
    TerritoryError
        For a name that is taken, no SIREN, one twice, one unknown, or EPCIs that no one map shows.
    """
    called = named(name)
    _check_free(gazetteer, called)
    if not sirens:
        raise _refused("The EPCIs of a Pays", "one SIREN at least", "none", "Add --epci SIREN.")
    epcis = tuple(_epci(gazetteer, siren, day) for siren in sirens)
    numbers = [str(epci.siren) for epci in epcis]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise _refused("The EPCIs of a Pays", "each once", f"{some(twice)} twice", "Name it once.")
    communes = sorted(code for epci in epcis for code in epci.communes)
    if len({shapes.OVERSEAS.get(code[:3], shapes.LAMBERT93) for code in communes}) > 1:
        raise _refused("The EPCIs of a Pays", "EPCIs of one part of the world",
                       some([epci.label for epci in epcis]), "Make a Pays for each.")  # fmt: skip
    entries = _entries(gazetteer, called, epcis, cog)
    divisions, remarks = _divisions(gazetteer, communes)
    facts = {
        "pays": called.id,
        "default": list(entries),
        "references": [*divisions, "france-metropolitaine"],
        "territories": entries,
    }
    remarks += [f"{epci.label}: {epci.note}" for epci in epcis if epci.note]
    return Founding(called, epcis, facts, tuple(remarks))


def _check_free(gazetteer: Gazetteer, called: Name) -> None:
    for identifier, fact in gazetteer.facts.territories.items():
        taken = {names.key(text) for text in (fact.label, fact.name, *fact.aliases)}
        if identifier == called.id or names.key(called.label) in taken:
            raise _refused("The name of a Pays", "a name that is free",
                           f"{called.label}, which is {identifier} of the house in force",
                           "Choose another name.")  # fmt: skip


def _epci(gazetteer: Gazetteer, text: str, day: str) -> Territory:
    siren = re.sub(r"[\s.]", "", text).removeprefix("epci-")
    known = gazetteer.membership_at(day)
    members = known[1].names if known else {}
    if siren not in members:
        near = difflib.get_close_matches(siren, members, 3, 0.75)
        listed = french.listing([f"{code} ({members[code]})" for code in near], "or")
        raise _refused(
            f"No EPCI has the SIREN '{text}' on {day}", "the SIREN of an EPCI of that day",
            compositions.fate(gazetteer, siren, day),
            f"Did you mean {listed}?" if near else "Find it by its name: `ternois territories`.",
        )  # fmt: skip
    return compositions.of_epci(gazetteer, siren, day)


def _entries(
    gazetteer: Gazetteer, called: Name, epcis: Sequence[Territory], cog: str
) -> dict[str, dict[str, Any]]:
    """The territories of the file: the Pays, then its EPCIs with their communes."""
    since = {
        epci.id: min(year for year, table in gazetteer.memberships.items()
                     if (table["epci"] == epci.siren).any())
        for epci in epcis
    }  # fmt: skip
    newest = max(gazetteer.memberships)
    source = f"Insee et DGCL, composition des EPCI à fiscalité propre, {newest}"
    parts: dict[str, dict[str, Any]] = {}
    for epci in epcis:
        identifier = _identifier(french.plain(epci.label).split())
        if identifier in {called.id, *parts}:
            identifier = f"cc-{epci.siren}"
        short = _short(epci.label)
        parts[identifier] = {
            "kind": "epci",
            "label": epci.label,
            "name": epci.name,
            "short": epci.label if short == called.short else short,
            "siren": str(epci.siren),
            "since": f"{since[epci.id]}-01-01",
            "cog": cog,
            "communes": {code: gazetteer.names[code] for code in epci.communes},
            "source": source,
        }
    pays = {
        "kind": "pays",
        "label": called.label,
        "name": called.sentence,
        "short": called.short,
        "since": f"{max(since.values())}-01-01",
        "parts": list(parts),
        "source": f"Réunion de {len(epcis)} EPCI, {newest}",
    }
    return {called.id: pays, **parts}


def _divisions(gazetteer: Gazetteer, communes: Sequence[str]) -> tuple[list[str], list[str]]:
    """The départements and the région to compare with, and a remark when there are several."""
    table = gazetteer.communes.set_index("commune").loc[list(communes)]
    counts = table["departement"].value_counts().sort_index().sort_values(ascending=False)
    known = [str(code) for code in counts.index if code in departements()]
    worth = [code for code in known if counts[code] >= _WORTH * len(communes)][:2]
    region = str(table["region"].value_counts().sort_index().idxmax())
    found = [f"departement-{code}" for code in worth]
    found += [f"region-{region}"] if region in regions() else []
    several = [f"{departements()[code].label} ({counts[code]} communes)" for code in known]
    remarks = [f"It lies in several départements: {', '.join(several)}."] if len(known) > 1 else []
    return found, remarks


def _refused(what: str, expected: str, found: object, do: str) -> TerritoryError:
    return TerritoryError(explain(what, expected=expected, found=found, do=do))
