"""A producer's file is downloaded whole, of the right kind and once, or nothing is kept."""

import email.utils
import gzip
import hashlib
import io
import random
import shutil
import socket
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ternois_analysis.errors import SourceError
from ternois_analysis.sources.fetch import Patience, fetch, fetched

BODY = b"CODGEO;P22_POP\n" + random.Random(1).randbytes(150_000).hex().encode()
OTHER = b"CODGEO;P22_POP\n" + random.Random(2).randbytes(150_000).hex().encode()
HTML = b"<!DOCTYPE html><html><body>Maintenance</body></html>"
CUT = 100_000


@dataclass
class Producer:
    """A server that follows a script: one answer a request, the last one for ever."""

    script: list[Callable[["Handler"], None]]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    @property
    def url(self) -> str:
        return self.address + "/base_cc.csv"

    def ranges(self) -> list[str | None]:
        return [headers.get("Range") for _, headers in self.asked]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    producer: Producer

    def do_GET(self):
        script, asked = self.producer.script, self.producer.asked
        asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        script[min(len(asked), len(script)) - 1](self)

    def log_message(self, *_):
        """Say nothing."""

    def reply(self, status: int, body: bytes = b"", sent: int | None = None, **headers: str):
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body[:sent])


def whole(body=BODY, etag='"1"', sent=None, **headers):
    """An answer with all of a file, perhaps cut after `sent` bytes; a known version is not sent."""

    def answer(handler):
        if etag and handler.headers.get("If-None-Match") == etag:
            handler.reply(304, ETag=etag)
        else:
            handler.reply(200, body, sent, **({"ETag": etag} if etag else {}), **headers)

    return answer


def ranged(body=BODY, etag='"1"', sent=None):
    """An answer that honours Range and If-Range."""

    def answer(handler):
        asked, condition = handler.headers.get("Range"), handler.headers.get("If-Range")
        if not asked or (condition and condition != etag):
            whole(body, etag, sent)(handler)
            return
        first = int(asked.removeprefix("bytes=").removesuffix("-"))
        if first >= len(body):
            handler.reply(416, Content_Range=f"bytes */{len(body)}")
            return
        span = f"bytes {first}-{len(body) - 1}/{len(body)}"
        handler.reply(206, body[first:], sent, ETag=etag, Content_Range=span)

    return answer


def status(code, **headers):
    return lambda handler: handler.reply(code, HTML, **headers)


@pytest.fixture(autouse=True)
def no_proxy_of_the_machine(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def serve():
    """Start a producer with a script of answers."""
    running = []

    def start(*script) -> Producer:
        producer = Producer(list(script))
        handler = type("Scripted", (Handler,), {"producer": producer})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        running.append((server, thread))
        producer.address = f"http://127.0.0.1:{server.server_port}"
        return producer

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def patience(waits):
    return Patience(connect_s=2, silence_s=2, tries=4, sleep=waits.append)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


STORED = ["base_cc.csv", "base_cc.csv.fetched.json"]


def test_a_file_is_stored_under_its_name_with_its_address_hash_and_date(serve, tmp_path, patience):
    producer = serve(whole(Last_Modified="Tue, 02 Sep 2025 08:00:00 GMT"))
    path = fetch(producer.url, tmp_path / "new" / "folder", accepts=["csv"], patience=patience)
    assert path.read_bytes() == BODY
    assert names(path.parent) == STORED
    known = fetched(path)
    assert known.stamp.url == producer.url
    assert (known.stamp.etag, known.size) == ('"1"', len(BODY))
    assert producer.asked[0][1]["Accept-Encoding"] == "identity"
    assert known.stamp.modified == "Tue, 02 Sep 2025 08:00:00 GMT"
    assert known.sha256 == hashlib.sha256(BODY).hexdigest()
    assert known.fetched.endswith("+00:00")


def test_a_name_can_be_given_to_an_address_without_one(serve, tmp_path, patience):
    producer = serve(whole())
    path = fetch(producer.address + "/", tmp_path, name="flores.zip", patience=patience)
    assert path == tmp_path / "flores.zip"


@pytest.mark.parametrize("name", ["../up.csv", "a/b.csv", "..", "a\\b.csv"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path, name):
    with pytest.raises(SourceError, match="names no file"):
        fetch("http://127.0.0.1:9/x.csv", tmp_path, name=name)


def test_a_cut_connection_is_resumed_where_it_stopped(serve, tmp_path, patience, waits):
    producer = serve(ranged(sent=CUT), ranged())
    path = fetch(producer.url, tmp_path, patience=patience)
    assert path.read_bytes() == BODY
    assert producer.ranges() == [None, f"bytes={CUT}-"]
    assert producer.asked[1][1]["If-Range"] == '"1"'
    assert waits == [1]


def test_each_resumed_piece_that_is_cut_again_counts_as_progress(serve, tmp_path, waits):
    producer = serve(*[ranged(sent=70_000)] * 5)
    patience = Patience(tries=2, sleep=waits.append)
    path = fetch(producer.url, tmp_path, patience=patience)
    assert path.read_bytes() == BODY
    assert producer.ranges()[-1] == "bytes=280000-"


def test_a_server_that_cuts_at_the_same_place_for_ever_is_given_up(serve, tmp_path, patience):
    producer = serve(whole(sent=CUT))
    with pytest.raises(SourceError, match=r"cut.*kept: try again to go on.*--from FILE"):
        fetch(producer.url, tmp_path, patience=patience)
    assert names(tmp_path) == ["base_cc.csv.part", "base_cc.csv.part.json"]
    assert len(producer.asked) == 4


def test_the_next_command_resumes_what_an_earlier_one_left(serve, tmp_path, patience):
    producer = serve(*[ranged(sent=CUT)], *[status(503)] * 4, ranged())
    with pytest.raises(SourceError, match="HTTP 503"):
        fetch(producer.url, tmp_path, patience=patience)
    assert (tmp_path / "base_cc.csv.part").read_bytes() == BODY[:CUT]
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert producer.ranges()[-1] == f"bytes={CUT}-"
    assert names(tmp_path) == STORED


def test_a_part_that_was_whole_already_is_only_named(serve, tmp_path, patience):
    producer = serve(ranged(sent=CUT), *[status(503)] * 4, ranged())
    with pytest.raises(SourceError):
        fetch(producer.url, tmp_path, patience=patience)
    (tmp_path / "base_cc.csv.part").write_bytes(BODY)
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert producer.ranges()[-1] == f"bytes={len(BODY)}-"


def test_a_server_that_ignores_range_sends_all_again(serve, tmp_path, patience):
    producer = serve(whole(sent=CUT), whole())
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert producer.ranges() == [None, f"bytes={CUT}-"]


def test_a_file_that_changed_between_two_tries_is_taken_from_its_start(serve, tmp_path, patience):
    producer = serve(ranged(sent=CUT), ranged(OTHER, '"2"'))
    path = fetch(producer.url, tmp_path, patience=patience)
    assert path.read_bytes() == OTHER
    assert fetched(path).stamp.etag == '"2"'


def test_a_server_that_ignores_if_range_does_not_sew_two_versions_together(
    serve, tmp_path, patience
):
    def careless(handler):
        del handler.headers["If-Range"]
        ranged(OTHER, '"2"')(handler)

    producer = serve(ranged(sent=CUT), careless)
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == OTHER
    assert producer.ranges() == [None, f"bytes={CUT}-", None]


def test_a_partial_answer_need_not_repeat_its_version(serve, tmp_path, patience):
    def terse(handler):
        handler.reply(206, BODY[CUT:], Content_Range=f"bytes {CUT}-{len(BODY) - 1}/*")

    producer = serve(ranged(sent=CUT), terse)
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert len(producer.asked) == 2


def test_a_partial_answer_from_another_place_is_not_sewn_on(serve, tmp_path, patience):
    def astray(handler):
        span = f"bytes 0-{len(BODY) - 1}/{len(BODY)}"
        handler.reply(206, BODY[:-CUT], ETag='"1"', Content_Range=span)

    producer = serve(ranged(sent=CUT), astray, whole())
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY


def test_a_server_that_gives_a_piece_at_a_time_is_asked_for_the_next(serve, tmp_path, patience):
    def piece(handler):
        first = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        body = BODY[first : first + CUT]
        span = f"bytes {first}-{first + len(body) - 1}/{len(BODY)}"
        handler.reply(206, body, ETag='"1"', Content_Range=span)

    producer = serve(ranged(sent=CUT), piece)
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY


def test_a_longer_file_of_the_same_tag_is_taken_from_its_start(serve, tmp_path, patience):
    producer = serve(ranged(sent=CUT), ranged(BODY + b"more"))
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY + b"more"


@pytest.mark.parametrize("etag", ["", 'W/"1"'])
def test_without_a_version_to_compare_a_cut_file_is_never_resumed(serve, tmp_path, patience, etag):
    producer = serve(ranged(etag=etag, sent=CUT), ranged(etag=etag))
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert producer.ranges() == [None, None]


@pytest.mark.parametrize("etag", ["", 'W/"1"'])
def test_a_date_proves_the_version_where_no_tag_does(serve, tmp_path, patience, etag):
    date = "Tue, 02 Sep 2025 08:00:00 GMT"
    producer = serve(whole(etag=etag, sent=CUT, Last_Modified=date), ranged(etag=date))
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert producer.asked[1][1]["If-Range"] == date


def test_a_command_that_is_interrupted_is_resumed_by_the_next(serve, tmp_path, patience):
    def stop(_):
        raise KeyboardInterrupt

    producer = serve(ranged())
    with pytest.raises(KeyboardInterrupt):
        fetch(producer.url, tmp_path, tell=stop, patience=patience)
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert producer.ranges()[1] == "bytes=131072-"


def test_a_part_from_another_address_is_not_resumed(serve, tmp_path, patience):
    producer = serve(ranged(sent=CUT), *[status(503)] * 4, ranged(OTHER))
    with pytest.raises(SourceError):
        fetch(producer.url, tmp_path, patience=patience)
    url = producer.address + "/2023/base_cc.csv"
    assert fetch(url, tmp_path, patience=patience).read_bytes() == OTHER


def test_less_than_the_announced_length_is_never_stored(serve, tmp_path, patience):
    producer = serve(whole(BODY[:500], etag="", Content_Length=str(len(BODY))))
    with pytest.raises(SourceError, match="4 tries"):
        fetch(producer.url, tmp_path, patience=patience)
    assert not (tmp_path / "base_cc.csv").exists()


def test_a_chunked_answer_that_is_cut_is_never_stored(serve, tmp_path, patience):
    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n" % (2000, BODY[:2000]))

    producer = serve(chunked, chunked, whole())
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert len(producer.asked) == 3


@pytest.mark.parametrize("code", [404, 410, 403, 401, 400])
def test_a_refusal_is_not_asked_again(serve, tmp_path, patience, waits, code):
    producer = serve(status(code))
    with pytest.raises(SourceError, match=rf"HTTP {code}\..*another machine.*--from FILE"):
        fetch(producer.url, tmp_path, patience=patience)
    assert (len(producer.asked), waits, names(tmp_path)) == (1, [], [])


def test_a_missing_file_sends_to_the_producers_page(serve, tmp_path, patience):
    with pytest.raises(SourceError, match="its address may have changed"):
        fetch(serve(status(404)).url, tmp_path, patience=patience)


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_server_is_waited_for_as_long_as_it_asks(serve, tmp_path, patience, waits, code):
    producer = serve(status(code, Retry_After="7"), whole())
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert waits == [7]


def test_a_busy_server_may_name_a_date(serve, tmp_path, patience, waits):
    date = email.utils.formatdate(time.time() + 30, usegmt=True)
    fetch(serve(status(503, Retry_After=date), whole()).url, tmp_path, patience=patience)
    assert 20 < waits[0] <= 30


def test_a_server_that_asks_to_wait_too_long_is_left_alone(serve, tmp_path, patience, waits):
    producer = serve(status(429, Retry_After="3600"))
    with pytest.raises(SourceError, match="asks to wait 3600 s"):
        fetch(producer.url, tmp_path, patience=patience)
    assert (len(producer.asked), waits) == (1, [])


def test_a_failing_server_is_asked_again_after_longer_and_longer_waits(
    serve, tmp_path, patience, waits
):
    producer = serve(status(500), status(502), status(504, Retry_After="soon"), whole())
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert waits == [1, 2, 4]


def test_a_silent_server_is_given_up_after_the_timeout(serve, tmp_path, waits):
    done = threading.Event()
    producer = serve(lambda handler: done.wait(5))
    patience = Patience(silence_s=0.1, tries=2, sleep=waits.append)
    try:
        with pytest.raises(SourceError, match=r"no answer in 0\.1 s, 2 tries"):
            fetch(producer.url, tmp_path, patience=patience)
    finally:
        done.set()


def test_a_server_that_falls_silent_within_a_file_is_resumed(serve, tmp_path, waits):
    done, block = threading.Event(), 1 << 16  # what is read at a time: less is asked for again

    def slow(handler):
        ranged(sent=block)(handler)
        done.wait(5)

    producer = serve(slow, ranged())
    try:
        path = fetch(producer.url, tmp_path, patience=Patience(silence_s=0.2, sleep=waits.append))
    finally:
        done.set()
    assert path.read_bytes() == BODY
    assert producer.ranges() == [None, f"bytes={block}-"]


def test_without_a_network_the_message_says_what_to_do(tmp_path, patience, waits):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/base_cc.csv"
        with pytest.raises(SourceError) as refused:
            fetch(url, tmp_path, patience=patience)
    message = str(refused.value)
    assert "no connection, 3 tries" in message
    assert f"Download {url} on another machine and install it with `--from FILE`." in message
    assert "proxy" in message
    assert waits == [1, 2]


@pytest.mark.parametrize("url", ["ftp://insee.example/x.csv", "insee.example/x.csv", "http:///x"])
def test_an_address_that_is_none_is_refused_at_once(tmp_path, patience, waits, url):
    with pytest.raises(SourceError, match="cannot be downloaded"):
        fetch(url, tmp_path, patience=patience)
    assert waits == []


def packed() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("base_cc.csv", BODY[:5000])
    return held.getvalue()


PARQUET = b"PAR1" + b"\x15" * 2000 + b"PAR1"
KINDS = {"zip": packed(), "gzip": gzip.compress(BODY), "parquet": PARQUET, "csv": BODY}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_the_right_kind_is_stored(serve, tmp_path, patience, kind):
    producer = serve(whole(KINDS[kind]))
    path = fetch(producer.url, tmp_path, accepts=[kind], patience=patience)
    assert path.read_bytes() == KINDS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_web_page_in_place_of_a_file_is_refused(serve, tmp_path, patience, kind):
    producer = serve(whole(HTML))
    with pytest.raises(SourceError, match=r"Found: an HTML page.*producer's page"):
        fetch(producer.url, tmp_path, accepts=[kind], patience=patience)
    assert (len(producer.asked), names(tmp_path)) == (1, [])


@pytest.mark.parametrize(
    ("body", "found"),
    [(b"\xef\xbb\xbf\n <html lang=fr>", "HTML"), (b"", "nothing"), (b" \r\n", "nothing")],
)
def test_a_web_page_or_nothing_is_refused_even_if_any_kind_is_right(
    serve, tmp_path, patience, body, found
):
    with pytest.raises(SourceError, match=f"Found: .*{found}"):
        fetch(serve(whole(body)).url, tmp_path, patience=patience)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"error": "quota"}', "json"),
        (b"<?xml version='1.0'?><Error/>", "xml"),
        (packed(), "zip"),
        (bytes(range(64)), "unknown bytes"),
    ],
)
def test_another_kind_in_place_of_text_is_named(serve, tmp_path, patience, body, found):
    with pytest.raises(SourceError, match=f"Expected: text. Found: {found}"):
        fetch(serve(whole(body)).url, tmp_path, accepts=["csv"], patience=patience)


def test_a_web_page_does_not_replace_the_part_that_had_come(serve, tmp_path, patience):
    producer = serve(ranged(sent=CUT), whole(HTML, '"page"'), ranged())
    with pytest.raises(SourceError, match="HTML"):
        fetch(producer.url, tmp_path, patience=patience)
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert producer.ranges()[-1] == f"bytes={CUT}-"


@pytest.mark.parametrize("kind", ["zip", "gzip", "parquet"])
def test_a_file_without_its_end_is_refused_although_its_length_is_right(
    serve, tmp_path, patience, kind
):
    producer = serve(whole(KINDS[kind][:-60]))
    with pytest.raises(SourceError, match=f"a whole {kind} file"):
        fetch(producer.url, tmp_path, accepts=[kind], patience=patience)
    assert names(tmp_path) == []


def test_a_file_with_the_declared_hash_is_stored_and_then_not_asked_for(serve, tmp_path, patience):
    producer, digest = serve(whole()), hashlib.sha256(BODY).hexdigest()
    for _ in range(2):
        path = fetch(producer.url, tmp_path, sha256=digest.upper(), patience=patience)
    assert (path.read_bytes(), len(producer.asked)) == (BODY, 1)
    assert names(tmp_path) == STORED
    assert fetched(path).sha256 == digest


def test_a_download_that_is_killed_would_leave_its_part_only(serve, tmp_path, patience):
    digest, seen = hashlib.sha256(BODY).hexdigest(), []

    def look(_):
        seen.append(names(tmp_path))

    fetch(serve(whole()).url, tmp_path, sha256=digest, tell=look, patience=patience)
    assert seen[0] == ["base_cc.csv.part", "base_cc.csv.part.json"]


def test_a_file_of_another_size_is_not_the_one_that_was_downloaded(serve, tmp_path, patience):
    path = fetch(serve(whole()).url, tmp_path, patience=patience)
    path.write_bytes(BODY[:-1])
    assert fetched(path) is None


def test_another_hash_is_refused_and_the_earlier_file_kept(serve, tmp_path, patience):
    (tmp_path / "base_cc.csv").write_bytes(b"earlier")
    declared, found = "0" * 64, hashlib.sha256(BODY).hexdigest()
    match = rf"Expected: SHA-256 000000000000…\. Found: {found[:12]}…\..*sources\.yml"
    with pytest.raises(SourceError, match=match):
        fetch(serve(whole()).url, tmp_path, sha256=declared, patience=patience)
    assert names(tmp_path) == ["base_cc.csv"]
    assert (tmp_path / "base_cc.csv").read_bytes() == b"earlier"


def test_a_failed_download_keeps_the_earlier_file(serve, tmp_path, patience):
    producer = serve(whole(), status(404))
    path = fetch(producer.url, tmp_path, patience=patience)
    with pytest.raises(SourceError):
        fetch(producer.address + "/gone/base_cc.csv", tmp_path, patience=patience)
    assert path.read_bytes() == BODY


def test_a_file_that_the_server_still_has_is_not_downloaded_again(serve, tmp_path, patience):
    producer = serve(whole())
    for _ in range(2):
        path = fetch(producer.url, tmp_path, patience=patience)
    assert path.read_bytes() == BODY
    assert producer.asked[1][1]["If-None-Match"] == '"1"'
    assert len(producer.asked) == 2


def test_a_newer_version_replaces_the_file_and_what_is_known_of_it(serve, tmp_path, patience):
    producer = serve(whole(), whole(OTHER, '"2"'))
    for _ in range(2):
        path = fetch(producer.url, tmp_path, patience=patience)
    assert path.read_bytes() == OTHER
    assert fetched(path).sha256 == hashlib.sha256(OTHER).hexdigest()
    assert names(tmp_path) == STORED


def test_the_same_content_without_a_version_to_compare_leaves_one_file(serve, tmp_path, patience):
    producer = serve(whole(etag=""))
    for _ in range(2):
        path = fetch(producer.url, tmp_path, patience=patience)
    assert (path.read_bytes(), names(tmp_path)) == (BODY, STORED)


def test_a_file_altered_at_home_is_downloaded_again(serve, tmp_path, patience):
    producer = serve(whole(), whole(), whole())
    path = fetch(producer.url, tmp_path, patience=patience)
    path.write_bytes(OTHER)
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY


def test_a_server_that_cannot_be_asked_leaves_the_file_at_hand_to_serve(serve, tmp_path, patience):
    producer, told = serve(whole(), status(503)), []
    fetch(producer.url, tmp_path, patience=patience)
    path = fetch(producer.url, tmp_path, tell=told.append, patience=patience)
    assert path.read_bytes() == BODY
    assert "serves; asking for a newer one: HTTP 503" in told[0]


def test_progress_is_told_in_percents_and_seldom(serve, tmp_path, patience):
    told = []
    fetch(serve(whole()).url, tmp_path, tell=told.append, patience=patience)
    assert told[-1] == "base_cc.csv: 100 % of 0.3 MB"
    assert len(told) <= 2


def test_the_same_progress_is_told_once(serve, tmp_path, patience):
    told = []
    fetch(serve(whole(BODY[:120_000])).url, tmp_path, tell=told.append, patience=patience)
    assert told == ["base_cc.csv: 100 % of 0.1 MB"]


def test_progress_without_a_length_is_told_in_megabytes(serve, tmp_path, patience):
    def unmeasured(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(BODY)

    told = []
    fetch(serve(unmeasured).url, tmp_path, tell=told.append, patience=patience)
    assert told[-1] == "base_cc.csv: 0.3 MB"


def test_a_disk_without_room_is_refused_before_anything_is_written(
    serve, tmp_path, patience, monkeypatch
):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SourceError, match=r"No room .*Expected: 0\.3 MB.*TERNOIS_STORE"):
        fetch(serve(whole()).url, tmp_path, patience=patience)
    assert names(tmp_path) == []


def test_a_disk_that_fills_up_leaves_nothing_half_written(serve, tmp_path, patience):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CUT, before[1]))
    try:
        with pytest.raises(SourceError, match=r"cannot be written.*File too large"):
            fetch(serve(whole()).url, tmp_path, patience=patience)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(serve, tmp_path, patience):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SourceError, match=r"file.folder cannot be written.*Not a directory"):
        fetch(serve(whole()).url, tmp_path / "file" / "folder", patience=patience)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no lock of a folder")
def test_two_commands_do_not_write_the_same_part(serve, tmp_path, patience):
    producer = serve(whole())

    def second(message):
        with pytest.raises(SourceError, match="Another command is downloading"):
            fetch(producer.url, tmp_path, patience=patience)

    told = []
    fetch(producer.url, tmp_path, tell=lambda m: told.append(second(m)), patience=patience)
    assert told
    assert len(producer.asked) == 1


def test_the_proxy_of_the_environment_is_used(serve, tmp_path, patience, monkeypatch):
    proxy = serve(whole())
    monkeypatch.setenv("http_proxy", proxy.address)
    path = fetch("http://producer.invalid/base_cc.csv", tmp_path, patience=patience)
    assert path.read_bytes() == BODY
    assert proxy.asked[0][0] == "http://producer.invalid/base_cc.csv"


def test_an_address_named_by_no_proxy_goes_straight(serve, tmp_path, patience, monkeypatch):
    producer, proxy = serve(whole()), serve(whole(OTHER))
    monkeypatch.setenv("http_proxy", proxy.address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert proxy.asked == []


def test_a_redirection_is_followed_and_resumed(serve, tmp_path, patience):
    target = serve(ranged(sent=CUT), ranged())
    producer = serve(lambda handler: handler.reply(302, Location=target.url))
    assert fetch(producer.url, tmp_path, patience=patience).read_bytes() == BODY
    assert target.ranges() == [None, f"bytes={CUT}-"]
