"""A worker told to stop, two workers on one campaign, and mails that no reader survives: every effect is there once."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest
import worse_readers
from journey import ADA
from organizations import organizations
from served_campaign import MAILBOT, Served, assert_whole, environment

from mailbot import app, config
from mailbot.adapters.reader.child import Setup
from mailbot.adapters.reader.process import ReadingProcess

pytestmark = [pytest.mark.fault, pytest.mark.server]

NAMES = organizations(Random(9))[:12]


def test_a_worker_that_is_told_to_stop_finishes_the_mail_in_hand_and_goes_soon(served: Served) -> None:
    for name in NAMES:
        served.sign(name)
    served.now = datetime.now(UTC)
    worker = subprocess.Popen(
        [MAILBOT, "-C", served.folder, "run"],
        env=environment(served.dovecot),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _await(lambda: len(served.dovecot.messages(served.user)) < len(NAMES))
    worker.send_signal(signal.SIGTERM)
    began = time.monotonic()
    _, said = worker.communicate(timeout=60)
    assert worker.returncode == 0, said
    assert time.monotonic() - began < 15
    done = len(served.dovecot.messages(served.user, "Handled")) - 1
    assert 0 < done == len(served.roll()) == len(NAMES) - len(served.dovecot.messages(served.user))
    served.once()
    assert_whole(served, NAMES)


def test_two_workers_started_by_mistake_do_everything_once(served: Served) -> None:
    """A letter may go out twice, with the same Message-ID: no more than that, and nothing else."""
    for name in NAMES:
        served.sign(name)
    both = [served.apart() for _ in range(2)]
    said = [worker.communicate(timeout=120) for worker in both]
    assert sorted(worker.returncode for worker in both) in ([0, 0], [0, 4]), said  # 4: the other is at work
    assert_whole(served, NAMES, in_flight=len(served.smtp.received), one_life=True)
    digest = served.digest()
    served.write(f"Ada <{ADA}>", "ok all", answers=digest, proved=True)
    both = [served.apart() for _ in range(2)]
    said = [worker.communicate(timeout=120) for worker in both]
    assert sorted(worker.returncode for worker in both) in ([0, 0], [0, 4]), said
    assert sorted(served.page()) == sorted(NAMES)
    assert_whole(served, NAMES, in_flight=len(served.smtp.received), one_life=True)


@pytest.fixture
def worse_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Mail is read by readers that break where the mail says so."""
    reader = ReadingProcess(Setup(rules=config.rules(), read=worse_readers.read, interpret=worse_readers.interpret))
    monkeypatch.setattr(app, "reader", lambda: reader)
    yield
    reader.close()


def test_mails_that_no_reader_survives_are_set_aside_and_the_next_is_handled_within_ten_seconds_of_each(
    served: Served, worse_reader: None
) -> None:
    poisons = ["memory", "segmentation fault"]  # what takes time is in tests/journeys/test_faults.py
    for number, poison in enumerate(poisons):
        served.write(f"Poison <poison{number}@elsewhere.example>", poison)
        served.sign(NAMES[number])
    handled: list[tuple[str, float]] = []
    campaign = served.open()
    try:
        done = campaign.once(lambda seen: handled.append((seen.disposition, time.monotonic())))
    finally:
        campaign.close()
    assert done.tally.set_aside == len(poisons)
    assert [disposition for disposition, _ in handled] == ["set_aside", "handled"] * len(poisons)
    times = [at for _, at in handled]
    assert max(later - earlier for earlier, later in pairwise(times)) < 10
    aside = served.dovecot.messages(served.user, "Set aside")
    assert len(aside) == len(poisons)
    assert all(b"poison" in octets for octets in aside)
    assert sorted(served.statuses()) == sorted(NAMES[: len(poisons)])
    assert [letter.template for letter in served.letters("set_aside", ADA)] == ["set_aside"] * len(poisons)


def _await(holds: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)
