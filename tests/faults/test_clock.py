"""The clock is set back a day, and forward again: nothing breaks, nothing is sent twice, no card is in no digest."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from journey import ADA
from served_campaign import Served, assert_whole

from mailbot.verbs.run import Worker

pytestmark = [pytest.mark.fault, pytest.mark.server]

DAY = timedelta(days=1)
NAMES = ["Tamarack Books", "Prairie Lantern Society", "Harbour Choir"]


@pytest.mark.parametrize("mended_after", [timedelta(hours=2), timedelta(days=2)], ids=["soon", "not for days"])
def test_a_day_back_loses_no_card_and_sends_nothing_twice(served: Served, mended_after: timedelta) -> None:
    served.sign(NAMES[0])
    served.once()
    first = served.digest()
    assert NAMES[0] in first.text
    served.sign(NAMES[1], proved=False)
    served.once()
    echo = served.letters("echo")[-1]

    served.now -= DAY
    served.write(echo.to, "YES", answers=echo)  # an answer that is older than the letter, as far as the clock knows
    served.sign(NAMES[2])
    _hours(served, mended_after)
    served.now += DAY
    _hours(served, timedelta(hours=26))

    digests = served.letters("digest", ADA)
    for name in NAMES[1:]:
        assert any(name in digest.text for digest in digests), name
    assert set(served.statuses().values()) == {"awaiting_organizers"}
    assert_whole(served, NAMES)
    served.write(f"Ada <{ADA}>", "ok all", answers=digests[-1], proved=True)
    _hours(served, timedelta(hours=2))
    assert sorted(served.page()) == sorted(NAMES)
    assert_whole(served, NAMES)


def _hours(served: Served, length: timedelta) -> None:
    """Passes, often enough for every time of a digest to fall between two of them."""
    step = timedelta(hours=3)
    for _ in range(-(-length // step)):
        served.once(later=step)


class Settable(datetime):
    """The clock of the machine, as far as our scheduler asks it."""

    shift = timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.shift


@pytest.fixture
def worker(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    for module in ("apscheduler.schedulers.base", "apscheduler.executors.base", "mailbot.verbs.run"):
        monkeypatch.setattr(f"{module}.datetime", Settable)
    monkeypatch.setattr("mailbot.verbs.run._WATCH", 0.5)
    monkeypatch.setattr(Settable, "shift", timedelta())
    worker = Worker(served.open())
    working = threading.Thread(target=worker.run)
    working.start()
    try:
        yield worker
    finally:
        worker.stop.set()
        working.join()
        worker.campaign.close()


def test_a_running_worker_goes_on_when_the_clock_is_set_back_a_day(served: Served, worker: Worker) -> None:
    _await((served.folder / "public/signatories.json").exists)
    Settable.shift = -DAY
    _await(
        lambda: all(
            job.next_run_time <= Settable.now(job.next_run_time.tzinfo) + timedelta(minutes=1)
            for job in worker.scheduler.get_jobs()
        )
    )
    served.sign(NAMES[0])
    _await(lambda: served.statuses())
    assert_whole(served, NAMES[:1])


def _await(holds, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.1)
