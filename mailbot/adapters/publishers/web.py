"""What the carriers over HTTP share: one client with a password, and refusals told in one sentence."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailbot.adapters.wire import ask_password, connection_failure, said, tls_context
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

if TYPE_CHECKING:
    import httpx

_TIMEOUT = 20.0  # seconds for a connection, and for each answer
_LATER = frozenset({408, 423, 425, 429, 507})  # RFC 9110, 4918 (locked, no room), 8470, 6585


def require_library(extra: str) -> None:
    """Raises PermanentFailure where httpx is missing."""
    try:
        import httpx  # noqa: F401 - it is only wanted where such a carrier is
    except ImportError:
        raise PermanentFailure(
            f"{extra} needs a library that is not installed: pip install 'mailbot[{extra}]'"
        ) from None


class Web:
    """Requests to one server. Redirects are not followed: a password is for the server that was named."""

    def __init__(self, location: Location, password: Callable[[], str], ca_file: Path | None) -> None:
        import httpx

        self._where = location
        self._secret = ask_password(location, password)
        self.root = f"{location.scheme.partition('+')[2]}://{location.server}"
        self._client = httpx.Client(
            auth=(location.user, self._secret),
            verify=tls_context(ca_file),
            timeout=_TIMEOUT,
            headers={"Cache-Control": "no-cache", "User-Agent": "mailbot"},
        )

    def ask(self, method: str, path: str, allowed: tuple[int, ...] = (), **content: Any) -> "httpx.Response":
        """The answer where it is a success or one of the `allowed` statuses; raises for every other."""
        with self._told():
            answer = self._client.request(method, f"{self.root}/{path.lstrip('/')}", **content)
        if answer.is_success or answer.status_code in allowed:
            return answer
        raise self._refusal(answer)

    def close(self) -> None:
        self._client.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        import httpx

        try:
            yield
        except httpx.TimeoutException:
            raise connection_failure(self._where, TimeoutError()) from None
        except httpx.TransportError as error:
            raise connection_failure(self._where, _cause(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PermanentFailure(f"{self._where} cannot be asked ({type(error).__name__}).") from None

    def _refusal(self, answer: "httpx.Response") -> TemporaryFailure | PermanentFailure:
        status = answer.status_code
        text = f"{self._where} answered {status} {said(answer.reason_phrase, self._secret)}"
        if status >= 500 or status in _LATER:
            return TemporaryFailure(f"{text}; it will be tried again.")
        if status in (401, 403):
            return PermanentFailure(f"{text}: see user, password and what that user may do.")
        if answer.is_redirect:
            return PermanentFailure(f"{text}: write the address at which it stands by now.")
        return PermanentFailure(f"{text}: see the address.")


def _cause(error: BaseException) -> Exception:
    """The system's own error below the library's, for its words tell more."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, OSError):
            return below
        below = below.__cause__ or below.__context__
    return ConnectionError()
