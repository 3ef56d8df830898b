"""Public references such as K7Q4: short, easy to read aloud, a label and never a secret."""

import re
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O or U, so nothing is mistaken for 1 or 0 and no word is spelt by accident."""

_CANONICAL = str.maketrans("OIL", "011")


def draw_reference(draw: Callable[[int], int], length: int = 4) -> str:
    """A reference of `length` characters, letters and digits in turns; `draw(n)` gives 0 … n - 1.

    The mix tells a reference from a number, from a word, and from one typed right at the other ("yea4",
    "80th") in an organizer's reply.
    """
    while True:
        ref = "".join(ALPHABET[draw(32)] for _ in range(length))
        if is_reference(ref) and not re.fullmatch(r"[A-Z]+[0-9]+|[0-9]+[A-Z]+", ref):
            return ref


def is_reference(text: str) -> bool:
    """Whether `text`, in canonical capitals, has the shape of a reference."""
    return bool(
        re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4,6}", text) and re.search(r"[0-9]", text) and re.search(r"[A-Z]", text)
    )


def canonical(text: str) -> str:
    """What somebody meant who typed a reference: capitals, O for 0, I and L for 1."""
    return text.strip().upper().translate(_CANONICAL)
