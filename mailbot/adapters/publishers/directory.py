"""Publishes into a folder, which is what a web server serves: the whole new list, or still the old one.

Every file is first written and flushed under a temporary name beside its target; only when all of them
lie there are they renamed (rename(2) replaces atomically). A rename that fails, or a file that reads otherwise than it
was written, puts the earlier ones back, which were kept beside them: that takes no room on a full disk.
"""

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mailbot.adapters.publishers.replacing import PREFIX, check_name
from mailbot.failpoints import Point, at
from mailbot.ports import PermanentFailure, TemporaryFailure

_STALE = 3600.0  # seconds after which what a killed run left is removed
_MODE = 0o644
_KEY = "[publish] directory"


class DirectoryPublisher:
    """A Publisher (see ports) that writes into one folder and makes it where it is missing.

    Files of other names are never touched. One publisher a folder: two at once are safe for each file,
    not for the set.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def publish(self, files: dict[str, bytes]) -> list[str]:
        """Write what differs from what lies there; return the names written, in the order of `files`.

        Names are relative, with forward slashes. Raises TemporaryFailure (disk full, too many files) or
        PermanentFailure (no permission, not a folder), the old files then being as they were.
        """
        changed: list[_Change] = []
        try:
            with told(self.path, _KEY):
                self.path.mkdir(parents=True, exist_ok=True)
                _sweep(self.path)
                for name, octets in files.items():
                    target = self._target(name)
                    if _octets(target) != octets:
                        changed.append(_Change(name, target))
                        changed[-1].prepare(octets)
                at(Point.PAGE_WRITTEN)
                _replace(changed, files)
                for folder in sorted({change.target.parent for change in changed}):
                    _flush(folder)
        finally:
            for change in changed:
                change.clear()
        return [change.name for change in changed]

    def astray(self, digests: Mapping[str, str]) -> set[str]:
        """Those of the files that are missing, or read otherwise than their SHA-256 (hexadecimal) says."""
        return {name for name, digest in digests.items() if _sha256(self.path / name) != digest}

    def check(self) -> str:
        """One sentence for `doctor`; tries the folder with a file that is removed again."""
        with told(self.path, _KEY):
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / f"{PREFIX}check-{os.getpid()}"
            try:
                _write(probe, b"mailbot was here\n")
            finally:
                probe.unlink(missing_ok=True)
        return f"The page is published into {self.path}, which can be written."

    def close(self) -> None:
        """Nothing is kept open."""

    def _target(self, name: str) -> Path:
        check_name(name)
        target = self.path.joinpath(*PurePosixPath(name).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


@dataclass(slots=True)
class _Change:
    """One file to be replaced, what shall replace it, and what was there."""

    name: str
    target: Path

    @property
    def fresh(self) -> Path:
        return self.target.with_name(f"{PREFIX}{os.getpid()}-new-{self.target.name}")

    @property
    def kept(self) -> Path:
        return self.target.with_name(f"{PREFIX}{os.getpid()}-old-{self.target.name}")

    def prepare(self, octets: bytes) -> None:
        """Lay the new file ready, and keep the old one, so that both are safe before anything changes."""
        _write(self.fresh, octets)
        old = _octets(self.target)
        if old is not None:
            _write(self.kept, old)

    def put_back(self) -> None:
        if self.kept.exists():
            self.kept.replace(self.target)
        else:
            self.target.unlink(missing_ok=True)

    def clear(self) -> None:
        for path in (self.fresh, self.kept):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _replace(changes: list[_Change], files: dict[str, bytes]) -> None:
    """Rename all and read them back, or put back those that were renamed and raise."""
    done: list[_Change] = []
    try:
        for change in changes:
            change.fresh.replace(change.target)
            done.append(change)
            at(Point.PAGE_HALF_PLACED)
        for change in changes:
            _compare(change.target, files[change.name])
    except (OSError, TemporaryFailure):
        for change in reversed(done):
            with contextlib.suppress(OSError):
                change.put_back()
        raise


def _compare(path: Path, octets: bytes) -> None:
    if _octets(path) != octets:
        raise TemporaryFailure(
            f"{path} reads otherwise than it was written; the old list was put back. "
            "See whether something else writes there."
        )


def _write(path: Path, octets: bytes) -> None:
    """Write and flush to the disk, readable for the web server whatever the umask."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), _MODE)
        at(Point.PAGE_WRITING)
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Make the renames themselves last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    """ "" where it cannot be read: whoever writes there next will say why."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _octets(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _sweep(folder: Path) -> None:
    """Remove what a run that was killed left behind."""
    for path in folder.rglob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()


_LATER = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.EBUSY, errno.ESTALE}
    | {errno.EINTR, errno.ENOMEM, errno.ETIMEDOUT}
)
_CURES = {
    errno.ENOSPC: "make room on that disk; the list is written as soon as there is some",
    errno.EDQUOT: "make room or raise the quota; the list is written as soon as there is some",
    errno.EACCES: "let mailbot's user write there, or name another under {key}",
    errno.EPERM: "let mailbot's user write there, or name another under {key}",
    errno.EROFS: "mount it writable, or name another under {key}",
    errno.ENOTDIR: "move the file that is in the way, or name another under {key}",
    errno.EEXIST: "move the file that is in the way, or name another under {key}",
    errno.EISDIR: "move the folder that is in the way",
}


@contextlib.contextmanager
def told(path: Path, key: str) -> Iterator[None]:
    """What the operating system refuses, in a sentence with its cure; `key` is the setting that named the path."""
    try:
        yield
    except OSError as error:
        where = error.filename2 or error.filename or path
        cure = _CURES.get(error.errno or 0, "look at what lies there, or name another under {key}").format(key=key)
        kind = TemporaryFailure if error.errno in _LATER else PermanentFailure
        raise kind(f"cannot publish into {path}: {where}: {error.strerror or error}; {cure}") from error
