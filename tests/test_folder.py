import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_batch_children import gone

from ternois_analysis.batch import folder
from ternois_analysis.errors import ReportError

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs fork and /proc")


def filled(place, text):
    place.mkdir(parents=True)
    (place / "of").write_text(text)
    return place


def text(place):
    return (place / "of").read_text()


@contextlib.contextmanager
def mounted(place, options):
    """A small disk of its own, for which one must be root on a machine that mounts."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        done = False
    if not done:
        pytest.skip("needs the right to mount a disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_draft_takes_the_place_of_what_was_there(tmp_path):
    final = filled(tmp_path / "pays", "old")
    draft = folder.draft(final)
    (draft / "of").write_text("new")
    folder.put_in_place(draft, final)
    assert text(final) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["pays"]


def test_a_draft_takes_a_name_that_nobody_had(tmp_path):
    draft = folder.draft(tmp_path / "public" / "pays")
    (draft / "of").write_text("new")
    folder.put_in_place(draft, tmp_path / "public" / "pays")
    assert text(tmp_path / "public" / "pays") == "new"


def test_a_disk_that_cannot_exchange_names_renames_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "_exchanged", lambda one, other: False)
    final, draft = filled(tmp_path / "pays", "old"), filled(tmp_path / ".draft-pays-x", "new")
    folder.put_in_place(draft, final)
    assert text(final) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["pays"]


@linux
def test_there_is_a_whole_report_at_every_moment_of_an_exchange(tmp_path):
    final = filled(tmp_path / "pays", "0")
    watcher = """
import sys
from pathlib import Path
place, found = Path(sys.argv[1]), 0
print("ready", flush=True)
while not (place.parent / "stop").exists():
    place.stat()
    found += 1
print(found)
"""
    process = subprocess.Popen([sys.executable, "-c", watcher, str(final)],
                               stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    for number in range(300):
        draft = folder.draft(final)
        (draft / "of").write_text(str(number))
        folder.put_in_place(draft, final)
    (tmp_path / "stop").touch()
    assert int(process.communicate(timeout=60)[0]) > 0
    assert process.returncode == 0
    assert text(final) == "299"


def test_a_second_run_is_refused_and_told_who_holds_the_folder(tmp_path):
    with (
        folder.locked(tmp_path / "reports"),
        pytest.raises(ReportError, match=f"in use.*process {os.getpid()}"),
        folder.locked(tmp_path / "reports"),
    ):
        pass
    with folder.locked(tmp_path / "reports"):
        pass


HOLDER = """
import os, sys, time
from pathlib import Path
from ternois_analysis.batch import children, folder
here = Path(sys.argv[1])
def act(task):
    (here / task).write_text(str(os.getpid()))
    time.sleep(60)
with folder.locked(here / "reports") as lock:
    for _ in children.each(["a", "b"], act, workers=2, limit=60, method="fork", closing=[lock]):
        pass
"""


@linux
def test_neither_a_dead_run_nor_its_children_hold_the_folder(tmp_path):
    root = str(Path(__file__).parent.parent)
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)],
                               env={**os.environ, "PYTHONPATH": root})  # fmt: skip
    said, end = [tmp_path / "a", tmp_path / "b"], time.monotonic() + 60
    while not all(p.is_file() and p.read_text() for p in said) and time.monotonic() < end:
        time.sleep(0.02)
    with (
        pytest.raises(ReportError, match=f"process {process.pid}"),
        folder.locked(tmp_path / "reports"),
    ):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with folder.locked(tmp_path / "reports"):
        pass
    assert all(gone(int(p.read_text())) for p in said)


def test_a_folder_under_a_file_is_refused_by_name(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match=r"refuses .*file.*Expected: a folder"):
        folder.check_writable(tmp_path / "file" / "reports")
    with pytest.raises(ReportError, match="Expected: a folder"):
        folder.check_writable(tmp_path / "file")


def test_a_folder_that_can_be_written_is_left_empty(tmp_path):
    folder.check_writable(tmp_path / "reports")
    assert list(tmp_path.iterdir()) == []


@linux
def test_a_disk_that_may_only_be_read_is_refused_before_anything_is_computed(tmp_path):
    with (
        mounted(tmp_path / "disk", "size=4m,ro") as disk,
        pytest.raises(ReportError, match="Read-only file system"),
    ):
        folder.check_writable(disk)


@linux
def test_a_folder_of_somebody_else_is_refused(tmp_path):
    place = tmp_path / "reports"
    place.mkdir(mode=0o555)
    me, nobody = os.geteuid(), 65534
    with contextlib.ExitStack() as back:
        if me == 0:  # may write everywhere
            os.seteuid(nobody)
            back.callback(os.seteuid, me)
        with pytest.raises(ReportError, match=r"Permission denied.*Change its rights"):
            folder.check_writable(place)


@linux
def test_a_full_disk_is_refused_before_anything_is_computed(tmp_path):
    with (
        mounted(tmp_path / "disk", "size=512k") as disk,
        pytest.raises(ReportError, match=r"No space left on device.*Free some space"),
    ):
        folder.check_writable(disk)


@linux
def test_a_disk_that_fills_up_keeps_the_report_that_was_there(tmp_path):
    with mounted(tmp_path / "disk", "size=1m") as disk:
        final = filled(disk / "pays", "old")
        with (
            pytest.raises(ReportError, match="No space left"),
            folder.locked(disk),
            folder.revised(final) as whole,
        ):
            (whole / "big").write_bytes(bytes(2 << 20))
        assert text(final) == "old"
        assert sorted(path.name for path in disk.iterdir()) == [".lock", "pays"]


def test_an_error_that_is_none_of_the_disk_is_not_dressed_up():
    with pytest.raises(OSError, match="torn") as caught, folder.told(Path("x")):
        raise OSError(errno.EPIPE, "torn")
    assert caught.value.errno == errno.EPIPE
