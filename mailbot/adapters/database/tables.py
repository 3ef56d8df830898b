"""The tables. db/versions/ must build exactly these; a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

HEAD = "0004"
"""The revision of db/versions/ that these tables are; a test holds it against alembic's own head."""


MOST_OF_AN_ID = 600
"""Characters of a stranger's Message-ID that are kept: PostgreSQL's indices take no more than 2,704 octets a row."""


class Instant(TypeDecorator[datetime]):
    """A moment, stored in UTC without a zone because SQLite keeps none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"}
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", String(998), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("locator", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("author", String(320), nullable=False),
    Column("disposition", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("octets", LargeBinary, nullable=False),
    # Identity is Message-ID plus digest of the octets: the same mail dragged back is the same delivery.
    UniqueConstraint("message_id", "digest"),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("ref", String(8), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("at", String(32), nullable=False),  # text, because the chain is taken over exactly what stands here
    Column("by", String(320), nullable=False),
    Column("mail", Integer, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

signatures = Table(
    "signatures",
    metadata,
    Column("ref", String(8), primary_key=True),
    Column("opened", Integer, nullable=False),  # seq of the first event: the order of arrival
    Column("status", String(24), nullable=False, index=True),
    Column("fold", String(400), nullable=False, index=True),
    Column("address", String(320), nullable=False, index=True),
    Column("confirmed", Integer, nullable=False),
    Column("waiting_since", Instant, index=True),
    Column("changed_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
)

# Every key by which an entry may be found again (core.name_keys): its names in all languages, its acronym.
names = Table(
    "names",
    metadata,
    Column("ref", String(8), primary_key=True),
    # By code point, or PostgreSQL would not look up the beginning of a key in the index.
    Column("key", String(400).with_variant(String(400, collation="C"), "postgresql"), primary_key=True, index=True),
)

letters = Table(
    "letters",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("message_id", String(250), nullable=False, unique=True),
    Column("template", String(32), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("domain", String(255), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("about", String(8), nullable=False, index=True),
    Column("refs", Text, nullable=False),
    Column("thread", String(998), nullable=False, index=True),
    Column("mail", Integer, nullable=False),
    Column("octets", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("error", Text, nullable=False),
    Index("ix_letters_recipient_created_at", "recipient", "created_at"),
    Index("ix_letters_domain_created_at", "domain", "created_at"),
    Index("ix_letters_state_due_at", "state", "due_at"),
)

# News for organizers that is no letter of its own: the next digest brings it and takes it from here.
gathered = Table(
    "gathered",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("recipient", String(320), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("facts", Text, nullable=False),
)

campaign = Table(
    "campaign",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# Who works on the campaign now (see lease). `until` is in seconds of the database's own clock.
leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("fence", Integer, nullable=False),  # grows with every holder
    Column("beats", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("told", String(200), nullable=False),
    Column("process", String(200), nullable=False),
)

# Raw mail on its way from the mailbox to whichever worker reads it; gone when it is settled there.
arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("locator", String(800), nullable=False, unique=True),
    Column("received_at", Instant, nullable=False),
    Column("size", Integer, nullable=False),
    Column("octets", LargeBinary, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("disposition", String(16), nullable=False, index=True),  # "" until it is decided
)

# The random number by which a signer finds their line in the public log, with digests of the line that they were told
# and of the one on the list (core.receipts). Gone with the withdrawal: nothing published tests a guess of a name then.
receipts = Table(
    "receipts",
    metadata,
    Column("ref", String(8), primary_key=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("told", String(32), nullable=False),
    Column("listed", String(32), nullable=False),
    Column("first", Instant),
    Column("changed", Instant),
)

# The chain of the public log, a row for each revision that was published (core.public_log).
public_log = Table(
    "public_log",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
