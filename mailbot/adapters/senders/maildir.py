"""A Maildir as the place where letters go: one file a letter, as it would go out."""

import hashlib
import os
from pathlib import Path

from mailbot.adapters.senders.envelope import require_envelope
from mailbot.ports import PermanentFailure, TemporaryFailure


class MaildirSender:
    """Sender into `new/` of one Maildir, which is made when it is missing.

    The file is named after the Message-ID: a letter sent again after a crash takes the place of the
    first copy, so that there is never a second.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(
        self,
        *,
        message_id: str,
        sender: str,
        recipient: str,
        octets: bytes,
        envelope_id: str = "",  # noqa: ARG002
    ) -> None:
        """Return when the letter is on the disk to stay: written in `tmp/`, synced, then renamed."""
        require_envelope(sender, recipient)
        name = hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".mailbot"
        try:
            self._make()
            if self._was_read(name):
                return
            draft = self._path / "tmp" / f"{name}.{os.getpid()}"
            _write_through(draft, octets)
            draft.replace(self._path / "new" / name)
            _sync_folder(self._path / "new")
        except OSError as error:
            raise self._failure(error) from error

    def check(self) -> str:
        try:
            self._make()
        except OSError as error:
            raise self._failure(error) from error
        if not os.access(self._path / "new", os.R_OK | os.W_OK | os.X_OK):
            raise PermanentFailure(f"The Maildir {self._path} may not be written: give its owner that right.")
        return f"Letters go into the Maildir {self._path}."

    def close(self) -> None:
        """Nothing is held open between two letters."""

    def _make(self) -> None:
        for name in ("tmp", "new", "cur"):
            (self._path / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def _was_read(self, name: str) -> bool:
        """Whether a mail client has taken the letter to `cur/` already; it then stands there with flags."""
        with os.scandir(self._path / "cur") as entries:
            return any(entry.name.partition(":")[0] == name for entry in entries)

    def _failure(self, error: OSError) -> TemporaryFailure | PermanentFailure:
        told = error.strerror or "unknown error"
        if isinstance(error, NotADirectoryError | FileExistsError | PermissionError):
            return PermanentFailure(f"The Maildir {self._path} cannot be used ({told}): name a folder that is ours.")
        return TemporaryFailure(f"The Maildir {self._path} took no letter ({told}): see to its disk.")


def _write_through(file_path: Path, octets: bytes) -> None:
    descriptor = os.open(file_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Without this the rename itself may be lost with the power, after the outbox has noted it as sent.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
