"""Opens an SMTP connection and logs in: encrypted, or within this machine, or not at all."""

import base64
import smtplib

from mailbot.adapters.oauth import Tokens, bearer_response
from mailbot.adapters.wire import Password, Trust, ask_password, said
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure


def open_server(
    location: Location, password: Password | None, *, timeout: float, trust: Trust, ehlo_name: str
) -> smtplib.SMTP:
    """A connection that has said EHLO and, where the location names a user, logged in.

    Raises TemporaryFailure, PermanentFailure, and what socket, ssl and smtplib raise. The password is
    asked for only when the line is safe.
    """
    if location.user and password is None:
        raise PermanentFailure(f"{location} names a user but no password: say where it comes from.")
    server = _connect(location, timeout, trust, ehlo_name)
    try:
        _say_ehlo(server, location)
        if location.scheme == "smtp+starttls":
            _start_tls(server, location, trust)
        if location.user and isinstance(password, Tokens):
            _log_in_with_token(server, location, password)
        elif location.user and password is not None:
            _log_in(server, location, ask_password(location, password))
    except BaseException:
        server.close()
        raise
    return server


def _connect(location: Location, timeout: float, trust: Trust, ehlo_name: str) -> smtplib.SMTP:
    if location.scheme == "smtps":
        return smtplib.SMTP_SSL(
            location.host,
            location.port,
            local_hostname=ehlo_name,
            timeout=timeout,
            context=trust.context(),
        )
    return smtplib.SMTP(location.host, location.port, local_hostname=ehlo_name, timeout=timeout)


def _say_ehlo(server: smtplib.SMTP, location: Location) -> None:
    code, reply = server.ehlo()
    if not 200 <= code < 300:
        raise _refusal(location, "does not speak ESMTP with us", code, reply)


def _start_tls(server: smtplib.SMTP, location: Location, trust: Trust) -> None:
    if not server.has_extn("starttls"):
        raise PermanentFailure(
            f"{location} offers no STARTTLS, so nothing was sent: use smtps:// or ask the provider; "
            "where it used to work, somebody may be reading along."
        )
    code, reply = server.starttls(context=trust.context())
    if code != 220:
        raise _refusal(location, "refused STARTTLS", code, reply)
    _say_ehlo(server, location)  # what was offered in the clear counts no more (RFC 3207, 4.2)


def _log_in(server: smtplib.SMTP, location: Location, secret: str) -> None:
    """SASL PLAIN, which carries UTF-8 (RFC 4616, 2); LOGIN for servers without it."""
    mechanisms = server.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in mechanisms:
        code, reply = server.docmd("AUTH", "PLAIN " + _blob(f"\0{location.user}\0{secret}".encode()))
    elif "LOGIN" in mechanisms:
        code, reply = server.docmd("AUTH", "LOGIN")
        for answer in (location.user, secret):
            if code == 334:
                code, reply = server.docmd(_blob(answer.encode()))
    else:
        raise PermanentFailure(
            f"{location} offers no login by password (AUTH PLAIN or LOGIN): "
            "use its submission port, or a location without a user."
        )
    if code != 235:
        raise _refusal(location, "refused user name or password", code, reply, secret, location.user)


def _log_in_with_token(server: smtplib.SMTP, location: Location, tokens: Tokens) -> None:
    """OAUTHBEARER (RFC 7628) or XOAUTH2; a token that is refused is renewed, and tried once more."""
    offered = server.esmtp_features.get("auth", "").upper().split()
    mechanism = next((name for name in ("OAUTHBEARER", "XOAUTH2") if name in offered), "")
    if not mechanism:
        raise PermanentFailure(f"{location} takes no OAuth tokens (OAUTHBEARER or XOAUTH2): log in by password.")
    for attempt in (1, 2):
        token = ask_password(location, tokens)
        respond = bearer_response(mechanism, location, token)
        code, reply = server.docmd("AUTH", f"{mechanism} {_blob(respond(b''))}")
        if code == 334:  # why it is refused; the refusal itself comes when we have heard that
            code, reply = server.docmd(_blob(respond(reply)))
        if code == 235:
            return
        tokens.refused(token)
        if attempt == 2 or not tokens.renewable or code < 500:
            raise _refusal(location, "refused the token", code, reply, token, location.user)


def _blob(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _refusal(
    location: Location, what: str, code: int, reply: bytes, *secrets: str
) -> TemporaryFailure | PermanentFailure:
    told = f"{location} {what}: {code} {said(reply, *secrets)}"
    # RFC 4954, 6: 454 and the other 4yz replies pass; 535 and its like do not.
    return PermanentFailure(told) if 500 <= code < 600 else TemporaryFailure(told)
