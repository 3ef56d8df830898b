"""What the reading process costs: the way there and back, with readers that answer at once."""

import time
from functools import cache

from mailbot import config
from mailbot.adapters.reader.child import parse_timed
from mailbot.adapters.reader.orders import Setup
from mailbot.adapters.reader.process import ReadingProcess
from mailbot.core.intents import Context, Human, Intent
from mailbot.core.message import Message
from mailbot.reading.rulebook import Rulebook


@cache
def read(octets: bytes) -> Message:
    return parse_timed(octets)


def interpret(message: Message, rulebook: Rulebook, context: Context) -> Intent:
    return Human(language="en", own_words=message.text, reason="measured")


def extra_seconds(mails: list[bytes]) -> list[float]:
    """For each mail, the time from octets to intent without the reading itself."""
    rules = config.rules()
    process = ReadingProcess(Setup(rules=rules, read=read, interpret=interpret))
    found: list[float] = []
    for round_trip in (False, True):
        for octets in mails:
            start = time.perf_counter()
            message = process.read(octets)
            process.interpret(message, octets, Context())
            if round_trip:  # the first time, each was really read
                found.append(time.perf_counter() - start)
    process.close()
    return found
