"""What only IMAP can do to mail; what every source promises stands in test_source_contract.py."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dovecot_server import Dovecot
from imapclient import IMAPClient

from mailbot.adapters.sources import idle
from mailbot.adapters.sources.imap import ImapSource
from mailbot.ports import Delivery, Disposition, TemporaryFailure

pytestmark = pytest.mark.server

MAIL = b"From: a@b.example\r\nSubject: sign\r\n\r\nPlease add us.\r\n"

Open = Callable[..., ImapSource]


@contextlib.contextmanager
def owner(dovecot: Dovecot, user: str, folder: str = "INBOX"):
    with IMAPClient(dovecot.host, dovecot.imap_port, ssl=False) as client:
        client.login(user, dovecot.password)
        client.select_folder(folder)
        yield client


def octets_of(source: ImapSource) -> list[bytes]:
    return [delivery.octets for delivery in source.fetch()]


@pytest.mark.parametrize("scheme", ["imap", "imap+starttls", "imaps"])
def test_mail_comes_over_every_scheme(dovecot: Dovecot, user: str, open_imap: Open, scheme: str) -> None:
    dovecot.append(user, "INBOX", MAIL)
    assert octets_of(open_imap(scheme=scheme)) == [MAIL]


def test_our_name_is_told_before_a_mailbox_is_selected(dovecot: Dovecot, open_imap: Open, intercept: Callable) -> None:
    line = intercept(dovecot.imap_port)
    open_imap(port=line.port).check()
    commands = bytes(line.heard)
    assert 0 < commands.index(b" AUTHENTICATE ") < commands.index(b" ID (") < commands.index(b" SELECT ")


def test_idle_is_issued_anew_before_a_router_forgets_the_connection(
    dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert idle._SLICE < 600  # ten minutes: Gmail's patience, and less than most routers'
    monkeypatch.setattr(idle, "_SLICE", 1.1)
    line = intercept(dovecot.imap_port)
    source = open_imap(port=line.port)
    list(source.fetch())
    assert source.wait(3.5) is False
    assert line.heard.count(b" IDLE\r\n") == line.heard.count(b"DONE\r\n") >= 3


def test_polling_finds_what_idle_never_told(
    dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "_SLICE", 1.1)
    line = intercept(dovecot.imap_port, {b" EXISTS\r\n": b" EXPIRY\r\n"})
    source = open_imap(port=line.port)
    list(source.fetch())
    dovecot.append(user, "INBOX", MAIL)
    assert source.wait(10) is True
    assert octets_of(source) == [MAIL]


def test_a_line_of_idle_that_comes_in_pieces_is_no_trouble(
    dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable
) -> None:
    line = intercept(dovecot.imap_port, piecemeal=True)
    source = open_imap(port=line.port)
    list(source.fetch())
    timer = threading.Timer(0.3, dovecot.append, args=(user, "INBOX", MAIL))
    timer.start()
    assert source.wait(20) is True
    timer.join()
    assert octets_of(source) == [MAIL]


def test_a_locator_holds_uidvalidity_and_uid(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    dovecot.append(user, "INBOX", MAIL)
    (delivery,) = open_imap().fetch()
    with owner(dovecot, user) as client:
        uidvalidity = client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]
        assert delivery.locator == f"imap:{uidvalidity}:{client.search()[0]}"


def test_fetching_marks_nothing_as_seen(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    dovecot.append(user, "INBOX", MAIL)
    octets_of(open_imap())
    with owner(dovecot, user) as client:
        assert len(client.search(["UNSEEN"])) == 1


def test_more_mails_than_one_batch_holds_come_in_order(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    mails = [b"Subject: %d\r\n\r\nx\r\n" % number for number in range(120)]
    with owner(dovecot, user) as client:
        client.multiappend("INBOX", mails)
    assert octets_of(open_imap()) == mails


def test_a_mail_that_vanishes_between_search_and_fetch_is_skipped(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    with owner(dovecot, user) as client:
        client.multiappend("INBOX", [b"Subject: %d\r\n\r\nx\r\n" % number for number in range(60)])
        deliveries = open_imap().fetch()
        first = next(deliveries)
        gone = client.search()[50:59]
        client.delete_messages(gone)
        client.uid_expunge(gone)
    rest = list(deliveries)
    assert len(rest) + 1 == 51
    assert rest[-1].octets == b"Subject: 59\r\n\r\nx\r\n"
    assert first.octets == b"Subject: 0\r\n\r\nx\r\n"


@pytest.mark.parametrize("sizes_known", [True, False])
def test_a_mail_that_the_server_cannot_open_holds_up_no_other(
    dovecot: Dovecot, user: str, open_imap: Open, sizes_known: bool
) -> None:
    for number in range(6):
        dovecot.append(user, "INBOX", b"Subject: %d\r\n\r\nx\r\n" % number)
    files = sorted((dovecot.folder / "mail" / user).glob("new/*"), key=Path.read_bytes)
    if not sizes_known:  # then Dovecot has to open the file to tell its size
        files = [file.rename(file.with_name(file.name.partition(",")[0])) for file in files]
    files[1].chmod(0)
    files[4].chmod(0)
    source = open_imap()
    assert octets_of(source) == [b"Subject: %d\r\n\r\nx\r\n" % number for number in (0, 2, 3, 5)]
    (first, *_) = source.fetch()
    source.settle(first, Disposition.HANDLED)
    assert len(octets_of(source)) == 3


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param([], id="as it is"),
        pytest.param([b"MOVE"], id="no MOVE"),
        pytest.param([b"MOVE", b"UIDPLUS"], id="neither MOVE nor UIDPLUS"),
        pytest.param([b"NAMESPACE"], id="no NAMESPACE"),
        pytest.param([b" ID ", b"IDLE"], id="neither ID nor IDLE"),
        pytest.param([b"AUTH=PLAIN"], id="LOGIN only"),
    ],
)
def test_a_mail_is_settled_at_servers_with_fewer_extensions(
    dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable, missing: list[bytes]
) -> None:
    dovecot.append(user, "INBOX", MAIL)
    line = intercept(dovecot.imap_port, {name: b" " * len(name) for name in missing})
    source = open_imap(port=line.port)
    (delivery,) = source.fetch()
    source.settle(delivery, Disposition.SET_ASIDE)
    assert octets_of(source) == []
    assert dovecot.messages(user, "Set aside") == [MAIL]
    assert (b" MOVE " in line.heard) == (b"MOVE" not in missing)


def test_settling_without_move_destroys_nothing_that_its_owner_marked(
    dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable
) -> None:
    dovecot.append(user, "INBOX", MAIL)
    dovecot.append(user, "INBOX", b"Subject: marked by its owner\r\n\r\nx\r\n")
    with owner(dovecot, user) as client:
        client.delete_messages(client.search()[1:])
    source = open_imap(port=intercept(dovecot.imap_port, {b"MOVE": b"XXXX"}).port)
    (delivery,) = source.fetch()
    source.settle(delivery, Disposition.HANDLED)
    with owner(dovecot, user) as client:
        assert len(client.search(["DELETED"])) == 1


def test_a_folder_that_its_owner_removed_meanwhile_is_made_again(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    source = open_imap()
    for _ in range(2):
        dovecot.append(user, "INBOX", MAIL)
        (delivery,) = source.fetch()
        source.settle(delivery, Disposition.HANDLED)
        assert dovecot.messages(user, "Handled") == [MAIL]
        with owner(dovecot, user) as client:
            client.delete_folder("Handled")


@pytest.mark.parametrize("name", ["Mit Umlaut äöü 收件", 'odd "quotes" & percent', "Letters/2021/Set aside"])
def test_folders_may_have_odd_names(dovecot: Dovecot, user: str, open_imap: Open, name: str) -> None:
    dovecot.append(user, "INBOX", MAIL)
    source = open_imap(folders={Disposition.HANDLED: name, Disposition.SET_ASIDE: "x"})
    source.settle(next(source.fetch()), Disposition.HANDLED)
    assert dovecot.messages(user, name) == [MAIL]
    with owner(dovecot, user) as client:
        assert name in [listed[2] for listed in client.list_sub_folders()]


def test_a_mailbox_other_than_the_inbox_can_be_watched(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    dovecot.append(user, "Open letter/2021", MAIL)
    assert octets_of(open_imap(path="Open letter/2021")) == [MAIL]


def test_a_mailbox_that_is_not_there_is_told(open_imap: Open) -> None:
    with pytest.raises(TemporaryFailure, match="does not open its mailbox"):
        open_imap(path="Nowhere").check()


def test_a_renumbered_mailbox_is_settled_by_what_it_is_now(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    dovecot.append(user, "Box", MAIL)
    source = open_imap(path="Box")
    (delivery,) = source.fetch()
    _, uidvalidity, uid = delivery.locator.split(":")
    stale = Delivery(f"imap:{int(uidvalidity) - 1}:{uid}", delivery.received_at, delivery.octets, delivery.size)
    source.settle(stale, Disposition.HANDLED)
    assert octets_of(source) == [MAIL]


def test_fetching_ends_where_the_mailbox_is_renumbered_under_it(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    with owner(dovecot, user) as client:
        client.create_folder("Box")
        client.multiappend("Box", [MAIL] * 60)
    source = open_imap(path="Box")
    deliveries = source.fetch()
    seen = [next(deliveries) for _ in range(50)]
    with owner(dovecot, user) as client:
        client.delete_folder("Box")
        time.sleep(1.1)  # UIDVALIDITY is a time in seconds
        client.create_folder("Box")
        client.append("Box", b"Subject: another\r\n\r\nx\r\n")
    with contextlib.suppress(TemporaryFailure):
        list(deliveries)
    source.settle(seen[0], Disposition.HANDLED)
    assert dovecot.messages(user, "Box") == [b"Subject: another\r\n\r\nx\r\n"]
    assert octets_of(source) == [b"Subject: another\r\n\r\nx\r\n"]
