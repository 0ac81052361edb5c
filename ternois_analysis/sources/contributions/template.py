"""The workbook that a partner fills in: lists to choose from, bounds, and a notice in French."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from ternois_analysis import french
from ternois_analysis.catalog.contributions import ContributionKind, Field, contributions
from ternois_analysis.quarters import latest_complete

NOTICE, SENDING, TABLE, LISTS = "Notice", "Envoi", "Données", "Listes"
#: What the sheet of the sending says, in its order; the intake reads it again by these labels.
KIND, VERSION, PERIOD, COVERED = "Modèle", "Version du modèle", "Période", "Territoire couvert"
#: What a sender chooses who does not speak for the other communes of a territory.
LISTED = "Les seules communes du tableau"
#: Marks the row that shows how to fill in.
EXAMPLE = "EXEMPLE"
_ROWS, _PERIODS = 2000, 8
_INK, _PALE, _SOFT = "#0072B2", "#EEF3F7", "#595959"


def periods(kind: ContributionKind, day: dt.date) -> list[str]:
    """The periods that a template offers, newest first: `2026T3`, or `2025`."""
    last = latest_complete(day)
    if kind.period == "year":
        return [str(day.year - back) for back in range(1, _PERIODS + 1)]
    found = [last.shifted(-back) for back in range(_PERIODS)]
    return [f"{quarter.year}T{quarter.rank}" for quarter in found]


def workbook(name: str, communes: Sequence[str], territories: Sequence[str], day: dt.date) -> bytes:
    """The empty workbook of a kind; the same day and lists give the same bytes.

    Parameters
    ----------
    name : str
        Kind of `contributions.yml`.
    communes : sequence of str
        As printed in the drop-down: `Anvin (62036)`; the first one serves in the example row.
    territories : sequence of str
        Labels of the territories that a sender may say to cover whole.
    day : date
        Day on which it is written: it offers the periods that are over.
    """
    import xlsxwriter

    kind, out = contributions().kinds[name], io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    # Otherwise the hour of writing would change the bytes.
    book.set_properties({"created": dt.datetime(2026, 1, 1), "title": kind.label})
    sheets = {title: book.add_worksheet(title) for title in (NOTICE, SENDING, TABLE, LISTS)}
    lists = {
        "communes": list(communes), "periods": periods(kind, day),
        "territories": [LISTED, *territories],
    }  # fmt: skip
    if kind.category:
        lists["choices"] = list(kind.columns[kind.category].choices.values())
    places = _lists(sheets[LISTS], lists)
    _notice(book, sheets[NOTICE], kind)
    _sending(book, sheets[SENDING], name, kind, places)
    _table(book, sheets[TABLE], kind, places, communes[0])
    sheets[SENDING].activate()
    book.close()
    return out.getvalue()


def _lists(sheet: Any, lists: dict[str, list[str]]) -> dict[str, str]:
    """Writes the lists on a hidden sheet; gives the range of each."""
    places = {}
    for column, (name, items) in enumerate(lists.items()):
        for row, item in enumerate(items):
            sheet.write_string(row, column, item)
        letter = chr(ord("A") + column)
        places[name] = f"={LISTS}!${letter}$1:${letter}${len(items)}"
    sheet.hide()
    return places


def _notice(book: Any, sheet: Any, kind: ContributionKind) -> None:
    bold = book.add_format({"bold": True, "font_color": _INK, "font_size": 13})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110)
    lines = [
        f"{kind.label} : contribution à l’observatoire",
        f"Feuille « {SENDING} » : choisir la période et le territoire couvert.",
        f"Feuille « {TABLE} » : {kind.row}.",
        f"Supprimez la ligne marquée « {EXAMPLE} » avant l’envoi : elle serait écartée.",
        "Ne changez pas les titres des colonnes ; l’ordre des lignes est libre.",
        "N’écrivez aucun nom de personne, téléphone, adresse ni numéro d’entreprise.",
        "Une case inconnue reste vide. Zéro veut dire zéro.",
    ]
    if kind.absence_is_zero:
        lines.append(
            "Une commune du territoire couvert qui n’a aucune ligne compte pour zéro ; ailleurs, "
            "ce qui n’est pas écrit reste inconnu."
        )
    lines += [f"Colonne « {f.label} » : {f.help}{_bounds(f)}." for f in kind.columns.values()]
    lines += [
        kind.caution,
        "À l’import, chaque ligne est acceptée ou écartée avec son motif, dans un rapport.",
        f"Le fichier reçu est gardé {kind.retention.received_months} mois, la table "
        f"{kind.retention.accepted_years} ans. {kind.retention.reason}",
    ]
    for rank, line in enumerate(lines):
        sheet.write_string(rank, 0, french.typeset(line), plain if rank else bold)
    sheet.protect()


def _bounds(field: Field) -> str:
    if field.kind != "number":
        return ""
    low, high = french.number(field.minimum), french.number(field.maximum)
    return f" ; {'nombre entier' if field.whole else 'nombre'} de {low} à {high}"


def _sending(
    book: Any, sheet: Any, name: str, kind: ContributionKind, places: dict[str, str]
) -> None:
    label = book.add_format({"bold": True, "bg_color": _PALE, "border": 1})
    fixed = book.add_format({"border": 1, "font_color": _SOFT})
    free = book.add_format({"border": 1, "locked": False, "bg_color": "#FFFFFF"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 60)
    for row, (title, text, cell) in enumerate(
        [(KIND, name, fixed), (VERSION, kind.version, fixed), (PERIOD, "", free),
         (COVERED, LISTED, free)]
    ):  # fmt: skip
        sheet.write_string(row, 0, title, label)
        sheet.write_string(row, 1, text, cell) if text else sheet.write_blank(row, 1, None, cell)
    for row, listed in ((2, "periods"), (3, "territories")):
        told = {"error_title": "Choisir dans la liste", "error_message": "Choisir dans la liste."}
        sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": places[listed]} | told)
    sheet.protect()


def _table(
    book: Any, sheet: Any, kind: ContributionKind, places: dict[str, str], commune: str
) -> None:
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": _INK, "border": 1,
                            "text_wrap": True, "valign": "top"})  # fmt: skip
    told = book.add_format({"italic": True, "font_color": _SOFT, "bg_color": _PALE, "border": 1,
                            "text_wrap": True, "valign": "top"})  # fmt: skip
    shown = book.add_format({"italic": True, "font_color": _SOFT, "bg_color": "#FFF7D6"})
    sheet.write_string(0, 0, french.typeset(f"{kind.label} : {kind.row}"))
    for column, field in enumerate(kind.columns.values()):
        sheet.write_string(1, column, french.typeset(field.help), told)
        sheet.write_string(2, column, field.label, head)
        sheet.set_column(column, column, 28)
        _validate(sheet, column, field, places)
        text = f"{EXAMPLE} : {commune}" if field.kind == "commune" else field.example
        if field.kind == "number" and text:
            sheet.write_number(3, column, float(text), shown)
        else:
            sheet.write_string(3, column, field.choices.get(text, text), shown)
    sheet.set_row(1, 60)
    sheet.freeze_panes(3, 0)


def _validate(sheet: Any, column: int, field: Field, places: dict[str, str]) -> None:
    where = (3, column, 3 + _ROWS, column)
    said = french.typeset(f"{field.help}{_bounds(field)}")
    told = {"error_title": field.label[:32], "error_message": said[:255]}
    listed = {"commune": "communes", "category": "choices"}
    if field.kind in listed:
        source = places[listed[field.kind]]
        sheet.data_validation(*where, {"validate": "list", "source": source} | told)
    elif field.kind == "number":
        rule: dict[str, Any] = {
            "validate": "integer" if field.whole else "decimal", "criteria": "between",
            "minimum": field.minimum, "maximum": field.maximum,
        }  # fmt: skip
        if field.hides:
            # A letter may stand for a number: the sheet warns, and the intake decides.
            rule["error_type"] = "warning"
        sheet.data_validation(*where, rule | told)
