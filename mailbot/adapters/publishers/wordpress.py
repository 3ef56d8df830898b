"""Publishes into a page of a WordPress site by its REST interface: the whole page, or the list between two markers.

The user logs in with an application password (Users → Profile); that user must be allowed to write the page, and to
write HTML as it is (`unfiltered_html`), or WordPress takes parts of it away.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailbot.adapters.publishers.between import FRAGMENT, MARKERS, MarkersError, between
from mailbot.adapters.publishers.replacing import tried_again
from mailbot.adapters.publishers.web import Web, require_library
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class WordpressOptions:
    """`page` is the page's number; `markers` None for a page that holds nothing but the list."""

    location: Location
    password: Callable[[], str]
    page: int
    markers: tuple[str, str] | None = MARKERS
    ca_file: Path | None = None


def build(options: WordpressOptions) -> "WordpressPublisher":
    """Raises PermanentFailure where httpx is missing."""
    require_library("wordpress")
    return WordpressPublisher(options)


class WordpressPublisher:
    """A Publisher (see ports) that writes `fragment.html` into one page and leaves the other files to others."""

    def __init__(self, options: WordpressOptions) -> None:
        self.options = options

    def publish(self, files: dict[str, bytes]) -> list[str]:
        """One request writes the page; what WordPress made of it is read back, and undone where it differs."""
        if FRAGMENT not in files:
            return []  # the list is as it was
        with contextlib.closing(_Page(self.options)) as page:
            old = page.read()
            new = self._patched(old, files[FRAGMENT])
            if new == old:
                return []
            try:
                page.write(new)
                self._compare(page.read(), new)
            except (TemporaryFailure, PermanentFailure):
                tried_again(lambda: page.restore(old))
                raise
        return [FRAGMENT]

    def check(self) -> str:
        """One sentence for `doctor`; the page is read, nothing is written."""
        with contextlib.closing(_Page(self.options)) as page:
            self._patched(page.read(), b"")
        return f"The list is written into page {self.options.page} of {self.options.location}, which can be read."

    def _compare(self, content: str, written: str) -> None:
        if content != written:
            raise PermanentFailure(
                f"{self.options.location} changed what was written, and its page is as it was before: "
                "let that user write HTML as it is (unfiltered_html; an editor or administrator may)."
            )

    def _patched(self, page: str, fragment: bytes) -> str:
        if self.options.markers is None:
            return f"<!-- wp:html -->\n{fragment.decode('utf-8', 'replace').strip()}\n<!-- /wp:html -->"
        try:
            return between(page.encode(), fragment, self.options.markers).decode()
        except MarkersError as error:
            where = f"page {self.options.page} of {self.options.location}"
            raise PermanentFailure(f"cannot publish into {where}: {error}; nothing was written") from error


class _Page:
    """The page as its editors see it."""

    def __init__(self, options: WordpressOptions) -> None:
        self._where = options.location
        self._web = Web(options.location, options.password, options.ca_file)
        # This form of the address works on every site, with and without "pretty" permalinks.
        self._path = f"{options.location.path.strip('/')}/index.php"
        self._route = {"rest_route": f"/wp/v2/pages/{options.page}", "context": "edit"}

    def read(self) -> str:
        answer = self._web.ask("GET", self._path, params=self._route)
        try:
            return str(answer.json()["content"]["raw"])
        except (ValueError, KeyError, TypeError):
            raise PermanentFailure(f"{self._where} does not answer as WordPress does: see the address.") from None

    def write(self, content: str) -> None:
        self._web.ask("POST", self._path, params=self._route, json={"content": content})

    def restore(self, content: str) -> None:
        if self.read() != content:
            self.write(content)

    def close(self) -> None:
        self._web.close()
