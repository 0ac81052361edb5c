"""An indicator of one's own, tried in a session before it joins the catalogue."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml

from ternois_analysis import catalog, indicators
from ternois_analysis.catalog.indicators import Indicator, lend, withdraw
from ternois_analysis.catalog.reading import build
from ternois_analysis.display import explore_scene
from ternois_analysis.display.material import material
from ternois_analysis.errors import SchemaError, TernoisError, explain
from ternois_analysis.indicators.formulas import Formula, formula
from ternois_analysis.methods.classes import jenks
from ternois_analysis.observatory import Observatory, observe, own

Nature = Literal["count", "share", "ratio", "change"]
#: Classes of a map, as those of the catalogue.
_CLASSES = 5
_ENOUGH = 20
_MEANINGS = {
    "wilson": "variabilité d’une part observée sur un petit nombre",
    "one_in_four": "sondage d’un logement sur quatre",
    "byar": "variabilité d’un petit nombre d’événements",
}


@dataclass(frozen=True)
class Definition:
    """An indicator defined for the session; shown, it is the text that adds it for good.

    `entry` is its catalogue entry, `yaml` and `code` what `indicators.yml` and a module of
    `indicators/` would hold.
    """

    name: str
    entry: Indicator
    yaml: str
    code: str

    def __repr__(self) -> str:
        """The catalogue entry and the function, to be pasted."""
        return (
            f"'{self.name}' can be used in this session. To keep it, paste\n\n"
            f"in ternois_analysis/catalog/indicators.yml:\n\n{self.yaml}\n"
            f"in a module of ternois_analysis/indicators/:\n\n{self.code}"
        )

    def forget(self) -> None:
        """Take the indicator out of the session."""
        withdraw(self.name)
        _forget_results()


def define(
    name: str,
    given: str | Callable[..., pd.Series],
    *,
    label: str,
    unit: str = "",
    nature: Nature = "ratio",
    decimals: int = 1,
    definition: str = "",
    champ: str = "",
    direction: str = "neutral",
    interval: str = "",
    minimum: float = 0.0,
    breaks: Sequence[float] = (),
    quarter: str = "",
    audience: str = "partners",
) -> Definition:
    """Define an indicator from columns, for this session only.

    Communes are added up first, then the formula is taken, as for every indicator. Its values pass
    the same gate: what rests on a hidden count is hidden. It serves wherever an identifier does:
    `Observatory.values`, the pages made after it, `explore`.

    Parameters
    ----------
    name : str
        Identifier: small letters, digits and `_`; it ends with the unit (`_pct`, `_per_1000`).
        Defining the same name again replaces it; those of the catalogue are refused.
    given : str or callable
        Formula such as `"100 * vacant_dwellings / dwellings"` (columns, numbers, brackets, + - and
        * / or × ÷), or a function of Series named as columns that returns one Series. A division
        by zero gives missing.
    label : str
        In French, as printed.
    unit : str
        As printed: « % », « hab./km² »; empty for a count.
    nature : {"count", "share", "ratio", "change"}
        Decides how it is mapped: counts by circles, the others by classes.
    decimals : int
        Decimals printed.
    definition, champ : str
        In French; the label and the whole population by default.
    direction : {"favourable", "unfavourable", "neutral"}
    interval : {"", "wilson", "one_in_four", "byar"}
        For a formula of the form number × column ÷ column: the interval of a share (Wilson), of a
        share surveyed in one household in four, or of a rate of events (Byar), at 95 %.
    minimum : float
        Value of the denominator below which the indicator is « n.s. »; only with such a formula.
    breaks : sequence of float
        Inner bounds of the classes, ascending, at most four. By default the natural breaks of the
        EPCIs of metropolitan France and overseas, in the quarter and for the audience given.
    quarter, audience : str
        As for `observe`; they serve for the default breaks only.

    Returns
    -------
    Definition
        Shown, it prints the catalogue entry and the function to paste.

    Raises
    ------
    SchemaError
        For a name that is taken or malformed, a formula that is none, an unknown column (with the
        nearest known one), an interval that the formula does not allow.
    SecrecyError
        For a column that only its own indicator protects.

    Examples
    --------
    >>> define("dwellings_per_resident", "dwellings / population", label="Logements par habitant")
    ... # doctest: +SKIP
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise SchemaError(
            explain("Name of an indicator", expected="small letters, digits and _", found=name,
                    do="End it with its unit, such as vacant_per_1000.")
        )  # fmt: skip
    made = formula(name, given, label)
    own.check_columns(name, made.columns)
    facts = _facts(name, made, given, label, unit, nature, decimals, definition, champ, direction)
    facts |= _rules(name, made, interval, minimum)
    facts["breaks"] = list(breaks)
    entry = lend(name, build(Indicator, facts, f"ta.define: {name}"))
    indicators.lend(name, made.function)
    _forget_results()
    if not breaks and nature != "count":
        try:
            facts["breaks"] = _natural(observe(quarter, audience), name, decimals)
        except TernoisError:
            withdraw(name)
            raise
        entry = lend(name, replace(entry, breaks=tuple(facts["breaks"])))
    if not facts["breaks"]:
        del facts["breaks"]
    text = yaml.safe_dump({name: facts}, allow_unicode=True, sort_keys=False, width=1000)
    return Definition(name, entry, "".join(f"  {line}\n" for line in text.splitlines()), made.code)


def _facts(
    name: str, made: Formula, given: Any, label: str, unit: str, nature: str, decimals: int,
    definition: str, champ: str, direction: str,
) -> dict[str, Any]:  # fmt: skip
    """What the catalogue entry says, before its rules."""
    known = catalog.sources()
    origin = next((s for s in known.values() if made.columns[0] in s.columns), None)
    return {
        "label": label,
        "short": label,
        "theme": "essai",
        "unit": unit,
        "decimals": decimals,
        "definition": definition or f"{label.rstrip('.')}.",
        "nature": nature,
        "direction": direction,
        "secrecy": own.secrecy_class(made.columns),
        "reading": f"{label} ({{period}}) : {{value}} {{territory_in}}{{interval}}.",
        "champ": champ or "ensemble de la population",
        "formula": str(given) if isinstance(given, str) else f"fonction {name}",
        "reference": origin.producer if origin else "",
    }


def _rules(name: str, made: Formula, interval: str, minimum: float) -> dict[str, Any]:
    """The interval and the reliability that the formula allows."""
    if not interval and not minimum:
        return {}
    if made.rate is None or interval not in ("", *_MEANINGS):
        raise SchemaError(
            explain(
                f"Interval of {name}", found=interval or f"minimum {minimum:g}",
                expected=f"{', '.join(_MEANINGS)}, and a formula number × column ÷ column",
                do="Write the formula as a text of that form, or leave the interval out.",
            )
        )  # fmt: skip
    count, of, per = made.rate
    found: dict[str, Any] = {}
    if interval:
        meaning = _MEANINGS[interval]
        found["interval"] = {"method": interval, "count": count, "of": of, "per": per,
                             "meaning": meaning}  # fmt: skip
    if minimum:
        found["reliability"] = {"base": of, "minimum": float(minimum)}
    return found


def _natural(door: Observatory, name: str, decimals: int) -> list[float]:
    """Natural breaks of the EPCIs' values, rounded as printed; none where few are known."""
    rows = door.values(door.epcis, [name])
    known = np.unique(rows["value"].dropna().round(decimals).to_numpy(dtype=float))
    if known.size < _ENOUGH:
        return []
    upper = jenks(known, _CLASSES).upper[:-1]
    return [float(known[np.searchsorted(known, bound, side="right")]) for bound in upper]


def _forget_results() -> None:
    """Drop the results kept from before: the indicator was not in them, or was another."""
    material.cache_clear()
    explore_scene.forget()
