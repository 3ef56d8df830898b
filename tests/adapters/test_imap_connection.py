"""Outages, passwords and certificates: what can go wrong before and between IMAP commands."""

import contextlib
import hashlib
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from dovecot_server import Dovecot

from mailbot.adapters.sources.imap import ImapSource
from mailbot.core.location import Location
from mailbot.ports import Disposition, PermanentFailure, TemporaryFailure

pytestmark = pytest.mark.server

MAIL = b"From: a@b.example\r\nSubject: sign\r\n\r\nPlease add us.\r\n"

Open = Callable[..., ImapSource]


def octets_of(source: ImapSource) -> list[bytes]:
    return [delivery.octets for delivery in source.fetch()]


def test_an_outage_is_told_and_the_next_call_goes_on(dovecot: Dovecot, user: str, open_imap: Open) -> None:
    dovecot.append(user, "INBOX", MAIL)
    source = open_imap()
    (delivery,) = source.fetch()
    dovecot.stop()
    try:
        with pytest.raises(TemporaryFailure, match="closed the connection"):
            source.settle(delivery, Disposition.HANDLED)
        with pytest.raises(TemporaryFailure, match=r"127\.0\.0\.1:\d+ refused the connection"):
            source.settle(delivery, Disposition.HANDLED)
        with pytest.raises(TemporaryFailure):
            source.wait(0.1)
        with pytest.raises(TemporaryFailure):
            next(source.fetch())
    finally:
        dovecot.start()
    source.settle(delivery, Disposition.HANDLED)
    assert dovecot.messages(user, "Handled") == [MAIL]


def test_a_connection_that_the_server_closed_between_two_polls_is_no_failure(
    dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable
) -> None:
    line = intercept(dovecot.imap_port)
    source = open_imap(port=line.port)
    assert octets_of(source) == []
    dovecot.append(user, "INBOX", MAIL)
    line.cut()
    assert octets_of(source) == [MAIL]


def test_a_server_that_goes_away_during_idle_is_told(open_imap: Open, dovecot: Dovecot, intercept: Callable) -> None:
    line = intercept(dovecot.imap_port)
    source = open_imap(port=line.port)
    timer = threading.Timer(0.3, line.cut)
    timer.start()
    with pytest.raises(TemporaryFailure, match="closed the connection"):
        source.wait(20)
    timer.join()


def test_a_connection_that_was_forgotten_on_the_way_is_noticed_and_opened_anew(
    dovecot: Dovecot, user: str, open_imap: Open, intercept: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbot.adapters.sources.idle._SLICE", 0.5)
    line = intercept(dovecot.imap_port)
    source = open_imap(port=line.port, timeout=1)
    list(source.fetch())
    line.frozen = True
    with pytest.raises(TemporaryFailure, match="did not answer in time"):
        source.wait(20)
    line.frozen = False
    dovecot.append(user, "INBOX", MAIL)
    assert source.wait(5) is True
    assert octets_of(source) == [MAIL]


def test_a_server_that_never_answers_is_given_up(open_imap: Open, silent_port: int) -> None:
    with pytest.raises(TemporaryFailure, match="did not answer in time"):
        open_imap(port=silent_port, timeout=0.3).check()


def test_nobody_listening_and_an_unknown_host_are_told_apart(open_imap: Open) -> None:
    with pytest.raises(TemporaryFailure, match="refused the connection"):
        open_imap(port=1).check()
    with pytest.raises(TemporaryFailure, match="not found by its name"):
        open_imap(scheme="imaps", host="no-such-host.invalid").check()


def test_a_wrong_password_is_permanent_and_never_repeated(open_imap: Open) -> None:
    with pytest.raises(PermanentFailure, match="refused user name or password") as caught:
        open_imap(password="hunter2-wrong").check()
    assert "hunter2" not in str(caught.value)
    assert "@" not in str(caught.value)


@pytest.mark.parametrize("password", ["", "two\r\nlines"])
def test_a_password_that_cannot_be_one_is_not_sent(open_imap: Open, password: str) -> None:
    with pytest.raises(PermanentFailure, match="empty or holds control characters"):
        open_imap(password=password).check()


def test_a_password_that_cannot_be_had_is_told(dovecot: Dovecot, user: str) -> None:
    def broken() -> str:
        raise KeyError("MAILBOT_PASSWORD")

    location = Location(scheme="imap", user=user, host="127.0.0.1", port=dovecot.imap_port)
    with pytest.raises(PermanentFailure, match="could not be had"):
        ImapSource(location, broken).check()


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(
    dovecot: Dovecot, open_imap: Open, scheme: str, intercept: Callable
) -> None:
    port = dovecot.imaps_port if scheme == "imaps" else dovecot.imap_port
    line = intercept(port)
    with pytest.raises(PermanentFailure, match=r"certificate .* is not trusted"):
        open_imap(scheme=scheme, port=line.port, ca_file=None).check()
    assert b"AUTHENTICATE" not in line.heard


def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot, open_imap: Open, intercept: Callable) -> None:
    line = intercept(dovecot.imaps_port, listen="127.0.0.2")
    with pytest.raises(PermanentFailure, match=r"certificate .* is not trusted \(.*127\.0\.0\.2"):
        open_imap(scheme="imaps", host="127.0.0.2", port=line.port).check()


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_pinned_certificate_lets_nobody_else_hear_the_password(
    dovecot: Dovecot, open_imap: Open, scheme: str, intercept: Callable
) -> None:
    port = dovecot.imaps_port if scheme == "imaps" else dovecot.imap_port
    shown = hashlib.sha256(ssl.PEM_cert_to_DER_cert(dovecot.certificate_file.read_text())).hexdigest()
    assert "let us in" in open_imap(scheme=scheme, port=port, ca_file=None, fingerprint=shown).check()
    line = intercept(port)
    with pytest.raises(PermanentFailure, match=f"not the pinned one.*sha256:{shown}"):
        open_imap(scheme=scheme, port=line.port, ca_file=None, fingerprint="ab" * 32).check()
    assert b"AUTHENTICATE" not in line.heard


def test_what_was_said_before_tls_began_counts_no_more(dovecot: Dovecot, user: str, open_imap: Open, intercept) -> None:
    """Octets slipped in behind the answer to STARTTLS are not read as if the server had said them inside."""
    slipped = b"TLS negotiation now.\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n* OK [ALERT] send it here\r\n"
    line = intercept(dovecot.imap_port, {b"TLS negotiation now.\r\n": slipped})
    with contextlib.suppress(TemporaryFailure, PermanentFailure):
        open_imap(scheme="imap+starttls", port=line.port).check()
    assert b"STARTTLS" in line.heard
    assert b"AUTHENTICATE" not in line.heard
    assert user.encode() not in line.heard


def test_an_authority_file_that_is_not_there_is_told(open_imap: Open, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match=r"certificate authorities in .* cannot be read"):
        open_imap(scheme="imaps", ca_file=tmp_path / "missing.pem").check()


def test_where_starttls_is_stripped_nothing_is_sent(dovecot: Dovecot, open_imap: Open, intercept: Callable) -> None:
    line = intercept(dovecot.imap_port, {b"STARTTLS": b"XTARTTLS"})
    with pytest.raises(PermanentFailure, match="offers no STARTTLS"):
        open_imap(scheme="imap+starttls", port=line.port).check()
    assert dovecot.password.encode() not in line.heard
    assert b"AUTHENTICATE" not in line.heard
    assert b"LOGIN " not in line.heard


def test_a_greeting_that_says_we_are_logged_in_already_does_not_lead_around_starttls(
    dovecot: Dovecot, open_imap: Open, intercept: Callable
) -> None:
    line = intercept(dovecot.imap_port, {b"* OK [": b"* PREAUTH ["})
    with pytest.raises(PermanentFailure, match="offers no STARTTLS"):
        open_imap(scheme="imap+starttls", port=line.port).check()


def test_port_and_scheme_that_do_not_fit_are_told(dovecot: Dovecot, open_imap: Open) -> None:
    with pytest.raises(TemporaryFailure, match="did not agree on encryption"):
        open_imap(scheme="imaps", port=dovecot.imap_port).check()


def test_plain_text_to_another_machine_is_refused_before_anything_is_open_imap() -> None:
    with pytest.raises(ValueError, match="in the clear"):
        Location(scheme="imap", user="me", host="imap.example", port=143)
