"""Mails in batches: as many as are worth one transaction and one command to their source, and no more."""

from collections.abc import Iterable, Iterator

from mailbot.ports import Delivery, PermanentFailure, TemporaryFailure

MAILS = 100
"""Beyond a hundred a commit costs nothing a mail that could still be saved."""

OCTETS = 4 << 20
"""Of a batch before its last mail: they are all in memory at once."""

SECONDS = 0.5
"""How long one batch may read, or hold the database, before what is done is finished and the rest begun anew."""


def batches(deliveries: Iterable[Delivery]) -> Iterator[list[Delivery]]:
    """What a source yields, in order, in batches. Where the source fails, what it gave before comes first."""
    batch: list[Delivery] = []
    octets = 0
    try:
        for delivery in deliveries:
            batch.append(delivery)
            octets += len(delivery.octets)
            del delivery  # or the last mail of a batch would be held while the next one is fetched
            if len(batch) >= MAILS or octets >= OCTETS:
                yield batch
                batch, octets = [], 0
    except (TemporaryFailure, PermanentFailure):
        if batch:
            yield batch
        raise
    if batch:
        yield batch
