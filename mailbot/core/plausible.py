"""Is it a name that may be printed: what a stranger wrote, cleaned, or refused.

Nothing raises, and the work grows no faster than the length of the text.
"""

import re
import unicodedata

_FAR_TOO_LONG = 4_000  # characters read before anything is normalized


def cleaned(text: str) -> str:
    """The text as it may be printed anywhere: NFC, on one line, without what is invisible or turns the line round.

    Controls, bidirectional overrides, zero-width and other format characters, variation selectors, blank
    letters, lone surrogates and private characters are dropped; white space is folded to single spaces.
    Says nothing of whether it is a name. At most 4,000 characters are read.
    """
    text = text[:_FAR_TOO_LONG]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(_visible(c) for c in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def field_text(text: str) -> str:
    """A place, title, honorific or website, cleaned for print, at most 200 characters.

    What would make a spreadsheet take it for a formula (leading = + - @) is taken off its front.
    """
    return cleaned(text).lstrip("=+-@|% ")[:200]


def publishable(name: str, limit: int = 119) -> str | None:
    """The name cleaned for print, or None where it is not a plausible name.

    Cleaned as by `cleaned`, and bullets, emoji and quotes around the whole are taken off. Not plausible is
    what is empty, longer than `limit` characters, without a letter, an address or a link or anything that a
    mail client makes a link of, a formula for a spreadsheet (leading = + - @), markup, a telephone number,
    or letters buried in marks. What it returns is publishable again, as itself.
    """
    if len(name) > _FAR_TOO_LONG:
        return None
    text = _undecorated(cleaned(name))
    if not text or len(text) > limit or "\ufffd" in text:
        return None
    if not any(c.isalpha() for c in text):
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_DOTS)
    if plain[0] in "=+-@|%" or any(c in _MARKUP for c in plain):
        return None
    if _is_buried(text) or sum(c.isdigit() for c in plain) > _DIGITS or _links(plain):
        return None
    return text


_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f")
_BULLETS = re.compile(r"^(?:[-*+•‣◦·∙●○■□▪►➢–—>#]+\s+|\(?\d{1,3}[.)]\s+)+")
_PAIRS = {
    '"': '"', "'": "'", "“": "”", "‘": "’", "„": "“”", "‚": "‘’", "«": "»", "‹": "›", "「": "」",
    "『": "』", "《": "》", "〈": "〉", "`": "`'", "*": "*", "_": "_", "”": "”", "’": "’", "＂": "＂",
}  # fmt: skip
_MARKUP = frozenset("<>{}\\`")
_DIGITS = 8  # "2019-2020" has eight, a telephone number with its area code more
_DOTS = {0x3002: ".", 0xFF0E: ".", 0xFF61: "."}  # full stops that resolvers take for a dot (UTS 46)
_SCHEME = re.compile(r"\b(?:[a-z][a-z0-9+.-]{0,20}://|(?:mailto|javascript|tel|sms|ftp|https?):)", re.I)
_HOST = re.compile(r"(?<![\w.])(?:[^\W_][\w-]*\.)+([^\W\d_][\w-]+)")
_ADDRESS = re.compile(r"\S@\S")
_NUMBERS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_WELL_KNOWN_ENDS = frozenset(
    ("com net org info biz edu gov mil int app dev xyz top site online club shop click link live news zip mov").split()  # noqa: SIM905 reads as a list
)


def _visible(c: str) -> str:
    if c.isspace():
        return " "
    category = unicodedata.category(c)
    if category in ("Cc", "Cf", "Cs", "Co") or (category == "Cn" and not 0x20000 <= ord(c) < 0x3FFFE):
        return ""  # unassigned planes 2 and 3 may be Han that this Python does not know yet
    if category in ("Zl", "Zp", "Zs") or c == "\u2800":
        return " "
    if c in _BLANKS or "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef":
        return ""
    return c


def _undecorated(text: str) -> str:
    """Without bullets, emoji and pairs of quotes around the whole; eight layers and no more."""
    for _ in range(8):
        before = text
        text = _BULLETS.sub("", text).strip()
        while text and _is_emoji(text[0]):
            text = text[1:].lstrip()
        while text and _is_emoji(text[-1]):
            text = text[:-1].rstrip()
        if len(text) > 1 and text[-1] in _PAIRS.get(text[0], "") and text[0] not in text[1:-1]:
            text = text[1:-1].strip()
        if text == before:
            return text
    return ""


def _is_emoji(c: str) -> bool:
    return "\U0001f000" <= c <= "\U0001faff" or "\u2600" <= c <= "\u27bf" or "\u2b00" <= c <= "\u2bff" or c == "\u20e3"


def _is_buried(text: str) -> bool:
    """Zalgo: more marks in a row, or more to a letter, than any script stacks."""
    run = marks = letters = 0
    for c in text:
        if unicodedata.category(c) in ("Mn", "Me"):
            run, marks = run + 1, marks + 1
            if run > 3:
                return True
        else:
            run = 0
            letters += c.isalpha()
    return marks > 2 * letters


def _links(plain: str) -> bool:
    """An address, or what a mail client would make a link of."""
    if _ADDRESS.search(plain) or _SCHEME.search(plain) or _NUMBERS.search(plain) or "www." in plain.casefold():
        return True
    for found in _HOST.finditer(plain):
        end = found[1]
        # "St.John's" and "Hon.Linda" lack a space; "evil.example" is a host. The former have a capital.
        if end.casefold() in _WELL_KNOWN_ENDS or len(end) == 2 or end[0].islower() or not end.isascii():
            return True
    return False
