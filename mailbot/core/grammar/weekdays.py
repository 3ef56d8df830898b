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
    for read in (_iso, _weekday, _month_day, _units, _ahead):
        day, length = read(tokens[at:], today)
        if day is not None:
            return day.isoformat(), at + length
    if until and at < len(tokens) and tokens[at].has(Kind.NUMBER):
        day = _next_day_of_month(tokens[at].number, today)
        if day is not None:
            return day.isoformat(), at + 1 + _marks(tokens, at + 1)
    return "", 0


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
            day = _date(today.year, month, number)
            if day is not None and day <= today:
                day = _date(today.year + 1, month, number)
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


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
