"""The author's own words → what is asked, and for whom, each field with the span that proves it.

The rules find phrases and names; the network (reading/learned) has learnt from labelled mail what to make of
them, and finds what no rule foresaw. A signature is read only where it is sure enough; else the bot asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mailbot.core.intents import Correct, Flag, Human, Incomplete, Intent, Sign, Signatory, Withdraw
from mailbot.core.message import Message
from mailbot.reading.asking import Asked, Asking, RequestWords, read_asking
from mailbot.reading.attached_names import AttachedNames, attached_names, cannot_be_read
from mailbot.reading.candidates import Candidate, Found
from mailbot.reading.choosing import Wanted, choose, key
from mailbot.reading.correcting import read_correction
from mailbot.reading.covers import asks, asks_itself, counting, files_count, stands_with_request
from mailbot.reading.hearing import hear, told
from mailbot.reading.learned.judgement import Judgement, Named, Told, judge, looks
from mailbot.reading.learned.places import LETTERS, Heard
from mailbot.reading.learned.tagging import Role
from mailbot.reading.meant import Meant, former, meant, names
from mailbot.reading.misplaced import is_misplaced, speaks_of_reference
from mailbot.reading.naming import Naming, naming
from mailbot.reading.quoting import Divided, divide
from mailbot.reading.rulebook import Rulebook
from mailbot.reading.signatories import as_signatories
from mailbot.reading.weighing import Asks, Name, facts, weighed

OWN_WORDS = 20_000
"""Characters of the author's own words that an intent carries."""

_SIGNING = frozenset({Role.ORGANIZATION, Role.PERSON})
_NOT_YET = frozenset({"refuse", "condition"})  # phrases against which no signature is read
_IN_SPITE = 0.8  # likelihood from which somebody signs who seems to refuse
_MACHINES = frozenset({"auto_reply", "bounce", "junk"})  # known by evidence alone: see automated, junk_mail
_LISTS = frozenset({Found.TABLE, Found.LABEL, Found.LIST, Found.LINE})

LEARNED = "learned"
"""The reason of an intent that no phrase of the rules explains."""


def read_request(message: Message, divided: Divided, language: str, rulebook: Rulebook) -> Intent:
    """What a person's mail asks for; nobody is taken for a machine. Total; what asks for nothing is Human."""
    reading = _Reading(message, divided, rulebook)
    asked = "other" if reading.says_nothing() else reading.asked()
    told = _Intent(language, divided.own_words[:OWN_WORDS], reading.reason(asked), reading.asking.flags)
    return _READERS.get(asked, _human)(reading, told)


def known_names(rulebook: Rulebook) -> Naming:
    """The words by which names are known, of all languages together."""
    languages = tuple(rulebook.languages.values())
    return naming(tuple(w.naming for w in languages), tuple(w.people for w in languages))


def told_of(message: Message, rulebook: Rulebook) -> Told:
    """What the network is told of a mail; what it is taught by, too."""
    divided = divide(message, {tag: words.quotes for tag, words in rulebook.languages.items()})
    return told(message, hear(message, divided, rulebook, known_names(rulebook)))


def names_of(message: Message, rulebook: Rulebook) -> list[tuple[Name, dict[str, float]]]:
    """Every name of a mail that may be meant, with all that is known of it; what the weights are taught by."""
    divided = divide(message, {tag: words.quotes for tag, words in rulebook.languages.items()})
    reading = _Reading(message, divided, rulebook)
    found = names(reading.judgement, reading.told.places, reading._by_rules, reading.naming)
    return list(zip(found, facts(found, reading.judgement, reading.asks), strict=True))


class _Reading:
    """One mail: what its letters hold, what the rules and the network take it to ask."""

    def __init__(self, message: Message, divided: Divided, rulebook: Rulebook) -> None:
        self.message, self.divided, self.rulebook = message, divided, rulebook
        self.words: tuple[RequestWords, ...] = tuple(w.request for w in rulebook.languages.values())
        self.thresholds = rulebook.thresholds
        self.naming = known_names(rulebook)
        heard = hear(message, divided, rulebook, self.naming)
        self.heard = counting(heard)
        self.set_aside = len(self.heard) < len(heard)
        self.own = self.heard[0]
        self.asking = self._asking(self.own)
        self.looks = looks(rulebook)
        self.told = told(message, self.heard)
        self.judgement: Judgement = judge(self.told, self.naming, self.looks)

    def says_nothing(self) -> bool:
        """Not a word of the author's own, nothing passed on, nothing attached?"""
        letter = self.own.letter
        written = letter.body.source.strip() or letter.subject.source.strip()
        return not written and len(self.heard) == 1 and not self.message.attachments

    def asked(self) -> str:
        """The kind of the mail, as the network names kinds. What is not sure enough to be acted on is asked about."""
        likely = self._likely()
        first = max(likely, key=lambda kind: likely[kind])
        if first in _MACHINES or self._is_order():
            return "other"
        if (self.set_aside and not asks_itself(self.own)) or (self._points_at_others() and not asks(self.own)):
            return "other"
        if first in {"sign", "incomplete"} and (self._is_idle() or self._not_yet()):
            return "other"
        if first == "correct" and self.asking.reason == "letter_text":
            return "other"
        if first == "sign" and likely[first] < self.thresholds.sign_floor:
            first = "incomplete"
        return "sign" if first == "incomplete" and self._is_plain() else first

    def _is_plain(self) -> bool:
        """The rules see the request, and a name behind words that lead to it: "Please add our organization: OHKYA"."""
        led = [c for c in self._listed if c.found is Found.LEAD and c.score >= self.thresholds.rule_floor]
        return bool(led) and led == self._listed and self.asking.reason == "join" and not self.asking.nameless

    def _points_at_others(self) -> bool:
        """Are there files that the author points at only as at somebody who does not sign?"""
        pointing = bool(self.message.attachments and self.own.hits("passing_on"))
        return pointing and not files_count(self.own)

    def _is_order(self) -> bool:
        """No phrase of the rules asks, and what is said or passed on is an order or an answer to nothing."""
        if any(self._asking(one).reason != "no_request" for one in self.heard):
            return False
        said = [self.own.letter.subject.source, *(one.letter.body.source for one in self.heard[1:])]
        return any(map(speaks_of_reference, said)) or is_misplaced(self.divided, self.naming, self.rulebook)

    def _is_idle(self) -> bool:
        """No phrase of the rules asks, and nobody but the author is named: "test", "Thank you, we have received it"."""
        if self.asking.reason != "no_request" or len(self.heard) > 1 or self.message.attachments:
            return False
        own, author = self.own.letter, self.own.letter.author
        if author and not own.subject.source.strip() and key(own.body.source) in key(author.display_name):
            return True
        return not any(not named.place.zone.endswith("from") for named in self._named())

    def _not_yet(self) -> bool:
        """A refusal or a condition, without a phrase of joining or a name beside it that would speak against it."""
        named = any(named.place.zone.endswith("body") for named in self._named() if named.role in _SIGNING)
        against = self.asking.reason in _NOT_YET and not self.own.hits("join")
        return against and not (named and self._likely()["sign"] > _IN_SPITE)

    def _likely(self) -> dict[str, float]:
        """The likelihood of each kind: what a phrase of the rules says weighs in with what was learnt."""
        likely = dict(self.judgement.asked)
        if self.asking.reason != "no_request":
            kind = _KINDS[self.asking.asked]
            likely[kind] = likely.get(kind, 0.0) * self.thresholds.rule_weight
        whole = sum(likely.values())
        return {kind: value / whole for kind, value in likely.items()}

    def reason(self, asked: str) -> str:
        """The class of phrases that says the same; LEARNED where none does."""
        return self.asking.reason if self.asking.asked.value == _ASKED.get(asked, asked) else LEARNED

    def signing(self) -> tuple[list[Candidate], Heard]:
        """The names that sign and the letter that they stand in: of a table or a whole list, else as weighed."""
        listed, learned = self._listed, self.meant
        known = _keys(listed) | {key(alt) for c in listed for alt in c.alt_names}
        if listed and all(c.found is Found.TABLE for c in listed):
            return [*(self._beside_table(known) if self.attached.candidates else []), *listed], self._requesting
        in_list = listed and all(c.found in _LISTS for c in listed)
        if in_list and learned and len(known) > 1 and _keys(learned.candidates) <= known:
            return listed, self._requesting  # a list goes on where the network is no longer sure
        if learned:
            return learned.candidates, self.heard[learned.letter]
        # Where the rules see both the request and the name, they need nobody's help: a language may be new.
        sure = self.asking.asked is Asked.SIGN and all(c.score >= self.thresholds.rule_floor for c in listed)
        return (listed if sure else []), self._requesting

    def _beside_table(self, known: set[str]) -> list[Candidate]:
        """The names that the author asks to add as well as a table: "us, the Elm Choir, and those on the list"."""
        learned = self.meant
        if learned is None or learned.letter != 0:
            return []
        body = self.own.letter.body.where
        return [
            c
            for c in learned.candidates
            if c.span.where.startswith(f"{body}:")
            and stands_with_request(self.own, c.start)
            and key(c.entry.name) not in known
        ]

    @cached_property
    def meant(self) -> Meant | None:
        """The names that are sure enough to be meant."""
        found = names(self.judgement, self.told.places, self._by_rules, self.naming)
        scored = weighed(found, self.judgement, self.asks, self.looks.network.weighing)
        return meant(found, scored, self.thresholds.name_floor)

    @property
    def asks(self) -> Asks:
        return Asks(
            likely=self.judgement.asked,
            by_rule=self.asking.asked.value,
            reason=self.asking.reason,
            chosen=frozenset(_keys(self._listed)),
        )

    @cached_property
    def attached(self) -> AttachedNames:
        """What the attachments hold, where the mail points at them."""
        if not self.message.attachments or not files_count(self.own):
            return AttachedNames((), ())
        return attached_names(self.message, self.words, self.naming)

    def _by_rule(self, heard: Heard) -> list[Candidate]:
        asking = self._asking(heard)
        wanted = Wanted(
            individual=asking.individual,
            alone=asking.alone,
            several=self.naming.several.search(heard.letter.body.masked) is not None,
            floor=self.thresholds.confidence_floor,
            address=heard.letter.author.addr_spec if heard.letter.author else "",
        )
        return choose([*self.attached.candidates, *heard.candidates], wanted, self.naming)

    def _named(self) -> list[Named]:
        """What the network takes for a name rather than not."""
        return [named for named in self.judgement.named if named.sure > 0.5]

    @property
    def _by_rules(self) -> list[Candidate]:
        return [c for one in self.heard[:LETTERS] for c in one.candidates]

    @cached_property
    def _listed(self) -> list[Candidate]:
        """The names that the rules alone would choose."""
        return self._by_rule(self._requesting)

    @cached_property
    def _requesting(self) -> Heard:
        """The letter that holds the request: the author's own, or the innermost that asks of those passed on."""
        inner = self.heard[1:]
        asking = [one for one in inner if self._asking(one).asked is Asked.SIGN]
        return next((one for one in (*asking, *inner) if self._by_rule(one)), self.own)

    def _asking(self, heard: Heard) -> Asking:
        letter = heard.letter
        answers_us = letter.answers and not speaks_of_reference(letter.body.source)
        return read_asking(letter.body, heard.hits, answers_us=answers_us, subject_hits=heard.subject_hits)


def _keys(candidates: list[Candidate]) -> set[str]:
    return {key(c.entry.name) for c in candidates}


@dataclass(frozen=True, slots=True)
class _Intent:
    """What the intent says of the mail, whatever it asks."""

    language: str
    words: str
    reason: str
    flags: tuple[Flag, ...]


def _human(_: _Reading, told: _Intent) -> Intent:
    return Human(language=told.language, own_words=told.words, reason=told.reason, flags=told.flags)


def _sign(reading: _Reading, told: _Intent) -> Intent:
    """Sign with the names found; without one, or where an attached list cannot be read, the bot asks."""
    if reading.attached.defects:
        return Incomplete(language=told.language, own_words=told.words, reason="attachment", flags=told.flags)
    candidates, heard = reading.signing()
    named = as_signatories(candidates, heard.letter, reading.naming)
    only_author = all(c.span.where.startswith("from:") for c in candidates)
    if not named or (only_author and cannot_be_read(reading.message)):
        return _incomplete(reading, told)
    return Sign(language=told.language, own_words=told.words, reason=told.reason, flags=told.flags, signatories=named)


def _incomplete(reading: _Reading, told: _Intent) -> Intent:
    """Asks which name is meant, unless an attached table says so; for the file again where it cannot be read."""
    if reading.attached.defects:
        return Incomplete(language=told.language, own_words=told.words, reason="attachment", flags=told.flags)
    candidates, heard = reading.signing()
    if candidates and all(c.found is Found.TABLE for c in candidates):
        named = as_signatories(candidates, heard.letter, reading.naming)
        return Sign(language=told.language, own_words=told.words, reason="table", flags=told.flags, signatories=named)
    why = "nameless" if reading.asking.nameless else "attachment" if cannot_be_read(reading.message) else "no_name"
    return Incomplete(language=told.language, own_words=told.words, reason=why, flags=told.flags)


def _withdraw(reading: _Reading, told: _Intent) -> Intent:
    """Names only where the mail itself says which; the worker knows what the writer has on the list."""
    found = reading.meant
    named: tuple[Signatory, ...] = ()
    if found:
        named = as_signatories(found.candidates, reading.heard[found.letter].letter, reading.naming)
    return Withdraw(
        language=told.language, own_words=told.words, reason=told.reason, flags=told.flags, signatories=named
    )


def _correct(reading: _Reading, told: _Intent) -> Intent:
    """The name as it should be, and the name as it stands where the mail tells it."""
    letter = reading.own.letter
    found = reading.meant
    if found:
        was = former(reading.judgement, found)
        named = as_signatories(found.candidates, reading.heard[found.letter].letter, reading.naming, was=was)
    else:
        corrected = read_correction(letter, reading.own.candidates, reading.naming)
        named = as_signatories(corrected.meant, letter, reading.naming, was=corrected.was) if corrected else ()
    return Correct(
        language=told.language, own_words=told.words, reason=told.reason, flags=told.flags, signatories=named
    )


_READERS: Mapping[str, Callable[[_Reading, _Intent], Intent]] = {
    "sign": _sign,
    "incomplete": _incomplete,
    "withdraw": _withdraw,
    "correct": _correct,
}
_KINDS = {Asked.SIGN: "sign", Asked.WITHDRAW: "withdraw", Asked.CORRECT: "correct", Asked.NOTHING: "other"}
_ASKED = {"incomplete": Asked.SIGN.value, "other": Asked.NOTHING.value}
