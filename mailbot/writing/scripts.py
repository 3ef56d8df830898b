"""In which language a name is written, as far as its script tells: for `lang`, so that it is read and set right."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_BY_SCRIPT = {  # first word of the character's Unicode name → BCP 47
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "und-Cyrl",
    "GREEK": "el",
    "ARABIC": "und-Arab",
    "HEBREW": "he",
    "THAI": "th",
    "TIBETAN": "bo",
    "DEVANAGARI": "und-Deva",
    "MONGOLIAN": "mn-Mong",
    "LATIN": "und-Latn",
    "CJK": "zh",
}


SmallWords = Mapping[str, frozenset[str]]
"""Language → words that no name is without for long, and that its neighbours have not: "of", "the"; "des", "l'"."""


def language_of(text: str, page: Sequence[str]) -> str:
    """The BCP 47 tag for a name on a page in `page[0]`, whose other languages follow; "" where the page's own will do.

    Kana make Han Japanese. Traditional and simplified Chinese are told apart by which of Big5 and GB 2312
    can write the name; where both can, it is what the page's languages say, else plain "zh".
    """
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha()}
    own = page[0] if page else "en"
    for script, tag in _BY_SCRIPT.items():
        if script in scripts:
            if tag == "zh":
                return _chinese(text, page)
            if tag == "und-Latn":
                return "" if own.split("-")[0] not in ("zh", "ja", "ko") else tag
            return "" if own.split("-")[0] == tag.split("-")[0] else tag
    return ""


def spoken(text: str, page: Sequence[str], small_words: SmallWords) -> str:
    """As `language_of`, for words rather than names of people: small words tell languages of one script apart.

    Where those of two languages stand in it, none is told.
    """
    found = language_of(text, page)
    if found not in ("", "und-Latn") or not text.isprintable():
        return found
    words = set(_WORDS.findall(text.casefold().replace("’", "'")))
    tags = [tag for tag, small in small_words.items() if words & small]
    return found if len(tags) != 1 else "" if page and tags[0] == page[0] else tags[0]


_WORDS = re.compile(r"[^\W\d_]+'?")


def _chinese(text: str, page: Sequence[str]) -> str:
    han = "".join(c for c in text if unicodedata.name(c, "").startswith("CJK "))
    traditional, simplified = _can(han, "big5"), _can(han, "gb2312")
    if traditional != simplified:
        tag = "zh-Hant" if traditional else "zh-Hans"
    elif not traditional and _can(han, "big5hkscs"):  # which adds what Cantonese needs, and some simplified ones
        tag = "zh-Hant"
    else:
        tag = next((t for t in page if t.split("-")[0] == "zh"), "zh")
    return "" if page and page[0] == tag else tag


def _can(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeError:
        return False
    return True
