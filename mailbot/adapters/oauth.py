"""OAuth 2: access tokens that are renewed before they expire, and the words in which a mail server is shown them.

Source: RFC 6749, 6 (refreshing), RFC 7628 (OAUTHBEARER), and Google's description of XOAUTH2.
"""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailbot.adapters.wire import Password, connection_failure, said, tls_context
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

_EARLY = 120.0  # seconds before its end at which a token is renewed
_LIFETIME = 3600.0  # of a token whose end is not told (RFC 6749, 5.1)
_LONGEST_ANSWER = 100_000
_PASSING = frozenset({408, 425, 429})  # of the 4xx replies, those that say "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What was granted to us once: by a refresh token we get access tokens, each good for an hour or so.

    `keep` is told a new refresh token where the provider sends one (Microsoft does, with every renewal).
    """

    token_url: str
    client_id: str
    client_secret: Password | None = field(default=None, repr=False)
    refresh_token: Password = field(repr=False)
    scope: str = ""
    keep: Callable[[str], None] | None = None


class Tokens:
    """Gives an access token where a password would be asked for. May be shared by several threads.

    `source` is a grant, or something that gives an access token by itself, such as the operator's own command.
    """

    def __init__(self, source: Grant | Password, *, ca_file: Path | None = None, timeout: float = 30.0) -> None:
        self._source = source
        self._ca_file = ca_file
        self._timeout = timeout
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0  # by the monotonic clock: one that is set back keeps no token alive
        # What its place still says → what the provider has put in its stead, where that could not be kept there.
        self._replaced: dict[str, str] = {}

    @property
    def renewable(self) -> bool:
        """Whether another token may be had at once where one is refused."""
        return isinstance(self._source, Grant)

    def __call__(self) -> str:
        """The token. Raises TemporaryFailure, or PermanentFailure where somebody has to sign in again."""
        with self._lock:
            if not isinstance(self._source, Grant):
                return self._source()
            if not self._token or time.monotonic() >= self._until:
                self._renew(self._source)
            return self._token

    def refused(self, token: str) -> None:
        """A server did not take this token: the next call gets another."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _renew(self, grant: Grant) -> None:
        kept = grant.refresh_token()
        refresh_token = self._replaced.get(kept, kept)
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": grant.client_id}
        if grant.client_secret is not None:
            form["client_secret"] = grant.client_secret()
        if grant.scope:
            form["scope"] = grant.scope
        answer = redeem(grant.token_url, form, ca_file=self._ca_file, timeout=self._timeout)
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token:
            raise TemporaryFailure(f"{_host(grant.token_url)} gave no access token; it will be tried again.")
        seconds = float(lifetime) if isinstance(lifetime, int | float) and lifetime > 0 else _LIFETIME
        self._token, self._until = token, time.monotonic() + max(seconds - _EARLY, seconds / 2)
        renewed = answer.get("refresh_token")
        if isinstance(renewed, str) and renewed and renewed != refresh_token:
            self._replaced = {kept: renewed}
            if grant.keep is not None:
                grant.keep(renewed)


def redeem(
    token_url: str, form: Mapping[str, str], *, ca_file: Path | None = None, timeout: float = 30.0
) -> dict[str, Any]:
    """What the token endpoint answers to a form (RFC 6749, 4.1.3 and 6).

    `ca_file` counts beside the system's authorities, for a provider's certificate is seldom signed by one's own.
    Raises TemporaryFailure, or PermanentFailure where somebody has to sign in; neither tells a secret.
    """
    request = urllib.request.Request(  # noqa: S310 - https, or this machine: config sees to that
        token_url, urllib.parse.urlencode(form).encode(), headers={"Accept": "application/json"}
    )
    context = tls_context(None)
    if ca_file is not None:
        context.load_verify_locations(str(ca_file))
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirect())
    try:
        with opener.open(request, timeout=timeout) as reply:
            return _object(reply.read(_LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(_host(token_url), error.code, _object(error.read(_LONGEST_ANSWER)), form) from None
    except OSError as error:  # URLError is one, and has what the socket said in `reason`
        below = getattr(error, "reason", error)
        raise connection_failure(_place(token_url), below if isinstance(below, OSError) else error) from None


def bearer_response(mechanism: str, location: Location, token: str) -> Callable[[bytes], bytes]:
    """A SASL responder: the token first; then, where the server says why it is refused, what lets it say NO.

    A client that answered with the token again, or not at all, would wait for ever (RFC 7628, 3.2.3).
    """
    if mechanism == "OAUTHBEARER":
        name = location.user.replace("=", "=3D").replace(",", "=2C")
        words = f"n,a={name},\x01host={location.host}\x01port={location.port}\x01auth=Bearer {token}\x01\x01"
        answers = iter((words.encode(), b"\x01"))
    else:
        answers = iter((f"user={location.user}\x01auth=Bearer {token}\x01\x01".encode(),))
    return lambda _challenge: next(answers, b"")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A refresh token goes to the one place that the operator named."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


def _refusal(
    host: str, code: int, answer: dict[str, Any], form: Mapping[str, str]
) -> TemporaryFailure | PermanentFailure:
    secrets = (form.get(key, "") for key in ("refresh_token", "client_secret", "code", "code_verifier"))
    told = said(f"{code} {answer.get('error', '')} {answer.get('error_description', '')}".strip(), *secrets)
    if code >= 500 or code in _PASSING or answer.get("error") == "temporarily_unavailable":
        return TemporaryFailure(f"{host} gives no access token just now ({told}); it will be tried again.")
    if answer.get("error") == "invalid_grant":
        return PermanentFailure(f"{host} does not take what it granted ({told}): sign in to the provider again.")
    return PermanentFailure(f"{host} refused us an access token ({told}): see [mail.oauth] in campaign.toml.")


def _object(octets: bytes) -> dict[str, Any]:
    try:
        found = json.loads(octets)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2]


def _place(url: str) -> Location:
    """The token endpoint as sentences name servers."""
    parts = urllib.parse.urlsplit(url)
    return Location(scheme=parts.scheme, host=parts.hostname or "", port=parts.port or 443)
