"""Fields and bodies as octets: what goes in comes out of the standard library's own reader."""

import email
import email.policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.writing import mime

PRINTED = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn"), include_characters=" "), max_size=180
)


def read(field: str) -> str:
    return str(email.message_from_string(field + "\r\n", policy=email.policy.default)["Subject"])


@settings(max_examples=150, deadline=None)
@given(value=PRINTED)
def test_any_subject_comes_back_as_it_was(value: str) -> None:
    field = mime.text_field("Subject", value, "[#K7Q4]")
    assert field.isascii()
    assert max(map(len, field.split("\r\n"))) <= 76
    assert read(field).split() == [*value.split(), "[#K7Q4]"]


@pytest.mark.parametrize("value", ["a\r\nBcc: x", "a\nb", "a\x00b", "a\u2028b", "\r\n\r\nbody"])
def test_no_value_breaks_out_of_its_field(value: str) -> None:
    field = mime.text_field("Subject", value)
    assert email.message_from_string(field + "\r\n").keys() == ["Subject"]
    assert email.message_from_string(mime.mailbox_field("From", value, "a@x.example") + "\r\n").keys() == ["From"]


@pytest.mark.parametrize(
    "name",
    ['The "Open" Letter, \\ 2021', "聯合聲明", "Déclaration commune sur les arrestations du 6 janvier 2021 à Hong Kong",
     "=?utf-8?q?x?=", "a@b.example <c@d.example>", ""],
)  # fmt: skip
def test_a_display_name_comes_back_as_it_was(name: str) -> None:
    field = mime.mailbox_field("From", name, "letter@openletter.example")
    display, address = parseaddr(email.message_from_string(field + "\r\n")["From"])
    assert (str(make_header(decode_header(display))), address) == (name, "letter@openletter.example")


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n"), max_size=2000))
def test_any_body_comes_back_as_it_was(text: str) -> None:
    part = mime.text_part("text/plain", text + "\n")
    assert part.isascii()
    assert max(map(len, part.split(b"\r\n"))) <= 76
    read_back = email.message_from_bytes(part).get_payload(decode=True).decode("utf-8")
    assert read_back == (text + "\n").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("plain\n", "7bit"), ("x" * 200 + "\n", "quoted-printable"), ("Voilà une fois " * 9 + "\n", "quoted-printable"),
     ("聯署\n", "base64")],
)  # fmt: skip
def test_a_body_is_encoded_no_more_than_it_must_be(text: str, encoding: str) -> None:
    assert email.message_from_bytes(mime.text_part("text/plain", text))["Content-Transfer-Encoding"] == encoding


def test_a_mailto_link_opens_exactly_the_reply_that_was_meant() -> None:
    link = mime.mailto("letter+mb1x@open.example", subject="Re: “Été” & co? [#K7Q4 x]", body="OUI\nmerci + 100 %")
    parts = urlsplit(link)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "letter+mb1x@open.example")
    assert "+" not in link
    assert parse_qs(parts.query) == {"subject": ["Re: “Été” & co? [#K7Q4 x]"], "body": ["OUI\r\nmerci + 100 %"]}


@pytest.mark.parametrize(
    ("address", "holds"),
    [("a@x.example", True), ("a+b.c@x.example", True), ('"john smith"@x.example', True), ("josé@x.example", True),
     ("a@x.example ", False), ("a@x.example,b@x.example", False), ("A <a@x.example>", False), ("a@x\n.example", False)],
)  # fmt: skip
def test_a_mailbox_is_exactly_one(address: str, holds: bool) -> None:
    assert mime.is_mailbox(address) is holds
