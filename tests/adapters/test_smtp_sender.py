"""What only SMTP can do to us; what every sender promises stands in test_sender_contract.py."""

import contextlib
import hashlib
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from postfix_server import Postfix
from server_process import Certificates
from smtp_sink import SmtpSink

from mailbot.adapters.senders import smtp
from mailbot.adapters.senders.smtp import SmtpSender
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

OCTETS = b"From: letter@openletter.example\r\nSubject: echo\r\n\r\nHello.\r\n"

Open = Callable[..., SmtpSender]


@pytest.fixture
def opened(smtp_sink: SmtpSink, request: pytest.FixtureRequest) -> Open:
    def open_sender(
        *,
        scheme: str = "smtp+starttls",
        user: str = smtp_sink.user,
        host: str = "127.0.0.1",
        port: int = smtp_sink.smtp_port,
        password: str = smtp_sink.password,
        ca_file: Path | None = smtp_sink.ca_file,
        timeout: float = 10,
        fingerprint: str = "",
    ) -> SmtpSender:
        location = Location(scheme=scheme, user=user, host=host, port=port)
        sender = SmtpSender(location, lambda: password, ca_file=ca_file, timeout=timeout, fingerprint=fingerprint)
        request.addfinalizer(sender.close)
        return sender

    return open_sender


def send(sender: SmtpSender, recipient: str = "signer@association.example", octets: bytes = OCTETS) -> None:
    sender.send(message_id="1@x.example", sender="letter@openletter.example", recipient=recipient, octets=octets)


def test_several_letters_share_one_connection(opened: Open, smtp_sink: SmtpSink) -> None:
    sender = opened()
    for _ in range(4):
        send(sender)
    assert len(smtp_sink.letters) == 4
    assert smtp_sink.connections == 1


def test_a_connection_carries_a_bounded_number_of_letters(
    opened: Open, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_LETTERS", 3)
    sender = opened()
    for _ in range(7):
        send(sender)
    assert len(smtp_sink.letters) == 7
    assert smtp_sink.connections == 3


def test_a_connection_that_the_server_closed_meanwhile_is_no_failure(
    opened: Open, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_STALE", 0.0)
    sender = opened()
    send(sender)
    smtp_sink.stop()
    smtp_sink.start()
    send(sender)
    assert len(smtp_sink.letters) == 2


def test_an_outage_is_told_in_a_sentence_and_the_next_letter_goes_out(opened: Open, smtp_sink: SmtpSink) -> None:
    sender = opened()
    send(sender)
    smtp_sink.stop()
    with pytest.raises(TemporaryFailure, match="closed the connection"):
        send(sender)
    with pytest.raises(TemporaryFailure, match="refused the connection"):
        send(sender)
    smtp_sink.start()
    send(sender)
    assert len(smtp_sink.letters) == 2


def test_the_envelope_sender_is_the_letters_address(opened: Open, smtp_sink: SmtpSink) -> None:
    send(opened())
    assert smtp_sink.letters[0].mail_from == "letter@openletter.example"
    assert smtp_sink.letters[0].rcpt_tos == ["signer@association.example"]


def test_bare_line_ends_cannot_smuggle_a_second_letter(opened: Open, smtp_sink: SmtpSink) -> None:
    smuggled = b"Subject: x\n\nbody\n.\nMAIL FROM:<evil@x.example>\n\r.\r\n\nrest\r"
    send(opened(), octets=smuggled)
    (letter,) = smtp_sink.letters
    assert letter.content == b"Subject: x\r\n\r\nbody\r\n.\r\nMAIL FROM:<evil@x.example>\r\n\r\n.\r\n\r\nrest\r\n"


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        ("450 4.2.1 mailbox busy", TemporaryFailure),
        ("452 4.2.2 mailbox full", TemporaryFailure),
        ("550 5.1.1 user unknown", PermanentFailure),
        ("553 5.7.1 not allowed", PermanentFailure),
        ("530 5.7.0 authentication required", TemporaryFailure),
    ],
)
def test_a_refused_recipient_is_told_with_the_servers_reply(
    opened: Open, smtp_sink: SmtpSink, reply: str, failure: type[Exception]
) -> None:
    smtp_sink.replies["gone@association.example"] = reply
    sender = opened()
    with pytest.raises(failure, match=f"refused the recipient: {reply}"):
        send(sender, "gone@association.example")
    send(sender)  # the next letter is none the worse for it
    assert len(smtp_sink.letters) == 1


def test_a_reply_that_repeats_the_address_is_told_without_it(opened: Open, smtp_sink: SmtpSink) -> None:
    smtp_sink.replies["gone@association.example"] = "550 5.1.1 <gone@association.example>: unknown"
    with pytest.raises(PermanentFailure, match=r"550 5\.1\.1 <\(address\)>: unknown"):
        send(opened(), "gone@association.example")


def test_a_server_that_hangs_up_with_421_is_left_and_called_again(opened: Open, smtp_sink: SmtpSink) -> None:
    smtp_sink.replies["busy@association.example"] = "421 4.3.2 too much mail"
    sender = opened()
    with pytest.raises(TemporaryFailure, match="421"):
        send(sender, "busy@association.example")
    send(sender)
    assert smtp_sink.connections == 2


def test_a_letter_larger_than_the_server_takes_is_refused_before_it_is_sent(opened: Open) -> None:
    with pytest.raises(PermanentFailure, match="takes letters up to 1000000 octets"):
        send(opened(), octets=OCTETS + b"x" * 1_000_000)


def test_an_address_beyond_ascii_goes_where_the_server_takes_it(opened: Open, smtp_sink: SmtpSink) -> None:
    send(opened(), "企鵝@association.example")
    assert smtp_sink.letters[0].rcpt_tos == ["企鵝@association.example"]


@pytest.mark.server
def test_an_address_beyond_ascii_is_refused_where_the_server_does_not_take_it(postfix: Postfix) -> None:
    sender = SmtpSender(Location(scheme="smtp", host=postfix.host, port=postfix.smtp_port))
    with pytest.raises(PermanentFailure, match="SMTPUTF8"):
        send(sender, "企鵝@association.example")
    sender.close()


@pytest.mark.server
def test_letters_are_pipelined_where_the_server_takes_that_and_refusals_are_told_apart(
    postfix: Postfix, intercept: Callable
) -> None:
    line = intercept(postfix.smtp_port)
    sender = SmtpSender(Location(scheme="smtp", host="127.0.0.1", port=line.port), timeout=10)
    send(sender)
    with pytest.raises(PermanentFailure, match=r"refused the recipient: 550 5\.1\.1"):
        send(sender, "gone@refused.example")
    with pytest.raises(TemporaryFailure, match=r"refused the recipient: 450 4\.2\.1"):
        send(sender, "busy@refused.example")
    send(sender, octets=b"Subject: x\r\n\r\n.dots\r\nno line end")
    sender.close()
    assert len(line.connections) == 2  # ours and the server's: one connection
    envelope = b"MAIL FROM:<letter@openletter.example> SIZE=%d\r\nRCPT TO:<signer@association.example>\r\nDATA\r\n"
    assert envelope % len(OCTETS) in line.heard
    assert line.heard.endswith(b"..dots\r\nno line end\r\n.\r\nquit\r\n")


@pytest.mark.server
def test_a_server_that_waits_for_a_text_that_is_for_nobody_gets_an_empty_one(
    postfix: Postfix, intercept: Callable
) -> None:
    line = intercept(postfix.smtp_port, {b"554 5.5.1 Error: no valid recipients": b"354 go on, it is for nobody"})
    sender = SmtpSender(Location(scheme="smtp", host="127.0.0.1", port=line.port), timeout=10)
    with pytest.raises(PermanentFailure, match=r"refused the recipient: 550 5\.1\.1"):
        send(sender, "gone@refused.example")
    assert b"DATA\r\n.\r\n" in line.heard
    assert OCTETS not in line.heard
    sender.close()


@pytest.mark.server
def test_an_envelope_has_its_id_where_the_server_reports_deliveries(postfix: Postfix, intercept: Callable) -> None:
    line = intercept(postfix.smtp_port)
    sender = SmtpSender(Location(scheme="smtp", host="127.0.0.1", port=line.port), timeout=10)
    sender.send(
        message_id="1@x.example",
        sender="letter@openletter.example",
        recipient="ann+one@association.example",
        octets=OCTETS,
        envelope_id="K7Q4M3XA",
    )
    sender.close()
    assert b" RET=HDRS ENVID=K7Q4M3XA\r\n" in line.heard
    assert b"RCPT TO:<ann+one@association.example> ORCPT=rfc822;ann+2Bone@association.example\r\n" in line.heard


def test_a_wrong_password_stops_the_check_but_loses_no_letter(opened: Open, smtp_sink: SmtpSink) -> None:
    sender = opened(password="hunter2-wrong")
    with pytest.raises(PermanentFailure, match="refused user name or password: 535") as caught:
        sender.check()
    assert "hunter2" not in str(caught.value)
    with pytest.raises(TemporaryFailure, match="refused user name or password"):
        send(sender)
    assert smtp_sink.letters == []


def test_a_user_without_a_password_is_told(smtp_sink: SmtpSink) -> None:
    location = Location(scheme="smtp", user="letter", host="127.0.0.1", port=smtp_sink.smtp_port)
    with pytest.raises(PermanentFailure, match="no password"):
        SmtpSender(location).check()


def test_a_server_that_knows_login_only_is_served(opened: Open, smtp_sink: SmtpSink, intercept: Callable) -> None:
    smtp_sink.stop()
    smtp_sink.start(auth_exclude_mechanism=["PLAIN"])
    send(opened())
    assert len(smtp_sink.letters) == 1


def test_where_starttls_is_stripped_nothing_is_sent(opened: Open, smtp_sink: SmtpSink, intercept: Callable) -> None:
    line = intercept(smtp_sink.smtp_port, {b"STARTTLS": b"XTARTTLS"})
    sender = opened(port=line.port)
    with pytest.raises(PermanentFailure, match="offers no STARTTLS"):
        sender.check()
    with pytest.raises(TemporaryFailure, match="offers no STARTTLS"):
        send(sender)
    assert b"AUTH" not in line.heard
    assert b"MAIL" not in line.heard


def test_what_was_said_before_tls_began_counts_no_more(opened: Open, smtp_sink: SmtpSink, intercept: Callable) -> None:
    slipped = b"220 Ready to start TLS\r\n250-slipped in\r\n250 AUTH PLAIN\r\n"
    line = intercept(smtp_sink.smtp_port, {b"220 Ready to start TLS\r\n": slipped})
    with contextlib.suppress(TemporaryFailure):
        send(opened(port=line.port))
    assert b"STARTTLS" in line.heard
    assert b"AUTH" not in line.heard
    assert b"MAIL" not in line.heard


def test_a_line_that_goes_silent_in_the_middle_is_given_up_and_the_letter_goes_out_by_another(
    opened: Open, smtp_sink: SmtpSink, intercept: Callable
) -> None:
    line = intercept(smtp_sink.smtp_port)
    sender = opened(port=line.port, timeout=1)
    send(sender)
    line.frozen = True
    with pytest.raises(TemporaryFailure, match=r"did not answer in time|closed the connection"):
        send(sender)
    line.frozen = False
    send(sender)
    assert len(smtp_sink.letters) == 2


def test_a_pinned_certificate_lets_nobody_else_hear_the_password(
    opened: Open, smtp_sink: SmtpSink, certificates: Certificates, intercept: Callable
) -> None:
    shown = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificates.certificate_file.read_text())).hexdigest()
    send(opened(ca_file=None, fingerprint=shown))
    assert len(smtp_sink.letters) == 1
    line = intercept(smtp_sink.smtp_port)
    with pytest.raises(PermanentFailure, match="not the pinned one"):
        opened(ca_file=None, fingerprint="ab" * 32, port=line.port).check()
    assert b"AUTH" not in line.heard


def test_a_certificate_of_an_unknown_authority_is_refused(opened: Open, smtp_sink: SmtpSink) -> None:
    with pytest.raises(PermanentFailure, match=r"certificate .* is not trusted"):
        opened(ca_file=None).check()
    assert smtp_sink.letters == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd does not see its own TLS
def test_letters_go_out_over_tls_from_the_first_octet(
    opened: Open, smtp_sink: SmtpSink, certificates: Certificates
) -> None:
    smtp_sink.stop()
    smtp_sink.start(tls_from_the_start=True)
    send(opened(scheme="smtps"))
    assert len(smtp_sink.letters) == 1


def test_a_server_that_never_answers_is_given_up(opened: Open, silent_port: int) -> None:
    began = time.monotonic()
    with pytest.raises(TemporaryFailure, match="did not answer in time"):
        send(opened(port=silent_port, timeout=0.3))
    assert time.monotonic() - began < 5


def test_nobody_listening_and_an_unknown_host_are_told_apart(opened: Open) -> None:
    with pytest.raises(TemporaryFailure, match="refused the connection"):
        opened(port=1).check()
    with pytest.raises(TemporaryFailure, match="not found by its name"):
        opened(host="no-such-host.invalid").check()
