"""Open sources are downloaded and installed in one go; what cannot be had leaves the rest whole."""

import datetime as dt
import functools
import os
import threading
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from producers import HEAD, ROWS, comparateur
from typer.testing import CliRunner

from ternois_analysis import catalog
from ternois_analysis.cli import app
from ternois_analysis.errors import SourceError
from ternois_analysis.observatory import installing
from ternois_analysis.sources import installed
from ternois_analysis.sources.answers import Patience
from ternois_analysis.sources.pages import fetch_pages


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


PAGES = {
    "/lines?q=62": ("siret,commune\r\n1,A\r\n2,B\r\n", "/lines?q=62&after=2"),
    "/lines?q=62&after=2": ("siret,commune\r\n3,C\r\n", "/lines?q=62&after=3"),
    "/lines?q=62&after=3": ("siret,commune\r\n4,D", ""),
    "/other?q=1": ("siret,commune\r\n1,A\r\n", "/other?q=2"),
    "/other?q=2": ("name,date\r\n", ""),
    "/page": ("<!DOCTYPE html><html></html>", ""),
}


class Pages(Quiet):
    """A server of pages, the second of which is busy the first time."""

    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        if self.path.endswith("after=2") and self.asked.count(self.path) == 1:
            self.send_response(429)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content, following = PAGES[self.path]
        cut = self.path.endswith("after=3") and "cut" in self.asked
        self.send_response(200)
        if following:
            self.send_header("Link", f'<http://{self.headers["Host"]}{following}>; rel="next"')
        self.send_header("Content-Length", str(len(content) + 40 * cut))
        self.end_headers()
        self.wfile.write(content.encode())


@pytest.fixture
def paged():
    """The address of a server of pages."""
    Pages.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


SOON = Patience(first_wait_s=0.01, longest_wait_s=0.1, silence_s=2, tries=2)


def test_all_pages_of_a_table_come_as_one_with_its_header_once(paged, tmp_path):
    path = fetch_pages(f"{paged}/lines?q=62", tmp_path, "rge-62.csv", patience=SOON)
    assert path.read_bytes().split() == [b"siret,commune", b"1,A", b"2,B", b"3,C", b"4,D"]
    assert [p.name for p in tmp_path.iterdir()] == ["rge-62.csv"]


@pytest.mark.parametrize("address", ["other?q=1", "page"])
def test_a_page_of_another_table_keeps_the_earlier_file(paged, tmp_path, address):
    before = tmp_path / "rge-62.csv"
    before.write_text("earlier")
    with pytest.raises(SourceError, match="another table"):
        fetch_pages(f"{paged}/{address}", tmp_path, before.name, patience=SOON)
    assert before.read_text() == "earlier"


def test_a_page_that_is_cut_short_is_refused(paged, tmp_path):
    Pages.asked.append("cut")
    with pytest.raises(SourceError, match="page 3"):
        fetch_pages(f"{paged}/lines?q=62", tmp_path, "rge-62.csv", patience=SOON)
    assert not (tmp_path / "rge-62.csv").exists()


def test_a_file_a_departement_and_year_is_asked_for_where_the_pays_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    asked = []

    def fetched(address, folder, *, name, tell):
        asked.append(address.rpartition("/csv/")[2])
        raise SourceError("no network here")

    monkeypatch.setattr(installing, "fetch", fetched)
    (done,) = installing.each("dvf")
    last = dt.date.today().year - 1
    assert done.failed
    assert asked == [f"{last - 2}/departements/62.csv.gz"]


def test_an_open_source_without_an_address_is_told_and_fails_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    known = {"naf_intitules": catalog.deliveries()["naf_intitules"]}
    monkeypatch.setattr(catalog, "deliveries", lambda: known)
    (done,) = installing.each("open")
    assert not done.failed
    assert done.text.startswith("By hand: naf_intitules")


def test_a_delivery_without_an_address_says_where_to_take_it(monkeypatch, tmp_path):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    known = catalog.deliveries()["comparateur"]
    bare = replace(known, editions=tuple(replace(e, url="") for e in known.editions))
    monkeypatch.setattr(catalog, "deliveries", lambda: {"comparateur": bare})
    result = CliRunner().invoke(app, ["sources", "install", "comparateur"])
    assert "--from FILE" in str(result.exception) + result.output
    assert result.exit_code != 0
