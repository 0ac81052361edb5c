"""What a page shows of the quarter's story: what moved since the last one, and why."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import movements, perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import COLUMNS, KEY
from ternois_analysis.observatory import evolutions
from ternois_analysis.trail import cached_property, lru_cache

#: Rows of the first table and of the others: the chapter is to fit on two pages.
_MOST, _FEWER = 12, 6
#: Under this name the differences stand in the values of a page.
DIFFERENCE = "evolution"
_RULE = (
    "Tests : deux parts, ou deux taux, d’après leurs effectifs, puis correction de "
    "Benjamini-Hochberg au seuil de 5 % ; à défaut, intervalles qui ne se touchent pas. Un "
    "mouvement est dit favorable ou défavorable s’il est significatif et atteint le seuil notable "
    "de l’indicateur. Une valeur cachée dans l’un des deux trimestres ne figure pas ici."
)


@dataclass(frozen=True, eq=False)
class Evolutions:
    """What a page shows of what moved; reached as `page.evolutions`."""

    material: Material

    @property
    def _sides(self) -> tuple[evolutions.Side, evolutions.Side]:
        return _both(self.material)

    @cached_property
    def _found(self) -> pd.DataFrame:
        return evolutions.compare(*self._sides)

    @cached_property
    def _revised(self) -> pd.DataFrame:
        return evolutions.revised(*self._sides)

    @property
    def _kept(self) -> pd.DataFrame:
        """What is not compared, as a difference might tell of a person or a business."""
        return self._found[self._found["change"].isin(("hidden", "withheld"))]

    @property
    def _quarters(self) -> tuple[str, str]:
        first, last = (french.quarter(side.quarter) for side in self._sides)
        return first, last

    def summary(self) -> Block:
        """How many values moved, why, and how many moves are more than chance."""
        found, (first, last) = self._found, self._quarters
        counts = found["change"].value_counts()
        moved = found[found["change"] == "moved"]
        compared = int(counts.get("moved", 0) + counts.get("same", 0))
        numbers = {"compared": compared, "moved": len(moved)}
        texts = [
            f"{_count(compared, 'valeur')} {french.plural(compared, 'est connue', 'sont connues')} "
            f"au {first} et au {last} : "
            + (f"{_count(len(moved), 'a', 'ont')} bougé." if len(moved) else "aucune n’a bougé.")
        ]
        for reason in evolutions.REASONS:
            numbers[reason] = int(moved["why"].str.split("+").map(lambda w, r=reason: r in w).sum())
        told = [
            f"{movements.REASONS[reason]} ({french.number(numbers[reason])})"
            for reason in evolutions.REASONS if numbers[reason]
        ]  # fmt: skip
        if told:
            texts.append(f"Pourquoi : {french.listing(told)}.")
        tested = moved[moved["outcome"] != "not tested"]
        sure = int((tested["outcome"] == "significant").sum())
        numbers |= {"tested": len(tested), "significant": sure}
        if len(tested):
            texts.append(
                f"Sur {_count(len(tested), 'mouvement testé', 'mouvements testés')}, "
                + (f"{french.number(sure)} {french.plural(sure, 'dépasse', 'dépassent')} "
                   "ce que le hasard explique." if sure
                   else "aucun ne dépasse ce que le hasard explique.")
            )  # fmt: skip
        kept = self._kept["indicator"].nunique()
        if kept:
            numbers["kept"] = kept
            texts.append(
                f"{_count(kept, 'indicateur')} "
                f"{french.plural(kept, 'n’est pas comparé', 'ne sont pas comparés')} : la "
                "différence de deux chiffres publiés pourrait désigner une personne ou une "
                "entreprise."
            )
        synthetic = any(bool(side.newest["synthetic"].eq(True).any()) for side in self._sides)
        rows = [
            self._own(f"count {key}", float(n)) | {"synthetic": synthetic}
            for key, n in numbers.items()
        ]
        return perimeter.paragraphs(f"Du {first} au {last}", texts, _values(rows))

    def moved(self) -> Block:
        """The values that moved most: significant first, then by their notable gap."""
        found = self._found[self._found["change"] == "moved"]
        if found.empty:
            return self._nothing("Ce qui a bougé", "Aucune valeur n’a bougé depuis le trimestre "
                                 "précédent.")  # fmt: skip
        size = found.apply(_size, axis=1)
        order = found.assign(_sure=found["outcome"] != "significant", _size=-size)
        order = order.sort_values(["_sure", "_size"], kind="stable")[list(found.columns)]
        sure = int((found["outcome"] == "significant").sum())
        title = (
            f"{_count(sure, 'mouvement significatif', 'mouvements significatifs')}" if sure
            else "Rien de significatif n’a bougé ; les plus grands mouvements"
        )  # fmt: skip
        rest = len(order) - _MOST
        note = (
            f"{_RULE} {_count(rest, 'autre')} dans le fichier des valeurs." if rest > 0 else _RULE
        )
        return self._table(title, order.head(_MOST), order, note)

    def changed(self) -> Block:
        """The values that appeared, and those that are no longer there."""
        kinds = ("appeared", "disappeared")
        found = self._found[self._found["change"].isin(kinds)]
        if found.empty:
            # One that is hidden, or kept from differences, may have: nothing is said of it.
            among = " parmi ceux qui sont comparés" if len(self._kept) else ""
            text = f"Aucun indicateur n’est apparu ni n’a disparu{among}."
            return self._nothing("Ce qui apparaît, ce qui disparaît", text)
        counts = [int((found["change"] == kind).sum()) for kind in kinds]
        title = (
            f"{_count(counts[0], 'valeur apparue', 'valeurs apparues')}, "
            f"{_count(counts[1], 'disparue')}"
        )
        return self._table(title, found.head(_FEWER), found, "")

    def revisions(self) -> Block:
        """Values of a period already published that are not the same today."""
        found = self._revised
        if found.empty:
            return self._nothing("Les révisions", "Aucune valeur d’une période déjà publiée n’a "
                                 "été révisée.")  # fmt: skip
        title = (
            f"{_count(len(found), 'valeur révisée', 'valeurs révisées')} pour une période déjà "
            "publiée"
        )
        note = "Un registre enregistre des événements après coup : les trimestres récents bougent."
        return self._table(title, found.head(_FEWER), found, note, dates=True)

    def check(self) -> str:
        """How many values of each kind, as text, for the cell that tests compare."""
        counts = self._found["change"].value_counts().sort_index()
        return "\n".join(f"{kind}: {count}" for kind, count in counts.items())

    def _table(
        self, title: str, shown: pd.DataFrame, found: pd.DataFrame, note: str, *,
        dates: bool = False,
    ) -> Block:  # fmt: skip
        first, last = self._quarters
        rows = []
        for _, row in shown.iterrows():
            entry = catalog.indicator(str(row["indicator"]))
            before, after, gap = movements.numbers(row, entry)
            verdict = movements.verdict(row)
            head = movements.name(row) + (f"\n{movements.periods(row)}" if dates else "")
            reason = french.typeset(str(row["note"])) or f"{verdict.glyph} {verdict.word}"
            rows.append({
                "Indicateur": head, first: before, last: after, "Écart": gap,
                "Pourquoi": movements.reasons(row), "Lecture": reason,
            })  # fmt: skip
        values = self._behind(found)
        caption = Caption(
            title, source=words.credit(values), note=note,
            champ=self.material.place.label,
        )  # fmt: skip
        return compose("table", caption, values, alt="", table=pd.DataFrame(rows))

    def _behind(self, found: pd.DataFrame) -> pd.DataFrame:
        """The published values of both quarters behind some movements, and their differences."""
        made = []
        for side, which in zip(self._sides, ("before", "after"), strict=True):
            keys = found.rename(columns={f"period_{which}": "period"})[list(KEY)]
            made.append(side.known.merge(keys.drop_duplicates(), on=list(KEY)))
        behind = pd.concat([m for m in made if len(m)], ignore_index=True)
        rows = []
        for _, row in found[found["difference"].notna()].iterrows():
            own = behind[(behind[list(evolutions.KEY)] == row[list(evolutions.KEY)]).all(axis=1)]
            last = own.iloc[-1]
            rows.append(
                self._own(_named(row), float(row["difference"]), str(row["period_after"])) | {
                    "source": last["source"], "millesime": last["millesime"],
                    "synthetic": bool(own["synthetic"].eq(True).any()),
                }
            )  # fmt: skip
        return pd.concat([behind, *([_values(rows)] if rows else [])], ignore_index=True)

    def _own(self, category: str, value: float, period: str = "") -> dict[str, object]:
        """A number of this page as a published value."""
        place, door = self.material.place, self.material.observatory
        return {
            "quarter": str(door.quarter), "audience": door.audience, "territory": place.id,
            "territory_label": place.label, "indicator": DIFFERENCE, "category": category,
            "period": period, "value": value, "low": math.nan, "high": math.nan, "n": math.nan,
            "status": "ok", "note": "", "source": "", "millesime": "", "synthetic": False,
        }  # fmt: skip

    def _nothing(self, title: str, text: str) -> Block:
        return perimeter.paragraphs(title, [text])


@lru_cache(maxsize=8)
def _both(material: Material) -> tuple[evolutions.Side, evolutions.Side]:
    """Both quarters, worked out once for all the blocks of a page."""
    door, place = material.observatory, material.place
    before = evolutions.previous(door)
    return evolutions.side(before, place, door), evolutions.side(door, place, door)


def _named(row: pd.Series) -> str:
    return " / ".join(part for part in (row["indicator"], row["category"]) if part)


def _size(row: pd.Series) -> float:
    """A movement in notable gaps of its indicator; those without one come last, by share."""
    if pd.isna(row["difference"]):
        return -1.0
    material = catalog.indicator(str(row["indicator"])).material
    if material:
        return abs(float(row["difference"])) / material
    return abs(float(row["difference"])) / max(abs(float(row["before"])), 1.0)


def _count(number: int, noun: str, several: str | None = None) -> str:
    return f"{french.number(number)}{french.NBSP}{french.plural(number, noun, several)}"


def _values(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS))
