"""Open sources are downloaded and installed in one go; what cannot be had leaves the rest whole."""

import functools
import os
import threading
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from producers import HEAD, ROWS, comparateur
from typer.testing import CliRunner

from ternois_analysis import catalog
from ternois_analysis.cli import app
from ternois_analysis.observatory import installing
from ternois_analysis.sources import installed


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A producer's site on this machine, and deliveries whose addresses are there."""
    site = tmp_path / "site"
    site.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    address = f"http://127.0.0.1:{server.server_port}"
    known = catalog.deliveries()

    def at(name, file, millesime="2018"):
        edition = next(e for e in known[name].editions if e.millesime == millesime)
        return replace(
            known[name], editions=(replace(edition, url=f"{address}/{file}", sha256=""),)
        )

    offered = {
        "comparateur": at("comparateur", "base_cc_comparateur.csv"),
        "filosofi": at("filosofi", "gone.csv"),
    }
    monkeypatch.setattr(catalog, "deliveries", lambda: offered)
    yield site
    server.shutdown()
    server.server_close()


def test_everything_open_is_installed_and_what_fails_is_told(served):
    comparateur(served)
    told = {out.text.partition(" ")[0]: out for out in installing.each("open", partial=True)}
    assert not told["Installed:"].failed
    assert told["filosofi:"].failed
    assert "404" in told["filosofi:"].text
    assert [r.delivery for r in installed.receipts()] == ["comparateur"]
    assert installed.receipts()[0].origin.startswith("http://127.0.0.1")


def test_the_command_ends_with_a_failure_when_one_source_could_not_be_had(served):
    comparateur(served)
    result = CliRunner().invoke(app, ["sources", "install", "open", "--partial"])
    assert result.exit_code == 1
    assert "Installed: comparateur 2018" in result.output


def test_a_second_install_downloads_nothing_new(served):
    comparateur(served)
    list(installing.each("comparateur", partial=True))
    (again,) = installing.each("comparateur", partial=True)
    assert again.text.startswith("Already installed")


def test_a_file_whose_columns_changed_on_the_site_leaves_the_installed_one(served):
    comparateur(served)
    list(installing.each("comparateur", partial=True))
    before = installed.receipts()
    changed = comparateur(served, ROWS, HEAD.replace("P18_LOGVAC", "P18_VACANT"))
    # A server tells seconds: the two versions must not be of the same one.
    os.utime(changed, (2_000_000_000, 2_000_000_000))
    (out,) = installing.each("comparateur", partial=True)
    assert out.failed
    assert "P{aa}_LOGVAC" in out.text
    assert installed.receipts() == before


def test_a_delivery_without_an_address_says_where_to_take_it(monkeypatch, tmp_path):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    known = catalog.deliveries()["comparateur"]
    bare = replace(known, editions=tuple(replace(e, url="") for e in known.editions))
    monkeypatch.setattr(catalog, "deliveries", lambda: {"comparateur": bare})
    result = CliRunner().invoke(app, ["sources", "install", "comparateur"])
    assert "--from FILE" in str(result.exception) + result.output
    assert result.exit_code != 0
