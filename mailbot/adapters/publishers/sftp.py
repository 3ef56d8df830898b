"""Publishes into a folder of another machine by SFTP; the machine must prove that it is the one that was named."""

import contextlib
import posixpath
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailbot.adapters.publishers.replacing import PREFIX, replace
from mailbot.adapters.wire import connection_failure, said
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

if TYPE_CHECKING:
    import paramiko

_TIMEOUT = 20.0  # seconds for a connection, and for each answer
_MODE = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpOptions:
    """`location.path` is absolute, or behind "~/" seen from the user's home there."""

    location: Location
    known_hosts: Path
    key: Path | None = None  # private key; `password` opens it where it is locked
    password: Callable[[], str] | None = None


def build(options: SftpOptions) -> "SftpPublisher":
    """Raises PermanentFailure where paramiko is missing."""
    try:
        import paramiko  # noqa: F401 - it is only wanted where this carrier is
    except ImportError:
        raise PermanentFailure("SFTP needs a library that is not installed: pip install 'mailbot[sftp]'") from None
    return SftpPublisher(options)


class SftpPublisher:
    """A Publisher (see ports); it connects for each publication and keeps nothing open."""

    def __init__(self, options: SftpOptions) -> None:
        self.options = options

    def publish(self, files: dict[str, bytes]) -> list[str]:
        with contextlib.closing(_Folder(self.options)) as place:
            return replace(place, files)

    def check(self) -> str:
        """One sentence for `doctor`; tries the folder with a file that is removed again."""
        with contextlib.closing(_Folder(self.options)) as place:
            place.write(f"{PREFIX}check", b"mailbot was here\n")
            place.remove(f"{PREFIX}check")
        return f"The list is carried to {self.options.location}, which can be written."


class _Folder:
    """The Place (see replacing). A connection that broke is made anew for the next file."""

    def __init__(self, options: SftpOptions) -> None:
        self._options = options
        self._client: paramiko.SSHClient | None = None
        self._session: paramiko.SFTPClient | None = None
        path = options.location.path
        self._root = path.removeprefix("~/") if path.startswith("~/") else "/" + path.lstrip("/")

    def read(self, name: str) -> bytes | None:
        with self._told() as sftp:
            try:
                with sftp.open(self._at(name), "rb") as file:
                    file.prefetch()
                    return bytes(file.read())
            except FileNotFoundError:
                return None

    def write(self, name: str, octets: bytes) -> None:
        with self._told() as sftp:
            _make_folders(sftp, posixpath.dirname(self._at(name)))
            with sftp.open(self._at(name), "wb") as file:
                file.set_pipelined(True)
                file.write(octets)
            sftp.chmod(self._at(name), _MODE)

    def move(self, source: str, target: str) -> None:
        with self._told() as sftp:
            sftp.posix_rename(self._at(source), self._at(target))

    def remove(self, name: str) -> None:
        with self._told() as sftp, contextlib.suppress(FileNotFoundError):
            sftp.remove(self._at(name))

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._session = None

    def _at(self, name: str) -> str:
        return posixpath.join(self._root, name)

    @contextlib.contextmanager
    def _told(self) -> Iterator["paramiko.SFTPClient"]:
        """The session, opened where it is not; whatever goes wrong, in a sentence."""
        import paramiko

        where = self._options.location
        try:
            if self._session is None:
                self._session = self._connect()
            yield self._session
        except PermissionError:
            raise PermanentFailure(f"{where} may not be written by that user: give it the folder.") from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            # What the server answers about a file has neither number nor text of the system: the session goes on.
            self.close()
            if isinstance(error, (EOFError, TimeoutError, ConnectionError)) or getattr(error, "errno", None):
                raise connection_failure(where, error) from None
            if isinstance(error, paramiko.SSHException):
                raise TemporaryFailure(f"{where} broke off ({said(str(error))}).") from None
            raise TemporaryFailure(f"{where} refused a file ({said(str(error))}): see its path and room.") from None

    def _connect(self) -> "paramiko.SFTPClient":
        import paramiko

        where = self._options.location
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        self._know_hosts(client)
        self._client = client
        try:
            client.connect(where.host, where.port, **self._login())
        except paramiko.BadHostKeyException:
            raise PermanentFailure(
                f"{where} shows another host key than known_hosts has. Somebody may be between; "
                "put the new key there only when its owner says that it is theirs."
            ) from None
        except paramiko.AuthenticationException:
            raise PermanentFailure(f"{where} refused the login: see user, password and key.") from None
        except paramiko.SSHException as error:
            if "not found in known_hosts" in str(error):
                raise PermanentFailure(
                    f"{where} is not in {self._options.known_hosts}: put its host key there, "
                    "having made sure that it is the right one."
                ) from None
            raise
        except paramiko.ssh_exception.NoValidConnectionsError as error:
            raise connection_failure(where, next(iter(error.errors.values()))) from None
        session = client.open_sftp()
        channel = session.get_channel()
        assert channel is not None
        channel.settimeout(_TIMEOUT)
        return session

    def _know_hosts(self, client: "paramiko.SSHClient") -> None:
        file = self._options.known_hosts
        try:
            client.load_host_keys(str(file))
        except OSError as error:
            raise PermanentFailure(
                f"{file} cannot be read ({error.strerror}): it must hold the host key of {self._options.location}."
            ) from None

    def _login(self) -> dict[str, Any]:
        key, password = self._options.key, self._options.password
        if key is not None and not key.is_file():
            raise PermanentFailure(f"{key} is not there, which should hold the key for {self._options.location}.")
        return {
            "username": self._options.location.user or None,
            "password": password() if password is not None else None,
            "key_filename": str(key) if key is not None else None,
            "timeout": _TIMEOUT,
            "banner_timeout": _TIMEOUT,
            "auth_timeout": _TIMEOUT,
            "allow_agent": key is None and password is None,
            "look_for_keys": key is None and password is None,
        }


def _make_folders(sftp: "paramiko.SFTPClient", folder: str) -> None:
    try:
        found = sftp.stat(folder or ".")
    except FileNotFoundError:
        _make_folders(sftp, posixpath.dirname(folder))
        sftp.mkdir(folder)
        return
    if not stat.S_ISDIR(found.st_mode or 0):
        raise OSError(f"{folder} is no folder")
