"""A mailbox at an IMAP server as the place where mail arrives (RFC 9051, and servers that speak RFC 3501).

Two rules: state is ours, so no flag or keyword is relied on but \\Deleted; and whatever goes wrong ends
the connection, so that the next call begins with a new one.
"""

import contextlib
import imaplib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from mailbot.adapters.sources.defaults import FOLDERS, MAX_OCTETS
from mailbot.adapters.sources.idle import PAUSE, idle_once
from mailbot.adapters.sources.imap_fetch import Reader
from mailbot.adapters.sources.imap_folders import may_move, move_messages, settled_folder
from mailbot.adapters.sources.imap_login import close_client, open_client
from mailbot.adapters.wire import Password, Trust, connection_failure, said
from mailbot.core.location import Location
from mailbot.ports import Delivery, Disposition, PermanentFailure, Source, TemporaryFailure

log = structlog.get_logger()

_LEFT_ALONE = 3600.0  # seconds before a mail that ended the connection is asked for again


class ImapSource(Source):
    """Source over one mailbox, INBOX unless the location names another. One thread at a time.

    `location.scheme` is imap, imap+starttls or imaps; `password` is asked at every login, so that it may
    change, and may be Tokens; `timeout` in seconds rules every answer of the server; `ca_file` replaces the
    system's certificate authorities, `fingerprint` all of them. Nothing is sent before the first call.
    """

    def __init__(
        self,
        location: Location,
        password: Password,
        *,
        folders: Mapping[Disposition, str] = FOLDERS,
        max_octets: int = MAX_OCTETS,
        timeout: float = 30.0,
        ca_file: Path | None = None,
        fingerprint: str = "",
    ) -> None:
        self._location = location
        self._password = password
        self._folders = folders
        self._max_octets = max_octets
        self._timeout = timeout
        self._trust = Trust(ca_file=ca_file, fingerprint=fingerprint)
        self._mailbox = location.path or "INBOX"
        self._client: Any = None
        self._uidvalidity = 0
        self._settled: dict[Disposition, str] = {}  # the server's names of the folders, once they are there
        self._known: tuple[int, frozenset[int]] = (0, frozenset())  # UIDVALIDITY and the UIDs that were seen last
        self._left_until: dict[tuple[int, int], float] = {}  # mails that break connections, and when to try again

    def fetch(self) -> Iterator[Delivery]:
        """Yield what waits in order of UID, which is the order of arrival; marks nothing as seen.

        Ends early, without error, where the server renumbers the mailbox meanwhile: the next fetch
        starts afresh.
        """
        with self._speaking():
            uids = sorted(self._selected().search(["UNDELETED"]))
            uidvalidity = self._uidvalidity
            self._known = (uidvalidity, frozenset(uids))
        now = time.monotonic()
        reader = Reader(
            uidvalidity, [uid for uid in uids if self._left_until.get((uidvalidity, uid), 0) <= now], self._max_octets
        )
        while not reader.is_done:
            try:
                with self._speaking():
                    client = self._connected()
                    if self._uidvalidity != uidvalidity:
                        return
                    batch = reader.read_batch(client)
            except TemporaryFailure:
                if not reader.narrow():
                    raise
                for uid in reader.broken:
                    log.warning("mail_left_alone", locator=f"imap:{uidvalidity}:{uid}", seconds=_LEFT_ALONE)
                    self._left_until[uidvalidity, uid] = now + _LEFT_ALONE
                continue
            yield from batch

    def settle(self, delivery: Delivery, disposition: Disposition) -> None:
        """Move the mail; does nothing where it is gone or the mailbox was renumbered (RFC 9051, 2.3.1.1).

        A renumbered mail is fetched again under its new UID and recognised by what it is.
        """
        self.settle_all([(delivery, disposition)])

    def settle_all(self, settled: Sequence[tuple[Delivery, Disposition]]) -> None:
        """The same for several mails: one command for all that go to one folder."""
        uids: dict[tuple[int, Disposition], list[int]] = {}
        for delivery, disposition in settled:
            uidvalidity, uid = _read_locator(delivery.locator)
            uids.setdefault((uidvalidity, disposition), []).append(uid)
        for (uidvalidity, disposition), of_folder in uids.items():
            with self._speaking():
                client = self._connected()
                if uidvalidity != self._uidvalidity:
                    continue
                if disposition not in self._settled:
                    self._settled[disposition] = settled_folder(client, self._folders[disposition])
                move_messages(client, of_folder, self._settled[disposition])

    def wait(self, seconds: float) -> bool:
        """IDLE where the server offers it (RFC 2177), else sleep; True where a mail lies there that is new to us."""
        deadline = time.monotonic() + seconds
        pause = 0.0
        while True:
            with self._speaking():
                client = self._connected()
                if self._has_news(client):
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                if not pause and client.has_capability("IDLE"):
                    began = time.monotonic()
                    idle_once(client, left)
                    pause = 1.0 if time.monotonic() - began < 1 else 0.0  # chatter in IDLE does not make us spin
                    continue
            time.sleep(min(left, pause or PAUSE))
            pause = 0.0

    def check(self) -> str:
        """Whether mail could be read and moved; makes the folders that it would be moved to."""
        with self._speaking():
            client = self._selected()
            count = len(client.search(["UNDELETED"]))
            if not may_move(client, self._mailbox):
                raise self._withheld()
            for disposition, name in self._folders.items():
                self._settled[disposition] = self._made(client, name)
        return f"{self._location} answered and let us in; {count} mail{'' if count == 1 else 's'} waiting."

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            close_client(client)

    def _made(self, client: Any, name: str) -> str:
        try:
            return settled_folder(client, name)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise PermanentFailure(
                f"The folder {name} cannot be made at {self._location} ({said(str(error))}): make it yourself, "
                "or name another in [mail] handled and set_aside."
            ) from None

    def _withheld(self) -> PermanentFailure:
        return PermanentFailure(
            f"{self._location} lets us only read its mailbox: give this user the right to move mail."
        )

    def _has_news(self, client: Any) -> bool:
        """Whether a mail lies there that neither a fetch nor an earlier look has seen; a look counts once."""
        uidvalidity, known = self._known
        client.noop()  # a SEARCH alone may still answer from before the mail came, and IDLE then says nothing new
        found = frozenset(client.search(["UNDELETED"]))
        self._known = (self._uidvalidity, found)
        return bool(found if uidvalidity != self._uidvalidity else found - known)

    def _connected(self) -> Any:
        if self._client is None:
            client = open_client(self._location, self._password, timeout=self._timeout, trust=self._trust)
            self._client = client
            self._settled = {}
            self._select(client)
        return self._client

    def _selected(self) -> Any:
        """A connection that is known to be alive, the mailbox selected anew.

        A server that closed an idle connection meanwhile is no failure. Selecting again also empties
        what imaplib collects of untagged responses, which would grow for as long as we run.
        """
        if self._client is not None:
            try:
                self._select(self._client)
            except (OSError, imaplib.IMAP4.abort):
                self.close()
        return self._connected()

    def _select(self, client: Any) -> None:
        try:
            answer = client.select_folder(self._mailbox)
        except imaplib.IMAP4.readonly:
            raise self._withheld() from None
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise TemporaryFailure(
                f"{self._location} does not open its mailbox ({said(str(error))}): see whether its name is right."
            ) from None
        self._uidvalidity = int(answer.get(b"UIDVALIDITY", 0))

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn whatever a server, a network or imapclient's parsers come up with into the port's two failures."""
        try:
            yield
        except (TemporaryFailure, PermanentFailure):
            self.close()
            raise
        except (OSError, imaplib.IMAP4.abort) as error:
            self.close()
            raise connection_failure(self._location, error) from None
        except (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError) as error:
            self.close()
            raise TemporaryFailure(
                f"{self._location} gave an answer that is of no use ({said(str(error), self._location.user)}); "
                "it will be tried again."
            ) from None


def _read_locator(locator: str) -> tuple[int, int]:
    parts: Sequence[str] = locator.split(":")
    if len(parts) != 3 or parts[0] != "imap" or not (parts[1].isdecimal() and parts[2].isdecimal()):
        raise ValueError(f"No locator of an IMAP mailbox: {locator!r}")
    return int(parts[1]), int(parts[2])
