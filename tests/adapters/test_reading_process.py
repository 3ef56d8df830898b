"""The process that reads strangers' mail: whatever a mail does to it, the next one is read."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import worse_readers

from mailbot import config
from mailbot.adapters.reader import process
from mailbot.adapters.reader.child import parse_timed
from mailbot.adapters.reader.orders import Allowance, Setup
from mailbot.adapters.reader.process import ReadingProcess
from mailbot.core.intents import Context, Standing
from mailbot.ports import ReadingFailure, TemporaryFailure
from mailbot.reading.interpret import interpret
from mailbot.reading.rulebook import load

pytestmark = pytest.mark.fault

RULES = config.rules()
ORDINARY = b"From: Ruth <ruth@tamarack.example>\r\nSubject: Sign\r\n\r\nPlease add our organization: Tamarack Books\r\n"
BREAKAGES = [
    pytest.param("a regular expression without end", "reading took too long", id="a regular expression without end"),
    pytest.param("a loop without end", "reading took too long", id="a loop without end"),
    pytest.param("sleep", "reading took too long", id="waiting for what never comes"),
    pytest.param("memory", "reading took too much memory", id="memory"),
    pytest.param("segmentation fault", "reading ended the reading process (SIGSEGV)", id="a crash of the interpreter"),
    pytest.param("exit", "reading ended the reading process (exit code 3)", id="an exit"),
    pytest.param("a bug", "fault", id="a bug of ours"),
]


def mail(subject: str, text: str) -> bytes:
    return f"From: Poison <poison@elsewhere.example>\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


@pytest.fixture(scope="module")
def worse() -> Iterator[ReadingProcess]:
    reader = ReadingProcess(
        Setup(rules=RULES, allowance=Allowance(seconds=1.5), read=worse_readers.read, interpret=worse_readers.interpret)
    )
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def reader() -> Iterator[ReadingProcess]:
    reader = ReadingProcess(Setup(rules=RULES))
    yield reader
    reader.close()


@pytest.mark.parametrize(("word", "reason"), BREAKAGES)
def test_a_mail_that_breaks_the_parser_is_told_by_name_and_the_next_one_is_read_within_ten_seconds(
    worse: ReadingProcess, word: str, reason: str
) -> None:
    start = time.monotonic()
    with pytest.raises(ReadingFailure) as failure:
        worse.read(mail(word, "x"))
    assert str(failure.value) == reason
    assert worse.read(ORDINARY).subject == "Sign"
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(("word", "reason"), BREAKAGES)
def test_a_mail_that_breaks_the_interpreter_of_requests_is_told_by_name_and_the_next_one_is_read(
    worse: ReadingProcess, word: str, reason: str
) -> None:
    poison = mail("x", word)
    message = worse.read(poison)
    with pytest.raises(ReadingFailure) as failure:
        worse.interpret(message, poison, Context())
    assert str(failure.value) == reason
    assert "the mail says" not in failure.value.detail
    assert worse.interpret(worse.read(ORDINARY), ORDINARY, Context()).kind == "sign"


def test_the_guarded_reading_is_the_reading(reader: ReadingProcess) -> None:
    rulebook = load(RULES)
    context = Context(standing=Standing.ORGANIZER, cards={1: "K7Q4"}, today="2021-01-08")
    for octets in (ORDINARY, mail("Re: 1", "OK"), b"", b"\x00\xff" * 500):
        message = parse_timed(octets)
        assert reader.read(octets) == message
        for known in (Context(), context):
            assert reader.interpret(message, octets, known) == interpret(message, rulebook, known)


def test_a_message_is_interpreted_though_another_was_read_since(reader: ReadingProcess) -> None:
    other = mail("x", "When is the deadline?")
    message = reader.read(ORDINARY)
    reader.read(other)
    assert reader.interpret(message, ORDINARY, Context()).kind == "sign"


def test_a_message_is_interpreted_though_more_were_read_since_than_are_held(reader: ReadingProcess) -> None:
    message = reader.read(ORDINARY)
    for number in range(150):
        reader.read(mail(str(number), "When is the deadline?"))
    assert reader.interpret(message, ORDINARY, Context()).kind == "sign"


def test_a_process_that_was_killed_from_outside_is_replaced(reader: ReadingProcess) -> None:
    message = reader.read(ORDINARY)
    pid = reader._child.process.pid
    os.kill(pid, signal.SIGKILL)
    assert reader.interpret(message, ORDINARY, Context()).kind == "sign"
    assert reader._child.process.pid != pid


def test_signals_that_ask_the_worker_to_stop_let_the_mail_in_hand_be_read(reader: ReadingProcess) -> None:
    reader.read(ORDINARY)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(reader._child.process.pid, number)
    pid = reader._child.process.pid
    assert reader.read(ORDINARY).subject == "Sign"
    assert reader._child.process.pid == pid


def test_several_threads_share_one_process(reader: ReadingProcess) -> None:
    def one(number: int) -> str:
        octets = mail(f"number {number}", "I am away until Monday.")
        return reader.interpret(reader.read(octets), octets, Context()).kind + reader.read(octets).subject

    before = threading.active_count()  # servers of other tests among them
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(40))) == [f"othernumber {number}" for number in range(40)]
    assert threading.active_count() < before + 8


def test_the_process_knows_no_password_and_ends_with_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_OUTBOX_PASSWORD", "not for strangers")
    reader = ReadingProcess(Setup(rules=RULES))
    reader.read(ORDINARY)
    pid = reader._child.process.pid
    environment = Path(f"/proc/{pid}/environ")
    if environment.exists():
        assert b"not for strangers" not in environment.read_bytes()
    reader._child.channel.shutdown(2)  # as when the worker was killed
    assert reader._child.process.wait(5) == 0
    reader.close()


def test_a_machine_on_which_no_process_starts_is_an_outage_and_no_fault_of_the_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "_PROGRAM", "raise SystemExit(1)")
    with pytest.raises(TemporaryFailure, match="could not be started"):
        ReadingProcess(Setup(rules=RULES)).read(ORDINARY)


def large(part: bytes) -> bytes:
    header = b"From: a@b.example\r\nSubject: scans\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n"
    return header + b"--zz\r\nContent-Type: text/plain\r\n\r\nPlease add us: Tamarack Books\r\n" + part + b"--zz--\r\n"


PICTURE = b"--zz\r\nContent-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
LARGE = [
    pytest.param(large(PICTURE + (b"QUJD" * 18 + b"\r\n") * 430_000), id="one attachment of 32 MB"),
    pytest.param(large((PICTURE + (b"QUJD" * 18 + b"\r\n") * 84_000) * 5), id="five of 6 MB"),
    pytest.param(
        large(PICTURE.replace(b"base64", b"8bit") + b"\xff\xd8\x00" * 10_000_000 + b"\r\n"), id="one of 30 MB in 8 bits"
    ),
]


@pytest.mark.parametrize("octets", LARGE)
def test_a_mail_with_large_pictures_is_read_within_its_allowance(octets: bytes) -> None:
    reader = ReadingProcess(Setup(rules=RULES))
    try:
        assert reader.interpret(reader.read(octets), octets, Context()).kind == "sign"
    finally:
        reader.close()
