"""The organizers' reply grammar: one row and one function a verb.

Nothing here knows what a card is or whether it exists: the mail's own words go in, orders and the
lines to be quoted back come out. Where a careful assistant would have to guess, no order comes out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mailbot.core.grammar.clauses import read_sentence
from mailbot.core.grammar.exceptions import excepted
from mailbot.core.grammar.folding import fold
from mailbot.core.grammar.free_text import Opening, read_opening, read_text_order
from mailbot.core.grammar.lexicon import lexicon_of
from mailbot.core.grammar.sentences import LONGEST_SENTENCE, split
from mailbot.core.grammar.settlement import Said, settle
from mailbot.core.grammar.surroundings import Beside, Remark, corrects, is_signature, limits, remark, unread
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.typed_lines import Line as Line
from mailbot.core.grammar.typed_lines import Typed, typed_lines
from mailbot.core.grammar.verbs import VERBS, takes_words
from mailbot.core.grammar.wishes import LIGHT, Doubt, Piece, Wish
from mailbot.core.grammar.words import CommandWords as CommandWords
from mailbot.core.intents import Order, Unclear, Verb


@dataclass(frozen=True, slots=True)
class Orders:
    """What a mail orders, in its order, and the pieces of it that must be quoted back."""

    orders: tuple[Order, ...] = ()
    unclear: tuple[Unclear, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRow:
    """One row of the help letter."""

    verb: Verb
    usage: str
    says: str


def read_orders(
    lines: Sequence[Line], words: Mapping[str, CommandWords], *, cards: Mapping[int, str], today: date, limit: int
) -> Orders:
    """The orders in `lines`, in any of the languages of `words`, whatever the organizer's own.

    `cards` are the numbers of the letter answered and their references (empty for a new mail); where
    there is one card, a verb without target means it. A number that is not in `cards` is unclear,
    never the nearest one. A reference is returned as typed (in canonical capitals) whether it exists
    or not: that is for the desk to say. A word is taken for a reference only where a target belongs
    and only if it has the shape of one: 4 to 6 characters of Crockford's base32 with at least one
    digit and one letter. Orders that exclude each other for one card are all unclear. At most `limit`
    orders; the rest is unclear with the reason "too_many". Never raises, whatever was typed.
    """
    mail = _Mail(words, cards, today)
    typed = mail.lines(lines)
    for at, line in enumerate(typed):
        mail.read(line, apart=at + 1 < len(typed) and typed[at + 1].apart)
    return mail.settled(limit)


def help_rows(words: CommandWords) -> tuple[HelpRow, ...]:
    """The help letter's rows, in the order of the verbs."""
    return tuple(HelpRow(verb=verb, usage=words.help[verb].usage, says=words.help[verb].says) for verb in Verb)


class _Mail:
    """Reads one mail, line by line."""

    def __init__(self, words: Mapping[str, CommandWords], cards: Mapping[int, str], today: date) -> None:
        self.lexicon, self.cards, self.today = lexicon_of(words), cards, today
        self.seen: dict[str, list[Token]] = {}
        self.references = frozenset(cards.values())
        self.only = next(iter(cards.values())) if len(cards) == 1 else ""
        self.categories = {
            fold(word): key for each in words.values() for key, named in each.categories.items() for word in named
        }
        self.said: list[Said] = []
        self.beside = Beside()
        self.absent = False
        self.swept = False  # an order for cards not named one by one was given

    def lines(self, lines: Sequence[Line]) -> list[Typed]:
        """The lines mended, as the grammar of this mail sees them."""
        alone = bool(self.only) or any(line.under for line in lines)

        def is_text(text: str) -> bool:
            tokens = self.cut(text)
            return any(read_opening(tokens, at) for at in _beginnings(tokens))

        def is_order(text: str) -> bool:
            tokens = self.cut(text)
            first = next(iter(split(tokens)), ())
            pieces = read_sentence(first, text, self.today, alone=alone)
            wished = bool(pieces) and isinstance(pieces[0], Wish)
            return wished or is_text(text) or self._standing(tokens) is not None

        return typed_lines(lines, self.cut, is_text=is_text, is_order=is_order)

    def cut(self, text: str) -> list[Token]:
        if text not in self.seen:
            self.seen[text] = self.lexicon.tokens(text, self.references)
        return self.seen[text]

    def read(self, typed: Typed, *, apart: bool) -> None:
        """Take in one line. `apart`: an empty one follows."""
        tokens = self.cut(typed.text)
        default = typed.under or self.only
        self.beside.next_line(apart=typed.apart)
        standing = self._standing(tokens)
        if standing is not None and not (default and VERBS[standing].typed == "cards"):
            wish = Wish(verb=standing, targets=None, start=0, end=len(typed.text))
            self._say([wish], typed, "")
            return
        at = 0
        while at < len(tokens):
            opening = read_opening(tokens, at)
            if opening is not None and takes_words(opening.verb) and at > 0:
                opening = None
            alone = bool(default)
            end = (
                self._text_end(tokens, opening, alone=alone)
                if opening
                else at + len(next(iter(split(tokens[at:])), tokens[at:]))
            )
            part = tokens[at:end]
            if opening is not None:
                piece = read_text_order(opening.moved(at), part, typed.text, self.categories, alone=alone)
                self._say([piece], typed, default)
            elif len(part) > LONGEST_SENTENCE:
                self._say([Doubt(why="too_long", start=part[0].start, end=part[-1].end)], typed, default)
            else:
                heads = end == len(tokens) and part[-1].text == ":"
                self._sentence(part, typed, default, heads=heads, salutes=apart)
            at = end

    def settled(self, limit: int) -> Orders:
        orders, unclear = settle(self.beside.applied(self.said), self.cards, limit)
        return Orders(orders, unclear)

    def _sentence(self, part: Sequence[Token], typed: Typed, default: str, *, heads: bool, salutes: bool) -> None:
        pieces = read_sentence(part, typed.text, self.today, alone=bool(default))
        signed = typed.signed and not limits(part)
        if not any(isinstance(piece, Wish) for piece in pieces):
            self.absent = self.absent or any(t.has(Kind.ABSENCE) for t in part)
            named = len(part) == len(self.cut(typed.text)) and is_signature(part, typed.text)
            if not signed and (heads or not named):
                said = remark(part, heads=heads, first=salutes and not self.said)
                own = any(t.has(Kind.NUMBER, Kind.REFERENCE, Kind.REST) for t in part)
                self.beside.remark(said, at=len(self.said), default=default, unread=unread(part), own=own)
        elif corrects(part, before=min(piece.start for piece in pieces)):
            self.beside.remark(Remark.TAKES_BACK, at=len(self.said), default=default)
        apart = excepted(part) if self.swept else ()
        if apart:
            pieces = [Doubt(why="excepted", named=apart, start=part[0].start, end=part[-1].end)]
        pieces = [piece for piece in pieces if not (isinstance(piece, Doubt) and piece.chat and not self._names(piece))]
        self._say(pieces, replace(typed, signed=signed), default)

    def _names(self, doubt: Doubt) -> bool:
        """Whether it speaks of a card of the letter, or of a reference, or of the rest."""
        named = any(isinstance(each, str) or each in self.cards for each in doubt.named)
        return named or (not doubt.named and bool(self.cards) and not self.only)

    def _say(self, pieces: Sequence[Piece], typed: Typed, default: str) -> None:
        self.beside.next_sentence()
        for piece in pieces:
            if typed.signed and (isinstance(piece, Doubt) or piece.targets is None or piece.targets.swept):
                continue  # a signature block is no order
            if self.absent:
                if isinstance(piece, Doubt):
                    continue  # a machine is not answered line by line
                piece = Doubt(why="absence", start=piece.start, end=piece.end)
            line = typed.text[piece.start : piece.end].strip(" \t,;/-")
            self.said.append(Said(piece=piece, line=line, default=default))
            self.swept = self.swept or (isinstance(piece, Wish) and piece.targets is not None and piece.targets.swept)
            self.beside.placed()

    def _standing(self, tokens: Sequence[Token]) -> Verb | None:
        """A verb that is alone on its line."""
        words = [
            t for t in tokens if not t.has(Kind.THANKS, Kind.MARKUP) and (t.has(Kind.VERB) or not t.has(Kind.FILLER))
        ]
        if len(words) != 1 or any(t.text == "?" for t in tokens) or words[0].verb is None:
            return None
        verb = words[0].verb
        return verb if VERBS[verb].typed == "alone" or verb is Verb.UNDO else None

    def _text_end(self, tokens: Sequence[Token], opening: Opening, *, alone: bool) -> int:
        """Where the text of an order ends: at the end of the line, or before " / " and another plain order."""
        for at in range(opening.at, len(tokens) - 1):
            if tokens[at].text == "/" and tokens[at].spaced and tokens[at + 1].spaced:
                first = next(iter(split(tokens[at + 1 :])), ())
                pieces = read_sentence(first, "", self.today, alone=False) if len(first) <= LONGEST_SENTENCE else []
                bare = alone and all(token.has(Kind.VERB, *LIGHT, Kind.MARKUP) for token in first)
                if bare or (pieces and isinstance(pieces[0], Wish)) or read_opening(tokens, at + 1):
                    return at
        return len(tokens)


def _beginnings(tokens: Sequence[Token]) -> list[int]:
    """Where sentences begin."""
    at, found = 0, []
    for sentence in split(tokens):
        found.append(at)
        at += len(sentence)
    return found
