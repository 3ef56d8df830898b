"""Answers for the URLs of mailboxes, and of places for the list; a Location that exists is safe to use."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote

_PORTS = {
    "imap": 143,  # RFC 9051, 2.1
    "imap+starttls": 143,
    "imaps": 993,  # RFC 8314, 3.2
    "smtp": 25,  # RFC 5321, 4.5.4.2
    "smtp+starttls": 587,  # RFC 6409, 3.1
    "smtps": 465,  # RFC 8314, 3.3
}
_DESTINATION_PORTS = {
    "sftp": 22,  # RFC 4253, 4.1
    "git+ssh": 22,
    "git+https": 443,  # RFC 9110, 4.2.2
    "webdav+https": 443,
    "webdav+http": 80,
    "wordpress+https": 443,
    "wordpress+http": 80,
    "s3": 0,  # what stands where a server would is a bucket
}
_ENCRYPTED = {
    "imap": "imaps:// or imap+starttls://",
    "smtp": "smtps:// or smtp+starttls://",
    "webdav+http": "webdav+https://",
    "wordpress+http": "wordpress+https://",
}
_MAIL_FOLDERS = {"eml": "backlog", "maildir": "inbox", "mbox": "archive.mbox"}  # with what a name looks like
_FOLDERS = {**_MAIL_FOLDERS, "patch": "/srv/www/letter", "git+file": "/srv/www/letter"}
_SCHEME = re.compile(r"([a-z][a-z0-9+]{0,20}):", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A mailbox, server or file: `path` is the mailbox at an IMAP server, a Maildir, the file of an mbox, a web path.

    Raises ValueError where a password would cross a network in the clear: plain imap:, smtp: and http:
    reach this machine only (RFC 8314, 4.1).
    """

    scheme: str
    user: str = ""
    host: str = ""
    port: int = 0
    path: str = ""

    def __post_init__(self) -> None:
        if self.scheme in _ENCRYPTED and not self.is_loopback:
            raise ValueError(
                f"{self.scheme}://{self.host} would send what it carries and the password in the clear: "
                f"write {_ENCRYPTED[self.scheme]} (plain {self.scheme}:// is for 127.0.0.1 only)."
            )

    @property
    def is_loopback(self) -> bool:
        """True where nothing leaves this machine."""
        if self.host.casefold() == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def server(self) -> str:
        """Host and port for a sentence: never user or password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host

    def __str__(self) -> str:
        if self.scheme in _FOLDERS:
            return f"{self.scheme}:{self.path}"
        return f"{self.scheme}://{self.server}" + (f"/{self.path}" if self.path else "")


def parse_location(text: str) -> Location:
    """Read `imaps://user@host:port/INBOX`, `smtp+starttls://user@host`, `maildir:folder` and their kin.

    User and mailbox are percent-decoded; the last @ ends the user, so that a whole address may stand
    there as it is. Raises ValueError with one sentence that tells the cure and never repeats what
    stands before the @, for somebody may have written a password there.
    """
    return _parse(text, dict.fromkeys(sorted(_MAIL_FOLDERS), 0) | _PORTS, "mail location")


def parse_destination(text: str) -> Location:
    """Read where a copy of the list is carried to: `sftp://user@host/path`, `s3://bucket/prefix`, `patch:file` …

    Raises ValueError as `parse_location` does.
    """
    return _parse(text, {"patch": 0, "git+file": 0} | _DESTINATION_PORTS, "place for the list")


def _parse(text: str, ports: dict[str, int], what: str) -> Location:
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else ""
    rest = text[found.end() :] if found else text
    if _CONTROLS.search(unquote(rest)):
        raise ValueError(f"A {what} holds no control characters, not even percent-encoded ones.")
    if scheme not in ports:
        known = ", ".join(f"{name}:" for name in ports)
        raise ValueError(f"A {what} begins with one of {known}; this one does not.")
    if scheme in _FOLDERS:
        return _folder(scheme, rest)
    return _server(scheme, rest, ports[scheme])


def _folder(scheme: str, rest: str) -> Location:
    path = rest.removeprefix("//") if rest.startswith("///") else rest
    if not path or path.startswith("//"):
        what = {"mbox": "a file", "eml": "a folder", "maildir": "a folder"}.get(scheme, "a path")
        such = _FOLDERS[scheme]
        deep = such if such.startswith("/") else f"/srv/mail/{such}"
        raise ValueError(f"Write {what} after {scheme}: such as {scheme}:{such.lstrip('/')} or {scheme}:{deep}.")
    return Location(scheme=scheme, path=path)


def _server(scheme: str, rest: str, default_port: int) -> Location:
    example = f"{scheme}://user@{'mail' if scheme in _PORTS else 'www'}.example.org"
    if not rest.startswith("//"):
        raise ValueError(f"After {scheme}: come two slashes and a server, such as {example}.")
    # The mailbox begins at the first slash behind the user: an @ in a mailbox name is not the end of a user.
    authority, _, path = rest[2:].partition("/")
    user, _, server = authority.rpartition("@")
    if ":" in user:
        raise ValueError(f"No password in such an address: write {example} and keep the password elsewhere.")
    host, port = _host_and_port(scheme, server, default_port)
    return Location(scheme=scheme, user=unquote(user), host=host, port=port, path=unquote(path))


def _host_and_port(scheme: str, server: str, default_port: int) -> tuple[str, int]:
    host, bracket, tail = server[1:].partition("]") if server.startswith("[") else ("", "", "")
    if bracket:
        _require_address(host)
        colon, port = tail[:1], tail[1:]
    else:
        host, colon, port = server.partition(":")
        if not _HOST.fullmatch(host):
            raise ValueError(f"After {scheme}:// and the user's @ comes the name of a server; this is none.")
    if not colon and not tail:
        return host.lower(), default_port
    if colon != ":" or not port.isascii() or not port.isdigit() or len(port) > 5 or not 0 < int(port) < 65536:
        raise ValueError(f"The port of {host} is a number from 1 to 65535.")
    return host.lower(), int(port)


def _require_address(host: str) -> None:
    try:
        ip_address(host)
    except ValueError:
        raise ValueError("In square brackets stands an IPv6 address, such as [::1].") from None
