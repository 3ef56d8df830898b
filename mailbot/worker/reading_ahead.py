"""A Reader that remembers what it said of the last mail, so that it can be asked before the transaction and in it."""

from mailbot.core.intents import Context, Intent
from mailbot.core.message import Message
from mailbot.ports import Reader, ReadingFailure


class ReadingAhead:
    """See ports.Reader. For one thread at a time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._read: tuple[bytes, Message | ReadingFailure] | None = None
        self._interpreted: tuple[str, Context, Intent | ReadingFailure] | None = None

    def read(self, octets: bytes) -> Message:
        if self._read is None or self._read[0] != octets:
            try:
                self._read = octets, self._reader.read(octets)
            except ReadingFailure as failure:
                self._read = octets, failure
        found = self._read[1]
        if isinstance(found, ReadingFailure):
            raise found
        return found

    def interpret(self, message: Message, octets: bytes, context: Context) -> Intent:
        """What was said before, where the mail and all that is known beside it are the same."""
        if self._interpreted is None or self._interpreted[:2] != (message.digest, context):
            try:
                self._interpreted = message.digest, context, self._reader.interpret(message, octets, context)
            except ReadingFailure as failure:
                self._interpreted = message.digest, context, failure
        found = self._interpreted[2]
        if isinstance(found, ReadingFailure):
            raise found
        return found
