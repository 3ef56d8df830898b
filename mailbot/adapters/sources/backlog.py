"""Mail that lies in files of its owner's: read, never changed; what is settled is written down beside it.

Taking a line out of that list brings its mail back to the inbox, as dragging it would elsewhere.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from mailbot.ports import Delivery, Disposition, PermanentFailure, Source, TemporaryFailure

_BLINK = 0.5  # seconds between two looks at the files' time stamps
_CHUNK = 1 << 20
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One mail: `digest` is that of all its octets, of which `octets` may be the first part."""

    digest: str
    octets: bytes
    size: int
    received_at: datetime


class Files(Protocol):
    """Where the mails are; every method may raise OSError."""

    name: str  # for sentences: "The mbox file archive.mbox"
    scheme: str
    list_file: Path  # of what is settled

    def mails(self, max_octets: int) -> Iterator[Found]:
        """All of them, in order of arrival."""
        ...

    def stamp(self) -> object:
        """Something that is another when a mail may have come."""
        ...


class BacklogSource(Source):
    """Source over files that are not ours to change."""

    def __init__(self, files: Files, max_octets: int) -> None:
        self._files = files
        self._max_octets = max_octets
        self._settled = _Settled(files.list_file)
        self._stamp: object = None
        self._known: frozenset[str] = frozenset()

    def fetch(self) -> Iterator[Delivery]:
        """Yield what is not settled, in the order of the files."""
        settled = self._settled.digests()
        seen: set[str] = set()
        for mail in self._mails(self._max_octets):
            if mail.digest not in settled:
                seen.add(mail.digest)
                yield Delivery(f"{self._files.scheme}:{mail.digest}", mail.received_at, mail.octets, mail.size)
        self._known = frozenset(seen)

    def settle(self, delivery: Delivery, disposition: Disposition) -> None:
        """Write the mail down as settled; harmless when it is."""
        scheme, _, digest = delivery.locator.partition(":")
        if scheme == self._files.scheme:
            self._settled.add(digest, disposition)

    def wait(self, seconds: float) -> bool:
        """True as soon as a mail lies there that neither the last fetch nor the last look saw; a look counts once."""
        deadline = time.monotonic() + seconds
        while True:
            stamp = (self._look(), self._settled.size())
            if stamp != self._stamp:
                settled = self._settled.digests()
                waiting = frozenset(mail.digest for mail in self._mails(0) if mail.digest not in settled)
                fresh, self._stamp, self._known = waiting - self._known, stamp, waiting
                if fresh:
                    return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_BLINK, left))

    def check(self) -> str:
        settled = self._settled.digests()
        count = sum(mail.digest not in settled for mail in self._mails(0))
        self._settled.require_writable()
        return f"{self._files.name} is there; {count} mail{'' if count == 1 else 's'} waiting."

    def close(self) -> None:
        """Nothing is held open between two calls."""

    def _mails(self, max_octets: int) -> Iterator[Found]:
        try:
            yield from self._files.mails(max_octets)
        except OSError as error:
            raise self._failure(error) from error

    def _look(self) -> object:
        try:
            return self._files.stamp()
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> TemporaryFailure | PermanentFailure:
        told = f"{self._files.name} cannot be read ({error.strerror or 'unknown error'})"
        if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError | PermissionError):
            return PermanentFailure(f"{told}: see whether its name is right and its owner lets us read it.")
        return TemporaryFailure(f"{told}: see to its disk; it will be tried again.")


class _Settled:
    """The list: a line a mail, its digest and where it went. Appended to, never rewritten by us."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = -1
        self._digests: set[str] = set()

    def digests(self) -> set[str]:
        """Read anew where somebody else has written since."""
        try:
            if self.size() != self._size:
                octets = self._path.read_bytes()
                self._digests = {line[:64] for line in octets.decode("ascii", "replace").splitlines() if line.strip()}
                self._size = len(octets)
        except FileNotFoundError:
            self._digests, self._size = set(), 0
        except OSError as error:
            raise self._failure(error) from error
        return self._digests

    def size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def add(self, digest: str, disposition: Disposition) -> None:
        if digest in self.digests():
            return
        line = f"{digest} {disposition}\n".encode("ascii", "replace")
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            try:
                os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._failure(error) from error
        self._digests.add(digest)
        self._size += len(line)

    def require_writable(self) -> None:
        if not os.access(self._path if self._path.exists() else self._path.parent, os.W_OK):
            raise PermanentFailure(f"{self._path} may not be written: give its owner that right.")

    def _failure(self, error: OSError) -> TemporaryFailure | PermanentFailure:
        told = f"What is settled could not be written down in {self._path} ({error.strerror or 'unknown error'})"
        if isinstance(error, PermissionError | NotADirectoryError | IsADirectoryError):
            return PermanentFailure(f"{told}: give its owner that right.")
        return TemporaryFailure(f"{told}: see to its disk; it will be tried again.")


class Collected:
    """Octets that come in pieces: all are counted and digested, the first `limit` kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = bytearray()
        self._digest = hashlib.sha256()
        self.size = 0

    def add(self, octets: bytes) -> None:
        self.size += len(octets)
        self._digest.update(octets)
        if len(self._kept) < self._limit:
            self._kept += octets[: self._limit - len(self._kept)]

    def read(self, file: BinaryIO) -> "Collected":
        """Everything that is left of a file."""
        while octets := file.read(_CHUNK):
            self.add(octets)
        return self

    def found(self, received_at: datetime) -> Found:
        return Found(digest=self._digest.hexdigest(), octets=bytes(self._kept), size=self.size, received_at=received_at)


def moment(seconds: float) -> datetime:
    """A file's time stamp, whatever nonsense stands there."""
    return datetime.fromtimestamp(max(0.0, min(seconds, _LATEST)), UTC)
