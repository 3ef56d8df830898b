"""The Authentication-Results field (RFC 8601), read by its grammar.

A field that leaves the grammar says nothing at all: what a stranger got a server to copy into it
(an envelope sender, a comment) must not be able to change the meaning of the rest.
"""

import re
from dataclasses import dataclass

MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResult:
    """One method's result; names and result in lower case, values as written, without quotes."""

    method: str  # dkim, spf, dmarc, …
    result: str  # pass, fail, none, …
    reason: str = ""
    properties: tuple[tuple[str, str], ...] = ()  # ("header.d", "church.example")

    def property(self, name: str) -> str:
        """The value of that property; "" where it is absent or given twice and differently."""
        values = {value for key, value in self.properties if key == name}
        return values.pop() if len(values) == 1 else ""


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """What the server `authserv_id` found out about a mail; no results where it checked nothing."""

    authserv_id: str
    results: tuple[MethodResult, ...]


def parse_authentication_results(value: str) -> AuthenticationResults | None:
    """The field's value, read; None where it does not follow the grammar or speaks another version of it.

    Takes time linear in the value and never raises. Beyond RFC 8601, 2.2 it bears what servers do
    write: a semicolon at the end, an empty property value, and `action=none` without a ptype, which
    is dropped. Microsoft 365's field without an authserv-id is None.
    """
    if len(value) > MOST_CHARACTERS:
        return None
    try:
        return _Reader(value).field()
    except _MalformedError:
        return None


class _MalformedError(Exception):
    """The text leaves the grammar."""


_BLANKS = re.compile(r"[ \t\r\n]+")
_IN_COMMENT = re.compile(r"[^()\\]*")
_TOKEN = re.compile(r'[^\x00-\x20\x7f()<>@,;:\\"/\[\]?=]+')  # RFC 2045, 5.1
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_KEYWORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*)")
_BARE = re.compile(r'[^\x00-\x20\x7f();"\\]*')
_VERSION = re.compile(r"[0-9]+")


class _Reader:
    """A place in the value, moving forward only; what does not fit raises _MalformedError."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def field(self) -> AuthenticationResults | None:
        self.blank()
        authserv_id = self.quoted() if self.sees('"') else self.take(_TOKEN)
        self.blank()
        version = "1" if self.ended() or self.sees(";") else self.take(_VERSION)
        self.blank()
        results: list[MethodResult] = []
        closed = False
        while not self.ended():
            self.expect(";")
            self.blank()
            if self.ended():
                break
            if closed:
                raise _MalformedError
            result = self.result()
            closed = result is None
            if result is not None:
                results.append(result)
        if closed and results:
            raise _MalformedError
        return AuthenticationResults(authserv_id, tuple(results)) if version == "1" else None

    def result(self) -> MethodResult | None:
        """One resinfo; None for the word "none", which stands where nothing was checked."""
        method = self.take(_KEYWORD).lower()
        self.blank()
        if method == "none" and (self.ended() or self.sees(";")):
            return None
        if self.sees("/"):
            self.expect("/")
            self.blank()
            version = self.take(_VERSION)
            self.blank()
            if version != "1":
                method = f"{method}/{version}"  # a method that nobody asks for (RFC 8601, 2.7)
        self.expect("=")
        self.blank()
        result = self.take(_KEYWORD).lower()
        reason, properties = self.properties()
        return MethodResult(method=method, result=result, reason=reason, properties=properties)

    def properties(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        reason, found = "", list[tuple[str, str]]()
        while True:
            parted = self.blank()
            if self.ended() or self.sees(";"):
                return reason, tuple(found)
            if not parted:
                raise _MalformedError
            name = self.take(_KEYWORD).lower()
            self.blank()
            if self.sees("."):
                self.expect(".")
                self.blank()
                name = f"{name}.{self.take(_KEYWORD).lower()}"
                self.blank()
            self.expect("=")
            self.blank()
            value = self.value()
            if "." in name:
                found.append((name, value))
            elif name == "reason":
                reason = value

    def value(self) -> str:
        """A pvalue; the local part of an address may be quoted."""
        if not self.sees('"'):
            return self.take(_BARE)
        quoted = self.quoted()
        return quoted + self.take(_BARE) if self.sees("@") else quoted

    def blank(self) -> bool:
        """Pass over folding white space and comments (RFC 5322, 3.2.2), nested as deep as they like."""
        start, depth = self.at, 0
        while not self.ended():
            if depth == 0:
                blanks = _BLANKS.match(self.text, self.at)
                self.at = blanks.end() if blanks else self.at
                if not self.sees("("):
                    break
            match self.text[self.at : self.at + 1]:
                case "(":
                    depth += 1
                    self.at += 1
                case ")":
                    depth -= 1
                    self.at += 1
                case "\\":
                    self.at += 2
                case _:
                    self.take(_IN_COMMENT)
        if depth:
            raise _MalformedError
        return self.at > start

    def quoted(self) -> str:
        inside = self.take(_QUOTED)[1:-1]
        return re.sub(r"\\(.)", r"\1", inside, flags=re.DOTALL)

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise _MalformedError
        self.at = match.end()
        return match[0]

    def expect(self, character: str) -> None:
        if not self.sees(character):
            raise _MalformedError
        self.at += 1

    def sees(self, character: str) -> bool:
        return self.text.startswith(character, self.at)

    def ended(self) -> bool:
        return self.at >= len(self.text)
