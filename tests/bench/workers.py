"""`make bench-workers`, `make soak-workers`: messages a second with 1, 2 and 4 workers; and what kill -9 loses (nothing).

Every worker is a process with a folder of its own; they share a real PostgreSQL, a real Dovecot and an SMTP sink.
A message counts when it is read, decided, settled at the mailbox and its letter is taken by the sink.
"""

import argparse
import contextlib
import email
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from crew import Crew, mail
from dovecot_server import Dovecot
from postgresql_server import PostgreSQL
from server_process import Certificates, free_ports, world_readable_folder


class Sink:
    """Takes every letter and keeps who it was for."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        (self.port,) = free_ports(1)
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        header = envelope.content.partition(b"\r\n\r\n")[0]
        self.letters.append((envelope.rcpt_tos[0], str(email.message_from_bytes(header)["Message-ID"])))
        return "250 2.0.0 kept"


def measure(servers: tuple[Dovecot, PostgreSQL], workers: int, mails: int, kill: random.Random | None = None) -> str:
    """One line of the table: a fresh campaign, drained by so many workers that are warm."""
    dovecot, postgresql = servers
    sink, url = Sink(), postgresql.fresh()
    with tempfile.TemporaryDirectory() as base:
        crew = Crew(
            base=Path(base),
            database_url=url,
            dovecot=dovecot,
            outbox=f'"smtp://127.0.0.1:{sink.port}"',
            intake=f"bench{workers}.{time.monotonic_ns()}@openletter.example",
        )
        try:
            machines = [crew.machine(f"machine{number}") for number in range(workers)]
            for machine in machines:
                crew.start(machine)
            warm = _warm_up(crew, machines, sink)
            began, used = time.monotonic(), _used(crew, postgresql)
            dovecot.append_all(crew.intake, (mail(number, crew.intake) for number in range(warm, warm + mails)))
            killed = crew.drain(warm + mails, lambda: list(sink.letters), patience=3600, kill=kill)
            took = time.monotonic() - began
            used = [
                1000 * (after - before) / mails for after, before in zip(_used(crew, postgresql), used, strict=True)
            ]
            crew.stop()
            aside = dovecot.count(crew.intake, "Set aside")
            lost, doubled, again = crew.lost_and_doubled(warm + mails, sink.letters)
        finally:
            crew.stop()
            sink.controller.stop()
            postgresql.drop(url)
    return (
        f"workers {workers}  mails {mails}  messages a second {mails / took:6.1f}  "
        + (f"processor ms each: workers {used[0]:.1f}, database {used[1]:.1f}  " if not killed else "")
        + f"kills {killed}  set aside {aside}  lost {lost}  doubled {doubled}  in flight sent again {again}"
    )


def _warm_up(crew: Crew, machines: list[Path], sink: Sink) -> int:
    """Have every worker read some mail, for its first takes seconds to start with. How many mails that took."""
    warm = 0
    while not all("mail_handled" in (machine / "worker.log").read_text() for machine in machines):
        more = warm + 20 * len(machines)
        crew.dovecot.append_all(crew.intake, (mail(number, crew.intake) for number in range(warm, more)))
        crew.drain(more, lambda: list(sink.letters), patience=300)
        warm = more
    return warm


def _used(crew: Crew, postgresql: PostgreSQL) -> tuple[float, float]:
    """Processor seconds so far of the workers with the processes that read for them, and of the database."""
    return sum(_seconds(worker.pid) for worker in crew.workers), _seconds(postgresql.pid)


def _seconds(pid: int) -> float:
    """Of a process and those that descend from it, what has ended included."""
    parents, spent = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # gone since it was listed
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
            spent[int(stat.parent.name)] = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(spent.get(one, 0.0) for one in family)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--mails", type=int, default=1000)
    options.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    options.add_argument("--kill", type=int, default=0, metavar="SEED", help="kill one of them now and then")
    asked = options.parse_args()
    os.environ["MAILBOT_INBOX_PASSWORD"] = Dovecot.password
    with (
        world_readable_folder("mailbot-bench-ca-") as ca,
        world_readable_folder("mailbot-bench-dovecot-") as imap,
        world_readable_folder("mailbot-bench-postgresql-") as sql,
    ):
        dovecot, postgresql = Dovecot(imap, Certificates(ca)), PostgreSQL(sql, durable=True)
        try:
            dovecot.start()
            postgresql.start()
            print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before", flush=True)
            for workers in asked.workers:
                kill = random.Random(asked.kill) if asked.kill else None
                print(measure((dovecot, postgresql), workers, asked.mails, kill), flush=True)
        finally:
            postgresql.stop()
            dovecot.stop()


if __name__ == "__main__":
    sys.exit(main())
