"""Readers that break in the ways a mail could break ours, for the reading process to survive.

The process finds them by name, as it finds our own.
"""

import ctypes
import os
import re
import time

from mailbot.adapters.reader.child import parse_timed
from mailbot.core.intents import Context, Intent
from mailbot.core.message import Message
from mailbot.reading import interpret as ours
from mailbot.reading.rulebook import Rulebook


def read(octets: bytes) -> Message:
    message = parse_timed(octets)
    _break(message.subject)
    return message


def interpret(message: Message, rulebook: Rulebook, context: Context) -> Intent:
    _break(message.text.strip())
    return ours.interpret(message, rulebook, context)


def _break(word: str) -> None:
    match word:
        case "a regular expression without end":
            re.match(r"(a+)+$", "a" * 40 + "!")
        case "a loop without end":
            while True:
                pass
        case "sleep":
            time.sleep(60)
        case "memory":
            held = []
            while True:
                held.append(bytearray(8 << 20))
        case "segmentation fault":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "a bug":
            raise RuntimeError(f"the mail says: {word}")
