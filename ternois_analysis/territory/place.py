"""What a territory is: an identifier, names, and communes of the canonical geography."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ternois_analysis import french
from ternois_analysis.errors import TerritoryError, explain

Kind = Literal["pays", "cc", "epci", "departement", "region", "france", "list", "commune"]

#: Régions and départements that are towns or islands without an article in use.
_AT = ("Paris", "Mayotte", "La Réunion")
#: Départements of which one says « en », as of régions with a feminine name: Corsica, overseas.
_EN = ("departement-2A", "departement-2B", "departement-97")


@dataclass(frozen=True)
class Territory:
    """A set of communes that is analysed as a whole, as it stands on the day `at` (ISO).

    `communes` are sorted codes of the canonical geography, whatever the day. `parts` are the
    identifiers of the territories that make it up, in the order in which they are shown. `name`
    is the label in a sentence (`la CC du Ternois`), `short` fits on a map, `note` is a remark in
    French that readers must see, or empty.
    """

    id: str
    label: str
    kind: Kind
    siren: str | None
    communes: tuple[str, ...]
    parts: tuple[str, ...]
    at: str
    name: str = ""
    short: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Fill the names left out, and refuse an empty or unsorted composition."""
        object.__setattr__(self, "name", self.name or self.label)
        object.__setattr__(self, "short", self.short or self.label)
        if not self.communes or list(self.communes) != sorted(set(self.communes)):
            raise TerritoryError(
                explain(
                    f"Territory {self.id}",
                    expected="communes, sorted, each once",
                    found=self.communes[:5],
                    do="Mend its composition.",
                )
            )

    @property
    def of(self) -> str:
        """The name after « de »: `du Pays du Ternois`, `de la CC du Pernois`."""
        return french.of(self.name)

    @property
    def within(self) -> str:
        """Where something is: `dans le Pays du Ternois`, `à Frévent`, `en Normandie`."""
        if self.kind == "commune":
            for article, joined in (("Le ", "au"), ("Les ", "aux")):
                if self.label.startswith(article):
                    return f"{joined} {self.label.removeprefix(article)}"
        if self.kind == "commune" or self.label in _AT:
            return f"à {self.label}"
        feminine = self.name.startswith(("la ", "l'", "l’")) or self.name == self.label
        if self.kind == "france" or (
            feminine and (self.kind == "region" or self.id.startswith(_EN))
        ):
            return f"en {self.label}"
        return f"dans {self.name}"


def iso_day(at: dt.date | str) -> str:
    """The ISO text of a day.

    Raises
    ------
    TerritoryError
        If the text is not a day.
    """
    try:
        return (at if isinstance(at, dt.date) else dt.date.fromisoformat(at)).isoformat()[:10]
    except (TypeError, ValueError) as error:
        raise TerritoryError(
            explain(
                "Unknown day",
                expected="an ISO date such as 2026-06-30",
                found=repr(at),
                do="Write year, month and day.",
            )
        ) from error
