"""The organizers' reply grammar: one row and one function a verb."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWords:
    """The words of command of one language."""

    verbs: Mapping[str, tuple[str, ...]]
