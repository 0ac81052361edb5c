import pytest
from mini import house

from ternois_analysis.batch import plan
from ternois_analysis.errors import ReportError, TerritoryError


@pytest.fixture
def folder(tmp_path):
    house.write(tmp_path, "01_portrait", "# Le portrait")
    house.write(tmp_path, "02_le_logement", "# Le logement : prix")
    house.write(tmp_path, "00_exploration", "# À la main")
    house.write(tmp_path, "brouillon", "# Brouillon")
    return tmp_path


def planned(folder, **options):
    return plan.plan("2026T2", house.FakeObservatory, folder, **options)


def test_an_ordinary_run_is_every_territory_page_and_audience(folder):
    made = planned(folder)
    expected = [
        (audience, territory, page)
        for audience in ("internal", "partners", "public")
        for territory in ("pays", "01001")
        for page in ("01_portrait", "02_le_logement")
    ]
    assert [(j.audience, j.territory, j.page) for j in made.jobs] == expected


def test_the_quarter_is_written_in_its_one_form(folder):
    assert {job.quarter for job in planned(folder).jobs} == {"2026Q2"}


def test_the_pages_are_the_numbered_notebooks_with_their_typeset_titles(folder):
    assert planned(folder).pages == {
        "01_portrait": "Le portrait",
        "02_le_logement": "Le logement\u00a0: prix",
    }


def test_a_territory_named_twice_is_run_once(folder):
    made = planned(folder, territories=["01001", "01001"], pages=["01"], audiences=["public"])
    assert [(job.territory, job.label) for job in made.jobs] == [("01001", "Œuf-sur-Mini")]


def test_parameters_are_text_and_keep_the_leading_zero(folder):
    job = planned(folder, territories=["01001"], pages=["01"], audiences=["public"]).jobs[0]
    assert job.parameters == {"territory": "01001", "quarter": "2026Q2", "audience": "public"}


@pytest.mark.parametrize(
    "text",
    ["02_le_logement", "02_le_logement.ipynb", "notebooks/02_le_logement.ipynb", "02",
     "le_logement", "Le Logement"],
)  # fmt: skip
def test_a_page_is_found_by_number_theme_or_file(folder, text):
    made = planned(folder, pages=[text], territories=["pays"], audiences=["public"])
    assert [job.page for job in made.jobs] == ["02_le_logement"]


def test_an_unknown_page_is_refused_with_the_nearest(folder):
    with pytest.raises(ReportError, match="Did you mean 'portrait'"):
        planned(folder, pages=["portrai"])


def test_the_notebook_for_exploring_is_not_a_page(folder):
    with pytest.raises(ReportError, match="Unknown page '00_exploration'"):
        planned(folder, pages=["00_exploration"])


def test_an_unknown_audience_is_refused_with_the_nearest(folder):
    with pytest.raises(ReportError, match="Did you mean 'partners'"):
        planned(folder, audiences=["partner"])


def test_an_unknown_territory_is_refused(folder):
    with pytest.raises(TerritoryError, match="pays"):
        planned(folder, territories=["payz"])


def test_an_unknown_quarter_is_refused(folder):
    with pytest.raises(ReportError, match="2026Q5"):
        plan.plan("2026Q5", house.FakeObservatory, folder)


def test_one_bad_notebook_among_those_asked_for_stops_the_plan(folder):
    house.write(folder, "03_perdu", "# Perdu", parameters='territory: str = "pays"')
    with pytest.raises(ReportError, match=r"03_perdu\.ipynb"):
        planned(folder)
    assert planned(folder, pages=["01"]).jobs


def test_a_folder_without_pages_is_refused(tmp_path):
    with pytest.raises(ReportError, match="NN_theme"):
        planned(tmp_path)
