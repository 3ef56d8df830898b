"""Tables and texts in attachments: any separator, any encoding, nothing that raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.message import Attachment, Message
from mailbot.reading.attached import ROWS, Defect, Table, Text, Why
from mailbot.reading.attachments import decode, open_attachments, read_attachments, read_csv

LIST = (("Group", "Town"), ("Oak Street Choir", "Ottawa"), ("Cards, Dice and Company", "Hull"))


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
        pytest.param("Group，Town\nOak Street Choir，Ottawa\nCards, Dice and Company，Hull", id="full-width comma"),
        pytest.param(
            "sep=^\nGroup^Town\nOak Street Choir^Ottawa\nCards, Dice and Company^Hull", id="a separator announced"
        ),
    ],
)
def test_the_separator_is_told_from_the_rows(text: str) -> None:
    assert read_csv(text) == LIST


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("Group", "Oak Street Choir", "Cards, Dice and Company"), id="a comma in one name"),
        pytest.param(("Oak; Elm and Ash Society",), id="one name"),
        pytest.param(("Group", "Cards, Dice and Company"), id="a heading and one name"),
        pytest.param(("楓葉，與友", "榆樹讀書會", "白蠟協會"), id="a full-width comma in one name"),
    ],
)
def test_a_separator_within_names_does_not_cut_them(names: tuple[str, ...]) -> None:
    assert read_csv("\n".join(names)) == tuple((name,) for name in names)


@pytest.mark.parametrize(
    ("octets", "charset"),
    [
        pytest.param("楓葉讀書會".encode("utf-8-sig"), "", id="UTF-8 with a byte order mark"),
        pytest.param("楓葉讀書會".encode("utf-16"), "", id="UTF-16 as a spreadsheet saves it"),
        pytest.param("楓葉讀書會".encode("big5"), "big5", id="Big5, declared"),
        pytest.param("楓葉讀書會".encode("gb18030"), "gb2312", id="GB18030 under a gb2312 label"),
        pytest.param("楓葉讀書會".encode(), "us-ascii", id="UTF-8 under a wrong label"),
        pytest.param("楓葉讀書會".encode("big5"), "us-ascii", id="Big5 under a wrong label"),
        pytest.param("楓葉讀書會".encode("big5"), "", id="Big5, undeclared"),
    ],
)
def test_text_is_decoded_whatever_the_label_says(octets: bytes, charset: str) -> None:
    assert decode(attachment(octets, charset=charset)) == "楓葉讀書會"


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        pytest.param("Café à Lévis\n".encode("cp1252"), "Café à Lévis\n", id="Windows-1252, undeclared"),
        pytest.param("Group;Town\n".encode("utf-16-le"), "Group;Town\n", id="UTF-16 without a byte order mark"),
        pytest.param(
            "枫叶读书会和榆树合唱团\n".encode("gb18030"), "枫叶读书会和榆树合唱团\n", id="GB18030, undeclared"
        ),
    ],
)
def test_undeclared_text_is_told_by_likelihood(octets: bytes, text: str) -> None:
    assert decode(attachment(octets)) == text


def test_a_table_of_too_many_rows_is_cut_and_said_to_be() -> None:
    found = open_attachments(Message(digest="", attachments=(attachment(b"Group,Town\n" * (ROWS + 5)),)))
    assert isinstance(found.contents[0], Table)
    assert len(found.contents[0].rows) == ROWS
    assert found.defects == (Defect("attachment list.csv", Why.ROWS),)


def test_only_what_may_hold_a_list_is_read() -> None:
    message = Message(
        digest="",
        attachments=(
            attachment(b"Oak Street Choir\n", "names.txt", "text/plain"),
            attachment(b"Group\nOak Street Choir\n", "list.CSV", "application/octet-stream"),
            attachment(b"\x89PNG", "logo.png", "image/png"),
            attachment(b"MZ\x90", "list.exe", "application/octet-stream"),
        ),
    )
    assert read_attachments(message) == (
        Text("attachment names.txt", "Oak Street Choir\n"),
        Table("attachment list.CSV", (("Group",), ("Oak Street Choir",))),
    )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "big5", "no-such-charset", "utf-7", "idna", "rot13", "hex"]))
def test_no_octets_make_it_raise_and_none_pass_in_silence(octets: bytes, charset: str) -> None:
    message = Message(
        digest="",
        attachments=(
            attachment(octets, charset=charset),
            attachment(octets, "a.txt", "text/plain", charset),
        ),
    )
    opened = open_attachments(message)
    assert len(opened.contents) + len(opened.defects) >= 2  # each is read, or named as one that cannot be
