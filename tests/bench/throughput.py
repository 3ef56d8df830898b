"""`make bench`: how fast mail is taken in beside the least it can cost and beside other programs, in ratios of one run.

A real Dovecot holds the same 7 kB mails for everybody. Rates and ratios are of processor time (of all processes of
a contender together), which what else the machine does hardly changes, with the clock's beside them. What is measured
has one core of its own where the machine has two; Dovecot and the SMTP sink have the others. `--mails 100000` grows
that far, `--stored N` sets the large store.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import throughput_mails as mails
import throughput_peers as peers
import throughput_scene as scene
import throughput_starts as starts
import throughput_stored as stored
from throughput_scene import Drained

ROUNDS = 3
LARGE = 25_000_000  # octets of an attachment


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--few", type=int, default=1_000, help="mails of a run; fewer where the machine is busy")
    asked.add_argument("--mails", type=int, default=10_000, help="how far the growth is measured")
    asked.add_argument("--stored", type=int, default=1_000_000, help="signatures in the large store; 0 leaves it out")
    asked.add_argument("--no-peers", action="store_true", help="without the other programs, which are installed for it")
    options = asked.parse_args()
    began = time.monotonic()
    scene.keep_off_the_measured_core()
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {os.cpu_count()} cores, ", end=""
    )
    print(f"load {os.getloadavg()[0]:.1f} before the start\n\n| figure | measured |\n| --- | --- |")
    with scene.dovecot() as server, tempfile.TemporaryDirectory(prefix="mailbot-bench-") as folder:
        bench = _Bench(scene.Scene(server, Path(folder)), options.few)
        bench.beside_the_floor()
        if not options.no_peers:
            bench.beside_the_peers()
        bench.latency()
        bench.starts()
        bench.memory()
        bench.growth(options.mails)
        if options.stored:
            bench.against_a_large_store(options.stored)
    print(f"\nmeasured in {time.monotonic() - began:.0f} s")


class _Bench:
    def __init__(self, place: scene.Scene, few: int) -> None:
        self.place, self.few = place, few
        self.rate = 0.0

    def beside_the_floor(self) -> None:
        """Taken in turns and the better of each counted: what else the machine does falls on both."""
        floors, drained = [], []
        for _ in range(ROUNDS):
            floors.append(self.place.floor(self.few))
            drained.append(self.place.drain(self.few))
        floor_clock, floor_cpu = (min(one) for one in zip(*floors, strict=True))
        clock, cpu = min(one.poll for one in drained), min(one.poll_cpu for one in drained)
        self.rate = self.few / cpu
        show("floor: fetch in batches, mail-parser, one insert a mail", rates(self.few, floor_clock, floor_cpu))
        show("mailbot: in, read, decided, stored, letter composed", rates(self.few, clock, cpu))
        show("its time against the floor’s", f"{cpu / floor_cpu:.1f} × (by the clock {clock / floor_clock:.1f} ×)")
        sent = self.place.drain(self.few, send=True)
        show(
            "the same, and the letter handed to an SMTP sink",
            rates(sent.sent, sent.poll + sent.send, sent.poll_cpu + sent.send_cpu),
        )

    def beside_the_peers(self) -> None:
        best = 0.0
        for peer in peers.ALL:
            try:
                clock, cpu = peer.measure(self.place)
            except peers.NotToBeHadError as reason:
                show(peer.title, f"not to be had: {reason}")
            else:
                best = max(best, peer.mails / cpu)
                show(peer.title, rates(peer.mails, clock, cpu))
        if best:
            show("mailbot against the fastest of them", f"{self.rate / best:.1f} ×")

    def latency(self) -> None:
        found = sorted(self.place.latencies(100))
        middle, late = found[len(found) // 2], found[int(len(found) * 0.99)]
        show("arrival to letter accepted by SMTP, IDLE", f"p50 {middle:.2f} s, p99 {late:.2f} s of {len(found)}")

    def starts(self) -> None:
        show("start of `mailbot --help`", f"{starts.help_seconds():.2f} s")
        show("start of an idle `mailbot once`", f"{starts.once_seconds(self.place.folder / 'idle'):.2f} s")

    def memory(self) -> None:
        """Most of them ordinary; every fiftieth with an attachment of 25 MB."""
        number = min(self.few, 500)
        mixed = (mails.mail(n, attachment=LARGE if n % 50 == 7 else 0) for n in range(number))
        drained = self.place.drain(number, mixed)
        show("memory while draining, every 50th mail with 25 MB attached", _memory(drained))

    def growth(self, most: int) -> None:
        number = self.few
        while number <= most:
            drained = self.place.drain(number)
            show(f"{number:,} mails at once", f"{rates(number, drained.poll, drained.poll_cpu)}; {_memory(drained)}")
            number *= 10

    def against_a_large_store(self, large: int) -> None:
        taken = {}
        for number in (1_000, large):
            folder = self.place.campaign()
            stored.store(folder, number)
            runs = [self.place.drain(self.few, folder=folder, shift=shift) for shift in (0, self.few)]
            taken[number] = min(run.poll_cpu for run in runs)
            show(f"a mail with {number:,} signatures stored", f"{1000 * taken[number] / self.few:.1f} ms of processor")
        show("that against the small store", f"{taken[large] / taken[1_000]:.2f} ×")


def rates(number: int, clock: float, cpu: float) -> str:
    return f"{number / cpu:.0f} mails a second of processor, {number / clock:.0f} by the clock"


def _memory(drained: Drained) -> str:
    total = drained.parent_mb + drained.child_mb
    return f"{total:.0f} MB at most ({drained.parent_mb:.0f} worker, {drained.child_mb:.0f} reading process)"


def show(figure: str, measured: str) -> None:
    print(f"| {figure} | {measured} |", flush=True)


if __name__ == "__main__":
    main()
