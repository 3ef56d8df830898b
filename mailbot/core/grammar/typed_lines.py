"""The lines of a mail that may hold orders, mended where a mail program broke them.

Quotes, forwarded mails, signatures and footers are set apart before, by reading.quoting; whatever of
them still gets here is dropped, because an order that somebody else wrote must not be done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from mailbot.core.grammar.folding import fold
from mailbot.core.grammar.tokens import Kind, Token

LINES = 400
LINE_LENGTH = 2_000
TOTAL_LENGTH = 20_000
"""Beyond these an organizer is not typing orders; what is longer is not read."""

_JOINED_LENGTH = 800
"""What would make a line longer than this is dropped: nobody types an order so long."""

_JOINED_LINES = 40
"""What a program breaks into more lines than this is no order; each joining is read anew."""

_LIST_LENGTH = 200
"""The longest list below a heading, in characters."""

_WRAPPED = 60
_WRAPPED_TEXT = 45
"""A line this wide (in columns) may have been broken by the client; an edit, which is a name, sooner."""

Cut = Callable[[str], list[Token]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the author's own words, as typed.

    `under` is the reference of the card right above it in the quote, for answers typed between; else "".
    """

    text: str
    under: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed in one go: a line, with what the client broke off it joined again."""

    text: str
    under: str
    signed: bool = False  # stands below a sign-off
    apart: bool = False  # stands below an empty line


def typed_lines(
    lines: Sequence[Line], cut: Cut, *, is_text: Callable[[str], bool], is_order: Callable[[str], bool]
) -> list[Typed]:
    """Mend `lines`. `is_text`: takes the whole line as text (an edit, a note); `is_order`: orders by itself."""
    joined: list[Typed] = []
    open_line, apart = False, False
    broken = 0  # times that the last line was
    for line, signed in _own(lines, cut):
        if not line.text.strip():
            open_line, apart = False, True
            continue
        text = line.text.strip()
        last = joined[-1] if joined else None
        if (
            last
            and open_line
            and last.under == line.under
            and last.signed == signed
            and _continues(last.text, text, cut, is_text, is_order)
        ):
            broken += 1
            if broken > _JOINED_LINES or len(last.text) + len(text) > _JOINED_LENGTH:
                continue
            joined[-1] = Typed(text=_join(last.text, text), under=last.under, signed=signed, apart=last.apart)
        else:
            joined.append(Typed(text=text, under=line.under, signed=signed, apart=apart))
            broken = 0
        open_line, apart = True, False
    return joined


def _own(lines: Sequence[Line], cut: Cut) -> list[tuple[Line, bool]]:
    """Lines that can be the author's, each with whether it stands below a sign-off."""
    kept: list[tuple[Line, bool]] = []
    said = signed = footer = False
    total = 0
    window = [line for line in lines[:LINES] if len(line.text) <= LINE_LENGTH]
    for at, line in enumerate(window):
        text = line.text.strip()
        total += len(text)
        if total > TOTAL_LENGTH or _ends_own_words(text, window, at, cut):
            break
        if not text:
            footer = False
            kept.append((line, signed))
            continue
        if text.startswith(">") or _attributes(text, cut):
            continue
        tokens = cut(text)
        footer = footer or _is_footer(tokens, text)
        if footer:
            continue
        if tokens and tokens[0].has(Kind.POSTSCRIPT):
            signed = False
        elif _signs_off(tokens) and (said or any(t.has(Kind.SIGN_OFF) for t in tokens)):
            signed = True
            continue
        said = said or any(token.has(Kind.VERB, Kind.NUMBER) for token in tokens) or len(tokens) > 5
        kept.append((line, signed))
    return kept


def _ends_own_words(text: str, window: Sequence[Line], at: int, cut: Cut) -> bool:
    if text in ("--", "-- ", "—") or text.startswith("_____"):
        return True
    if _attributes(text, cut):
        below = next((line.text.strip() for line in window[at + 1 :] if line.text.strip()), "")
        return not below.startswith(">")
    tokens = cut(text) if text else []
    if any(token.has(Kind.FORWARD) for token in tokens):
        letters = sum(len(t.text) for t in tokens if t.has(Kind.FORWARD))
        bare = fold(text).strip(" -_*:=.").replace(" ", "")
        return text[:1] in "-_*=" or len(bare) <= letters + 4
    following = window[at + 1].text if at + 1 < len(window) else ""
    return _is_header(tokens) and _is_header(cut(following.strip()))


def _attributes(text: str, cut: Cut) -> bool:
    """ "On Jan 8, Ben <ben@…> wrote:" above a quote."""
    if not fold(text).endswith(":"):
        return False
    return ("@" in text and "<" in text) or cut(text)[-2:][0].has(Kind.ATTRIBUTION)


def _is_header(tokens: Sequence[Token]) -> bool:
    return len(tokens) > 1 and tokens[0].has(Kind.HEADER) and tokens[1].text == ":"


def _is_footer(tokens: Sequence[Token], text: str) -> bool:
    if not any(token.has(Kind.BOILERPLATE) for token in tokens):
        return False
    return len(text) > 80 or any(token.has(Kind.BOILERPLATE) for token in tokens[:3])


def _signs_off(tokens: Sequence[Token]) -> bool:
    """A line of nothing but farewell or thanks, and at most a name."""
    words = [token for token in tokens if not token.has(Kind.MARKUP)]
    if not words or not any(token.has(Kind.SIGN_OFF, Kind.THANKS) for token in words[:2]):
        return False
    if any(token.has(Kind.NUMBER, Kind.REFERENCE) for token in words):
        return False
    return len(words) <= 6 and not any(t.has(Kind.VERB) and not t.has(Kind.SIGN_OFF, Kind.THANKS) for t in words)


def _continues(
    above: str, text: str, cut: Cut, is_text: Callable[[str], bool], is_order: Callable[[str], bool]
) -> bool:
    """Whether `text` goes on with the sentence of the line above it."""
    tokens_above, tokens = cut(above), cut(text)
    if not tokens_above or not tokens:
        return False
    if is_text(above):
        if is_order(text) or is_text(text):
            return False
        return _columns(above) >= _WRAPPED_TEXT or _opens_value(above)
    if is_text(text):
        return False
    last = tokens_above[-1]
    if _heads_list(tokens_above):
        return len(above) < _LIST_LENGTH and _is_heading_item(tokens)
    if last.text == ":":  # what it says of the lines below is heard, but they are lines of their own
        return False
    if last.text in ".!?;" or (_names_first(tokens_above) and _names_first(tokens)):
        return False
    if _hangs(tokens_above) or (
        tokens[0].has(Kind.CONDITION, Kind.TIME) and not is_order(text) and not _has_targets(tokens)
    ):
        return True
    wide = _columns(above) >= _WRAPPED
    return wide and (not is_order(text) or _reserved(tokens_above))


def _hangs(tokens: Sequence[Token]) -> bool:
    """A line that cannot be the end of a sentence."""
    last = tokens[-1]
    if last.text == ",":
        return not _greets(tokens)
    if last.has(Kind.NEGATION, Kind.CONDITION, Kind.TIME, Kind.DOUBT, Kind.AND, Kind.OR, Kind.BUT) and not last.has(
        Kind.VERB
    ):
        return True
    verbless = not any(token.has(Kind.VERB) for token in tokens)
    return verbless and any(token.has(Kind.CONDITION) for token in tokens) and last.text != ","


def _greets(tokens: Sequence[Token]) -> bool:
    return any(t.has(Kind.GREETING, Kind.THANKS) for t in tokens) and not any(t.has(Kind.NUMBER) for t in tokens)


def _reserved(tokens: Sequence[Token]) -> bool:
    return any(t.has(Kind.NEGATION, Kind.CONDITION, Kind.TIME, Kind.DOUBT) for t in tokens)


def _names_first(tokens: Sequence[Token]) -> bool:
    """A line that opens with its card, as in a list: "2 - not sure"."""
    words = [t for t in tokens if not t.has(Kind.MARKUP)]
    return bool(words) and words[0].has(Kind.NUMBER, Kind.REFERENCE)


def _has_targets(tokens: Sequence[Token]) -> bool:
    return any(t.has(Kind.NUMBER, Kind.REFERENCE) for t in tokens)


def _heads_list(tokens: Sequence[Token]) -> bool:
    """ "Approve:", with or without the first items of its list."""
    colon = next((at for at, token in enumerate(tokens) if token.text == ":"), 0)
    items = tokens[colon + 1 :]
    return colon > 0 and _is_heading(tokens[:colon]) and (not items or _is_heading_item(items))


def _is_heading(tokens: Sequence[Token]) -> bool:
    """ "Approve:" above a list of cards."""
    words = [t for t in tokens if not t.has(Kind.MARKUP)]
    return any(t.has(Kind.VERB) for t in words) and all(t.has(Kind.VERB, Kind.FILLER) for t in words)


def _is_heading_item(tokens: Sequence[Token]) -> bool:
    return all(
        t.has(Kind.NUMBER, Kind.REFERENCE, Kind.AND, Kind.MARK, Kind.FILLER, Kind.RANGE)
        or t.text in (",", "-", "*", "•", "#", "·")
        for t in tokens
    ) and _has_targets(tokens)


def _opens_value(text: str) -> bool:
    """A value that is still to come, or whose quotation mark is still open."""
    folded = fold(text).rstrip()
    return folded.endswith((":", "=")) or folded.count('"') % 2 == 1


def _join(above: str, text: str) -> str:
    if above.rstrip().endswith(":") or not (_wide(above[-1:]) and _wide(text[:1])):
        return f"{above} {text}"
    return above + text


def _columns(text: str) -> int:
    return sum(2 if _wide(char) else 1 for char in text)


def _wide(char: str) -> bool:
    return bool(char) and east_asian_width(char) in "WF"
