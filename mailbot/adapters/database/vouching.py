"""What is kept for the public log: a receipt for each signature, and the chain."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from mailbot.adapters.database.tables import public_log, receipts
from mailbot.core.public_log import Link
from mailbot.core.receipts import Receipt


class Vouching:
    """The part of a transaction that keeps receipts and the chain (see ports.Vouching for the promises)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def receipt(self, ref: str) -> Receipt | None:
        row = self._connection.execute(_RECEIPT, {"wanted": ref}).first()
        return _receipt(row) if row else None

    def receipts(self) -> Mapping[str, Receipt]:
        return {row.ref: _receipt(row) for row in self._connection.execute(_RECEIPTS)}

    def keep(self, new: Mapping[str, Receipt]) -> None:
        if new:
            self._connection.execute(_DROP, [{"wanted": ref} for ref in new])
            self._connection.execute(_KEEP, [{"ref": ref, **_row(one)} for ref, one in new.items()])

    def destroy(self, ref: str) -> None:
        self._connection.execute(_DROP, {"wanted": ref})

    def chain(self) -> tuple[Link, ...]:
        return tuple(Link(row.revision, row.digest, row.hash) for row in self._connection.execute(_CHAIN))

    def lengthen(self, link: Link) -> None:
        row = {"revision": link.revision, "digest": link.digest, "hash": link.hash}
        self._connection.execute(_LENGTHEN, row)


_FIELDS = ("nonce", "told", "listed", "first", "changed")
_RECEIPTS = select(receipts)
_RECEIPT = _RECEIPTS.where(receipts.c.ref == bindparam("wanted"))
_DROP = delete(receipts).where(receipts.c.ref == bindparam("wanted"))
_KEEP = receipts.insert()
_CHAIN = select(public_log).order_by(public_log.c.seq)
_LENGTHEN = public_log.insert()


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(**{field: getattr(row, field) for field in _FIELDS})


def _row(receipt: Receipt) -> dict[str, object]:
    return {field: getattr(receipt, field) for field in _FIELDS}
