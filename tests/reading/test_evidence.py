"""Who wrote a mail: what our own server may report, and what it must not be made to seem to report."""

from datetime import UTC, datetime

import pytest

from mailbot.core.message import Evidence, Verdict
from mailbot.reading.evidence import read_evidence
from mailbot.reading.parse import parse

OUR_SERVER = "mx.openletter.example"
OURS = frozenset({"letter@openletter.example"})
NOW = datetime(2021, 1, 9, tzinfo=UTC)
PASSES = "dkim=pass header.d=church.example; dmarc=pass header.from=church.example"


def evidence_of(*fields: str, author: str = "Mei <mei@church.example>", authserv_id: str = OUR_SERVER) -> Evidence:
    header = [*fields, f"From: {author}"] if author else [*fields]
    octets = "\r\n".join(
        [*header, "To: letter@openletter.example", "Subject: Please add us", "", "Grace Church", ""]
    ).encode()
    return read_evidence(octets, parse(octets), authserv_id=authserv_id, resolver=None, own_addresses=OURS, now=NOW)


def reported(results: str, **told: str) -> Evidence:
    return evidence_of(f"Authentication-Results: {OUR_SERVER}; {results}", **told)


@pytest.mark.parametrize(
    ("results", "method"),
    [
        pytest.param(PASSES, "dmarc", id="dmarc before dkim"),
        pytest.param("dkim=pass header.d=church.example", "dkim", id="dkim by header.d"),
        pytest.param("dkim=pass header.i=@mail.church.example header.s=s1", "dkim", id="dkim by header.i"),
        pytest.param("dkim=fail header.d=list.example; dkim=pass header.d=church.example", "dkim", id="one of two"),
        pytest.param("dkim=pass header.d=CHURCH.example.", "dkim", id="case and the root's dot"),
        pytest.param("dkim=pass (dmarc=fail)\r\n\t(b)\r\n header.d=church.example", "dkim", id="folds and comments"),
    ],
)
def test_an_aligned_pass_reported_by_our_server_is_evidence(results, method):
    evidence = reported(results)
    assert (evidence.verdict, evidence.method, evidence.source) == (Verdict.PASS, method, OUR_SERVER)
    assert evidence.reason == f"{method}_pass"
    assert evidence.domain.endswith("church.example")


@pytest.mark.parametrize(
    "results",
    [
        pytest.param("spf=pass smtp.mailfrom=bounce+7@mail.church.example", id="by address"),
        pytest.param("spf=pass smtp.mailfrom=church.example; dmarc=none header.from=x", id="by domain"),
        pytest.param("spf=pass smtp.mailfrom=church.example; dkim=fail header.d=church.example", id="dkim failed"),
    ],
)
def test_spf_alone_is_told_and_proves_nothing(results):
    evidence = reported(results)
    assert (evidence.verdict, evidence.method, evidence.reason) == (Verdict.NONE, "spf", "spf_alone")


@pytest.mark.parametrize(
    "results",
    [
        pytest.param("none", id="nothing checked"),
        pytest.param("dkim=pass header.d=evil.example", id="another's signature"),
        pytest.param("dkim=pass header.d=notchurch.example", id="a longer name"),
        pytest.param("dkim=pass header.d=сhurch.example", id="a Cyrillic letter"),
        pytest.param("dkim=pass", id="no domain"),
        pytest.param("dkim=neutral header.d=church.example", id="dkim neutral"),
        pytest.param("dkim=pass smtp.mailfrom=church.example", id="a property of spf on dkim"),
        pytest.param("spf=pass header.from=church.example", id="a property of dmarc on spf"),
        pytest.param("spf=pass smtp.helo=church.example", id="spf of the HELO name"),
        pytest.param("spf=softfail smtp.mailfrom=church.example", id="spf softfail"),
        pytest.param("spf=pass smtp.mailfrom=church.example@evil.example", id="the domain as a local part"),
        pytest.param("dmarc=pass header.from=evil.example", id="dmarc of another domain"),
        pytest.param("dmarc=bestguesspass header.from=church.example", id="a guess"),
        pytest.param("dmarc=pass header.from=church.example header.from=evil.example", id="two From domains"),
        pytest.param("dkim=pass header.d=evil.example header.i=@church.example", id="d and i differ"),
        pytest.param("dkim=fail (dkim=pass header.d=church.example) header.d=evil.example", id="inside a comment"),
        pytest.param('dkim=fail reason="x; dkim=pass header.d=church.example"', id="inside a quoted string"),
        pytest.param("dkim=pass header.d=church.example; dkim=fail header.d=church.example", id="the worse of two"),
        pytest.param("spf=pass smtp.mailfrom=church.example; spf=fail smtp.mailfrom=evil.example", id="two of spf"),
        pytest.param("dmarc=pass header.from=church.example; dmarc=none", id="two of dmarc"),
        pytest.param("x-dkim=pass header.d=church.example; arc=pass header.d=church.example", id="other methods"),
        pytest.param("dkim=pass header.d=church.example; spf=pass smtp.mailfrom=a;b@evil.example", id="broken later"),
    ],
)
def test_what_is_not_an_aligned_pass_is_no_evidence(results):
    assert reported(results).verdict is Verdict.NONE


@pytest.mark.parametrize(
    "results",
    [
        pytest.param("dmarc=fail header.from=church.example", id="plain"),
        pytest.param(
            "dkim=pass header.d=church.example; dmarc=FAIL (p=none) header.from=church.example", id="dkim passed"
        ),
        pytest.param("dmarc=pass header.from=church.example; dmarc=fail header.from=church.example", id="the worse"),
        pytest.param("dmarc=fail", id="without a domain"),
    ],
)
def test_an_explicit_dmarc_failure_is_a_failure(results):
    evidence = reported(results)
    assert (evidence.verdict, evidence.reason, evidence.domain) == (Verdict.FAIL, "dmarc_fail", "church.example")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param([], "no_evidence", id="no field at all"),
        pytest.param([f"Authentication-Results: mx.evil.example; {PASSES}"], "foreign_authserv_id", id="a foreign id"),
        pytest.param(
            [f"Authentication-Results: {OUR_SERVER}.evil.example; {PASSES}"], "foreign_authserv_id", id="longer"
        ),
        pytest.param(
            ["Authentication-Results: mx.relay.example; none", f"Authentication-Results: {OUR_SERVER}; {PASSES}"],
            "foreign_authserv_id",
            id="our id below a foreign one",
        ),
        pytest.param(
            [f"Authentication-Results: {OUR_SERVER}; none", f"Authentication-Results: {OUR_SERVER}; {PASSES}"],
            "nothing_aligned",
            id="our id twice",
        ),
        pytest.param(
            ["Authentication-Results: spf=none; dkim=none", f"Authentication-Results: {OUR_SERVER}; {PASSES}"],
            "results_unreadable",
            id="ours below one without an id",
        ),
        pytest.param(
            [f"Authentication-Results: ({OUR_SERVER};) mx.evil.example; {PASSES}"],
            "foreign_authserv_id",
            id="a comment",
        ),
        pytest.param([f"Authentication-Results: {OUR_SERVER} 2; {PASSES}"], "results_unreadable", id="another version"),
        pytest.param([f"Authentication-Results: (((({OUR_SERVER}; {PASSES}"], "results_unreadable", id="open comments"),
        pytest.param([f"ARC-Authentication-Results: i=1; {OUR_SERVER}; {PASSES}"], "no_evidence", id="ARC"),
        pytest.param([f"X-Authentication-Results: {OUR_SERVER}; {PASSES}"], "no_evidence", id="X-"),
        pytest.param([f"Subject: x\r\n Authentication-Results: {OUR_SERVER}; {PASSES}"], "no_evidence", id="a fold"),
        pytest.param(
            [f"X-Note: a@b.example\rAuthentication-Results: {OUR_SERVER};{PASSES}"], "ambiguous_header", id="a bare CR"
        ),
    ],
)
def test_a_field_that_our_server_did_not_put_on_top_proves_nothing(fields, reason):
    evidence = evidence_of(*fields)
    assert (evidence.verdict, evidence.reason) == (Verdict.NONE, reason)


def test_a_bare_cr_does_not_hide_a_failure():
    failed = f"Authentication-Results: {OUR_SERVER}; dmarc=fail header.from=church.example"
    assert (
        evidence_of(failed, f"To: a@b.example\rAuthentication-Results: {OUR_SERVER};{PASSES}").verdict is Verdict.FAIL
    )


def test_without_a_configured_server_no_field_is_trusted():
    assert reported(PASSES, authserv_id="").verdict is Verdict.NONE
    assert evidence_of(f'Authentication-Results: ""; {PASSES}', authserv_id="").verdict is Verdict.NONE


@pytest.mark.parametrize(
    "author",
    [
        pytest.param("Mei <mei@church.example>\r\nFrom: Eve <eve@evil.example>", id="two From fields"),
        pytest.param("eve@evil.example, mei@church.example", id="two mailboxes"),
        pytest.param("Church: mei@church.example, eve@evil.example;", id="a group"),
        pytest.param("undisclosed:;", id="an empty group"),
        pytest.param("", id="no From"),
        pytest.param("Mei", id="no address"),
        pytest.param("mei@[192.0.2.1]", id="an address literal"),
        pytest.param('"mei@church.example" <eve@evil.example>', id="the address as a display name"),
        pytest.param("mei@church.example <eve@evil.example>", id="the address as a bare display name"),
        pytest.param("Mei <mei@сhurch.example>", id="a Cyrillic domain"),
    ],
)
def test_without_exactly_one_author_of_that_domain_nothing_is_trusted(author):
    assert reported(PASSES, author=author).verdict is Verdict.NONE


def test_neighbours_under_one_public_suffix_do_not_vouch_for_each_other():
    results = "dkim=pass header.d=band.github.io; spf=pass smtp.mailfrom=github.io"
    assert reported(results, author="choir@choir.github.io").verdict is Verdict.NONE


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        pytest.param("To: letter@openletter.example", "dmarc_pass", id="to us"),
        pytest.param('To: "Letter" <LETTER@OpenLetter.example>', "dmarc_pass", id="to us in capitals"),
        pytest.param("To: letter+mb1s4k10fr@openletter.example", "dmarc_pass", id="to us with a plus tag"),
        pytest.param("To: a@b.example,\r\n letter@openletter.example", "dmarc_pass", id="to another and to us"),
        pytest.param("To: a@b.example\r\nCc: letter@openletter.example", "dmarc_pass", id="with a copy to us"),
        pytest.param("To: a@b.example", "not_addressed_to_us", id="to another"),
        pytest.param("To: undisclosed-recipients:;", "not_addressed_to_us", id="to nobody who is named"),
        pytest.param("X-To: letter@openletter.example", "not_addressed_to_us", id="to nobody"),
        pytest.param('To: "letter@openletter.example" <a@b.example>', "not_addressed_to_us", id="to another in our name"),
        pytest.param("To: letter@openletter.example.evil.example", "not_addressed_to_us", id="to a domain that begins as ours"),
        pytest.param("To: a@b.example\r\nTo: letter@openletter.example", "not_addressed_to_us", id="two fields, ours below"),
        pytest.param("To: letter@openletter.example\r\nTo: a@b.example", "not_addressed_to_us", id="two fields, ours on top"),
        pytest.param("To: a@b.example\r\nDelivered-To: letter@openletter.example", "not_addressed_to_us", id="delivered to us, written to another"),
    ],
)  # fmt: skip
def test_a_mail_that_was_not_written_to_us_proves_nothing(to, reason):
    octets = f"Authentication-Results: {OUR_SERVER}; {PASSES}\r\nFrom: mei@church.example\r\n{to}\r\n\r\nHi\r\n"
    assert read(octets.encode()).reason == reason


@pytest.mark.parametrize(
    ("signed", "reason"),
    [
        pytest.param("d=church.example; h=from:to:subject", "dmarc_pass", id="to whom"),
        pytest.param("d=mail.church.example; h=From : To", "dmarc_pass", id="to whom, by a sister domain"),
        pytest.param("d=church.example; h=from:subject", "recipient_not_signed", id="all but to whom"),
        pytest.param("d=other.example; h=from", "dmarc_pass", id="nothing of the author's"),
    ],
)
def test_a_pass_for_a_signature_that_leaves_open_to_whom_proves_nothing(signed, reason):
    octets = (
        f"Authentication-Results: {OUR_SERVER}; {PASSES}\r\nDKIM-Signature: v=1; {signed}; b=x\r\n"
        "From: mei@church.example\r\nTo: letter@openletter.example\r\n\r\nHi\r\n"
    )
    assert read(octets.encode()).reason == reason


SIGNED_BY_ONE = f"Authentication-Results: {OUR_SERVER}; dkim=pass header.d=church.example"
FAILED = f"Authentication-Results: {OUR_SERVER}; dmarc=fail header.from=church.example"


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        pytest.param([SIGNED_BY_ONE, FAILED], Verdict.FAIL, id="a failure right below"),
        pytest.param([f"Authentication-Results: {OUR_SERVER}; none", FAILED], Verdict.FAIL, id="a failure below nothing"),
        pytest.param([f"Authentication-Results: {OUR_SERVER}; none", SIGNED_BY_ONE], Verdict.NONE, id="a pass below nothing"),
        pytest.param([SIGNED_BY_ONE, "Authentication-Results: mx.other.example; none", FAILED], Verdict.PASS, id="a failure below somebody else's"),
    ],
)  # fmt: skip
def test_of_several_fields_of_our_server_a_failure_counts_and_a_pass_further_down_does_not(fields, verdict):
    assert evidence_of(*fields).verdict is verdict


def read(octets: bytes) -> Evidence:
    return read_evidence(octets, parse(octets), authserv_id=OUR_SERVER, resolver=None, own_addresses=OURS, now=NOW)
