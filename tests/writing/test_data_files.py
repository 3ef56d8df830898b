"""The published files for programs, held against the schemas that are published beside them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from page_reader import CLUB, NOW, SENATOR, TEMPLATES, published, vouched

from mailbot.core.editions import Edition
from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.public_log import Standing, body, examine, follow, standing, written
from mailbot.core.receipts import voucher
from mailbot.core.roster import Roster
from mailbot.writing.data_files import SCHEMAS, data_sheets
from mailbot.writing.listed import listed_line
from mailbot.writing.page import PageError

HOSTILE = [
    pytest.param("x" * 1_000, id="a thousand characters"),
    pytest.param("\U0001f600\u200d\U0001f3f3\ufe0f" * 20, id="emoji"),
    pytest.param("\u202eevil\u2066\u200f\u061c", id="bidi controls"),
    pytest.param("a\x00b\x1b[31m\r\nSet-Cookie: x", id="control characters"),
    pytest.param("</title><script>alert(1)</script>]]>", id="a script"),
    pytest.param("=cmd|'/c calc'!A1", id="a formula"),
    pytest.param("https://evil.example/", id="a link"),
    pytest.param("Z" + "\u0335" * 300 + "algo", id="zalgo"),
    pytest.param("HK \ud800\udfff \ufffe\uffff", id="what XML cannot hold"),
    pytest.param("\u2028\u2029&amp;&#0;", id="line separators and entities"),
    pytest.param("", id="nothing"),
]


def schema(name: str) -> Draft202012Validator:
    made = json.loads(TEMPLATES[f"page/{name}.schema.json"])
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made, format_checker=FormatChecker())


def faults(name: str, value: Any) -> list[str]:
    return [error.message for error in schema(name).iter_errors(value)]


def logged(*entries: Entry, **options: Any) -> tuple[bytes, dict[str, bytes]]:
    files = published(*entries, **options)
    below = body(7, files["signatories.json"], (voucher(one.receipt) for one in vouched(*entries)))
    return written([follow((), 7, below)], below), files


def test_what_is_published_is_what_its_schema_says() -> None:
    log, files = logged(CLUB, SENATOR, withheld=2, waiting=3)
    assert faults("signatories", json.loads(files["signatories.json"])) == []
    assert faults("status", json.loads(files["status.json"])) == []
    assert [faults("log", json.loads(line)) for line in log.splitlines()] == [[]] * 4


def test_the_schemas_lie_beside_what_they_describe_and_describe_every_field() -> None:
    _, files = logged(CLUB)
    assert set(SCHEMAS) <= set(files)
    assert json.loads(files["signatories.json"])["$schema"] in files
    for name in SCHEMAS:
        assert json.loads(files[name])["description"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("status", {"revision": 1, "updated": "yesterday", "waiting": 0}, id="another time"),
        pytest.param("status", {"revision": 1, "updated": "2021-01-09T12:30:00Z"}, id="a field is missing"),
        pytest.param("status", {"revision": -1, "updated": "2021-01-09T12:30:00Z", "waiting": 0}, id="less than none"),
        pytest.param("log", {"revision": 1, "digest": "x", "hash": "y"}, id="no digest"),
        pytest.param("log", {"revision": 1, "names": 1, "sha256": "0" * 64, "at": "noon"}, id="a field more"),
    ],
)
def test_a_schema_refuses_what_is_something_else(name: str, value: Any) -> None:
    assert faults(name, value)


def test_a_missing_schema_is_named() -> None:
    templates = {name: text for name, text in TEMPLATES.items() if "status.schema" not in name}
    edition = Edition(revision=1, updated=NOW, waiting=0, salt="")
    sheets = {sheet.name: sheet for sheet in data_sheets(Roster, "", {}, edition, templates)}
    with pytest.raises(PageError, match=r"page/status\.schema\.json is missing"):
        sheets["status.schema.json"].make()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_a_stranger_wrote_breaks_a_file(hostile: str) -> None:
    entries = [
        Entry(
            name=hostile,
            category=category,
            alt_names=(hostile, "x"),
            honorific=hostile,
            title=hostile,
            place=hostile,
            website=hostile,
        )
        for category in Category
    ]
    whole(*entries)


TEXTS = st.text(max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Entry, name=TEXTS, title=TEXTS, website=TEXTS, alt_names=st.tuples(TEXTS)), max_size=3))
def test_no_name_breaks_a_file(entries: list[Entry]) -> None:
    whole(*entries)


def whole(*entries: Entry) -> None:
    """JSON as its schema has it and without "<"; every line found by its receipt in what was published."""
    log, files = logged(*entries)
    value = json.loads(files["signatories.json"])
    assert faults("signatories", value) == []
    assert b"<" not in files["signatories.json"]
    found = examine(log, files["signatories.json"])
    assert found.faults == ()
    assert [standing(found, one.receipt.nonce) for one in vouched(*entries)] == [
        (Standing.UNCHANGED, listed_line(entry)) for entry in entries
    ]


@settings(max_examples=100, deadline=None)
@given(st.builds(Entry, name=TEXTS, honorific=TEXTS, place=TEXTS, website=TEXTS))
def test_a_line_that_was_cleaned_once_is_the_same_cleaned_again(entry: Entry) -> None:
    line = listed_line(entry)
    again = Entry(name=line["name"], honorific=line["honorific"], place=line["place"], website=line["website"])
    assert listed_line(again) == line
