"""A Maildir as the place where mail arrives: the default, which needs no server.

Folders follow Maildir++: `Handled` is the sibling Maildir `.Handled` inside the inbox, so that a mail
client or Dovecot shows them side by side and a mail can be dragged back.
"""

import errno
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_from_bytes

from mailbot.adapters.sources.defaults import FOLDERS, MAX_OCTETS
from mailbot.ports import Delivery, Disposition, PermanentFailure, Source, TemporaryFailure

_LOCATOR = "maildir:"
_BLINK = 0.5  # seconds between two looks at the folder's time stamps
_NUMBER = re.compile(r"(\d{1,18})")


class MaildirSource(Source):
    """Source over `new/` and `cur/` of one Maildir, which is made when it is missing.

    Symbolic links, pipes, folders and files that cannot be read are passed over: nothing outside the
    Maildir is ever read, and one such file holds up no mail.
    """

    def __init__(
        self, path: Path, *, folders: Mapping[Disposition, str] = FOLDERS, max_octets: int = MAX_OCTETS
    ) -> None:
        self._path = path
        self._folders = folders
        self._max_octets = max_octets
        self._places: dict[str, Path] = {}  # locator → where it was seen last
        self._stamps: tuple[int, int] = (0, 0)

    def fetch(self) -> Iterator[Delivery]:
        """Yield what waits, by time of arrival (the file's mtime, which renaming keeps), then by name."""
        self._make(self._path)
        waiting = self._waiting()
        self._places = {item.locator: item.path for item in waiting}
        for item in waiting:
            delivery = self._read(item)
            if delivery is not None:
                yield delivery

    def settle(self, delivery: Delivery, disposition: Disposition) -> None:
        """Rename the mail into its folder; its flags and whether it was seen stay as they are."""
        place = self._find(delivery.locator)
        if place is None:
            return
        folder = self._path / f".{self._folders[disposition]}"
        self._make(folder)
        try:
            place.rename(_free_name(folder / place.parent.name / place.name))
        except FileNotFoundError:
            pass
        except OSError as error:
            raise _failure(folder, error) from error
        self._places.pop(delivery.locator, None)

    def wait(self, seconds: float) -> bool:
        """True as soon as a mail lies there that neither the last fetch nor the last look saw; a look counts once."""
        deadline = time.monotonic() + seconds
        while True:
            stamps = (_stamp(self._path / "new"), _stamp(self._path / "cur"))
            if stamps != self._stamps:
                known = self._places.keys()
                self._stamps, self._places = stamps, {item.locator: item.path for item in self._waiting()}
                if self._places.keys() - known:
                    return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_BLINK, left))

    def check(self) -> str:
        self._make(self._path)
        if not os.access(self._path / "new", os.R_OK | os.W_OK | os.X_OK):
            raise PermanentFailure(f"The Maildir {self._path} may not be read and written: give its owner both rights.")
        count = len(self._waiting())
        return f"The Maildir {self._path} is there; {count} mail{'' if count == 1 else 's'} waiting."

    def close(self) -> None:
        """Nothing is held open between two calls."""

    def _make(self, maildir: Path) -> None:
        try:
            for name in ("tmp", "new", "cur"):
                (maildir / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            if maildir != self._path:
                (maildir / "maildirfolder").touch()  # Maildir++: tells delivery agents that this is a folder
        except OSError as error:
            raise _failure(maildir, error) from error

    def _waiting(self) -> list["_Waiting"]:
        found = []
        for name in ("new", "cur"):
            try:
                with os.scandir(self._path / name) as entries:
                    found += [item for entry in entries if (item := _waiting_file(entry)) is not None]
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _failure(self._path, error) from error
        return sorted(found, key=lambda item: (item.arrived, _natural(item.path.name)))

    def _read(self, item: "_Waiting") -> Delivery | None:
        try:
            # Neither a link nor a pipe that took the file's place since it was listed may be followed or waited for.
            descriptor = os.open(item.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                about = os.fstat(file.fileno())
                if not stat.S_ISREG(about.st_mode):
                    return None
                octets = file.read(self._max_octets)
        except OSError:
            return None
        received_at = datetime.fromtimestamp(max(0, min(about.st_mtime, _LATEST)), UTC)
        return Delivery(item.locator, received_at, octets, max(about.st_size, len(octets)))

    def _find(self, locator: str) -> Path | None:
        place = self._places.get(locator)
        if place is not None and place.exists():
            return place
        # A mail client that shows a mail renames it: new/KEY becomes cur/KEY:2,S.
        return next((item.path for item in self._waiting() if item.locator == locator), None)


_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class _Waiting:
    path: Path
    arrived: int  # nanoseconds since 1970

    @property
    def locator(self) -> str:
        """The key of the mail: its file name without flags, in ASCII whatever octets the name has."""
        key = self.path.name.partition(":2,")[0]
        return _LOCATOR + quote_from_bytes(os.fsencode(key), safe="+,=@:")


def _waiting_file(entry: os.DirEntry[str]) -> _Waiting | None:
    try:
        if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
            return None
        return _Waiting(Path(entry.path), entry.stat(follow_symlinks=False).st_mtime_ns)
    except OSError:  # gone since it was listed
        return None


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts …Q9 before …Q10: files of one instant are told apart by counters in their names."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _NUMBER.split(name)]


def _free_name(wanted: Path) -> Path:
    """The same name, or one beside it: another mail that once had this name is never overwritten."""
    base, mark, flags = wanted.name.partition(":2,")
    candidate, number = wanted, 0
    while os.path.lexists(candidate):
        number += 1
        candidate = wanted.with_name(f"{base}.{number}{mark}{flags}")
    return candidate


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _failure(maildir: Path, error: OSError) -> TemporaryFailure | PermanentFailure:
    told = error.strerror or "unknown error"
    if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.EACCES, errno.EPERM, errno.EROFS}:
        return PermanentFailure(
            f"The Maildir {maildir} cannot be used ({told}): name a folder that is ours to read and write."
        )
    return TemporaryFailure(f"The Maildir {maildir} did not answer ({told}): see to its disk; it will be tried again.")
