"""What the worker asks of its reading process, and what that answers. Imports no reader: the worker has none in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailbot.core.intents import Context, Intent
from mailbot.core.message import Message

if TYPE_CHECKING:
    from mailbot.reading.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one mail may take: seconds of the processor for each step, octets of address space for the process."""

    seconds: float = 5.0
    octets: int = (
        400 << 20
    )  # of which what was learnt takes 90 MB, and linear algebra reserves 70 MB that it never touches

    @property
    def on_the_clock(self) -> float:
        """Seconds that a step may last: that other programs have the machine is no fault of the mail."""
        return 1.6 * self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The first thing that the process is told. Readers are named where a test puts in worse ones."""

    rules: Mapping[str, bytes]  # path → octets, as rulebook.load takes them
    allowance: Allowance = field(default_factory=Allowance)
    read: Callable[[bytes], Message] | None = None
    interpret: "Callable[[Message, Rulebook, Context], Intent] | None" = None


@dataclass(frozen=True, slots=True)
class Read:
    """Read these octets; answered with the Message, its attachments without their octets."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class Interpret:
    """Interpret the mail with this digest, one of those read last; answered with Forgotten where it is none of them."""

    digest: str
    context: Context


@dataclass(frozen=True, slots=True)
class Ready:
    """The rules are read."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The mail that is to be interpreted is none of those that are held."""


@dataclass(frozen=True, slots=True)
class Broke:
    """A reader raised: by what, and where in the program. Never with the words of the error: they may be the mail's."""

    error: str
    where: tuple[str, ...]
    memory: bool = False


Order = Read | Interpret
Answer = Message | Intent | Ready | Forgotten | Broke
