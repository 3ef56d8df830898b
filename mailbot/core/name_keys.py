"""Under which keys an entry is found again, and for which likeness two organizations count as one."""

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.known_names import known_names
from mailbot.core.names import NEARLY, SAME, NameWords, acronym, cleaned, fold, latin_look


def keys(entry: Entry, words: NameWords | None = None) -> tuple[str, ...]:
    """The fold of its name, then of whatever else it is known by, as each looks in Latin letters, and acronyms.

    Two entries with a key in common may be one; `names.look_alikes` says.
    """
    known = known_names(entry)
    folds = [fold(name, words) for name in known]
    short = [acronym(name, words).casefold() for name in known]
    further = (key for key in (*folds, *map(latin_look, folds), *short) if key)
    return tuple(dict.fromkeys([*folds[:1], *further]))


def is_one(reason: str, a: Entry, b: Entry) -> bool:
    """Whether two organizations that look alike for that reason (see `names.look_alikes`) count as one.

    An acronym does where one of the two is nothing else, in four capitals or more: fewer are shared by too many.
    """
    if a.category is not Category.ORGANIZATION or b.category is not Category.ORGANIZATION:
        return False
    return reason in SAME or (reason == "acronym" and any(_is_bare_acronym(entry.name) for entry in (a, b)))


def may_be_alike(key: str, other: str) -> bool:
    """Whether the names behind two keys are worth a comparison by `names.look_alikes`; a website may speak besides.

    Quick, for it is asked about every name that begins alike: True for keys of which one has all the words
    of the other, or begins with it, or that have nearly the same letters.
    """
    shorter, longer = sorted((key, other), key=len)
    if longer.startswith(shorter) or set(shorter.split()) <= set(longer.split()):
        return True
    return _share_letters(shorter, longer)


def _share_letters(shorter: str, longer: str) -> bool:
    """What difflib's quick_ratio says, said in a fraction of its time: most names are told apart by a few letters."""
    letters = len(shorter) + len(longer)
    most = len(shorter) - NEARLY * letters / 2 + 1
    missing = 0
    for letter in set(shorter):
        missing += max(0, shorter.count(letter) - longer.count(letter))
        if missing > most:
            return False
    return 2.0 * (len(shorter) - missing) / letters >= NEARLY


_BARE_ACRONYM = 4  # letters


def _is_bare_acronym(name: str) -> bool:
    letters = cleaned(name).replace(".", "")
    return len(letters) >= _BARE_ACRONYM and letters.isascii() and letters.isalpha() and letters.isupper()
