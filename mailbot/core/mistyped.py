"""Domains that were probably mistyped: gmial.com, hotmail.con."""

from collections.abc import Iterable

_SHORTEST = 7  # characters: a shorter domain is like too many others


def likely_address(address: str, known: Iterable[str]) -> str:
    """The address with the well-known domain that was probably meant, "" where none was.

    One slip of the finger is allowed for: a letter too many, too few, another one, or two of them swapped
    (Damerau 1964). Meant for addresses that letters come back from: it says nothing of those that work.
    """
    local, _, domain = address.rpartition("@")
    domain, known = domain.casefold(), tuple(known)
    if not local or domain in known:
        return ""
    near = next((one for one in known if len(one) >= _SHORTEST and is_one_slip(domain, one)), "")
    return f"{local}@{near}" if near else ""


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one slip of the finger lies between them."""
    start = next(
        (at for at, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), len(min(typed, meant, key=len))
    )
    rest, wanted = typed[start:], meant[start:]
    if len(rest) == len(wanted):
        return rest[1:] == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    return rest[1:] == wanted or rest == wanted[1:]
