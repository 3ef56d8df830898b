"""How far a name reaches in running text, where nothing but its own shape tells."""

import re
from collections.abc import Iterator

from mailbot.reading.naming import Naming
from mailbot.reading.passages import Passage, Piece
from mailbot.reading.phrases import has_ideographs

_TOKEN = re.compile(r"\S+")
_HAN_END = re.compile(r"[，。！？；：、,!?;:「」『』（(《》\n“”\"]|\s{2,}|\u3000")
_CLOSING = re.compile(r"[)）]")
_CLAUSE_END = re.compile(r"[,.!?;:]")
_STOP = re.compile(r"[.!?;:()]")
_LETTERS_AND_STOPS = re.compile(r"(?:[A-Za-z]\.)+")
_NUMBERED = re.compile(r"\s*(?:Local|Branch|Section|Chapter|No\.)\b")
_CAPITAL_NEXT = re.compile(r"\s*[A-ZÀ-Þ&]")
_FRENCH = re.compile(r"\b(?:de|du|des|d['’]|et|la|les|le|pour|en)\b", re.IGNORECASE)
_ELIDED = re.compile(r"[ldLD]['’][A-ZÀ-Þ]")
_OPENING = " \t\u3000:：-–—*_"
_QUOTES = '「『“«"《'
_MARKS = "\"'“”«»()[]*_"
_LONGEST = 22  # words of a name
_ABBREVIATED = frozenset(
    {
        "st.",
        "ste.",
        "mt.",
        "dr.",
        "mr.",
        "mrs.",
        "ms.",
        "hon.",
        "rev.",
        "prof.",
        "inc.",
        "co.",
        "no.",
        "assn.",
        "soc.",
        "jr.",
        "sr.",
    }
)


def name_at(passage: Passage, start: int, naming: Naming, limit: int | None = None) -> Piece | None:
    """The name that begins at `start`, or just behind an article there; None where none does."""
    sentence_end = passage.text.find("\n", start)
    end = min(x for x in (limit, sentence_end if sentence_end >= 0 else None, len(passage.text)) if x is not None)
    end = min(end, start + 240)
    while start < end and passage.text[start] in _OPENING:
        start += 1
    if start >= end:
        return None
    if passage.text[start] in _QUOTES:
        piece = passage.quoted_at(start)
        return Piece(piece.start + 1, piece.end - 1) if piece and piece.end <= end + 1 else None
    start = _behind_openers(passage, start, end, naming)
    if has_ideographs(passage.text[start : start + 12]):
        return _han_run(passage, start, end, naming)
    return _run(passage, start, end, naming)


def names_in(passage: Passage, naming: Naming) -> Iterator[Piece]:
    """Every run of capitals in the passage that could be a name, in order."""
    text, at = passage.text, 0
    while at < len(text):
        found = _TOKEN.search(text, at)
        if not found:
            return
        word = found.group().lstrip(_MARKS)
        start = found.start() + len(found.group()) - len(word)
        at = found.end()
        if not word or not _is_capital(word) or passage.folded[start:at].strip(".,!?:;')") in naming.openers:
            continue
        line_end = text.find("\n", start)
        piece = _run(passage, start, min(line_end if line_end >= 0 else len(text), start + 240), naming)
        if piece:
            yield piece
            at = max(at, piece.end)


def _behind_openers(passage: Passage, start: int, end: int, naming: Naming) -> int:
    """Past "The", 我哋 and the like."""
    for _ in range(3):
        rest = passage.folded[start:end]
        found = naming.han_openers.match(rest)
        if found and found.end():
            start += found.end()
            while start < end and passage.text[start] in _OPENING:
                start += 1
            continue
        word = _TOKEN.match(rest)
        if word and word.group() in naming.articles and start + word.end() < end:
            start += word.end() + 1
            continue
        elided = next((a for a in naming.articles if a.endswith("'") and rest.startswith(a)), None)
        if elided:
            start += len(elided)
            continue
        break
    return start


def _han_run(passage: Passage, start: int, end: int, naming: Naming) -> Piece | None:
    found = _HAN_END.search(passage.text, start, end)
    stop = found.start() if found else end
    cut = naming.han_stops.search(passage.folded, start + 2, stop)
    if cut:
        stop = cut.start()
    elif stop - start > 24:
        return None
    if found and found.start() == stop and passage.text[stop] in "（(":
        close = _CLOSING.search(passage.text, stop, min(stop + 20, len(passage.text)))
        stop = close.end() if close else stop
    return Piece(start, stop) if stop - start >= 2 else None


def _run(passage: Passage, start: int, end: int, naming: Naming) -> Piece | None:
    """Capitals and what may stand between them; a French name goes on in lower case up to a verb."""
    text = passage.text
    over = naming.ends.search(passage.folded, start, end)
    end = over.start() if over else end
    first = _TOKEN.match(text, start, end)
    if first and passage.folded[start : first.end()].strip(".,!?:;')") in naming.openers:
        clause = _CLAUSE_END.split(text[start:end], maxsplit=1)[0].split()
        if len(clause) < 2 or not (_is_capital(clause[1]) and naming.is_organization(" ".join(clause[:5]))):
            return None
    last, flowing = start, False
    for count, token in enumerate(_TOKEN.finditer(text, start, end), 1):
        word = token.group()
        bare = passage.folded[token.start() : token.end()].strip(".,!?:;)\"”»'…")
        if count > _LONGEST or (word[0] in "–—" and len(word) == 1 and not _capital_follows(text, token.end(), end)):
            break
        if word.startswith("(") and last > start:
            close = text.find(")", token.start(), min(end, token.start() + 60))
            return Piece(start, close + 1) if close > 0 else Piece(start, last)
        if _is_capital(word):
            last = token.end()
            flowing = flowing or bare in naming.nouns
        elif bare in naming.stops:
            break
        elif bare in naming.particles or word in "/–—-·|":
            pass
        elif flowing and _is_french(text, start, end):
            last = token.end()
        else:
            break
        if word[-1] in ".!?:;…" and word.lower() not in _ABBREVIATED and not _LETTERS_AND_STOPS.fullmatch(word):
            break
        if word[-1] == "," and not _goes_on(text, start, token.end(), end, naming):
            break
    return Piece(start, last) if last > start else None


def _goes_on(text: str, start: int, at: int, end: int, naming: Naming) -> bool:
    """Behind a comma: "Peace, Justice and Creation Care Committee", "Workers, Local 4417"."""
    rest = text[at:end]
    if _NUMBERED.match(rest):
        return True
    if naming.is_organization(text[start : at - 1]):
        return False
    clause = _STOP.split(rest, maxsplit=1)[0]
    return bool(_CAPITAL_NEXT.match(rest)) and naming.is_organization(" ".join(clause.split()[:8]))


def _is_french(text: str, start: int, end: int) -> bool:
    return _FRENCH.search(text[start:end]) is not None


def _is_capital(word: str) -> bool:
    bare = word.lstrip(_MARKS)
    if _ELIDED.match(bare):
        return True
    return bool(bare) and (
        bare[0].isupper() or (bare[0].isdigit() and any(c.isalpha() for c in bare)) or bare[:1] == "&"
    )


def _capital_follows(text: str, at: int, end: int) -> bool:
    found = _TOKEN.search(text, at, end)
    return found is not None and _is_capital(found.group())
