"""The artisans who agree to be named: every row accounted for, a refusal always wins."""

import csv
import datetime as dt
import io
import json
import stat
from pathlib import Path

import pandas as pd
import pytest

from ternois_analysis import paths
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.sources import consents, register
from ternois_analysis.sources.consents import cells
from ternois_analysis.sources.synthetic import consents as invented
from ternois_analysis.sources.synthetic.numbers import luhn_digit

RECEIVED = dt.date(2026, 10, 9)
KEY = b"0" * 32
COMMUNES = pd.DataFrame(
    {"commune": ["62036", "62767"], "commune_name": ["Anvin", "Saint-Pol-sur-Ternoise"]}
)
HEADER = [
    "SIREN", "Nom à imprimer", "Commune", "Téléphone", "Courriel", "Métiers", "Filière bois",
    "RGE : qualification", "RGE : début", "RGE : fin", "Autres labels", "Date du consentement",
    "Preuve", "Retrait",
]  # fmt: skip
_FIELDS = ("siren", "name", "commune", "phone", "mail", "trades", "wood", "rge", "start", "end",
           "labels", "consented", "proof", "withdrawn")  # fmt: skip


def siren(rank):
    base = f"{rank:08d}"
    return base + luhn_digit(base)


def row(rank, **changes):
    sound = {
        "siren": siren(rank), "name": f"Atelier Témoin {rank}", "commune": "Anvin",
        "phone": "03 53 01 00 01", "mail": "contact@temoin.example", "trades": "maçon",
        "consented": "01/09/2026", "proof": "formulaire 1",
    }  # fmt: skip
    return sound | changes


def written(folder, *rows, name="accords.csv"):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADER)
    writer.writerows([[each.get(field, "") for field in _FIELDS] for each in rows])
    path = Path(folder) / name
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def taken(folder, *rows, **options):
    path = written(folder, *rows)
    return consents.accept(path, COMMUNES, key=KEY, received=RECEIVED, **options)


def checks(intake):
    return {reason.split()[0] for reason in intake.rejects["reason"]}


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def test_a_sound_row_is_kept_as_it_will_be_printed(tmp_path):
    intake = taken(
        tmp_path,
        row(1, phone="+33 3.53.01.00.02", commune="Saint-Pol-sur-Ternoise (62767)",
            trades="Maçonnerie, gros œuvre ; couvreur, plombier", wood="Oui",
            rge="Isolation du toit", start="15/03/2025", end="14/03/2029", labels="Qualibat"),
    )  # fmt: skip
    kept = intake.accepted.iloc[0]
    assert kept["phone"] == "03 53 01 00 02"
    assert kept["commune"] == "62767"
    assert kept["trades"] == "Maçonnerie, gros œuvre ; Couverture, plomberie, chauffage"
    assert kept["wood"]
    assert (kept["rge"], kept["labels"]) == ("Isolation du toit", "Qualibat")
    assert kept["rge_end"] == pd.Timestamp("2029-03-14")
    assert "siren" not in intake.accepted


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("CO04", {"siren": "123456789"}),
        ("CO04", {"siren": ""}),
        ("CO05", {"consented": ""}),
        ("CO05", {"consented": "un jour"}),
        ("CO05", {"consented": "10/10/2026"}),
        ("CO06", {"proof": ""}),
        ("CO07", {"name": ""}),
        ("CO07", {"name": "x" * 81}),
        ("CO07", {"name": "Toitures RGE Témoin"}),
        ("CO08", {"commune": "Paris"}),
        ("CO09", {"trades": "boulanger"}),
        ("CO13", {"withdrawn": "02/09/2026"}),
    ],
)
def test_a_faulty_row_is_set_aside_with_its_reason_and_the_others_stay(tmp_path, check, changes):
    intake = taken(tmp_path, row(1, **changes), row(2))
    assert checks(intake) == {check}
    assert intake.accepted["name"].tolist() == ["Atelier Témoin 2"]
    assert intake.facts["rows_in"] == 2
    assert intake.facts["rows_accepted"] + intake.facts["rows_set_aside"] == 2


def test_the_list_of_rejects_names_nobody(tmp_path):
    intake = taken(tmp_path, row(1, proof=""), row(2, name="", mail="pas une adresse"))
    text = intake.rejects.to_csv() + json.dumps(intake.facts)
    assert "Témoin" not in text
    assert siren(1) not in text


def test_a_consent_taken_back_on_any_row_counts_even_with_an_unreadable_date(tmp_path):
    intake = taken(
        tmp_path, row(1, name="", withdrawn="en septembre"), row(1, consented="05/09/2026"), row(2)
    )
    assert intake.accepted["name"].tolist() == ["Atelier Témoin 2"]
    assert "CO13" in checks(intake)


def test_of_two_rows_of_a_business_the_newest_consent_is_kept(tmp_path):
    intake = taken(
        tmp_path,
        row(1, name="Nouveau Témoin", consented="05/09/2026"),
        row(1, name="Ancien Témoin", consented="01/02/2026"),
    )
    assert intake.accepted["name"].tolist() == ["Nouveau Témoin"]
    assert checks(intake) == {"CO12"}


def test_a_business_that_objects_is_set_aside_whatever_it_signed(tmp_path):
    secret = register.pseudonyms(pd.Series([siren(1)]), KEY).item()
    intake = taken(tmp_path, row(1), row(2), objecting={secret})
    assert intake.accepted["name"].tolist() == ["Atelier Témoin 2"]
    assert checks(intake) == {"CO14"}


@pytest.mark.parametrize(
    "changes",
    [
        {"rge": "Isolation", "start": "15/03/2025"},
        {"rge": "Isolation", "start": "15/03/2025", "end": "bientôt"},
        {"rge": "Isolation", "start": "15/03/2025", "end": "14/03/2025"},
        {"start": "15/03/2025", "end": "14/03/2029"},
    ],
)
def test_an_rge_without_its_two_dates_is_dropped_and_told(tmp_path, changes):
    intake = taken(tmp_path, row(1, **changes))
    assert intake.accepted["rge"].item() == ""
    assert intake.accepted[["rge_start", "rge_end"]].isna().all().all()
    assert "CO11" in set(intake.findings["check"])


def test_an_rge_hidden_among_the_other_labels_is_taken_out(tmp_path):
    intake = taken(tmp_path, row(1, labels="Qualibat RGE ; Artisan gourmet du bois"))
    assert intake.accepted["labels"].item() == "Artisan gourmet du bois"
    assert "CO15" in set(intake.findings["check"])


def test_trades_are_read_by_their_names_or_by_common_words():
    texts = pd.Series(
        ["Menuiserie, charpente, serrurerie", "menuisier / électricien", "plaquiste et rien"]
    )
    groups, odd = cells.trades(texts)
    assert groups.tolist() == [
        "Menuiserie, charpente, serrurerie",
        "Menuiserie, charpente, serrurerie ; Installations électriques, isolation",
        "",
    ]
    assert odd.tolist() == [False, False, True]


def test_a_telephone_whose_zero_a_spreadsheet_ate_is_mended():
    read, bad = cells.phones(pd.Series(["353010003", "03.53.01.00.03", "12", ""]))
    assert read.tolist() == ["03 53 01 00 03", "03 53 01 00 03", "", ""]
    assert bad.tolist() == [False, False, True, False]


def test_a_workbook_is_read_as_a_csv_is(tmp_path):
    import xlsxwriter

    path = tmp_path / "accords.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for place, cells_ in enumerate([HEADER, [row(40_000_000).get(field, "") for field in _FIELDS]]):
        sheet.write_row(place, 0, cells_)
    sheet.write_number(1, 3, 353010001)
    book.close()
    intake = consents.accept(path, COMMUNES, key=KEY, received=RECEIVED)
    assert intake.accepted["phone"].tolist() == ["03 53 01 00 01"]


def test_a_file_without_proof_of_consent_is_refused(tmp_path):
    path = tmp_path / "annuaire.csv"
    path.write_text("SIREN;Nom;Commune;Téléphone\n1;2;3;4\n", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"proof|consented"):
        consents.accept(path, COMMUNES, key=KEY, received=RECEIVED)


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no consent"):
        taken(tmp_path)


# --- The store -----------------------------------------------------------------------------------


def brought(folder, *rows, name="accords.csv", received=RECEIVED):
    return consents.bring_in(written(folder, *rows, name=name), COMMUNES, received=received)


def names(on=RECEIVED):
    entry = consents.in_force(on)
    return [] if entry is None else sorted(consents.read(entry, on)["name"])


def test_what_is_kept_is_the_owners_alone_and_holds_no_siren(store, tmp_path):
    entry = brought(tmp_path, row(1), row(2, proof="")).entry
    for path in entry.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
        if not path.name.startswith("received"):
            content = path.read_bytes()
            assert siren(1).encode() not in content
            assert siren(2).encode() not in content
    assert stat.S_IMODE(entry.folder.stat().st_mode) == 0o700


def test_the_newest_file_replaces_the_others_even_when_all_have_withdrawn(store, tmp_path):
    assert names() == []
    brought(tmp_path, row(1), row(2))
    assert names() == ["Atelier Témoin 1", "Atelier Témoin 2"]
    assert not brought(tmp_path, row(1), row(2)).new
    later = RECEIVED + dt.timedelta(days=1)
    brought(
        tmp_path, row(1, withdrawn="09/10/2026"), row(2, withdrawn="09/10/2026"), received=later
    )
    assert names(later) == []
    assert names() == ["Atelier Témoin 1", "Atelier Témoin 2"]


def test_an_objection_made_after_the_import_takes_the_business_out(store, tmp_path):
    brought(tmp_path, row(1), row(2))
    assert register.object_to(siren(1))
    assert names() == ["Atelier Témoin 2"]
    again = brought(tmp_path, row(1), row(2), row(3), received=RECEIVED)
    assert again.entry.rows_set_aside == 1
    assert names() == ["Atelier Témoin 2", "Atelier Témoin 3"]


def test_a_consent_lapses_after_three_years(store, tmp_path):
    brought(tmp_path, row(1, consented="01/09/2026"))
    assert names(dt.date(2029, 8, 31)) == ["Atelier Témoin 1"]
    assert names(dt.date(2029, 9, 1)) == []


def test_purge_removes_replaced_files_after_their_time_and_all_on_demand(store, tmp_path):
    brought(tmp_path, row(1))
    brought(tmp_path, row(2), received=RECEIVED + dt.timedelta(days=1))
    assert consents.purge(dt.date(2027, 1, 1)) == []
    assert len(consents.purge(dt.date(2028, 10, 20))) == 1
    assert names(dt.date(2028, 10, 20)) == ["Atelier Témoin 2"]
    assert len(consents.purge(everything=True)) == 1
    assert not list((store / "consents").iterdir())


def test_an_import_that_fails_leaves_the_store_as_it_was(store, tmp_path):
    brought(tmp_path, row(1))
    before = sorted(p.name for p in (store / "consents").iterdir())
    with pytest.raises(SourceError):
        consents.bring_in(tmp_path / "absent.csv", COMMUNES)
    with pytest.raises(SourceError, match="no consent"):
        brought(tmp_path, name="vide.csv")
    assert sorted(p.name for p in (store / "consents").iterdir()) == before


# --- The demonstration ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pays_communes():
    from ternois_analysis.sources.synthetic.programmes import places

    return places()


def test_the_demonstration_file_is_what_the_generator_makes_and_says_that_it_is_invented():
    content = (paths.data() / "guide" / invented.NAME).read_bytes()
    assert content == invented.file()
    text = content.decode("utf-8-sig")
    assert text.startswith("DEMONSTRATION : ENTREPRISES FICTIVES")
    lines = text.splitlines()[2:]
    assert all("(fictif)" in line and ".example" in line and "03 53 01" in line for line in lines)


def test_the_demonstration_shows_what_is_set_aside_and_honours_objections(store, pays_communes):
    shown = consents.demonstration(pays_communes)
    rows = list(csv.DictReader(
        (paths.data() / "guide" / invented.NAME).read_text("utf-8-sig").splitlines()[1:],
        delimiter=";",
    ))  # fmt: skip
    refused = {r["Nom à imprimer"] for r in rows if r["Retrait"] or not r["Preuve"]}
    assert len(refused) == 2
    assert set(shown["name"]) == {r["Nom à imprimer"] for r in rows} - refused
    gone = next(r for r in rows if r["Nom à imprimer"] not in refused)
    register.object_to(gone["SIREN"])
    assert gone["Nom à imprimer"] not in set(consents.demonstration(pays_communes)["name"])
