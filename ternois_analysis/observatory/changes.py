"""What happened to the communes of a territory, by Insee's list of events."""

from ternois_analysis import catalog, french, sources
from ternois_analysis.catalog.territories import Event
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

SOURCE = "cog_evenements"
#: Sentences by Insee's number of the kind of event; the others concern no perimeter.
_TOLD = {
    "10": "{name_before} devient {name_after}.",
    "20": "{name_after} ({commune_after}) est créée, auparavant dans {name_before}.",
    "21": "{name_after} ({commune_after}) est rétablie, auparavant dans {name_before}.",
    "30": "{name_before} ({commune}) est supprimée au profit de {name_after}.",
    "31": "{name_before} ({commune}) fusionne dans {name_after}.",
    "32": "{name_before} ({commune}) rejoint la commune nouvelle {name_after}.",
    "33": "{name_before} ({commune}) s’associe à {name_after}.",
    "41": "{name_before} change de département\u00a0: {commune} devient {commune_after}.",
}


def of(observatory: Observatory, place: Territory) -> list[Event]:
    """Events that changed the communes of a territory, oldest first; none without the list."""
    files = observatory.columns.files(SOURCE)
    if not files:
        return []
    rows = sources.read(SOURCE, files[-1].millesime, part=files[-1].part).reset_index()
    rows = rows.rename(columns={"code": "commune"})
    inside = rows["commune"].isin(place.communes) | rows["commune_after"].isin(place.communes)
    renamed = rows["kind"] == "10"
    rows = rows[inside & (renamed | (rows["commune"] != rows["commune_after"]))]
    rows = rows[rows["kind"].isin(_TOLD)].sort_values(["date", "commune"])
    credit = catalog.source(SOURCE).credit
    return [
        Event(row["date"], "commune", french.typeset(_TOLD[row["kind"]].format_map(row)),
              (row["commune"], row["commune_after"]), credit)
        for row in rows.to_dict("records")
    ]  # fmt: skip
