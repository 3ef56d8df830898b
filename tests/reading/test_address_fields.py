import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import Address
from mailbot.reading.address_fields import _Reader, read_addresses

_NAME = st.text(st.sampled_from("Ab é.'-_+陳\t\"\\(<@,;:=?"), max_size=9)
_ADDR = st.text(st.sampled_from("aB.+-_é\u212a"), min_size=1, max_size=6)


@given(st.sampled_from(["{} <{}@{}>", '"{}" <{}@{}>', "{}<{}@{}>", " {} {}@{} "]), _NAME, _ADDR, _ADDR)
def test_the_short_way_through_a_plain_field_reads_what_the_long_way_does(
    shape: str, name: str, local: str, domain: str
) -> None:
    value = shape.format(name, local, domain)
    assert read_addresses(value, 9) == _Reader(value, 9).read()


@pytest.mark.parametrize(
    "value", ["Ruth Penner <r@x.example>", '"Ruth Penner" <r@x.example>', " Ruth  Penner<r@X.example> "]
)
def test_one_plain_mailbox_is_read(value: str) -> None:
    assert read_addresses(value, 9) == (Address("Ruth Penner", "r@x.example"),)


def test_no_mailbox_is_read_where_none_is_wanted() -> None:
    assert read_addresses("a@b.example", 0) == ()


@pytest.mark.parametrize("piece", [" ", "a", "a ", '"', "a@", ".", "<", "@"])
def test_a_long_field_is_read_in_linear_time(piece: str) -> None:
    start = time.perf_counter()
    read_addresses(piece * (64_000 // len(piece)), 300)
    assert time.perf_counter() - start < 2
