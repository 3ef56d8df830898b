"""Receipts: what the code of a letter finds, and what nobody finds without it."""

import hashlib
import hmac
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core import tokens
from mailbot.core.receipts import Receipt, Voucher, code, draw_nonce, feed_id, handle, listed, read_code, told, voucher
from mailbot.core.references import ALPHABET

NONCE = bytes(range(16))
LINE = {"name": "Tamarack Books", "category": "organization", "alt_names": ["塔馬拉克書店"]}
nonces = st.binary(min_size=16, max_size=16)


@given(nonces)
def test_a_code_says_its_number_however_it_is_typed(nonce: bytes) -> None:
    written = code(nonce)
    for typed in (written, written.lower(), written.replace("-", " "), written.replace("0", "o").replace("1", "l")):
        assert read_code(f" {typed}\n") == nonce
    assert not tokens.find([written])


def test_a_slip_of_the_pen_is_noticed() -> None:
    """All but one in a thousand: the check has ten bits."""
    plain = code(NONCE).replace("-", "")
    slips = [plain[:at] + other + plain[at + 1 :] for at in range(28) for other in ALPHABET if other != plain[at]]
    assert sum(read_code(slip) is not None for slip in slips) <= 5


@given(st.text(max_size=300))
def test_no_text_makes_reading_a_code_fail(text: str) -> None:
    assert read_code(text) is None or len(read_code(text)) == 16


def test_no_code_holds_what_marks_a_capability() -> None:
    """Our own letters would cut it out."""
    bad = 0
    for digit in "0MB1".ljust(26, "0"):
        bad = bad << 5 | ALPHABET.index(digit)
    assert code(bad.to_bytes(16, "big")).startswith("0MB1")
    draws = iter([bad, 7])
    assert draw_nonce(lambda n: next(draws)) == (7).to_bytes(16, "big")


def test_numbers_are_drawn_from_all_of_128_bits() -> None:
    asked = []
    draw_nonce(lambda n: asked.append(n) or 5)
    assert asked == [2**128]
    assert len({draw_nonce(secrets.randbelow) for _ in range(50)}) == 50


def test_what_is_published_changes_with_the_line_and_the_number_and_the_purpose() -> None:
    other = {**LINE, "name": "Tamarack Book"}
    made = [f(n, entry) for f in (told, listed) for n in (NONCE, bytes(16)) for entry in (LINE, other)] + [
        f(n) for f in (handle, feed_id) for n in (NONCE, bytes(16))
    ]
    assert len(set(made)) == len(made) == 12
    assert all(len(one) == 32 for one in made)


def test_the_order_of_fields_is_no_part_of_a_line() -> None:
    assert listed(NONCE, LINE) == listed(NONCE, dict(reversed(LINE.items())))


def test_a_voucher_tells_not_even_whether_a_line_was_reworded() -> None:
    kept = Receipt(nonce=NONCE, told=told(NONCE, LINE), listed=listed(NONCE, LINE))
    assert voucher(kept) == Voucher(handle(NONCE), kept.told, kept.listed)
    assert kept.told != kept.listed


@pytest.mark.parametrize(
    ("purpose", "text", "digest"),
    [
        pytest.param(handle, None, "handle", id="handle"),
        pytest.param(listed, {"name": "é"}, "listed", id="a line, in ASCII"),
    ],
)
def test_anybody_can_compute_them_as_the_schema_says(purpose, text, digest) -> None:
    written = "null" if text is None else '{"name":"\\u00e9"}'
    expected = hmac.new(NONCE, f"{digest}\n{written}".encode(), hashlib.sha256).hexdigest()[:32]
    assert purpose(NONCE, *([] if text is None else [text])) == expected
