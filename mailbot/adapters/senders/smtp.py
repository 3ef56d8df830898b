"""Hands letters to an SMTP server (RFC 5321; submission, RFC 6409): encrypted, or within this machine."""

import contextlib
import re
import smtplib
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from mailbot.adapters.senders.envelope import is_ascii_envelope, require_envelope
from mailbot.adapters.senders.refusals import SENDER, refusal
from mailbot.adapters.senders.smtp_login import open_server
from mailbot.adapters.wire import Password, Trust, connection_failure
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure, TurnedAway

_OUTAGE = timedelta(seconds=30)  # before a server that does not answer is called again
_MENDED_LATER = timedelta(minutes=5)  # the same of one that does not let us in: some lock out who tries too often
_LETTERS = 50  # letters a connection: some providers hang up after a hundred
_STALE = 5.0  # seconds without a letter after which we ask whether the server still listens
_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIRST_DOTS = re.compile(rb"^\.", re.MULTILINE)
_YES = (frozenset({250}), frozenset({250, 251}), frozenset({354}))  # to MAIL, RCPT, DATA
_LEFT_AFTER = frozenset({421, 530, 534, 535, 538})  # replies after which this connection is of no more use


class SmtpSender:
    """Sender over one connection that several letters share. One thread at a time.

    `location.scheme` is smtp, smtp+starttls or smtps; without a user nobody logs in; `password` may be Tokens.
    `timeout` in seconds rules every answer; `ca_file` replaces the system's certificate authorities,
    `fingerprint` all of them; `ehlo_name` is how we introduce ourselves (RFC 5321, 4.1.4 allows the address
    literal for those without a name).
    """

    def __init__(
        self,
        location: Location,
        password: Password | None = None,
        *,
        timeout: float = 60.0,
        ca_file: Path | None = None,
        fingerprint: str = "",
        ehlo_name: str = "[127.0.0.1]",
    ) -> None:
        self._location = location
        self._password = password
        self._timeout = timeout
        self._trust = Trust(ca_file=ca_file, fingerprint=fingerprint)
        self._ehlo_name = ehlo_name
        self._server: smtplib.SMTP | None = None
        self._letters = 0
        self._used_at = 0.0

    def send(
        self,
        *,
        message_id: str,  # noqa: ARG002
        sender: str,
        recipient: str,
        octets: bytes,
        envelope_id: str = "",
    ) -> None:
        """Return once the server has said 250 to the whole letter.

        PermanentFailure is about this letter alone: where the server lets nobody in (password, certificate, no
        STARTTLS, no answer), all letters wait, and `check` tells the operator. Any line end is sent as CRLF, so
        that no bare LF can smuggle a second letter. A reply that is lost on the way back is a TemporaryFailure:
        sent again, the letter has the same Message-ID.
        """
        require_envelope(sender, recipient)
        letter = _LINE_END.sub(b"\r\n", octets)
        server = self._open_for_letters()
        with self._speaking("refused the letter"):
            options = self._mail_options(server, sender, recipient, letter)
            notify = server.has_extn("dsn") and envelope_id.isalnum() and recipient.isascii()
            if notify:  # a report then names the envelope, and brings back the header, not the letter (RFC 3461)
                options += ["RET=HDRS", f"ENVID={envelope_id}"]
            mail = " ".join([f"MAIL FROM:<{sender}>", *options])
            rcpt = f"RCPT TO:<{recipient}>" + (f" ORCPT=rfc822;{_xtext(recipient)}" if notify else "")
            self._hand_over(server, [mail, rcpt, "DATA"], letter)
            self._letters += 1
            self._used_at = time.monotonic()

    def check(self) -> str:
        with self._speaking("refused the connection"):
            server = self._connected()
            code, reply = server.noop()
            if code != 250:
                raise refusal(self._location, "refused NOOP", code, reply)
        return f"{self._location} answered{' and let us in' if self._location.user else ''}."

    def close(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        try:
            if server.sock is not None:
                server.sock.settimeout(3.0)
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()

    def _open_for_letters(self) -> smtplib.SMTP:
        try:
            with self._speaking("refused the connection"):
                return self._connected()
        except TurnedAway:
            raise
        except PermanentFailure as error:
            raise TurnedAway(str(error), _MENDED_LATER) from None
        except TemporaryFailure as error:
            raise TurnedAway(str(error), _OUTAGE) from None

    def _connected(self) -> smtplib.SMTP:
        if self._letters >= _LETTERS or (self._server is not None and not self._still_listens(self._server)):
            self.close()
        if self._server is None:
            self._server = open_server(
                self._location,
                self._password,
                timeout=self._timeout,
                trust=self._trust,
                ehlo_name=self._ehlo_name,
            )
            self._letters = 0
            self._used_at = time.monotonic()
        return self._server

    def _still_listens(self, server: smtplib.SMTP) -> bool:
        if time.monotonic() - self._used_at < _STALE:
            return True
        try:
            return server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _mail_options(self, server: smtplib.SMTP, sender: str, recipient: str, letter: bytes) -> list[str]:
        """The extensions this letter needs; PermanentFailure where the server does not offer them."""
        options = []
        limit = server.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit[:18]) < len(letter):
            raise PermanentFailure(f"{self._location} takes letters up to {limit} octets; this one has {len(letter)}.")
        if server.has_extn("size"):
            options.append(f"SIZE={len(letter)}")
        if not letter.isascii():
            if not server.has_extn("8bitmime"):
                raise PermanentFailure(f"{self._location} takes no 8-bit letters (RFC 6152) and this one is 8-bit.")
            options.append("BODY=8BITMIME")
        if not is_ascii_envelope(sender, recipient):
            if not server.has_extn("smtputf8"):
                raise PermanentFailure(f"{self._location} takes no addresses beyond ASCII (SMTPUTF8, RFC 6531).")
            options.append("SMTPUTF8")
        return options

    def _hand_over(self, server: smtplib.SMTP, envelope: list[str], letter: bytes) -> None:
        """MAIL, RCPT and DATA in one go where the server takes that (RFC 2920), else one by one; then the letter."""
        replies = _ask(server, envelope)
        refused = next((place for place, (code, _) in enumerate(replies) if code not in _YES[place]), None)
        if refused is None:
            code, reply = _send_text(server, letter)
            if code == 250:
                return
            what = "refused the letter"
        else:
            code, reply = replies[refused]
            what = (SENDER, "refused the recipient", "refused the letter")[refused]
            if len(replies) == len(envelope) and replies[-1][0] == 354:
                _send_text(server, b"")  # it waits for a text that is for nobody (RFC 2920, 3.1)
        self._reset(server, code)
        raise refusal(self._location, what, code, reply)

    def _reset(self, server: smtplib.SMTP, code: int) -> None:
        """Make the connection fit for the next letter; after 421 the server hangs up (RFC 5321, 3.8)."""
        try:
            fit = code not in _LEFT_AFTER and server.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            fit = False
        if not fit:
            self.close()

    @contextlib.contextmanager
    def _speaking(self, what: str) -> Iterator[None]:
        """Turn whatever smtplib, a network or a server comes up with into the port's two failures."""
        try:
            yield
        except (TemporaryFailure, PermanentFailure):
            raise
        except smtplib.SMTPResponseException as error:  # the greeting or DATA was refused
            self.close()
            raise refusal(self._location, what, error.smtp_code, error.smtp_error) from None
        except (OSError, ValueError) as error:  # every SMTPException is an OSError
            self.close()
            raise connection_failure(self._location, error) from None


def _ask(server: smtplib.SMTP, commands: list[str]) -> list[tuple[int, bytes]]:
    """The replies to the commands; without pipelining only up to the first that is refused."""
    if server.has_extn("pipelining"):
        server.send("".join(f"{command}\r\n" for command in commands).encode())
        return [server.getreply() for _ in commands]
    replies: list[tuple[int, bytes]] = []
    for place, command in enumerate(commands):
        server.send(f"{command}\r\n".encode())
        replies.append(server.getreply())
        if replies[-1][0] not in _YES[place]:
            break
    return replies


def _send_text(server: smtplib.SMTP, letter: bytes) -> tuple[int, bytes]:
    """What follows DATA: each line's first dot doubled, and a dot at the end (RFC 5321, 4.5.2)."""
    ended = letter if not letter or letter.endswith(b"\r\n") else letter + b"\r\n"
    server.send(_FIRST_DOTS.sub(b"..", ended) + b".\r\n")
    return server.getreply()


def _xtext(text: str) -> str:
    """RFC 3461, 4."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)
