"""What every adapter that speaks to a mail server shares: TLS, passwords, and errors told in one sentence.

Rule: no sentence from here may hold a password or an address, for sentences are logged.
"""

import hashlib
import hmac
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

Password = Callable[[], str]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_MAX_SAID = 300  # characters of a server's reply that a sentence repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whose certificate is believed: the system's authorities', those of `ca_file` in their place, or one alone.

    `fingerprint` is the SHA-256 of that one certificate, in hexadecimal: for a bridge on this machine, which
    signs its own. Neither its name nor its dates count then, and nothing is said before it was compared.
    """

    ca_file: Path | None = None
    fingerprint: str = ""

    def context(self) -> ssl.SSLContext:
        """Raises PermanentFailure where the file of authorities cannot be used."""
        if self.fingerprint:
            return _PinnedContext.expecting(self.fingerprint)
        return tls_context(self.ca_file)


class WrongFingerprintError(ssl.SSLCertVerificationError):
    """The server showed another certificate than the one that is pinned; `shown` is its fingerprint."""

    def __init__(self, shown: str) -> None:
        super().__init__("another certificate than the pinned one")
        self.shown = shown


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Certificates and host names are always checked; `ca_file` replaces the system's authorities.

    Raises PermanentFailure where that file cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except OSError as error:
        raise PermanentFailure(
            f"The certificate authorities in {ca_file} cannot be read "
            f"({error.strerror or 'no PEM certificates'}): name a file of PEM certificates."
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
    return context


def ask_password(location: Location, password: Password) -> str:
    """The password, free of control characters; PermanentFailure where it cannot be had."""
    try:
        secret = password()
    except (TemporaryFailure, PermanentFailure):
        raise
    except Exception as error:  # noqa: BLE001  (a keyring or a command may raise whatever it likes)
        raise PermanentFailure(
            f"The password for {location} could not be had ({said(str(error)) or type(error).__name__})."
        ) from None
    if not secret or _CONTROLS.search(secret):
        raise PermanentFailure(
            f"The password for {location} is empty or holds control characters: see where it comes from."
        )
    return secret


def said(reply: bytes | str, *secrets: str) -> str:
    """What a server said, fit for a sentence: one line, cut short, without addresses and without secrets."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    text = _CONTROLS.sub(" ", text[: 5 * _MAX_SAID])
    for secret in filter(None, secrets):
        text = text.replace(secret, "(secret)")
    return " ".join(_ADDRESS.sub("(address)", text).split())[:_MAX_SAID]


def connection_failure(location: Location, error: Exception) -> TemporaryFailure | PermanentFailure:
    """The sentence for whatever went wrong below the protocol: name, network, TLS, silence."""
    if isinstance(error, WrongFingerprintError):
        return PermanentFailure(
            f"The certificate of {location} is not the pinned one, so nothing was sent (its fingerprint is "
            f"sha256:{error.shown}): where it was renewed, pin that; where not, somebody may be reading along."
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return PermanentFailure(
            f"The certificate of {location} is not trusted ({said(error.verify_message)}): {_cure(error.verify_code)}."
        )
    if isinstance(error, ssl.SSLError):
        return TemporaryFailure(
            f"{location} did not agree on encryption ({said(getattr(error, 'reason', '') or 'no reason given')}): "
            "see whether scheme and port belong together."
        )
    # smtplib and imaplib wrap what the socket said into errors of their own.
    below = error.__context__ if isinstance(error.__context__, OSError) and not error.__suppress_context__ else error
    return TemporaryFailure(f"{location} {_trouble(below)}; it will be tried again.")


def _cure(verify_code: int) -> str:
    """What to do about a certificate, by OpenSSL's reason for refusing it (x509_vfy.h)."""
    match verify_code:
        case 9 | 10:  # not yet valid, expired
            return "its owner has to renew it, unless this machine's clock is wrong"
        case 18 | 19 | 20 | 21:  # self-signed, or by an authority that nobody here knows
            return (
                "name the file of the authority that signed it as ca_file, "
                "or pin the fingerprint of a bridge on this machine"
            )
        case 62 | 64:  # another host name or address
            return "correct the host name"
        case _:
            return "correct the host name, or name the file of the authority that signed it"


def _trouble(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "was not found by its name: see the host name and this machine's network"
    if isinstance(error, TimeoutError):
        return "did not answer in time: see whether a firewall lies between"
    if isinstance(error, ConnectionRefusedError):
        return "refused the connection: see whether the server runs and the port is right"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ConnectionError):
        return f"could not be reached ({said(error.strerror)}): see this machine's network"
    return "closed the connection: see whether the server runs"


class _PinnedSocket(ssl.SSLSocket):
    """Compares before anything else is said: the handshake does not end with another certificate."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        shown = hashlib.sha256(self.getpeercert(binary_form=True) or b"").hexdigest()
        if not hmac.compare_digest(shown, getattr(self.context, "fingerprint", "")):
            raise WrongFingerprintError(shown)


class _PinnedContext(ssl.SSLContext):
    sslsocket_class = _PinnedSocket
    fingerprint: str

    @classmethod
    def expecting(cls, fingerprint: str) -> "_PinnedContext":
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the pinned fingerprint takes the place of both
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.fingerprint = fingerprint
        return context
