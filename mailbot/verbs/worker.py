"""`mailbot worker`: takes jobs with as many others as are started; one of them looks after the mailbox and the page."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog

from mailbot.adapters.database.transit import Transit
from mailbot.app import Campaign, reader
from mailbot.config import ConfigurationError
from mailbot.core.tokens import Key
from mailbot.keys import read_keys
from mailbot.ports import Delivery, Disposition, PermanentFailure, TemporaryFailure
from mailbot.verbs.run import Worker, until_told
from mailbot.worker.faults import told
from mailbot.worker.reading_ahead import ReadingAhead
from mailbot.worker.taking_in import TakingIn

log = structlog.get_logger()

LOST_AFTER = timedelta(seconds=60)
"""How long a mail or a letter waits before a job is made for it once more."""

_PAUSE = 5.0  # seconds before a queue that broke off is tried again
_SEALED_WITH = "sealed_with"


class SharedWorker(Worker):
    """Takes jobs; while the lease is its own, also takes in the mail, keeps the calendar and publishes.

    It has the campaign open twice: what it does by the lease is void when the lease is lost; the jobs that it takes
    are its own either way.
    """

    def __init__(self, campaign: Campaign, hands: Campaign) -> None:
        super().__init__(campaign)
        from mailbot.adapters.queue.jobs import defer

        campaign.database.defer = hands.database.defer = defer
        self._transit = Transit(campaign.database)
        self._taking_in = TakingIn(transit=self._transit, pause=self.stop.wait)
        self._hands = Hands(hands, self.stop)

    # -- jobs of the schedule ------------------------------------------------------------------------

    def poll(self) -> None:
        if not self._taking_in.poll(self.campaign.source, self._clock):
            self._soon("poll", _PAUSE)
        self._soon("publish")

    def send(self) -> None:
        """Letters go out by jobs; what has waited for too long gets a new one."""
        if reminded := self._transit.remind(self.campaign.clock() - LOST_AFTER):
            log.info("jobs_renewed", jobs=reminded)

    def _prepare(self) -> None:
        from mailbot.adapters.queue.jobs import prepare

        super()._prepare()
        with self.campaign.database.begin() as uow:
            prepare(uow.connection)
        same_key(self.campaign)

    def _work(self) -> None:
        self._hands.work()


class Hands:
    """What a worker does by jobs, on any mail and letter of the campaign."""

    def __init__(self, campaign: Campaign, stop: threading.Event) -> None:
        self._campaign = campaign
        self._stop = stop
        self._transit = Transit(campaign.database)
        self._intake = replace(campaign.intake, reader=ReadingAhead(reader()))

    def work(self) -> None:
        """Take jobs until told to stop; where the queue is out of reach, try again."""
        from mailbot.adapters.queue.jobs import READ, SEND, JobQueue

        queue = JobQueue(self._campaign.settings.database_url)
        while not self._stop.is_set():
            try:
                queue.work({READ: self.read, SEND: self.send}, self._stop)
            except Exception as error:  # noqa: BLE001 - procrastinate's and psycopg's alike: the others work on
                log.error("queue_out_of_reach", **told(error))
                self._stop.wait(_PAUSE)

    def read(self, numbers: list[int]) -> None:
        """Decide the mails that were taken in under those numbers; harmless for what is decided."""
        with _said("read"):
            for number in numbers:
                delivery = self._transit.arrival(number)
                if delivery is not None:
                    self._read(number, delivery)

    def send(self, letters: list[str]) -> None:
        """Send those of the letters that are due and that nobody else sends."""
        with _said("send"):
            self._campaign.outbox.send(self._campaign.sender, letters, self._campaign.clock)

    def _read(self, number: int, delivery: Delivery) -> None:
        intake, now = self._intake, self._campaign.clock()
        intake.foresee(delivery, now)
        handled = intake.handle(delivery, now)
        self._transit.decided(number, handled.disposition if handled else Disposition.HANDLED)


@contextlib.contextmanager
def _said(kind: str) -> Iterator[None]:
    """A job that fails is made anew when its mail or letter has waited for long enough; here it is only told."""
    try:
        yield
    except (TemporaryFailure, PermanentFailure, ConfigurationError) as error:
        log.error("job_put_off", job=kind, reason=str(error))
    except Exception as error:  # noqa: BLE001 - one job that breaks leaves the others their turn
        log.error("job_broke", job=kind, **told(error))


def same_key(campaign: Campaign) -> None:
    """See that all machines seal letters with one key. Raises ConfigurationError where this one has another.

    With a key of its own, which the first start makes, a machine would not know its letters by the others.
    """
    kept = read_keys(campaign.key_file)
    own = [_fingerprint(key) for key in (kept.current, *(one.key for one in kept.former))]
    with campaign.database.begin() as uow:
        known = uow.get(_SEALED_WITH)
        if known and known not in own:
            raise ConfigurationError(
                f"{campaign.key_file} is not the key of this campaign: copy that file from a machine that has worked "
                "on it."
            )
        uow.put(_SEALED_WITH, own[0])


def another_key(campaign: Campaign) -> None:
    """The key was made anew and the former ones are void: what the next worker has is the campaign's."""
    campaign.database.migrate()
    with campaign.database.begin() as uow:
        uow.put(_SEALED_WITH, "")


def work(folder: Path) -> None:
    """Work until SIGTERM or SIGINT. Raises ConfigurationError where the campaign cannot be shared."""
    campaign, hands = Campaign(folder), Campaign(folder)
    if not campaign.settings.database.startswith("postgresql"):
        raise ConfigurationError(
            f'{folder / "campaign.toml"}: workers share a database = "postgresql+psycopg://user@host/name". '
            "With SQLite there is one worker: mailbot run"
        )
    try:
        worker = SharedWorker(campaign, hands)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"Workers need {error.name}, which is not installed: pip install 'mailbot[postgresql]'"
        ) from error
    try:
        until_told(worker)
    finally:
        hands.close()
        campaign.close()


def _fingerprint(key: Key) -> str:
    return hashlib.sha256(b"mailbot key " + key.secret).hexdigest()[:32]
