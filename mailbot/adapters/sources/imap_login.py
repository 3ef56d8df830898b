"""Opens an IMAP connection and logs in: encrypted, or within this machine, or not at all."""

import imaplib
import re
from typing import Any

from imapclient import IMAPClient

from mailbot import __version__
from mailbot.adapters.oauth import Tokens, bearer_response
from mailbot.adapters.wire import Password, Trust, ask_password, said
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

# Response codes of a refused login that say "not now" (RFC 5530, 3); every other refusal stays one.
_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")

_FAREWELL = 3.0  # seconds that a server has for its goodbye
# What imaplib's LOGIN may send as it is: it does not quote the user (RFC 9051, astring).
_PLAIN_USER = re.compile(r"[A-Za-z0-9!#$&'+,./:;<=>?@^_`|~\[\]-]+")


def open_client(location: Location, password: Password, *, timeout: float, trust: Trust) -> Any:
    """A logged-in imapclient.IMAPClient with no mailbox selected; `timeout` in seconds rules every read.

    Raises TemporaryFailure, PermanentFailure, and what socket, ssl and imaplib raise. The password is
    asked for only when the line is safe.
    """
    encrypted = location.scheme == "imaps"
    context = None if location.scheme == "imap" else trust.context()
    client = IMAPClient(
        location.host, location.port, ssl=encrypted, ssl_context=context if encrypted else None, timeout=timeout
    )
    try:
        client._imap.debug = 0  # imapclient has imaplib format every line for a log that nobody reads
        client.normalise_times = False  # INTERNALDATE as it was sent, with its zone
        if location.scheme == "imap+starttls":
            _start_tls(client, location, context)
        if isinstance(password, Tokens):
            _log_in_with_token(client, location, password)
        else:
            _log_in(client, location, ask_password(location, password))
        _introduce(client)
    except BaseException:
        close_client(client)
        raise
    return client


def close_client(client: Any) -> None:
    """Say goodbye where the server still listens; the socket is closed either way."""
    try:
        client.socket().settimeout(_FAREWELL)
        client.logout()
    except (OSError, imaplib.IMAP4.error, ValueError):
        try:
            client.shutdown()
        except (OSError, imaplib.IMAP4.error, ValueError):
            return


def _start_tls(client: Any, location: Location, context: Any) -> None:
    # A server that greets with PREAUTH is past STARTTLS: the classic way around it (RFC 9051, 11.1).
    if client._imap.state != "NONAUTH" or not client.has_capability("STARTTLS"):
        raise PermanentFailure(
            f"{location} offers no STARTTLS, so nothing was sent: use imaps:// or ask the provider; "
            "where it used to work, somebody may be reading along."
        )
    client.starttls(context)


def _log_in(client: Any, location: Location, secret: str) -> None:
    try:
        _authenticate(client, location.user, secret)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _refused(str(error), location, "user name or password", secret) from None


def _refused(reply: str, location: Location, what: str, secret: str) -> TemporaryFailure | PermanentFailure:
    reply = said(reply, secret, location.user)
    if any(code in reply for code in _NOT_NOW):
        return TemporaryFailure(f"{location} lets nobody in just now ({reply}); it will be tried again.")
    cure = "sign in to the provider again" if what == "the token" else "correct them"
    return PermanentFailure(f"{location} refused {what} ({reply}): {cure}.")


def _log_in_with_token(client: Any, location: Location, tokens: Tokens) -> None:
    """OAUTHBEARER (RFC 7628) or XOAUTH2; a token that is refused is renewed, and tried once more."""
    mechanism = next((name for name in ("OAUTHBEARER", "XOAUTH2") if client.has_capability(f"AUTH={name}")), "")
    if not mechanism:
        raise PermanentFailure(f"{location} takes no OAuth tokens (OAUTHBEARER or XOAUTH2): log in by password.")
    for attempt in (1, 2):
        token = ask_password(location, tokens)
        try:
            client.sasl_login(mechanism, bearer_response(mechanism, location, token))
        except TimeoutError:
            # Some servers, when the token is another user's, answer nothing at all.
            raise TemporaryFailure(
                f"{location} did not answer to the token: see whether it was granted to this user."
            ) from None
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            tokens.refused(token)
            if attempt == 2 or not tokens.renewable:
                raise _refused(str(error), location, "the token", token) from None
        else:
            return


def _authenticate(client: Any, user: str, secret: str) -> None:
    """SASL PLAIN, which carries any name and UTF-8 (RFC 4616, 2); LOGIN for servers without it."""
    if client.has_capability("AUTH=PLAIN"):
        client.sasl_login("PLAIN", lambda _challenge: f"\0{user}\0{secret}".encode())
    elif _PLAIN_USER.fullmatch(user) and secret.isascii() and not client.has_capability("LOGINDISABLED"):
        client.login(user, secret)
    else:
        raise imaplib.IMAP4.error("the server offers no way to log in with this name and password")


def _introduce(client: Any) -> None:
    """Tell our name where it is asked for: 163.com lets nobody SELECT who has not (RFC 2971)."""
    if not client.has_capability("ID"):
        return
    try:
        client.id_({"name": "mailbot", "version": __version__})
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ValueError):
        return  # a courtesy: a server that stumbles over it may still give us our mail
