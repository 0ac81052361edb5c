"""Open data: what the public's `values.csv` is, as a Frictionless data package beside it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ternois_analysis import catalog, french
from ternois_analysis.display import theme
from ternois_analysis.display.published import COLUMNS
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish import evidence, writing
from ternois_analysis.publish.reading import Report
from ternois_analysis.publish.record import RunRecord

NAME = "datapackage.json"
AUDIENCE = "public"
#: What the Pays publishes its own figures under; those of a producer keep their licence.
LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}
_STATUS = {"ok": "valeur publiée"} | {
    french.SIGNS[sign]: meaning for sign, meaning in theme.MEANINGS.items()
}
#: Table Schema type of each column, its title, and its constraints.
_FIELDS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "quarter": ("string", "Trimestre", {"required": True, "pattern": r"20\d\dQ[1-4]"}),
    "audience": ("string", "Diffusion", {"required": True}),
    "territory": ("string", "Identifiant du territoire", {"required": True}),
    "territory_label": ("string", "Nom du territoire", {"required": True}),
    "indicator": ("string", "Identifiant de l’indicateur",
                  {"required": True, "pattern": r"[a-z][a-z0-9_]*"}),
    "category": ("string", "Catégorie ; vide pour l’ensemble", {}),
    "period": ("string", "Période décrite : année, années ou trimestre", {}),
    "value": ("number", "Valeur ; vide si le statut n’est pas « ok »", {}),
    "low": ("number", "Borne basse de l’intervalle à 95 %", {}),
    "high": ("number", "Borne haute de l’intervalle à 95 %", {}),
    "n": ("number", "Nombre d’unités sur lesquelles la valeur repose", {}),
    "status": ("string", "Statut", {"required": True, "enum": list(_STATUS)}),
    "note": ("string", "Précision sur la valeur ou sur son absence", {}),
    "source": ("string", "Sources, séparées par « + »", {}),
    "millesime": ("string", "Millésimes lus dans chaque source, dans le même ordre", {}),
    "synthetic": ("boolean", "Donnée de démonstration", {"required": True}),
}  # fmt: skip


def write(report: Report, folder: Path) -> list[Path]:
    """Write `datapackage.json` beside `values.csv`; nothing for an audience that is not the public.

    The same report gives the same bytes.

    Parameters
    ----------
    report : Report
    folder : Path
        The territory's folder, with its `values.csv`.

    Raises
    ------
    ReportError
        If there is no `values.csv`, or it holds what is not for the public.
    """
    path = folder / NAME
    path.unlink(missing_ok=True)
    if report.run.audience != AUDIENCE:
        return []
    table = folder / evidence.NAME
    if not table.is_file():
        raise ReportError(
            explain(f"{folder} cannot be opened to the public", expected=evidence.NAME,
                    found="no such file", do="Run the territory again.")
        )  # fmt: skip
    text = json.dumps(package(report, table.read_bytes()), ensure_ascii=False, indent=1)
    return [writing.replaced(path, f"{text}\n".encode())]


def package(report: Report, table: bytes) -> dict[str, Any]:
    """The description of a table of values.

    Parameters
    ----------
    report : Report
    table : bytes
        Content of `values.csv`.

    Returns
    -------
    dict
        JSON types, as the Data Package standard (frictionless) has them.
    """
    run = report.run
    values, facts = report.values, catalog.territories()
    audiences = set(values["audience"].dropna()) - {AUDIENCE}
    if audiences:
        raise ReportError(
            explain(f"Values of {run.label}", expected="values for the public",
                    found=sorted(audiences), do="Run the territory for the public again.")
        )  # fmt: skip
    names = {name for listed in values["source"] for name in str(listed).split("+") if name}
    used = [name for name in dict.fromkeys(values["indicator"]) if name in catalog.indicators()]
    return {
        "profile": "tabular-data-package",
        "name": f"{facts.pays.removeprefix('pays-')}-{run.quarter.lower()}-{run.territory.lower()}",
        "title": french.typeset(
            f"{theme.identity().title} : {run.label}, {french.quarter(run.quarter)}"
        ),
        "description": _description(report),
        "version": run.quarter,
        "created": run.ended,
        "licenses": [LICENCE],
        "contributors": [{"title": facts.territories[facts.pays].label,
                          "role": "publisher"}],
        "sources": _sources(run, names),
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "values",
                "title": french.typeset("Valeurs publiées : une ligne par valeur"),
                "path": evidence.NAME,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(table),
                "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
                "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
                "schema": schema(),
            }
        ],
        "indicators": {name: _indicator(name) for name in used},
    }  # fmt: skip


def schema() -> dict[str, Any]:
    """The Table Schema of `values.csv`: types, constraints, missing values, primary key."""
    fields = []
    for name in COLUMNS:
        kind, title, constraints = _FIELDS[name]
        field: dict[str, Any] = {"name": name, "type": kind, "title": french.typeset(title)}
        if kind == "boolean":
            field |= {"trueValues": ["true"], "falseValues": ["false"]}
        if name == "status":
            told = " ; ".join(f"{sign} : {meaning}" for sign, meaning in _STATUS.items())
            field["description"] = french.typeset(told)
        if constraints:
            field["constraints"] = dict(constraints)
        fields.append(field)
    return {"fields": fields, "missingValues": [""], "primaryKey": list(evidence.IDENTITY)}


def _description(report: Report) -> str:
    parts = [
        "Toutes les valeurs imprimées dans les pages du territoire, avec leur intervalle, leur "
        "statut, leur source et son millésime. Une valeur cachée par le secret statistique ou trop "
        "fragile est vide, et son statut dit pourquoi ; elle n’est jamais un zéro."
    ]
    if report.run.provisional:
        parts.append("Édition provisoire.")
    if report.synthetic:
        parts.append(f"Contient des {theme.DEMONSTRATION} (colonne « synthetic »).")
    return french.typeset(" ".join(parts))


def _sources(run: RunRecord, names: set[str]) -> Sequence[dict[str, Any]]:
    """The files that the values come from, each with its millésime, licence and SHA-256."""
    return [
        {
            "title": french.typeset(
                f"{file.get('producer', '')}, {file.get('title', file['source'])}, "
                f"millésime {file['millesime']}".removeprefix(", ")
            ),
            **({"path": file["page"]} if str(file.get("page", "")).startswith("http") else {}),
            "name": file["source"],
            "version": file["millesime"],
            "licence": file.get("licence", ""),
            "hash": f"sha256:{file.get('sha256', '')}",
        }
        for file in run.sources
        if file["source"] in names
    ]


def _indicator(name: str) -> dict[str, str]:
    entry = catalog.indicator(name)
    return {
        "title": entry.label, "unit": entry.unit, "description": entry.definition,
        "formula": entry.formula,
    }  # fmt: skip
