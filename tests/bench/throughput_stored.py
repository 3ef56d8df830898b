"""A campaign's database with as many signatures as are wanted, put there in bulk: listed, with their events and letters."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import throughput_mails as mails

from mailbot.adapters.database.codec import encode_signature
from mailbot.adapters.database.log import GENESIS
from mailbot.app import Campaign, now
from mailbot.core.events import Contact, Entry, Status
from mailbot.core.intents import Category
from mailbot.core.references import ALPHABET, is_reference
from mailbot.core.signature import Signature
from mailbot.worker.roll import Names

_BATCH = 10_000


def store(folder: Path, number: int) -> None:
    """The campaign's database with `number` listed signatures; those of the mails that are measured are not among them."""
    campaign = Campaign(folder, now)
    campaign.database.migrate()
    names, refs = campaign.names, _references()
    connection = sqlite3.connect(folder / "campaign.db", isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-500000")
    for start in range(0, number, _BATCH):
        connection.execute("BEGIN")
        for table, rows in _rows(names, range(start, min(start + _BATCH, number)), refs).items():
            marks = ", ".join("?" * len(rows[0]))
            columns = ", ".join(f'"{column}"' for column in _COLUMNS[table])
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    campaign.close()


_COLUMNS = {
    "signatures": ["ref", "opened", "status", "fold", "address", "confirmed", "waiting_since", "changed_at", "state"],
    "names": ["ref", "key"],
    "events": ["seq", "ref", "kind", "at", "by", "mail", "reason", "payload", "previous", "hash"],
    "deliveries": [
        "id",
        "message_id",
        "digest",
        "locator",
        "received_at",
        "author",
        "disposition",
        "kind",
        "reason",
        "octets",
    ],
    "letters": [
        "id",
        "message_id",
        "template",
        "recipient",
        "domain",
        "lane",
        "about",
        "refs",
        "thread",
        "mail",
        "octets",
        "created_at",
        "due_at",
        "state",
        "attempts",
        "sent_at",
        "error",
    ],
}


def _rows(names: Names, numbers: range, refs: Iterator[str]) -> dict[str, list[tuple[object, ...]]]:
    state = ""
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _COLUMNS}
    for number in numbers:
        ref, address = next(refs), f"secretary@signed{number:07}.example"
        at = datetime.now(UTC) - timedelta(days=40)
        stamp = at.strftime("%Y-%m-%d %H:%M:%S.%f")
        name = mails.name(number * 7 + 3)
        keys = (name.casefold(), "".join(word[0] for word in name.casefold().split() if word != "of"))
        if number % 1_000 == 0:
            state = _state(at)
            assert set(keys) == set(names.keys(Entry(name=name, category=Category.ORGANIZATION))), name
        signed = state.replace("@NAME@", name).replace("@REF@", ref).replace("@ADDRESS@", address)
        token = hashlib.sha256(ref.encode()).hexdigest()
        rows["signatures"].append((ref, number + 1, "listed", keys[0], address, 1, None, stamp, signed))
        rows["names"] += [(ref, key) for key in keys]
        rows["events"].append(
            (number + 1, ref, "Requested", at.isoformat(), address, number + 1, "plain", "{}", GENESIS, token)
        )
        rows["deliveries"].append(
            (
                number + 1,
                f"{ref}@stored.example",
                token,
                "imap:1:1",
                stamp,
                address,
                "handled",
                "sign",
                "requested",
                b"",
            )
        )
        rows["letters"].append(
            (ref, f"{ref}@letters.example", "echo", address, address.partition("@")[2], 0, ref, json.dumps([ref]),
             ref, number + 1, b"", stamp, stamp, "sent", 1, stamp, "")
        )  # fmt: skip
    return rows


def _state(at: datetime) -> str:
    """A listed signature as the database keeps it, with marks where each has its own words."""
    return encode_signature(
        Signature(
            ref="@REF@",
            status=Status.LISTED,
            entry=Entry(name="@NAME@", category=Category.ORGANIZATION),
            contact=Contact(address="@ADDRESS@", language="en"),
            opened_at=at,
            changed_at=at,
            effective_at=at,
            approvals=("ada@organizers.example",),
        )
    )


def _references() -> Iterator[str]:
    """As they are drawn: most of the short ones, then longer ones; those of the shape of none are left out."""
    for length, space, most in ((4, 32**4, 600_000), (5, 32**5, 30_000_000)):
        given = 0
        for number in range(space):
            mixed = number * 7_368_787 % space  # every number once, in no order that an index would like
            ref = "".join(ALPHABET[mixed // 32**place % 32] for place in range(length))
            if is_reference(ref):
                yield ref
                given += 1
            if given == most:
                break
