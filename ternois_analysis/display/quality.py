"""The quality blocks of a page: each source's freshness, coverage, checks, score and verdict."""

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import COLUMNS
from ternois_analysis.display.quality_words import (
    AGE,
    SCORE,
    VERDICTS,
    check_row,
    part,
    source_row,
    titled,
    worded,
)
from ternois_analysis.observatory import assessment, quality
from ternois_analysis.observatory.assessment import Assessment
from ternois_analysis.observatory.checks import Check
from ternois_analysis.trail import cached_property

#: Kinds of checks of sums, shown line by line; the others are counted.
_SUMS = ("published", "members", "whole", "epci", "same", "sum", "passage", "rows")


@dataclass(frozen=True, eq=False)
class Quality:
    """What a page shows of the quality of its sources; reached as `page.qualite`."""

    material: Material

    @cached_property
    def _assessed(self) -> tuple[Assessment, ...]:
        return assessment.assess(self.material.observatory, self.material.place)

    def _row(
        self, name: str, source: str, value: float, category: str, period: str = ""
    ) -> dict[str, object]:
        """A number of a check as a published value, so that it is in `values.csv` as the others."""
        place, door = self.material.place, self.material.observatory
        return {
            "quarter": str(door.quarter), "audience": door.audience, "territory": place.id,
            "territory_label": place.label, "indicator": name, "category": category,
            "period": period, "value": value, "low": math.nan, "high": math.nan, "n": math.nan,
            "status": "n.d." if math.isnan(value) else "ok", "note": "", "source": source,
            "millesime": period, "synthetic": bool(source) and catalog.source(source).synthetic,
        }  # fmt: skip

    def verdict(self) -> Block:
        """How many sources are sound, and what is wrong with the others, in sentences."""
        found = self._assessed
        count = len(found)
        texts = [
            f"{count} {french.plural(count, 'source')} : "
            + french.listing(
                [f"{sum(one.state == state for one in found)} {worded(state, found)}"
                 for state in ("ok", "watch", "block")
                 if any(one.state == state for one in found)]
            ) + "."
        ]  # fmt: skip
        faults = quality.faults(self.material.observatory)
        texts += [check.told() for check in faults]
        done = sum(c.state == "ok" for c in quality.checks(self.material.observatory))
        if not faults:
            texts.append(f"Aucun contrôle ne bloque ; {french.number(done)} sont satisfaits.")
        values = [self._row("checks_passed", "", float(done), "")]
        values += [
            self._row("sources_count", "", float(sum(o.state == s for o in found)), s)
            for s in VERDICTS if s != "unknown"
        ]  # fmt: skip
        late = [titled(o.source) for o in found if o.late_months > 0 and not o.ended]
        if late:
            texts.append(f"En retard sur leur rythme de publication : {' ; '.join(late)}.")
        return perimeter.paragraphs("L’état des sources", texts, _values(values))

    def sources(self) -> Block:
        """Table of the sources: freshness, coverage, checks, score and verdict."""
        rows, values = [], []
        for one in self._assessed:
            rows.append(source_row(one))
            numbers = {
                "source_age_months": one.age_months, "source_due_months": one.allowed_months,
                "source_coverage_pct": one.coverage_pct,
                "source_coverage_france_pct": one.france_pct, "source_checks_passed": one.passed,
                "source_checks": one.sure, "source_score": one.score,
            }  # fmt: skip
            values += [self._row(n, one.source, float(v), one.source, one.millesime)
                       for n, v in numbers.items() if not math.isnan(v)]  # fmt: skip
        return self._table("Fraîcheur, couverture et contrôles de chaque source", rows, values,
                           champ="Sources que voit le trimestre", note=SCORE)  # fmt: skip

    def freshness(self) -> Block:
        """Age of each source, beside the age at which its next millésime is due."""
        aged = [one for one in self._assessed if not math.isnan(one.allowed_months)]
        rows = [
            self._row("source_age_months", one.source, one.age_months, one.source, one.millesime)
            for one in aged
        ]
        drawn = pd.DataFrame(rows, columns=list(COLUMNS)).assign(
            # One bar a source; the mark of the age that is expected takes the place of an interval.
            territory=[one.source for one in aged],
            territory_label=[titled(one.source) for one in aged],
            low=[one.allowed_months for one in aged], high=[one.allowed_months for one in aged],
            category="", period="", synthetic=False,
        )  # fmt: skip
        late = sum(one.late_months > 0 and not one.ended for one in aged)
        title = (
            f"{late} {french.plural(late, 'source')} sur {len(aged)} "
            f"{french.plural(late, 'est', 'sont')} en retard sur leur rythme de publication"
            if late
            else "Aucune source n’est en retard sur son rythme de publication"
        )
        caption = Caption(
            title, source=words.credit(drawn.assign(source=[one.source for one in aged])),
            note="Le trait noir marque l’âge auquel le millésime suivant est attendu : rythme et "
            "délai de publication du producteur.",
        )  # fmt: skip
        made = charts.bars(drawn, AGE, caption, order="given")
        table = pd.DataFrame(
            {
                "Source": [titled(one.source) for one in aged],
                "Âge (mois)": [french.number(one.age_months) for one in aged],
                "Âge attendu au plus (mois)": [french.number(one.allowed_months) for one in aged],
            }
        )
        rows += [
            self._row("source_due_months", o.source, o.allowed_months, o.source, o.millesime)
            for o in aged
        ]
        return dataclasses.replace(made, table=table, values=_values(rows))

    def reconciliation(self) -> Block:
        """Table of the checks of sums: expected, found, gap and verdict."""
        shown = [c for c in quality.checks(self.material.observatory) if c.kind in _SUMS]
        shown.sort(key=lambda check: _SUMS.index(check.kind))
        return self._checks("Les totaux retrouvés, un à un", shown)

    def others(self) -> Block:
        """Checks that failed or are to be watched, whatever their kind."""
        odd = [
            c for c in quality.checks(self.material.observatory) if c.state in ("watch", "block")
        ]
        if not odd:
            return perimeter.paragraphs("Les constats", ["Aucun contrôle n’a rien à signaler."])
        return self._checks("Les constats", odd)

    def _checks(self, title: str, shown: Iterable[Check]) -> Block:
        rows, values = [], []
        for check in shown:
            rows.append(check_row(check))
            what = french.typeset(f"{check.words} ({titled(check.source)})")
            values += [
                self._row(f"check_{n}", check.source, v, what, check.millesime)
                for n, v in (("expected", check.expected), ("found", check.found))
            ]
        note = (
            "Attendu et trouvé sont des sommes, ou le nombre de communes en défaut quand le "
            "contrôle se fait commune par commune. Un écart est admis dans la limite des arrondis "
            "du producteur. Chaque contrôle porte sur toutes les communes du fichier."
        )
        return self._table(title, rows, values, champ="Toutes les communes des fichiers", note=note)

    def missing(self) -> Block:
        """Cells of each source for the territory: known, hidden, not available or empty."""
        rows, values = [], []
        for one in self._assessed:
            cells = one.cells
            if not cells.total:
                continue
            empty = cells.total - cells.known - cells.hidden - cells.unavailable
            counts = {"known": cells.known, "hidden": cells.hidden,
                      "unavailable": cells.unavailable, "empty": empty}  # fmt: skip
            heads = ("Renseignées", "Secret (s)", "Non disponibles (nd)", "Vides")
            rows.append(
                {"Source": titled(one.source), "Millésime": words.period(one.millesime),
                 "Cellules": french.number(cells.total)}
                | {head: part(count, cells.total)
                   for head, count in zip(heads, counts.values(), strict=True)}
            )  # fmt: skip
            counts["total"] = cells.total
            values += [self._row(f"cells_{n}", one.source, float(v), one.source, one.millesime)
                       for n, v in counts.items()]  # fmt: skip
        return self._table(
            f"Ce que chaque source dit des communes : {self.material.place.label}", rows, values,
            champ="Communes du territoire, dernier millésime de chaque source",
            note="Une cellule est le chiffre d’une commune dans une colonne. Secret, non "
            "disponible, vide et zéro sont quatre choses différentes.",
        )  # fmt: skip

    def breaks(self) -> Block:
        """Declared breaks of series, and the least gap between years that compare."""
        rows = []
        for one in self._assessed:
            entry = catalog.source(one.source)
            told = [f"{rupture.year} : {rupture.why}" for rupture in entry.breaks]
            if entry.least_gap_years:
                told.append(f"années à {entry.least_gap_years} ans d’écart au moins")
            if one.ended:
                told.append(f"série close après {one.ended}")
            years = sorted(
                {f.millesime for f in self.material.observatory.columns.files(one.source)}
            )
            rows.append(
                {
                    "Source": titled(one.source),
                    "Millésimes": french.listing([words.period(y) for y in years]) or
                    words.period(one.millesime),
                    "Ruptures et précautions": french.typeset(" ; ".join(told))
                    or "aucune déclarée",
                }
            )  # fmt: skip
        return self._table("Ce qui se compare dans le temps", rows, [], champ="", note="")

    def absent(self) -> Block:
        """The sources that are not installed, each with the command that installs it."""
        names = assessment.missing(self.material.observatory)
        if not names:
            return perimeter.paragraphs("Sources non installées", ["Toutes le sont."])
        return perimeter.paragraphs("Sources non installées", words.not_installed(names))

    def _table(
        self, title: str, rows: list[dict[str, str]], values: list[dict[str, object]], *,
        champ: str, note: str,
    ) -> Block:  # fmt: skip
        used = _values(values)
        caption = Caption(title, champ=champ, source=words.credit(used), note=note)
        return compose("table", caption, used, alt="", table=pd.DataFrame(rows))


def _values(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates(ignore_index=True)
