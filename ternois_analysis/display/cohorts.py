"""The projections by age as blocks, as soon as two censuses by age are installed."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.covered import without_sources
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, shown, written
from ternois_analysis.observatory import age_projections
from ternois_analysis.observatory.age_projections import (
    COHORTS,
    COMPONENTS,
    COUNTED,
    NO_MIGRATION,
    Aged,
)

_SMALL = f"Moins de {french.number(age_projections.LEAST)} habitants, ou une commune manque : n.s."


@dataclass(frozen=True, eq=False)
class Cohorts:
    """What a page shows of the projections by age; reached as `page.perspectives.cohorts`."""

    material: Material

    def _known(self, title: str) -> Aged | Block:
        """The projections, or the block that says why there are none."""
        observatory = self.material.observatory
        if (absent := without_sources(observatory, ["ages"], title)) is not None:
            return absent
        found = age_projections.aged(observatory, self.material.place)
        if found is None:
            text = (
                "Il faut deux recensements par âge, à cinq ans d’écart au moins : n.d. Pour en "
                f"ajouter un : {catalog.command('ages')}"
            )
            return perimeter.paragraphs(title, [text])
        return found

    def population(self) -> Block:
        """Fan chart of the population projected by its cohorts."""
        title = "La population projetée par ses cohortes (Hamilton-Perry)"
        found = self._known(title)
        if isinstance(found, Block):
            return found
        rows = found.rows[found.rows["category"].isin([COUNTED, COHORTS])]
        if (rows["status"] != "ok").any():
            return perimeter.paragraphs(title, [_SMALL], rows)
        entry = catalog.indicator("projected_population")
        texts = [
            "Enveloppe : toutes les cohortes plus basses, puis plus hautes, de l’écart imprimé "
            "dans les hypothèses ; sans probabilité."
        ]
        if found.between:
            years = french.listing([str(year) for year in found.between])
            texts.append(f"Âges de {years} estimés entre deux recensements.")
        if found.raked:
            texts.append("Les cinq communautés de communes sont calées sur le total du Pays.")
        caption = Caption(title, source=words.credit(rows), champ=entry.champ,
                          note=" ".join(texts))  # fmt: skip
        return charts.fan(rows.reset_index(drop=True), entry, caption, COUNTED)

    def bands(self) -> Block:
        """Table of three broad groups of ages, now and projected."""
        title = "Les grands groupes d’âge, aujourd’hui et projetés"
        found = self._known(title)
        if isinstance(found, Block):
            return found
        return self._crossed(found.bands, title, "Cohortes de Hamilton-Perry.")

    def components(self) -> Block:
        """Table of the projection by components, with and without migration."""
        title = "La projection par composantes : naissances, décès, migrations"
        found = self._known(title)
        if isinstance(found, Block):
            return found
        absent = without_sources(self.material.observatory, ["etat_civil"], title)
        if absent is not None:
            return absent
        rows = found.rows[found.rows["category"].isin([COMPONENTS, NO_MIGRATION])]
        if rows.empty:
            return perimeter.paragraphs(title, ["Naissances ou décès inconnus : n.d."])
        note = (
            "Les niveaux de mortalité et de fécondité redonnent les décès et les naissances "
            "observés ; les migrations sont ce qui reste. Sans migration : le solde naturel seul."
        )
        return self._crossed(rows, title, note)

    def labour_force(self) -> Block:
        """Table of the active residents if the activity rate of the newest census held."""
        title = "Les actifs de 15 à 64 ans, si le taux d’activité se maintenait"
        missing = without_sources(self.material.observatory, ["ages", "emploi"], title)
        if missing is not None:
            return missing
        found = self._known(title)
        if isinstance(found, Block):
            return found
        if found.active.empty:
            return perimeter.paragraphs(title, ["Taux d’activité inconnu : n.d."])
        note = "Habitants de 15 à 64 ans projetés × taux d’activité du dernier recensement."
        return self._crossed(found.active, title, note)

    def errors(self) -> Block:
        """What the method would have said of the newest census, in short sentences."""
        title = "Ce que la méthode aurait dit du dernier recensement"
        found = self._known(title)
        if isinstance(found, Block):
            return found
        rows = shown(found.errors)
        if rows.empty:
            text = (
                "Il faut un troisième recensement par âge, dix ans avant le dernier, pour un essai "
                "sur le passé : n.d."
            )
            return perimeter.paragraphs(title, [text], found.errors)
        entry = catalog.indicator("projection_error_pct")
        texts = [
            f"{words.capital(str(row['category']))} : {written(row['value'], entry)} d’erreur "
            f"{words.period(str(row['period']))} (essai sur le passé)."
            for _, row in rows.iterrows()
        ]
        return perimeter.paragraphs(title, texts, found.errors)

    @staticmethod
    def _crossed(rows: pd.DataFrame, title: str, note: str) -> Block:
        """Table of one row a category, one column a period."""
        if shown(rows).empty:
            return perimeter.paragraphs(title, [_SMALL], rows)
        entry = catalog.indicator(str(rows["indicator"].iloc[0]))
        records = []
        for category, own in rows.groupby("category", sort=False):
            cells = {str(row["period"]): cell(row, entry) for _, row in own.iterrows()}
            head = words.capital(str(category)) or entry.short
            records.append({"Population": french.typeset(head)} | cells)
        place = str(rows["territory_label"].iloc[0])
        caption = Caption(
            f"{title}, {place}", champ=entry.champ, source=words.credit(rows), note=note
        )
        return compose("table", caption, rows, alt="", table=pd.DataFrame(records))
