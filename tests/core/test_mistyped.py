"""Which domain was probably meant; only addresses that letters come back from are looked at."""

import pytest

from mailbot.core.mistyped import likely_address

KNOWN = ("gmail.com", "hotmail.com", "hotmail.fr", "me.com", "outlook.com", "mail.com", "yahoo.com", "yahoo.ca")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("gmial.com", "gmail.com", id="two letters swapped"),
        pytest.param("gmai.com", "gmail.com", id="a letter too few"),
        pytest.param("gmaill.com", "gmail.com", id="a letter too many"),
        pytest.param("gnail.com", "gmail.com", id="another letter"),
        pytest.param("gmail.con", "gmail.com", id="another ending"),
        pytest.param("gmail.co", "gmail.com", id="a shorter ending"),
        pytest.param("gmail.comm", "gmail.com", id="a longer ending"),
        pytest.param("GMIAL.COM", "gmail.com", id="capitals"),
        pytest.param("otmail.com", "hotmail.com", id="the first letter lost"),
        pytest.param("yahoo.cm", "yahoo.com", id="the first that is near"),
        pytest.param("gmail.com", "", id="right as it is"),
        pytest.param("hotmail.fr", "", id="right in another country"),
        pytest.param("mail.com", "", id="right and near another"),
        pytest.param("gmial.con", "", id="two slips"),
        pytest.param("tamarack.example", "", id="an own domain"),
        pytest.param("mt.com", "", id="too short to tell"),
        pytest.param("", "", id="none"),
    ],
)
def test_one_slip_of_the_finger_is_mended(typed: str, meant: str) -> None:
    assert likely_address(f"ann@{typed}", KNOWN) == (f"ann@{meant}" if meant else "")


def test_what_is_no_address_suggests_none() -> None:
    assert likely_address("gmial.com", KNOWN) == ""
    assert likely_address("@gmial.com", KNOWN) == ""
