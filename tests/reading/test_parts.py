import base64
import time

import pytest

from mailbot.reading.header_fields import encoded_part
from mailbot.reading.parse import parse

FOOTER = (
    "\r\n\r\n-------------------------------------------------------\r\nThis list is run by Garden Hosting.\r\n"
    "https://lists.example/garden\r\n_______________\r\nGarden mailing list\r\n"
)
TEXT = "请将晨曦读书会加入联署名单,谢谢。\n" * 9


def packed(text: str, charset: str, below: str, content_type: str = "text/plain") -> bytes:
    encoded = base64.encodebytes(text.encode(charset)).decode().replace("\n", "\r\n")
    return (
        f"From: a@b.example\r\nContent-Type: {content_type}; charset={charset}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}{below}"
    ).encode()


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "cp949"])
@pytest.mark.parametrize("ending", ["", "1", "12"], ids=["whole", "one octet over", "two octets over"])
def test_a_plain_footer_below_base64_is_not_decoded_with_it(charset: str, ending: str) -> None:
    text = "\u806f\u7f72 " * 30 + ending
    message = parse(packed(text, charset, FOOTER))
    assert message.text == text
    assert not message.defects


@pytest.mark.parametrize("text", ["ab", "abc"], ids=["padded", "unpadded"])
def test_a_stray_boundary_directly_below_base64_is_not_decoded_with_it(text: str) -> None:
    assert parse(packed(text, "utf-8", "--gone--\r\n")).text == text


@pytest.mark.parametrize(
    "mangled",
    [
        pytest.param(lambda lines: lines.replace(b"\r\n", b"!\r\n"), id="a mark at the end of every line"),
        pytest.param(lambda lines: lines.replace(b"\r\n", b"\r\n "), id="every line indented"),
        pytest.param(lambda lines: lines.replace(b"\r\n", b"\r\n\r\n"), id="a blank line between all lines"),
    ],
)
def test_base64_that_was_mangled_on_the_way_is_still_decoded(mangled) -> None:
    head, _, body = packed(TEXT, "utf-8", "").partition(b"\r\n\r\n")
    assert parse(head + b"\r\n\r\n" + mangled(body)).text == TEXT


def test_a_footer_is_looked_for_in_linear_time() -> None:
    start = time.perf_counter()
    for piece in (b"\n", b"A\n\n", b"!\n", b"A A", b" \n\n\n!"):
        encoded_part(piece * (2_000_000 // len(piece)))
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize(
    ("octets", "content_type"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xc3", "image/png", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", id="JPEG"),
        pytest.param(b"GIF89a\x01\x00\x80", "image/gif", id="GIF"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf", id="PDF"),
    ],
)
def test_a_file_that_calls_itself_text_is_an_attachment(octets: bytes, content_type: str) -> None:
    body = base64.encodebytes(octets)
    head = b"From: a@b.example\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n"
    message = parse(head + body)
    assert message.text == ""
    assert [(a.content_type, a.octets) for a in message.attachments] == [(content_type, octets)]


def test_text_that_speaks_of_a_file_format_stays_text() -> None:
    assert parse(b"From: a@b.example\n\n%PDF-1.7 is what we need.").text == "%PDF-1.7 is what we need."
