"""Signatures → what the public may see, in the order in which it is shown."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from mailbot.core.events import Entry, Status
from mailbot.core.intents import Category
from mailbot.core.names import NameWords
from mailbot.core.ordering import sort_name
from mailbot.core.signature import Signature, public_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The public list: two groups in display order, and how many signed without being named."""

    organizations: tuple[Entry, ...] = ()
    persons: tuple[Entry, ...] = ()
    withheld: int = 0

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everybody named, in display order: organizations, then persons."""
        return self.organizations + self.persons

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, in the words of signatories.json."""
        return {"organization": len(self.organizations), "person": len(self.persons), "withheld": self.withheld}


def roster(
    signatures: Iterable[Signature],
    *,
    now: datetime,
    sort_key: Callable[[str], Any],
    words: NameWords | None = None,
) -> Roster:
    """What the public may see at `now` (aware): the listed signatures, and the count of the withheld.

    An entry whose undo window is still open is not shown; where it replaces one that was shown, that one
    stays until then. Organizations stand alphabetically without their article, persons by family name;
    `sort_key` is the language's own collation. The order depends on nothing but the signatures.
    """
    shown: list[tuple[Any, str, Entry]] = []
    withheld = 0
    for signature in signatures:
        if signature.status is Status.WITHHELD:
            withheld += 1
        elif (entry := public_entry(signature, now)) is not None:
            shown.append((sort_key(sort_name(entry, words)), signature.ref, entry))
    shown.sort(key=lambda item: (item[0], item[2].name, item[1]))
    return Roster(
        organizations=tuple(e for _, _, e in shown if e.category is Category.ORGANIZATION),
        persons=tuple(e for _, _, e in shown if e.category is Category.PERSON),
        withheld=withheld,
    )


def fingerprint(roster: Roster) -> str:
    """SHA-256 (hexadecimal) of the roster's canonical form: a revision is new where this is."""
    canonical = json.dumps(_plain(roster), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _plain(roster: Roster) -> dict[str, Any]:
    """As dataclasses.asdict has it, which takes ten times as long for a long list."""
    groups = {"organizations": roster.organizations, "persons": roster.persons}
    plain = {key: [{name: getattr(e, name) for name in _FIELDS} for e in entries] for key, entries in groups.items()}
    return {**plain, "withheld": roster.withheld}


_FIELDS = tuple(field.name for field in fields(Entry))
