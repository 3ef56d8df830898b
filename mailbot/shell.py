"""What the verbs of the command line share: the campaign's folder, exit codes, and troubles told in one sentence."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from mailbot.app import Campaign
    from mailbot.core.events import Status

DONE, SOME_SET_ASIDE, WRONG_CONFIGURATION, OUT_OF_REACH, AT_WORK_ELSEWHERE = 0, 1, 2, 3, 4

_chosen = [Path()]  # the one value that every verb shares


def choose(folder: Path) -> None:
    """The campaign's folder, for all that follows."""
    _chosen[0] = folder


def chosen() -> Path:
    return _chosen[0]


def foreseen(error: Exception) -> int | None:
    """The exit code of a trouble that is foreseen; imported here, for most starts need none of it."""
    from mailbot.config import ConfigurationError
    from mailbot.ports import HeldElsewhere, PermanentFailure, TemporaryFailure

    if isinstance(error, ConfigurationError):
        return WRONG_CONFIGURATION
    if isinstance(error, HeldElsewhere):
        return AT_WORK_ELSEWHERE
    return OUT_OF_REACH if isinstance(error, TemporaryFailure | PermanentFailure) else None


@contextmanager
def opened(moment: Callable[[], datetime] | None = None) -> "Iterator[Campaign]":
    """The campaign of the folder, closed at the end."""
    from mailbot.app import Campaign, now

    campaign = Campaign(_chosen[0], moment or now)
    try:
        yield campaign
    finally:
        campaign.close()


def clock(text: str) -> Callable[[], datetime] | None:
    """The clock that always says the given time; None for the real one."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--now takes a time such as 2021-01-09T12:00:00Z, not {text!r}.", WRONG_CONFIGURATION)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda: moment


def state(text: str) -> "Status":
    """The state of that name."""
    from mailbot.core.events import Status

    if text not in list(Status):
        fail(f"{text!r} is no state. States are: {', '.join(Status)}.", WRONG_CONFIGURATION)
    return Status(text)


def ask(question: str, default: str = "") -> str:
    """What somebody types, or the default where there is no terminal."""
    if not sys.stdin.isatty():
        if default:
            return default
        fail(f"{question}? There is no terminal to ask on: give it as an option, see mailbot init --help.", 2)
    return str(typer.prompt(question, default=default or None))


def ask_for_code(question: str) -> str:
    """What somebody types, or the first line of standard input: never an argument, which others on the machine see."""
    return str(typer.prompt(question, err=True)) if sys.stdin.isatty() else sys.stdin.readline()


def fail(sentence: str, code: int) -> NoReturn:
    """Say it on standard error, and end."""
    print(sentence, file=sys.stderr)
    sys.exit(code)
