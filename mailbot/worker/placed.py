"""What is remembered of the last publication: what each file was made of, and what it reads as."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailbot.writing.sheet import Sheet

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is remembered of the last publication."""

    state: str = ""  # of all that the files were made of
    at: datetime = _NEVER
    until: datetime | None = None  # when an undo window closes, which changes the list without an event
    counts: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # name → key and SHA-256, both "" until placed

    @classmethod
    def read(cls, text: str) -> "Record":
        if not text:
            return cls()
        kept = json.loads(text)
        return cls(
            state=kept["state"],
            at=datetime.fromisoformat(kept["at"]),
            until=datetime.fromisoformat(kept["until"]) if kept["until"] else None,
            counts=kept["counts"],
            files={name: (key, digest) for name, (key, digest) in kept["files"].items()},
        )

    def written(self) -> str:
        kept = {
            "state": self.state,
            "at": self.at.isoformat(),
            "until": self.until.isoformat() if self.until else "",
            "counts": self.counts,
            "files": self.files,
        }
        return json.dumps(kept, separators=(",", ":"))

    @property
    def names(self) -> set[str]:
        return set(self.files)

    @property
    def digests(self) -> dict[str, str]:
        return {name: digest for name, (_, digest) in self.files.items() if digest}

    def has(self, sheet: Sheet) -> bool:
        return self.files.get(sheet.name, ("", ""))[0] == sheet.key

    def is_still_right(self, state: str, now: datetime) -> bool:
        """Whether nothing happened since, and no time that matters came."""
        return self.state == state and self.at <= now and (self.until is None or now < self.until)

    def with_names(self, names: Collection[str]) -> "Record":
        """The same, knowing those names too, and nothing of what their files hold."""
        files = dict(self.files) | dict.fromkeys(names, ("", ""))
        return Record(state="", at=self.at, until=self.until, counts=self.counts, files=files)
