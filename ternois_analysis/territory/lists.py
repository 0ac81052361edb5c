"""Lists of communes as people write them, with the codes that are not what they seem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ternois_analysis import french
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.territory import codes, names, search

if TYPE_CHECKING:
    from ternois_analysis.territory.gazetteer import Gazetteer


def check_communes(gazetteer: Gazetteer, entries: Mapping[str, str]) -> tuple[str, ...]:
    """Canonical codes of communes given as codes with their names; see `Gazetteer`."""
    found = {}
    for code, name in entries.items():
        identifier, _ = search.commune(gazetteer, code)
        found[code] = identifier.removeprefix("commune-")
        official = gazetteer.names[found[code]]
        if name and code in gazetteer.names and names.key(name) != names.key(official):
            raise _mismatch(gazetteer, code, name, official)
    context = gazetteer.communes["commune"].isin({*found.values(), *gazetteer.pays_codes})
    postal_codes = codes.by_postal_code(gazetteer.communes[context])
    for code in (c for c, name in entries.items() if not name):
        swapped = postal_codes.get(code, [])
        if swapped and code not in {*swapped, *gazetteer.pays_codes}:
            listed = codes.some([codes.named(c, gazetteer.communes) for c in swapped])
            raise TerritoryError(
                explain(
                    f"Code {code} looks like a postal code",
                    expected="INSEE codes",
                    found=f"{gazetteer.names[found[code]]}, and the postal code of {listed}",
                    do="Replace it by the INSEE code, or write the name beside it.",
                )
            )
    return tuple(sorted(set(found.values())))


def _mismatch(gazetteer: Gazetteer, code: str, name: str, official: str) -> TerritoryError:
    found = names.lookup(name, [gazetteer.name_index])
    meant = [i.removeprefix("commune-") for i in found if i.startswith("commune-")]
    served = codes.with_postal_code(code, gazetteer.communes)
    swap = f" {code} is the postal code of {name}." if set(meant) & set(served) else ""
    return TerritoryError(
        explain(
            f"Code {code} does not go with the name {name}",
            expected=official,
            found=name,
            do=f"Write {french.listing(meant[:5], 'or') or 'the right code'}.{swap}",
        )
    )
