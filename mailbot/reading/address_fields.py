"""Address fields (RFC 5322, 3.4) in one pass: structure first, encoded words after.

Where a field is ambiguous it yields more mailboxes rather than fewer, so that "exactly one author"
fails closed.
"""

import re
from dataclasses import dataclass, field

from mailbot.core.message import Address
from mailbot.reading.header_fields import clean, decode_words

_TOKEN = re.compile(
    r"(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)"  # an encoded word is one atom, whatever stands in it
    r"|(?P<text>[^\"(<,;:=\\]+)"
    r"|(?P<special>.)",
    re.DOTALL,
)
# What most fields hold: one mailbox, and in its name nothing that has a meaning of its own.
_PLAIN = re.compile(
    r"""(?:"(?P<quoted>[^"\\=]*)"[ ]?|(?P<name>[^"(<>,;:=\\@]*))<(?P<angled>[\w.+-]+@[\w.-]+)>"""
    r"""|(?P<bare>[\w.+-]+@[\w.-]+)""",
    re.ASCII,
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ANGLE = re.compile(r'<((?:[^<>"]|"(?:[^"\\]|\\.)*")*)>')
_SPACED_AT = re.compile(r"\s*@\s*")
_LOCAL = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s@"(),:;<>\[\]\\]+)')
_DOMAIN = re.compile(r"(?:[^\s@\"(),:;<>\[\]\\]+|\[[0-9A-Fa-f.:IPVipv]{3,60}\])")
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST = 320


def read_addresses(value: str, most: int) -> tuple[Address, ...]:
    """The mailboxes of a field's raw text, in order, at most `most`. Linear; never raises."""
    plain = _PLAIN.fullmatch(value.strip())
    if plain and most > 0 and (address := addr_spec(plain["angled"] or plain["bare"])):
        return (Address(clean(" ".join((plain["quoted"] or plain["name"] or "").split())), address),)
    return _Reader(value, most).read()


def read_address(value: str) -> str:
    """The addr_spec of a field that holds one address at most, "" where it holds none."""
    found = read_addresses(value, 1)
    return found[0].addr_spec if found else ""


def addr_spec(text: str) -> str:
    """A usable addr_spec with its domain in lower case, or "" (RFC 5322, 3.4.1).

    A letter that case folding makes an ASCII one (Kelvin sign, long s, sharp s) is no letter of an address here:
    two mailboxes would count as one wherever addresses are compared.
    """
    text = _COMMENT.sub("", text).strip() if "(" in text else text.strip()
    if text.startswith("@") and ":" in text:  # an obsolete source route
        text = text.rpartition(":")[2]
    local, _, domain = _SPACED_AT.sub("@", text).rpartition("@")
    domain = domain.rstrip(".")
    if len(text) > _LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ""
    if not text.isascii() and any(_is_disguised(character) for character in text):
        return ""
    return f"{local}@{domain.lower()}"


def _is_disguised(character: str) -> bool:
    return not character.isascii() and any(folded.isascii() for folded in character.casefold())


@dataclass(slots=True)
class _Mailbox:
    """What was seen of one mailbox: words before the angle, after it, and the address in it."""

    words: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    address: str = ""

    def add(self, text: str) -> None:
        (self.after if self.address else self.words).append(text)


class _Reader:
    def __init__(self, value: str, most: int) -> None:
        self.value, self.most = value, most
        self.found: list[Address] = []
        self.names: list[str] = []  # an unquoted comma in a display name: "Smith, John <j@x>"
        self.mailbox = _Mailbox()
        self.quotes = self.comments = self.angles = True  # False once one was left open

    def read(self) -> tuple[Address, ...]:
        position = 0
        while position < len(self.value) and len(self.found) < self.most:
            token = _TOKEN.match(self.value, position)
            assert token is not None  # `special` takes any character
            position = token.end()
            if token.lastgroup != "special":
                self.mailbox.add(token[0])
            else:
                position = self.special(token[0], position)
        self.end()
        return tuple(self.found[: self.most])

    def special(self, mark: str, position: int) -> int:
        if mark == '"':
            return self.quoted(position)
        if mark == "(":
            return self.comment(position)
        if mark == "<":
            return self.angle(position)
        if mark == ",":
            self.end(comma=True)
        elif mark == ";":
            self.end()
        elif mark == ":":
            if not self.mailbox.address:  # the name of a group
                self.mailbox, self.names = _Mailbox(), []
        elif mark == "\\":
            self.mailbox.add(self.value[position : position + 1])
            return position + 1
        else:
            self.mailbox.add(mark)
        return position

    def quoted(self, position: int) -> int:
        match = _QUOTED.match(self.value, position - 1) if self.quotes else None
        if match is None:
            self.quotes = False
            return position
        local = self.value.startswith("@", match.end())
        self.mailbox.add(match[0] if local else re.sub(r"\\(.)", r"\1", match[1]))
        return match.end()

    def comment(self, position: int) -> int:
        if not self.comments:
            return position
        depth, at = 1, position
        for mark in _COMMENT_MARK.finditer(self.value, position):
            depth += {"(": 1, ")": -1}.get(mark[0], 0)
            if not depth:
                at = mark.end()
                break
        else:
            self.comments = False
            return position
        self.mailbox.comments.append(self.value[position : at - 1])
        return at

    def angle(self, position: int) -> int:
        match = _ANGLE.match(self.value, position - 1) if self.angles else None
        if match is None:
            if self.value.find("<", position) >= 0 or self.value.find(">", position) >= 0:
                return position  # "<<a@b>>": the inner one counts
            self.angles = False
            rest = self.value[position:].partition(",")[0]
            address, end = addr_spec(rest), position + len(rest)
        else:
            address, end = addr_spec(match[1]), match.end()
        if not address:
            return end
        if self.mailbox.address:
            self.end()
        self.mailbox.address = address
        return end

    def end(self, *, comma: bool = False) -> None:
        """Close the mailbox; without any address its words wait for the next one as the start of a name."""
        box, self.mailbox = self.mailbox, _Mailbox()
        words = "".join(box.words).strip()
        if box.address:
            name = ", ".join([*self.names, words] if words else self.names)
            self.keep(name or " ".join(box.after).strip() or " ".join(box.comments), box.address)
            self.bare("".join(box.after), box.comments)
        elif not self.bare(words, box.comments) and comma and words:
            self.names.append(words)
            return
        self.names = []

    def bare(self, words: str, comments: list[str]) -> bool:
        """Addresses that stand without angle brackets."""
        if "@" not in words:
            return False
        found = [spec for word in _SPACED_AT.sub("@", words).split() if (spec := addr_spec(word))]
        if not found and '"' in words:
            found = [spec] if (spec := addr_spec(words)) else []
        for spec in found:
            self.keep(" ".join(comments), spec)
        return bool(found)

    def keep(self, name: str, address: str) -> None:
        name = clean(decode_words(" ".join(name.split())))
        self.found.append(Address(name, address))


_COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)
