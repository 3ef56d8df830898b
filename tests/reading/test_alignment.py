"""Which domain may vouch for which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.alignment import aligned, ascii_domain, organizational_domain


@pytest.mark.parametrize(
    ("domain", "other"),
    [
        pytest.param("church.example", "church.example", id="the same"),
        pytest.param("CHURCH.Example.", "church.example", id="case and the root's dot"),
        pytest.param("mail.church.example", "church.example", id="a subdomain"),
        pytest.param("a.church.example", "b.church.example", id="two subdomains of one organization"),
        pytest.param("mail.church.org.tw", "church.org.tw", id="under a suffix of two labels"),
        pytest.param("教會.example", "xn--wcvy0b.example", id="U-label and A-label"),
        pytest.param("www.choir.github.io", "choir.github.io", id="one customer of a host"),
    ],
)
def test_domains_of_one_organization_align(domain, other):
    assert aligned(domain, other)
    assert aligned(other, domain)


@pytest.mark.parametrize(
    ("domain", "other"),
    [
        pytest.param("", "", id="nothing and nothing"),
        pytest.param("church.example", "chapel.example", id="two organizations"),
        pytest.param("notchurch.example", "church.example", id="the other is only its end"),
        pytest.param("church.example.evil.example", "church.example", id="the other is only its beginning"),
        pytest.param("choir.github.io", "band.github.io", id="two customers of one host"),
        pytest.param("github.io", "choir.github.io", id="a host and its customer"),
        pytest.param("a.org.tw", "b.org.tw", id="two organizations under a suffix of two labels"),
        pytest.param("org.tw", "a.org.tw", id="a suffix and what stands under it"),
        pytest.param("example", "church.example", id="a top-level domain"),
        pytest.param("сhurch.example", "church.example", id="a Cyrillic letter"),
        pytest.param("ｃhurch.example", "church.example", id="a full-width letter"),
        pytest.param("church\u3002example", "church.example", id="an ideographic full stop"),
        pytest.param("chur\u00adch.example", "church.example", id="a soft hyphen"),
        pytest.param("church.example..", "church.example", id="two dots of the root"),
        pytest.param("church..example", "church.example", id="an empty label"),
        pytest.param("church.example\n", "church.example", id="a newline"),
        pytest.param("[192.0.2.1]", "[192.0.2.1]", id="address literals"),
        pytest.param("192.0.2.1", "192.0.2.1", id="bare addresses"),
    ],
)
def test_what_is_not_surely_one_organization_does_not_align(domain, other):
    assert not aligned(domain, other)
    assert not aligned(other, domain)


def test_strict_alignment_wants_the_same_name():
    assert aligned("church.example", "Church.Example", strict=True)
    assert not aligned("mail.church.example", "church.example", strict=True)


def test_a_public_suffix_belongs_to_no_organization():
    assert organizational_domain("github.io") == ""
    assert organizational_domain("a.b.co.uk") == "b.co.uk"
    assert organizational_domain("a.b.example") == "b.example"


@given(st.text(max_size=300))
def test_a_domain_is_plain_ascii_or_nothing_and_stays_what_it_is(text):
    name = ascii_domain(text)
    assert name.isascii()
    assert ascii_domain(name) == name
