"""What a campaign keeps for its public log, and what of it goes to whom: numbers to signers, vouchers to the public."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from mailbot.core.events import Entry
from mailbot.core.public_log import Link
from mailbot.core.receipts import Receipt, draw_nonce, listed, told
from mailbot.core.signature import Signature, public_entry

Public = Callable[[Entry], Mapping[str, Any]]
"""An entry as signatories.json has it: that is what receipts are of."""


class Vouching(Protocol):
    """Receipts by reference, and the chain of the log; part of one transaction."""

    def receipt(self, ref: str) -> Receipt | None: ...

    def receipts(self) -> Mapping[str, Receipt]:
        """All there are, by reference."""

    def keep(self, new: Mapping[str, Receipt]) -> None:
        """In the place of what was kept for those references."""

    def destroy(self, ref: str) -> None:
        """Forget the number of a signature: no voucher that was ever published tests a guess of its name then.

        Recording a withdrawal does so by itself.
        """

    def chain(self) -> tuple[Link, ...]: ...

    def lengthen(self, link: Link) -> None: ...


@dataclass(frozen=True, slots=True)
class Vouched:
    """One name on the list, with its receipt."""

    entry: Entry
    receipt: Receipt


def hand_out(kept: Vouching, signature: Signature, draw: Callable[[int], int], public: Public) -> Receipt:
    """The receipt of a signature whose signer is being told its line; its number stays the same for good."""
    assert signature.entry is not None
    before = kept.receipt(signature.ref) or Receipt(nonce=draw_nonce(draw), told="")
    made = replace(before, told=told(before.nonce, public(signature.entry)))
    kept.keep({signature.ref: made})
    return made


def vouch(
    known: Mapping[str, Receipt],
    signatures: Iterable[Signature],
    now: datetime,
    draw: Callable[[int], int],
    public: Public,
) -> tuple[tuple[Vouched, ...], dict[str, Receipt]]:
    """Everybody whom the list shows at `now`, as it is about to be published; and the receipts that are to be kept.

    Whoever was never written to is given a receipt that nobody holds: else the log would tell which names were
    taken over from elsewhere.
    """
    vouched, new = [], {}
    for signature in signatures:
        if (entry := public_entry(signature, now)) is None:
            continue
        before = known.get(signature.ref)
        after = _shown(before, public(entry), now, draw)
        if after != before:
            new[signature.ref] = after
        vouched.append(Vouched(entry, after))
    return tuple(vouched), new


def _shown(before: Receipt | None, line: Mapping[str, Any], now: datetime, draw: Callable[[int], int]) -> Receipt:
    if before is None:
        nonce = draw_nonce(draw)
        before = Receipt(nonce=nonce, told=told(nonce, line))
    digest = listed(before.nonce, line)
    if digest == before.listed:
        return before
    return replace(before, listed=digest, first=before.first or now, changed=now)
