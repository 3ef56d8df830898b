"""The composition root: settings → adapters → worker. The only place that knows all parts."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from mailbot import config, keys
from mailbot.carriers import Carrying, carrying
from mailbot.config import ConfigurationError, Settings
from mailbot.core.decision import Organizer, Policy, SignerConfirmation, Thresholds
from mailbot.core.health import Health
from mailbot.core.quota import Limits
from mailbot.core.tokens import Keyring
from mailbot.mailboxes import Mailboxes
from mailbot.page_making import PageMaker, collation
from mailbot.ports import PermanentFailure, Resolver, Sender, Source, TemporaryFailure
from mailbot.reading.rulebook import Rulebook
from mailbot.rules import name_words, providers, reader, rulebook, thresholds
from mailbot.worker.calendar import Calendar
from mailbot.worker.handled import Seen, Tally
from mailbot.worker.intake import Intake
from mailbot.worker.outbox import Outbox
from mailbot.worker.post import Post
from mailbot.worker.publication import Folder, Publication
from mailbot.worker.roll import Names
from mailbot.worker.round import Round
from mailbot.worker.vouching import PublicLog
from mailbot.worker.watch import health, polled
from mailbot.writing.collation import Collation
from mailbot.writing.letters import Composer, Letterhead
from mailbot.writing.listed import listed_line

if TYPE_CHECKING:
    from mailbot.adapters.database.engine import Database

__all__ = ["Campaign", "now", "reader", "rulebook"]

Clock = Callable[[], datetime]
T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


def _tried(troubles: list[TemporaryFailure | PermanentFailure], step: Callable[[], T]) -> T | None:
    try:
        return step()
    except (TemporaryFailure, PermanentFailure) as error:
        troubles.append(error)
        return None


class Campaign:
    """One campaign put together from its folder. Parts are made when they are first needed."""

    def __init__(self, folder: Path, clock: Clock = now) -> None:
        """Raises ConfigurationError."""
        self.settings: Settings = config.load(folder)
        self.clock = clock

    def once(self, watch: Callable[[Seen], None] | None = None) -> Round:
        """Drain the inbox, do what is due, publish, send. Raises TemporaryFailure, PermanentFailure.

        The page comes before the letters that tell of it. A part that is out of reach does not keep the
        others from their work; it is raised when they are done. HeldElsewhere where another worker is at it.
        """
        self.database.migrate()
        with self.database.lease.held():
            return self._once(watch)

    def _once(self, watch: Callable[[Seen], None] | None) -> Round:
        troubles: list[TemporaryFailure | PermanentFailure] = []
        tally = _tried(troubles, lambda: self.poll(watch=watch))
        _tried(troubles, lambda: self.calendar.turn(self.clock()))
        published = _tried(troubles, lambda: self.publication.publish(self.publisher, self.clock()))
        with self.carrying.under_way(published, troubles):
            sent = _tried(troubles, lambda: self.outbox.drain(self.sender, self.clock))
        if troubles or tally is None or published is None or sent is None:
            raise troubles[0]
        return Round(tally=tally, sent=sent, published=published)

    def poll(self, clock: Clock | None = None, watch: Callable[[Seen], None] | None = None) -> Tally:
        """Handle what waits in the mailbox, and remember that it could be looked into. Raises like `once`."""
        tally = self.intake.poll(self.source, clock or self.clock, watch)
        with self.database.begin() as uow:
            polled(uow, self.clock())
        return tally

    def health(self) -> Health:
        """The works as they are now. Raises TemporaryFailure where the database is out of reach."""
        with self.database.begin() as uow:
            return health(uow, self.clock(), self._limits.a_day)

    def close(self) -> None:
        """Release whatever was opened."""
        for name in ("source", "sender", "database"):
            if name in self.__dict__:
                self.__dict__[name].close()

    # -- adapters ----------------------------------------------------------------------------------

    @cached_property
    def database(self) -> "Database":
        from mailbot.adapters.database.engine import Database

        return Database(self.settings.database_url, config.shipped("db"))

    @cached_property
    def source(self) -> Source:
        return self.open_source()

    def open_source(self) -> Source:
        """A source of its own: `run` watches the mailbox on one and fetches on another."""
        return self.mailboxes.open_source()

    @cached_property
    def sender(self) -> Sender:
        return self.mailboxes.open_sender()

    @cached_property
    def mailboxes(self) -> Mailboxes:
        return Mailboxes(self.settings)

    @cached_property
    def publisher(self) -> Folder:
        from mailbot.adapters.publishers.directory import DirectoryPublisher

        return DirectoryPublisher(self.settings.path(self.settings.publish.directory))

    @cached_property
    def carrying(self) -> Carrying:
        return carrying(self.settings, self.database)

    @cached_property
    def resolver(self) -> Resolver | None:
        if not self.settings.mail.check_dkim:
            return None
        from mailbot.adapters.resolver import DnsResolver

        return DnsResolver()

    # -- policy and words --------------------------------------------------------------------------

    @cached_property
    def rulebook(self) -> Rulebook:
        return rulebook()

    @cached_property
    def policy(self) -> Policy:
        settings = self.settings
        return Policy(
            signer_confirmation=SignerConfirmation(settings.policy.signer_confirmation),
            approvals=settings.policy.approvals,
            second_approval_for=settings.policy.second_approval_for,
            undo_window=settings.policy.undo_window,
            cards_each=settings.desk.cards == "each",
            timezone=ZoneInfo(settings.desk.timezone),
            thresholds=self.thresholds,
        )

    @cached_property
    def thresholds(self) -> Thresholds:
        return thresholds()

    @cached_property
    def organizers(self) -> tuple[Organizer, ...]:
        return tuple(Organizer(name=o.name, address=o.address, language=o.language) for o in self.settings.organizers)

    @cached_property
    def key_file(self) -> Path:
        file = self.settings.path(keys.TOKEN_KEY)
        keys.make_keys(file)  # when it is first asked for, and never again: a key that goes away is not replaced
        return file

    @property
    def keyring(self) -> Keyring:
        """Read anew each time, so that a running worker seals with the new key once it was rotated."""
        kept = keys.read_keys(self.key_file)
        former = tuple(one.key for one in kept.counting(self.clock().date()))
        return Keyring(campaign=self.settings.letter.address, current=kept.current, former=former)

    @cached_property
    def templates(self) -> dict[str, str]:
        return config.texts(config.shipped("templates"), ".j2", ".toml", ".css", ".js", ".json")

    @cached_property
    def names(self) -> Names:
        return Names(
            words=name_words(),
            commands=lambda: {tag: language.commands for tag, language in self.rulebook.languages.items()},
            sort_key=self._collation.sort_key,
        )

    # -- the worker --------------------------------------------------------------------------------

    @cached_property
    def composer(self) -> Composer:
        letter = self.settings.letter
        head = Letterhead(
            title=letter.title,
            address=letter.address,
            page_url=letter.page_url,
            plus_addressing=self.settings.mail.plus_addressing,
            markers={tag: language.quotes.marker for tag, language in self.rulebook.languages.items()},
        )
        return Composer(self.templates, head)

    @cached_property
    def post(self) -> Post:
        return Post(
            composer=lambda: self.composer,
            keyring=self._keyring,
            thresholds=self.thresholds,
            organizers=self.organizers,
            own_addresses=self._own_addresses,
            draw=secrets.randbelow,
        )

    @cached_property
    def intake(self) -> Intake:
        return Intake(
            store=self.database,
            post=self.post,
            reader=reader(),
            names=self.names,
            policy=self.policy,
            organizers=self.organizers,
            own_addresses=self._own_addresses,
            keyring=self._keyring,
            authserv_id=self.settings.mail.authserv_id,
            resolver=self.resolver,
            draw=secrets.randbelow,
            examine=self._examine,
            a_day=self._limits.a_day,
        )

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(
            store=self.database,
            post=self.post,
            names=self.names,
            policy=self.policy,
            organizers=self.organizers,
            deadlines=self.settings.policy.deadlines,
            digest_at=self.settings.desk.digest_at,
            alarm_after=self.settings.policy.alarm_after,
        )

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(
            store=self.database,
            sender_address=self.settings.letter.address,
            keys=self.names.keys,
            organizers=self.organizers,
            free_mail=self.thresholds.free_mail,
            draw=secrets.randbelow,
            limits=self._limits,
            plus_addressing=self.settings.mail.plus_addressing,
            connections=self.settings.mail.connections,
        )

    @cached_property
    def publication(self) -> Publication:
        maker = PageMaker(self.settings, self.names.words, self._collation)
        address = self.settings.letter.address
        log = PublicLog(store=self.database, draw=secrets.randbelow, public=listed_line, address=address)
        return Publication(store=self.database, names=self.names, maker=maker, log=log)

    # -- private -----------------------------------------------------------------------------------

    @cached_property
    def _collation(self) -> Collation:
        return collation(self.settings)

    @property
    def _limits(self) -> Limits:
        return self.mailboxes.limits(providers())

    @property
    def _own_addresses(self) -> frozenset[str]:
        return frozenset({self.settings.letter.address.casefold()})

    def _keyring(self) -> Keyring:
        """For the worker, which tries again later where the file cannot be read now."""
        try:
            return self.keyring
        except ConfigurationError as error:
            raise TemporaryFailure(str(error)) from error

    def _examine(self) -> tuple[tuple[bool, str], ...]:
        """For the doctor's letter: what can be looked at while a mail is being handled."""
        found = []
        for look in (self.publisher.check, self.sender.check):
            try:
                found.append((True, look()))
            except (TemporaryFailure, PermanentFailure) as error:
                found.append((False, str(error)))
        return tuple(found)
