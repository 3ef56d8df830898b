"""Copies of the list carried elsewhere: each carrier by itself, in its own time, from its own last revision on.

A carrier that is out of reach holds up nobody: it is given the newest list when it answers again.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from mailbot.ports import PermanentFailure, Publisher, Store, TemporaryFailure
from mailbot.worker.faults import told
from mailbot.worker.publication import Published

log = structlog.get_logger()

_PAUSES = (1.0, 4.0)
"""Seconds between the tries of one pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """One place that the list is carried to; `name` is how the operator knows it, free of secrets.

    `open` makes its publisher, and raises PermanentFailure where something for it is missing.
    """

    name: str
    open: Callable[[], Publisher]

    @property
    def key(self) -> str:
        """Where the campaign remembers what was carried there last."""
        return "carried " + hashlib.sha256(self.name.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    store: Store
    carriers: tuple[Carrier, ...]

    def carry(self, carrier: Carrier, published: Published, pauses: Sequence[float] = ()) -> list[str]:
        """Bring one place up to date, tried again after each pause; the names of the files that were written.

        It is given those files that are others than the ones it was given last. Raises TemporaryFailure,
        PermanentFailure.
        """
        with self.store.begin() as uow:
            known = _carried(uow.get(carrier.key))
        now = {name: digest[:_ENOUGH] for name, digest in published.digests.items()}
        fresh = [name for name, digest in now.items() if known.get(name) != digest]
        if not fresh:
            return []
        changed = _with_patience(lambda: carrier.open().publish(published.make(fresh)), pauses)
        with self.store.begin() as uow:
            uow.put(carrier.key, f"{published.revision} {json.dumps(now, separators=(',', ':'))}")
        log.info("carried", to=carrier.name, revision=published.revision, files=len(changed))
        return changed

    def revision(self, carrier: Carrier) -> int:
        """The revision that was carried there last; 0 for none."""
        with self.store.begin() as uow:
            return int(uow.get(carrier.key).partition(" ")[0] or 0)

    @contextmanager
    def under_way(
        self, published: Published | None, troubles: list[TemporaryFailure | PermanentFailure]
    ) -> Iterator[None]:
        """Carry everywhere at once while the caller does something else; wait at the end, and add what went wrong."""
        carriers = self.carriers if published else ()
        with ThreadPoolExecutor(max(1, len(carriers)), thread_name_prefix="carry") as pool:
            trips = [pool.submit(self._arrives, carrier, published) for carrier in carriers if published]
            yield
            troubles += filter(None, (trip.result() for trip in trips))

    def _arrives(self, carrier: Carrier, published: Published) -> TemporaryFailure | PermanentFailure | None:
        try:
            self.carry(carrier, published, _PAUSES)
        except (TemporaryFailure, PermanentFailure) as error:
            log.error("not_carried", to=carrier.name, reason=str(error))
            return error
        except Exception as error:  # noqa: BLE001 - one carrier that breaks does not keep the others from their work
            log.error("carrier_broke", to=carrier.name, **told(error))
            return PermanentFailure(f"{carrier.name}: this is a fault of mailbot's own; see its log.")
        return None


_ENOUGH = 16  # hexadecimal digits of a digest, to tell a file from the one before it


def _carried(kept: str) -> dict[str, str]:
    """Digests of the files that a place was given, by name; nothing of what an earlier mailbot wrote down."""
    digests = kept.partition(" ")[2]
    return dict(json.loads(digests)) if digests.startswith("{") else {}


def _with_patience(step: Callable[[], list[str]], pauses: Sequence[float]) -> list[str]:
    for pause in pauses:
        try:
            return step()
        except TemporaryFailure:
            time.sleep(pause)
    return step()
