"""Reads published files back as anybody does: from a folder, or over HTTPS."""

import urllib.error
import urllib.request
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from mailbot.adapters.wire import tls_context
from mailbot.core.beside import beside
from mailbot.ports import PermanentFailure, TemporaryFailure

_TIMEOUT = 20.0  # seconds for a connection, and for each answer
_MOST = 256 << 20  # octets of one file
_LATER = frozenset({408, 425, 429})


def read_published(place: str, names: Iterable[str]) -> dict[str, bytes]:
    """The files of those names, by name; `place` is a folder, or the address of a page beside which they lie.

    Raises PermanentFailure, TemporaryFailure, in a sentence that tells what to do.
    """
    if "://" not in place:
        return {name: _from_folder(Path(place), name) for name in names}
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls_context(None)), _Redirects())
    return {name: _from_server(opener, beside(place, name)) for name in names}


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Followed as long as they stay on safe ground."""

    def redirect_request(self, *arguments, **named):  # type: ignore[no-untyped-def]  # noqa: ANN
        request = super().redirect_request(*arguments, **named)
        if request is not None:
            _require_safe(request.full_url)
        return request


def _from_folder(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise PermanentFailure(
            f"{folder / name} cannot be read: {error.strerror}. Name the folder or the address where the list is "
            "published; a list published before there was a log has none."
        ) from error


def _from_server(opener: urllib.request.OpenerDirector, url: str) -> bytes:
    _require_safe(url)
    request = urllib.request.Request(url, headers={"User-Agent": "mailbot", "Cache-Control": "no-cache"})  # noqa: S310
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            octets: bytes = answer.read(_MOST + 1)
    except urllib.error.HTTPError as error:
        kind = TemporaryFailure if error.code >= 500 or error.code in _LATER else PermanentFailure
        raise kind(
            f"{url} is not to be had: the server says {error.code}. Name the page beside which the list lies."
        ) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise TemporaryFailure(f"{url} is out of reach: {reason}. Try again later.") from error
    if len(octets) > _MOST:
        raise PermanentFailure(f"{url} is larger than {_MOST >> 20} MB: that is no list of ours.")
    return octets


def _require_safe(url: str) -> None:
    """HTTPS, so that nobody on the way tells a signer that all is well; HTTP to this machine alone."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return
    raise PermanentFailure(f"{url} cannot be believed: it must begin with https://.")
