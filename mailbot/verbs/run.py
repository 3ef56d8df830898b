"""`mailbot run`: polls, sends, publishes and keeps the calendar until it is told to stop."""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from mailbot.app import Campaign
from mailbot.config import ConfigurationError
from mailbot.ports import PermanentFailure, TemporaryFailure
from mailbot.worker.carrying import Carrier
from mailbot.worker.faults import told
from mailbot.worker.publication import Published
from mailbot.writing.rehearsal import TemplateError, check

log = structlog.get_logger()

_WATCH = 60.0  # seconds for one wait on the mailbox; IDLE is issued anew after each
_LONGEST_PAUSE = 300.0  # seconds between two tries at a mailbox that is out of reach


class Worker:
    """The campaign's jobs on one schedule. What is out of reach is said once and tried again later."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.stop = threading.Event()
        self._troubles: dict[str, str] = {}
        self._failures: dict[str, int] = {}
        self._published: Published | None = None
        self._lanes = max(1, len(campaign.carrying.carriers))
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            # Carriers have threads of their own: those that wait for a silent server hold up nothing else.
            executors={"default": ThreadPoolExecutor(4), "carriers": ThreadPoolExecutor(self._lanes)},
            job_defaults={"max_instances": 1, "coalesce": True},
        )

    def run(self) -> None:
        """Work until `stop` is set; what is under way is finished first."""
        check(self.campaign.templates)  # a broken letter is found before any mail is touched
        self.campaign.database.migrate()
        every = self.campaign.settings.mail.poll_every.total_seconds()
        for name, job, seconds in (
            ("poll", self.poll, every),
            ("digest", self.turn, 30.0),
            ("publish", self.publish, 30.0),
            ("send", self.send, 30.0),
        ):
            self.scheduler.add_job(
                self._said, "interval", args=(name, job), seconds=seconds, id=name, next_run_time=datetime.now(UTC)
            )
        for carrier in self.campaign.carrying.carriers:
            job = partial(self.carry, carrier)
            self.scheduler.add_job(
                self._said, "interval", args=(carrier.name, job), seconds=30.0, id=carrier.name, executor="carriers"
            )
        self.scheduler.start()
        watcher = threading.Thread(target=self._watch, name="watch", daemon=True)
        watcher.start()
        log.info("working", folder=str(self.campaign.settings.folder))
        self.stop.wait()
        self.scheduler.shutdown(wait=True)
        log.info("stopped")

    # -- jobs --------------------------------------------------------------------------------------

    def poll(self) -> None:
        """Handle what waits; then, without delay, what follows from it."""
        tally = self.campaign.intake.poll(self.campaign.source, self._clock)
        if tally.handled:
            for job in ("publish", "send"):
                self._soon(job)

    def turn(self) -> None:
        self.campaign.calendar.turn(self.campaign.clock())

    def publish(self) -> None:
        before, self._published = (
            self._published,
            self.campaign.publication.publish(self.campaign.publisher, self.campaign.clock()),
        )
        if before is None or before.contents != self._published.contents:
            for carrier in self.campaign.carrying.carriers:
                self._soon(carrier.name)

    def carry(self, carrier: Carrier) -> None:
        """Bring one copy of the list up to date."""
        if self._published is not None:
            self.campaign.carrying.carry(carrier, self._published)

    def send(self) -> None:
        sent = self.campaign.outbox.drain(self.campaign.sender, self.campaign.clock)
        if sent.trouble:
            raise TemporaryFailure(sent.trouble)

    # -- private -----------------------------------------------------------------------------------

    def _clock(self) -> datetime:
        """The time, and between two mails the place to stop."""
        if self.stop.is_set():
            raise _StoppedError
        return self.campaign.clock()

    def _said(self, name: str, job: Callable[[], None]) -> None:
        """Run a job; a trouble is said when it comes and when it is over, not each time."""
        try:
            job()
        except _StoppedError:
            return
        except (TemporaryFailure, PermanentFailure, ConfigurationError) as error:
            self._say_trouble(name, str(error))
            self._failures[name] = self._failures.get(name, 0) + 1
            self._soon(name, min(5.0 * 2 ** min(self._failures[name], 10), _LONGEST_PAUSE))
        except Exception as error:  # noqa: BLE001 - a job that breaks is tried again; the others go on
            log.error("job_broke", job=name, **told(error))
        else:
            self._failures.pop(name, None)
            if self._troubles.pop(name, None):
                log.info("within_reach_again", job=name)

    def _say_trouble(self, name: str, reason: str) -> None:
        """An outage is said once; that it looks otherwise by now is worth a word, but no alarm."""
        before = self._troubles.get(name)
        self._troubles[name] = reason
        if before is None:
            log.error("out_of_reach", job=name, reason=reason)
        elif before != reason:
            log.info("still_out_of_reach", job=name, reason=reason)

    def _soon(self, job: str, seconds: float = 0.0) -> None:
        """Let a job run after so many seconds rather than at its next time."""
        if not self.stop.is_set():
            self.scheduler.modify_job(job, next_run_time=datetime.now(UTC) + timedelta(seconds=seconds))

    def _watch(self) -> None:
        """Wait for hints on a connection of its own; a hint makes the next poll come at once."""
        source, pause = self.campaign.open_source(), 1.0
        while not self.stop.is_set():
            try:
                if source.wait(_WATCH):
                    self._soon("poll")
                    # The poll settles what the hint was about; without a breath the same mail would hint again.
                    self.stop.wait(0.2)
                pause = 1.0
            except (TemporaryFailure, PermanentFailure, ConfigurationError):
                self.stop.wait(pause)  # the poll job says what is wrong
                pause = min(pause * 2, _LONGEST_PAUSE)
        source.close()


class _StoppedError(Exception):
    """Asked to stop between two mails."""


def run(campaign: Campaign) -> None:
    """Work until SIGTERM or SIGINT; a second signal does not hurry it, for nothing is left half done."""
    worker = Worker(campaign)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        worker.run()
    except TemplateError as error:
        raise ConfigurationError(str(error)) from error
