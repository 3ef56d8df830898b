"""`mailbot sign-in`: the operator agrees in a browser, anywhere; what is granted is kept as a refresh token.

Source: RFC 6749, 4.1; RFC 7636 (PKCE); RFC 8252, 7.3: the redirect goes to this very machine, where nobody has to
listen, for the address that the browser then shows holds the code.
"""

import base64
import hashlib
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from mailbot import config
from mailbot.config import ConfigurationError, OAuthSettings, Settings
from mailbot.core.location import parse_location

_REDIRECT = "http://localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in under way: `url` is for the browser; the rest is to finish with."""

    url: str
    settings: Settings = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def converse(folder: Path) -> None:
    """The whole of it on the terminal. Raises what `begin` and `finish` raise."""
    begun = begin(folder)
    print(f"Open this page, sign in as the letter's mailbox, and agree:\n\n{begun.url}\n")
    print("Then paste here the address that the browser shows, http://localhost/…:", flush=True)
    print(finish(begun, sys.stdin.readline()))


def begin(folder: Path) -> Begun:
    """Raises ConfigurationError where [mail.oauth] does not say where to sign in, or where to keep the token."""
    settings = config.load(folder)
    oauth = _oauth(settings)
    if not oauth.authorize_url or not oauth.refresh_token.startswith("file:"):
        raise ConfigurationError(
            f"{folder / 'campaign.toml'}: to sign in, [mail.oauth] needs authorize_url, the page of your provider, "
            'and a refresh_token of the form "file:PATH".'
        )
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": oauth.client_id,
        "redirect_uri": _REDIRECT,
        "scope": oauth.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",  # Google gives a refresh token to those alone who ask for one by these two
        "prompt": "consent",
        "login_hint": parse_location(settings.mail.inbox).user or settings.letter.address,
    }
    joint = "&" if "?" in oauth.authorize_url else "?"
    return Begun(url=oauth.authorize_url + joint + urlencode(asked), settings=settings, state=state, verifier=verifier)


def finish(begun: Begun, pasted: str) -> str:
    """Redeem the code in the pasted address, and keep the refresh token; the sentence that says so.

    Raises ConfigurationError for an address that is not the answer to this sign-in, TemporaryFailure and
    PermanentFailure where the provider gives nothing for it.
    """
    from mailbot.adapters.oauth import redeem

    settings = begun.settings
    oauth = _oauth(settings)
    form = {
        "grant_type": "authorization_code",
        "code": _code(begun, pasted),
        "redirect_uri": _REDIRECT,
        "client_id": oauth.client_id,
        "code_verifier": begun.verifier,
    }
    if oauth.client_secret:
        form["client_secret"] = config.secret(oauth.client_secret, settings.folder)
    ca_file = settings.path(settings.mail.ca_file) if settings.mail.ca_file else None
    answer = redeem(oauth.token_url, form, ca_file=ca_file)
    token = answer.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise ConfigurationError(
            "The provider granted access for an hour only. Ask for a lasting one in [mail.oauth] scope: "
            "at Microsoft by offline_access; see the README."
        )
    config.keep_secret(oauth.refresh_token, settings.folder, token)
    return (
        f"Signed in. The refresh token is in {oauth.refresh_token.removeprefix('file:')}; try it with: mailbot doctor"
    )


def _oauth(settings: Settings) -> OAuthSettings:
    if settings.mail.oauth is None:
        raise ConfigurationError(
            f"{settings.folder / 'campaign.toml'}: there is no [mail.oauth] to sign in with. "
            "The README shows what stands in it for Gmail and Microsoft 365."
        )
    return settings.mail.oauth


def _code(begun: Begun, pasted: str) -> str:
    told = {name: values[0] for name, values in parse_qs(urlsplit(pasted.strip()).query).items()}
    if "error" in told:
        raise ConfigurationError(f"The provider refused: {told.get('error_description') or told['error']}"[:300])
    # Another sign-in's answer could hand us somebody else's mailbox (RFC 6749, 10.12).
    if not told.get("code") or not secrets.compare_digest(told.get("state", "").encode(), begun.state.encode()):
        raise ConfigurationError(
            "This is not the address to which this sign-in led. Begin anew, and paste all of the address."
        )
    return told["code"]
