"""Our own DKIM check: real signatures over real mails, by keys made here, looked up in a dictionary."""

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailbot.core.message import Evidence, Verdict
from mailbot.reading import dkim_signatures
from mailbot.reading.evidence import read_evidence
from mailbot.reading.parse import parse

MAIL = (
    b"From: Mei <mei@church.example>\r\nTo: letter@openletter.example\r\nSubject: Please add us\r\n"
    b"Message-ID: <1@church.example>\r\n\r\nPlease add Grace Church.\r\n"
)
OURS = frozenset({"letter@openletter.example"})
NOW = datetime(2021, 1, 9, tzinfo=UTC)
SIGNED = (b"from", b"to", b"subject")


@cache
def key_of(bits: int) -> tuple[bytes, str]:
    """A private key in PEM and the public one as in a p= tag."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem, base64.b64encode(der).decode()


def sign(octets: bytes = MAIL, *, domain: bytes = b"church.example", bits: int = 2048, **how: object) -> bytes:
    told = {"include_headers": SIGNED, "canonicalize": (b"relaxed", b"relaxed"), **how}
    algorithm = told.pop("algorithm", b"rsa-sha256")
    return dkim.DKIM(octets, signature_algorithm=algorithm).sign(b"s1", domain, key_of(bits)[0], **told) + octets


def zone(domain: str = "church.example", *, bits: int = 2048, record: str = "v=DKIM1; k=rsa; p={p}") -> Callable:
    records = {f"s1._domainkey.{domain}": record.format(p=key_of(bits)[1]).encode()}
    return records.get


def checked(octets: bytes, lookup: Callable | None = None, now: datetime = NOW) -> Evidence:
    return read_evidence(
        octets,
        parse(octets),
        authserv_id="mx.openletter.example",
        resolver=zone() if lookup is None else lookup,
        own_addresses=OURS,
        now=now,
    )


def test_an_aligned_signature_that_holds_is_evidence_of_our_own():
    assert checked(sign()) == Evidence(
        verdict=Verdict.PASS, method="dkim", source="own", domain="church.example", reason="dkim_verified"
    )


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(sign().replace(b"\r\n", b"\n"), id="line ends of a Maildir"),
        pytest.param(b"Received: by mx.openletter.example\r\n" + sign(), id="fields added on the way"),
        pytest.param(sign(canonicalize=(b"simple", b"simple")), id="simple canonicalization"),
        pytest.param(sign().replace(b"Please add us", b"Please  add\r\n us"), id="refolded, relaxed"),
        pytest.param(sign().replace(b"Grace Church.", b"Grace\tChurch. "), id="blanks changed, relaxed"),
        pytest.param(sign(sign(domain=b"list.example")), id="two signatures, the upper ours"),
        pytest.param(sign(sign(), domain=b"list.example"), id="two signatures, the lower ours"),
    ],
)
def test_an_honest_way_through_the_mail_leaves_the_evidence(octets):
    assert checked(octets).reason == "dkim_verified"


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(MAIL, id="no signature"),
        pytest.param(sign().replace(b"Grace", b"Grave"), id="a letter of the body changed"),
        pytest.param(sign().replace(b"Subject: Please", b"Subject: Pleace"), id="a letter of the subject changed"),
        pytest.param(sign() + b"And Trinity Church.\r\n", id="a line added"),
        pytest.param(sign(length=True), id="a body length"),
        pytest.param(sign(length=True) + b"And Trinity Church.\r\n", id="a line added beyond the body length"),
        pytest.param(sign(algorithm=b"rsa-sha1"), id="rsa-sha1"),
        pytest.param(sign(include_headers=(b"from", b"to")), id="the subject not signed"),
        pytest.param(sign(include_headers=(b"from", b"subject")), id="the recipient not signed"),
        pytest.param(
            sign().replace(b"To: letter@openletter.example", b"To: list@other.example"), id="the recipient changed"
        ),
        pytest.param(sign(MAIL.replace(b"letter@openletter.example", b"list@other.example")), id="written to another"),
        pytest.param(
            b"To: letter@openletter.example\r\n"
            + sign(MAIL.replace(b"letter@openletter.example", b"list@other.example")),
            id="written to another, our address added",
        ),
        pytest.param(
            b"DKIM-Signature: v=1; d=other.example\r\n" * 20 + sign(), id="more signatures than are remembered"
        ),
        pytest.param(b"Reply-To: eve@evil.example\r\n" + sign(), id="a reply-to added"),
        pytest.param(b"Subject: Please take us off\r\n" + sign(), id="a second subject"),
        pytest.param(b"From: Eve <eve@evil.example>\r\n" + sign(), id="a second From on top"),
        pytest.param(sign().replace(b"\r\n\r\n", b"\r\nFrom: eve@evil.example\r\n\r\n", 1), id="a second From below"),
        pytest.param(sign().replace(b"Mei <", b"Mei\r<"), id="a bare CR"),
        pytest.param(sign().replace(b"d=church", b"d=chapel"), id="d= of another"),
        pytest.param(sign().replace(b"v=1;", b"v=1; v=1;"), id="a tag twice"),
        pytest.param(sign().replace(b"h=from", b"h=fron"), id="From not signed"),
        pytest.param(sign().replace(b"s=s1", b"s=s1/../x"), id="an odd selector"),
        pytest.param(sign()[: sign().index(b"Grace")], id="cut off in the body"),
        pytest.param(b" DKIM-Signature: a\r\n" + sign(), id="begins with a fold"),
    ],
)
def test_a_signature_that_does_not_cover_what_we_read_is_no_evidence(octets):
    assert checked(octets).verdict is Verdict.NONE


@pytest.mark.parametrize(
    "record",
    [
        pytest.param("", id="an empty record"),
        pytest.param("v=DKIM1; p=", id="a revoked key"),
        pytest.param("v=DKIM1; k=rsa; p=AAAA", id="no key"),
        pytest.param("v=DKIM1; k=ed25519; p={p}", id="a key of another kind"),
        pytest.param("v=DKIM1; h=sha1; p={p}", id="a key for sha1 only"),
        pytest.param("v=DKIM1; s=tlsrpt; p={p}", id="a key for another service"),
        pytest.param("v=DKIM1; p={p}; n=" + "x" * 2000, id="an endless record"),
        pytest.param("hello", id="not a record"),
    ],
)
def test_a_key_that_must_not_be_used_proves_nothing(record):
    assert checked(sign(), zone(record=record)).verdict is Verdict.NONE


def test_a_signature_ends_by_the_given_clock() -> None:
    ends = int(time.time()) + 86_400
    octets = _signed_until(ends)
    assert checked(octets, now=datetime.fromtimestamp(ends - 1, UTC)).verdict is Verdict.PASS
    assert checked(octets, now=datetime.fromtimestamp(ends, UTC)).verdict is Verdict.NONE


@pytest.mark.parametrize("end", [b"tomorrow", b"", b"-1", b"9" * 13], ids=["a word", "nothing", "negative", "too long"])
def test_a_signature_whose_end_is_no_number_proves_nothing(end: bytes) -> None:
    assert checked(_signed_until(end)).verdict is Verdict.NONE


def test_a_key_below_1024_bits_proves_nothing():
    weak = sign(bits=1024)
    assert checked(weak, zone(bits=1024)).verdict is Verdict.PASS
    short_key = _patched_least_bits(weak)
    assert short_key.verdict is Verdict.NONE


def test_a_resolver_that_fails_leaves_the_report_of_our_server():
    def broken(name: str) -> bytes | None:
        raise OSError(name)

    report = b"Authentication-Results: mx.openletter.example; spf=pass smtp.mailfrom=church.example\r\n"
    assert checked(report + sign(), broken).method == "spf"
    assert checked(sign(), broken).verdict is Verdict.NONE
    assert checked(sign(), {}.get).verdict is Verdict.NONE


def test_only_a_signature_of_the_authors_organization_counts():
    others = sign(domain=b"evil.example")
    assert checked(others, zone("evil.example")).verdict is Verdict.NONE
    sister = sign(domain=b"mail.church.example")
    assert checked(sister, zone("mail.church.example")).domain == "mail.church.example"


RELATIVE = sign(MAIL.replace(b"mei@church.example", b"mei@choir.church.example"), domain=b"church.example")


@pytest.mark.parametrize(
    ("records", "verdict"),
    [
        pytest.param({}, Verdict.PASS, id="no record"),
        pytest.param({"_dmarc.choir.church.example": b"v=DMARC1; p=none"}, Verdict.PASS, id="a record that does not say"),
        pytest.param({"_dmarc.choir.church.example": b"v=DMARC1; p=none; adkim=r"}, Verdict.PASS, id="relaxed"),
        pytest.param({"_dmarc.choir.church.example": b"v=DMARC1; p=none; adkim=s"}, Verdict.NONE, id="strict"),
        pytest.param({"_dmarc.choir.church.example": b"v=DMARC1;p=reject;adkim = S ;"}, Verdict.NONE, id="strict, written otherwise"),
        pytest.param({"_dmarc.church.example": b"v=DMARC1; adkim=s; p=none"}, Verdict.NONE, id="strict by the organization"),
        pytest.param({"_dmarc.choir.church.example": b"v=DMARC1; p=none", "_dmarc.church.example": b"v=DMARC1; adkim=s"}, Verdict.PASS, id="the domain's own record decides"),
        pytest.param({"_dmarc.choir.church.example": b"v=spf1; adkim=s"}, Verdict.PASS, id="another kind of record"),
        pytest.param({"_dmarc.choir.church.example": b"v=DMARC1; p=none; n=" + b"x" * 3000}, Verdict.NONE, id="an endless record"),
    ],
)  # fmt: skip
def test_the_owner_of_a_domain_says_whether_a_relatives_signature_counts(records, verdict):
    keys = zone()
    assert checked(RELATIVE, lambda name: records.get(name) or keys(name)).verdict is verdict


def test_where_the_owners_wish_cannot_be_had_a_relatives_signature_does_not_count():
    keys = zone()

    def lookup(name: str) -> bytes | None:
        if name.startswith("_dmarc"):
            raise OSError(name)
        return keys(name)

    assert checked(RELATIVE, lookup).verdict is Verdict.NONE
    assert checked(sign(), lookup).verdict is Verdict.PASS


def test_our_own_check_outweighs_a_reported_failure_only_for_the_very_domain():
    failed = b"Authentication-Results: mx.openletter.example; dmarc=fail header.from=church.example\r\n"
    assert checked(failed + sign()).verdict is Verdict.PASS
    sister = failed + sign(domain=b"mail.church.example")
    assert checked(sister, zone("mail.church.example")).verdict is Verdict.FAIL
    assert checked(failed + sign().replace(b"Grace", b"Grave")).verdict is Verdict.FAIL


def test_no_more_keys_are_looked_up_than_the_cap():
    asked: list[str] = []

    def lookup(name: str) -> bytes | None:
        asked.append(name)
        return None

    octets = MAIL
    for _ in range(8):
        octets = sign(octets)
    checked(octets, lookup)
    assert asked == ["s1._domainkey.church.example"] * dkim_signatures.MOST_SIGNATURES


TO = frozenset({"to"})
HOSTILE = {
    "a megabyte of blanks": sign() + b" " * 1_000_000,
    "blanks in runs": sign(sign(sign(MAIL + (b" " * 200 + b"x") * 900))),
    "blanks in longer runs": sign(MAIL + (b" " * 998 + b"x") * 1_000),
    "blanks in short runs": sign(sign(sign(MAIL + (b"\t" * 15 + b"x") * 70_000))),
    "a megabyte of line ends": sign(MAIL + b"\r\n" * 240_000 + b"x"),
    "more line ends": sign() + b"\n" * 1_000_000,
    "a long header": b"X: y\r\n" * 200_000 + sign(),
    "folds without end": b"X: y\r\n" + b" \r\n" * 50_000 + sign(),
    "a signature of blanks": sign().replace(b" b=", b" b" + b"\r\n " * 2_000 + b"="),
    "many signatures": b"DKIM-Signature: v=1; a=rsa-sha256; d=church.example; s=s1; h=from:subject; bh=; b=\r\n" * 1_500
    + MAIL,
}


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_is_checked_in_bounded_time(octets):
    started = time.perf_counter()
    dkim_signatures.verified_domain(octets, "church.example", zone(), covering=TO, now=NOW)
    assert time.perf_counter() - started < 1.5


@pytest.mark.parametrize("octets", [b"", b"\n", b"\r", b":", b"From", b"\xff\xfe", b"DKIM-Signature:\r\n\r\n"])
def test_any_octets_at_all_are_no_evidence_and_no_error(octets):
    assert dkim_signatures.verified_domain(octets, "church.example", zone(), covering=TO, now=NOW) == ""


def _patched_least_bits(octets: bytes) -> Evidence:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dkim_signatures, "LEAST_KEY_BITS", 1025)
        return checked(octets, zone(bits=1024))


def _signed_until(end: int | bytes) -> bytes:
    """A mail whose signature holds, and says until when (x=); dkimpy itself writes no such tag."""
    text = end if isinstance(end, bytes) else str(end).encode()
    with pytest.MonkeyPatch.context() as patch:
        gen_header = dkim.DKIM.gen_header

        def with_end(self: dkim.DKIM, fields: list, *rest: object, **how: object) -> bytes:
            fields.insert(-1, (b"x", text))
            return gen_header(self, fields, *rest, **how)

        patch.setattr(dkim.DKIM, "gen_header", with_end)
        return sign()
