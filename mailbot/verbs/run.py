"""`mailbot run`: polls, sends, publishes and keeps the calendar until it is told to stop."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from mailbot.adapters.database.lease import BEAT
from mailbot.app import Campaign
from mailbot.config import ConfigurationError
from mailbot.ports import HeldElsewhere, PermanentFailure, TemporaryFailure
from mailbot.verbs.status import silences
from mailbot.worker.carrying import Carrier
from mailbot.worker.faults import told
from mailbot.worker.handled import Stopped
from mailbot.worker.publication import Published
from mailbot.writing.rehearsal import TemplateError, check

log = structlog.get_logger()

_LEASE = "lease"
_WATCH = 60.0  # seconds for one wait on the mailbox; IDLE is issued anew after each
_SET_BACK = 10.0  # seconds by which the clock must have been set back to be worth a word
_LONGEST_PAUSE = 300.0  # seconds between two tries at a mailbox that is out of reach


class Worker:
    """The campaign's jobs on one schedule. What is out of reach is said once and tried again later."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.stop = threading.Event()
        self.lease = campaign.database.lease
        self._stands_by = False
        self._troubles: dict[str, str] = {}
        self._failures: dict[str, int] = {}
        self._ahead = _ahead()
        self._published: Published | None = None
        self._lanes = max(1, len(campaign.carrying.carriers))
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            # Carriers have threads of their own: those that wait for a silent server hold up nothing else.
            executors={"default": ThreadPoolExecutor(5), "carriers": ThreadPoolExecutor(self._lanes)},
            job_defaults={"max_instances": 1, "coalesce": True},
        )

    def run(self) -> None:
        """Work until `stop` is set; what is under way is finished first.

        Where another worker is at it, stand by, and take over when that one stops or dies.
        """
        self._prepare()
        every = self.campaign.settings.mail.poll_every.total_seconds()
        for name, job, seconds in (
            (_LEASE, self.keep, BEAT),
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
        self._work()
        self.scheduler.shutdown(wait=True)
        with contextlib.suppress(TemporaryFailure):  # then it ends by itself
            self.lease.release()
        log.info("stopped")

    # -- jobs --------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep the lease, or look whether it can be had; whatever waits is done as soon as it is ours."""
        before = self.lease.ours
        if not self.lease.keep():
            self._stand_by()
        elif not before:
            self._stands_by = False
            log.info("working", folder=str(self.campaign.settings.folder))
            for job in ("poll", "digest", "publish", "send"):
                self._soon(job)

    def poll(self) -> None:
        """Handle what waits; then, without delay, what follows from it."""
        tally = self.campaign.poll(self._clock)
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
        if before is None or before.digests != self._published.digests:
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

    def _prepare(self) -> None:
        check(self.campaign.templates)  # a broken letter is found before any mail is touched
        self.campaign.database.migrate()

    def _work(self) -> None:
        """What there is to do beside the schedule, until told to stop."""
        self.stop.wait()

    def _clock(self) -> datetime:
        """The time, and between two mails the place to stop."""
        if self.stop.is_set():
            raise Stopped
        return self.campaign.clock()

    def _said(self, name: str, job: Callable[[], None]) -> None:
        """Run a job; a trouble is said when it comes and when it is over, not each time."""
        if name != _LEASE and not self.lease.ours:
            return
        try:
            job()
        except Stopped:
            return
        except HeldElsewhere:
            self._stand_by()
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

    def _stand_by(self) -> None:
        if not self._stands_by:
            self._stands_by = True
            log.warning("standing_by", reason=f"another worker ({self.lease.other}) is at work on this campaign")

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

    def _keep_time(self) -> None:
        """Where the clock was set back, jobs would wait until it is again as late as it was: have them at once."""
        before, self._ahead = self._ahead, _ahead()
        if before - self._ahead > _SET_BACK:
            log.warning("clock_set_back", seconds=round(before - self._ahead))
            for job in self.scheduler.get_jobs():
                self._soon(job.id)

    def _watch(self) -> None:
        """Wait for hints on a connection of its own; a hint makes the next poll come at once."""
        source, pause = self.campaign.open_source(), 1.0
        while not self.stop.is_set():
            self._keep_time()
            if not self.lease.ours:
                self.stop.wait(1.0)
                continue
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


def _ahead() -> float:
    """Seconds by which the clock is ahead of one that nobody can set."""
    return datetime.now(UTC).timestamp() - monotonic()


def run(campaign: Campaign, metrics: int = 0) -> None:
    """Work until SIGTERM or SIGINT; a second signal does not hurry it, for nothing is left half done.

    `metrics` is the port of this machine on which others may ask how the works are, 0 for none.
    """
    with _answering(campaign, metrics):
        until_told(Worker(campaign))


def until_told(worker: Worker) -> None:
    """Let it work until SIGTERM or SIGINT. Raises ConfigurationError where a letter cannot be written."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        worker.run()
    except TemplateError as error:
        raise ConfigurationError(str(error)) from error


@contextmanager
def _answering(campaign: Campaign, port: int) -> Iterator[None]:
    if not port:
        yield
        return
    try:
        from mailbot.verbs.metrics import Answering
    except ModuleNotFoundError as error:
        raise ConfigurationError("--metrics needs one package more: pip install 'mailbot[metrics]'") from error
    campaign.database.migrate()
    after = campaign.settings.policy.alarm_after
    try:
        server = Answering(port, campaign.health, lambda: silences(campaign.health(), after))
    except OSError as error:
        raise ConfigurationError(f"Nobody can be answered on port {port} ({error.strerror}): name another.") from error
    try:
        yield
    finally:
        server.close()
