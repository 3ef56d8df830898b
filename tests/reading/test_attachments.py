"""Lists in attachments: any separator, any encoding, nothing that raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.message import Attachment, Message
from mailbot.reading.attachments import Table, Text, decode, read_attachments, read_csv

ROWS = (("Group", "Town"), ("Oak Street Choir", "Ottawa"), ("Cards, Dice and Company", "Hull"))


def attachment(
    octets: bytes, filename: str = "list.csv", content_type: str = "text/csv", charset: str = ""
) -> Attachment:
    return Attachment(filename=filename, content_type=content_type, octets=octets, charset=charset)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('Group,Town\nOak Street Choir,Ottawa\n"Cards, Dice and Company",Hull\n', id="comma, quoted comma"),
        pytest.param("Group;Town\nOak Street Choir;Ottawa\nCards, Dice and Company;Hull\n", id="semicolon"),
        pytest.param("Group\tTown\r\nOak Street Choir\tOttawa\r\nCards, Dice and Company\tHull\r\n", id="tab and CRLF"),
        pytest.param("Group|Town\n\nOak Street Choir|Ottawa\nCards, Dice and Company|Hull", id="bar and a blank row"),
    ],
)
def test_the_separator_is_told_from_the_rows(text: str) -> None:
    assert read_csv(text) == ROWS


@pytest.mark.parametrize(
    ("octets", "charset"),
    [
        pytest.param("楓葉讀書會".encode("utf-8-sig"), "", id="UTF-8 with a byte order mark"),
        pytest.param("楓葉讀書會".encode("utf-16"), "", id="UTF-16 as a spreadsheet saves it"),
        pytest.param("楓葉讀書會".encode("big5"), "big5", id="Big5, declared"),
        pytest.param("楓葉讀書會".encode("gb18030"), "gb2312", id="GB18030 under a gb2312 label"),
        pytest.param("楓葉讀書會".encode(), "us-ascii", id="UTF-8 under a wrong label"),
    ],
)
def test_text_is_decoded_whatever_the_label_says(octets: bytes, charset: str) -> None:
    assert decode(attachment(octets, charset=charset)) == "楓葉讀書會"


def test_only_tables_and_plain_text_are_read() -> None:
    message = Message(
        digest="",
        attachments=(
            attachment(b"Oak Street Choir\n", "names.txt", "text/plain"),
            attachment(b"Group\nOak Street Choir\n", "list.CSV", "application/octet-stream"),
            attachment(b"\x89PNG", "logo.png", "image/png"),
            attachment(b"PK\x03\x04", "list.xlsx", "application/octet-stream"),
        ),
    )
    assert read_attachments(message) == (
        Text("attachment names.txt", "Oak Street Choir\n"),
        Table("attachment list.CSV", (("Group",), ("Oak Street Choir",))),
    )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "big5", "no-such-charset", "utf-7", "idna", "rot13", "hex"]))
def test_no_octets_make_it_raise(octets: bytes, charset: str) -> None:
    message = Message(
        digest="",
        attachments=(
            attachment(octets, charset=charset),
            attachment(octets, "a.txt", "text/plain", charset),
        ),
    )
    assert len(read_attachments(message)) == 2
