"""Drains the mailbox of one campaign and prints what it took, as JSON: run in a process of its own, on one core.

`poll` is from IMAP to committed decision and composed letter; `send` hands the letters on. Start-up is not in it.
"""

import contextlib
import json
import os
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

import throughput_mails as mails

from mailbot.app import Campaign, now, reader
from mailbot.core.intents import Context
from mailbot.ports import ReadingFailure
from mailbot.verbs import logs


def main(folder: str, send: str) -> None:
    logs.configure(verbose=False)
    campaign = Campaign(Path(folder), now)
    campaign.database.migrate()
    _warm_up()
    campaign.source.check()
    (child,) = _children()
    moments = [_moment(child)]
    tally = campaign.intake.poll(campaign.source, now)
    moments.append(_moment(child))
    sent = campaign.outbox.drain(campaign.sender, now).sent if send == "send" else 0
    moments.append(_moment(child))
    (poll, poll_cpu), (sending, send_cpu) = ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(moments))
    told = {
        "mails": tally.handled,
        "kinds": tally.kinds,
        "poll": poll,
        "poll_cpu": poll_cpu,
        "send": sending,
        "send_cpu": send_cpu,
        "sent": sent,
        "parent_mb": _status(os.getpid(), "VmHWM") / 1024,
        "child_mb": _status(child, "VmHWM") / 1024,
    }
    print(json.dumps(told))
    reader().close()  # type: ignore[attr-defined]
    campaign.close()


def _warm_up() -> None:
    """What follows is measured with the reading process up and its patterns compiled, however long that takes."""
    octets = mails.mail(9_999_999)
    for _ in range(5):
        with contextlib.suppress(ReadingFailure):
            reader().interpret(reader().read(octets), octets, Context())
            return


def _moment(child: int) -> tuple[float, float]:
    """Wall clock, and processor seconds of the worker and its reading process together."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.monotonic(), own.ru_utime + own.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def _children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _status(pid: int, key: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key))


if __name__ == "__main__":
    main(*sys.argv[1:])
