"""The shipped rules, read once: whole, or no more than a start needs; and the process that reads mail by them."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from mailbot import config
from mailbot.config import ConfigurationError
from mailbot.core.decision import Thresholds
from mailbot.core.names import NameWords
from mailbot.core.quota import Providers
from mailbot.ports import Reader
from mailbot.reading import rulebook as files
from mailbot.reading.rulebook import Rulebook, RulesError

T = TypeVar("T")


@cache
def rulebook() -> Rulebook:
    """All of them, which takes a tenth of a second. Raises ConfigurationError where they are wrong."""
    return _said(lambda: files.load(config.rules()))


@cache
def thresholds() -> Thresholds:
    """Those of rules/policy.toml. Raises ConfigurationError."""
    return _said(lambda: files.thresholds(config.rules()))


@cache
def name_words() -> NameWords:
    """Those of rules/names.toml. Raises ConfigurationError."""
    return _said(lambda: files.name_words(config.rules()))


@cache
def providers() -> Providers:
    """Those of rules/providers.toml. Raises ConfigurationError."""
    return _said(lambda: files.providers(config.rules()))


@cache
def reader() -> Reader:
    """The one process that reads mail for all campaigns; it starts with the first mail."""
    from mailbot.adapters.reader.process import ReadingProcess, Setup

    def setup() -> Setup:
        rulebook()  # what is wrong with the rules is said here, where somebody sees it
        return Setup(rules=config.rules())

    return ReadingProcess(setup)


def _said(read: Callable[[], T]) -> T:
    try:
        return read()
    except RulesError as error:
        raise ConfigurationError(str(error)) from error
