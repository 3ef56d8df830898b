"""Capabilities: short words in our letters that let one address do one thing until one day.

A token says in clear what it allows and until when; whom it was issued to is known to the seal alone,
so that a forwarded mail gives no address away. All of it is bound by an HMAC-SHA256 cut to 130 bits:

    mb1 s 4 k1 0fr k7q4 9x1c…(26)
    │   │ │ │  │   │    └ seal over everything, recipient and campaign included
    │   │ │ │  │   └ object: a reference, or the number of a letter or mail
    │   │ │ │  └ last day of validity, counted from 1 January 2020
    │   │ │ └ id of the key
    │   │ └ length of the object
    │   └ actions: one letter of ACTIONS
    └ format

Digits and letters alone, without regard to case, so that it may stand in a local part (RFC 5321, 4.5.3.1.1:
64 octets), a Subject, a Message-ID and a quoted body, and has no place where a client likes to wrap a line.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

ACTIONS = {"signer": "s", "organizer": "o", "challenge": "c"}
"""What a bearer may do, and its letter in a token. A new action is a new row; a row never changes."""

MOST_CANDIDATES = 20
LONGEST_OBJECT = 16
LONGEST_TOKEN = 52


class Refusal(StrEnum):
    """Why a token is worth nothing."""

    MALFORMED = "token_malformed"
    UNKNOWN_KEY = "token_unknown_key"
    FORGED = "token_forged"
    EXPIRED = "token_expired"
    OTHER_RECIPIENT = "token_other_recipient"  # genuine, but issued to another address: a veto


@dataclass(frozen=True, slots=True)
class Key:
    """A secret and the id by which tokens name it: two digits or small letters. Raises ValueError."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-z]{2}", self.id, re.ASCII):
            raise ValueError(f"the id of a token key must be two digits or small letters, not {self.id!r}")
        if len(self.secret) < 32:
            raise ValueError(f"the secret of token key {self.id!r} must have at least 32 octets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The key that seals, former keys whose tokens still count, and the letter's address they are good for."""

    campaign: str  # addr_spec of the intake: the token of one campaign is void in another
    current: Key
    former: tuple[Key, ...] = ()

    def find(self, key_id: str) -> Key | None:
        return next((key for key in (self.current, *self.former) if key.id == key_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What a token allows: `actions` on `object`, to the holder of `recipient`, up to and including `expires`."""

    actions: str  # a word of ACTIONS
    object: str  # a reference or a number: 1 to 16 digits or capitals
    recipient: str  # addr_spec, in any case
    expires: date


def issue(keyring: Keyring, capability: Capability) -> str:
    """The token of a capability, in lower case, at most LONGEST_TOKEN characters.

    The same capability always gives the same token. Raises ValueError for what no token can say:
    an unknown action, an object that is not 1 to 16 digits or capitals, a day outside 2020 to 2109.
    """
    if capability.actions not in ACTIONS:
        raise ValueError(f"no token for actions {capability.actions!r}: known are {', '.join(ACTIONS)}")
    if not re.fullmatch(rf"[0-9A-Z]{{1,{LONGEST_OBJECT}}}", capability.object, re.ASCII):
        raise ValueError(f"no token for object {capability.object!r}: it must be 1 to 16 digits or capitals")
    days = (capability.expires - _FIRST_DAY).days
    if not 0 <= days < 32**3:
        raise ValueError(f"no token can expire on {capability.expires}")
    claim = "".join(
        (
            _FORMAT,
            ACTIONS[capability.actions],
            _ALPHABET[len(capability.object)],
            keyring.current.id,
            _base32(days, 3),
            capability.object.lower(),
        )
    )
    return claim + _seal(keyring.current, keyring.campaign, claim, capability.recipient)


def find(texts: Iterable[str]) -> tuple[str, ...]:
    """Whatever looks like a token in the texts, in order, each once, in lower case; nothing is proved by it.

    Texts are addresses, Subject, Message-IDs, the body with its quotes. A token that a client cut in
    two by a line break, a quote mark or a soft line break (RFC 2045, 6.7) is put together again.
    Takes time linear in the texts; returns at most MOST_CANDIDATES.
    """
    found: dict[str, None] = {}
    attempts = 0
    for text in texts:
        position = 0
        while (head := _HEAD.search(text, position)) and attempts < _MOST_ATTEMPTS:
            attempts += 1
            position = head.end()
            start = _BREAKS.sub("", head[0]).lower()
            rest = _rest(_length(start) - len(start)).match(text, position)
            if rest and _TOKEN.fullmatch(token := start + _BREAKS.sub("", rest[0]).lower()):
                position = rest.end()
                found.setdefault(token)
                if len(found) == MOST_CANDIDATES:
                    return tuple(found)
    return tuple(found)


def verify(
    keyring: Keyring, token: str, *, recipient: str, today: date, others: Iterable[str] = ()
) -> Capability | Refusal:
    """The capability that `recipient` holds by this token, or why there is none.

    `recipient` is the author's addr_spec; that he is who he says is not proved here. `others` are
    registered addresses to which the token may have been issued instead: only they can tell
    OTHER_RECIPIENT from FORGED. Seals are compared in constant time. Never raises.
    """
    match = _TOKEN.fullmatch(token)
    if match is None or len(token) != _length(token.lower()):
        return Refusal.MALFORMED
    token = token.lower()
    claim, seal = token[:-_SEAL], token[-_SEAL:]
    key = keyring.find(match["key"].lower())
    if key is None:
        return Refusal.UNKNOWN_KEY
    if not hmac.compare_digest(seal, _seal(key, keyring.campaign, claim, recipient)):
        elsewhere = [hmac.compare_digest(seal, _seal(key, keyring.campaign, claim, other)) for other in others]
        return Refusal.OTHER_RECIPIENT if any(elsewhere) else Refusal.FORGED
    expires = _FIRST_DAY + timedelta(days=_number(match["day"].lower()))
    if today > expires:
        return Refusal.EXPIRED
    return Capability(
        actions=_WORDS[match["actions"].lower()],
        object=claim[_HEAD_LENGTH:].upper(),
        recipient=recipient,
        expires=expires,
    )


_FORMAT = "mb1"
_FIRST_DAY = date(2020, 1, 1)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32
_WORDS = {letter: word for word, letter in ACTIONS.items()}
_SEAL = 26  # characters of 5 bits: 130 bits
_HEAD_LENGTH = len("mb1s4k10fr")
_MOST_ATTEMPTS = 1000

_TOKEN = re.compile(
    rf"mb1(?P<actions>[{''.join(_WORDS)}])[1-9a-h](?P<key>[0-9a-z]{{2}})(?P<day>[{_ALPHABET}]{{3}})"
    rf"[0-9a-z]{{1,{LONGEST_OBJECT}}}[{_ALPHABET}]{{{_SEAL}}}",
    re.ASCII | re.IGNORECASE,
)
# Each repetition is bounded and no two of them can match the same characters, so a search is linear.
_BREAK = r"(?:=?[ \t]{0,2}\r?\n[ \t>|]{0,16})"
_BREAKS = re.compile(_BREAK)
# Begins with a set of characters, to which a search can leap: every mail is searched whole, and few hold a token.
_HEAD = re.compile(
    f"{_BREAK}?".join(
        ["[mM](?<![0-9a-zA-Z][mM])", "[bB]", "1", f"[{''.join(_WORDS)}{''.join(_WORDS).upper()}]", "[1-9a-hA-H]"]
    ),
    re.ASCII,
)


@cache
def _rest(count: int) -> re.Pattern[str]:
    return re.compile(rf"(?:{_BREAK}?[0-9a-z]){{{count}}}(?![0-9a-z])", re.ASCII | re.IGNORECASE)


def _length(head: str) -> int:
    """How long the token is that begins so; its fifth character tells the length of its object."""
    return _HEAD_LENGTH + _ALPHABET.index(head[4]) + _SEAL


def _seal(key: Key, campaign: str, claim: str, recipient: str) -> str:
    """Each field goes in with its length before it, so that no two sets of fields read the same."""
    fields = ("mailbot capability", campaign.casefold(), claim, recipient.casefold())
    octets = b"".join(
        len(text).to_bytes(4, "big") + text for text in (field.encode("utf-8", "surrogatepass") for field in fields)
    )
    digest = hmac.new(key.secret, octets, hashlib.sha256).digest()
    return _base32(int.from_bytes(digest, "big") >> (256 - 5 * _SEAL), _SEAL)


def _base32(number: int, width: int) -> str:
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(width)))


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number << 5 | _ALPHABET.index(character)
    return number
