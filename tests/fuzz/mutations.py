"""Mail made worse: small, seeded changes of octets, by which real mail reaches where no hand-written test does."""

from collections.abc import Callable
from random import Random

# fmt: off
TOKENS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"~{", b"+ACI-", b"\xe2\x80\xae",
    b"=?utf-8?B?", b"=?gb2312?Q?=C7?=", b"=?utf-7?q?+/v8-?=", b"?=", b"=\r\n", b"%00", b"\"", b"(", b"<", b">", b";", b":", b",", b"@",
    b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n", b"\r\n--zz--\r\n", b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=zz\r\n", b"Content-Type: message/delivery-status\r\n\r\n",
    b"Content-Type: text/html\r\n", b"Content-Type: text/plain; charset=\"\r\n", b"; charset=gb18030", b"; charset=utf-16", b"; charset=hz",
    b"; charset=iso-2022-jp", b"; format=flowed; delsp=yes", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n", b"Content-Disposition: attachment; filename*0*=x''%\r\n",
    b"From: a@b.example, c@d.example\r\n", b"From: =?utf-8?q?a?= <a@b.example>\r\n", b"Auto-Submitted: no\r\n", b"List-Id: <x>\r\n",
    b"<table><tr><td>", b"<blockquote type=cite>", b"<div class=gmail_quote>", b"<!--", b"<![CDATA[", b"&#x10ffff;", b"&nbsp;", b"</p>", b"<pre>",
    b"\r\n> ", b"\r\n-- \r\n", b"\r\nOn Fri, Jan 8, 2021 at 4:47 PM Ben <b@x.example> wrote:\r\n", b"\r\n---------- Forwarded message ---------\r\n",
    b"\r\nFrom: a\r\nSent: b\r\nTo: c\r\nSubject: d\r\n", b"\r\n- ", b"\r\n1. ", b" and ", "、".encode(), "請加".encode(), b"Please add us: ", b"PK\x03\x04", b"%PDF-1.4",
)
# fmt: on


def mutated(seeds: list[bytes], random: Random) -> bytes:
    """One of the seeds after one to six changes. The same `random` gives the same mail."""
    octets = random.choice(seeds)[:200_000]
    for _ in range(random.randint(1, 6)):
        octets = random.choice(_CHANGES)(octets, seeds, random)
    return octets[:2_000_000]


def _at(octets: bytes, random: Random) -> int:
    """A place; more often in the header and near the beginning, where most is decided."""
    return random.randint(0, min(len(octets), random.choice((200, 2_000, 200_000))))


def _stretch(octets: bytes, random: Random) -> tuple[int, int]:
    start = _at(octets, random)
    return start, start + random.choice((1, 4, 20, 100, 1_000))


def _flip(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    changed = bytearray(octets)
    for _ in range(random.randint(1, 12)):
        if changed:
            changed[min(_at(octets, random), len(changed) - 1)] = random.randrange(256)
    return bytes(changed)


def _delete(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    start, end = _stretch(octets, random)
    return octets[:start] + octets[end:]


def _truncate(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    return octets[: _at(octets, random)]


def _insert(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    place = _at(octets, random)
    return octets[:place] + random.choice(TOKENS) + octets[place:]


def _repeat_token(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    place = _at(octets, random)
    piece = random.choice(TOKENS) + random.choice((b"", b"a", b" ", b"\r\n", random.choice(TOKENS)))
    return octets[:place] + piece * random.choice((3, 50, 1_000, 20_000)) + octets[place:]


def _repeat_stretch(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    start, end = _stretch(octets, random)
    return octets[:start] + octets[start:end] * random.choice((2, 10, 300)) + octets[end:]


def _splice(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    other = random.choice(seeds)
    return octets[: _at(octets, random)] + other[_at(other, random) :][:200_000]


def _line_ends(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    return octets.replace(b"\r\n", b"\n").replace(b"\n", random.choice((b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r\n")))


def _swap_lines(octets: bytes, seeds: list[bytes], random: Random) -> bytes:
    lines = octets.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


_CHANGES: tuple[Callable[[bytes, list[bytes], Random], bytes], ...] = (
    _flip,
    _delete,
    _truncate,
    _insert,
    _insert,
    _repeat_token,
    _repeat_stretch,
    _splice,
    _line_ends,
    _swap_lines,
)
