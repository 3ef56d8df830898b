"""One published file that is yet to be made, and by what it is known whether it must be made again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sheet:
    """`key` is another whenever anything is another that the file is made of; `make` gives its octets."""

    name: str
    key: str
    make: Callable[[], bytes] = field(repr=False)


def mark(*texts: str) -> str:
    """A digest of the texts, each by itself: 32 hexadecimal digits."""
    digest = hashlib.sha256()
    for text in texts:
        octets = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(octets))
        digest.update(octets)
    return digest.hexdigest()[:32]
