"""IMAP as older and stricter servers are: folders below INBOX, rights that are withheld."""

from collections.abc import Callable
from itertools import count

import pytest
from dovecot_server import Dovecot
from imapclient import IMAPClient

from mailbot.adapters.sources.imap import ImapSource
from mailbot.core.location import Location
from mailbot.ports import Disposition, PermanentFailure

pytestmark = pytest.mark.server

MAIL = b"From: a@b.example\r\nSubject: sign\r\n\r\nPlease add us.\r\n"
_numbers = count(1)


@pytest.fixture
def user() -> str:
    return f"old{next(_numbers)}@openletter.example"


@pytest.fixture
def opened(old_dovecot: Dovecot, user: str, request: pytest.FixtureRequest) -> Callable[..., ImapSource]:
    def open_source(path: str = "", **options: object) -> ImapSource:
        location = Location(scheme="imap", user=user, host="127.0.0.1", port=old_dovecot.imap_port, path=path)
        source = ImapSource(location, lambda: old_dovecot.password, timeout=10, **options)
        request.addfinalizer(source.close)
        return source

    return open_source


def allow(server: Dovecot, user: str, rights: str, folder: str = "") -> None:
    """Give the owner of a mailbox these rights to it and no others (RFC 4314, as Dovecot's files write them)."""
    (server.folder / "mail" / user / folder / "dovecot-acl").write_text(f"owner {rights}\n")


def folders(server: Dovecot, user: str) -> list[str]:
    with IMAPClient(server.host, server.imap_port, ssl=False) as client:
        client.login(user, server.password)
        return sorted(listed[2] for listed in client.list_folders())


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("Set aside", "INBOX.Set aside"),
        ("Letters/2021/Zurück 收件", "INBOX.Letters.2021.Zurück 收件"),
        ("R&D ~ 100%", "INBOX.R&D ~ 100%"),
    ],
)
def test_folders_lie_where_this_users_folders_lie(
    old_dovecot: Dovecot, user: str, opened: Callable[..., ImapSource], name: str, there: str
) -> None:
    old_dovecot.append(user, "INBOX", MAIL)
    source = opened(folders={Disposition.HANDLED: name, Disposition.SET_ASIDE: "x"})
    source.settle(next(source.fetch()), Disposition.HANDLED)
    assert there in folders(old_dovecot, user)
    assert old_dovecot.messages(user, there) == [MAIL]
    assert list(source.fetch()) == []


def test_a_mailbox_with_spaces_beyond_ascii_is_watched(
    old_dovecot: Dovecot, user: str, opened: Callable[..., ImapSource]
) -> None:
    old_dovecot.append(user, "INBOX.Lettre ouverte é 公開信", MAIL)
    source = opened(path="INBOX.Lettre ouverte é 公開信")
    assert [delivery.octets for delivery in source.fetch()] == [MAIL]


def test_a_mailbox_that_may_only_be_read_is_told_before_any_mail_is_taken(
    old_dovecot: Dovecot, user: str, opened: Callable[..., ImapSource]
) -> None:
    old_dovecot.append(user, "INBOX", MAIL)
    allow(old_dovecot, user, "lr")
    source = opened()
    for ask in (source.check, lambda: next(source.fetch()), lambda: source.wait(0)):
        with pytest.raises(PermanentFailure, match=r"only read its mailbox.*right to move mail"):
            ask()


@pytest.mark.parametrize(
    "rights", [pytest.param("lrwsi", id="may not delete"), pytest.param("lrwsit", id="may not expunge")]
)
def test_a_mailbox_that_lets_nothing_be_moved_away_is_told_by_the_check(
    old_dovecot: Dovecot, user: str, opened: Callable[..., ImapSource], rights: str
) -> None:
    old_dovecot.append(user, "INBOX", MAIL)
    old_dovecot.append(user, "INBOX.Handled", MAIL)
    old_dovecot.append(user, "INBOX.Set aside", MAIL)
    allow(old_dovecot, user, rights)
    with pytest.raises(PermanentFailure, match="right to move mail"):
        opened().check()


def test_a_folder_that_cannot_be_made_is_told_by_the_check(opened: Callable[..., ImapSource]) -> None:
    folders = {Disposition.HANDLED: "Handled", Disposition.SET_ASIDE: "Set..aside"}
    with pytest.raises(PermanentFailure, match=r"folder Set\.\.aside cannot be made .*make it yourself"):
        opened(folders=folders).check()


def test_the_check_makes_the_folders_that_are_missing(
    old_dovecot: Dovecot, user: str, opened: Callable[..., ImapSource]
) -> None:
    opened().check()
    assert {"INBOX.Handled", "INBOX.Set aside"} <= set(folders(old_dovecot, user))
