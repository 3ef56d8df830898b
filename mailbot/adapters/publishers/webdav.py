"""Publishes into a WebDAV folder (RFC 4918): Nextcloud, a hoster's web space, Apache."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from mailbot.adapters.publishers.replacing import PREFIX, replace
from mailbot.adapters.publishers.web import Web, require_library
from mailbot.core.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class WebdavOptions:
    location: Location
    password: Callable[[], str]
    ca_file: Path | None = None


def build(options: WebdavOptions) -> "WebdavPublisher":
    """Raises PermanentFailure where httpx is missing."""
    require_library("webdav")
    return WebdavPublisher(options)


class WebdavPublisher:
    """A Publisher (see ports)."""

    def __init__(self, options: WebdavOptions) -> None:
        self.options = options

    def publish(self, files: dict[str, bytes]) -> list[str]:
        with contextlib.closing(_Folder(self.options)) as place:
            return replace(place, files)

    def check(self) -> str:
        """One sentence for `doctor`; tries the folder with a file that is removed again."""
        with contextlib.closing(_Folder(self.options)) as place:
            place.write(f"{PREFIX}check", b"mailbot was here\n")
            place.remove(f"{PREFIX}check")
        return f"The list is carried to {self.options.location}, which can be written."


class _Folder:
    """The Place (see replacing)."""

    def __init__(self, options: WebdavOptions) -> None:
        self._web = Web(options.location, options.password, options.ca_file)
        self._root = options.location.path.strip("/")

    def read(self, name: str) -> bytes | None:
        answer = self._web.ask("GET", self._at(name), allowed=(404, 409))
        return answer.content if answer.is_success else None

    def write(self, name: str, octets: bytes) -> None:
        answer = self._web.ask("PUT", self._at(name), allowed=(404, 409), content=octets)
        if answer.is_success:
            return
        # RFC 4918, 9.7.1: 409 where the folder is missing; some answer 404.
        folder = PurePosixPath(self._root, name).parent
        for made in [*reversed(folder.parents), folder][1:]:
            self._web.ask("MKCOL", quote(f"{made}/"), allowed=(405,))  # there already: RFC 4918, 9.3.1
        self._web.ask("PUT", self._at(name), content=octets)

    def move(self, source: str, target: str) -> None:
        destination = {"Destination": f"{self._web.root}/{self._at(target)}", "Overwrite": "T"}
        self._web.ask("MOVE", self._at(source), headers=destination)

    def remove(self, name: str) -> None:
        self._web.ask("DELETE", self._at(name), allowed=(404,))

    def close(self) -> None:
        self._web.close()

    def _at(self, name: str) -> str:
        return quote(f"{self._root}/{name}".lstrip("/"))
