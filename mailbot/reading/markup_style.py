"""What the attributes of an HTML element tell: is its text hidden, does it hold somebody else's letter?"""

from collections.abc import Mapping
from enum import StrEnum

_CLASSES = ("gmail_quote", "gmail_extra", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix", "outlookmessageheader")
_IDENTS = ("divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message", "isreplycontent")
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "transparent", "none", "inherit", "initial", ""})


_MARKS = ("<blockquote", *_CLASSES, *_IDENTS)


class Quoting(StrEnum):
    """What an element says about quoted letters."""

    NONE = "none"
    MARK = "mark"  # a mail program's sign that a letter is quoted or forwarded here
    WHOLE = "whole"  # all that the element holds is quoted


def quoting(tag: str, attributes: Mapping[str, str]) -> Quoting:
    """Does the element mark a quote, as Gmail, Apple Mail, Outlook, Yahoo, Proton, Thunderbird and QQ write it?

    A blockquote that only indents (Gmail's "indent more" has no border) is the author's own.
    """
    classes = attributes.get("class", "")[:200].casefold()
    if tag == "blockquote":
        style = _style(attributes)
        border = style.get("border-left", style.get("border-left-width", "")).split()
        cited = attributes.get("type", "").casefold() == "cite" or "cite" in attributes
        if cited or any(c in classes for c in _CLASSES) or (border and border[0] not in {"none", "0", "0px"}):
            return Quoting.WHOLE
        return Quoting.NONE
    ident = attributes.get("id", "")[:200].casefold()
    if any(c in classes for c in _CLASSES) or any(i in ident for i in _IDENTS):
        return Quoting.MARK
    return Quoting.NONE


def may_quote(html: str) -> bool:
    """Could an element of the page mark a quote? Cheap; False only where `quoting` finds none that a program wrote."""
    lowered = html.lower()
    return any(mark in lowered for mark in _MARKS)


def hides(attributes: Mapping[str, str], *, dark: bool) -> bool:
    """Is the element's text not to be seen? `dark` is what `is_dark` says of it."""
    if "hidden" in attributes:
        return True
    style = _style(attributes)
    return (
        style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or style.get("mso-hide") == "all"
        or style.get("opacity") == "0"
        or _zero(style.get("font-size", ""))
        or (not dark and style.get("color", "").replace(" ", "") in _WHITE - {"", "inherit", "initial", "none"})
    )


def is_dark(attributes: Mapping[str, str], *, inherited: bool) -> bool:
    """Has the element a background other than white, its own or that of what it stands in?"""
    style = _style(attributes)
    own = style.get("background-color") or style.get("background") or attributes.get("bgcolor", "").casefold()
    return inherited if not own else own.replace(" ", "") not in _WHITE


def _style(attributes: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if "style" not in attributes:
        return found
    for rule in attributes["style"][:2_000].casefold().split(";"):
        name, colon, value = rule.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def _zero(size: str) -> bool:
    number = size.rstrip("abcdefghijklmnopqrstuvwxyz% ")
    try:
        return bool(number) and float(number) == 0
    except ValueError:
        return False
