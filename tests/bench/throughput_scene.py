"""What `make bench` plays on: a Dovecot with mailboxes full of mails, campaigns beside it, a sink for letters."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import throughput_mails as mails
from dovecot_server import Dovecot
from server_process import HOST, PASSWORD, Certificates, free_ports, world_readable_folder

HERE = Path(__file__).parent

_CAMPAIGN = """
database = "sqlite:///campaign.db"
[letter]
title = "Joint statement on the arrests of 6 January"
address = "letter@openletter.example"
[mail]
inbox = "imap://{user}@{host}:{port}/INBOX"
outbox = "smtp://{host}:{smtp}"
authserv_id = "mx.openletter.example"
check_dkim = false
[[organizers]]
name = "Ada"
address = "ada@organizers.example"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What draining a mailbox took: seconds by the clock and of processor, and the most memory of the two processes."""

    poll: float
    poll_cpu: float
    send: float
    send_cpu: float
    sent: int
    parent_mb: float
    child_mb: float


def keep_off_the_measured_core() -> None:
    """This process, and the servers that it starts, leave the first core to what is measured."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))
        _measured_on[:] = ["taskset", "-c", str(cores[0])] if shutil.which("taskset") else []


_measured_on: list[str] = []


def measured(command: list[str], *, timeout: float = 7200, cwd: Path | None = None) -> str:
    """Standard output of a program that has the measured core to itself."""
    done = subprocess.run(
        [*_measured_on, *command], env=environment(), capture_output=True, text=True, timeout=timeout, cwd=cwd
    )
    if done.returncode:
        raise RuntimeError(f"{command[:3]}: {done.stderr[-2000:]}")
    return done.stdout


def environment() -> dict[str, str]:
    return {**os.environ, "MAILBOT_INBOX_PASSWORD": PASSWORD, "OPENBLAS_NUM_THREADS": "1"}


class Scene:
    def __init__(self, server: Dovecot, folder: Path) -> None:
        self.server, self.folder = server, folder
        self._numbers = count(1)
        self._users: dict[Path, str] = {}

    def mailbox(self, octets: Iterable[bytes], user: str = "") -> str:
        """A user whose inbox holds these mails, put there as files: APPEND would take longer than what is measured."""
        user = user or f"bench{next(self._numbers)}"
        inbox = self.server.folder / "mail" / user
        new = not inbox.exists()
        for name in ("new", "cur", "tmp"):
            (inbox / name).mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(octets):
            (inbox / "new" / f"{time.time():.0f}.M{number:07}P{next(self._numbers)}.bench").write_bytes(one)
        if os.geteuid() == 0:
            owned = [inbox, *inbox.glob("*")] if new else []
            for path in [*owned, *(inbox / "new").glob("*.bench")]:
                shutil.chown(path, "nobody", "nogroup")
        return user

    def campaign(self, smtp: int = 25) -> Path:
        """A campaign over a mailbox of its own, empty as yet."""
        folder = self.folder / f"campaign{next(self._numbers)}"
        folder.mkdir()
        self._users[folder] = self.mailbox(())
        text = _CAMPAIGN.format(user=self._users[folder], host=HOST, port=self.server.imap_port, smtp=smtp)
        (folder / "campaign.toml").write_text(text)
        return folder

    def drain(
        self,
        number: int,
        octets: Iterable[bytes] | None = None,
        *,
        folder: Path | None = None,
        shift: int = 0,
        send: bool = False,
    ) -> Drained:
        """Mailbot takes in so many mails; beyond `shift`, which a campaign that is used again has had before."""
        with sink() as port:
            folder = folder or self.campaign(port)
            self.mailbox(octets or (mails.mail(shift + n) for n in range(number)), self._users[folder])
            script = str(HERE / "throughput_drain.py")
            told = json.loads(measured([sys.executable, script, str(folder), "send" if send else ""]))
        shutil.rmtree(self.server.folder / "mail" / self._users[folder])
        assert told["mails"] == number, told
        assert told["kinds"].get("sign", 0) > 0.99 * number, told
        return Drained(**{name: told[name] for name in Drained.__slots__})

    def floor(self, number: int) -> tuple[float, float]:
        """Seconds, by the clock and of processor, for the floor to take in so many mails."""
        user = self.mailbox(mails.mail(n) for n in range(number))
        database = self.folder / f"floor{next(self._numbers)}.db"
        script = str(HERE / "throughput_floor.py")
        told = measured([sys.executable, script, HOST, str(self.server.imap_port), user, PASSWORD, str(database)])
        shutil.rmtree(self.server.folder / "mail" / user)
        by_clock, cpu = map(float, told.split())
        return by_clock, cpu

    def latencies(self, number: int) -> list[float]:
        """Seconds from a mail's arrival to the moment that the SMTP server has its answer, `mailbot run` idling."""
        with sink(lines := []) as port:
            folder = self.campaign(port)
            with subprocess.Popen(
                [str(Path(sys.executable).with_name("mailbot")), "-C", str(folder), "run"],
                env=environment(),
                stderr=subprocess.DEVNULL,
            ) as worker:
                try:
                    self._arrive(folder, 0)  # the first one warms up what the others are to find
                    _await(lines, 1)
                    came = []
                    for one in range(1, number + 1):
                        time.sleep(0.2 + one % 7 / 10)
                        came.append(self._arrive(folder, one))
                        _await(lines, one + 1)
                finally:
                    worker.terminate()
        answered = {line.split()[1]: float(line.split()[0]) for line in lines}
        return [answered[mails.address(one)] - at for one, at in enumerate(came, 1)]

    def _arrive(self, folder: Path, number: int) -> float:
        self.server.append(self._users[folder], "INBOX", mails.mail(number))
        return time.time()


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    with world_readable_folder("mailbot-bench-") as folder:
        server = Dovecot(folder, Certificates(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def sink(lines: list[str] | None = None) -> Iterator[int]:
    """The port of an SMTP server that takes every letter and says when; what it says is added to `lines`."""
    (port,) = free_ports(1)
    told = HERE / "throughput_sink.py"
    with subprocess.Popen([sys.executable, str(told), str(port)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        hearing = threading.Thread(target=_hear, args=(process.stdout, lines), daemon=True)
        hearing.start()
        try:
            yield port
        finally:
            process.terminate()
            hearing.join()


def _hear(said: Iterable[str], lines: list[str] | None) -> None:
    for line in said:
        if lines is not None:
            lines.append(line)


def _await(lines: list[str], number: int) -> None:
    deadline = time.monotonic() + 60
    while len(lines) < number:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {len(lines)} of {number} letters came within a minute")
        time.sleep(0.005)
