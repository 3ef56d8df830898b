"""Orders that take free text: edit, ask, note, find. What follows them is text, whatever words are in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailbot.core.grammar.folding import fold
from mailbot.core.grammar.targets import Targets, read_targets, skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.verbs import takes_words
from mailbot.core.grammar.wishes import Doubt, Wish
from mailbot.core.intents import Verb

NAME = "name"
_LIGHT = (Kind.FILLER, Kind.THANKS)
_COLONS = ":="


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The head of such an order: everything before its text."""

    verb: Verb
    targets: Targets | None
    field: str
    colon: bool
    addressed: bool  # ask "them"
    at: int  # the token at which the text begins

    def moved(self, by: int) -> "Opening":
        """The same, in tokens counted from `by` on."""
        return replace(self, at=self.at - by)


def read_opening(tokens: Sequence[Token], at: int = 0) -> Opening | None:
    """Whether the tokens from `at` on begin an order with text: "4 name: …", "ask: …", "note 3 …"."""
    at = skip(tokens, at, *_LIGHT, marks="-*•·")
    head = _Head(tokens, at)
    return head.edit() or head.relay() or head.search()


def read_text_order(
    opening: Opening, tokens: Sequence[Token], text: str, categories: Mapping[str, str], *, alone: bool
) -> Wish | Doubt:
    """The whole order, `tokens` being its own and `text` the line that they were cut from."""
    end = _past_courtesy(tokens, opening)
    start, stop = tokens[0].start, tokens[end - 1].end
    value = text[tokens[opening.at].start : stop].strip() if opening.at < end else ""
    why = ""
    if opening.targets is None and not alone and not takes_words(opening.verb):
        why = "no_target"
    elif opening.targets is not None and opening.targets.muddled:
        why = "ambiguous"
    if opening.verb is Verb.EDIT:
        value = _unquoted(value)
        if opening.field == "category":
            value = categories.get(fold(value).strip(" ."), "")
            why = why or ("" if value else "unknown_category")
        if _closes_early(value) and any(token.has(Kind.VERB) for token in tokens[opening.at :]):
            why = why or "not_understood"  # 改名為「…」並批准: which words are the name?
    elif opening.verb is Verb.ASK and not _is_question(opening, tokens[opening.at : end], alone=alone):
        why = why or "not_understood"
    if not value:
        why = why or "no_text"
    if why:
        named = opening.targets.chosen if opening.targets else ()
        return Doubt(why=why, named=named, firm=False, start=start, end=stop)
    return Wish(
        verb=opening.verb,
        targets=opening.targets,
        field=opening.field,
        text=value,
        start=start,
        end=stop,
    )


def _past_courtesy(tokens: Sequence[Token], opening: Opening) -> int:
    """Where the text ends: "add organizer Cy cy@group.example, please" asks for Cy."""
    end = len(tokens)
    if opening.verb in (Verb.ADD_ORGANIZER, Verb.REMOVE_ORGANIZER):
        while end > opening.at + 1 and (tokens[end - 1].has(*_LIGHT) or tokens[end - 1].text in ",.!"):
            end -= 1
    return end


class _Head:
    """Reads heads of orders from one place on."""

    def __init__(self, tokens: Sequence[Token], at: int) -> None:
        self.tokens, self.start = tokens, at

    def edit(self) -> Opening | None:
        """[edit] [4] name [of 4] : …; rename 4 to …; 4 改名：…"""
        tokens, at = self.tokens, self.start
        targets: Targets | None = None
        field, renames, edits = "", False, False
        while at < len(tokens):
            token = tokens[at]
            if (field or renames) and token.text in (*_COLONS, ">"):
                return self._edit(targets, field or NAME, at + 1, colon=True)
            if token.has(Kind.RENAME) and not renames:
                renames = True
                if token.has(Kind.BECOMES) or self._names_it(token):
                    field = field or NAME
            elif token.has(Kind.FIELD) and not field:
                field = token.key(Kind.FIELD)
            elif (field or renames) and token.has(Kind.BECOMES) and (renames or edits):
                return self._edit(targets, field or NAME, skip(tokens, at + 1, marks=_COLONS), colon=False)
            elif token.has(Kind.VERB) and token.verb is Verb.EDIT and not edits:
                edits = True
            elif (
                targets is None
                and (found := read_targets(tokens, at, words_range=False))[0] is not None
                and (token.has(Kind.NUMBER, Kind.REFERENCE, Kind.MARK) or token.text in "#[(")
            ):
                targets, at = found
                continue
            elif not (
                token.has(Kind.FILLER, Kind.COUNT) or token.text in "-.),'" or (token.text in _COLONS and not field)
            ):
                break
            at += 1
        if renames and at < len(tokens) and targets is not None and not tokens[at].has(Kind.VERB):
            return (
                self._edit(targets, field or NAME, at, colon=False)
                if tokens[at].text == '"' or tokens[at].han
                else None
            )
        return None

    def relay(self) -> Opening | None:
        """ask 4: …, note: …, 4 note …"""
        tokens, at = self.tokens, self.start
        targets, end = read_targets(tokens, at)
        verb_at = skip(tokens, end, *_LIGHT, marks="-:,.)") if targets is not None else at
        if verb_at >= len(tokens) or tokens[verb_at].verb not in (Verb.ASK, Verb.NOTE):
            return None
        verb, at = tokens[verb_at].verb, verb_at + 1
        if targets is None:
            targets, end = read_targets(tokens, skip(tokens, at, Kind.FILLER))
            at = end if targets is not None else at
        after = skip(tokens, at, Kind.SIGNER)
        addressed, at = after > at, after
        colon = at < len(tokens) and tokens[at].text in (*_COLONS, "-", ",", '"')
        if targets is None and not colon and not addressed:
            return None
        at = at + 1 if colon and tokens[at].text != '"' else at
        assert verb is not None
        return Opening(verb=verb, targets=targets, field="", colon=colon, addressed=addressed, at=at)

    def search(self) -> Opening | None:
        tokens, at = self.tokens, self.start
        if at >= len(tokens) or not takes_words(tokens[at].verb):
            return None
        verb = tokens[at].verb
        assert verb is not None
        begin = skip(tokens, at + 1, marks=":")
        words = [t for t in tokens[begin:] if not t.has(Kind.MARKUP)]
        if not 0 < len(words) <= 12 or any(t.text in "?" for t in tokens):
            return None
        return Opening(verb=verb, targets=None, field="", colon=True, addressed=False, at=begin)

    def _edit(self, targets: Targets | None, field: str, at: int, *, colon: bool) -> Opening:
        return Opening(verb=Verb.EDIT, targets=targets, field=field, colon=colon, addressed=False, at=at)

    @staticmethod
    def _names_it(token: Token) -> bool:
        return token.has(Kind.FIELD)


def _is_question(opening: Opening, words: Sequence[Token], *, alone: bool) -> bool:
    """Without a colon, only what is long enough to be put to a stranger: "ask 4 first" is not."""
    if opening.colon:
        return bool(words)
    return len(words) >= (2 if opening.addressed else 3) and (
        opening.addressed or not alone or opening.targets is not None
    )


_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "「": "」", "『": "』", "《": "》", "‘": "’", "'": "'", "”": "”"}


def _closes_early(value: str) -> bool:
    """Whether quotation marks are round the beginning of the value only."""
    closing = value.find(_QUOTES.get(value[:1], "\n"), 1)
    return 0 < closing < len(value) - 1


def _unquoted(value: str) -> str:
    """Without the quotation marks round it, and without the space that French puts inside them."""
    value = value.strip()
    if len(value) >= 2 and _QUOTES.get(value[0]) == value[-1] and value[0] not in value[1:-1]:
        return value[1:-1].strip()
    return value
