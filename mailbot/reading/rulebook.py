"""rules/*.toml → a frozen Rulebook: the words and numbers by which mail is read.

Each reader declares the words it needs as a frozen dataclass beside its code; this module fills those
dataclasses from the language files. A key that no reader declares, a missing key and a value of the
wrong type are errors that name file, line and cure, so a typing slip is found before any mail is touched.
"""

import difflib
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

from mailbot.core.commands import CommandWords
from mailbot.core.decision import Thresholds
from mailbot.core.names import NameWords
from mailbot.core.quota import Providers
from mailbot.reading.answers import AnswerWords
from mailbot.reading.asking import RequestWords
from mailbot.reading.automated import AutomaticWords, Robots
from mailbot.reading.examples import Examples
from mailbot.reading.language import DetectWords
from mailbot.reading.list_headings import ListWords
from mailbot.reading.naming import NamingWords, PeopleWords
from mailbot.reading.quoting import QuoteWords

T = TypeVar("T")


class RulesError(Exception):
    """A rules file is wrong; the text names the file, the line and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One rules/languages/<tag>.toml: all the words of one language."""

    tag: str  # BCP 47
    name: str  # in the language itself
    detect: DetectWords
    quotes: QuoteWords
    automatic: AutomaticWords
    request: RequestWords
    naming: NamingWords
    people: PeopleWords
    lists: ListWords
    answers: AnswerWords
    commands: CommandWords
    examples: Examples = field(default_factory=Examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything that reading and deciding know about words and numbers."""

    languages: Mapping[str, Language]  # by tag, in order of file name
    robots: Robots  # rules/automated.toml
    names: NameWords  # rules/names.toml
    thresholds: Thresholds  # rules/policy.toml
    providers: Providers  # rules/providers.toml
    network: bytes  # rules/models/reading.npz, see reading/learned
    encoder: bytes  # rules/models/encoder.npz, see reading/learned


NETWORK = "models/reading.npz"
ENCODER = "models/encoder.npz"


def load(files: Mapping[str, bytes]) -> Rulebook:
    """Read the rules from `files` (path under rules/ → octets). Raises RulesError."""
    tags = [name for name in sorted(files) if name.startswith("languages/") and name.endswith(".toml")]
    if not tags:
        raise RulesError("rules/languages/ holds no language file: reinstall mailbot, or restore the folder")
    languages = [_read(files, name, Language) for name in tags]
    for name, language in zip(tags, languages, strict=True):
        if name != f"languages/{language.tag}.toml":
            raise RulesError(f"rules/{name}: tag = {language.tag!r} does not match the name of the file")
    return Rulebook(
        languages=types.MappingProxyType({language.tag: language for language in languages}),
        robots=_read(files, "automated.toml", Robots),
        names=name_words(files),
        thresholds=thresholds(files),
        providers=providers(files),
        network=_octets(files, NETWORK),
        encoder=_octets(files, ENCODER),
    )


def name_words(files: Mapping[str, bytes]) -> NameWords:
    """rules/names.toml alone, which needs a moment where the whole needs a tenth of a second. Raises RulesError."""
    return _read(files, "names.toml", NameWords)


def thresholds(files: Mapping[str, bytes]) -> Thresholds:
    """rules/policy.toml alone. Raises RulesError."""
    return _read(files, "policy.toml", Thresholds)


def providers(files: Mapping[str, bytes]) -> Providers:
    """rules/providers.toml alone. Raises RulesError."""
    return _read(files, "providers.toml", Providers)


def _octets(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise RulesError(f"rules/{name} is missing: reinstall mailbot, or restore the file")
    return files[name]


def _read(files: Mapping[str, bytes], name: str, kind: type[T]) -> T:
    try:
        text = _octets(files, name).decode()
        table = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError(f"rules/{name}: {error}") from error
    return _Builder(name, text).build(kind, table, ())


class _Builder:
    """Fills dataclasses from one file's tables and knows where in the file it is."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines = name, text.splitlines()

    def build(self, kind: type[T], table: Any, path: tuple[str, ...]) -> T:
        if not isinstance(table, dict):
            raise self.error(path, "must be a table")
        hints = typing.get_type_hints(kind)
        known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                raise self.error((*path, key), "is not a known key" + (f"; did you mean {near[0]!r}?" if near else ""))
        values = {}
        for key, f in known.items():
            if key in table:
                values[key] = self.value(hints[key], table[key], (*path, key))
            elif f.default is MISSING and f.default_factory is MISSING:
                raise self.error(path, f"lacks the key {key!r}")
        return kind(**values)

    def value(self, hint: Any, value: Any, path: tuple[str, ...]) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if is_dataclass(hint):
            return self.build(typing.cast("type[Any]", hint), value, path)
        if origin in (typing.Union, types.UnionType):  # "or None": TOML has no null, so what is there is the rest
            return self.value(next(a for a in arguments if a is not types.NoneType), value, path)
        if origin is tuple:
            if not isinstance(value, list):
                raise self.error(path, "must be a list")
            return tuple(self.value(arguments[0], item, path) for item in value)
        if origin is not None and issubclass(origin, Mapping):
            if not isinstance(value, dict):
                raise self.error(path, "must be a table")
            return types.MappingProxyType({k: self.value(arguments[1], v, (*path, k)) for k, v in value.items()})
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            if value not in list(hint):
                raise self.error(path, f"must be one of {', '.join(hint)}, not {value!r}")
            return hint(value)
        if hint is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if type(value) is not hint:
            raise self.error(path, f"must be of type {hint.__name__}, not {type(value).__name__}")
        return value

    def error(self, path: tuple[str, ...], what: str) -> RulesError:
        """An error with the line on which the last key of the path, or its table, stands."""
        for key in reversed(path):
            for number, line in enumerate(self.lines, 1):
                stripped = line.strip()
                if stripped.split("=")[0].strip(' "') == key or stripped.strip("[] ").endswith(key):
                    return RulesError(f"rules/{self.name}, line {number}: {'.'.join(path)} {what}")
        return RulesError(f"rules/{self.name}: {'.'.join(path) or 'the file'} {what}")
