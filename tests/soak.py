"""`make soak`: mailbot killed at random moments, hundreds of times, while mail arrives; then everything is counted.

usage: soak.py [--kills 500] [--seed N]
Real processes of `mailbot run` and `mailbot once`, a real Dovecot and an SMTP server; people sign, answer YES, and an
organizer answers every digest with "ok all". Exit code 1 where a request was lost or anything came twice.
"""

import argparse
import contextlib
import logging
import os
import subprocess
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

import served_campaign
import structlog
from dovecot_server import Dovecot
from journey import ADA
from organizations import organizations
from scripted_smtp import ScriptedSmtp
from served_campaign import MAILBOT, Found, Served, environment, look
from server_process import Certificates, world_readable_folder

_MAIL_EVERY = 1.5  # seconds between two mails, on average
_MOST = 60  # rounds in which everything must have come to rest

EVERY_MINUTE = [f"{hour:02}:{minute:02}" for hour, minute in product(range(24), range(60))]


@dataclass(kw_only=True)
class People:
    """Everybody outside: signers, and one organizer, at their mail programs."""

    served: Served
    random: Random
    names: list[str] = field(default_factory=list)
    _unsigned: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._unsigned = organizations(self.random)

    def live(self) -> None:
        """Until `rest` is called: somebody new signs now and then, and everybody answers what they get."""
        while not self._over.wait(self.random.expovariate(1 / _MAIL_EVERY)):
            if self._unsigned:
                self.sign()
            self.answer()

    def rest(self) -> None:
        self._over.set()

    def sign(self) -> None:
        name = self._unsigned.pop()
        self.served.sign(name, proved=self.random.random() < 0.5)
        self.names.append(name)

    def answer(self) -> int:
        """Answer the letters that came since; how many of them wanted an answer."""
        answers = 0
        for letter in self.served.letters():
            if letter.template == "echo":
                self.served.write(letter.to, "YES", answers=letter)
            elif letter.template == "digest" and letter.refs:
                self.served.write(f"Ada <{ADA}>", "ok all", answers=letter, proved=True)
            else:
                continue
            answers += 1
        return answers


@dataclass(frozen=True, kw_only=True)
class Summary:
    kills: Counter[str]
    ended: int  # processes that had finished before they were to be killed
    people: People
    found: Found
    unlisted: tuple[str, ...]
    seconds: float
    seed: int

    @property
    def well(self) -> bool:
        return not (self.found.lost or self.found.doubled or self.found.other or self.unlisted)

    def __str__(self) -> str:
        served, found = self.people.served, self.found
        return (
            f"kills {self.kills.total()} ({', '.join(f'{verb} {n}' for verb, n in sorted(self.kills.items()))}), "
            f"mails {served.sent}, letters {len(served.smtp.received)}, "
            f"lost {len(found.lost) + len(self.unlisted)}, doubled {len(found.doubled)}, other {len(found.other)}, "
            f"in flight and sent again {found.again}, seconds {self.seconds:.0f}, seed {self.seed}"
        )


def soak(served: Served, *, kills: int, seed: int) -> Summary:
    """Kill, start again, and at last let it come to rest; `served` is a campaign whose digests go out every minute."""
    random, began = Random(seed), time.monotonic()
    served.now = datetime.now(UTC)
    people = People(served=served, random=Random(random.random()))
    living = threading.Thread(target=people.live)
    living.start()
    killed: Counter[str] = Counter()
    ended = 0
    try:
        usual, told = _usual(served), time.monotonic()
        while killed.total() < kills:
            verb = random.choice(("run", "once"))
            if _killed(served, verb, random.uniform(0.4, 1.6 if verb == "run" else 1.2) * usual):
                killed[verb] += 1
            else:
                ended += 1
            if time.monotonic() - told > 60:
                told = time.monotonic()
                print(f"{killed.total()} of {kills} kills, {served.sent} mails", flush=True)
    finally:
        people.rest()
        living.join()
    _come_to_rest(served, people)
    listed = Counter(served.page())
    return Summary(
        kills=killed,
        ended=ended,
        people=people,
        found=look(served, people.names),
        unlisted=tuple(name for name in people.names if name not in listed),
        seconds=time.monotonic() - began,
        seed=seed,
    )


def _start(served: Served, verb: str) -> subprocess.Popen[bytes]:
    served.smtp.life += 1
    with (served.folder / "said").open("ab") as said:
        return subprocess.Popen(
            [MAILBOT, "-C", served.folder, verb], env=environment(served.dovecot), stdout=said, stderr=said
        )


def _usual(served: Served) -> float:
    """Seconds that one pass takes on this machine, from start to end: kills are spread over about that long."""
    began = time.monotonic()
    _start(served, "once").wait(120)
    return time.monotonic() - began


def _killed(served: Served, verb: str, seconds: float) -> bool:
    """Start it and kill it after so long; False where it ended first, which `run` must not."""
    process = _start(served, verb)
    with contextlib.suppress(subprocess.TimeoutExpired):
        code = process.wait(seconds)
        assert verb == "once", f"run ended by itself:\n{(served.folder / 'said').read_text()[-2000:]}"
        assert code == 0, f"once ended with {code}:\n{(served.folder / 'said').read_text()[-2000:]}"
        return False
    process.kill()
    process.wait()
    return True


def _come_to_rest(served: Served, people: People) -> None:
    """Undisturbed passes, minutes apart, until nobody has anything to answer and nothing is sent."""
    served.now = datetime.now(UTC)
    quiet = 0
    for _ in range(_MOST):
        served.smtp.life += 1
        done = served.once(later=timedelta(minutes=2))
        quiet = quiet + 1 if not people.answer() and not done.sent.sent and not done.tally.handled else 0
        if quiet == 3:
            return
    raise AssertionError(f"not at rest after {_MOST} passes: {done.summary()}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with world_readable_folder("mailbot-soak-") as servers, tempfile.TemporaryDirectory() as own:
        dovecot = Dovecot(servers, Certificates(servers))
        dovecot.start()
        smtp = ScriptedSmtp()
        try:
            made = served_campaign.template(Path(own) / "made", digest_at=EVERY_MINUTE)
            served = served_campaign.serve(made, Path(own) / "served", dovecot, smtp)
            os.environ["MAILBOT_INBOX_PASSWORD"] = dovecot.password  # for the last passes, which are our own
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
            done = soak(served, kills=asked.kills, seed=asked.seed)
        finally:
            smtp.stop()
            dovecot.stop()
    for what in (*done.found.lost, *done.unlisted, *done.found.doubled, *done.found.other):
        print(what)
    print(done)
    return 0 if done.well else 1


if __name__ == "__main__":
    raise SystemExit(main())
