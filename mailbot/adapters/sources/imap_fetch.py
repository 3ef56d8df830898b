"""Reads the mails of one mailbox in batches, capped in octets, without ever marking one as seen."""

import imaplib
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from mailbot.adapters.sources.imap_structure import read_without_attachments
from mailbot.ports import Delivery

_BATCH = 50  # mails a command: from Dovecot ten times as fast as one by one
_BATCH_OCTETS = 8 * 1024 * 1024  # of bodies a command, for they are all in memory at once
_MAX_BROKEN = 5  # mails a fetch that may each cost a connection
_BODY = b"BODY[]"

_Answer = Mapping[int, Mapping[bytes, Any]]


class Reader:
    """The UIDs still to be read; `read_batch` takes the next and says what they hold.

    A mail that vanished since the search is left out, and so is one that the server cannot give: it
    holds up no other. `broken` has those UIDs that ended the connection when they were asked for alone.
    """

    def __init__(self, uidvalidity: int, uids: Sequence[int], max_octets: int) -> None:
        self.broken: list[int] = []
        self._unasked = deque(uids)
        self._uidvalidity = uidvalidity
        self._max_octets = max_octets
        self._limit = _BATCH
        self._trying: list[int] = []
        self._suspects: set[int] = set()
        self._about: dict[int, Mapping[bytes, Any]] = {}  # sizes and dates of the next few, asked ahead

    @property
    def is_done(self) -> bool:
        return not self._unasked and not self._about

    def read_batch(self, client: Any) -> list[Delivery]:
        """The next mails in order, as many as fit one command; may be empty while some are still unread."""
        if not self._about:
            self._trying = list(islice(self._unasked, self._limit))
            answer = _fetch(client, self._trying, ["RFC822.SIZE", "INTERNALDATE"])
            self._about = {uid: answer[uid] for uid in self._trying if b"RFC822.SIZE" in answer.get(uid, {})}
            for _ in self._trying:
                self._unasked.popleft()
        self._trying = self._next_uids()
        if len(self._trying) == 1 and self._size(self._trying[0]) > _BATCH_OCTETS:
            large = self._large(client, self._trying[0])
            if large is not None:
                self._trying = []
                return large
        bodies = _fetch(client, self._trying, [self._wanted(self._trying)])
        found = [self._delivery(uid, self._about.pop(uid), bodies.get(uid, {})) for uid in self._trying]
        self._trying = []
        return [delivery for delivery in found if delivery is not None]

    def _large(self, client: Any, uid: int) -> list[Delivery] | None:
        """A large mail without its attachments; None where it has to be read as a whole."""
        try:
            octets = read_without_attachments(client, uid)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, ValueError, LookupError, TypeError):
            return None  # of no use to us, or of none to the parser
        if octets is None:
            return None
        about = self._about.pop(uid)
        delivery = self._delivery(uid, about, {_BODY: octets}) if octets else None
        return [delivery] if delivery else []

    def narrow(self) -> bool:
        """After a failed `read_batch`: True where a new connection may go on, one by one past what broke it.

        Dovecot hangs up when it cannot open one of the mails it was asked for. A line that was cut looks the
        same, so a mail must break two connections before it is left out. False where not even the asking
        began, or where it goes on breaking: then it is an outage.
        """
        trying, self._trying = self._trying, []
        if len(trying) != 1:
            self._limit = 1
            return bool(trying)
        if trying[0] not in self._suspects:
            self._suspects.add(trying[0])
            return True
        self._about.pop(trying[0], None)
        if self._unasked and self._unasked[0] == trying[0]:
            self._unasked.popleft()
        self.broken += trying
        self._limit = _BATCH
        return len(self.broken) <= _MAX_BROKEN

    def _next_uids(self) -> list[int]:
        """Some of those whose sizes are known: together below the cap of a batch, or one large mail alone."""
        taken: list[int] = []
        octets = 0
        for uid in islice(self._about, self._limit):
            octets += self._size(uid)
            if taken and octets > _BATCH_OCTETS:
                break
            taken.append(uid)
        return taken

    def _wanted(self, uids: Sequence[int]) -> str:
        if any(self._size(uid) > self._max_octets for uid in uids):
            return f"BODY.PEEK[]<0.{self._max_octets}>"
        return "BODY.PEEK[]"

    def _size(self, uid: int) -> int:
        return int(self._about[uid][b"RFC822.SIZE"])

    def _delivery(self, uid: int, about: Mapping[bytes, Any], body: Mapping[bytes, Any]) -> Delivery | None:
        # A partial answer names its origin: BODY[]<0> (RFC 9051, 7.5.2).
        key = next((key for key in body if key == _BODY or key.startswith(_BODY + b"<")), None)
        if key is None:
            return None
        octets = body[key] or b""
        size = max(int(about[b"RFC822.SIZE"]), len(octets))
        locator = f"imap:{self._uidvalidity}:{uid}"
        return Delivery(locator, _arrival(about.get(b"INTERNALDATE")), octets[: self._max_octets], size)


def _fetch(client: Any, uids: Sequence[int], items: Sequence[str]) -> _Answer:
    """One FETCH for all; where the server or the parser stumbles over one of them, one by one without it."""
    if not uids:
        return {}
    try:
        answer: _Answer = client.fetch(uids, items)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ValueError, LookupError, TypeError):
        if len(uids) == 1:
            return {}
        return {uid: found for single in uids for uid, found in _fetch(client, [single], items).items()}
    return answer


def _arrival(internaldate: object) -> datetime:
    if isinstance(internaldate, datetime) and internaldate.tzinfo is not None:
        return internaldate.astimezone(UTC)
    return datetime.now(UTC)
