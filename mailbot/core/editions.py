"""What one publication says beside the list itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    revision: int
    updated: datetime  # aware: when the list last changed
    waiting: int  # requests on the desk
    salt: str  # random, another for each revision: without it a digest of signatories.json tests no guess of a name
    tag: str = ""  # what ids in the feed begin with


def tag_of(address: str, began: datetime) -> str:
    """What the ids of a campaign begin with: its own address and a day on which that was its own (RFC 4151, 2.1).

    An address that the RFC's grammar does not know gives way to its domain.
    """
    local, _, domain = address.casefold().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = "localhost"
    plain = local.isascii() and local.translate(_PUNCTUATION).isalnum()
    return f"tag:{local}@{domain},{began:%Y-%m-%d}:" if plain else f"tag:{domain},{began:%Y-%m-%d}:"


_PUNCTUATION = dict.fromkeys(map(ord, ".-_"))
