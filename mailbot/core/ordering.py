"""By what a name is ordered: organizations by their first word that counts, persons by family name."""

import unicodedata

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.names import NameWords, without_article, without_parentheses
from mailbot.core.plausible import cleaned


def family_name(name: str, words: NameWords | None = None) -> str:
    """The part of a person's name by which lists are ordered.

    Names in Han, kana or Hangul stand family name first and are returned whole. "HOUSAKOS Leo" has it in
    capitals, "Frum, Linda" before the comma; particles belong to it ("van Koeverden", "de la Tour"), "Jr."
    and degrees do not. Otherwise it is the last word: romanized names written family name first cannot be
    told from the others.
    """
    words = words or NameWords()
    text = without_parentheses(cleaned(name))
    if _is_east_asian(text):
        return text
    before, comma, after = text.partition(",")
    if comma and any(not _is_suffix(w, words) for w in after.replace(",", " ").split()):
        return before.strip()
    parts = before.split()
    while len(parts) > 1 and _is_suffix(parts[-1], words):
        parts.pop()
    if not parts:
        return text
    return _in_capitals(parts) or " ".join(parts[_family_start(parts, words) :])


def sort_name(entry: Entry, words: NameWords | None = None) -> str:
    """What an entry is ordered by, before collation.

    An organization: its name from the first letter or digit on, without a leading article ("The", "L'").
    A person: the family name, then the rest of the name; an honorific never counts.
    """
    words = words or NameWords()
    name = cleaned(entry.name)
    if entry.category is Category.PERSON:
        family = family_name(name, words)
        rest = " ".join(name.replace(family, " ", 1).replace(",", " ").split())
        return f"{family}, {rest}" if rest else family
    return without_article(_from_first_letter(name), words) or name


def _is_east_asian(text: str) -> bool:
    first = _from_first_letter(text)[:1]
    return bool(first) and unicodedata.name(first, "").startswith(("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL "))


def _from_first_letter(text: str) -> str:
    for at, c in enumerate(text):
        if c.isalnum():
            return text[at:]
    return text


def _is_suffix(word: str, words: NameWords) -> bool:
    return word.casefold().replace(".", "").strip(",") in words.name_suffixes


def _in_capitals(parts: list[str]) -> str:
    """The words in capitals, where others are not and they stand at one end: "CHAN Tai Man", "Maria GARCIA LOPEZ"."""
    shouted = [_is_shouted(w) for w in parts]
    if all(shouted) or not any(shouted):
        return ""
    if shouted[0] == shouted[-1]:
        return ""
    picked = [w for w, loud in zip(parts, shouted, strict=True) if loud]
    run = parts[: len(picked)] if shouted[0] else parts[-len(picked) :]
    return " ".join(picked) if run == picked else ""


def _is_shouted(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    if len(letters) < 2 or not all(c.isupper() for c in letters) or "." in word:
        return False
    return len(letters) > 2 or letters[1] in "AEIOUY" or "".join(letters) == "NG"  # LI, WU, NG; not the initials AJ


def _family_start(parts: list[str], words: NameWords) -> int:
    """Where the family name begins: at the particles before the last word, but never at the first word."""
    start = len(parts) - 1
    while start > 1 and parts[start - 1].casefold() in words.family_particles:
        start -= 1
    return start
