"""Who a territory is: the head of its page, its perimeter, its history, those it resembles."""

from ternois_analysis import catalog, french
from ternois_analysis.catalog.territories import Event
from ternois_analysis.display import absent, words
from ternois_analysis.display import perimeter as outlines
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import changes, likeness


def situation(material: Material) -> str:
    """The day of the composition, in words."""
    return f"situation au {french.date(material.place.at)}"


def header(material: Material) -> Block:
    """Whose page it is, for which quarter, and what must be known before reading it."""
    place = material.place
    label = f"{place.label}, {french.quarter(str(material.observatory.quarter))}"
    count = len(place.communes)
    texts = [f"{count} {french.plural(count, 'commune')}, {situation(material)}.", place.note]
    texts += [reference.note for reference in material.references]
    return outlines.paragraphs(label, list(dict.fromkeys(texts)))


def perimeter(material: Material) -> Block:
    """Map of a territory and of the territories that make it up."""
    groups, place = material.groups, material.place
    values = material.of(["communes_count"], groups or (place,))
    count = len(place.communes)
    title = f"{place.label} : {count} {french.plural(count, 'commune')}"
    if len(groups) > 1:
        title += f" dans {len(groups)} territoires"
    return outlines.outline(
        values, material.shapes, catalog.indicator("communes_count"),
        Caption(title, words.capital(situation(material)), source=words.credit(values)),
        groups={t.id: t.short for t in groups}, neighbours=material.around,
    )  # fmt: skip


def history(material: Material) -> Block:
    """What happened to a territory and its communes, as far as the facts go."""
    observatory, place = material.observatory, material.place
    known = observatory.gazetteer.facts
    members = set(place.communes)
    overlapping = {
        fact.siren
        for name, fact in known.territories.items()
        if members & set(observatory.territory(name).communes)
    }
    own = overlapping | members
    inside = members <= set(observatory.gazetteer.pays_codes)
    events = [
        event
        for event in known.events
        if inside and (event.kind in ("institution", "pays") or own & set(event.codes))
    ]
    told = [*events, *_recorded(material, {event.date for event in events})]
    if not told:
        absent_events = absent.sources(observatory, [changes.SOURCE], "Histoire du périmètre")
        return absent_events or outlines.paragraphs(
            "Histoire du périmètre", ["Aucun événement n’est enregistré pour ce territoire."]
        )
    return outlines.history(told, Caption("Histoire du périmètre"))


def _recorded(material: Material, known: set[str]) -> list[Event]:
    """Events of the installed list, but for the days of which the facts already tell."""
    found = changes.of(material.observatory, material.place)
    return [event for event in found if event.date not in known]


def similar(material: Material) -> Block:
    """The EPCIs that resemble a territory, and why."""
    peers = material.observatory.peers(material.place, ["population"])
    if peers.empty:
        scale = material.place.kind in likeness.SCALES
        why = (
            "La population ou la superficie de ce territoire n’est pas disponible : aucun EPCI ne "
            "peut lui être comparé."
            if scale
            else "Ce territoire n’est pas à l’échelle d’un EPCI : sans objet."
        )
        return outlines.paragraphs("EPCI de même structure", [why])
    found = material.observatory.similar(material.place)
    values = peers[peers["indicator"] == "population"]
    note = (
        "Écarts au territoire en écarts-types de toutes les intercommunalités de France, "
        "population, superficie et nombre de communes étant pris en logarithmes ; la distance "
        "est celle de Mahalanobis."
    )
    title = f"{len(found)} EPCI de même structure, du plus proche au moins proche"
    return outlines.likeness(values, found, Caption(title, source=words.credit(values), note=note))
