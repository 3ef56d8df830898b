"""The pages that people read: one for each language, those of a long list, and the fragment for pages of others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from mailbot.core.events import Entry
from mailbot.core.names import cleaned
from mailbot.core.roster import Roster
from mailbot.writing.chapters import Chapter, Section, chapters
from mailbot.writing.letter_text import LetterText
from mailbot.writing.listed import clean_entry, list_item
from mailbot.writing.markdown import heading, opening, to_html
from mailbot.writing.page_places import Places
from mailbot.writing.page_templates import look, rendered
from mailbot.writing.page_words import Words, words_for
from mailbot.writing.scripts import SmallWords
from mailbot.writing.sheet import Sheet, mark

_FEW = 10  # names that are seen at a glance, and need no box to look for one
_DIRECTIVES = {ord(sign): f"&#{ord(sign)};" for sign in "{}[]"}
"""In the page of somebody else's program a name must be no directive of it: {{ Liquid }}, {{< Hugo >}}, [shortcode]."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Organizations or persons: on the index as they are, or each chapter on pages of its own."""

    key: str
    entries: tuple[Entry, ...]
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPages:
    """One state of the list as pages. `clean` gives the roster cleaned, `whole` is the roster's fingerprint."""

    roster: Roster
    clean: Callable[[], Roster]
    whole: str
    letter: LetterText
    updated: datetime
    waiting: int
    templates: Mapping[str, str]
    languages: tuple[str, ...]  # the default one first
    names_a_page: int
    section: Callable[[Entry], Section]
    data: tuple[str, ...] = ()  # files beside the pages that they name

    @classmethod
    def of_nobody(cls, letter: LetterText, templates: Mapping[str, str]) -> "WebPages":
        """For what is said where no list is."""
        return cls(
            roster=Roster(),
            clean=Roster,
            whole="",
            letter=letter,
            updated=datetime(1970, 1, 1, tzinfo=UTC),
            waiting=0,
            templates=templates,
            languages=(letter.language,),
            names_a_page=1,
            section=lambda _entry: Section("other"),
        )

    def sheets(self) -> list[Sheet]:
        """All pages, none made yet."""
        groups = self._groups()
        made = []
        for tag in self.languages:
            setting = self.setting(tag)
            key = mark(setting, self.whole, self.updated.isoformat(), str(self.waiting), str(self.names_a_page))
            made.append(Sheet(self._places.file(tag), key, partial(self._index, tag, groups)))
            for group in groups:
                made += self._chapter_sheets(tag, setting, group)
        key = mark(self.setting(self.letter.language), self.whole, self.updated.isoformat())
        return [*made, Sheet("fragment.html", key, self._fragment)]

    def moved(self) -> bytes:
        """The page of a part of the list that is no more."""
        return self._html("moved", self._frame(self.letter.language, "index"))

    def setting(self, tag: str) -> str:
        """Another whenever anything is another that all pages of that language have."""
        letter = self.letter
        own = [
            text for name in sorted(self.templates) if name.startswith("page/") for text in (name, self.templates[name])
        ]
        texts = [text for name in sorted(letter.translations) for text in (name, letter.translations[name])]
        said = (letter.title, letter.text, letter.address, letter.language, letter.page_url)
        return mark(tag, *said, *self.languages, "", *self.data, "", *texts, "", *own)

    # -- pages -----------------------------------------------------------------------------------

    def _index(self, tag: str, groups: Sequence[_Group]) -> bytes:
        words = self._words(tag)
        text, spoken, _ = self._text(tag)
        shown = [self._index_group(tag, words, group) for group in groups]
        facts = self._frame(tag, "index") | {
            "letter": Markup(to_html(text, title=self._title(tag))),  # noqa: S704 HTML is off in it
            "letter_lang": "" if spoken == tag else spoken,
            "groups": shown,
            "find": sum(group["count"] for group in shown if not group["chapters"]) >= _FEW,
            "withheld_line": words.number("withheld", self.roster.withheld) if self.roster.withheld else "",
            "waiting_line": words.number("waiting", self.waiting),
            "note": _note(words, self.letter.address),
        }
        return self._html("index", facts)

    def _index_group(self, tag: str, words: Words, group: _Group) -> dict[str, Any]:
        links = [
            {
                "href": self._places.file(tag, f"{group.key}-{chapter.slug}"),
                "label": _label(words, chapter),
                "first": clean_entry(chapter.entries[0]).name,
                "last": clean_entry(chapter.entries[-1]).name,
                "count": len(chapter.entries),
            }
            for chapter in group.chapters
        ]
        return {
            "key": group.key,
            "title": words.text(group.key),
            "count": len(group.entries),
            "items": Markup("") if links else _items(map(clean_entry, group.entries), *self._told(tag)),
            "chapters": links,
        }

    def _chapter_sheets(self, tag: str, setting: str, group: _Group) -> Iterator[Sheet]:
        for at, chapter in enumerate(group.chapters):
            near = [group.chapters[n] if 0 <= n < len(group.chapters) else None for n in (at - 1, at + 1)]
            around = [one.slug if one else "" for one in near]
            names = [text for entry in chapter.entries for text in _texts(entry)]
            name = self._places.file(tag, f"{group.key}-{chapter.slug}")
            key = mark(setting, name, *around, *names)
            yield Sheet(name, key, partial(self._chapter, tag, group, chapter, near))

    def _chapter(self, tag: str, group: _Group, chapter: Chapter, near: Sequence[Chapter | None]) -> bytes:
        words = self._words(tag)
        links = [
            one and {"href": self._places.file(tag, f"{group.key}-{one.slug}"), "label": _label(words, one)}
            for one in near
        ]
        facts = self._frame(tag, f"{group.key}-{chapter.slug}") | {
            "group": words.text(group.key),
            "label": _label(words, chapter),
            "count": len(chapter.entries),
            "items": _items(map(clean_entry, chapter.entries), *self._told(tag)),
            "find": len(chapter.entries) >= _FEW,
            "before": links[0],
            "after": links[1],
            "back": self._places.file(tag),
        }
        return self._html("chapter", facts)

    def _fragment(self) -> bytes:
        tag = self.letter.language
        words, clean = self._words(tag), self.clean()
        groups = [
            {"title": words.text(key), "count": len(entries), "items": _items(entries, *self._told(tag))}
            for key, entries in (("organizations", clean.organizations), ("persons", clean.persons))
            if entries
        ]
        facts = self._frame(tag, "index") | {
            "groups": groups,
            "withheld_line": words.number("withheld", self.roster.withheld) if self.roster.withheld else "",
        }
        return rendered("fragment", facts, self.templates).translate(_DIRECTIVES).encode("utf-8", "replace")

    # -- what they share -------------------------------------------------------------------------

    def _frame(self, tag: str, slug: str) -> dict[str, Any]:
        """What stands in the head and around every page."""
        words = self._words(tag)
        text, _, title_tag = self._text(tag)
        title = cleaned(self._title(tag))
        return look(self.templates) | {
            "language": tag,
            "direction": words.table.get("direction", "ltr"),
            "words": words.table,
            "title": title,
            "title_lang": "" if title_tag == tag else title_tag,
            "summary": self._summary(words),
            "opening": opening(text, title=title),
            "address": cleaned(self.letter.address),
            "updated_line": words.text("updated", date=words.date(self.updated)),
            "updated_iso": self.updated.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "page_url": self._places.url(tag, slug) if self.letter.page_url else "",
            "tongues": [
                {
                    "tag": other,
                    "name": self._words(other).text("language"),
                    "locale": self._words(other).table.get("locale", ""),
                    "href": self._places.file(other, slug),
                    "url": self._places.url(other, slug),
                }
                for other in self.languages
            ],
            "data": self.data,
        }

    def _text(self, tag: str) -> tuple[str, str, str]:
        """The letter in that language, the language that it is really in, and the one that its title is in."""
        own, default = self.letter.translations.get(tag, ""), self.letter.language
        if tag == default or not own:
            return self.letter.text, default, default
        return own, tag, tag if heading(own) else default

    def _title(self, tag: str) -> str:
        """The letter's, or what the heading of its translation makes of it."""
        own = "" if tag == self.letter.language else heading(self.letter.translations.get(tag, ""))
        return own or self.letter.title

    def _groups(self) -> list[_Group]:
        """Those that have anybody, cut where all of them are too many for one page."""
        whole = len(self.roster.entries) <= self.names_a_page
        half = max(1, self.names_a_page // 2)
        groups = (("organizations", self.roster.organizations), ("persons", self.roster.persons))
        return [
            _Group(key, entries, () if whole or len(entries) <= half else tuple(chapters(entries, self.section, half)))
            for key, entries in groups
            if entries
        ]

    def _summary(self, words: Words) -> str:
        roster = self.roster
        if not roster.entries:
            return words.number("withheld", roster.withheld) if roster.withheld else words.text("nobody")
        parts = []
        if roster.organizations:
            parts.append(words.number("count_organizations", len(roster.organizations)))
        if roster.persons:
            parts.append(words.number("count_persons", len(roster.persons)))
        return words.text("separator").join(parts)

    def _words(self, tag: str) -> Words:
        return words_for(self.templates, tag)

    def _told(self, tag: str) -> tuple[list[str], SmallWords]:
        """By what the language of a name is told on a page in that one: the languages, it first, and small words."""
        tongues = [tag, *(other for other in self.languages if other != tag)]
        return tongues, {other: self._words(other).small_words for other in tongues}

    @property
    def _places(self) -> Places:
        return Places(self.letter.language, self.letter.page_url)

    def _html(self, name: str, facts: Mapping[str, Any]) -> bytes:
        return rendered(name, facts, self.templates).encode("utf-8", "replace")


def _items(
    entries: "Iterator[Entry] | Sequence[Entry] | map[Entry]", languages: Sequence[str], small: SmallWords
) -> Markup:
    return Markup("\n").join(list_item(entry, languages, small) for entry in entries)


def _texts(entry: Entry) -> tuple[str, ...]:
    """All that is shown of it, for the key of its page."""
    return (entry.name, entry.honorific, entry.title, entry.place, entry.website, *entry.alt_names, "")


def _label(words: Words, chapter: Chapter) -> str:
    """How a chapter is called where its group is known: "S", "S 2", "7 strokes"."""
    section = chapter.section
    match section.kind:
        case "letter":
            label = section.sign
        case "digits":
            label = "0–9"
        case "strokes" | "pinyin":
            label = words.text(f"part.{section.kind}", sign=section.sign)
        case _:
            label = words.text("part.other")
    return label if chapter.number == 1 else f"{label} {chapter.number}"


def _note(words: Words, address: str) -> dict[str, str]:
    """How to sign and how to be taken off."""
    note: dict[str, str] = {}
    for about in ("sign", "leave"):
        before, _, after = words.text(f"{about}.text", address="\0").partition("\0")
        subject = quote(words.text(f"{about}.subject"), safe="")
        note |= {
            f"{about}_title": words.text(f"{about}.title"),
            f"{about}_before": before,
            f"{about}_after": after,
            f"{about}_link": f"mailto:{quote(cleaned(address), safe='@+.-_')}?subject={subject}",
        }
    return note
