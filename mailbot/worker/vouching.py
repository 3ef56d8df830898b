"""The public log kept in step with the list: receipts for all whom it shows, and a line for each edition."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from mailbot.core.editions import Edition, tag_of
from mailbot.core.public_log import body, follow, written
from mailbot.core.receipts import NONCE, voucher
from mailbot.core.signature import Signature
from mailbot.core.vouching import Public, Vouched, vouch
from mailbot.ports import Store, UnitOfWork
from mailbot.writing.sheet import Sheet, mark


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLog:
    """`draw(n)` gives an unguessable number from 0 to n - 1; `address` is the letter's own."""

    store: Store
    draw: Callable[[int], int]
    public: Public
    address: str

    def vouched(
        self, uow: UnitOfWork, signatures: Iterable[Signature], now: datetime, *, keep: bool
    ) -> tuple[Vouched, ...]:
        """Everybody whom the list shows, with their receipts. Not to `keep`, for a rehearsal: nothing is written."""
        vouched, new = vouch(uow.vouching.receipts(), signatures, now, self.draw, self.public)
        if keep:
            uow.vouching.keep(new)
        return vouched

    def tried(self, uow: UnitOfWork, mark: str) -> str:
        """When the list of that fingerprint was to be published, where that failed last time; else ""."""
        known, stamp, _ = (*uow.get(_LAST).split(), "", "", "")[:3]
        return stamp if known == mark else ""

    def edition(
        self, uow: UnitOfWork, *, mark: str, revision: int, stamp: str, waiting: int, now: datetime, keep: bool
    ) -> Edition:
        """What is said beside the list of that fingerprint; the salt is the same for as long as the list is."""
        tag = uow.get(_TAG) or tag_of(self.address, now)
        known, _, salt = uow.get(_LAST).rpartition(" ")
        if known != f"{mark} {stamp}":
            salt = self.draw(1 << 8 * NONCE).to_bytes(NONCE, "big").hex()
        if keep:
            uow.put(_TAG, tag)
            uow.put(_LAST, f"{mark} {stamp} {salt}")
        updated = datetime.fromisoformat(stamp)
        return Edition(revision=revision, updated=updated, waiting=waiting, salt=salt, tag=tag)

    def sheet(self, signatories: Sheet, edition: Edition, vouched: Sequence[Vouched], *, keep: bool) -> Sheet:
        """log.jsonl of this edition; its line is written down when it is made, before anybody can see it.

        An edition that was published before, or that failed to be, has its line already; where the list changed
        after such a failure, a further line of the same revision follows. Not to `keep`: nothing is written down.
        """
        vouchers = [voucher(one.receipt) for one in vouched]

        def made() -> bytes:
            below = body(edition.revision, signatories.make(), vouchers)
            with self.store.begin() as uow:
                chain = uow.vouching.chain()
                if not chain or chain[-1] != follow(chain[:-1], edition.revision, below):
                    chain = (*chain, follow(chain, edition.revision, below))
                    if keep:
                        uow.vouching.lengthen(chain[-1])
            return written(chain, below)

        return Sheet("log.jsonl", mark(signatories.key, *(text for one in vouchers for text in astuple(one))), made)


_TAG = "feed_tag"
_LAST = "edition"
"""Fingerprint of the list, when it changed, and the salt of the edition that was made last."""
