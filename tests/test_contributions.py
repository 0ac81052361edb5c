"""Templates, intake and store of partners' contributions."""

import datetime as dt
import io
import stat
import zipfile

import openpyxl
import pandas as pd
import pytest
from contributed import COVERED, DAY, fill

from ternois_analysis import catalog, french, trail
from ternois_analysis.catalog.contributions import (
    contribution_kind,
    contributions,
    declared,
)
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.sources import contributions as files
from ternois_analysis.sources import installed
from ternois_analysis.sources.contributions import ledger, tables

KINDS = sorted(contributions().kinds)
PLACES = {"62036": "Anvin", "62361": "Frévent", "62652": "Pernes", "62767": "Saint-Pol"}
COMMUNES = pd.DataFrame({"commune": PLACES.keys(), "commune_name": PLACES.values()}, dtype="str")
TERRITORIES = {COVERED: frozenset({"62036", "62361", "62652"})}
TERMS = {"sender": "Partenaire d’essai", "agreement": "Convention 1", "audience": "internal"}


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def sent(tmp_path, name, rows, **how):
    return fill(tmp_path / f"{name}.xlsx", name, rows, PLACES, **how)


def taken(path, received=DAY):
    return files.accept(path, COMMUNES, TERRITORIES, received=received)


def imported(path, received=DAY, **terms):
    return files.bring_in(
        path, COMMUNES, TERRITORIES, cog="2026", received=received, **(TERMS | terms)
    )


def sheet(name, title):
    content = files.workbook(name, [f"{n} ({c})" for c, n in PLACES.items()], [COVERED], DAY)
    return openpyxl.load_workbook(io.BytesIO(content))[title]


# --- Catalogue and templates ----------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_the_words_of_a_kind_are_typeset_and_its_headers_told_apart(name):
    kind = contributions().kinds[name]
    texts = [kind.label, kind.row, kind.caution, kind.retention.reason]
    texts += [text for field in kind.columns.values() for text in (field.label, field.help)]
    for text in texts:
        assert french.typeset(text).replace("\u00a0", " ").replace("\u202f", " ") == text
    labels = [french.plain(field.label) for field in kind.columns.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", KINDS)
def test_the_columns_of_a_kind_belong_to_one_source(name):
    source = contributions().kinds[name].fills or f"contribution_{name}"
    for column in contributions().kinds[name].added:
        assert catalog.source_of_column(column) == source


def test_one_entry_makes_a_source_with_a_total_and_a_cut_of_each_number():
    columns = declared()["contribution_demandeurs_emploi"]["columns"]
    assert list(columns) == ["commune", "registered_jobseekers", "registered_jobseekers_by_age"]


def test_a_kind_is_named_as_people_say_it():
    assert contribution_kind("operateur-opah") == "operateur_opah"
    assert contribution_kind("Espace info énergie") == "espace_info_energie"
    with pytest.raises(SchemaError, match="demandeurs_emploi"):
        contribution_kind("notaires")


@pytest.mark.parametrize("name", KINDS)
def test_a_template_is_the_same_bytes_at_whatever_hour_it_is_written(name):
    content = files.workbook(name, ["Anvin (62036)"], [COVERED], DAY)
    assert files.workbook(name, ["Anvin (62036)"], [COVERED], DAY) == content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"2026-01-01T00:00:00Z" in book.read("docProps/core.xml")
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}


@pytest.mark.parametrize("name", KINDS)
def test_a_template_offers_lists_and_bounds_for_each_column_but_texts(name):
    kind = contributions().kinds[name]
    rules = sheet(name, "Données").data_validations.dataValidation
    kinds = {"commune": "list", "category": "list", "number": ("whole", "decimal")}
    asked = [kinds[f.kind] for f in kind.columns.values() if f.kind != "text"]
    assert len(rules) == len(asked)
    assert all(rule.type in wanted for rule, wanted in zip(rules, asked, strict=True))
    assert [r.formula1 for r in sheet(name, "Envoi").data_validations.dataValidation] == [
        "Listes!$B$1:$B$8",
        "Listes!$C$1:$C$2",
    ]


@pytest.mark.parametrize("name", KINDS)
def test_the_example_row_of_a_template_comes_back_once_its_mark_is_taken_away(tmp_path, name):
    example = [cell.value for cell in sheet(name, "Données")[4]]
    assert example[0] == "EXEMPLE : Anvin (62036)"
    row = [example[0].removeprefix("EXEMPLE : "), *example[1:]]
    found = taken(sent(tmp_path, name, [row], covered=COVERED))
    assert (found.facts["rows_accepted"], found.facts["rows_set_aside"]) == (1, 0)
    assert found.accepted["commune"].tolist() == ["62036"]


# --- What is refused whole ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"B1": "autre"}, "no template of today"),
        ({"B2": "0"}, "no template of today"),
        ({"B3": "2026T4"}, "period"),
        ({"B3": "septembre"}, "period"),
        ({"B4": "CC d’ailleurs"}, "territory covered"),
    ],
)
def test_a_file_of_another_template_period_or_territory_leaves_the_store_untouched(
    tmp_path, store, cells, told
):
    path = sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)], **cells)
    with pytest.raises(SchemaError, match=told):
        imported(path)
    assert not store.exists()


def test_a_table_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "cci.csv"
    path.write_text("Commune;Secteur;Entreprises inscrites\nAnvin;Commerce;4\n", encoding="utf-8")
    with pytest.raises(SchemaError, match="is no template"):
        imported(path)


def test_an_empty_table_is_refused_unless_it_says_that_there_is_nothing(tmp_path):
    with pytest.raises(SourceError, match="holds no row"):
        taken(sent(tmp_path, "cci", []))
    whole = taken(sent(tmp_path, "cci", [], covered=COVERED))
    assert tables.table(whole)[0]["cci_businesses"].tolist() == [0.0, 0.0, 0.0]


def test_a_list_of_things_must_say_which_territory_it_is_the_whole_list_of(tmp_path):
    path = sent(tmp_path, "communaute_de_communes", [("Anvin", "Projet", "Atelier", None)])
    with pytest.raises(SchemaError, match="territory of which the rows are the whole list"):
        taken(path)


@pytest.mark.parametrize("terms", [{"sender": " "}, {"agreement": ""}, {"sender": "a@b.fr"}])
def test_a_contribution_has_a_sender_and_an_agreement(tmp_path, terms):
    path = sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)])
    with pytest.raises(SchemaError, match="of a contribution"):
        imported(path, **terms)


def test_a_kind_that_tells_of_households_cannot_be_sent_to_the_public(tmp_path, store):
    path = sent(tmp_path, "operateur_opah", [("Anvin (62036)", "Énergie", 6, 2)])
    with pytest.raises(SchemaError, match="partners, internal"):
        imported(path, audience="public")
    assert not store.exists()


# --- Rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "check"),
    [
        (("EXEMPLE : Anvin (62036)", "Énergie", 3, 1), "CO04"),
        (("Nulle-Part", "Énergie", 3, 1), "CO05"),
        (("Saint-Pol (62767)", "Énergie", 3, 1), "CO06"),
        (("Anvin (62036)", "Toiture", 3, 1), "CO07"),
        (("Anvin (62036)", "Énergie", None, 1), "CO08"),
        (("Anvin (62036)", "Énergie", "trois", 1), "CO08"),
        (("Anvin (62036)", "Énergie", "s", 1), "CO08"),
        (("Anvin (62036)", "Énergie", -3, -3), "CO09"),
        (("Anvin (62036)", "Énergie", 2.5, 1), "CO09"),
        (("Anvin (62036)", "Énergie", 99999, 1), "CO09"),
        (("Anvin (62036)", "Énergie", 3, 4), "CO10"),
        (("Frévent (62361)", "Énergie", 1, 0), "CO11"),
    ],
)
def test_a_row_that_will_not_do_is_set_aside_with_its_line_and_its_reason(tmp_path, row, check):
    good = [("Frévent (62361)", "Énergie", 5, 2), ("Pernes (62652)", "Énergie", 6, 3)]
    found = taken(sent(tmp_path, "operateur_opah", [*good, row], covered=COVERED))
    lines = ["4", "6"] if check == "CO11" else ["6"]
    assert sorted(set(found.rejects["line"])) == lines
    assert found.rejects["reason"].str.startswith(check).any()
    assert found.facts["rows_in"] == 3
    assert found.facts["rows_accepted"] == 3 - len(lines)


def test_a_missing_column_is_told_by_its_head_and_with_what_a_partner_can_do(tmp_path):
    path = sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 3)])
    book = openpyxl.load_workbook(path)
    book["Données"].delete_cols(3)
    book.save(path)
    with pytest.raises(SchemaError) as error:
        taken(path)
    said = str(error.value)
    assert (
        "Found: Feuille « Données » ignorée : colonne absente : « Entreprises inscrites »." in said
    )
    assert said.endswith(". Use the template as `ternois new contribution cci` writes it.")
    assert "cci_businesses" not in said
    assert ".." not in said


@pytest.mark.parametrize(
    ("column", "check"), [(1, "CO05"), (2, "CO07"), (3, "CO08"), (4, "CO08")]
)  # fmt: skip
def test_a_formula_without_its_result_is_refused_as_such_and_never_read_as_empty(
    tmp_path, column, check
):
    row: list[object] = ["Anvin (62036)", "Commerce", 3, 1]
    row[column - 1] = "=1+1"
    # The last row: the reader of workbooks drops what stands after the last filled cell.
    found = taken(sent(tmp_path, "cci", [("Pernes (62652)", "Commerce", 3, 1), row]))
    assert found.rejects["reason"].tolist() == [
        f"{check} formule sans résultat : collez les valeurs"
    ]
    assert found.rejects["line"].tolist() == ["5"]
    assert found.facts["rows_accepted"] == 1


def test_the_results_that_a_workbook_keeps_are_read_an_empty_text_too(tmp_path):
    path = sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", "=2+2", '=""')])
    parts, content = zipfile.ZipFile(path), io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in parts.namelist():
            text = parts.read(name).decode()
            if "<f>2+2</f>" in text:
                # As a spreadsheet saves them: a number, and a text that happens to be empty.
                text = text.replace("<f>2+2</f><v></v>", "<f>2+2</f><v>4</v>")
                text = text.replace('r="D4"', 'r="D4" t="str"')
            archive.writestr(name, text)
    path.write_bytes(content.getvalue())
    found = taken(path)
    assert found.rejects.empty
    assert found.accepted["cci_businesses"].tolist() == [4.0]
    assert found.accepted["cci_registrations"].isna().tolist() == [True]


@pytest.mark.parametrize(
    "text", ["voir a.b@exemple.fr", "tél. 03 21 00 00 00", "Siren 732 829 320", "www.exemple.fr"]
)
def test_a_text_with_a_contact_or_a_number_is_refused_and_never_shown(tmp_path, text):
    rows = [("Anvin (62036)", "Projet", text, None)]
    found = taken(sent(tmp_path, "communaute_de_communes", rows, covered=COVERED))
    assert found.rejects["reason"].str.startswith("CO12").tolist() == [True]
    assert text not in " ".join(found.rejects.to_numpy().ravel())


def test_a_commune_with_a_refused_row_is_unknown_and_the_others_without_rows_have_none(tmp_path):
    rows = [("Anvin (62036)", "Énergie", 5, 2), ("Anvin (62036)", "Autre", 1, 0),
            ("Frévent (62361)", "Énergie", 4, 1)]  # fmt: skip
    made, _ = tables.table(taken(sent(tmp_path, "operateur_opah", rows, covered=COVERED)))
    assert made["opah_engaged"].to_dict() == {"62361": 4.0, "62652": 0.0}
    assert made["opah_engaged_by_kind#adaptation"].tolist() == [0.0, 0.0]


def test_where_numbers_of_senders_are_added_what_is_unknown_is_seen(tmp_path):
    rows = [("Anvin (62036)", "Numérique", 5, 2), ("Anvin (62036)", "Autre", -1, 0),
            ("Frévent (62361)", "Autre", 4, 1)]  # fmt: skip
    path = sent(tmp_path, "organisme_formation", rows, covered=COVERED, period="2025")
    trainees = tables.table(taken(path))[0]["trainees"]
    assert trainees.isna().to_dict() == {"62036": True, "62361": False, "62652": False}
    assert (trainees["62361"], trainees["62652"]) == (4.0, 0.0)
    lost = [("Nulle-Part", "Autre", 1, 0), ("Frévent (62361)", "Autre", 4, 1)]
    path = sent(tmp_path, "organisme_formation", lost, covered=COVERED, period="2025")
    trainees = tables.table(taken(path))[0]["trainees"]
    assert trainees.isna().to_dict() == dict.fromkeys(["62036", "62361", "62652"], True)


def test_a_row_that_belongs_nowhere_makes_no_commune_count_for_zero(tmp_path):
    rows = [("Anvin (62036)", "Énergie", 5, 2), ("Nulle-Part", "Énergie", 1, 0)]
    made, _ = tables.table(taken(sent(tmp_path, "operateur_opah", rows, covered=COVERED)))
    assert made.index.tolist() == ["62036"]
    assert made["opah_engaged"].isna().all()
    assert made["opah_engaged_by_kind#energy"].tolist() == [5.0]


def test_an_example_left_in_makes_nothing_uncertain(tmp_path):
    rows = [("Anvin (62036)", "Énergie", 5, 2)]
    path = sent(tmp_path, "operateur_opah", rows, covered=COVERED, example=True)
    made, _ = tables.table(taken(path))
    assert made["opah_engaged"].tolist() == [5.0, 0.0, 0.0]


def test_an_example_left_alone_is_not_an_answer(tmp_path):
    path = sent(tmp_path, "operateur_opah", [], covered=COVERED, example=True)
    found = imported(path)
    assert (found.entry.rows_set_aside, found.entry.communes) == (1, 0)
    assert installed.receipts() == []


def test_a_total_is_missing_where_a_category_is_not_told(tmp_path):
    rows = [("Anvin (62036)", "Commerce", 4, 1, 0), ("Anvin (62036)", "Industrie", 2, 0, 0)]
    made, _ = tables.table(taken(sent(tmp_path, "cci", rows)))
    assert made["cci_businesses_by_sector#retail"].tolist() == [4.0]
    assert made["cci_businesses"].isna().all()


def test_a_number_that_its_sender_hides_is_missing_with_its_sign(tmp_path):
    ages = ["Moins de 26 ans", "De 26 à 49 ans", "50 ans et plus"]
    rows = [("Anvin (62036)", age, count) for age, count in zip(ages, ["s", 12, 7], strict=True)]
    made, signs = tables.table(taken(sent(tmp_path, "demandeurs_emploi", rows)))
    assert made["registered_jobseekers"].isna().all()
    assert made["registered_jobseekers_by_age#26_49"].tolist() == [12.0]
    assert sorted(signs["column"]) == [
        "registered_jobseekers",
        "registered_jobseekers_by_age#under_26",
    ]
    assert set(signs["sign"]) == {"s"}


def test_things_are_counted_and_an_unknown_surface_stays_unknown(tmp_path):
    rows = [("Anvin (62036)", "Local disponible", "Atelier nord", 100),
            ("Anvin (62036)", "Local disponible", "Atelier sud", 50),
            ("Frévent (62361)", "Local disponible", "Halle", None)]  # fmt: skip
    path = sent(tmp_path, "communaute_de_communes", rows, covered=COVERED)
    made, _ = tables.table(taken(path))
    assert made["local_offer_items"].to_dict() == {"62036": 2.0, "62361": 1.0, "62652": 0.0}
    area = made["local_offer_area_m2_by_offer#premises"]
    assert area["62036"] == 150.0
    assert pd.isna(area["62361"])


# --- Store ----------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing_and_other_terms_are_another_contribution(tmp_path):
    path = sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)])
    first = imported(path)
    again = imported(path)
    assert (first.new, again.new, again.entry) == (True, False, first.entry)
    assert imported(path, audience="public").new
    assert imported(path).new  # the first terms come into force again
    assert [line["audience"] for line in ledger.lines()] == ["internal", "public", "internal"]


def test_the_ledger_says_who_when_under_which_agreement_for_whom_and_what_came(tmp_path):
    imported(sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4), ("X", "Commerce", 1)]))
    (line,) = ledger.lines()
    wanted = {"event": "imported", "kind": "cci", "millesime": "2026Q3", "received": "2026-10-12",
              "sender": TERMS["sender"], "agreement": "Convention 1", "audience": "internal",
              "rows_in": 2, "rows_accepted": 1, "rows_set_aside": 1}  # fmt: skip
    assert {name: line[name] for name in wanted} == wanted
    assert len(line["sha256"]) == 64


def test_an_import_without_its_line_in_the_ledger_gets_it_at_the_next_one(tmp_path):
    path = sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)])
    imported(path)
    ledger.path().unlink()
    imported(path)
    assert [line["event"] for line in ledger.lines()] == ["imported"]


def test_everything_that_is_kept_is_for_its_owner_only(tmp_path, store):
    imported(sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)]))
    kept = [path for path in store.rglob("*") if path.is_file()]
    assert len(kept) == 8
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_the_report_names_the_lines_and_no_text_of_the_file(tmp_path):
    rows = [("Anvin (62036)", "Projet", "tél. 03 21 00 00 00", None)]
    path = sent(tmp_path, "communaute_de_communes", rows, covered=COVERED)
    report = (imported(path).entry.folder / "report.html").read_text(encoding="utf-8")
    assert "CO12" in report
    assert "03 21" not in report
    assert "http" not in report


def test_what_a_sender_wants_forgotten_goes_and_the_ledger_remembers_that_it_did(tmp_path, store):
    imported(sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)]))
    with pytest.raises(SchemaError, match="Partenaire d’essai"):
        files.forget("Un autre")
    assert len(files.forget(TERMS["sender"], "cci", "2026Q3")) == 1
    assert files.entries() == []
    assert installed.receipts() == []
    assert [line["event"] for line in ledger.lines()] == ["imported", "forgotten"]
    assert not list(store.rglob("*.xlsx"))


def test_the_file_as_received_goes_first_and_the_contribution_later(tmp_path):
    entry = imported(sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)])).entry
    assert files.purge(dt.date(2027, 10, 11)) == []
    assert files.purge(dt.date(2027, 10, 12)) == [entry]
    assert not (entry.folder / "received.xlsx").exists()
    assert files.entries() == [entry]
    assert files.purge(dt.date(2036, 10, 12)) == [entry]
    assert files.entries() == []


def test_pages_are_made_again_when_only_the_audience_of_a_contribution_changed(tmp_path):
    path = sent(tmp_path, "cci", [("Anvin (62036)", "Commerce", 4)])
    imported(path, audience="public")
    before = trail.now("files:contribution_cci@2026Q3")
    files.forget(TERMS["sender"])
    imported(path, audience="internal")
    assert trail.now("files:contribution_cci@2026Q3") != before
