"""What every sender promises, played on a Maildir, a real Postfix and a submission server with STARTTLS and AUTH."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from dovecot_server import Dovecot
from postfix_server import Postfix
from smtp_sink import SmtpSink

from mailbot.adapters.senders.maildir import MaildirSender
from mailbot.adapters.senders.smtp import SmtpSender
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, Sender

_numbers = count(1)

LETTER = "letter@openletter.example"


class Post(Protocol):
    """A way for letters, and what lies at its end."""

    def sender(self) -> Sender: ...
    def arrived(self, recipient: str, number: int) -> list[bytes]: ...


class MaildirPost:
    def __init__(self, path: Path) -> None:
        self.path = path

    def sender(self) -> Sender:
        return MaildirSender(self.path)

    def arrived(self, recipient: str, number: int) -> list[bytes]:
        found = sorted(self.path.glob("new/*"), key=lambda path: path.stat().st_mtime_ns)
        assert len(found) == number
        return [path.read_bytes() for path in found]


class PostfixPost:
    def __init__(self, postfix: Postfix, dovecot: Dovecot) -> None:
        self.postfix = postfix
        self.dovecot = dovecot

    def sender(self) -> Sender:
        return SmtpSender(Location(scheme="smtp", host=self.postfix.host, port=self.postfix.smtp_port), timeout=10)

    def arrived(self, recipient: str, number: int) -> list[bytes]:
        return self.dovecot.await_messages(recipient, number)


class SinkPost:
    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    def sender(self) -> Sender:
        location = Location(scheme="smtp+starttls", user=self.sink.user, host="localhost", port=self.sink.smtp_port)
        return SmtpSender(location, lambda: self.sink.password, ca_file=self.sink.ca_file, timeout=10)

    def arrived(self, recipient: str, number: int) -> list[bytes]:
        found = [letter.content for letter in self.sink.letters if letter.rcpt_tos == [recipient]]
        assert len(found) == number
        return found


@pytest.fixture(params=["maildir", pytest.param("postfix", marks=pytest.mark.server), "sink"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Post:
    if request.param == "maildir":
        return MaildirPost(tmp_path / "outbox")
    if request.param == "postfix":
        return PostfixPost(request.getfixturevalue("postfix"), request.getfixturevalue("dovecot"))
    return SinkPost(request.getfixturevalue("smtp_sink"))


@pytest.fixture
def send(post: Post) -> Iterator[Callable[..., None]]:
    sender = post.sender()

    def send_one(recipient: str, octets: bytes, *, envelope_from: str = LETTER) -> None:
        message_id = f"{next(_numbers)}@openletter.example"
        sender.send(message_id=message_id, sender=envelope_from, recipient=recipient, octets=octets)

    yield send_one
    sender.close()


@pytest.fixture
def recipient() -> str:
    return f"signer{next(_numbers)}@association.example"


def letter(recipient: str, body: bytes) -> bytes:
    head = f"From: {LETTER}\r\nTo: {recipient}\r\nSubject: echo\r\nMIME-Version: 1.0\r\n"
    return head.encode() + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"Plain.\r\n", id="plain"),
        pytest.param("Université, 香港\r\n".encode(), id="8-bit"),
        pytest.param(b".\r\n..\r\n.leading dots\r\n", id="lines of dots"),
        pytest.param(b"From the start\r\n", id="a line that begins with From"),
    ],
)
def test_a_letter_arrives_octet_for_octet(post: Post, send: Callable[..., None], recipient: str, body: bytes) -> None:
    send(recipient, letter(recipient, body))
    (arrived,) = post.arrived(recipient, 1)
    assert arrived.endswith(b"\r\n\r\n" + body)
    assert b"Subject: echo" in arrived


def test_several_letters_arrive_each_once(post: Post, send: Callable[..., None], recipient: str) -> None:
    for number in range(5):
        send(recipient, letter(recipient, b"letter %d\r\n" % number))
    bodies = [octets.rpartition(b"\r\n\r\n")[2] for octets in post.arrived(recipient, 5)]
    assert sorted(bodies) == [b"letter %d\r\n" % number for number in range(5)]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("", id="nobody"),
        pytest.param("no-at-sign", id="no at sign"),
        pytest.param("a@b@association.example", id="two at signs"),
        pytest.param("a@association.example>\r\nRCPT TO:<b@association.example", id="a second command"),
        pytest.param("a@association.example\nDATA", id="bare line feed"),
        pytest.param("a\x00@association.example", id="NUL"),
        pytest.param("a@association.example\u0085", id="C1 control"),
        pytest.param("a b@association.example", id="space"),
        pytest.param("a@association.example,b@association.example", id="two addresses"),
        pytest.param("a@association.example\ud800", id="lone surrogate"),
        pytest.param("x" * 65 + "@association.example", id="local part too long"),
        pytest.param("a@" + "x" * 260 + ".example", id="domain too long"),
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(send: Callable[..., None], bad: str) -> None:
    with pytest.raises(PermanentFailure) as caught:
        send(bad, letter("x@association.example", b"x\r\n"))
    assert "association" not in str(caught.value)
    if bad:
        with pytest.raises(PermanentFailure):
            send("signer@association.example", letter("x@association.example", b"x\r\n"), envelope_from=bad)


def test_a_letter_may_have_the_null_reverse_path(post: Post, send: Callable[..., None], recipient: str) -> None:
    send(recipient, letter(recipient, b"x\r\n"), envelope_from="")
    assert len(post.arrived(recipient, 1)) == 1


def test_check_says_in_one_sentence_where_letters_go(post: Post) -> None:
    sender = post.sender()
    sentence = sender.check()
    sender.close()
    assert sentence.endswith(".")
    assert "@" not in sentence


def test_a_sender_works_again_after_it_was_closed(post: Post, recipient: str) -> None:
    sender = post.sender()
    for number in range(2):
        sender.send(
            message_id=f"{number}.{recipient}", sender=LETTER, recipient=recipient, octets=letter(recipient, b"x\r\n")
        )
        sender.close()
    assert len(post.arrived(recipient, 2)) == 2
