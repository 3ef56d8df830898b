"""Large mails at a real Dovecot: their words are read, their attachments stay where they are."""

import base64
from collections.abc import Callable

import pytest
from dovecot_server import Dovecot

from mailbot.adapters.sources.imap import ImapSource
from mailbot.ports import Disposition
from mailbot.reading.parse import parse

pytestmark = pytest.mark.server

Open = Callable[..., ImapSource]


def part(content_type: str, body: bytes, *fields: str) -> bytes:
    return "\r\n".join([f"Content-Type: {content_type}", *fields, "", ""]).encode() + body


def multipart(subtype: str, boundary: str, *parts: bytes) -> bytes:
    edge = f"--{boundary}".encode()
    body = b"".join(edge + b"\r\n" + one + b"\r\n" for one in parts) + edge + b"--\r\n"
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode() + body


def encoded(size: int) -> bytes:
    line = base64.b64encode(b"\x89PNG" + b"x" * 53) + b"\r\n"
    return line * (size // len(line))


HEAD = b"From: Ann <ann@choir.example>\r\nSubject: sign\r\nMessage-ID: <large@choir.example>\r\nMIME-Version: 1.0\r\n"
BASE64 = "Content-Transfer-Encoding: base64"
PICTURE = part("image/png; name=logo.png", encoded(30_000_000), BASE64, "Content-Disposition: attachment")
TABLE = part("text/csv; name=list.csv", b"Harbour Choir\r\nTamarack Books\r\n", "Content-Disposition: attachment")


@pytest.fixture
def delivered(dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable) -> Callable:
    """delivered(octets) → (the delivery, what the server had to carry, the source)"""

    def deliver(octets: bytes, replace: dict[bytes, bytes] | None = None):
        dovecot.append(user, "INBOX", b"Subject: before\r\n\r\nx\r\n")
        dovecot.append(user, "INBOX", octets)
        dovecot.append(user, "INBOX", b"Subject: after\r\n\r\nx\r\n")
        line = intercept(dovecot.imap_port, replace)
        source = open_imap(port=line.port, timeout=30)
        before, delivery, after = source.fetch()
        assert (before.octets, after.octets) == (b"Subject: before\r\n\r\nx\r\n", b"Subject: after\r\n\r\nx\r\n")
        return delivery, len(line.carried), source

    return deliver


def test_of_a_mail_of_thirty_megabytes_the_words_and_the_list_are_read_and_the_picture_is_not(
    dovecot: Dovecot, user: str, delivered: Callable
) -> None:
    words = multipart(
        "alternative", "in", part("text/plain", b"Please add us: Harbour Choir"), part("text/html", b"<p>Hi")
    )
    octets = HEAD + multipart("mixed", "out", words, PICTURE, TABLE)
    delivery, carried, source = delivered(octets)
    assert carried < 20_000
    assert delivery.size == len(octets)
    message = parse(delivery.octets)
    assert message.text.strip() == "Please add us: Harbour Choir"
    assert message.author is not None
    assert message.author.addr_spec == "ann@choir.example"
    assert [(one.filename, len(one.octets)) for one in message.attachments] == [("logo.png", 0), ("list.csv", 31)]
    source.settle(delivery, Disposition.HANDLED)
    assert [len(kept) for kept in dovecot.messages(user, "Handled")] == [len(octets)]


def test_what_is_left_of_a_large_mail_is_that_mail_with_parts_emptied(delivered: Callable) -> None:
    octets = HEAD + multipart("mixed", "out", part("text/plain", b"Hello"), PICTURE, TABLE)
    delivery, _, _ = delivered(octets)
    assert delivery.octets == octets.replace(encoded(30_000_000), b"")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded(9_000_000), "", id="a picture alone"),
        pytest.param(multipart("mixed", "o", part("text/plain", b"Hello"), part("message/rfc822", HEAD + PICTURE[:9_000_000])), "Hello", id="a forwarded mail"),
        pytest.param(multipart("mixed", "o", multipart("related", "r", multipart("alternative", "a", part("text/plain", b"Hello")), PICTURE[:9_000_000])), "Hello", id="nested"),
    ],
)  # fmt: skip
def test_large_mails_of_every_shape_are_read_by_their_parts(delivered: Callable, body: bytes, text: str) -> None:
    delivery, carried, _ = delivered(HEAD + body)
    assert carried < 20_000
    message = parse(delivery.octets)
    assert message.text.strip() == text
    assert message.message_id == "large@choir.example"
    if b"message/rfc822" in body:
        assert "Subject: sign" in message.returned_fields


@pytest.mark.parametrize(
    "replace",
    [
        pytest.param({b"BODYSTRUCTURE (": b"BODYSTRUCTURE X"}, id="a structure that is none"),
        pytest.param({b'"boundary"': b'"bound-ry"'}, id="no boundary"),
    ],
)
def test_where_the_structure_is_of_no_use_the_mail_is_read_as_a_whole(
    delivered: Callable, replace: dict[bytes, bytes]
) -> None:
    octets = HEAD + multipart("mixed", "out", part("text/plain", b"Hello"), PICTURE[:9_000_000])
    delivery, _, _ = delivered(octets, replace)
    assert delivery.octets == octets


def test_a_text_longer_than_any_that_is_read_is_cut_and_told(delivered: Callable) -> None:
    octets = HEAD + b"Content-Type: text/plain\r\n\r\n" + b"word " * 2_000_000
    delivery, carried, _ = delivered(octets)
    assert carried < 5_000_000
    assert delivery.size == len(octets)
    assert any("text longer" in defect for defect in parse(delivery.octets).defects)
