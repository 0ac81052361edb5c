import re

import nbformat
import pytest
import yaml
from mini import house
from nbformat import v4

from ternois_analysis import catalog, paths
from ternois_analysis.batch import notebook, prose
from ternois_analysis.errors import ReportError

GIVEN = {"territory": "01001", "quarter": "2026Q2", "audience": "public"}


def refused(parameters, *tags):
    made = v4.new_notebook(cells=[house.code(parameters, *(tags or ["parameters"]))])
    with pytest.raises(ReportError) as error:
        notebook.check_parameters(made, "01_page.ipynb")
    return str(error.value)


def test_a_notebook_with_the_three_texts_is_accepted():
    notebook.check_parameters(house.notebook("page"), "01_page.ipynb")


def test_a_code_that_python_reads_as_the_integer_1001_is_refused():
    with pytest.raises(ReportError, match=r"1001 \(int\)"):
        notebook.checked(GIVEN | {"territory": int("01001")})


def test_a_code_that_yaml_reads_as_the_octal_513_is_refused():
    with pytest.raises(ReportError, match=r"513 \(int\)"):
        notebook.checked(GIVEN | yaml.safe_load("territory: 01001"))


def test_a_misspelt_parameter_is_refused_with_the_right_name():
    with pytest.raises(ReportError, match="Did you mean 'territory'"):
        notebook.checked({"teritory": "pays"})


def test_a_forgotten_parameter_is_refused():
    with pytest.raises(ReportError, match="without audience"):
        notebook.checked({"territory": "pays", "quarter": "2026Q2"})


def test_a_notebook_that_lost_its_tag_is_refused():
    assert "tagged 'parameters'" in refused(house.PARAMETERS, "parametres")


def test_an_equal_sign_in_a_comment_of_a_parameter_is_refused():
    said = refused(house.PARAMETERS.replace('"pays"', '"pays"  # as in id=pays'))
    assert "id=pays" in said


def test_an_equal_sign_in_the_default_of_a_parameter_is_refused():
    assert "a=b" in refused(house.PARAMETERS.replace('"pays"', '"a=b"'))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (house.PARAMETERS.replace("territory", "teritory"), "Did you mean 'territory'"),
        (house.PARAMETERS + '\nyear: str = "x"', "year"),
        (house.PARAMETERS.replace(": str", "", 1), "territory = 'pays'"),
        (house.PARAMETERS.replace('"2026Q2"', "20262"), "20262"),
        (house.PARAMETERS.replace("audience: str", "audience: int"), "audience: int"),
        (house.PARAMETERS + "\nimport os", "import os"),
        ("territory: str = ", "invalid syntax"),
        (house.PARAMETERS.splitlines()[0], "territory"),
    ],
)
def test_any_other_parameters_cell_is_refused(parameters, said):
    assert said in refused(parameters)


def test_two_parameters_cells_are_refused():
    made = house.notebook("page")
    made.cells.append(made.cells[0])
    with pytest.raises(ReportError, match="Found: 2"):
        notebook.check_parameters(made, "01_page.ipynb")


def test_a_notebook_saved_from_a_run_is_refused():
    made = house.notebook("page")
    made.cells.append(house.code('quarter = "2020Q1"', "injected-parameters"))
    with pytest.raises(ReportError, match="earlier run"):
        notebook.check_parameters(made, "01_page.ipynb")


def test_a_file_that_is_not_a_notebook_is_refused(tmp_path):
    path = tmp_path / "01_page.ipynb"
    path.write_text("{")
    with pytest.raises(ReportError, match=r"01_page\.ipynb cannot be read"):
        notebook.read(path)


GOOD = (
    "# Une page",
    "import ternois_analysis as ta\n\npage = ta.page(territory, quarter, audience)",
)


def test_a_page_of_prose_and_figures_has_no_problem():
    made = house.notebook(*GOOD, 'page.map("vacancy_rate_pct")')
    assert prose.check_prose(made, {"Saint-Pol"}) == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x = [i for i in (1, 2)]", "`for`"),
        ("for i in page:\n    page", "`for`"),
        ("x = 1 if page else 2", "`if`"),
        ("if page:\n    page", "`if`"),
        ("def f():\n    page", "`def`"),
        ("class A:\n    pass", "`class`"),
        ("f = lambda x: x", "`lambda`"),
        ("try:\n    page\nexcept ValueError:\n    page", "`try`"),
        ("with page:\n    page", "`with`"),
        ("while page:\n    page", "`while`"),
        ("%matplotlib inline", "a magic"),
        ("!ls", "a magic"),
        ("import os", "only import"),
        ("from ternois_analysis import page", "only import"),
        ('page.read("data/x")', "a path"),
        ('page.read("x.csv")', "a path"),
        ("page.at(2023)", "the year 2023"),
        ('page.at("2019-2021")', "the year 2019"),
        ('page.map("CC du Saint-Pol")', "territory's name: Saint-Pol"),
        ("\n".join(["page"] * 11), "11 lines, 10 at most"),
    ],
)
def test_what_does_not_belong_in_a_page_is_named(cell, said):
    problems = prose.check_prose(house.notebook(*GOOD, cell), {"Saint-Pol"})
    assert [said in problem for problem in problems] == [True]


def test_committed_outputs_are_a_problem_but_for_the_cells_that_are_compared():
    made = house.notebook(*GOOD, "page")
    made.cells[-1].outputs = [v4.new_output("stream", text="x")]
    assert prose.check_prose(made) == ["cell 4: outputs are not committed"]
    made.cells[-1].metadata.tags = ["nbval-check-output"]
    assert prose.check_prose(made) == []


def test_broken_parameters_are_a_problem_of_the_page():
    made = house.notebook(*GOOD)
    made.cells[0].metadata.tags = []
    assert "tagged 'parameters'" in prose.check_prose(made)[0]


def test_the_names_of_territories_come_from_the_catalogue():
    names = prose.territory_names()
    assert set(catalog.territories().territories) < names


HOUSE = paths.house()


def test_every_notebook_of_the_house_has_the_name_of_a_page():
    names = [path.stem for path in (HOUSE / "notebooks").glob("*.ipynb")]
    assert [name for name in names if not re.fullmatch(r"\d\d_\w+", name)] == []


@pytest.mark.parametrize("name", sorted(p.name for p in (HOUSE / "notebooks").glob("*.ipynb")))
def test_every_page_of_the_house_keeps_the_rules(name):
    made = nbformat.read(HOUSE / "notebooks" / name, as_version=4)
    assert prose.check_prose(made, prose.territory_names()) == []
