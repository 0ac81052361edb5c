"""The income blocks of a page: figures read where they are published, never put together again."""

from dataclasses import dataclass, replace

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import absent, charts, perimeter, tables, words
from ternois_analysis.display.block import Block, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import definition, shown
from ternois_analysis.observatory.values import EMPTY, HIDDEN, UNLISTED
from ternois_analysis.territory import Territory

_SOURCE, _LEAD = "filosofi", "median_standard_of_living_eur"
#: EPCIs of today shown beside a territory of which they have most communes.
_AROUND = 1


@dataclass(frozen=True, eq=False)
class Income:
    """What a page shows of incomes; reached as `page.revenus`."""

    material: Material

    @property
    def _places(self) -> tuple[Territory, ...]:
        """The territory, the EPCI of today of most of its communes, and wider references."""
        place, members = self.material.place, set(self.material.place.communes)
        near = sorted(
            (epci for epci in self.material.observatory.epcis if members & set(epci.communes)),
            key=lambda epci: len(members & set(epci.communes)),
            reverse=True,
        )
        wider = [
            t for t in self.material.references if t.kind in ("departement", "region", "france")
        ]
        chosen = [place, *(near[:_AROUND] if place.kind in ("pays", "cc", "commune") else ())]
        return tuple({t.id: t for t in [*chosen, *wider]}.values())

    def _values(self, *indicators: str) -> pd.DataFrame:
        return self.material.observatory.values(self._places, indicators)

    def _absent(self, title: str) -> Block | None:
        return absent.sources(self.material.observatory, [_SOURCE], title)

    def why(self) -> Block:
        """Which year is shown, how old it is, and why some territories have no figure."""
        title = "Ce qui est publié, et de quand datent ces chiffres"
        if (missing := self._absent(title)) is not None:
            return missing
        values = self._values(_LEAD)
        place = self.material.place
        year = max(values["period"])
        quarter = self.material.observatory.quarter
        age = quarter.last_day.year - int(year)
        known = sorted(self.material.observatory.columns.millesimes(
            "published_median_standard_of_living_eur"
        ))  # fmt: skip
        texts = [
            f"Les revenus montrés sont ceux de {year} : au {french.quarter(str(quarter))}, ils ont "
            f"{age} {french.plural(age, 'an')}."
        ]
        newer = [each for each in known if each > year]
        if newer:
            texts.append(
                f"Des fichiers de {french.listing(newer)} sont installés, à moins d’échelles : "
                f"{year} est l’année la plus récente qui permette de comparer le plus d’échelles."
            )
        own = values[values["territory"] == place.id].iloc[0]
        if own["status"] != "ok":
            reason = own["note"] or "le producteur n’a pas de chiffre pour ce territoire"
            texts.append(f"{words.capital(place.name)} n’a pas de médiane publiée ({reason}).")
        if own["status"] != "ok" and len(place.communes) > 1:
            texts.append(
                "La médiane d’un ensemble ne se calcule pas avec celles de ses parties : il "
                "faudrait les revenus de chaque ménage. Aucune moyenne de communes n’est donc "
                "donnée ici ; les chiffres de territoires publiés servent de repères."
            )
        return perimeter.paragraphs(title, texts, values)

    def table(self, *indicators: str) -> Block:
        """Indicators of the territory, of the EPCI of today around it and of its references."""
        entries = {name: catalog.indicator(name) for name in indicators}
        title = words.subjects(indicators)
        if (missing := self._absent(title)) is not None:
            return missing
        values = self._values(*indicators)
        caption = words.caption(title, indicators, values, self._read(values))
        entry = entries[indicators[0]]
        if len(indicators) > 1 or not entry.categories:
            return tables.table(values, entries, caption)
        caption = replace(caption, subtitle=definition(entry, values))
        listing = tables.crossed(self._ordered(values), entry, "category")
        return compose("table", caption, values, alt="", table=listing)

    def _ordered(self, values: pd.DataFrame) -> pd.DataFrame:
        """The values in the order of the territories, each with its categories in theirs."""
        order = {place.id: rank for rank, place in enumerate(self._places)}
        return values.sort_values("territory", key=lambda t: t.map(order), kind="stable")

    def _read(self, values: pd.DataFrame) -> Territory:
        """The territory that the reading is about: the first with a value."""
        some = set(shown(values)["territory"])
        return next((t for t in self._places if t.id in some), self.material.place)

    def bars(self, indicator: str) -> Block:
        """Bars of an indicator for the same territories."""
        entry = catalog.indicator(indicator)
        if (missing := self._absent(entry.label)) is not None:
            return missing
        values = self._values(indicator)
        extent = words.spread(values, entry, "les territoires")
        title = f"{words.subject(entry)} : {extent}" if extent else entry.label
        caption = words.caption(title, [indicator], values, self._read(values))
        return charts.bars(values, entry, caption, order="given", highlight=self.material.place.id)

    def structure(self) -> Block:
        """Incomes before taxes by kind, as parts that add up, for the same territories."""
        name = "income_before_tax_share_pct"
        entry = catalog.indicator(name)
        title = "De quoi sont faits les revenus, avant impôts directs"
        if (missing := self._absent(title)) is not None:
            return missing
        values = self._ordered(self._values(name))
        caption = replace(words.caption(title, [name], values, self.material.place), reading="")
        return charts.ages(values, entry, caption)

    def hidden(self) -> Block:
        """How many communes have a median, an empty cell, or no row in the producer's file."""
        title = "Les communes sans chiffre"
        if (missing := self._absent(title)) is not None:
            return missing
        values = self.material.by_commune([_LEAD])
        counts = {
            "sous secret statistique (« s » dans le fichier)": (values["note"] == HIDDEN).sum(),
            "à la case vide dans le fichier de l’Insee : le chiffre existe peut-être, il n’est pas "
            "publié": (values["note"] == EMPTY).sum(),
            "absentes du fichier": (values["note"] == UNLISTED).sum(),
        }
        shared = len(shown(values))
        texts = [f"Communes dont la médiane est publiée : {shared} sur {len(values)}."]
        texts += [f"Communes {what} : {count}." for what, count in counts.items() if count]
        if shared < len(values):
            texts.append(catalog.source(_SOURCE).caution)
        return perimeter.paragraphs(title, texts, values)
