"""One line of an existing list → the entry as it stands there: a person with honorific and office, or an organization.

A list that is published already says how its names are written: nothing is left out of a line but what
numbers or decorates it. What is not fit for print is refused with the reason.
"""

import re
from functools import lru_cache

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.plausible import field_text, publishable
from mailbot.reading.naming import Naming, clean_name, ends_abbreviated
from mailbot.reading.people import take_honorific, take_office
from mailbot.reading.phrases import fold, has_ideographs

NOT_A_NAME = "is not a plausible name: an address, a link, a formula, too long, or without letters"
A_SENTENCE = "reads like a sentence, not like a name"
BESIDE = "has an address, a link or markup beside the name"
A_COUNT = "looks like a date or a count, not like a name"

_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,4}[.)、．]|[#№]\s?\d{1,4}|[-*•‣◦·∙●○■□▪➢–—])\s*(?=[^\d\s.,)])")
_NOTES = re.compile(r"(?:\s*(?:\[[\w*]{1,3}\]|[*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]))+$")
_TRAILING = " \t,;:；，、：|/"
_SEPARATOR = re.compile(r"\s*[,，、|·•:：;]\s*|\s+[-–—/]\s+|\s*[（(]|\u3000+|\t+")
_OTHER_SCRIPT = re.compile(r"^([^（(,，]{2,60}?)\s*[（(]([^（）()]{2,60})[)）](.*)$")
_DIGIT = re.compile(r"\d")
_ENDS_SENTENCE = re.compile(r"[.!?。！？]$")
_LOWER = re.compile(r"\b[a-zà-ÿ]{2,}\b")
_PROSE_WORDS = 24
_PROSE_HAN = 60  # characters
_LONGEST_READ = 2_000  # characters of a line that are looked at
_LONGEST_LINE = 400  # characters of a name with all that stands behind it
_BARE = 4  # words of a person's name that nothing else shows to be one


def undecorated(text: str) -> str:
    """The line without its number, bullet and marks of footnotes."""
    text = _NOTES.sub("", text[:_LONGEST_READ].strip())
    return _NUMBERED.sub("", text).strip(_TRAILING).strip()


def is_prose(text: str) -> bool:
    """Whether a line is running text rather than a name."""
    words = text.split()
    if has_ideographs(text):
        return len(text) > _PROSE_HAN or "。" in text
    if len(words) > _PROSE_WORDS:
        return True
    if len(words) > 5 and _ENDS_SENTENCE.search(text) and not ends_abbreviated(text):
        return True
    return len(words) > 9 and len(_LOWER.findall(text)) * 3 > len(words) * 2


@lru_cache(maxsize=4_096)  # finding a list and reading it ask the same of a line
def evident(text: str, naming: Naming) -> Category | None:
    """What the line by itself shows to be: an organization by its noun, a person by honorific or office; else None."""
    text = undecorated(text)
    honorific, rest = take_honorific(text, naming)
    head, tail = _parted(rest)
    office, bare = take_office(head, naming)
    named = naming.is_person(clean_name(bare)) or (_is_short(bare) and not naming.is_organization(bare))
    if named and (honorific or office or (tail and naming.offices.search(fold(tail)))):
        return Category.PERSON
    if naming.is_organization(head):
        return Category.ORGANIZATION
    if tail and (naming.is_person(clean_name(bare)) or naming.offices.match(fold(tail))):
        return Category.PERSON
    return Category.ORGANIZATION if naming.is_organization(text) else None


def listed_entry(
    text: str,
    naming: Naming,
    *,
    category: Category | None,
    bare: Category = Category.ORGANIZATION,
    turned: bool = False,
) -> Entry | str:
    """The entry of a line, or why there is none.

    `category` is what the heading says; without one each line tells for itself, and what does not is `bare`.
    `turned`: family names come first, "Frum, Linda".
    """
    text = undecorated(text)
    if is_prose(text):
        return A_SENTENCE
    if publishable(text, _LONGEST_LINE) is None:
        return NOT_A_NAME
    shown = category or evident(text, naming)
    if shown is None:
        if _DIGIT.search(text):
            return A_COUNT
        shown = bare if bare is Category.ORGANIZATION or _may_be_person(text, naming) else Category.ORGANIZATION
    if shown is Category.PERSON:
        return _person(text, naming, turned=turned)
    name = publishable(text)
    return Entry(name=name) if name else NOT_A_NAME


def is_turned(texts: list[str], naming: Naming) -> bool:
    """Whether nearly all lines are "Frum, Linda": one or two words, a comma, and a given name that is no office."""
    if len(texts) < 3:
        return False
    parted = [undecorated(text).partition(",") for text in texts]
    return sum(_is_turned(*part, naming) for part in parted) * 5 >= len(texts) * 4


def _is_turned(family: str, comma: str, rest: str, naming: Naming) -> bool:
    given = _SEPARATOR.split(rest.strip(), maxsplit=1)[0]
    return (
        bool(comma)
        and len(family.split()) <= 2
        and 1 <= len(given.split()) <= 2
        and not naming.offices.search(fold(given))
        and not naming.is_organization(rest)
        and naming.is_person(f"{given} {family}")
    )


def _may_be_person(text: str, naming: Naming) -> bool:
    name = clean_name(text)
    return naming.is_person(name) and (has_ideographs(name) or len(name.split()) <= _BARE)


def _person(text: str, naming: Naming, *, turned: bool) -> Entry | str:
    honorific, rest = take_honorific(text, naming)
    if turned and "," in rest:
        family, _, others = rest.partition(",")
        given, tail = _parted(others.strip())
        head = f"{given} {family.strip()}"
    else:
        head, tail = _parted(rest)
    office, bare = take_office(head, naming)
    again, bare = take_honorific(bare, naming)
    name = publishable(clean_name(bare) or bare)
    if name is None:
        return NOT_A_NAME
    title = field_text(", ".join(part for part in (office, tail) if part))
    if title and publishable(title, 200) is None:
        return BESIDE
    return Entry(name=name, category=Category.PERSON, honorific=field_text(honorific or again), title=title)


def _parted(text: str) -> tuple[str, str]:
    """The name, and all that stands behind it; a name in another script in parentheses belongs to the name."""
    both = _OTHER_SCRIPT.match(text)
    if both and has_ideographs(both[1]) != has_ideographs(both[2]):
        return f"{both[1]} ({both[2].strip()})", both[3].strip(" ,，、-–—|:：\u3000")
    found = _SEPARATOR.search(text)
    if not found or not text[: found.start()].strip():
        return text.strip(), ""
    tail = text[found.end() :].strip(_TRAILING)
    if found.group().strip() in {"(", "（"}:
        inside, _, behind = tail.replace("）", ")").partition(")")
        tail = ", ".join(part for part in (inside.strip(), behind.strip(_TRAILING + "-–— ")) if part)
    return text[: found.start()].strip(), tail


def _is_short(name: str) -> bool:
    words = name.split()
    if has_ideographs(name):
        return 2 <= len(name) <= 4
    return 2 <= len(words) <= 4 and all(word[:1].isupper() for word in words)
