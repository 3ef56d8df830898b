"""Two workers started on one campaign by mistake: one works, the other says so, and takes over when the first is gone."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journey import Rehearsal

RUTH = "Ruth Penner <ruth@tamarack.example>"
ASKS = "Please add our organization: Tamarack Books\n"
SOON = 45.0  # seconds that a loaded machine may take for what is done in two

RUN = """
import sys
from pathlib import Path
from mailbot.adapters.database import lease
lease.LASTS, lease.BEAT = 2, 0.3
from mailbot.app import Campaign
from mailbot.verbs import logs, run
logs.configure(verbose=True)
run.run(Campaign(Path(sys.argv[1])))
"""


class Running:
    """`mailbot run` in a process of its own, with what it says."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen([sys.executable, "-c", RUN, str(folder)], stdout=out, stderr=out)

    def says(self, word: str) -> bool:
        return word in self._log.read_text(errors="replace")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[Rehearsal], Running]]:
    """run(campaign) → Running"""
    started: list[Running] = []

    def start(campaign: Rehearsal) -> Running:
        started.append(Running(campaign.folder, tmp_path / f"run{len(started)}.log"))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()


def eventually(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def letters(campaign: Rehearsal) -> list[str]:
    return [letter.template for letter in campaign.letters()]


def test_the_second_stands_by_and_takes_over_when_the_first_is_killed(rehearsal, run) -> None:
    campaign = rehearsal()
    first = run(campaign)
    eventually(lambda: first.says("working"))
    second = run(campaign)
    eventually(lambda: second.says("standing_by"))
    assert second.says(f"process {first.process.pid}")
    assert not second.says("working")
    campaign.write(RUTH, ASKS)
    eventually(lambda: letters(campaign) == ["echo"])

    beside = [str(Path(sys.executable).with_name("mailbot")), "-C", str(campaign.folder), "once"]
    once = subprocess.run(beside, capture_output=True, text=True, check=False)
    assert once.returncode == 4
    assert f"process {first.process.pid}" in once.stderr

    first.process.kill()
    first.process.wait()
    campaign.write("Sam <sam@signers.example>", "Please add us: Prairie Lantern Society\n")
    eventually(lambda: letters(campaign) == ["echo"])
    assert len(campaign.roll()) == 2


def test_one_that_slept_through_its_lease_stands_by_when_it_wakes(rehearsal, run) -> None:
    campaign = rehearsal()
    sleeper = run(campaign)
    eventually(lambda: sleeper.says("working"))
    taker = run(campaign)
    eventually(lambda: taker.says("standing_by"))
    sleeper.process.send_signal(signal.SIGSTOP)
    campaign.write(RUTH, ASKS)
    eventually(lambda: letters(campaign) == ["echo"])
    assert taker.says("working")
    sleeper.process.send_signal(signal.SIGCONT)
    eventually(lambda: sleeper.says("standing_by"))
    assert len(campaign.roll()) == 1

    taker.process.terminate()  # told to stop, it leaves at once to the other what it has
    assert taker.process.wait(SOON) == 0
    campaign.write("Sam <sam@signers.example>", "Please add us: Prairie Lantern Society\n")
    eventually(lambda: letters(campaign) == ["echo"])
    assert len(campaign.roll()) == 2
