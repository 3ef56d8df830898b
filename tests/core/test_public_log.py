"""The public log: what it proves of the list and its past, and what it gives away."""

import hashlib
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.public_log import (
    GENESIS,
    Link,
    Standing,
    body,
    examine,
    follow,
    standing,
    written,
)
from mailbot.core.receipts import Receipt, listed, told, voucher


def line(name: str, **fields: str) -> dict[str, object]:
    empty = {"honorific": "", "title": "", "place": "", "website": "", "alt_names": []}
    return {"name": name, "category": "organization", **empty, **fields}


def number(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:16]


def published(*lines: dict, chain: tuple[Link, ...] = (), told_as: dict | None = None, revision: int = 0):
    """(log.jsonl, signatories.json, chain) of the next revision; everybody's number is made of their name."""
    revision = revision or len(chain) + 1
    octets = json.dumps({"revision": revision, "salt": f"{revision:032x}", "signatories": lines}).encode()
    receipts = [
        Receipt(
            nonce=number(one["name"]),
            told=told(number(one["name"]), told_as or one),
            listed=listed(number(one["name"]), one),
        )
        for one in lines
    ]
    below = body(revision, octets, map(voucher, receipts))
    chain = (*chain, follow(chain, revision, below))
    return written(chain, below), octets, chain


BOOKS, CHOIR = line("Tamarack Books"), line("Harbour Choir", place="Halifax")


def test_whoever_holds_the_code_finds_their_line_unchanged() -> None:
    _, _, chain = published(BOOKS)
    log, octets, _ = published(BOOKS, CHOIR, chain=chain)
    found = examine(log, octets)
    assert found.faults == ()
    assert [link.revision for link in found.chain] == [1, 2]
    assert standing(found, number("Harbour Choir")) == (Standing.UNCHANGED, CHOIR)


def test_who_was_told_other_words_sees_those_that_are_listed() -> None:
    log, octets, _ = published(CHOIR, told_as=line("Harbour Choir"))
    assert standing(examine(log, octets), number("Harbour Choir")) == (Standing.REWORDED, CHOIR)


def test_who_is_taken_off_is_gone_from_log_and_list_alike() -> None:
    _, _, chain = published(BOOKS, CHOIR)
    log, octets, _ = published(BOOKS, chain=chain)
    found = examine(log, octets)
    assert found.faults == ()
    assert standing(found, number("Harbour Choir")) == (Standing.GONE, None)


def test_an_empty_list_is_whole() -> None:
    log, octets, _ = published()
    assert examine(log, octets).faults == ()
    assert examine(log, octets).head != GENESIS


def swapped(log: bytes, octets: bytes) -> tuple[bytes, bytes]:
    rows = log.splitlines(keepends=True)
    return b"".join([rows[1], rows[0], *rows[2:]]), octets


TAMPERED: list = [
    pytest.param(lambda log, octets: (log, octets.replace(b"Halifax", b"Toronto")), "not the list that", id="a word of the list"),
    pytest.param(lambda log, octets: (log, octets.replace(b'"salt"', b'"malt"')), "not the list that", id="another salt"),
    pytest.param(lambda log, octets: (b"".join(log.splitlines(keepends=True)[1:]), octets), "line 1 .* does not follow", id="the first publication is cut off"),
    pytest.param(swapped, "line 1 .* does not follow", id="two publications change places"),
    pytest.param(lambda log, octets: (b"".join(log.splitlines(keepends=True)[:-1]), octets), "not what the last line", id="a voucher is cut off"),
    pytest.param(lambda log, octets: (log + log.splitlines(keepends=True)[-1], octets), "one line twice", id="a voucher stands twice"),
    pytest.param(lambda log, octets: (log.replace(b'"names": 2', b'"names": 3'), octets), "not what the last line", id="another number of names"),
    pytest.param(lambda log, octets: (log.replace(b'"revision": 3, "names"', b'"revision": 4, "names"'), octets), "another revision", id="another revision"),
    pytest.param(lambda log, octets: (log, b"[]"), "without a list", id="the list is no list"),
    pytest.param(lambda log, octets: (log, b"{"), "no JSON", id="the list is no JSON"),
    pytest.param(lambda log, octets: (b"", octets), "ends before", id="the log is empty"),
    pytest.param(lambda log, octets: (b"<html>", octets), "line 1 .* no JSON object", id="the log is a page"),
    pytest.param(lambda log, octets: (b'{"revision": "1"}\n', octets), "no line of the chain", id="the chain is something else"),
    pytest.param(lambda log, octets: (log + b'{"handle": 1}\n', octets), "vouches for nothing", id="a voucher is something else"),
    pytest.param(lambda log, octets: (log, octets.replace(b'"Halifax"', b'[[["x"]]]')), "without a list", id="a field is deep"),
    pytest.param(lambda log, octets: (log, b"[" * 100_000), "no JSON", id="the list is very deep"),
]  # fmt: skip


@pytest.mark.parametrize(("tamper", "fault"), TAMPERED)
def test_what_was_changed_afterwards_is_told(tamper: Callable, fault: str) -> None:
    _, _, chain = published(BOOKS)
    _, _, chain = published(BOOKS, chain=chain)
    log, octets, _ = published(BOOKS, CHOIR, chain=chain)
    faults = examine(*tamper(log, octets)).faults
    assert any(re.search(fault, one) for one in faults), faults


def test_a_line_of_the_list_that_nobody_vouches_for_is_told() -> None:
    log, _, _ = published(BOOKS)
    forged = json.dumps({"signatories": [BOOKS, CHOIR]}).encode()
    assert any("vouches for 1 names, signatories.json lists 2" in one for one in examine(log, forged).faults)
    assert standing(examine(log, forged), number("Harbour Choir")) == (Standing.GONE, None)


def test_a_list_that_lost_a_line_misses_it_for_its_signer() -> None:
    log, _, _ = published(BOOKS, CHOIR)
    found = examine(log, json.dumps({"signatories": [BOOKS]}).encode())
    assert found.faults
    assert standing(found, number("Harbour Choir")) == (Standing.MISSING, None)


def test_a_past_that_is_written_anew_has_another_head() -> None:
    """The chain alone does not prove it; whoever kept an earlier head does."""
    _, _, chain = published(BOOKS)
    _, _, longer = published(BOOKS, CHOIR, chain=chain)
    _, _, anew = published(CHOIR)
    _, _, forged = published(BOOKS, CHOIR, chain=anew)
    assert longer[0] == chain[0]
    assert chain[0].hash not in {link.hash for link in forged}


def test_who_is_gone_left_nothing_by_which_a_guess_could_be_tested() -> None:
    """Were a digest made of names alone, it could be made of a guess as well."""
    first_log, first, chain = published(BOOKS, CHOIR)
    log, octets, _ = published(BOOKS, chain=chain)
    left = log + octets
    for guess in (CHOIR, {"name": "Harbour Choir"}, "Harbour Choir"):
        for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            for text in (json.dumps(guess), json.dumps(guess, sort_keys=True), str(guess), json.dumps([BOOKS, guess])):
                assert digest(text.encode()).hexdigest()[:16].encode() not in left
    for one in examine(first_log, first).vouchers:
        if one.handle not in {v.handle for v in examine(log, octets).vouchers}:
            assert not any(part.encode() in left for part in (one.handle, one.told, one.listed))


def test_the_log_tells_no_times_and_of_the_past_no_numbers() -> None:
    _, _, chain = published(BOOKS, CHOIR)
    log, _, _ = published(BOOKS, chain=chain)
    rows = [json.loads(row) for row in log.splitlines()]
    assert [set(row) for row in rows] == [
        {"revision", "digest", "hash"},
        {"revision", "digest", "hash"},
        {"revision", "names", "sha256"},
        {"handle", "told", "listed"},
    ]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.integers(0, 600), st.integers(0, 600))
def test_no_octets_make_the_check_fail(some: bytes, other: bytes, start: int, end: int) -> None:
    log, octets, _ = published(BOOKS, CHOIR)
    for hostile in (some, log[:start] + some + log[end:]):
        for beside in (other, octets, octets[:start] + other + octets[end:]):
            standing(examine(hostile, beside), number("Tamarack Books"))
