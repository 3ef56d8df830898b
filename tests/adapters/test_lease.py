"""One worker at a time, on either database: taken over when its holder dies, and what slept commits nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from mailbot import config
from mailbot.adapters.database import lease, postgresql
from mailbot.adapters.database.engine import Database
from mailbot.ports import HeldElsewhere, TemporaryFailure

HOLDER = """
import sys, time
from pathlib import Path
from mailbot.adapters.database.engine import Database
database = Database(sys.argv[1], Path(sys.argv[2]))
print(database.lease.keep(), flush=True)
while True:
    time.sleep(1)
"""


@pytest.fixture
def worker(database_url: str) -> Iterator[Callable[[], Database]]:
    """worker() → the database as one more worker has it open."""
    opened: list[Database] = []

    def make() -> Database:
        opened.append(Database(database_url, config.shipped("db")))
        opened[-1].migrate()
        return opened[-1]

    yield make
    for database in opened:
        database.close()


def order(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def test_the_second_is_told_who_has_it_and_gets_it_when_the_first_is_done(worker) -> None:
    first, second = worker(), worker()
    assert first.lease.keep()
    assert first.lease.keep()
    assert not second.lease.keep()
    assert f"process {os.getpid()}" in second.lease.other
    first.lease.release()
    assert second.lease.keep()
    assert not first.lease.keep()


def test_who_never_sought_the_lease_works_beside_its_holder(worker) -> None:
    worker().lease.keep()
    with worker().begin() as uow:
        uow.put("by", "the operator's shell")


def test_a_holder_that_was_killed_on_this_machine_is_seen_to_be_gone_at_once(worker, database_url: str) -> None:
    second = worker()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, database_url, str(config.shipped("db"))], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "True\n"
    assert not second.lease.keep()
    os.kill(holder.pid, signal.SIGKILL)
    while holder.poll() is None and not second.lease.keep():
        time.sleep(0.01)
    assert second.lease.keep()
    holder.communicate()


def test_a_holder_elsewhere_that_is_silent_is_taken_over_from_when_its_lease_is_over(
    worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LASTS", 2)
    first, second = worker(), worker()
    first.lease.keep()
    order(first, "UPDATE leases SET process = 'another machine'")
    assert not second.lease.keep()
    time.sleep(2.1)
    assert second.lease.keep()


def test_a_clock_that_was_set_back_a_day_keeps_nobody_waiting(worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "LASTS", 1)
    first, second = worker(), worker()
    first.lease.keep()
    order(first, "UPDATE leases SET until = until + 86400")
    assert not second.lease.keep()
    time.sleep(1.1)
    assert second.lease.keep()


def test_one_whose_heart_beats_is_never_taken_over_from_however_the_clock_stands(
    worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LASTS", 2)
    monkeypatch.setattr(lease, "BEAT", 0.2)
    first, second = worker(), worker()
    with first.lease.held():
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            assert not second.lease.keep()
            time.sleep(0.1)
    assert second.lease.keep()


def test_a_worker_that_slept_through_its_lease_commits_nothing_afterwards(worker) -> None:
    sleeper, taker = worker(), worker()
    sleeper.lease.keep()
    with sleeper.begin() as uow:
        uow.put("before", "kept")
    order(taker, "UPDATE leases SET until = 0")
    assert taker.lease.keep()
    with pytest.raises(HeldElsewhere, match="process"), sleeper.begin() as uow:
        uow.put("after", "lost")
    assert not sleeper.lease.ours
    with pytest.raises(HeldElsewhere), sleeper.begin():
        pass
    with taker.begin() as uow:
        assert (uow.get("before"), uow.get("after")) == ("kept", "")


def test_nobody_takes_over_in_the_middle_of_a_transaction(worker) -> None:
    sleeper, taker = worker(), worker()
    sleeper.lease.keep()
    order(taker, "UPDATE leases SET until = 0")
    taken: list[bool] = []
    with sleeper.begin() as uow:
        thread = threading.Thread(target=lambda: taken.append(taker.lease.keep()))
        thread.start()
        uow.put("under way", "kept")
        time.sleep(0.3)
        assert taken == []
    thread.join()
    assert taken == [True]
    with taker.begin() as uow:
        assert uow.get("under way") == "kept"


def test_a_lease_that_was_lost_is_sought_anew_and_not_given_back(worker) -> None:
    first, second = worker(), worker()
    first.lease.keep()
    order(second, "UPDATE leases SET until = 0")
    second.lease.keep()
    assert not first.lease.keep()
    first.lease.release()
    assert second.lease.keep()
    with pytest.raises(HeldElsewhere, match="Nothing was done"), first.lease.held():
        pass
    with first.begin():  # nor does one who was turned away mind what others do
        pass


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_that_froze_in_the_middle_of_a_transaction_loses_it_and_holds_up_nobody(
    worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    taker = worker()
    monkeypatch.setattr(postgresql, "SETTINGS", ("SET idle_in_transaction_session_timeout = '500ms'",))
    sleeper = worker()
    sleeper.lease.keep()
    order(taker, "UPDATE leases SET until = 0")
    with pytest.raises(TemporaryFailure), sleeper.begin() as uow:
        uow.put("under way", "lost")
        assert taker.lease.keep()
        uow.put("under way", "too late")
    with taker.begin() as uow:
        assert uow.get("under way") == ""
