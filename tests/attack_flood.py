"""Thousands of mails in seconds: the real intake over the real database, without the waits that a mail box imposes."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType

from attack_scene import Battlefield

from mailbot.app import rulebook
from mailbot.core.intents import Context, Intent, Sign, Standing
from mailbot.core.message import Message
from mailbot.ports import Delivery, Due, UnitOfWork
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse


class ReadHere:
    """Reads in this process what the reading process would read; the same words in the same standing once."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str, Standing], Intent] = {}

    def read(self, octets: bytes) -> Message:
        return parse(octets)

    def interpret(self, message: Message, octets: bytes, context: Context) -> Intent:
        words = (message.subject, message.text, context.standing)
        if words not in self.known:
            self.known[words] = interpret(message, rulebook(), context)
        return self.known[words]


class ReadOnce:
    """Reads one request for real, and each mail after it as the same with the name and number that it bears."""

    def __init__(self, octets: bytes) -> None:
        self.message = parse(octets)
        intent = interpret(self.message, rulebook(), Context())
        assert isinstance(intent, Sign)
        self.intent = intent

    def read(self, octets: bytes) -> Message:
        number, name = octets.decode().split(" ", 1)
        return replace(self.message, digest=f"{number:0>64}", message_id=f"{number}@flood.example", text=name)

    def interpret(self, message: Message, octets: bytes, context: Context) -> Intent:
        (signatory,) = self.intent.signatories
        return replace(self.intent, signatories=(replace(signatory, name=message.text),), own_words=message.text)


@dataclass
class Joined:
    """The database with many mails in one transaction, so that the disk is not waited for after each."""

    uow: UnitOfWork

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        yield self.uow


class Torrent(AbstractContextManager["Torrent"]):
    """The campaign's own intake, policy, budget and tables; a mail goes in, letters queue up."""

    def __init__(self, field: Battlefield, reader: ReadHere | ReadOnce) -> None:
        self.field, self.stack = field, ExitStack()
        self.uow = self.stack.enter_context(field.open().database.begin())
        self.intake = replace(field.open().intake, store=Joined(self.uow), reader=reader)

    def pour(self, mails: Iterable[bytes]) -> None:
        for octets in mails:
            delivery = Delivery("flood", self.field.now, octets, len(octets))
            assert self.intake.handle(delivery, self.field.now) is not None

    def letters(self) -> list[Due]:
        """What has queued up; it counts as sent."""
        due = list(self.uow.due(self.field.now, 1000))
        for letter in due:
            self.uow.sent(letter.id, self.field.now)
        return due

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.__exit__(kind, error, trace)
