"""One check of one source: what was expected, what was found, and what follows from it."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ternois_analysis import catalog, french
from ternois_analysis.errors import explain

#: « block » stops a run, « watch » is told, « unknown » could not be checked.
State = Literal["ok", "watch", "block", "unknown"]

#: Sources through which every figure goes: a fault of theirs touches every page.
GEOGRAPHY = ("communes", "passage", "epci")

_RESTORE = "Install the file again, or restore it with `git checkout`."
_MEND = "Ask the producer, or remove the file with `ternois sources remove`."


@dataclass(frozen=True)
class Kind:
    """A kind of check: its name for readers, its name in messages, and what to do when it fails."""

    label: str
    said: str
    do: str


KINDS: Mapping[str, Kind] = {
    "file": Kind("Fichier intact et lisible", "the file is whole", _RESTORE),
    "unique": Kind("Une seule ligne par commune", "one row a commune", _MEND),
    "codes": Kind("Communes connues", "communes are known", _MEND),
    "extent": Kind("Étendue annoncée", "it covers what it declares", _RESTORE),
    "negative": Kind("Aucun effectif négatif", "no count is negative", _MEND),
    "range": Kind("Valeurs possibles", "values are possible", _MEND),
    "parts": Kind("Aucune partie ne dépasse son tout", "no part exceeds its whole", _MEND),
    "sum": Kind("Les parties font le tout", "parts add up to their whole", _MEND),
    "same": Kind("Deux sources s’accordent", "two sources agree", _MEND),
    "published": Kind("Total publié retrouvé", "the published total is found", _MEND),
    "members": Kind("Nombre de communes publié", "the published number of communes is found",
                    "Mend data/territories.yml."),
    "passage": Kind("Totaux conservés d’une géographie à l’autre", "totals are conserved", _MEND),
    "whole": Kind("La somme des parties est le tout", "parts of a territory add up to it", _MEND),
    "epci": Kind("Somme des communes et chiffre publié pour l’EPCI",
                 "communes add up to the figure of their EPCI", _MEND),
    "rows": Kind("Lignes reçues, acceptées ou écartées", "every row is accounted for",
                 "Import the register again."),
    "finding": Kind("Constat sur le fichier transmis", "nothing odd in the register",
                    "See the report for the chamber."),
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One check of a source.

    `subject` says in French what is checked, `name` in the words of the code (columns, territory);
    `expected` and `found` are numbers, missing where there is nothing to count; `said` is a note in
    French, `error` the message of a file that cannot be read, `communes` the first codes at fault
    where a check counts communes. A fault that is not `forcible` leaves nothing to print.
    """

    source: str
    kind: str
    subject: str
    name: str
    millesime: str
    expected: float
    found: float
    state: State
    said: str = ""
    error: str = ""
    forcible: bool = True
    decimals: int = 0
    communes: str = ""

    @property
    def gap(self) -> float:
        """What was found less what was expected; missing when either is."""
        return self.found - self.expected

    def touches(self, sources: Collection[str]) -> bool:
        """Whether a page that prints figures of some sources prints figures of this one."""
        return bool(sources) and (self.source in GEOGRAPHY or self.source in sources)

    def told(self) -> str:
        """The fault in one French sentence, for the pages that it touches."""
        entry = catalog.sources().get(self.source)
        title = entry.title if entry else self.source
        year = f" ({self.millesime})" if self.millesime else ""
        counts = ""
        if not math.isnan(self.gap):
            counts = (
                f" Attendu : {french.number(self.expected, self.decimals)} ; trouvé : "
                f"{french.number(self.found, self.decimals)}"
            )
            counts += f" ({self.communes})." if self.communes else "."
        return french.typeset(f"{title}{year} – {self.words}.{counts}")

    @property
    def words(self) -> str:
        """What is checked, in French."""
        return f"{KINDS[self.kind].label} : {self.subject}"

    def message(self) -> str:
        """The fault for whoever runs the batch: source, check, expected, found, what to do."""
        kind = KINDS[self.kind]
        head = f"Source {self.source} {self.millesime}: check '{kind.said}' failed"
        if self.error:
            return f"{head}. {self.error}"
        where = f"{head} ({self.name})" if self.name else head
        if self.communes:
            return explain(where, expected="no commune at fault",
                           found=f"{self.found:g} ({self.communes})", do=kind.do)  # fmt: skip
        return explain(where, expected=f"{self.expected:.12g}", found=f"{self.found:.12g}",
                       do=kind.do)  # fmt: skip


def counted(
    wrong: Iterable[str], source: str, kind: str, subject: str, name: str, millesime: str
) -> Check:
    """The check that nothing is wrong: `wrong` lists the communes where something is."""
    codes = sorted(wrong)
    few = ", ".join(codes[:3]) + (", …" if len(codes) > 3 else "")
    return Check(
        source, kind, f"{subject}, communes en défaut" if codes else subject,
        name, millesime, 0.0, float(len(codes)), "block" if codes else "ok", communes=few,
    )  # fmt: skip


def compared(
    expected: float,
    found: float,
    source: str,
    kind: str,
    subject: str,
    name: str,
    millesime: str,
    *,
    tolerance: float = 0.0,
    said: str = "",
) -> Check:
    """The check that two numbers agree within a tolerance; unknown when either is missing."""
    if math.isnan(expected) or math.isnan(found):
        state: State = "unknown"
    else:
        # Sums of floats differ in their last digits.
        slack = tolerance + 1e-6 * max(abs(expected), 1.0)
        state = "ok" if abs(found - expected) <= slack else "block"
    return Check(source, kind, subject, name, millesime, expected, found, state, said=said)
