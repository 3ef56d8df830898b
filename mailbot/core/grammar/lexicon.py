"""Words of command in all languages at once, and a line of text cut into tokens by them.

A token may be several things ("no" refuses and marks a number); the grammar that reads the tokens
decides by where it stands. Positions always point into the text as typed, so that whatever is kept
or quoted back is the organizer's own spelling.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from mailbot.core.grammar.folding import Atom, atoms_of
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.words import CommandWords
from mailbot.core.intents import Verb
from mailbot.core.mistyped import is_one_slip
from mailbot.core.references import canonical, is_reference


class Lexicon:
    """All phrases of all languages, found longest first."""

    def __init__(self, languages: Iterable[CommandWords]) -> None:
        self._phrases: dict[tuple[str, ...], Token] = {}
        self._longest: dict[str, int] = {}
        self._days: list[str] = []
        for words in languages:
            self._learn(words)
        self._days = [key[0] for key, known in self._phrases.items() if len(key) == 1 and _is_day(known)]

    def tokens(self, text: str, cards: Collection[str] = ()) -> list[Token]:
        """Cut `text` into tokens. `cards` are references known to be meant when they are typed."""
        atoms = list(atoms_of(text))
        found: list[Token] = []
        at = 0
        while at < len(atoms):
            phrase, length = self._phrase_at(atoms, at)
            if phrase is None:
                found.extend(self._unknown(atoms[at], cards))
            else:
                first, last = atoms[at], atoms[at + length - 1]
                known = replace(phrase, start=first.start, end=last.end, spaced=first.spaced, han=first.han)
                found.append(known)
            at += length
        return _settle_numbers(found)

    def _phrase_at(self, atoms: list[Atom], at: int) -> tuple[Token | None, int]:
        longest = self._longest.get(atoms[at].text, 0)
        for length in range(min(longest, len(atoms) - at), 0, -1):
            key = tuple(atom.text for atom in atoms[at : at + length])
            if key in self._phrases and not _torn(atoms, at, length):
                return self._phrases[key], length
        return None, 1

    def _unknown(self, atom: Atom, cards: Collection[str]) -> list[Token]:
        here = Token(
            text=atom.text,
            start=atom.start,
            end=atom.end,
            kinds=frozenset({_kind_of(atom.text[0])}),
            spaced=atom.spaced,
            han=atom.han,
        )
        if not atom.text[0].isalnum() or atom.han:
            return [here]
        if atom.text.isdecimal():
            short = len(atom.text) <= 4
            return [replace(here, kinds=frozenset({Kind.NUMBER}), number=int(atom.text)) if short else here]
        ref = canonical(atom.text)
        if ref in cards:
            return [replace(here, kinds=frozenset({Kind.REFERENCE}), ref=ref)]
        digits = atom.text.rstrip("abcdefghijklmnopqrstuvwxyz")
        if digits.isdecimal() and len(digits) <= 3 and atom.text[len(digits) :] in _ORDINAL_ENDINGS:
            return [replace(here, kinds=frozenset({Kind.NUMBER}), number=int(digits))]
        glued = self._glued(here)
        if glued:
            return glued
        if is_reference(ref) and any(c.isdecimal() for c in atom.text):
            return [replace(here, kinds=frozenset({Kind.REFERENCE}), ref=ref)]
        if any(is_one_slip(atom.text, day) for day in self._days if abs(len(day) - len(atom.text)) < 2):
            return [replace(here, kinds=frozenset({Kind.WORD, Kind.VAGUE_DAY}))]
        return [here]

    def _glued(self, token: Token) -> list[Token]:
        """Number and verb typed without a space: "1ok", "ok1"."""
        cut = next((i for i, c in enumerate(token.text) if c.isdecimal() != token.text[0].isdecimal()), 0)
        parts = (token.text[:cut], token.text[cut:])
        number, word = parts if parts[0].isdecimal() else parts[::-1]
        verb = self._phrases.get((word,))
        if not number.isdecimal() or len(number) > 3 or verb is None or not verb.has(Kind.VERB):
            return []
        middle = token.start + cut
        made = []
        for part, start, end in ((parts[0], token.start, middle), (parts[1], middle, token.end)):
            base = (
                verb if part is word else replace(token, text=part, kinds=frozenset({Kind.NUMBER}), number=int(number))
            )
            made.append(replace(base, start=start, end=end, spaced=start == token.start and token.spaced))
        return made

    def _learn(self, words: CommandWords) -> None:
        for kind, phrases in _plain_lists(words):
            for phrase in phrases:
                self._add(phrase, kind)
        for verb, phrases in words.verbs.items():
            for phrase in phrases:
                self._add(phrase, Kind.VERB, verb=Verb(verb))
        for kind, table in _keyed_lists(words):
            for key, phrases in table.items():
                for phrase in phrases:
                    self._add(phrase, kind, value=key)

    def _add(self, phrase: str, kind: Kind, *, verb: Verb | None = None, value: str = "") -> None:
        keys = ((kind, value),) if value else ()
        key = tuple(atom.text for atom in atoms_of(phrase))
        if not key:
            return
        known = self._phrases.get(key)
        if known is None:
            known = Token(text=" ".join(key), start=0, end=0, kinds=frozenset({kind}), verb=verb, keys=keys)
        else:
            known = replace(known, kinds=known.kinds | {kind}, verb=known.verb or verb, keys=known.keys + keys)
        self._phrases[key] = known
        self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))


def _is_day(token: Token) -> bool:
    return token.has(Kind.WEEKDAY, Kind.MONTH, Kind.DAYS_AHEAD) and len(token.text) >= _LONG_DAY


_LONG_DAY = 6
"""Letters from which a word one slip from a day is a mistyped day and not another word."""


def _kind_of(char: str) -> Kind:
    """What an unknown sign is; a picture that says neither yes nor no is courtesy."""
    if char.isalnum():
        return Kind.WORD
    return Kind.FILLER if unicodedata.category(char) == "So" else Kind.MARKUP


def lexicon_of(words: Mapping[str, CommandWords]) -> Lexicon:
    """The lexicon of these languages, made once for as long as the same words come in."""
    languages = tuple(words.values())
    for known, lexicon in _MADE:
        if len(known) == len(languages) and all(a is b for a, b in zip(known, languages, strict=True)):
            return lexicon
    made = Lexicon(languages)
    _MADE.append((languages, made))
    del _MADE[:-_KEPT]
    return made


_KEPT = 4
_MADE: list[tuple[tuple[CommandWords, ...], Lexicon]] = []
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th", "e", "er", "ere", "re", "eme"})


def _torn(atoms: list[Atom], at: int, length: int) -> bool:
    """ "+1" is a yes only where it stands by itself: in "3+1" and "3 + 1" it joins two numbers."""
    return length > 1 and atoms[at].text == "+" and (not atoms[at].spaced or atoms[at + 1].spaced)


def _settle_numbers(tokens: list[Token]) -> list[Token]:
    """Decide which number words are numbers, and which numbers belong to a date."""
    read: list[Token] = []
    for at, token in enumerate(tokens):
        before = read[-1] if read else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.text == "no ." and not (after and after.has(Kind.NUMBER) and not (before and _ends_target(before))):
            read.append(
                replace(token, text="no", end=token.start + 2, kinds=frozenset({Kind.VERB, Kind.NO}), verb=Verb.REJECT)
            )
            read.append(
                replace(token, text=".", start=token.end - 1, kinds=frozenset({Kind.MARKUP}), verb=None, spaced=False)
            )
            continue
        if token.has(Kind.NUMBER_WORD) and (
            (token.han and not _glued_han(before, after)) or (before is not None and before.has(Kind.MARK))
        ):
            if token.han and before and before.han and before.has(Kind.NUMBER) and not token.spaced:
                ten_before = before.number % 10 == 0
                if ten_before or token.key(Kind.NUMBER_WORD) == "10":
                    number = before.number + int(token.key(Kind.NUMBER_WORD)) if ten_before else before.number * 10
                    read[-1] = replace(before, end=token.end, number=number)
                    continue
            token = replace(token, kinds=frozenset({Kind.NUMBER}), number=int(token.key(Kind.NUMBER_WORD)))
        if token.has(Kind.NUMBER) and _is_count(tokens, at):
            token = replace(token, kinds=frozenset({Kind.WORD, Kind.COUNT}))
            if len(read) > 1 and read[-2].has(Kind.NUMBER) and (read[-1].text in "/-~" or read[-1].has(Kind.RANGE)):
                read[-2] = replace(read[-2], kinds=frozenset({Kind.WORD, Kind.COUNT}))  # "2/3 of them"
        elif token.has(Kind.NUMBER) and (
            (after is not None and after.has(Kind.UNIT, Kind.MONTH)) or (before is not None and before.has(Kind.MONTH))
        ):
            token = replace(token, kinds=frozenset({Kind.WORD}))
        read.append(token)
    return read


def _is_count(tokens: list[Token], at: int) -> bool:
    """ "2 of them", 3個: how many, not which; 第3個 is which."""
    if at and tokens[at - 1].has(Kind.MARK):
        return False
    behind = [token for token in tokens[at + 1 : at + 3] if not token.spaced or not token.han]
    if not behind or not behind[0].has(Kind.COUNT):
        return False
    return (
        not behind[0].has(Kind.FIELD)
        or len(behind) < 2
        or not (behind[1].text in (":", "=", "-", ">") or behind[1].has(Kind.BECOMES, Kind.RENAME))
    )


def _ends_target(token: Token) -> bool:
    return token.has(Kind.NUMBER, Kind.REFERENCE) or token.text in (":", "-", "=")


def _glued_han(before: Token | None, after: Token | None) -> bool:
    """A numeral inside a longer Chinese word is not a number."""
    return any(
        token is not None and token.han and token.kinds == {Kind.WORD} and not (token is after and token.spaced)
        for token in (before, after)
    )


def _plain_lists(words: CommandWords) -> tuple[tuple[Kind, tuple[str, ...]], ...]:
    return (
        (Kind.FILLER, words.fillers),
        (Kind.AND, words.conjunctions),
        (Kind.MARK, words.number_marks),
        (Kind.RANGE, words.ranges),
        (Kind.REQUEST, words.requests),
        (Kind.BUT, words.buts),
        (Kind.OR, words.ors),
        (Kind.BECAUSE, words.because),
        (Kind.GROUND, words.grounds),
        (Kind.SOFT, words.soft),
        (Kind.NO, words.noes),
        (Kind.ALL, words.all_cards),
        (Kind.REST, words.the_rest),
        (Kind.EXCEPT, words.excepts),
        (Kind.RENAME, words.renames),
        (Kind.BECOMES, words.becomes),
        (Kind.INTO, words.merge_into),
        (Kind.SIGNER, words.signers),
        (Kind.COUNT, words.partitives),
        (Kind.EXCEPTED, words.excepted),
        (Kind.HIDING, words.hiding),
        (Kind.ASSURANCE, words.assurances),
        (Kind.STATEMENT, words.statements),
        (Kind.HEARSAY, words.hearsay),
        (Kind.ONLY, words.only),
        (Kind.POINTER, words.pointers),
        (Kind.RELATION, words.relations),
        (Kind.AGENT, words.agents),
        (Kind.RELATIVE, words.relatives),
        (Kind.LIKEWISE, words.likewise),
        (Kind.VAGUE_DAY, words.vague_days),
        (Kind.NEGATION, words.negations),
        (Kind.CONDITION, words.conditions),
        (Kind.TIME, words.times),
        (Kind.DOUBT, words.doubts),
        (Kind.PLAN, words.plans),
        (Kind.QUESTION, words.questions),
        (Kind.QUESTION_WORD, words.question_words),
        (Kind.CORRECTION, words.corrections),
        (Kind.IDIOM, words.idioms),
        (Kind.UNTIL, words.until),
        (Kind.NEXT_WEEK, words.next_week),
        (Kind.GREETING, words.greetings),
        (Kind.THANKS, words.thanks),
        (Kind.SIGN_OFF, words.sign_offs),
        (Kind.POSTSCRIPT, words.postscripts),
        (Kind.BOILERPLATE, words.boilerplate),
        (Kind.ABSENCE, words.absences),
        (Kind.ATTRIBUTION, words.attributions),
        (Kind.FORWARD, words.forwards),
        (Kind.HEADER, words.header_names),
        (Kind.ABBREVIATION, words.abbreviations),
    )


def _keyed_lists(words: CommandWords) -> tuple[tuple[Kind, Mapping[str, tuple[str, ...]]], ...]:
    return (
        (Kind.NUMBER_WORD, words.number_words),
        (Kind.FIELD, words.fields),
        (Kind.WEEKDAY, words.weekdays),
        (Kind.MONTH, words.months),
        (Kind.DAYS_AHEAD, words.days_ahead),
        (Kind.UNIT, words.units),
    )
