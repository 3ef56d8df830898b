"""Replaces files in a place that knows only single files: the whole new list, or still the old one.

All new files are first laid beside their targets and read back from there; only then are they moved into place, and
read back once more. A move that fails, or a file that reads differently, has the old files put back.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from mailbot.ports import PermanentFailure, TemporaryFailure

PREFIX = ".mailbot-"
"""What the names of files that are laid ready begin with."""

_PAUSES = (0.2, 1.0)
"""Seconds before the old files are tried to be put back once more, over a connection made anew."""


class Place(Protocol):
    """Single files under names with forward slashes. Every method raises TemporaryFailure or PermanentFailure."""

    def read(self, name: str) -> bytes | None:
        """The octets as they lie there, None where nothing does."""

    def write(self, name: str, octets: bytes) -> None:
        """Write, and make the folders that are missing."""

    def move(self, source: str, target: str) -> None:
        """Put one file in the place of another in one step."""

    def remove(self, name: str) -> None:
        """Harmless where nothing lies."""


def replace(place: Place, files: dict[str, bytes]) -> list[str]:
    """Write what differs; return the names written, in the order of `files`.

    Raises ValueError for a name that is none, else what the place raises. The old list then stands; where
    not even that could be restored, the error says so, and the next publication makes the list whole.
    """
    for name in files:
        check_name(name)
    old = {name: place.read(name) for name in files}
    changed = [name for name, octets in files.items() if old[name] != octets]
    begun: list[str] = []
    try:
        for name in changed:
            place.write(_staged(name), files[name])
            _compare(place, _staged(name), files[name])
        for name in changed:
            begun.append(name)  # before the move: one whose answer is lost may have been done
            place.move(_staged(name), name)
        for name in changed:
            _compare(place, name, files[name])
    except (TemporaryFailure, PermanentFailure) as error:
        _put_back(place, {name: old[name] for name in reversed(begun)}, error)
        _discard(place, changed)
        raise
    return changed


def check_name(name: str) -> None:
    """Raises ValueError for a name that is not a plain relative one, or that is kept for what is laid ready."""
    parts = PurePosixPath(name).parts
    plain = name.isprintable() and "\\" not in name and name == "/".join(parts) and not name.startswith("/")
    if not parts or not plain or ".." in parts or any(part.startswith(PREFIX) for part in parts):
        raise ValueError(f"not a name inside the published folder: {name!r}")


def tried_again(step: Callable[[], None], pauses: Sequence[float] = _PAUSES) -> None:
    """Do it, and again after each pause while it fails for the moment; raises what the last try raised."""
    for pause in pauses:
        try:
            return step()
        except TemporaryFailure:
            time.sleep(pause)
    return step()


def _staged(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"{PREFIX}{path.name}"))


def _compare(place: Place, name: str, octets: bytes) -> None:
    if place.read(name) != octets:
        raise TemporaryFailure(
            f"{name} reads otherwise than it was written. The old list was put back; "
            "see whether something else writes there, and whether the disk there is full."
        )


def _put_back(place: Place, old: dict[str, bytes | None], error: Exception) -> None:
    """The old files where they were; they are written beside their targets and moved, as the new ones were."""

    def restore(name: str, octets: bytes | None) -> None:
        if octets is None:
            place.remove(name)
        elif place.read(name) != octets:
            place.write(_staged(name), octets)
            place.move(_staged(name), name)

    try:
        for name, octets in old.items():
            tried_again(lambda name=name, octets=octets: restore(name, octets))  # type: ignore[misc]
    except (TemporaryFailure, PermanentFailure) as trouble:
        raise type(error)(
            f"{error} The old list could not be put back either ({trouble}): "
            "some of its files are new, some old, until the next publication succeeds."
        ) from error


def _discard(place: Place, names: list[str]) -> None:
    """What was laid ready; where that cannot be removed now, the next publication overwrites it."""
    try:
        for name in names:
            place.remove(_staged(name))
    except (TemporaryFailure, PermanentFailure):
        return
