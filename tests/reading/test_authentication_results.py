"""The Authentication-Results field: what servers write, and what a stranger would have them write."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.authentication_results import (
    MOST_CHARACTERS,
    AuthenticationResults,
    MethodResult,
    parse_authentication_results,
)

SPF = MethodResult(method="spf", result="pass", properties=(("smtp.mailfrom", "church.example"),))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("mx.example; spf=pass smtp.mailfrom=church.example", id="plain"),
        pytest.param(" mx.example ;  SPF = Pass  SMTP . MailFrom = church.example ", id="blanks and capitals"),
        pytest.param("mx.example 1; spf=pass smtp.mailfrom=church.example;", id="version, final semicolon"),
        pytest.param('"mx.example"; spf=pass smtp.mailfrom="church.example"', id="quoted"),
        pytest.param(
            "mx.example (a (b) \\) ;) 1 (c);(d)spf(e)=(f)pass (g)smtp.mailfrom=church.example(h)", id="comments"
        ),
        pytest.param("mx.example;\r\n\tspf=pass\r\n\tsmtp.mailfrom=church.example", id="folds left in"),
        pytest.param("mx.example; spf/1=pass smtp.mailfrom=church.example", id="method version"),
        pytest.param("mx.example; spf=pass action=none smtp.mailfrom=church.example", id="a property without a type"),
    ],
)
def test_one_meaning_in_many_spellings(value):
    assert parse_authentication_results(value) == AuthenticationResults("mx.example", (SPF,))


def test_what_a_large_provider_writes_is_read_whole():
    report = parse_authentication_results(
        "mx.provider.example; dkim=pass header.i=@church.example header.s=s1 header.b=Ab/3+x==;"
        ' dkim=fail reason="bad \\"hash\\"; really" header.d=list.example;'
        " spf=softfail (provider.example: domain of transitioning a@b.example does not designate 2001:db8::1)"
        ' smtp.mailfrom="odd local;part"@b.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=church.example;'
        " iprev=pass policy.iprev=2001:db8::1; x-tls=pass smtp.version=TLSv1.3 smtp.bits=256/256"
    )
    assert report is not None
    assert [(r.method, r.result) for r in report.results] == [
        ("dkim", "pass"),
        ("dkim", "fail"),
        ("spf", "softfail"),
        ("dmarc", "pass"),
        ("iprev", "pass"),
        ("x-tls", "pass"),
    ]
    assert report.results[0].property("header.b") == "Ab/3+x=="
    assert report.results[1].reason == 'bad "hash"; really'
    assert report.results[2].property("smtp.mailfrom") == "odd local;part@b.example"


@pytest.mark.parametrize("value", ["mx.example; none", "mx.example 1 ; None (nothing to check) "])
def test_none_means_that_nothing_was_checked(value):
    assert parse_authentication_results(value) == AuthenticationResults("mx.example", ())


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing"),
        pytest.param("; spf=pass", id="no authserv-id"),
        pytest.param("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=none", id="Microsoft 365"),
        pytest.param("mx.example 2; spf=pass", id="a version to come"),
        pytest.param("mx.example mx.other; spf=pass", id="two ids"),
        pytest.param("mx.example; spf=pass; none", id="none after a result"),
        pytest.param("mx.example; none; spf=pass", id="a result after none"),
        pytest.param("mx.example (spf=pass", id="open comment"),
        pytest.param("mx.example; spf=pass (\\", id="comment that ends in a backslash"),
        pytest.param('mx.example; spf=pass reason="open', id="open quote"),
        pytest.param("mx.example; spf", id="no result"),
        pytest.param("mx.example; spf=", id="empty result"),
        pytest.param("mx.example; spf=pass dkim", id="a word left over"),
        pytest.param('mx.example; spf=pass smtp.mailfrom=a"b" ', id="a quote inside a value"),
        pytest.param("mx.example; spf=fail smtp.mailfrom=a;dmarc=pass@evil.example", id="a result in a local part"),
        pytest.param("mx.example; spf=pass smtp.mailfrom=a\x00", id="a control character"),
        pytest.param("mx.example; spf=pass x.y=" + "a" * MOST_CHARACTERS, id="too long"),
    ],
)
def test_what_leaves_the_grammar_says_nothing(value):
    assert parse_authentication_results(value) is None


def test_a_comment_and_a_quoted_string_carry_no_results():
    report = parse_authentication_results(
        'mx.example (; dmarc=pass header.from=a.example); spf=fail reason="; dmarc=pass header.from=a.example"'
    )
    assert report is not None
    assert [r.method for r in report.results] == ["spf"]


def test_a_property_given_twice_and_differently_has_no_value():
    report = parse_authentication_results("mx.example; dkim=pass header.d=a.example header.d=b.example header.i= ")
    assert report is not None
    assert report.results[0].property("header.d") == ""
    assert report.results[0].property("header.i") == ""


def test_an_unknown_version_of_a_method_is_another_method():
    report = parse_authentication_results("mx.example; dkim/2=pass header.d=a.example")
    assert report is not None
    assert report.results[0].method == "dkim/2"


@given(st.text(alphabet='mx.a=;"\\()@ /1\t\n', max_size=80))
def test_any_text_is_read_or_refused_without_raising(text):
    report = parse_authentication_results("mx.example;" + text)
    assert report is None or report.authserv_id == "mx.example"


@pytest.mark.parametrize(
    "unit", ["(", "()", "(\\", "\\", '"', '"\\', "a=b;", "a=b c.d=", " ", "; ", "a" * 50 + " "], ids=repr
)
def test_a_field_full_of_one_thing_is_read_in_linear_time(unit):
    started = time.perf_counter()
    for opening in ("mx.example;", 'mx.example; a=b c.d="'):
        parse_authentication_results(opening + unit * ((MOST_CHARACTERS - 40) // len(unit)))
    assert time.perf_counter() - started < 0.5
