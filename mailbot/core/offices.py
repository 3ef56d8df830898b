"""Public offices in a name: told apart where one is typed behind it, and noticed wherever one stands."""

import re
import unicodedata
from functools import lru_cache

_SPLIT = re.compile(r"\s*[,，、(（]\s*")


def split_office(name: str, office_words: tuple[str, ...]) -> tuple[str, str]:
    """("Jane Doe", "Member of Parliament") of "Jane Doe, Member of Parliament"; an empty title where none stands there.

    "Frum, Linda" is a name: only an office in the part behind the comma makes it a title.
    """
    parts = _SPLIT.split(name, maxsplit=1)
    if len(parts) < 2 or not parts[0] or names_office(parts[0], office_words):
        return name, ""
    title = parts[1].strip(" )）")
    return (parts[0].strip(), title) if names_office(title, office_words) else (name, "")


def names_office(text: str, office_words: tuple[str, ...]) -> bool:
    """Whether a word for a public office stands in the text."""
    return _pattern(office_words).search(_plain(text)) is not None


@lru_cache(maxsize=8)
def _pattern(office_words: tuple[str, ...]) -> re.Pattern[str]:
    """Words in letters as whole words; Chinese is written without spaces."""
    alternatives = (
        rf"(?<!\w){re.escape(plain)}(?!\w)" if plain[0] < "\u2e80" else re.escape(plain)
        for plain in map(_plain, office_words)
    )
    return re.compile("|".join(alternatives) or r"(?!)")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(".", "").replace("’", "'")
