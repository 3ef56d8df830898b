"""The keys that seal our letters, kept in one file of the campaign: made on the first run, rotated, outlived.

The first line is the key that seals; each further line is a former key, whose letters count until its day:

    k2 5f3a…(64)
    k1 90cc…(64) until 2021-03-10

The file is only ever replaced whole, so that dying at any instant leaves the old one or the new one. No secret
of it is ever printed, logged or told in an error.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from mailbot.config import ConfigurationError
from mailbot.core.tokens import Key

TOKEN_KEY = "secrets/token.key"  # noqa: S105 - a path
"""Where a campaign keeps its keys, seen from its folder."""


@dataclass(frozen=True, slots=True)
class FormerKey:
    """A key that seals no more; what it sealed counts up to and including `until`."""

    key: Key
    until: date


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of a campaign, the latest of the former ones first."""

    current: Key
    former: tuple[FormerKey, ...] = ()

    def counting(self, today: date) -> tuple[FormerKey, ...]:
        """The former keys whose letters may still be answered."""
        return tuple(former for former in self.former if today <= former.until)


def make_keys(file: Path) -> None:
    """Make the first key where there is none, readable by its owner alone. Harmless when repeated."""
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(file):
        if not file.exists():
            _replace(file, Keys(_fresh("k1")))


def read_keys(file: Path) -> Keys:
    """The keys of a campaign. Raises ConfigurationError where the file is missing or not one that mailbot wrote."""
    try:
        about = file.stat()
        return _read(file, about.st_ino, about.st_mtime_ns, about.st_size)
    except (OSError, ValueError, IndexError):
        # Not from the error: its text may hold what stands in the file.
        raise ConfigurationError(
            f"{file} is not a key that mailbot wrote. Restore it from a backup; without it, letters that are "
            "out cannot be answered. Only if that is no loss, remove the file and a new key is made."
        ) from None


@lru_cache(maxsize=4)
def _read(file: Path, *_as_it_is_now: int) -> Keys:
    """What stands in the file as it is now: kept, because it is asked for twice a mail."""
    lines = file.read_text(encoding="ascii").splitlines()
    current = _LINE.fullmatch(lines[0])
    former = [_FORMER.fullmatch(line) for line in lines[1:]]
    if current is None or None in former:
        raise ValueError  # said by read_keys, like whatever else is wrong with the file
    return Keys(_key(current), tuple(FormerKey(_key(m), date.fromisoformat(m["until"])) for m in former if m))


def rotate_keys(file: Path, *, today: date, days: int) -> Keys:
    """Seal with a new key from now on; what was sealed before counts for `days` more days, 0 for not at all.

    A former key that ends sooner keeps its day, and one whose day has passed is forgotten. Raises
    ConfigurationError where there is no key to rotate or the folder cannot be written.
    """
    until = today + timedelta(days=days)
    try:
        with _alone(file):
            keys = read_keys(file)
            before = (FormerKey(keys.current, until), *keys.counting(today))
            former = tuple(FormerKey(one.key, min(one.until, until)) for one in before) if days else ()
            rotated = Keys(_fresh(_next_id(keys)), former)
            _replace(file, rotated)
    except OSError as error:
        raise ConfigurationError(
            f"{file} could not be replaced: {error.strerror}. The old key goes on; see that its folder is there, "
            "yours, and has room, then try again."
        ) from error
    return rotated


_LINE = re.compile(r"(?P<id>[0-9a-z]{2}) (?P<secret>[0-9a-f]{64,128})", re.ASCII)
_FORMER = re.compile(_LINE.pattern + r" until (?P<until>\d{4}-\d\d-\d\d)", re.ASCII)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _key(match: re.Match[str]) -> Key:
    return Key(match["id"], bytes.fromhex(match["secret"]))


def _fresh(key_id: str) -> Key:
    return Key(key_id, secrets.token_bytes(32))


def _next_id(keys: Keys) -> str:
    """k1, k2, … k9, ka, … kz, l0: the next that none of the keys has."""
    taken = {keys.current.id, *(former.key.id for former in keys.former)}
    number = int(keys.current.id, 36)
    while True:
        number = (number + 1) % 36**2
        if (key_id := _DIGITS[number // 36] + _DIGITS[number % 36]) not in taken:
            return key_id


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """No other process makes or rotates keys meanwhile."""
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)
    finally:
        os.close(folder)


def _replace(file: Path, keys: Keys) -> None:
    """Written beside it and put in its place in one step; what a crash left beside it is overwritten."""
    lines = [f"{keys.current.id} {keys.current.secret.hex()}"]
    lines += [f"{one.key.id} {one.key.secret.hex()} until {one.until.isoformat()}" for one in keys.former]
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
