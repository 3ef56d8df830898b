"""A full disk, a locked or a read-only database: it is said, nothing is half done, and it goes on when that is over."""

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import served_campaign
from dovecot_server import Dovecot
from scripted_smtp import ScriptedSmtp
from served_campaign import Served, assert_whole

from mailbot.verbs.run import Worker

pytestmark = [pytest.mark.fault, pytest.mark.server]

NAMES = ["Tamarack Books", "Prairie Lantern Society", "Harbour Choir"]
OUT_OF_REACH = 3


@pytest.mark.parametrize("octets", [4_096, 60_000], ids=lambda octets: f"files up to {octets} octets")
def test_where_no_file_can_grow_nothing_is_half_done(served: Served, octets: int) -> None:
    for name in NAMES:
        served.sign(name)
    limited = served.apart(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets)))
    _, said = limited.communicate(timeout=60)
    assert limited.returncode == OUT_OF_REACH, said
    assert said.count("\n") == 1, "one sentence, no stack"
    served.smtp.life += 1
    served.once()
    assert_whole(served, NAMES, in_flight=1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place]).returncode:
        pytest.skip("no file system can be mounted here: that takes root; a limit on files stands in for it")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.parametrize("left", [0, 40_000], ids=lambda octets: f"{octets} octets left")
def test_a_full_disk_loses_nothing(
    small_disk: Path,
    made: Path,
    dovecot: Dovecot,
    smtp: ScriptedSmtp,
    left: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAILBOT_INBOX_PASSWORD", dovecot.password)
    served = served_campaign.serve(made, small_disk / "served", dovecot, smtp)
    served.once()
    for name in NAMES:
        served.sign(name)
    _fill(small_disk, left)
    full = served.apart()
    _, said = full.communicate(timeout=60)
    assert full.returncode == OUT_OF_REACH, said
    assert said.count("\n") == 1, "one sentence, no stack"
    (small_disk / "ballast").unlink()
    served.smtp.life += 1
    served.once()
    assert_whole(served, NAMES, in_flight=1)


def _fill(place: Path, left: int) -> None:
    """Let so many octets be free."""
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    (place / "ballast").write_bytes(bytes(max(0, free - left)))


@pytest.fixture
def worker(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """`mailbot run` in this process, with a twenty-fifth of its patience with a locked database, and short pauses."""
    monkeypatch.setattr("mailbot.adapters.database.engine.BUSY_SECONDS", 0.2)
    monkeypatch.setattr("mailbot.verbs.run._LONGEST_PAUSE", 0.3)
    campaign = served.open()
    worker = Worker(campaign)
    working = threading.Thread(target=worker.run, name="worker")
    working.start()
    try:
        _await((served.folder / "public/signatories.json").exists)
        yield worker
    finally:
        end(worker)


def end(worker: Worker) -> None:
    worker.stop.set()
    for thread in threading.enumerate():
        if thread.name == "worker":
            thread.join()
    worker.campaign.close()


def test_a_database_that_is_locked_for_long_loses_nothing_and_stops_no_worker(served: Served, worker: Worker) -> None:
    """Two seconds for a worker that waits for 0.2: as a minute is for one that waits for five, as ours does."""
    holder = sqlite3.connect(served.folder / "mailbot.db", isolation_level=None)
    _begin_immediate(holder)
    for name in NAMES:
        served.sign(name)
    time.sleep(2)
    assert len(served.dovecot.messages(served.user)) == len(NAMES)
    holder.rollback()
    holder.close()
    _await(lambda: served.dovecot.messages(served.user) == [])
    _await(lambda: len(served.smtp.received) >= len(NAMES))
    assert_whole(served, NAMES)


def test_a_database_that_is_locked_while_letters_are_sent_doubles_none(served: Served, worker: Worker) -> None:
    served.smtp.hold = threading.Event()  # the server takes a letter and is slow to say so
    for name in NAMES:
        served.sign(name)
    _await(lambda: served.smtp.received)
    holder = sqlite3.connect(served.folder / "mailbot.db", isolation_level=None)
    _begin_immediate(holder)
    served.smtp.hold.set()
    time.sleep(2)
    holder.rollback()
    holder.close()
    _await(lambda: len({one.message_id for one in served.smtp.received}) >= len(NAMES))
    end(worker)
    served.once(later=timedelta(days=1))
    assert_whole(served, NAMES, in_flight=1, one_life=True)


@pytest.mark.parametrize(
    ("file", "mode"),
    [
        pytest.param("mailbot.db", 0o400, id="a file that may be read"),
        pytest.param("mailbot.db", 0o000, id="a file that may not even be read"),
        pytest.param(".", 0o500, id="a folder that may be read"),
    ],
)
def test_a_database_that_may_not_be_written_is_said_in_a_sentence_and_loses_nothing(
    served: Served, file: str, mode: int
) -> None:
    served.sign(NAMES[0])
    place = served.folder / file
    before = place.stat().st_mode
    place.chmod(mode)
    refused = served.apart(before=_without_the_rights_of_root())
    _, said = refused.communicate(timeout=60)
    assert (refused.returncode, said.count("\n")) == (OUT_OF_REACH, 1), said
    assert "database" in said
    assert len(served.dovecot.messages(served.user)) == 1
    place.chmod(before)
    served.once()
    assert_whole(served, NAMES[:1])


def _without_the_rights_of_root() -> list[str]:
    """Root may write whatever a file's mode says, unless it has put that down."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everything, and setpriv (util-linux) is not there to change that")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def _begin_immediate(connection: sqlite3.Connection) -> None:
    """As soon as the worker lets us."""

    def begun() -> bool:
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
        return connection.in_transaction

    _await(begun)


def _await(holds: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)
