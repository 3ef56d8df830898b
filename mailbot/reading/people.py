"""Persons in a mail: honorific, name and office of one who signs; who speaks for a group, and as what."""

import re
from dataclasses import dataclass

from mailbot.core.intents import Category
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.phrases import fold, has_ideographs

_SEPARATOR = re.compile(r"[,，、|·•]|\s[-–—]\s|[（(]|\u3000|\t")
_LATE_PARENTHESES = re.compile(r"\s*[（(]([^（()）]*)[)）]?\s*$")
_ASIDE = re.compile(r"\s+(?:[:：→]|-{2,}|<-+|—)\s+(?=[a-zà-ÿ\u3400-\u9fff])")
_TAIL_END = re.compile(r"[,，;；)）|]")
_HAN_AND_LATIN = re.compile(r"\s*([\u3400-\u9fff‧·]{2,8})[（(]([A-Za-z .'-]{3,40})[)）][\s\u3000,，]*(.*)$")
_TITLE_LENGTH = 100
_NUMBERED_PART = re.compile(
    r"^(?:local|branch|section|chapter|no\.?|lodge|unit|district|division|inc\.?|ltd\.?|post)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list, taken apart: what is the name and what stands around it."""

    name: str
    category: Category
    honorific: str = ""
    title: str = ""


def read_entry(text: str, naming: Naming) -> Entry | None:
    """The entry that a line holds, or None where the line holds no plausible name."""
    raw = text.strip()
    person = read_person(raw, naming)
    if person is not None:
        return person
    return read_group(raw, naming)


def read_group(text: str, naming: Naming) -> Entry | None:
    """The entry of a line that is known to hold an organization."""
    name = clean_name(_organization_part(text.strip(), naming))
    return Entry(name=name, category=Category.ORGANIZATION) if naming.is_plausible(name) else None


def read_person(text: str, naming: Naming) -> Entry | None:
    """A person's entry, "Hon. Linda Frum, Senator" or 梁湛恩　前區議員; None where it is not plainly one."""
    honorific, rest = take_honorific(text, naming)
    head, tail = _head_and_tail(rest)
    office, bare = take_office(head, naming)
    again, bare = take_honorific(bare, naming)
    name = clean_name(bare)
    title = clean_name(tail)[:_TITLE_LENGTH]
    if not naming.is_person(name) and not ((honorific or office) and _is_short_name(name, naming)):
        return _person_with_parenthesis(rest, naming)
    return Entry(
        name=name,
        category=Category.PERSON,
        honorific=honorific or again,
        title=title if _says_office(title, naming) else office or ("" if naming.is_organization(title) else title),
    )


def read_role(text: str, naming: Naming) -> str:
    """The line, where it says what somebody is in a group; else ""."""
    line = clean_name(text)
    if (
        not line
        or len(line) > _TITLE_LENGTH
        or (not naming.roles.search(fold(line)) and not naming.offices.search(fold(line)))
    ):
        return ""
    return line


def split_role(text: str, naming: Naming) -> tuple[str, str]:
    """("Halyna Prystupa", "Branch President") of one line; either may be ""."""
    honorific, rest = take_honorific(text, naming)
    head, tail = _head_and_tail(rest)
    if naming.is_person(clean_name(head)):
        return clean_name(head), read_role(tail, naming)
    if has_ideographs(text):
        return _han_name_and_role(text, naming)
    found = naming.roles.match(fold(rest))
    if found and naming.is_person(clean_name(rest[found.end() :])):
        return clean_name(rest[found.end() :]), clean_name(rest[: found.end()])
    return (clean_name(rest), honorific) if honorific and naming.is_person(clean_name(rest)) else ("", "")


def take_honorific(text: str, naming: Naming) -> tuple[str, str]:
    """Takes every honorific off the front: ("Hon.", "Linda Frum")."""
    taken: list[str] = []
    rest = text.strip(" \t\u3000(")
    for _ in range(3):
        found = naming.honorifics.match(fold(rest))
        if not found or not rest[found.end() :].strip(" ."):
            break
        taken.append(rest[: found.end()].strip())
        rest = rest[found.end() :].lstrip(" .\t")
    return " ".join(taken), rest


def take_office(text: str, naming: Naming) -> tuple[str, str]:
    """Takes an office off a name: ("Deputy Mayor", "Ludmila Horvath"), ("議員", "麥浩庭"); ("", text) for none."""
    return _han_office(text, naming) if has_ideographs(text) else _leading_office(text, naming)


def _head_and_tail(text: str) -> tuple[str, str]:
    found = _SEPARATOR.search(text)
    if not found:
        return text, ""
    tail = text[found.end() :].strip()
    cut = _TAIL_END.search(tail)
    return text[: found.start()], tail[: cut.start()] if cut else tail


def _leading_office(text: str, naming: Naming) -> tuple[str, str]:
    """("Deputy Mayor", "Ludmila Horvath"), ("退休教師", "唐其琛")."""
    found = naming.offices.match(fold(text))
    if found and text[found.end() :].strip():
        return text[: found.end()].strip(), text[found.end() :].strip()
    return "", text


def _han_office(text: str, naming: Naming) -> tuple[str, str]:
    """("議員", "麥浩庭") of 麥浩庭議員, ("退休教師", "唐其琛") of 退休教師唐其琛."""
    for cut in (3, 2, 4):
        if naming.is_person(text[:cut]) and naming.offices.fullmatch(fold(text[cut:].strip())):
            return text[cut:].strip(), text[:cut]
    return _leading_office(text, naming)


def _is_short_name(name: str, naming: Naming) -> bool:
    if has_ideographs(name):
        return 2 <= len(name) <= 4 and not naming.is_organization(name)
    words = name.split()
    return 2 <= len(words) <= 4 and all(w[0].isupper() for w in words) and not naming.is_organization(name)


def _person_with_parenthesis(text: str, naming: Naming) -> Entry | None:
    """魏斯博（Thomas Weisz）　漢學研究者."""
    found = _HAN_AND_LATIN.match(text)
    if not found or not naming.is_person(found.group(1)):
        return None
    title = clean_name(found.group(3))[:_TITLE_LENGTH]
    return Entry(name=f"{found.group(1)}（{found.group(2)}）", category=Category.PERSON, title=title)


def _says_office(title: str, naming: Naming) -> bool:
    return bool(title) and naming.offices.search(fold(title)) is not None


def _han_name_and_role(text: str, naming: Naming) -> tuple[str, str]:
    """秘書長　曾宥榛　敬上, 何頌恩牧師（堂主任）謹啟, 顧綺雯."""
    line = re.sub(r"(?:敬上|謹啟|敬啟|谨启|敬启|謹上|啟|上)\s*$", "", text.strip()).strip()
    for part in re.split(r"[\s\u3000：:（()），,]+", line):
        if naming.is_person(part):
            role = clean_name(line.replace(part, " ", 1))
            return part, role if naming.roles.search(fold(role)) else ""
        for cut in (3, 2, 4):
            if len(part) > cut and naming.is_person(part[:cut]) and naming.roles.fullmatch(fold(part[cut:])):
                return part[:cut], part[cut:]
    return "", ""


def _organization_part(text: str, naming: Naming) -> str:
    """Without a town behind the comma and without an explanation in parentheses."""
    aside = _ASIDE.search(text)
    if aside and naming.is_organization(text[: aside.start()]) and not naming.is_organization(text[aside.end() :]):
        text = text[: aside.start()]
    late = _LATE_PARENTHESES.search(text)
    if late and _explains(late.group(1), naming) and text[: late.start()].strip():
        text = text[: late.start()]
    head, comma, tail = text.partition(",")
    if comma and naming.is_organization(head) and not _NUMBERED_PART.match(tail.strip()):
        whole_again = naming.is_organization(tail) or re.search(r"\b(?:and|et)\b|&", tail)
        if not whole_again:
            return head
    return text


def _explains(inside: str, naming: Naming) -> bool:
    """Is what stands in parentheses said about the name rather than part of it?"""
    folded = fold(inside.strip())
    if not folded:
        return True
    if has_ideographs(inside):
        return len(inside) > 8 or naming.han_stops.search(folded) is not None or inside.startswith(naming.han_generic)
    words = folded.split()
    return (
        len(words) > 5
        or words[0] in naming.generic
        or words[0] in naming.openers
        or folded in naming.labels
        or ";" in inside
    )
