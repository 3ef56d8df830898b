"""vCards (RFC 6350, and 2.1 and 3.0 before it) → a table: organizations with those who speak for them, and persons."""

import binascii
import re
from dataclasses import dataclass, field

from mailbot.reading.attached import CELL_LENGTH, ROWS, Block, Contents, UnreadableError, Why, as_rows
from mailbot.reading.charsets import decode, guess

_LINE = re.compile(r"(?:[\w-]{1,40}\.)?([A-Za-z-]{1,40})((?:;[^:;\"]{0,200}(?:\"[^\"]{0,200}\")?)*):(.*)", re.DOTALL)
_PART = re.compile(r"(?:[^\\;]|\\.){0,1000}", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\;,nN:])")
_LINES = 20_000
_TOWN, _COUNTRY = 3, 6  # parts of ADR (RFC 6350, 6.3.1)


@dataclass(slots=True)
class _Card:
    properties: dict[str, str] = field(default_factory=dict)

    def parts(self, name: str) -> list[str]:
        """The parts of a structured value, unescaped."""
        value = self.properties.get(name, "")
        found: list[str] = []
        at = 0
        while at <= len(value) and len(found) < 10:
            part = _PART.match(value, at)
            end = part.end() if part else at
            found.append(_unescaped(value[at:end]))
            at = end + 1
        return found

    def value(self, name: str) -> str:
        return _unescaped(self.properties.get(name, ""))


def read_cards(octets: bytes) -> Contents:
    """The cards as two tables with headings of Column's words. Raises UnreadableError alone."""
    cards = _cards(octets)
    groups = [["group", "contact", "role", "place", "website"]]
    persons = [["person", "role", "place"]]
    for card in cards[:ROWS]:
        organization, name = _organization(card), _person(card)
        role = card.value("title") or card.value("role")
        address = card.parts("adr")
        place = next((address[n] for n in (_TOWN, _COUNTRY) if n < len(address) and address[n]), "")
        if organization:
            speaker = "" if name.casefold() == organization.casefold() else name
            groups.append([organization, speaker, role, place, card.value("url")])
        elif name:
            persons.append([name, role, place])
    blocks = tuple(Block(as_rows(rows)) for rows in (groups, persons) if len(rows) > 1)
    if not blocks:
        raise UnreadableError(Why.NO_TEXT)
    return Contents(blocks, Why.ROWS if len(cards) > ROWS else None)


def _organization(card: _Card) -> str:
    """The organization of a card: its first part, a department does not sign (RFC 6350, 6.6.4)."""
    organization = card.parts("org")[0]
    if organization:
        return organization
    is_group = card.value("kind").casefold() in ("org", "group") or card.value("x-abshowas").casefold() == "company"
    return card.value("fn") if is_group else ""


def _person(card: _Card) -> str:
    """The name as written; without one, put together from its parts (RFC 6350, 6.2.2)."""
    if card.value("fn"):
        return card.value("fn")
    family, given, *_ = [*card.parts("n"), "", ""]
    return f"{given} {family}".strip()


def _cards(octets: bytes) -> list[_Card]:
    cards: list[_Card] = []
    for name, parameters, value in _properties(octets):
        if name == "begin" and value.strip().casefold() == "vcard":
            cards.append(_Card())
        elif cards and name not in cards[-1].properties:
            cards[-1].properties[name] = _plain(value, parameters)
    return cards


def _properties(octets: bytes) -> list[tuple[str, str, str]]:
    """Name, parameters and value of each line, folded lines joined (RFC 6350, 3.2)."""
    lines: list[str] = []
    for line in guess(octets).replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_LINES]:
        soft = lines and lines[-1].endswith("=") and "quoted-printable" in lines[-1][:200].casefold()
        if lines and (soft or line[:1] in (" ", "\t")) and len(lines[-1]) < CELL_LENGTH * 10:
            lines[-1] = lines[-1][:-1] + line if soft else lines[-1] + line[1:]
        else:
            lines.append(line)
    found = (_LINE.match(line[: CELL_LENGTH * 10]) for line in lines)
    return [(m[1].casefold(), m[2].casefold(), m[3]) for m in found if m]


def _plain(value: str, parameters: str) -> str:
    """A value of a 2.1 card with its coding undone."""
    if "quoted-printable" not in parameters:
        return value
    charset = re.search(r"charset=([\w-]{2,40})", parameters)
    octets = binascii.a2b_qp(value.encode("utf-8", "replace"))
    return decode(octets, charset[1] if charset else "utf-8")[0]


def _unescaped(text: str) -> str:
    return " ".join(_ESCAPED.sub(lambda m: " " if m[1] in "nN" else m[1], text).split())
