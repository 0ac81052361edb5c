"""The blocks on owners near retirement: who may leave, what may be lost, what is taken over."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.scenarios import scenarios
from ternois_analysis.display import (
    assumptions,
    charts,
    glossary,
    handed_over,
    perimeter,
    tables,
    words,
)
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.covered import without_register
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, interval, shown
from ternois_analysis.observatory import (
    last_of_trade,
    older_trades,
    owner_exits,
    transmission,
)
from ternois_analysis.territory import Territory

_SCENARIO = "Scénario, non prévision : les paramètres sont supposés (niveau D, descriptif)."
_PERSONS = (
    "Ce qui touche aux personnes n’est donné qu’à partir de la communauté de communes ; les "
    "croisements avec l’âge, pour le Pays seul."
)
#: Terms of art that the blocks use.
_TERMS = ("confidence_interval", "sensitivity", "newcombe", "evidence_level")


@dataclass(frozen=True, eq=False)
class Transmission:
    """What a page shows of the transmission of craft businesses; reached as `page.transmission`."""

    material: Material

    @property
    def _places(self) -> list[Territory]:
        """The territory, the Pays and its parts, each once; at most seven."""
        observatory = self.material.observatory
        whole = transmission.pays(observatory)
        parts = sorted(
            (observatory.territory(name) for name in whole.parts),
            key=lambda part: french.plain(part.label),
        )
        own = [] if self.material.place.kind == "commune" else [self.material.place]
        return list({place.communes: place for place in (*own, whole, *parts)}.values())[:7]

    def owners(self) -> Block:
        """Table of owners of 55 and over, of their share and of the ages that are missing."""
        names = ["owners_55_plus", "owners_55_plus_share_pct", "owners_age_missing_pct"]
        title = "Les chefs d’entreprise de 55 ans ou plus"
        if (absent := without_register(self.material, title)) is not None:
            return absent
        values = self.material.observatory.values(self._places, names)
        return self._table(values, names, title, _PERSONS)

    def trades(self) -> Block:
        """Table of the older owners of the Pays by trade, and of businesses at risk."""
        title = "L’âge des chefs par métier, dans l’ensemble du Pays"
        if (absent := without_register(self.material, title)) is not None:
            return absent
        values = older_trades.trades(self.material.observatory)
        if values.empty:
            return perimeter.paragraphs(title, ["Âges inconnus ou trop peu nombreux : n.s."])
        share, risk = (
            catalog.indicator(name)
            for name in ("owners_55_plus_by_trade_pct", "transmission_at_risk_by_trade")
        )
        risks, shares = (
            values[values["indicator"] == name]
            for name in ("transmission_at_risk_by_trade", "owners_55_plus_by_trade_pct")
        )
        lost = {row["category"]: row for _, row in risks.iterrows()}
        # A short slide shows the first rows: the trades most at risk, those put together last.
        risky = shares["category"].map({name: -row["value"] for name, row in lost.items()})
        last = shares["category"] == older_trades.OTHERS
        keys = pd.DataFrame({"last": last, "risk": risky}).sort_values(
            ["last", "risk"], kind="stable"
        )
        records = []
        for _, row in shares.loc[keys.index].iterrows():
            at_risk = lost.get(row["category"])
            records.append({
                "Groupe de métiers": french.typeset(str(row["category"])),
                "Chefs d’âge connu": french.number(row["n"]),
                "55 ans ou plus (%)": cell(row, share), "Intervalle": interval(row, share),
                "Sans repreneur probable": "n.s." if at_risk is None else cell(at_risk, risk),
            })  # fmt: skip
        note = (
            "Les métiers où le plus d’entreprises seraient sans repreneur viennent d’abord. "
            "Entre crochets, intervalle à 95 % (Wilson). Les groupes où l’un des deux âges compte "
            f"moins de {transmission.least()} personnes sont réunis. La part reprise est celle du "
            f"Pays, la même pour tous les métiers. {_SCENARIO}"
        )
        caption = Caption(title, champ=share.champ, source=words.credit(values), note=note)
        return compose("table", caption, values, alt="", table=pd.DataFrame(records))

    def exits(self) -> Block:
        """Bars of the exits expected in five years, with the interval of the draws."""
        entry = catalog.indicator("owners_exits_5y")
        if (absent := without_register(self.material, entry.label)) is not None:
            return absent
        values = owner_exits.exits(self.material.observatory, self._places)
        if shown(values).empty:
            return perimeter.paragraphs(entry.label, [handed_over.why(values)])
        facts = scenarios()
        note = (
            f"Intervalle à 95 % de 10 000 tirages (graine {facts.seed}) où chaque chef part ou "
            "reste au hasard ; il ne dit rien de l’erreur des hypothèses. Les chefs d’âge inconnu "
            f"ne sont pas comptés. {_SCENARIO}"
        ).replace("10 000", "10\u202f000")
        caption = Caption(
            f"Les départs attendus en {facts.years} ans, si les hypothèses se vérifiaient",
            reading=words.reading(values, entry, _first_shown(values, self._places)),
            source=words.credit(values), champ=entry.champ, note=note,
        )  # fmt: skip
        return charts.bars(values, entry, caption, order="given")

    def at_risk(self) -> Block:
        """Table of the businesses that may find nobody, with what the bounds of the survey give."""
        entry = catalog.indicator("transmission_at_risk")
        if (absent := without_register(self.material, entry.label)) is not None:
            return absent
        observatory = self.material.observatory
        mix = transmission.employers(observatory)
        values = transmission.at_risk(observatory, self._places)
        values = pd.concat([values, mix], ignore_index=True)
        note = (
            "Entre crochets, le résultat des bornes des quatre paramètres prises ensemble : une "
            "sensibilité, non un intervalle (pour la part des employeurs : intervalle de Wilson à "
            f"95 %). {scenarios().caution} Beaucoup n’ont rien à transmettre : sans repreneur ne "
            f"veut pas dire perdu. {_SCENARIO}"
        )
        names = ["transmission_at_risk", "owners_55_plus_employers_pct"]
        return self._table(values, names, "Les entreprises sans repreneur probable", note)

    def sensitivity(self) -> Block:
        """Table of the exits of the Pays at the bounds of the hazards."""
        entry = catalog.indicator("owners_exits_5y")
        title = "Ce que changent les hypothèses de départ"
        if (absent := without_register(self.material, title)) is not None:
            return absent
        values = owner_exits.sensitivity(self.material.observatory, self._places)
        note = (
            "Entre crochets, les départs aux bornes basses, puis aux bornes hautes des "
            f"probabilités annuelles : une sensibilité, non un intervalle. {_SCENARIO}"
        )
        return self._table(values, ["owners_exits_5y"], title, note, entry.champ)

    def hypotheses(self) -> Block:
        """Table of the assumptions behind exits and transmission."""
        facts = scenarios()
        kinds = (facts.transmission.none, facts.transmission.employees)
        listed = [*facts.exits.values(), *(a for k in kinds for a in (k.sought, k.succeeded))]
        note = f"{facts.caution} Paramètres nationaux : ils font un scénario, non une prévision."
        return assumptions.table(
            self.material, "Les hypothèses de départ et de transmission",
            {each.label: each for each in listed}, note,
        )  # fmt: skip

    def last_of_kind(self) -> Block:
        """Table of the businesses that are alone in their trade in their commune."""
        title = "Dernière entreprise de son métier dans la commune"
        if (absent := without_register(self.material, title)) is not None:
            return absent
        observatory = self.material.observatory
        places = [self.material.place, *self._places]
        unique = list({place.communes: place for place in places}.values())[:7]
        values = pd.concat(
            [last_of_trade.by_territory(observatory, unique), last_of_trade.older(observatory)],
            ignore_index=True,
        )
        note = (
            "Le nombre d’entreprises par métier et par commune est public ; l’âge d’un chef seul "
            "de son métier ne l’est pas. Il n’est compté que pour le Pays, ou pour toutes ses "
            "parties à la fois. Aucune liste n’est donnée."
        )
        return self._table(values, ["last_of_trade", "last_of_trade_55_plus"], title, note)

    def last_by_trade(self) -> Block:
        """Table of the communes where each trade has a single business: public counts, no age."""
        title = "Dans combien de communes un métier ne tient qu’à une entreprise"
        if (absent := without_register(self.material, title)) is not None:
            return absent
        values = last_of_trade.by_trade(self.material.observatory, self.material.place)
        if values.empty:
            return perimeter.paragraphs(title, ["Aucun métier n’y compte une seule entreprise."])
        entry = catalog.indicator("last_of_trade")
        records = [
            {"Groupe de métiers": french.typeset(str(row["category"])),
             "Communes": cell(row, entry)}
            for _, row in values.iterrows()
        ]  # fmt: skip
        caption = Caption(title, source=words.credit(values), champ=entry.champ,
                          note=entry.definition)  # fmt: skip
        return compose("table", caption, values, alt="", table=pd.DataFrame(records))

    def takeovers(self) -> Block:
        """Line of the share of take-overs of the Pays."""
        return handed_over.line(self.material)

    def takeover_trend(self) -> Block:
        """One sentence: whether the share of take-overs moved, with its test."""
        return handed_over.trend(self.material)

    def words(self) -> Block:
        """Definitions of the terms of art of the page."""
        return glossary.block(_TERMS)

    def _table(
        self, values: pd.DataFrame, names: list[str], title: str, note: str, champ: str = ""
    ) -> Block:
        entries = {name: catalog.indicator(name) for name in names}
        told = champ or " ; ".join(dict.fromkeys(entry.champ for entry in entries.values()))
        caption = Caption(title, champ=told, source=words.credit(values), note=note)
        return tables.table(values, entries, caption)


def _first_shown(values: pd.DataFrame, places: list[Territory]) -> Territory:
    """The first territory whose value is shown."""
    known = set(shown(values)["territory"])
    return next(place for place in places if place.id in known)
