"""Residents by sex and age: three layouts of one table give the same groups of five years."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import catalog, sources
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.observatory import ages, installing
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.sources.formats import ages as reader
from ternois_analysis.sources.install import install

#: Persons by commune, sex (1 men, 2 women) and age; the ages left out have nobody.
PEOPLE = {
    ("62767", "1", 0): 10.5, ("62767", "1", 4): 2, ("62767", "1", 5): 7, ("62767", "2", 94): 3,
    ("62767", "2", 95): 1, ("62767", "2", 100): 2, ("80810", "2", 30): 4,
}  # fmt: skip
COMMUNES = ("62767", "80810")


@pytest.fixture(scope="module")
def ground():
    """The communes of the bundle."""
    return installing.ground()


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))


def rows(people=None):
    known = PEOPLE if people is None else people
    return [
        f"COM;{code};Nom;{sex};{age:03d};{known.get((code, sex, age), 0)}"
        for code in COMMUNES for sex in "12" for age in range(101)
    ]  # fmt: skip


def long(folder, name="TD_POP1B_2021.csv", lines=None, head="NIVGEO;CODGEO;LIBGEO;SEXE;AGED100;NB"):
    path = folder / name
    path.write_text("\n".join([head, *(rows() if lines is None else lines), ""]), encoding="utf-8")
    return path


def wide(folder):
    keys = [(sex, age) for sex in "12" for age in range(101)]
    head = ";".join(["CODGEO", "LIBGEO", *(f"SEXE{s}_AGED100{a:03d}" for s, a in keys)])
    lines = [
        ";".join([code, "Nom", *(str(PEOPLE.get((code, s, a), 0)).replace(".", ",")
                                for s, a in keys)])
        for code in COMMUNES
    ]  # fmt: skip
    path = folder / "BTX_TD_POP1B_2021.csv"
    path.write_text("\n".join([head, *lines, ""]), encoding="cp1252")
    return path


def melodi(folder, wide_groups=False):
    names = {start: f"Y{start}T{start + 4}" for start in range(5, 95, 5)}
    names |= {0: "Y_LT5", 95: "Y_GE95"}
    if wide_groups:
        names = {0: "Y_LT15", 15: "Y15T29"}
    lines = []
    for code in COMMUNES:
        for start, age in names.items():
            for sex, letter in (("1", "M"), ("2", "F")):
                last = 100 if start == 95 else start + 4
                total = sum(PEOPLE.get((code, sex, a), 0) for a in range(start, last + 1))
                lines.append(f"{code};COM;{letter};{age};2021;{total}")
    path = folder / "DS_RP.csv"
    head = "GEO;GEO_OBJECT;SEX;AGE;TIME_PERIOD;OBS_VALUE"
    path.write_text("\n".join([head, *lines, f"{COMMUNES[0]};COM;_T;_T;2021;25", ""]))
    return path


def table(path, ground):
    delivered = reader.read([path], catalog.deliveries()["ages"], ground)
    (piece,) = delivered.pieces
    assert (piece.source, piece.millesime, piece.level) == ("ages", "2021", "commune")
    return piece.table


def test_single_ages_are_put_together_by_five_years_and_the_last_is_open(tmp_path, ground):
    found = table(long(tmp_path), ground)
    own = found.loc["62767"]
    assert own["men_by_age#0004"] == 12.5
    assert own["men_by_age#0509"] == 7
    assert own["women_by_age#9094"] == 3
    assert own["women_by_age#95plus"] == 3
    assert found.loc["80810", "women_by_age#3034"] == 4
    assert found.to_numpy().sum() == sum(PEOPLE.values())
    assert found.shape == (2, 40)


@pytest.mark.parametrize("write", [wide, melodi])
def test_the_other_layouts_give_the_same_table(tmp_path, ground, write):
    pd.testing.assert_frame_equal(table(write(tmp_path), ground), table(long(tmp_path), ground))


def test_an_age_without_a_row_is_nobody_and_an_empty_cell_is_missing(tmp_path, ground):
    lines = [line for line in rows() if ";062;" not in line]
    lines = [line.replace("1;000;10.5", "1;000;") for line in lines]
    found = table(long(tmp_path, lines=lines), ground)
    assert found.loc["62767", "men_by_age#6064"] == 0
    assert pd.isna(found.loc["62767", "men_by_age#0004"])


def test_a_group_whose_ages_have_all_no_row_is_nobody(tmp_path, ground):
    lines = [
        line for line in rows() if line.split(";")[4] not in {"060", "061", "062", "063", "064"}
    ]
    assert table(long(tmp_path, lines=lines), ground).loc["80810", "men_by_age#6064"] == 0


def test_arrondissements_do_not_count_their_city_twice(tmp_path, ground):
    city = "COM;75056;Paris;1;010;8"
    parts = ["ARM;75101;Paris 1er;1;010;5", "ARM;75102;Paris 2e;1;010;3"]
    lines = [*rows(), city, *parts]
    assert table(long(tmp_path, lines=lines), ground).loc["75056", "men_by_age#1014"] == 8
    alone = [*rows(), *parts]
    assert table(long(tmp_path, lines=alone), ground).loc["75056", "men_by_age#1014"] == 8


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda line: line.replace(";1;000;", ";3;000;"), "sexes"),
        (lambda line: line.replace(";1;000;", ";1;120;"), "ages"),
        (lambda line: line.replace("62767", "62999"), "62999"),
        (lambda line: line.replace(";1;001;", ";1;000;"), "each once"),
    ],
)
def test_what_cannot_be_right_is_refused(tmp_path, ground, change, match):
    with pytest.raises(SchemaError, match=match):
        table(long(tmp_path, lines=[change(line) for line in rows()]), ground)


def test_a_file_whose_name_tells_no_year_is_refused_with_what_to_do(tmp_path, ground):
    with pytest.raises(SchemaError, match=r"year of the census.*producer's name"):
        table(long(tmp_path, name="ages.csv"), ground)


def test_groups_wider_than_five_years_are_refused(tmp_path, ground):
    with pytest.raises(SchemaError, match=r"groups of ages.*POP1B"):
        table(melodi(tmp_path, wide_groups=True), ground)


def test_a_missing_column_is_named(tmp_path, ground):
    with pytest.raises(SchemaError, match="AGED100"):
        table(long(tmp_path, head="NIVGEO;CODGEO;LIBGEO;SEXE;AGE;NB"), ground)


def test_half_of_a_wide_table_is_refused(tmp_path, ground):
    path = wide(tmp_path)
    lines = path.read_text(encoding="cp1252").splitlines()
    path.write_text("\n".join(";".join(line.split(";")[:103]) for line in lines) + "\n")
    with pytest.raises(SchemaError, match="202"):
        table(path, ground)


def test_two_censuses_installed_are_seen_by_the_observatory(tmp_path, store, ground):
    for year in ("2016", "2021"):
        people = PEOPLE | {("80810", "1", 40): int(year)}
        path = long(tmp_path, f"TD_POP1B_{year}.csv", rows(people))
        install("ages", [path], ground, partial=True)
    door = Observatory(parse("2026Q3"), "public")
    assert ages.years(door) == (2016, 2021)
    assert ages.ready(door)
    tables = ages.of(door, door.territory("commune-80810"))
    assert tables[2016].loc["4044", "men"] == 2016
    assert tables[2021].loc["3034", "women"] == 4


def test_an_undeclared_year_is_refused(tmp_path, store, ground):
    with pytest.raises(SourceError, match="another millésime"):
        install("ages", [long(tmp_path, "TD_POP1B_1999.csv")], ground, partial=True)
    assert not sources.visible("ages", parse("2026Q3"))


def test_between_two_censuses_each_group_moves_at_a_constant_rate():
    before = pd.DataFrame({"women": [100.0, 0.0], "men": [50.0, 8.0]})
    after = pd.DataFrame({"women": [400.0, 10.0], "men": [50.0, 2.0]})
    found = ages.at({2015: before, 2017: after}, 2016)
    # 100 to 400 doubles each year; 0 to 10 goes in a straight line; 8 to 2 halves.
    assert found.to_numpy() == pytest.approx(np.array([[200.0, 50.0], [5.0, 4.0]]))
    assert ages.at({2015: before, 2017: after}, 2014) is None
