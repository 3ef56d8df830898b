"""Fetches one public page or file from the web for the operator: encrypted, capped in size and time.

The connection is made to the very address that was looked at, so that a name cannot mean another one meanwhile.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from mailbot import __version__
from mailbot.ports import PermanentFailure, TemporaryFailure

MOST_OCTETS = 8 * 1024 * 1024
SECONDS = 30.0
_REDIRECTS = 5
_CHUNK = 1 << 16
_MOVED = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_TYPES = ("text/", "application/json", "application/xhtml+xml", "application/csv", "application/octet-stream")
_WORKBOOK = "application/vnd.openxmlformats"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """What was fetched; `url` is where it was in the end, `notes` what the operator should know of the way there."""

    url: str
    octets: bytes
    content_type: str  # in lower case, without parameters
    charset: str
    notes: tuple[str, ...] = ()


def fetch_page(
    url: str,
    *,
    plain_http: bool = False,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
    most_octets: int = MOST_OCTETS,
) -> WebPage:
    """Fetch `url` with up to five redirects. Raises PermanentFailure or TemporaryFailure in one sentence.

    Only https, unless `plain_http`. An address on a private network is fetched where the operator names it, with
    a note; a redirect to one is refused, for then somebody else chose it.
    """
    deadline = time.monotonic() + seconds
    notes: list[str] = []
    for hops in range(_REDIRECTS + 1):
        parts = _checked(url, plain_http=plain_http)
        address = _address(parts, own=hops == 0, notes=notes)
        answer = _Answer(parts, address, context, deadline, most_octets)
        if answer.moved_to is None:
            return WebPage(
                url=url,
                octets=answer.octets,
                content_type=answer.content_type,
                charset=answer.charset,
                notes=tuple(notes),
            )
        url = urljoin(url, answer.moved_to)
        notes.append(f"redirected to {_shown(url)}")
    raise PermanentFailure(f"{_shown(url)} is redirected more than {_REDIRECTS} times: name the page itself.")


def _checked(url: str, *, plain_http: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PermanentFailure(f"{_shown(url)} is no address of a page: {error}.") from error
    if parts.scheme == "http" and not plain_http:
        raise PermanentFailure(
            f"{_shown(url)} is not encrypted, so that anybody on the way could change the names: use https, "
            "or say --plain-http."
        )
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise PermanentFailure(f"{_shown(url)} is no address of a page: it begins with https:// and a host.")
    if parts.username is not None or parts.password is not None:
        raise PermanentFailure("An address with a password in it is not fetched: save the page and import the file.")
    return parts


def _address(parts: SplitResult, *, own: bool, notes: list[str]) -> tuple[str, int]:
    """The address to connect to: a public one, or the private one that the operator has named."""
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TemporaryFailure(f"{host} is not found: see whether the address is right.") from error
    addresses = [str(one[4][0]) for one in found]
    public = [address for address in addresses if is_public(address)]
    if public:
        return public[0], port
    if not own:
        raise PermanentFailure(f"The page redirects to {host}, which is inside a private network: it is not followed.")
    notes.append(f"{host} is inside a private network")
    return addresses[0], port


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet, whatever it is wrapped in (RFC 6890, 4291, 6052, 3056)."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


class _Answer:
    """One request and its answer, read to the end or to where it moved."""

    def __init__(
        self,
        parts: SplitResult,
        address: tuple[str, int],
        context: ssl.SSLContext | None,
        deadline: float,
        most_octets: int,
    ) -> None:
        self.moved_to: str | None = None
        self.octets = b""
        self.content_type = self.charset = ""
        self._most = most_octets
        self._host = parts.hostname or ""
        self._late = False
        line: socket.socket | None = None
        watch: threading.Timer | None = None
        try:
            left = max(0.1, deadline - time.monotonic())
            line = socket.create_connection(address, timeout=left)
            # A server that answers a letter a minute never lets a timeout of the socket pass.
            watch = threading.Timer(max(0.1, deadline - time.monotonic()), self._hang_up, [line])
            watch.daemon = True
            watch.start()
            if parts.scheme == "https":
                line = (context or ssl.create_default_context()).wrap_socket(line, server_hostname=self._host)
                watch.args = [line]
            self._exchange(line, parts)
        except ssl.SSLCertVerificationError as error:
            raise PermanentFailure(
                f"{self._host} shows a certificate that is not good: {error.verify_message}."
            ) from error
        except (OSError, http.client.HTTPException, zlib.error) as error:
            what = "took too long" if self._late or isinstance(error, TimeoutError) else "broke off the connection"
            raise TemporaryFailure(f"{self._host} {what}: try again, or save the page and import the file.") from error
        finally:
            if watch:
                watch.cancel()
            if line:
                line.close()

    def _hang_up(self, line: socket.socket) -> None:
        self._late = True
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def _exchange(self, line: socket.socket, parts: SplitResult) -> None:
        connection = http.client.HTTPConnection(parts.netloc)
        connection.sock = line
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
            "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._") if parts.query else ""
        )
        headers = {
            "User-Agent": f"mailbot/{__version__}",
            "Accept": "text/html,*/*;q=0.5",
            "Accept-Encoding": "identity",
        }
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if response.status in _MOVED and response.headers.get("Location"):
            self.moved_to = response.headers["Location"]
            return
        if response.status != 200:
            kind = TemporaryFailure if response.status in _BUSY else PermanentFailure
            raise kind(f"{self._host} answers {response.status} instead of the page: see whether its address is right.")
        self.content_type = response.headers.get_content_type().casefold()
        self.charset = str(response.headers.get_param("charset") or "") if "Content-Type" in response.headers else ""
        if not self.content_type.startswith((*_TYPES, _WORKBOOK)):
            raise PermanentFailure(
                f"{self._host} gives something else than a page or a list: {self.content_type[:60]}."
            )
        self.octets = self._body(response)
        if self._late:
            raise TimeoutError

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        packed = response.headers.get("Content-Encoding", "identity").casefold() in ("gzip", "x-gzip", "deflate")
        unpack = zlib.decompressobj(wbits=47) if packed else None
        taken = bytearray()
        while len(taken) <= self._most and (chunk := response.read(_CHUNK)):
            taken += unpack.decompress(chunk, self._most + 1 - len(taken)) if unpack else chunk
        if len(taken) > self._most:
            raise PermanentFailure(
                f"{self._host} gives more than {self._most >> 20} MB: save the part with the names, and import that."
            )
        return bytes(taken)


def _shown(url: str) -> str:
    """An address as a sentence may show it: without a password, and short."""
    plain = "".join(c for c in url if c.isprintable())
    scheme, separator, rest = plain.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2] if '@' in rest.split('/')[0] else rest}"[:120]
