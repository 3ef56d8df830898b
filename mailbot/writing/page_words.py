"""What the page says around the letter, in each language: templates/page/<tag>.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any


class PageError(Exception):
    """A template of the page is wrong; the text names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's wording. Keys are written with dots; what is missing or wrong raises PageError."""

    tag: str
    table: Mapping[str, Any]

    def check(self) -> None:
        """Raise PageError for the first key that the page needs and this file lacks."""
        for key in _NEEDED:
            value = self._value(key)
            if not isinstance(value, str):
                raise self._error(f"lacks the text {key!r}")

    def text(self, key: str, **values: object) -> str:
        """The sentence under `key`, with {…} filled in."""
        value = self._value(key)
        if not isinstance(value, str):
            raise self._error(f"lacks the text {key!r}")
        try:
            return value.format_map(values)
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise self._error(f"{key}: cannot fill in {value!r}; known here: {', '.join(values)}") from error

    def number(self, key: str, n: int) -> str:
        """The sentence for `n` things: "zero" and "one" where the language has them, else "other"."""
        forms = self.table.get(key)
        special = {0: "zero", 1: "one"}.get(n, "other")
        form = special if isinstance(forms, dict) and special in forms else "other"
        return self.text(f"{key}.{form}", n=n)

    @property
    def small_words(self) -> frozenset[str]:
        """Words by which a name is known to be in this language; none where the file names none."""
        words = self.table.get("small_words", [])
        return frozenset(map(str, words)) if isinstance(words, list) else frozenset()

    def date(self, when: datetime) -> str:
        """A day, in the time zone that `when` carries."""
        months = self._value("date.months")
        if not isinstance(months, list) or len(months) != 12:
            raise self._error("date.months must name twelve months")
        return self.text("date.format", day=when.day, month=months[when.month - 1], year=when.year)

    def _value(self, key: str) -> Any:
        value: Any = self.table
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def _error(self, what: str) -> PageError:
        return PageError(f"templates/page/{self.tag}.toml {what}")


def words_for(templates: Mapping[str, str], tag: str) -> Words:
    """The wording of the language nearest to `tag` that has one; English where none is near. Raises PageError."""
    for candidate in (*_candidates(tag), "en"):
        text = templates.get(f"page/{candidate}.toml")
        if text is not None:
            return _read(candidate, text)
    raise PageError("templates/page/en.toml is missing: reinstall mailbot, or restore the file")


@lru_cache(maxsize=16)
def _read(tag: str, text: str) -> Words:
    try:
        words = Words(tag, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PageError(f"templates/page/{tag}.toml: {error}") from error
    words.check()
    return words


_NEEDED = (
    *("language", "kicker", "jump_to_signatories", "signatories", "organizations", "persons", "nobody", "updated"),
    *("data", "separator", "count_organizations.other", "count_persons.other", "withheld.other", "waiting.other"),
    *("sign.title", "sign.text", "sign.button", "sign.subject", "leave.title", "leave.text", "leave.subject"),
    *("languages", "colon", "feed", "find.label", "find.some", "find.none", "part.strokes", "part.pinyin"),
    *("part.other", "part.pages", "part.all", "part.moved", "date.format"),
)
_REGIONS = {"zh-TW": "zh-Hant", "zh-HK": "zh-Hant", "zh-MO": "zh-Hant", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans"}


def _candidates(tag: str) -> list[str]:
    """The tag, what its region writes, and the tag with fewer and fewer subtags (RFC 4647, 3.4)."""
    parts = tag.split("-")
    shorter = ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return [tag, *filter(None, [_REGIONS.get(tag)]), *shorter, *(["zh-Hant"] if parts[0] == "zh" else [])]
