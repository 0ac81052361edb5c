"""The sheets that list: what to know first, all values, definitions and sources."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog import secrecy
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import theme
from ternois_analysis.display.published import dated, written
from ternois_analysis.publish import pdf
from ternois_analysis.publish.audience import AUDIENCES
from ternois_analysis.publish.plot import number_format
from ternois_analysis.publish.reading import Report
from ternois_analysis.publish.workbook_style import Styles, tall

_NUMBERS = {"Valeur": "value", "Borne basse": "low", "Borne haute": "high", "Effectif": "n"}
_WHOLE = "[$-40C]#,##0"
#: Heads of the values with the widths of their columns.
VALUES = {
    "Indicateur": 48, "Catégorie": 30, "Territoire": 38, "Période": 11, "Affichage": 14,
    "Valeur": 13, "Borne basse": 12, "Borne haute": 12, "Effectif": 11, "Statut": 8, "Unité": 22,
    "Note": 36, "Identifiant": 36, "Code du territoire": 30, "Thème": 14, "Source": 48,
    "Millésime": 14, "Démonstration": 14,
}  # fmt: skip
_DEFINITIONS = {
    "Indicateur": 44, "Unité": 18, "Définition": 60, "Calcul": 44, "Champ": 36, "Intervalle": 40,
    "Fiabilité": 40, "Secret statistique": 40, "Référence": 40, "Identifiant": 32, "Thème": 14,
}  # fmt: skip
_SOURCES = {
    "Source": 54, "Producteur": 28, "Millésime": 12, "Date de référence": 16, "Publié le": 14,
    "Licence": 26, "Démonstration": 14, "Identifiant": 22, "Empreinte SHA-256": 68,
}  # fmt: skip
_FACTS = ("producer", "millesime", "reference_date", "available", "licence")
#: Last column printed, of each list; with the others, for machines, the type would be too small.
_PRINTED = {"Note", "Champ", "Démonstration"}


def readme(sheet: Any, report: Report, styles: Styles, sheets: Sequence[tuple[str, str]]) -> None:
    """What the workbook is, how to read its signs, and what each sheet holds."""
    run = report.run
    lines: list[tuple[str, str]] = [
        ("title", french.typeset(f"{run.label}, {french.quarter(run.quarter)}")),
        ("plain", f"Diffusion{french.NBSP}: {AUDIENCES[run.audience]}"),
    ]
    lines += [("heading", mark.capitalize()) for mark in pdf.marks(report)]
    faults = dict.fromkeys(fault for page in run.pages for fault in page.faults)
    lines += [("plain", french.typeset(f"Avertissement : {fault}")) for fault in faults]
    failed = [page.title for page in run.pages if page.status != "done"]
    lines += [("plain", french.typeset(f"Page non établie : {title}.")) for title in failed]
    lines += [("plain", ""), ("heading", "Comment lire les valeurs")]
    lines += [
        ("plain", french.typeset(f"{french.SIGNS[sign]} : {theme.MEANINGS[sign]}."))
        for sign in french.SIGNS
    ]
    lines += [
        ("plain", "Une valeur qui n’est pas montrée est remplacée par son signe, jamais par zéro."),
        ("plain", "Les bornes sont celles d’un intervalle ; son sens est dit avec l’indicateur."),
        ("plain", "Les codes sont du texte : leurs zéros de tête sont à garder."),
        ("plain", ""), ("heading", "Les feuilles"),
    ]  # fmt: skip
    lines += [("plain", french.typeset(f"{name} : {told}")) for name, told in sheets]
    ended = french.date(run.ended[:10])
    lines += [("plain", ""), ("soft", f"Établi le {ended}, version du programme {run.commit}.")]
    for row, (use, text) in enumerate(lines):
        styles.text(sheet, row, 0, french.typeset(text), use)
    sheet.set_column(0, 0, 110)


def values(sheet: Any, table: pd.DataFrame, styles: Styles) -> None:
    """One row a value; a value that is not shown has its sign, and no other figure."""
    known = catalog.indicators()
    sources = {name: entry.title for name, entry in catalog.sources().items()}
    _headed(sheet, VALUES, len(table), styles)
    places = {head: place for place, head in enumerate(VALUES)}
    for rank, record in enumerate(table.to_dict("records"), start=1):
        entry = known.get(str(record["indicator"]))
        shown = record["status"] == "ok"
        form = number_format(entry) if entry else "General"
        texts = {
            "Indicateur": entry.label if entry else record["indicator"],
            "Catégorie": _set(str(record["category"])),
            "Territoire": _set(str(record["territory_label"])),
            "Période": dated(str(record["period"])),
            "Affichage": _printed(record, entry),
            "Statut": "" if shown else french.SIGNS[str(record["status"])],
            "Unité": entry.unit if entry else "",
            "Note": _set(str(record["note"] or "")),
            "Identifiant": record["indicator"],
            "Code du territoire": record["territory"],
            "Thème": entry.theme if entry else "",
            "Source": " ; ".join(sources.get(n, n) for n in str(record["source"]).split("+")),
            "Millésime": record["millesime"],
            "Démonstration": "oui" if record["synthetic"] is True else "",
        }
        for head, text in texts.items():
            styles.text(sheet, rank, places[head], text, "whole")
        if not shown:
            styles.text(sheet, rank, places["Valeur"], texts["Statut"], "sign")
            continue
        for head, name in _NUMBERS.items():
            if pd.notna(record[name]):
                own = _WHOLE if name == "n" else form
                styles.number(sheet, rank, places[head], float(record[name]), own)


@lru_cache(maxsize=4_096)
def _set(text: str) -> str:
    """A text typeset; the same names come on thousands of rows."""
    return french.typeset(text)


def _printed(record: dict[Any, Any], entry: Indicator | None) -> str:
    """What pages print for a value."""
    if record["status"] != "ok":
        return french.SIGNS[str(record["status"])]
    return written(float(record["value"]), entry, unit=False) if entry else ""


def definitions(sheet: Any, names: Sequence[str], styles: Styles) -> None:
    """Each indicator with its definition, formula, interval, reliability and secrecy."""
    known = catalog.indicators()
    chosen = [(name, entry) for name, entry in known.items() if name in set(names)]
    _headed(sheet, _DEFINITIONS, len(chosen), styles)
    for rank, (name, entry) in enumerate(chosen, start=1):
        texts = (
            entry.label, entry.unit, entry.definition, entry.formula, entry.champ,
            entry.interval.meaning if entry.interval else "", _reliability(entry),
            _secrecy(entry), entry.reference, name, entry.theme,
        )  # fmt: skip
        for column, text in enumerate(texts):
            styles.text(sheet, rank, column, text, "wrapped")
        tall(sheet, rank, zip(texts, _DEFINITIONS.values(), strict=True))


def _reliability(entry: Indicator) -> str:
    rule = entry.reliability
    if rule is None:
        return ""
    parts = []
    if rule.minimum:
        parts.append(f"non significatif sous un effectif de base de {french.number(rule.minimum)}")
    if rule.caution:
        parts.append(f"à lire avec prudence sous {french.number(rule.caution)}")
    return french.typeset(" ; ".join(parts))


def _secrecy(entry: Indicator) -> str:
    found = secrecy.secrecy().classes.get(entry.secrecy)
    return french.typeset(found.label) if found else entry.secrecy


def sources(sheet: Any, report: Report, styles: Styles) -> None:
    """The files that the values come from, with their dates, licences and fingerprints."""
    names = {name for listed in report.values["source"] for name in str(listed).split("+")}
    files = [file for file in report.run.sources if file["source"] in names]
    _headed(sheet, _SOURCES, len(files), styles)
    for rank, file in enumerate(files, start=1):
        texts = [french.typeset(str(file.get("title") or file["source"]))]
        texts += [str(file.get(name) or "") for name in _FACTS]
        texts += ["oui" if file.get("synthetic") else "", file["source"], file.get("sha256") or ""]
        for column, text in enumerate(texts):
            styles.text(sheet, rank, column, text, "wrapped")
        tall(sheet, rank, zip(texts, _SOURCES.values(), strict=True))


def _headed(sheet: Any, heads: dict[str, int], rows: int, styles: Styles) -> None:
    """Heads that stay in sight and filter, over columns of their widths."""
    for column, (head, width) in enumerate(heads.items()):
        styles.text(sheet, 0, column, head, "head")
        sheet.set_column(column, column, width)
    tall(sheet, 0, heads.items(), bold=True)
    sheet.freeze_panes(1, 1)
    last = next(column for column, head in enumerate(heads) if head in _PRINTED)
    sheet.print_area(0, 0, max(rows, 1), last)
    sheet.autofilter(0, 0, max(rows, 1), len(heads) - 1)
