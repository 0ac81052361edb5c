"""The workbook that an agent fills in: lists to choose from, formats, and a notice in French."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ternois_analysis import french
from ternois_analysis.catalog.programmes import Field, ProgrammeFacts, programmes

#: A row to be filled: field to text, number, date or nothing.
Row = Mapping[str, object]
NOTICE, LISTS = "Notice", "Listes"
#: What the first cell of the first table says, and where the intake reads it again.
NAMED = "Programme"
_ROWS = 2000
_INK, _PALE, _SOFT = "#0072B2", "#EEF3F7", "#595959"


def choices(facts: ProgrammeFacts, programme: str, communes: Sequence[str]) -> dict[str, list[str]]:
    """What may be chosen in each drop-down of the file of a programme."""
    entry = facts.programmes[programme]
    return {
        "statuses": list(facts.statuses.values()),
        "presence": list(facts.presence.values()),
        "funders": list(facts.funders),
        "objectives": list(entry.objectives),
        "modules": list(entry.modules),
        "communes": list(communes),
    }


def workbook(
    programme: str,
    communes: Sequence[str],
    rows: Mapping[str, Sequence[Row]] | None = None,
    *,
    mark: str = "",
) -> bytes:
    """The file of a programme, empty or with rows in it; the same content gives the same bytes.

    Parameters
    ----------
    programme : str
        Identifier of `programmes.yml`.
    communes : sequence of str
        Places of sessions, as printed in the drop-down: `Anvin (62036)`.
    rows : mapping of str to sequence of mapping, optional
        Rows by table.
    mark : str
        Said on the notice and above each table, such as « DÉMONSTRATION ».
    """
    import xlsxwriter

    facts, out = programmes(), io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    # Otherwise the hour of writing would change the bytes.
    book.set_properties({"created": dt.datetime(2026, 1, 1), "title": NAMED})
    lists = choices(facts, programme, communes)
    tables = facts.tables_of(programme)
    sheets = {name: book.add_worksheet(facts.tables[name].label) for name in tables}
    _notice(book, facts, programme, mark)
    places = _lists(book, lists)
    for name, sheet in sheets.items():
        _table(book, sheet, facts, programme, name, places, mark)
        _fill(book, sheet, list(facts.tables[name].fields), (rows or {}).get(name, ()))
    book.close()
    return out.getvalue()


def _notice(book: Any, facts: ProgrammeFacts, programme: str, mark: str) -> None:
    entry, sheet = facts.programmes[programme], book.add_worksheet(NOTICE)
    bold = book.add_format({"bold": True, "font_color": _INK, "font_size": 13})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110)
    lines = [f"Fichier du programme {entry.label}", mark, entry.purpose]
    for name in facts.tables_of(programme):
        lines.append(f"Feuille « {facts.tables[name].label} » : {facts.tables[name].row}")
    lines += [
        "Ne changez pas les titres des colonnes ; l’ordre des lignes est libre.",
        "N’écrivez aucun nom, téléphone ni adresse : le SIREN suffit à retrouver l’entreprise.",
        "Une case inconnue reste vide. Zéro veut dire zéro.",
        "Une entreprise entrée deux fois dans le programme a deux lignes, à deux dates.",
        "À l’import, chaque ligne est acceptée ou écartée avec son motif, dans un rapport.",
        f"Le fichier reçu est gardé {facts.retention.received_months} mois, la table sans SIREN "
        f"{facts.retention.accepted_years} ans. {facts.retention.reason}",
    ]
    for rank, line in enumerate(filter(None, lines)):
        sheet.write_string(rank, 0, french.typeset(line), plain if rank else bold)
    sheet.protect()


def _lists(book: Any, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Writes the lists on a hidden sheet; gives the range of each."""
    sheet, places = book.add_worksheet(LISTS), {}
    for column, (name, items) in enumerate(lists.items()):
        for row, item in enumerate(items):
            sheet.write_string(row, column, item)
        letter = chr(ord("A") + column)
        if items:
            places[name] = f"={LISTS}!${letter}$1:${letter}${len(items)}"
    sheet.hide()
    return places


def _table(
    book: Any,
    sheet: Any,
    facts: ProgrammeFacts,
    programme: str,
    name: str,
    places: Mapping[str, str],
    mark: str,
) -> None:
    entry = facts.tables[name]
    title = f"{NAMED} : {facts.programmes[programme].label}"
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": _INK, "border": 1,
                            "text_wrap": True, "valign": "top"})  # fmt: skip
    told = book.add_format({"italic": True, "font_color": _SOFT, "bg_color": _PALE, "border": 1,
                            "text_wrap": True, "valign": "top"})  # fmt: skip
    said = " — ".join(part for part in (title, mark, entry.row) if part)
    sheet.write_string(0, 0, french.typeset(said))
    for column, field in enumerate(entry.fields.values()):
        sheet.write_string(1, column, french.typeset(field.help), told)
        sheet.write_string(2, column, field.label, head)
        sheet.set_column(column, column, 22, book.add_format(_format(field)))
        _validate(sheet, column, field, places)
    sheet.set_row(1, 45)
    sheet.freeze_panes(3, 0)


def _format(field: Field) -> dict[str, object]:
    if field.kind == "date":
        return {"num_format": "dd/mm/yyyy"}
    if field.kind in ("identifier", "code"):
        # As text: a spreadsheet eats the zeros in front of a number.
        return {"num_format": "@"}
    return {"num_format": "#,##0.##"} if field.kind == "number" else {}


def _validate(sheet: Any, column: int, field: Field, places: Mapping[str, str]) -> None:
    where = (3, column, 3 + _ROWS, column)
    told = {"error_title": field.label[:32], "error_message": french.typeset(field.help)[:255]}
    if field.choice in places:
        sheet.data_validation(*where, {"validate": "list", "source": places[field.choice]} | told)
    elif field.kind == "date":
        limits = {"minimum": dt.date(2000, 1, 1), "maximum": dt.date(2099, 12, 31)}
        sheet.data_validation(*where, {"validate": "date", "criteria": "between"} | limits | told)
    elif field.kind == "number":
        limit = {"validate": "decimal", "criteria": ">=", "value": 0}
        sheet.data_validation(*where, limit | told)


def _fill(book: Any, sheet: Any, fields: Sequence[str], rows: Sequence[Row]) -> None:
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for rank, row in enumerate(rows, 3):
        for column, name in enumerate(fields):
            value = row.get(name)
            if isinstance(value, dt.date):
                sheet.write_datetime(rank, column, dt.datetime(*value.timetuple()[:3]), day)
            elif isinstance(value, (int, float)):
                sheet.write_number(rank, column, value)
            elif value:
                sheet.write_string(rank, column, str(value))
