"""The words by which organizers order, as one language file declares them under [commands]."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HelpWords:
    """How a verb is explained in the help letter: what to type, and what then happens."""

    usage: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWords:
    """The words of command of one language: plain words and phrases, compared without case and accents.

    All languages are read together, so an organizer may write in any of them. Where a phrase stands
    in two lists, the list further down here wins; a longer phrase always wins over a shorter one.
    """

    # what is only courtesy or structure
    fillers: tuple[str, ...]  # stand between verb and target and mean nothing: "please", "the", "is"
    conjunctions: tuple[str, ...]  # "and"
    number_marks: tuple[str, ...]  # "number", "no.", 號
    number_words: Mapping[str, tuple[str, ...]]  # "2" → "two"; read only after a number mark
    ranges: tuple[str, ...]  # 1 "to" 4
    requests: tuple[str, ...]  # "could you": a question in form, an order in fact
    buts: tuple[str, ...]  # "but"
    ors: tuple[str, ...]  # "or": next to an order, a choice left open
    because: tuple[str, ...]  # opens a reason
    # what is meant
    verbs: Mapping[str, tuple[str, ...]]  # by Verb
    grounds: tuple[str, ...]  # a reason that rejects by itself: "spam"
    soft: tuple[str, ...]  # words of verbs that order only where nothing else is said: "good"
    noes: tuple[str, ...]  # words of refusal that also begin a statement: "no website found"
    all_cards: tuple[str, ...]
    the_rest: tuple[str, ...]
    excepts: tuple[str, ...]  # "all except 6"
    fields: Mapping[str, tuple[str, ...]]  # what edit can change → its names
    renames: tuple[str, ...]  # verbs that change the name by themselves
    becomes: tuple[str, ...]  # rename 4 "to" X
    categories: Mapping[str, tuple[str, ...]]  # "organization", "person" → words
    merge_into: tuple[str, ...]  # merge 2 "into" 1
    signers: tuple[str, ...]  # ask "them"
    # what the words beside an order do to it
    partitives: tuple[str, ...]  # behind a number make it a count: 2 "of" them, 3個
    excepted: tuple[str, ...]  # close an exception behind its cards: 6 "excluded", 6除外
    hiding: tuple[str, ...]  # speak of who may see the name: "privately"
    assurances: tuple[str, ...]  # say why somebody is welcome: "I know them"
    statements: tuple[str, ...]  # behind a bare yes, what it is a yes to: "yes, it is spam"
    hearsay: tuple[str, ...]  # make what stands with them somebody else's: "Priya's answers below"
    only: tuple[str, ...]  # take back what is not named with them: "only 1 and 3"
    pointers: tuple[str, ...]  # mean a card without naming it: "the last one"
    relations: tuple[str, ...]  # compare a card with another: "duplicate" of 1
    agents: tuple[str, ...]  # somebody else who did it: "they" agreed
    relatives: tuple[str, ...]  # go on about the card just named: except 6, "which" is spam
    likewise: tuple[str, ...]  # the order before, for this card too: and 1 "also"
    vague_days: tuple[str, ...]  # speak of a day and name none: "the weekend"
    # what keeps a plain word from being an order
    negations: tuple[str, ...]
    conditions: tuple[str, ...]  # "if", "once"
    times: tuple[str, ...]  # "once", "after": a condition, or part of a reason
    doubts: tuple[str, ...]  # "maybe", and hearsay: "thinks"
    plans: tuple[str, ...]  # "tonight", "I'll"
    questions: tuple[str, ...]  # open a question where no mark closes it: "who", "is"
    question_words: tuple[str, ...]  # make a question wherever they stand: 嗎
    corrections: tuple[str, ...]  # "scratch that": takes back what was said before
    idioms: tuple[str, ...]  # hold a command word and mean something else: "no idea"
    # days
    until: tuple[str, ...]
    weekdays: Mapping[str, tuple[str, ...]]  # "1" (Monday) to "7"
    next_week: tuple[str, ...]  # before a weekday: the one in the week after this
    months: Mapping[str, tuple[str, ...]]  # "1" to "12"
    days_ahead: Mapping[str, tuple[str, ...]]  # days from today → "tomorrow"
    units: Mapping[str, tuple[str, ...]]  # days in it → "week"
    # what surrounds the orders of a mail
    greetings: tuple[str, ...]
    thanks: tuple[str, ...]  # may close a mail, or stand anywhere
    sign_offs: tuple[str, ...]  # close a mail
    postscripts: tuple[str, ...]  # open it again
    boilerplate: tuple[str, ...]  # footers and disclaimers
    absences: tuple[str, ...]  # an automatic notice
    attributions: tuple[str, ...]  # end the line above a quote: "wrote"
    forwards: tuple[str, ...]  # a forwarded mail begins
    header_names: tuple[str, ...]  # "From", "Sent", of a mail pasted in
    abbreviations: tuple[str, ...]  # whose full stop ends no sentence
    # the help letter
    help: Mapping[str, HelpWords]  # by Verb
