import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_batch_children import gone

from ternois_analysis.batch import nursery

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a nursery forks")


def act(name):
    """Give a name back in capitals, with the process and the one that started it."""
    if name == "leave":
        os._exit(7)
    if name.startswith("meet "):
        meet(Path(name.removeprefix("meet ")))
    return name.upper(), os.getpid(), os.getppid()


def meet(folder):
    """Return once another process is here too."""
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.05)


def refuse():
    raise ValueError("no values")


@pytest.fixture
def warm():
    """Starts nurseries; ends them."""
    started = []

    def go(prepare=None):
        started.append(nursery.start(nursery.ways(act, prepare)))
        return started[-1]

    yield go
    for each in started:
        each.end()


def test_a_nursery_does_each_task_in_a_process_of_its_own(warm):
    made = warm()
    first, second = (made.ask(name, 20).outcome for name in "ab")
    assert (first[0], second[0]) == ("A", "B")
    assert len({first[1], second[1], made.process.pid, os.getpid()}) == 4
    assert all(gone(pid) for pid in (*first[1:], *second[1:]))
    assert made.process.poll() is None


def test_several_threads_are_served_at_once(warm, tmp_path):
    made = warm()
    with ThreadPoolExecutor(2) as pool:
        ends = pool.map(lambda _: made.ask(f"meet {tmp_path}", 30), range(2))
        assert all(isinstance(end.outcome, tuple) for end in ends)


def test_a_process_that_leaves_spares_the_nursery(warm):
    made = warm()
    assert made.ask("leave", 20).outcome.error == "The process ended with code 7."
    assert made.ask("a", 20).outcome[0] == "A"


def test_a_nursery_that_could_not_prepare_says_so_of_each_task(warm):
    assert warm(refuse).ask("a", 20).error == "ValueError: no values"


def test_a_nursery_that_was_ended_answers_nothing_and_is_replaced_by_whoever_keeps_it():
    ways = nursery.ways(act)
    made = nursery.kept("mine", ways)
    assert made.ask("a", 20).outcome[0] == "A"
    assert nursery.kept("mine", ways) is made
    made.process.kill()
    made.process.wait()
    with pytest.raises(nursery.NurseryError):
        made.ask("a", 20)
    assert nursery.kept("mine", ways).ask("b", 20).outcome[0] == "B"
    nursery.dismiss("mine")
    assert not nursery.has("mine")


def test_a_nursery_ends_with_the_process_that_started_it():
    code = (
        "import os, test_nursery\n"
        "from ternois_analysis.batch import nursery\n"
        "made = nursery.start(nursery.ways(test_nursery.act))\n"
        "made.ask('a', 20)\n"
        "print(made.process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    assert gone(int(said.stdout))
