"""Reading the URLs of mailboxes and servers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.location import Location, parse_location


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("maildir:inbox", Location(scheme="maildir", path="inbox"), id="relative maildir"),
        pytest.param(
            "maildir:/srv/m%41", Location(scheme="maildir", path="/srv/m%41"), id="absolute maildir as written"
        ),
        pytest.param(
            "maildir:///srv/mail", Location(scheme="maildir", path="/srv/mail"), id="maildir with three slashes"
        ),
        pytest.param(
            "imaps://me@imap.example/INBOX",
            Location(scheme="imaps", user="me", host="imap.example", port=993, path="INBOX"),
            id="imaps",
        ),
        pytest.param(
            "IMAPS://letter@openletter.example@Imap.Example:1993/Open%20letter/2021",
            Location(
                scheme="imaps",
                user="letter@openletter.example",
                host="imap.example",
                port=1993,
                path="Open letter/2021",
            ),
            id="whole address as user, port, mailbox with a space",
        ),
        pytest.param(
            "imap+starttls://a%2Fb%40c@imap.example",
            Location(scheme="imap+starttls", user="a/b@c", host="imap.example", port=143),
            id="percent-encoded user, default mailbox",
        ),
        pytest.param(
            "smtp+starttls://me@smtp.example",
            Location(scheme="smtp+starttls", user="me", host="smtp.example", port=587),
            id="submission",
        ),
        pytest.param("smtps://smtp.example", Location(scheme="smtps", host="smtp.example", port=465), id="smtps"),
        pytest.param(
            "smtp://127.0.0.1:2525", Location(scheme="smtp", host="127.0.0.1", port=2525), id="plain loopback"
        ),
        pytest.param(
            "imap://me@[::1]:1143/x", Location(scheme="imap", user="me", host="::1", port=1143, path="x"), id="IPv6"
        ),
        pytest.param(
            "imap://me@localhost", Location(scheme="imap", user="me", host="localhost", port=143), id="localhost"
        ),
        pytest.param(
            "imaps://imap.example/a@b",
            Location(scheme="imaps", host="imap.example", port=993, path="a@b"),
            id="an at sign in the mailbox",
        ),
    ],
)
def test_a_location_is_read_whole(text: str, expected: Location) -> None:
    assert parse_location(text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "begins with one of", id="empty"),
        pytest.param("inbox", "begins with one of", id="no scheme"),
        pytest.param("pop3://me@pop.example", "begins with one of", id="unknown scheme"),
        pytest.param("maildir:", "Write a folder", id="maildir without folder"),
        pytest.param("maildir://host/inbox", "Write a folder", id="maildir with a host"),
        pytest.param("imaps:me@imap.example", "two slashes", id="no slashes"),
        pytest.param("imaps://", "name of a server", id="no server"),
        pytest.param("imaps://me@/INBOX", "name of a server", id="user alone"),
        pytest.param("imaps://me@imap.example:x", "number from 1", id="odd port"),
        pytest.param("imaps://me@imap.example:0", "number from 1", id="port nought"),
        pytest.param("imaps://me@imap.example:99999999999", "number from 1", id="port too high"),
        pytest.param("imaps://me@[::1]x", "number from 1", id="text behind the brackets"),
        pytest.param("imaps://me@[fish]", "IPv6", id="brackets around a name"),
        pytest.param("imaps://me@imap.example/a%0d%0ab", "control characters", id="encoded line end"),
        pytest.param("imap://me@imap.example", "in the clear", id="plain imap over a network"),
        pytest.param("smtp://192.0.2.1", "in the clear", id="plain smtp over a network"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_location(text)


def test_a_password_in_a_location_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="No password") as caught:
        parse_location("imaps://me:hunter2@imap.example")
    assert "hunter2" not in str(caught.value)


def test_a_location_in_a_sentence_shows_no_user() -> None:
    assert str(parse_location("imaps://someone@imap.example/INBOX")) == "imaps://imap.example:993/INBOX"


@given(st.text(max_size=60).map(lambda text: "imaps://" + text) | st.text(max_size=60))
def test_no_text_ends_in_anything_but_a_location_or_a_sentence(text: str) -> None:
    told = ""
    try:
        location = parse_location(text)
    except ValueError as error:
        told = str(error)
    assert told.endswith(".") if told else location.port < 65536
