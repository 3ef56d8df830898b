"""What goes wrong in the middle loses nothing and doubles nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import worse_readers
from journey import ADA, START, Rehearsal

from mailbot import app, config
from mailbot.adapters.reader.orders import Setup
from mailbot.adapters.reader.process import ReadingProcess
from mailbot.ports import PermanentFailure, TemporaryFailure

pytestmark = pytest.mark.fault

ASKS = "Please add our organization: Tamarack Books\n"
RUTH = "Ruth Penner <ruth@tamarack.example>"

KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from mailbot import app
from mailbot.adapters.{module} import {name}

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

{name}.{method} = die
now = datetime.fromisoformat(sys.argv[2])
app.Campaign(Path(sys.argv[1]), lambda: now).once()
"""


def killed_at(campaign: Rehearsal, module: str, name: str, method: str) -> None:
    """Run one pass in a process of its own that is killed (SIGKILL) where it would call that method."""
    script = KILLED.format(module=module, name=name, method=method)
    done = subprocess.run(
        [sys.executable, "-c", script, str(campaign.folder), campaign.now.isoformat()], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_worker_killed_between_commit_and_settle_sends_no_second_letter_and_makes_no_second_entry(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    killed_at(campaign, "sources.maildir", "MaildirSource", "settle")
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}
    assert len(list((campaign.folder / "inbox/new").iterdir())) == 1
    for _ in range(3):
        campaign.once()
    assert len(campaign.roll()) == 1
    assert [letter.template for letter in campaign.letters()] == ["echo"]
    assert list((campaign.folder / "inbox/new").iterdir()) == []
    assert len(list((campaign.folder / "inbox/.Handled/new").iterdir())) == 1


def test_a_worker_killed_before_the_commit_does_it_all_the_next_time(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    killed_at(campaign, "database.unit_of_work", "UnitOfWork", "conclude")
    assert campaign.roll() == {}
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}
    assert [letter.template for letter in campaign.letters()] == ["echo"]


def test_a_letter_in_flight_when_the_worker_died_goes_out_with_the_same_message_id(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    killed_at(campaign, "database.unit_of_work", "UnitOfWork", "sent")
    before = {file.name: file.read_bytes() for file in (campaign.folder / "outbox/new").iterdir()}
    assert len(before) == 1
    campaign.once()
    assert {file.name: file.read_bytes() for file in (campaign.folder / "outbox/new").iterdir()} == before
    (row,) = campaign.roll().values()
    (marked,) = [event for event in row["history"] if event["reason"] == "letter_sent_again"]
    assert (
        marked["text"] in next(iter(before.values())).decode()
    )  # the end of its Message-ID; the token in that is nobody else's
    campaign.once()
    assert sum(event["reason"] == "letter_sent_again" for event in row["history"]) == 1


def test_a_mail_dragged_back_to_the_inbox_changes_nothing(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    campaign.once()
    campaign.letters()
    handled = next((campaign.folder / "inbox/.Handled/new").iterdir())
    handled.rename(campaign.folder / "inbox/new" / handled.name)
    done = campaign.once()
    assert done.tally.seen == 1
    assert len(campaign.roll()) == 1
    assert campaign.letters() == []


@pytest.fixture
def worse_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Mail is read by readers that break where the mail says so."""
    reader = ReadingProcess(
        Setup(
            rules=config.rules(),
            read=worse_readers.read,
            interpret=worse_readers.interpret,
        )
    )
    monkeypatch.setattr(app, "reader", lambda: reader)
    yield
    reader.close()


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        pytest.param("a bug", "fault", id="a bug of ours"),
        pytest.param("a regular expression without end", "reading took too long", id="hangs"),
        pytest.param("memory", "reading took too much memory", id="explodes in memory"),
        pytest.param("segmentation fault", "reading ended the reading process (SIGSEGV)", id="crashes the interpreter"),
    ],
)
def test_a_mail_that_breaks_us_is_set_aside_and_the_next_one_is_handled(
    rehearsal, worse_reader, monkeypatch: pytest.MonkeyPatch, poison: str, reason: str
) -> None:
    campaign = rehearsal()
    campaign.write("Poison <poison@elsewhere.example>", poison)
    campaign.write(RUTH, ASKS)
    start = time.monotonic()
    done = campaign.once()
    assert time.monotonic() - start < 10
    assert done.tally.set_aside == 1
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}
    letter = campaign.letter("set_aside", ADA).text
    assert "Set aside" in letter
    assert reason in letter
    poisoned = next((campaign.folder / "inbox/.Set aside/new").iterdir())
    assert b"poison@elsewhere.example" in poisoned.read_bytes()

    monkeypatch.undo()  # mended
    poisoned.rename(campaign.folder / "inbox/new" / poisoned.name)
    assert campaign.once().tally.set_aside == 0
    assert list((campaign.folder / "inbox/.Set aside/new").iterdir()) == []


def test_a_mail_that_breaks_the_parser_is_set_aside_once_and_handled_when_that_is_mended(
    rehearsal, worse_reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS, subject="segmentation fault")
    assert campaign.once().tally.set_aside == 1
    for again in (1, 1, 0):
        aside = next((campaign.folder / "inbox/.Set aside/new").iterdir())
        aside.rename(campaign.folder / "inbox/new" / aside.name)
        if not again:
            monkeypatch.undo()
        assert campaign.once().tally.set_aside == again
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}
    assert len(list((campaign.folder / "inbox/.Handled/new").iterdir())) == 1
    assert [letter.template for letter in campaign.letters() if letter.template == "set_aside"] == ["set_aside"]


@pytest.mark.sqlite_alone
def test_a_locked_database_loses_nothing(rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbot.adapters.database.engine.BUSY_SECONDS", 0.1)
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    holder = sqlite3.connect(campaign.folder / "mailbot.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TemporaryFailure, match="locked"):
        campaign.once()
    holder.rollback()
    holder.close()
    assert len(list((campaign.folder / "inbox/new").iterdir())) == 1
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}


def test_a_server_out_of_reach_keeps_the_letters_for_later(rehearsal) -> None:
    campaign = rehearsal()
    file = campaign.folder / "campaign.toml"
    maildir = file.read_text()
    file.write_text(maildir.replace('"maildir:outbox"', '"smtp://127.0.0.1:1"'))
    campaign.write(RUTH, ASKS)
    done = campaign.once()
    assert done.sent.late == 1
    assert "127.0.0.1" in done.sent.trouble
    file.write_text(maildir)
    assert campaign.once(later=timedelta(seconds=10)).sent.sent == 0  # it waits out its pause
    assert campaign.once(later=timedelta(minutes=2)).sent.sent == 1
    campaign.letter("echo")


def test_a_letter_refused_for_good_is_remembered_and_holds_up_no_other(
    rehearsal, smtp_sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = rehearsal()
    monkeypatch.setenv("MAILBOT_OUTBOX_PASSWORD", smtp_sink.password)
    url = f"smtp+starttls://{smtp_sink.user}@{smtp_sink.host}:{smtp_sink.smtp_port}"
    file = campaign.folder / "campaign.toml"
    file.write_text(file.read_text().replace('"maildir:outbox"', f'"{url}"\nca_file = "{smtp_sink.ca_file}"'))
    smtp_sink.replies["ruth@tamarack.example"] = "550 5.1.1 no such user"
    campaign.write(RUTH, ASKS, proved=True)
    campaign.write("Sam <sam@signers.example>", "Please add us: Prairie Lantern Society\n", proved=True)
    done = campaign.once()
    assert (done.sent.failed, done.sent.sent) == (1, 1)
    refused = {row["name"]: [event["reason"] for event in row["history"]] for row in campaign.roll().values()}
    assert "letter_refused" in refused["Tamarack Books"]
    assert "letter_refused" not in refused["Prairie Lantern Society"]


def test_a_page_folder_that_cannot_be_written_stops_no_mail(rehearsal) -> None:
    campaign = rehearsal()
    public = campaign.folder / "public"
    for file in public.iterdir():
        file.unlink()
    public.rmdir()
    public.write_text("in the way")
    campaign.write(RUTH, ASKS)
    with pytest.raises((TemporaryFailure, PermanentFailure), match="public"):
        campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}
    campaign.letter("echo")
    public.unlink()
    campaign.once()
    assert campaign.page() == []


def test_a_stopped_worker_finishes_what_it_has_begun(rehearsal) -> None:
    campaign = rehearsal()
    for number in range(40):
        campaign.write(f"Sam <sam{number}@signers{number}.example>", f"Please add us: Harbour Choir Number {number}\n")
    campaign.now = START
    mailbot = Path(sys.executable).with_name("mailbot")
    worker = subprocess.Popen(
        [mailbot, "-C", campaign.folder, "run"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    )
    handled = campaign.folder / "inbox/.Handled/new"
    while not (handled.is_dir() and len(list(handled.iterdir())) > 3):
        assert worker.poll() is None, worker.stderr.read().decode()
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=30)
    assert worker.returncode == 0, said.decode()
    assert b"stopped" in said
    left = len(list((campaign.folder / "inbox/new").iterdir()))
    assert len(campaign.roll()) == len(list(handled.iterdir())) == 40 - left
