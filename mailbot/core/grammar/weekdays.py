""" "Until Monday", 下周一, "le 15 janvier": the day that an organizer means, as an ISO date."""

from collections.abc import Sequence
from datetime import date, timedelta

from mailbot.core.grammar.tokens import Kind, Token


def read_until(tokens: Sequence[Token], today: date) -> tuple[str, int]:
    """The day that stands at the beginning of `tokens`, after "until" and the like, and where it ends.

    A weekday is the next one after today; "next" Monday the one of next week. A day of the month
    without a year is the next such day. Where no day can be told: ("", 0).
    """
    at = 0
    while at < len(tokens) and tokens[at].has(Kind.UNTIL, Kind.FILLER) and not tokens[at].has(*_DAY_KINDS):
        at += 1
    until = at > 0 and any(token.has(Kind.UNTIL) for token in tokens[:at])
    if any(token.has(Kind.RANGE) for token in tokens[:at]) and _is_day_of_month(tokens[at:]):
        day = _next_day_of_month(_leading_number(tokens[at].text), today)
        return (day.isoformat(), at + 2) if day is not None and _ends(tokens, at + 2) else ("", 0)
    for read in (_iso, _slashed, _year_first, _weekday, _month_day, _units, _ahead):
        day, length = read(tokens[at:], today)
        if day is not None:
            return day.isoformat(), at + length
    whole = _ends(tokens, at + 1 + _marks(tokens, at + 1))
    if until and at < len(tokens) and tokens[at].has(Kind.NUMBER) and whole:
        day = _next_day_of_month(tokens[at].number, today)
        if day is not None:
            return day.isoformat(), at + 1 + _marks(tokens, at + 1)
    return "", 0


def _is_day_of_month(tokens: Sequence[Token]) -> bool:
    """到20日 is a day; 等20日 is so many days."""
    return len(tokens) > 1 and _leading_number(tokens[0].text) > 0 and tokens[1].han and tokens[1].key(Kind.UNIT) == "1"


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing stands at this place that could belong to the number before it."""
    while at < len(tokens) and tokens[at].has(Kind.FILLER, Kind.THANKS):
        at += 1
    if at >= len(tokens):
        return True
    return tokens[at].has(Kind.MARKUP, Kind.AND) and (tokens[at].text not in ("/", "-") or tokens[at].spaced)


def names_a_day(tokens: Sequence[Token]) -> bool:
    """Whether a day is meant here that `read_until` may have failed to tell: "the weekend", 2021-02-30."""
    at = 0
    while at < len(tokens) and tokens[at].has(Kind.UNTIL, Kind.FILLER) and not tokens[at].has(*_DAY_KINDS):
        at += 1
    if at >= len(tokens):
        return False
    strict = any(token.has(Kind.UNTIL) and not token.has(Kind.FILLER) for token in tokens[:at])
    for token in tokens[at:] if strict else tokens[at : at + 1]:
        if token.text in (",", "-", "(", ".", ";") and token.spaced is False:
            break
        if token.has(Kind.VAGUE_DAY, *_DAY_KINDS) or token.text[0].isdecimal():
            return True
    return False


_DAY_KINDS = (Kind.WEEKDAY, Kind.NEXT_WEEK, Kind.DAYS_AHEAD, Kind.MONTH, Kind.NUMBER)
_Found = tuple[date | None, int]


def _iso(tokens: Sequence[Token], _today: date) -> _Found:
    """2021-01-18, as it is cut into tokens."""
    if len(tokens) < 5 or tokens[1].text != "-" or tokens[3].text != "-":
        return None, 0
    year, month, day = (tokens[i].text for i in (0, 2, 4))
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal() and len(year) == 4):
        return None, 0
    return _date(int(year), int(month[:3]), int(day[:3])), 5


def _slashed(tokens: Sequence[Token], today: date) -> _Found:
    """15/1 or 1/15, with a year or without; 2021/1/15. Where either can be the month, no day can be told."""
    parts = [tokens[i].text for i in range(0, min(5, len(tokens)), 2)]
    marks = [tokens[i].text for i in range(1, min(5, len(tokens)), 2)]
    count = next((i for i, mark in enumerate(marks) if mark != "/"), len(marks)) + 1
    parts = parts[:count]
    if len(parts) < 2 or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None, 0
    numbers = [int(part) for part in parts]
    if len(parts[0]) == 4:
        return (_date(*numbers), 5) if len(numbers) == 3 else (None, 0)
    first, second = numbers[:2]
    if (first > 12) == (second > 12):
        return None, 0
    month, day = (first, second) if second > 12 else (second, first)
    if len(numbers) == 3:
        return _date(numbers[2], month, day), 5
    return _next_date(month, day, today), 3


def _year_first(tokens: Sequence[Token], _today: date) -> _Found:
    """2021年1月15日."""
    if len(tokens) < 4 or len(tokens[0].text) != 4 or not tokens[0].text.isdecimal() or not tokens[2].has(Kind.MONTH):
        return None, 0
    number = _leading_number(tokens[3].text)
    return _date(int(tokens[0].text), int(tokens[2].key(Kind.MONTH)), number), 4 + _marks(tokens, 4)


def _weekday(tokens: Sequence[Token], today: date) -> _Found:
    nxt = bool(tokens) and tokens[0].has(Kind.NEXT_WEEK)
    at = 1 if nxt and not tokens[0].has(Kind.WEEKDAY) else 0
    if at >= len(tokens) or not tokens[at].has(Kind.WEEKDAY):
        return _chinese_weekday(tokens, today)
    wanted = int(tokens[at].key(Kind.WEEKDAY))
    at += 1
    if at < len(tokens) and tokens[at].has(Kind.NEXT_WEEK):  # lundi prochain says no more than lundi
        at += 1
    if nxt:
        return _monday(today) + timedelta(days=7 + wanted - 1), at
    return today + timedelta(days=(wanted - today.isoweekday() - 1) % 7 + 1), at


def _chinese_weekday(tokens: Sequence[Token], today: date) -> _Found:
    """下周一 is cut into "next week" and a numeral."""
    if len(tokens) < 2 or not tokens[0].has(Kind.NEXT_WEEK) or not tokens[0].han or tokens[1].spaced:
        return None, 0
    wanted = tokens[1].key(Kind.NUMBER_WORD)
    if tokens[1].text in ("日", "天"):
        wanted = "7"
    if not wanted or int(wanted) > 7:
        return None, 0
    return _monday(today) + timedelta(days=7 + int(wanted) - 1), 2


def _month_day(tokens: Sequence[Token], today: date) -> _Found:
    """15 January, January 15th, 1月15日."""
    for month_at, day_at in ((0, 1), (1, 0)):
        if len(tokens) > 1 and tokens[month_at].has(Kind.MONTH):
            number = _leading_number(tokens[day_at].text)
            month = int(tokens[month_at].key(Kind.MONTH))
            day = _next_date(month, number, today)
            if day is not None:
                return day, 2 + _marks(tokens, 2)
    return None, 0


def _units(tokens: Sequence[Token], today: date) -> _Found:
    """3 days, two weeks."""
    if len(tokens) < 2 or not tokens[1].has(Kind.UNIT):
        return None, 0
    word = tokens[0].key(Kind.NUMBER_WORD)
    count = int(word) if word else _leading_number(tokens[0].text)
    if not 0 < count <= 100:
        return None, 0
    return today + timedelta(days=count * int(tokens[1].key(Kind.UNIT))), 2


def _ahead(tokens: Sequence[Token], today: date) -> _Found:
    if not tokens or not tokens[0].has(Kind.DAYS_AHEAD):
        return None, 0
    return today + timedelta(days=int(tokens[0].key(Kind.DAYS_AHEAD))), 1


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def _next_day_of_month(number: int, today: date) -> date | None:
    for months in range(13):
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        day = _date(year, month + 1, number)
        if day is not None and day > today:
            return day
    return None


def _leading_number(text: str) -> int:
    digits = ""
    for char in text[:3]:
        if not char.isdecimal():
            break
        digits += char
    return int(digits) if digits else 0


def _marks(tokens: Sequence[Token], at: int) -> int:
    """The 日 or 號 after a day of the month."""
    return int(at < len(tokens) and tokens[at].han and tokens[at].has(Kind.MARK, Kind.UNIT))


def _next_date(month: int, number: int, today: date) -> date | None:
    day = _date(today.year, month, number)
    return _date(today.year + 1, month, number) if day is not None and day <= today else day


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
