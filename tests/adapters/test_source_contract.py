"""What every source promises, played on a real Maildir, an mbox file, a folder of files and a real Dovecot."""

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from dovecot_server import Dovecot
from imapclient import IMAPClient

from mailbot.adapters.sources.eml import EmlSource
from mailbot.adapters.sources.imap import ImapSource
from mailbot.adapters.sources.maildir import MaildirSource
from mailbot.adapters.sources.mbox import MboxSource
from mailbot.core.location import Location
from mailbot.ports import Disposition, Source

_numbers = count(1)


class Mailbox(Protocol):
    """A mailbox as its owner sees it."""

    def source(self, max_octets: int = 1_000_000) -> Source: ...
    def put(self, octets: bytes) -> None: ...
    def folder(self, name: str) -> list[bytes]: ...
    def drag_back(self, name: str) -> None: ...


class MaildirBox:
    def __init__(self, path: Path) -> None:
        self.path = path

    def source(self, max_octets: int = 1_000_000) -> Source:
        return MaildirSource(self.path, max_octets=max_octets)

    def put(self, octets: bytes) -> None:
        place = self.path / "new" / f"{next(_numbers)}.host"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(octets)

    def folder(self, name: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.path / f".{name}").glob("[nc]*/*"))]

    def drag_back(self, name: str) -> None:
        for path in (self.path / f".{name}").glob("new/*"):
            path.rename(self.path / "cur" / f"{path.name}:2,S")


class BacklogBox:
    """Files that are never changed: a list beside them says what is settled."""

    path: Path
    settled: Path

    def folder(self, name: str) -> list[bytes]:
        if not self.settled.exists():
            return []
        went = {"Handled": "handled", "Set aside": "set_aside"}[name]
        there = dict(line.split() for line in self.settled.read_text().splitlines())
        return [octets for octets in self.mails() if there.get(hashlib.sha256(octets).hexdigest()) == went]

    def drag_back(self, name: str) -> None:
        self.settled.write_text("")

    def mails(self) -> list[bytes]:
        raise NotImplementedError


class MboxBox(BacklogBox):
    def __init__(self, path: Path) -> None:
        self.path, self.settled = path, path.with_name(path.name + ".settled")
        self.path.touch()

    def source(self, max_octets: int = 1_000_000) -> Source:
        return MboxSource(self.path, max_octets=max_octets)

    def put(self, octets: bytes) -> None:
        quoted = re.sub(rb"(?m)^(>*From )", rb">\1", octets)
        with self.path.open("ab") as file:
            file.write(f"From a@b.example {datetime.now(UTC):%a %b %d %H:%M:%S %Y}\n".encode() + quoted + b"\n")

    def mails(self) -> list[bytes]:
        copy = self.path.with_name("copy.mbox")
        copy.write_bytes(self.path.read_bytes())
        return [delivery.octets for delivery in MboxSource(copy).fetch()]


class EmlBox(BacklogBox):
    def __init__(self, path: Path) -> None:
        self.path, self.settled = path, path / ".settled"
        path.mkdir()

    def source(self, max_octets: int = 1_000_000) -> Source:
        return EmlSource(self.path, max_octets=max_octets)

    def put(self, octets: bytes) -> None:
        number = next(_numbers)
        place = self.path / f"2021-{number % 3}" / f"{number}.eml"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(octets)
        arrived = time.time() + number / 1000
        os.utime(place, (arrived, arrived))

    def mails(self) -> list[bytes]:
        return [place.read_bytes() for place in self.path.rglob("*.eml")]


class ImapBox:
    def __init__(self, server: Dovecot) -> None:
        self.server = server
        self.user = f"letter{next(_numbers)}@openletter.example"

    def source(self, max_octets: int = 1_000_000) -> Source:
        location = Location(scheme="imaps", user=self.user, host="localhost", port=self.server.imaps_port)
        return ImapSource(
            location, lambda: self.server.password, max_octets=max_octets, ca_file=self.server.ca_file, timeout=10
        )

    def put(self, octets: bytes) -> None:
        self.server.append(self.user, "INBOX", octets)

    def folder(self, name: str) -> list[bytes]:
        return self.server.messages(self.user, name)

    def drag_back(self, name: str) -> None:
        with IMAPClient(self.server.host, self.server.imap_port, ssl=False) as client:
            client.login(self.user, self.server.password)
            client.select_folder(name)
            client.move(client.search(), "INBOX")


@pytest.fixture(params=["maildir", "mbox", "eml", pytest.param("imap", marks=pytest.mark.server)])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Mailbox:
    match request.param:
        case "maildir":
            return MaildirBox(tmp_path / "inbox")
        case "mbox":
            return MboxBox(tmp_path / "archive.mbox")
        case "eml":
            return EmlBox(tmp_path / "backlog")
    return ImapBox(request.getfixturevalue("dovecot"))


@pytest.fixture
def opened(mailbox: Mailbox, request: pytest.FixtureRequest) -> Callable[..., Source]:
    def open_source(**options: int) -> Source:
        source = mailbox.source(**options)
        request.addfinalizer(source.close)
        return source

    return open_source


def mail(number: int) -> bytes:
    return f"From: a@b.example\r\nSubject: {number}\r\n\r\nbody {number}\r\n".encode()


def test_an_empty_mailbox_yields_nothing(opened: Callable[..., Source]) -> None:
    assert list(opened().fetch()) == []


def test_mails_come_in_order_of_arrival_octet_for_octet(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mails = [mail(number) for number in range(12)] + [b"\xff\xfe no header at all\r\n", b"\r\n"]
    mails.append(b"Subject: x\r\n\r\nFrom here\r\n\r\n>From there on\r\n\r\n")
    for octets in mails:
        mailbox.put(octets)
    deliveries = list(opened().fetch())
    assert [delivery.octets for delivery in deliveries] == mails
    assert [delivery.size for delivery in deliveries] == [len(octets) for octets in mails]
    assert len({delivery.locator for delivery in deliveries}) == len(mails)


def test_a_delivery_stays_until_it_is_settled(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    assert [delivery.octets for delivery in opened().fetch()] == [mail(1)]
    assert [delivery.octets for delivery in opened().fetch()] == [mail(1)]


def test_every_delivery_knows_when_it_arrived(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    (delivery,) = opened().fetch()
    assert delivery.received_at.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - delivery.received_at) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("disposition", "folder"), [(Disposition.HANDLED, "Handled"), (Disposition.SET_ASIDE, "Set aside")]
)
def test_a_settled_mail_lies_in_its_folder_and_nowhere_else(
    mailbox: Mailbox, opened: Callable[..., Source], disposition: Disposition, folder: str
) -> None:
    mailbox.put(mail(1))
    mailbox.put(mail(2))
    source = opened()
    source.settle(next(source.fetch()), disposition)
    assert mailbox.folder(folder) == [mail(1)]
    assert [delivery.octets for delivery in source.fetch()] == [mail(2)]


def test_settling_while_fetching_skips_nothing(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    for number in range(9):
        mailbox.put(mail(number))
    source = opened()
    seen = []
    for delivery in source.fetch():
        seen.append(delivery.octets)
        source.settle(delivery, Disposition.HANDLED)
    assert seen == [mail(number) for number in range(9)]
    assert list(source.fetch()) == []


def test_settling_twice_is_harmless(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    source = opened()
    (delivery,) = source.fetch()
    source.settle(delivery, Disposition.HANDLED)
    source.settle(delivery, Disposition.SET_ASIDE)
    assert mailbox.folder("Handled") == [mail(1)]
    assert mailbox.folder("Set aside") == []


def test_another_process_can_settle_what_this_one_fetched(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    (delivery,) = opened().fetch()
    opened().settle(delivery, Disposition.HANDLED)
    assert mailbox.folder("Handled") == [mail(1)]
    assert list(opened().fetch()) == []


def test_a_mail_dragged_back_is_fetched_again(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    source = opened()
    (delivery,) = source.fetch()
    source.settle(delivery, Disposition.HANDLED)
    mailbox.drag_back("Handled")
    (again,) = source.fetch()
    assert again.octets == mail(1)
    source.settle(again, Disposition.HANDLED)
    assert mailbox.folder("Handled") == [mail(1)]


def test_a_large_mail_is_cut_at_the_cap_and_its_size_told(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    large = mail(1) + b"x" * 5000 + b"\r\n"
    mailbox.put(mail(0))
    mailbox.put(large)
    mailbox.put(mail(2))
    small, cut, last = opened(max_octets=1000).fetch()
    assert cut.octets == large[:1000]
    assert cut.size == len(large)
    assert (small.octets, last.octets) == (mail(0), mail(2))


def test_waiting_returns_at_once_where_mail_lies_unfetched(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    source = opened()
    list(source.fetch())
    mailbox.put(mail(1))
    began = time.monotonic()
    assert source.wait(20) is True
    assert time.monotonic() - began < 5


def test_waiting_wakes_when_a_mail_comes(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    source = opened()
    list(source.fetch())
    timer = threading.Timer(0.3, mailbox.put, args=(mail(1),))
    timer.start()
    began = time.monotonic()
    assert source.wait(20) is True
    assert time.monotonic() - began < 5
    timer.join()
    assert [delivery.octets for delivery in source.fetch()] == [mail(1)]


def test_one_that_only_watches_wakes_once_for_each_mail(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    watcher, fetcher = opened(), opened()
    assert watcher.wait(0) is False
    mailbox.put(mail(1))
    assert watcher.wait(5) is True
    assert watcher.wait(0) is False
    fetcher.settle(next(fetcher.fetch()), Disposition.HANDLED)
    assert watcher.wait(0) is False
    mailbox.drag_back("Handled")
    assert watcher.wait(5) is True


def test_waiting_ends_by_itself_where_nothing_comes(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    source = opened()
    (delivery,) = source.fetch()
    source.settle(delivery, Disposition.HANDLED)
    assert source.wait(0.3) is False


def test_check_says_in_one_sentence_what_answered(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    sentence = opened().check()
    assert "1 mail waiting" in sentence
    assert sentence.endswith(".")
    assert "@" not in sentence


def test_a_foreign_locator_settles_nothing(mailbox: Mailbox, opened: Callable[..., Source]) -> None:
    mailbox.put(mail(1))
    source = opened()
    (delivery,) = source.fetch()
    stranger = type(delivery)("imap:1:999999", delivery.received_at, delivery.octets, delivery.size)
    source.settle(stranger, Disposition.HANDLED)
    assert len(list(source.fetch())) == 1


def test_several_mails_are_settled_together_each_into_its_folder_and_one_that_is_gone_holds_up_none(
    mailbox: Mailbox, opened: Callable[..., Source]
) -> None:
    for number in range(5):
        mailbox.put(b"Subject: %d\r\n\r\nx\r\n" % number)
    source = opened()
    waiting = list(source.fetch())
    source.settle(waiting[2], Disposition.HANDLED)
    broken = {1, 3}
    source.settle_all(
        [(one, Disposition.SET_ASIDE if n in broken else Disposition.HANDLED) for n, one in enumerate(waiting)]
    )
    assert sorted(mailbox.folder("Set aside")) == sorted(waiting[n].octets for n in broken)
    assert sorted(mailbox.folder("Handled")) == sorted(waiting[n].octets for n in (0, 2, 4))
    assert list(source.fetch()) == []
