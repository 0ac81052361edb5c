"""Names complete themselves, values show themselves, and the command says what is missing."""

import importlib.util
import inspect
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ternois_analysis as ta
from ternois_analysis.errors import ReportError, SchemaError, SecrecyError


@pytest.fixture(scope="module")
def obs():
    return ta.observe("2026Q3", "partners")


def completions(line, **names):
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns.update(names)
    with provisionalcompleter():  # what a kernel asks
        return [found.text.lstrip(".") for found in shell.Completer.completions(line, len(line))]


def test_indicators_and_territories_complete_after_a_point_and_a_bracket(obs):
    assert "vacancy_rate_pct" in completions("known.vacancy", known=obs.indicators)
    assert "cc_pernois" in completions("known.cc_pe", known=obs.territories)
    assert any("cc-pernois" in found for found in completions('obs["cc-p', obs=obs))


def test_a_completed_name_is_what_it_stands_for(obs):
    assert obs.indicators.vacancy_rate_pct == "vacancy_rate_pct"
    assert obs.territories.cc_pernois == obs["cc-pernois"] == obs.territory("cc-pernois")
    assert "Taux de vacance" in obs.indicators._repr_html_()


def test_a_misspelt_name_says_which_one_was_meant(obs):
    with pytest.raises(AttributeError, match="Did you mean 'vacancy_rate_pct'"):
        obs.indicators.vacancy_rate_pc  # noqa: B018
    with pytest.raises(SchemaError, match="Did you mean 'cc-pernois'"):
        obs.territories["cc-pernoi"]


def test_values_are_shown_in_french_with_interval_reliability_and_source(obs):
    block = ta.show(obs.values(["cc-pernois", "commune-62396"], ["vacancy_rate_pct"]))
    first, second = block.table.to_numpy().tolist()
    assert first[0] == "CC du Pernois"
    assert "CC du Pernois\u00a0: périmètre 2012." in block.note
    assert first[3].endswith("%")
    assert first[4].startswith("[")
    assert "Insee" in first[6]
    assert (second[3], second[4], second[5]) == ("n.s.", "", "effectif insuffisant")
    assert "non significatif" in block.note


def test_a_hidden_value_that_carries_a_number_is_refused(obs):
    values = obs.values(["commune-62396"], ["vacancy_rate_pct"])
    values["value"] = 12.0
    with pytest.raises(SecrecyError):
        ta.show(values)


def test_every_public_name_says_what_it_takes_gives_and_refuses():
    for name in ta.__all__:
        thing = getattr(ta, name)
        text = inspect.getdoc(thing)
        assert text, name
        if inspect.isfunction(thing):
            for part in ("Parameters", "Returns", "Raises"):
                assert f"{part}\n---" in text, (name, part)


def test_explore_without_jupyterlab_says_how_to_install_it(monkeypatch):
    from ternois_analysis.cli import app

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "jupyterlab" else found(name)
    )
    result = CliRunner().invoke(app, ["explore"])
    assert isinstance(result.exception, ReportError)
    assert "no jupyterlab" in str(result.exception)
    assert "make lab" in str(result.exception)


def test_explore_opens_jupyterlab_on_the_exploration_notebook(monkeypatch):
    import subprocess

    from ternois_analysis.cli import app

    called = []
    monkeypatch.setattr(
        subprocess, "run",
        lambda order, **how: called.append(order) or subprocess.CompletedProcess(order, 0),
    )  # fmt: skip
    assert CliRunner().invoke(app, ["explore", "--no-browser", "--port", "8899"]).exit_code == 0
    assert called[0][1:3] == ["-m", "jupyterlab"]
    assert called[0][3].endswith("notebooks/00_exploration.ipynb")
    assert called[0][4:] == ["--port=8899", "--no-browser"]
    assert json.loads(Path(called[0][3]).read_text(encoding="utf-8"))["cells"]
