"""The blocks on what partners contribute: what came in, how fresh, how complete, what for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.contributions import contributed_source, contributions
from ternois_analysis.catalog.secrecy import audience as audience_facts
from ternois_analysis.display import perimeter, tables, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import arrivals, made
from ternois_analysis.observatory.arrivals import Arrival
from ternois_analysis.trail import cached_property

#: Rows of the list of things, at most: a page is no catalogue.
_LISTED = 40
_NONE = (
    "Aucune contribution n’est visible pour ce trimestre et ce public : aucun chiffre de ces "
    "pages n’en vient."
)
_RHYTHMS = {"quarter": "chaque trimestre", "year": "chaque année"}


@dataclass(frozen=True, eq=False)
class Contributions:
    """What a page shows of contributions; reached as `page.contributions`."""

    material: Material

    @cached_property
    def _found(self) -> list[Arrival]:
        return arrivals.arrivals(self.material.observatory)

    def _newest(self) -> list[Arrival]:
        """The contributions of the newest period of each kind."""
        last: dict[str, str] = {}
        for each in self._found:
            last.setdefault(each.kind, each.file.millesime)
        return [each for each in self._found if each.file.millesime == last[each.kind]]

    def received(self) -> Block:
        """Who sent what, for which period, under which agreement, and what was taken of it."""
        title = "Ce que les partenaires ont envoyé"
        if not self._found:
            return perimeter.paragraphs(title, [_NONE])
        rows: list[dict[str, str]] = []
        values: list[pd.DataFrame] = []
        for each in self._found:
            entry = each.entry
            rows.append({
                "Contribution": french.typeset(each.facts.label),
                "Envoi": french.typeset(f"{entry.sender}, {entry.agreement}"),
                "Période": words.period(entry.millesime),
                "Reçue le": french.date(entry.received.isoformat()),
                "Usage": audience_facts(entry.audience).label,
                "Lignes acceptées": french.number(entry.rows_accepted),
                "Lignes écartées": french.number(entry.rows_set_aside),
            })  # fmt: skip
            counts = {"contribution_rows_accepted": entry.rows_accepted,
                      "contribution_rows_set_aside": entry.rows_set_aside}  # fmt: skip
            values.append(self._numbers(each, counts, each.entry.sender))
        note = "Une ligne écartée a son motif dans le rapport remis à l’envoyeur."
        count, senders = len(rows), len({each.entry.sender for each in self._found})
        title = (
            f"{count} {french.plural(count, 'contribution')} en vigueur, de {senders} "
            f"{french.plural(senders, 'partenaire')}"
        )
        return self._table(title, rows, values, "Contributions en vigueur", note)

    def freshness(self) -> Block:
        """Age and completeness of the newest contributions of each kind."""
        title = "Fraîcheur et couverture des contributions"
        if not self._found:
            return perimeter.paragraphs(title, [_NONE])
        place, door = self.material.place, self.material.observatory
        rows: list[dict[str, str]] = []
        values: list[pd.DataFrame] = []
        asked = len(place.communes)
        for each in {each.kind: each for each in self._newest()}.values():
            age = arrivals.age_months(door, each)
            known = arrivals.covered(door, each.kind, each.file.millesime, place)
            current = each.file.millesime == arrivals.expected(door, each.kind)
            rows.append({
                "Contribution": french.typeset(each.facts.label),
                "Dernière période": words.period(each.file.millesime),
                "Âge (mois)": french.number(age),
                "Fraîcheur": "à jour" if current else "période suivante attendue",
                "Communes renseignées": french.typeset(
                    f"{french.number(known)} sur {french.number(asked)}"
                ),
            })  # fmt: skip
            counts = {"contribution_age_months": age, "contribution_communes": float(known),
                      "contribution_communes_asked": float(asked)}  # fmt: skip
            values.append(self._numbers(each, counts, ""))
        note = (
            "Une commune dont une ligne est écartée reste inconnue, et le total d’un territoire "
            "dont une commune est inconnue n’est pas disponible : rien n’est trop petit en silence."
        )
        return self._table(title, rows, values, f"Communes situées {words.within(place)}", note)

    def allowed(self) -> Block:
        """The indicators that the contributions feed."""
        title = "Ce que les contributions permettent"
        if not self._found:
            return perimeter.paragraphs(title, [_NONE])
        texts = []
        for kind in dict.fromkeys(each.kind for each in self._found):
            names = arrivals.fed(self.material.observatory, kind)
            told = french.listing([_small(catalog.indicator(name).label) for name in names])
            label = contributions().kinds[kind].label
            texts.append(f"{label} : {told or 'aucun indicateur ne s’en sert encore'}.")
        return perimeter.paragraphs(title, texts)

    def figures(self) -> Block:
        """The indicators made of contributions alone, side by side."""
        title = "Les chiffres des partenaires, côte à côte"
        door = self.material.observatory
        names = [
            name
            for kind in dict.fromkeys(each.kind for each in self._found)
            for name in arrivals.fed(door, kind)
            if not catalog.indicator(name).computed
        ]
        if not names:
            return perimeter.paragraphs(title, [_NONE])
        own = self.material.beside
        places = own if self.material.place in own else (self.material.place, *own)
        values = door.values(list(places[: tables.MAX_COLUMNS - 1]), names)
        entries = {name: catalog.indicator(name) for name in names}
        kinds = [contributions().kinds[kind] for kind in dict.fromkeys(a.kind for a in self._found)]
        note = " ".join(dict.fromkeys(kind.caution for kind in kinds))
        # A sentence says one number: of an indicator cut by category it would not say which.
        plain = next((name for name in names if not entries[name].categories), "")
        own_rows = values[values["indicator"] == plain]
        caption = Caption(
            title, source=words.credit(values), note=note,
            champ=words.capital(" ; ".join(dict.fromkeys(e.champ for e in entries.values()))),
            reading=words.reading(own_rows, entries[plain], self.material.place) if plain else "",
        )  # fmt: skip
        return tables.table(values, entries, caption)

    def offer(self) -> Block:
        """The premises, land and projects that were sent, one by one."""
        title = "Locaux, terrains et projets, un à un"
        things = [each for each in self._newest() if each.facts.items]
        place = self.material.place
        rows: list[dict[str, str]] = []
        values: list[pd.DataFrame] = []
        names = self.material.observatory.columns.communes.set_index("commune")["commune_name"]
        for each in things:
            for _, row in arrivals.listed(each, place).iterrows():
                told = {"Commune": str(names[row["commune"]])}
                for name, field in each.facts.columns.items():
                    if field.kind == "number":
                        told[field.label] = french.number(row[name])
                        values.append(self._numbers(each, {name: float(row[name])},
                                                    f"{row['commune']} {len(rows)}"))  # fmt: skip
                    elif field.kind != "commune":
                        told[field.label] = french.typeset(field.choices.get(row[name], row[name]))
                rows.append(told)
        if not rows:
            return perimeter.paragraphs(title, [
                f"Aucun local, terrain ou projet n’est connu {words.within(place)}."])  # fmt: skip
        more = len(rows) - _LISTED
        note = f"Les {_LISTED} premières lignes ; {more} autres ne sont pas montrées."
        shown = values[:_LISTED]
        champ = f"Lignes acceptées, {words.within(place)}"
        return self._table(title, rows[:_LISTED], shown, champ, note if more > 0 else "")

    def templates(self) -> Block:
        """The templates that a partner may fill in, and the command that writes each."""
        rows = [
            {"Partenaire": french.typeset(kind.partner), "Contribution": french.typeset(kind.label),
             "Une ligne du fichier": french.typeset(kind.row), "Rythme": _RHYTHMS[kind.period],
             "Modèle": f"ternois new contribution {name}"}
            for name, kind in contributions().kinds.items()
        ]  # fmt: skip
        caption = Caption(
            "Les modèles à remplir",
            note="Un modèle est un classeur à listes déroulantes. Il ne demande aucun nom de "
            "personne ; chaque envoi dit quel public peut le voir.",
        )
        return compose("table", caption, perimeter.nothing(), alt="", table=pd.DataFrame(rows))

    def _numbers(
        self, arrival: Arrival, counts: Mapping[str, float], category: str
    ) -> pd.DataFrame:
        """Numbers on a contribution as published values, so that they are in `values.csv`."""
        told = " : ".join(filter(None, (arrival.facts.label, category)))
        rows = [
            made.row(self.material.place, name, float(value), category=told)
            for name, value in counts.items()
        ]
        dated = {contributed_source(arrival.kind): arrival.file.millesime}
        return made.table(self.material.observatory, rows, dated)

    def _table(
        self, title: str, rows: Sequence[dict[str, str]], values: Sequence[pd.DataFrame],
        champ: str, note: str,
    ) -> Block:  # fmt: skip
        used = pd.concat(values, ignore_index=True) if values else perimeter.nothing()
        caption = Caption(title, champ=champ, source=words.credit(used), note=note)
        table = pd.DataFrame(list(rows)).fillna("")
        return compose("table", caption, used, alt="", table=table)


def _small(label: str) -> str:
    """A label as it stands inside a sentence."""
    return label[:1].lower() + label[1:]
