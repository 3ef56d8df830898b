"""Publishes into one existing HTML or Markdown file of this machine: the list between its two markers."""

import os
from dataclasses import dataclass
from pathlib import Path

from mailbot.adapters.publishers.between import FRAGMENT, MARKERS, MarkersError, between
from mailbot.adapters.publishers.directory import told
from mailbot.adapters.publishers.replacing import PREFIX
from mailbot.ports import PermanentFailure, TemporaryFailure


@dataclass(frozen=True, slots=True)
class PatchOptions:
    """`file` exists and holds both markers."""

    file: Path
    markers: tuple[str, str] = MARKERS


def build(options: PatchOptions) -> "PatchPublisher":
    return PatchPublisher(options)


class PatchPublisher:
    """A Publisher (see ports) that writes `fragment.html` into a page and leaves the other files to others."""

    def __init__(self, options: PatchOptions) -> None:
        self.file, self.markers = options.file, options.markers

    def publish(self, files: dict[str, bytes]) -> list[str]:
        """Raises PermanentFailure where the page or its markers are not as they must be, and writes nothing then."""
        if FRAGMENT not in files:
            return []  # the list is as it was
        with told(self.file, "[[publish.to]] to"):
            old = self.file.read_bytes()
            new = self._patched(old, files[FRAGMENT])
            if new == old:
                return []
            self._write(new)
            if self.file.read_bytes() != new:
                self._write(old)
                raise TemporaryFailure(
                    f"{self.file} reads otherwise than it was written, and is as it was before: see what else writes it"
                )
        return [FRAGMENT]

    def check(self) -> str:
        """One sentence for `doctor`; the page is read, its markers are looked for, nothing is written."""
        with told(self.file, "[[publish.to]] to"):
            self._patched(self.file.read_bytes(), b"")
            if not os.access(self.file.resolve().parent, os.W_OK):
                raise PermanentFailure(f"cannot publish into {self.file}: let mailbot's user write into its folder")
        return f"The list is written between the markers of {self.file}."

    def _patched(self, page: bytes, fragment: bytes) -> bytes:
        try:
            return between(page, fragment, self.markers)
        except MarkersError as error:
            raise PermanentFailure(f"cannot publish into {self.file}: {error}; nothing was written") from error

    def _write(self, octets: bytes) -> None:
        """In one step, with the owner and mode that the page has; a page behind a symbolic link stays there."""
        target = self.file.resolve()
        fresh = target.with_name(f"{PREFIX}{os.getpid()}-{target.name}")
        known = target.stat()
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                if os.geteuid() == 0:
                    os.fchown(file.fileno(), known.st_uid, known.st_gid)
                os.fchmod(file.fileno(), known.st_mode & 0o7777)
                file.write(octets)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
