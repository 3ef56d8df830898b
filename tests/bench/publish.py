"""`make bench-publish`: what a publication costs, in time and in bytes: the first one, one name more, and one of nothing.

Four languages, the list in a database, the files in a folder, as a campaign has them; each publication by a campaign
opened anew. Processor time is that of this process; on a busy machine it says more than the clock's.
"""

import logging
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from crowd import MOMENT, campaign_in, listed, person

from mailbot.app import Campaign
from mailbot.writing.collation import icu

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One publication."""

    processor: float
    clock: float
    files: int
    octets: int


def main(sizes: tuple[int, ...]) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(f"Order by {'PyICU' if icu() else 'pyuca'}.\n")
    print(f"| {'names':>7} | publication   | processor |   clock |  files written | bytes written |")
    print("| ------: | ------------- | --------: | ------: | -------------: | ------------: |")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="mailbot-publish-") as folder:
            measured(Path(folder), size)
    return 0


def measured(folder: Path, size: int) -> None:
    made = campaign_in(folder)
    listed(made, (person(number) for number in range(size)))
    made.close()
    row(size, "first", publication(folder))
    more = Campaign(folder)
    listed(more, [person(size + 7)], since=size)
    more.close()
    row(size, "one name more", publication(folder))
    row(size, "nothing new", publication(folder))


def publication(folder: Path) -> Cost:
    campaign = Campaign(folder)
    processor, clock = time.process_time(), time.monotonic()
    files = campaign.publication.publish(campaign.publisher, MOMENT).files
    cost = Cost(
        processor=time.process_time() - processor,
        clock=time.monotonic() - clock,
        files=len(files),
        octets=sum((folder / "public" / name).stat().st_size for name in files),
    )
    campaign.close()
    return cost


def row(size: int, name: str, cost: Cost) -> None:
    print(
        f"| {size:>7,} | {name:13} | {cost.processor:7.2f} s | {cost.clock:5.1f} s | {cost.files:>14,} | {cost.octets:>13,} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(tuple(int(size) for size in sys.argv[1:]) or SIZES))
