import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from publish_samples import BARS, CRAFT, PORTRAIT, SECRET, SOURCES, block, page, report

from ternois_analysis.errors import ReportError
from ternois_analysis.publish import workbook, workbook_lists
from ternois_analysis.publish.reading import Chapter, Report

#: Separator, quotes and encoding of the export, texts as shown, and which sheet.
_SECOND_SHEET = "Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,2"


def opened(*chapters, **changes):
    return openpyxl.load_workbook(io.BytesIO(workbook.made(report(*chapters, **changes))))


def rows(sheet):
    head, *others = sheet.iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in others]


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_sheets_are_the_lists_and_one_a_page():
    assert opened().sheetnames == [
        "Lisez-moi", "Indicateurs", "Portrait du territoire", "L’artisanat", "Définitions",
        "Sources", "Données des graphiques",
    ]  # fmt: skip


def test_every_value_of_the_report_is_a_row_with_its_number():
    found = rows(opened()["Indicateurs"])
    given = report().values
    assert len(found) == len(given)
    for line, (_, value) in zip(found, given.iterrows(), strict=True):
        key = (line["Identifiant"], line["Code du territoire"], line["Catégorie"] or "")
        assert key == (value["indicator"], value["territory"], value["category"])
        if value["status"] == "ok":
            assert line["Valeur"] == value["value"]
            assert line["Statut"] is None
        else:
            assert line["Valeur"] == line["Affichage"] == line["Statut"] == "s"


def test_printed_column_says_what_pages_say():
    [line] = [r for r in rows(opened()["Indicateurs"]) if r["Affichage"] == "14\u202f650"]
    assert line["Valeur"] == 14650.0
    assert line["Indicateur"] == "Population municipale"


def test_value_cells_have_the_decimals_of_the_catalogue():
    sheet = opened()["Indicateurs"]
    column = next(c.column for c in sheet[1] if c.value == "Valeur")
    formats = {sheet.cell(r, column).value: sheet.cell(r, column).number_format
               for r in range(2, sheet.max_row + 1)}  # fmt: skip
    assert formats[14650.0].startswith("[$-40C]#,##0;")
    assert formats[8.25].startswith("[$-40C]#,##0.0;")


def test_a_hidden_value_has_no_number_in_its_row_nor_anywhere():
    leaking = BARS.copy()
    leaking.loc[leaking["status"] == "s", ["value", "low", "high", "n"]] = SECRET
    content = workbook.made(report(Chapter("03_artisanat", "L’artisanat", (block(used=leaking),))))
    assert not [name for name, part in parts(content).items() if b"424242" in part]
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Indicateurs"]
    [line] = [r for r in rows(sheet) if r["Statut"] == "s"]
    assert line["Borne basse"] is line["Borne haute"] is line["Effectif"] is None


def test_no_cell_is_a_formula_and_texts_that_look_like_one_are_marked_as_texts():
    book = opened()
    seen = {}
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value[:1] in "=+-@" and cell.value:
                    seen[cell.value] = cell.quotePrefix
    assert {"=SUM(A1)", "+33", "@cmd", "-1", "=Pays"} <= set(seen)
    assert all(seen.values())


def test_codes_stay_texts():
    cells = [c for line in opened()["L’artisanat"].iter_rows() for c in line]
    found = {c.value: c.data_type for c in cells if c.value in ("01001", "2A004")}
    assert found == {"01001": "s", "2A004": "s"}


def test_numbers_behind_the_charts_are_those_of_the_values_and_gaps_are_blank():
    known = set(report().values["value"].dropna())
    sheet = opened()["Données des graphiques"]
    cells = [c for line in sheet.iter_rows(min_col=2) for c in line]
    drawn = [c.value for c in cells if c.data_type == "n" and c.value is not None]
    assert len(drawn) > 8
    assert set(drawn) <= known
    names = {line[0].value: line[1].value for line in sheet.iter_rows(max_col=2)}
    assert names["CC du Zeste\u00a0: s"] is None


def test_charts_read_the_cells_of_their_own_numbers():
    content = parts(workbook.made(report()))
    sheet = opened()["Données des graphiques"]
    drawn = [part.decode() for name, part in content.items() if "charts/chart" in name]
    assert len(drawn) == 5
    for chart in drawn:
        for reference in re.findall(r"<c:val><c:numRef><c:f>([^<]+)</c:f>", chart):
            _, _, cells = reference.rpartition("!")
            column = [c for (c,) in sheet[cells.replace("$", "")]]
            assert all(c.value is None or c.data_type == "n" for c in column)
            assert any(c.value is not None for c in column)


def test_same_report_gives_the_same_bytes():
    assert workbook.made(report()) == workbook.made(report())


def test_dates_of_the_file_are_those_of_the_run():
    properties = opened().properties
    assert properties.created.isoformat() == "2026-10-01T06:05:00"
    assert properties.creator == "Pays du Ternois"
    assert "provisoire" in properties.keywords


def test_definitions_are_those_of_the_indicators_that_are_printed():
    found = rows(opened()["Définitions"])
    assert {line["Identifiant"] for line in found} == {
        "population", "vacancy_rate_pct", "age_structure_pct",
    }  # fmt: skip
    assert all(line["Définition"] and line["Secret statistique"] for line in found)


def test_sources_have_their_dates_licence_and_whole_fingerprint():
    [line] = rows(opened()["Sources"])
    assert line["Empreinte SHA-256"] == SOURCES[0]["sha256"]
    assert (line["Publié le"], line["Licence"]) == ("2024-06-27", "Licence Ouverte")


def test_first_sheet_explains_signs_and_tells_marks_faults_and_pages_that_lack():
    pages = (
        page("01_portrait", "Portrait", faults=("un total ne tombe pas juste",)),
        page("13_perspectives", "Perspectives", "failed"),
    )
    invented = Chapter("03_artisanat", "A", (block(used=BARS.assign(synthetic=True)),))
    book = opened(invented, audience="internal", pages=pages)
    said = "\n".join(str(c.value) for (c,) in book["Lisez-moi"].iter_rows(max_col=1))
    for words in (
        "Provisoire", "Données de démonstration", "Usage interne", "un total ne tombe pas juste",
        "Page non établie\u00a0: Perspectives.", "s\u00a0: couvert par le secret statistique.",
    ):  # fmt: skip
        assert words in said


def test_lists_stay_readable_heads_frozen_filtered_and_repeated_in_print():
    sheet = opened()["Indicateurs"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:R")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    widths = [sheet.column_dimensions[name].width for name in "ACF"]
    assert [round(width) for width in widths] == [
        round(workbook_lists.VALUES[head] + 0.7) for head in ("Indicateur", "Territoire", "Valeur")
    ]


def test_names_of_sheets_are_short_allowed_and_apart():
    chapters = [Chapter(f"0{n}", title, (block(),)) for n, title in enumerate(
        ["Un très long titre de page qui ne tient pas : A/B", "Sources", "sources?",
         "Un très long titre de page qui ne tient pas : A/B"])]  # fmt: skip
    names = opened(*chapters).sheetnames
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_a_long_name_of_a_sheet_is_cut_between_words():
    chapters = [
        Chapter("01", "Les contributions des partenaires", (block(),)),
        Chapter("02", "Ce que les données disent de la population", (block(),)),
        Chapter("03", "x" * 40, (block(),)),
    ]
    names = opened(*chapters).sheetnames
    assert names[2:5] == ["Contributions des partenaires", "Ce que les données disent", "x" * 31]


def test_a_report_without_page_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ReportError, match="at least one page"):
        workbook.write(Report(report().run, ()), tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_but_the_workbook_is_left_in_the_folder(tmp_path):
    assert workbook.write(report(), tmp_path) == [tmp_path / "indicators.xlsx"]
    assert [path.name for path in tmp_path.iterdir()] == ["indicators.xlsx"]


def test_no_outside_address_is_in_the_file():
    allowed = ("schemas.openxmlformats.org", "purl.org", "www.w3.org", "schemas.microsoft.com")
    for part in parts(workbook.made(report())).values():
        for address in re.findall(rb"https?://([^/\"<]+)", part):
            assert address.decode() in allowed


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_reads_the_values_back(tmp_path):
    workbook.write(report(PORTRAIT, CRAFT), tmp_path)
    made = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", f"csv:{_SECOND_SHEET}",
         "--outdir", tmp_path, tmp_path / workbook.NAME],
        check=False, capture_output=True, timeout=180,
    )  # fmt: skip
    found = list(tmp_path.glob("*.csv"))
    if not found:
        pytest.skip(f"this LibreOffice has no Calc: {made.stderr.decode()[:80]}")
    assert "14\u202f650" in found[0].read_text(encoding="utf-8")
