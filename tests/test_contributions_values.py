"""What partners contributed as values: totals, audiences, secrecy, and the page."""

import datetime as dt
import sys
from dataclasses import replace

import pandas as pd
import pytest
from contributed import DAY, fill

from ternois_analysis import catalog, indicators
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.catalog.sources import SourceFile
from ternois_analysis.display.contributions import Contributions
from ternois_analysis.display.material import Material
from ternois_analysis.indicators.naming import named
from ternois_analysis.observatory import Observatory, contributed, values
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.observatory.partner_ground import ground
from ternois_analysis.quarters import parse
from ternois_analysis.sources import contributions as files

QUARTER = parse("2026Q3")
AGES = ("Moins de 26 ans", "De 26 à 49 ans", "50 ans et plus")
FIELDS = ("Gestion et commerce", "Numérique", "Technique du métier",
          "Hygiène, sécurité, normes", "Autre")  # fmt: skip
PARTS = ("cc-auxilois", "cc-pays-heuchin", "cc-pernois", "cc-frevent", "cc-saint-polois")


@pytest.fixture(scope="module", autouse=True)
def world(tmp_path_factory):
    """Five contributions: of the CCI, of two communautés, of job-seekers and of trainees."""
    folder = tmp_path_factory.mktemp("contributions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERNOIS_STORE", str(folder / "store"))
        around = ground()
        names = dict(zip(around.communes["commune"], around.communes["commune_name"], strict=True))
        label = {code: f"{name} ({code})" for code, name in names.items()}
        covers = {
            key: next(text for text in around.territories if text.startswith(key))
            for key in ("CC du Pernois", "CC de la Région de Frévent")
        }
        pernois = sorted(around.territories[covers["CC du Pernois"]])
        frevent = sorted(around.territories[covers["CC de la Région de Frévent"]])

        def bring(name, rows, sender, audience, covered="", period="2026T3"):
            path = fill(folder / f"{sender}.xlsx", name, rows, names, period=period,
                        B4=covers.get(covered, "Les seules communes du tableau"))  # fmt: skip
            return files.bring_in(
                path, around.communes, around.territories, cog=around.cog, sender=sender,
                agreement="Convention", audience=audience, received=DAY,
            )  # fmt: skip

        bring("cci", [(label["62652"], "Commerce", 30, 2, 1),
                      (label["62652"], "Services", 12, 0, 1),
                      (label["62058"], "Industrie", 1, 0, 0)],
              "CCI", "public", "CC du Pernois")  # fmt: skip
        bring("communaute_de_communes", [(label[pernois[0]], "Projet", "Halle", None)],
              "CC du Pernois", "internal", "CC du Pernois")  # fmt: skip
        bring("communaute_de_communes", [(label[frevent[0]], "Projet", "Atelier", 80)] * 2,
              "CC de Frévent", "public", "CC de la Région de Frévent")  # fmt: skip
        # One job-seeker a commune and age, but for the young of the Pernois: three in all.
        young = {code: 3.0 if code == pernois[0] else 0.0 for code in pernois}
        bring("demandeurs_emploi", [(label[code], age, young.get(code, 1) if age == AGES[0] else 1)
                                    for code in names for age in AGES],
              "Service de l’emploi", "public")  # fmt: skip
        bring("organisme_formation", [(label[code], field, 1, None) for code in pernois
                                      for field in FIELDS],
              "Organisme", "public", period="2025")  # fmt: skip
        yield {a: Observatory(QUARTER, a) for a in ("public", "partners", "internal")}


def told(door, place, indicator):
    rows = door.values([place], [indicator])
    return {row["category"]: (row["status"], row["value"]) for _, row in rows.iterrows()}


# --- Totals and audiences -------------------------------------------------------------------------


def test_a_contributed_column_is_added_up_as_any_other(world):
    door = world["public"]
    assert told(door, "cc-pernois", "cci_businesses_registered") == {"": ("ok", 43.0)}
    assert told(door, "commune-62652", "cci_businesses_registered") == {"": ("ok", 42.0)}
    # Inside the territory that the sender covers, no row is none.
    assert told(door, "commune-62805", "cci_businesses_registered") == {"": ("ok", 0.0)}


def test_a_territory_of_which_a_part_sent_nothing_has_no_total_and_is_told_why(world):
    (row,) = (
        world["public"].values(["pays-ternois"], ["cci_businesses_registered"]).to_dict("records")
    )
    assert row["status"] == "n.d."
    assert row["note"] == values.NOT_SENT


def test_one_entry_and_one_function_make_an_indicator_of_a_contributed_column(world, monkeypatch):
    @named
    def trainees_trained(trainees: pd.Series) -> pd.Series:
        return trainees

    entry = replace(
        catalog.indicator("jobseekers_registered"), label="Stagiaires", short="Stagiaires"
    )
    known, functions = catalog.indicators(), indicators.registry()
    entries = {**known, "trainees_trained": entry}
    more = {**functions, "trainees_trained": trainees_trained}
    # By the modules' own names: their packages have functions of the same ones.
    monkeypatch.setattr(sys.modules[Indicator.__module__], "indicators", lambda: entries)
    monkeypatch.setattr(sys.modules[indicators.registry.__module__], "registry", lambda: more)
    door = world["public"]
    found = values.newest(values.instances("trainees_trained", door.columns))
    places = [door.territory(name) for name in ("cc-pernois", "cc-frevent")]
    rows = values.table(door.totals(places), places, found, "2026Q3", "public")
    assert rows["value"].tolist()[0] == 90.0  # 18 communes, 5 fields
    assert rows["status"].tolist() == ["ok", "n.d."]
    assert (rows["source"][0], rows["period"][0]) == ("contribution_organisme_formation", "2025")


def test_what_was_sent_for_internal_use_never_reaches_partners_or_the_public(world):
    shown = {a: told(door, "cc-pernois", "local_offer_listed")["Projets"][0]
             for a, door in world.items()}  # fmt: skip
    assert shown == {"public": "n.d.", "partners": "n.d.", "internal": "ok"}
    for audience, door in world.items():
        heard = {e["part"] for e in door.sources_used() if "communaute" in str(e["source"])}
        assert len(heard) == (2 if audience == "internal" else 1)


def test_two_senders_of_one_period_make_one_table(world):
    door = world["internal"]
    assert told(door, "cc-pernois", "local_offer_listed")["Projets"] == ("ok", 1.0)
    assert told(door, "cc-frevent", "local_offer_listed")["Projets"] == ("ok", 2.0)


def test_a_quarter_frozen_before_a_contribution_came_does_not_see_it(world):
    columns = world["public"].columns
    early = Columns(parse("2026Q2"), columns.communes, columns.passage, columns.cog)
    assert early.files("contribution_cci") == []
    assert len(columns.files("contribution_cci")) == 1


# --- Files in force -------------------------------------------------------------------------------


def sent(sender="A", audience="public", day="2026-10-01", moment="1", **more):
    return SourceFile("2026Q3", "2026-09-30", day, day, "2026", f"{sender}{day}{moment}", "", 1,
                      delivery="contribution_cci", sender=sender, audience=audience,
                      imported=moment, **more)  # fmt: skip


def test_a_later_file_of_a_sender_takes_the_place_of_the_earlier_one():
    old, new, other = sent(), sent(day="2026-10-02"), sent(sender="B")
    assert contributed.seen([old, new, other], "public") == [new, other]
    morning, evening = sent(moment="1"), sent(moment="2")
    assert contributed.seen([evening, morning], "public") == [evening]


def test_what_a_sender_withdrew_from_the_public_does_not_come_back_in_its_older_form():
    old, new = sent(audience="public"), sent(audience="internal", day="2026-10-02")
    assert contributed.seen([old, new], "public") == []
    assert contributed.seen([old, new], "partners") == []
    assert contributed.seen([old, new], "internal") == [new]


def spoken(delivery):
    """Two senders: both speak of 62001, the second of 62002 without a number, one each alone."""
    one = pd.DataFrame({"n": [10.0, 4.0, 1.0]}, index=["62001", "62002", "62003"])
    two = pd.DataFrame({"n": [3.0, float("nan"), 2.0]}, index=["62001", "62002", "62004"])
    read = [(replace(sent(sender="A"), delivery=delivery), one),
            (replace(sent(sender="B", day="2026-10-02"), delivery=delivery), two)]  # fmt: skip
    [made] = contributed.together(read)
    return made["n"].sort_index().astype(object).where(lambda n: n.notna(), None).to_dict()


def test_numbers_of_training_bodies_are_added_and_missing_as_soon_as_one_is():
    made = spoken("contribution_organisme_formation")
    assert made == {"62001": 13.0, "62002": None, "62003": 1.0, "62004": 2.0}


def test_of_senders_who_know_all_the_last_one_is_heard():
    made = spoken("contribution_cci")
    assert made == {"62001": 3.0, "62002": None, "62003": 1.0, "62004": 2.0}


def test_files_that_nobody_contributed_are_left_as_they_are():
    file = SourceFile("2023", "2023-01-01", "2025-12-30", "2026-01-01", "2025", "x", "", 1)
    assert contributed.seen([file, file], "public") == [file, file]


def test_of_two_senders_who_speak_of_one_commune_the_last_one_is_heard():
    def table(code, count):
        return pd.DataFrame({"cci_businesses@2026Q3": [count]}, index=[code])

    first, last = (sent(sender="A"), table("62036", 1.0)), (
        sent(sender="B", day="2026-10-05"), table("62036", 2.0))  # fmt: skip
    more = (sent(sender="C"), table("62361", 5.0))
    (joined,) = contributed.together([last, first, more])
    assert joined["cci_businesses@2026Q3"].to_dict() == {"62036": 2.0, "62361": 5.0}


# --- Secrecy --------------------------------------------------------------------------------------


def test_few_persons_are_hidden_and_cannot_be_found_by_subtraction(world):
    for audience in ("public", "partners"):
        door = world[audience]
        ages = {place: told(door, place, "jobseekers_registered_by_age") for place in PARTS}
        assert ages["cc-pernois"][AGES[0]][0] == "s"
        # Over the ages of the Pernois, and over the parts of the Pays, another one is hidden too.
        totals = told(door, "cc-pernois", "jobseekers_registered")
        statuses = [status for status, _ in [*ages["cc-pernois"].values(), *totals.values()]]
        assert statuses.count("s") >= 2
        whole = told(door, "pays-ternois", "jobseekers_registered_by_age")[AGES[0]]
        assert [*(ages[p][AGES[0]][0] for p in PARTS), whole[0]].count("s") >= 2
        assert all(v != v for each in ages.values() for status, v in each.values() if status == "s")


def test_a_large_enough_count_of_persons_is_shown(world):
    found = told(world["public"], "cc-saint-polois", "jobseekers_registered")
    assert found == {"": ("ok", 129.0)}  # 43 communes, one in each of three ages


def test_a_commune_never_shows_its_count_of_persons_outside_the_owner_s_own_use(world):
    hidden = told(world["public"], "commune-62767", "jobseekers_registered")
    assert hidden[""][0] == "s"
    assert told(world["internal"], "commune-62767", "jobseekers_registered") == {"": ("ok", 3.0)}


def test_the_owner_sees_few_persons_marked_as_secret(world):
    rows = world["internal"].values(["cc-pernois"], ["jobseekers_registered_by_age"])
    row = rows[rows["category"] == AGES[0]].iloc[0]
    assert (row["status"], row["value"]) == ("ok", 3.0)
    assert "secret" in row["note"]


# --- The page -------------------------------------------------------------------------------------


def page(door, place="cc-pernois"):
    return Contributions(Material(door, door.territory(place)))


def test_the_page_tells_what_came_from_whom_and_what_was_taken(world):
    table = page(world["public"]).received().table
    assert table["Contribution"].str.contains("CCI").sum() == 1
    assert not table["Envoi"].str.contains("CC du Pernois").any()
    assert table["Lignes acceptées"].tolist() == ["2", "3", "309", "90"]
    assert page(world["internal"]).received().table["Envoi"].str.contains("CC du Pernois").any()


def test_the_page_tells_how_fresh_and_how_complete_each_kind_is(world):
    table = page(world["public"], "pays-ternois").freshness().table.set_index("Contribution")
    known = {str(name)[:10]: row for name, row in table.iterrows()}
    assert known["Demandeurs"]["Communes renseignées"] == "103 sur 103"
    assert known["Entreprise"]["Communes renseignées"] == "18 sur 103"
    assert set(table["Fraîcheur"]) == {"à jour"}
    assert known["Stagiaires"]["Âge (mois)"] == "9"


def test_the_page_says_which_indicators_the_contributions_feed(world):
    html = page(world["public"]).allowed().html
    assert "demandeurs d’emploi inscrits en fin de trimestre" in html
    assert "aucun indicateur ne s’en sert encore" in html  # trainees


def test_a_figure_of_the_page_hides_what_the_gate_hides(world):
    block = page(world["public"]).figures()
    cell = block.table.set_index(block.table.columns[0])
    row = next(row for name, row in cell.iterrows() if "Moins de 26" in str(name))
    assert row[next(c for c in cell.columns if "Pernois" in c)].startswith("s")
    assert block.reading.startswith("Lecture")


def test_things_are_listed_one_by_one_for_those_who_may_see_them(world):
    assert page(world["internal"]).offer().table["Intitulé"].tolist() == ["Halle"]
    assert page(world["public"]).offer().table is None
    assert page(world["public"], "cc-frevent").offer().table["Surface (m²)"].tolist() == ["80"] * 2


def test_without_any_contribution_the_page_says_so_and_lists_the_templates(world):
    old = Observatory(parse("2026Q1"), "public")
    empty = page(old)
    for block in (empty.received(), empty.freshness(), empty.allowed(), empty.figures()):
        assert "Aucune contribution" in block.html
    listed = empty.templates().table["Modèle"].tolist()
    assert listed == [f"ternois new contribution {name}" for name in (
        "communaute_de_communes", "cci", "demandeurs_emploi", "operateur_opah",
        "espace_info_energie", "organisme_formation")]  # fmt: skip


def test_the_day_of_reception_is_the_day_of_availability(world):
    (file,) = world["public"].columns.files("contribution_cci")
    assert dt.date.fromisoformat(file.available) == DAY
    assert (file.reference_date, file.partial) == ("2026-09-30", True)
