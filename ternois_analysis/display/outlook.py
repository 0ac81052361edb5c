"""The registrations of the next quarters as blocks: what is expected, and how models did before."""

from dataclasses import dataclass

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.covered import NO_VERDICT, invented, without_register
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import shown, written
from ternois_analysis.observatory import registrations_outlook as registrations


@dataclass(frozen=True, eq=False)
class Registrations:
    """What is expected of registrations; reached as `page.perspectives.registrations`."""

    material: Material

    def ahead(self) -> Block:
        """Fan chart of the registrations of the next four quarters, for the Pays."""
        title = "Les immatriculations des quatre prochains trimestres"
        if (absent := without_register(self.material, title)) is not None:
            return absent
        found = registrations.of_pays(self.material.observatory)
        if found.found is None or shown(found.rows).empty:
            return perimeter.paragraphs(title, [_too_few(found.quarters)], found.rows)
        model = registrations.LABELS[found.found.model]
        note = (
            f"Modèle : {model}. Les intervalles à 80 % et à 95 % suivent l’étendue de ses "
            "erreurs passées, et au moins celle d’un comptage (loi de Poisson)."
        )
        entry = catalog.indicator("registrations_outlook")
        caption = Caption(
            f"{title}, dans l’ensemble du Pays", source=words.credit(found.rows),
            champ=entry.champ, note=note,
        )  # fmt: skip
        return charts.fan(found.rows, entry, caption, registrations.OBSERVED)

    def errors(self) -> Block:
        """Table of the errors of each model, tried quarter after quarter."""
        entry = catalog.indicator("outlook_error_pct")
        if (absent := without_register(self.material, entry.label)) is not None:
            return absent
        found = registrations.of_pays(self.material.observatory)
        if found.errors.empty:
            return perimeter.paragraphs(entry.label, [_too_few(found.quarters)])
        note = (
            f"{entry.definition} Chaque modèle est essayé comme si l’on était à chacun des "
            "trimestres passés (origine glissante)."
        )
        caption = Caption(entry.label, champ=entry.champ, source=words.credit(found.errors),
                          note=note)  # fmt: skip
        return tables.table(found.errors, {"outlook_error_pct": entry}, caption)

    def verdict(self) -> Block:
        """Whether a model beats last year's figures, in one sentence with its test."""
        title = "Un modèle fait-il mieux que l’année passée répétée ?"
        if (absent := without_register(self.material, title)) is not None:
            return absent
        found = registrations.of_pays(self.material.observatory)
        if found.found is None:
            return perimeter.paragraphs(title, [_too_few(found.quarters)])
        if invented(self.material):
            return perimeter.paragraphs(title, [NO_VERDICT], found.errors)
        if not found.found.beats_naive:
            text = (
                "Non : aucun modèle ne fait mieux que la prévision naïve saisonnière "
                "(origine glissante). On répète donc l’année passée."
            )
            return perimeter.paragraphs(title, [text], found.errors)
        label = registrations.LABELS[found.found.model]
        own = found.errors[found.errors["category"] == label].iloc[0]
        error = written(own["value"], catalog.indicator("outlook_error_pct"))
        text = (
            f"Oui : {label}, dont l’erreur vaut {error} de celle de la prévision naïve "
            f"(origine glissante, {french.number(own['n'])} essais)."
        )
        return perimeter.paragraphs(title, [text], found.errors)


def _too_few(quarters: int) -> str:
    return (
        f"{french.number(quarters)} {french.plural(quarters, 'trimestre')} d’immatriculations : il"
        f" en faut {registrations.LEAST} pour essayer un modèle. Rien n’est annoncé : n.s."
    )
