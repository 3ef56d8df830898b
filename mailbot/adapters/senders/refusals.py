"""What a server's No means: for this letter, for us, or for now. By enhanced status code, else by the reply code.

Source: RFC 3463 and its registry, RFC 4954, 6; what Gmail and Exchange Online document for submission.
"""

import re
from datetime import timedelta

from mailbot.adapters.wire import said
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure, TurnedAway

_ENHANCED = re.compile(rb"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\S)")
# These speak of our login, not of the letter, which can go out when the login is mended (RFC 4954, 6).
_LOGIN_REPLIES = frozenset({530, 534, 535, 538})
# The same of our account: who may send as whom, blocked for what it sent before.
_ABOUT_US = frozenset({"1.7", "1.8", "7.3", "7.8", "7.9", "7.57", "7.60", "7.501", "7.502", "7.705", "7.708"})
_TOO_LARGE = frozenset({"2.3", "3.4"})
# So many letters a day: 5.4.5 is Gmail's, 5.1.90 Exchange Online's. Both count 24 hours back from each letter.
_DAILY = frozenset({"4.5", "1.90"})
_DAILY_REST = timedelta(hours=1)
# So many letters a minute, or at once: Exchange Online (432 4.3.2) and Gmail (4.7.28).
_RATE = frozenset({"3.2", "7.28"})
_RATE_REST = timedelta(minutes=1)
_MENDED_BY_THE_OPERATOR = timedelta(minutes=5)  # a login that is tried too often is locked by some


def refusal(location: Location, what: str, code: int, reply: bytes | str) -> TemporaryFailure | PermanentFailure:
    """The failure that a reply is; `what` says in words what was refused.

    PermanentFailure is about the letter alone, TurnedAway about us. Where class and reply code disagree, the
    milder one holds: to try again costs little, to give up a letter much.
    """
    octets = reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")
    enhanced = _ENHANCED.match(octets)
    detail = f"{int(enhanced[2])}.{int(enhanced[3])}" if enhanced else ""
    told = f"{location} {what}: {code} {said(reply)}"
    if detail in _DAILY:
        return TurnedAway(told, _DAILY_REST)
    if detail in _RATE and code in {421, 432, 450, 451, 452}:
        return TurnedAway(told, _RATE_REST)
    if not 500 <= code < 600:
        return TemporaryFailure(told)
    too_large = detail in _TOO_LARGE or code == 552
    if code in _LOGIN_REPLIES or detail in _ABOUT_US or (what == SENDER and not too_large):
        return TurnedAway(told, _MENDED_BY_THE_OPERATOR)
    return TemporaryFailure(told) if enhanced and enhanced[1] == b"4" else PermanentFailure(told)


SENDER = "refused the sender"
