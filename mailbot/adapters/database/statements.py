"""The statements by which mails, signatures and letters are written, built once.

They run for every mail: to build a statement takes longer than SQLite takes to carry it out.
"""

from sqlalchemy import BindParameter, Table, Update, bindparam, delete, select, update

from mailbot.adapters.database.prepared import Prepared, inserting
from mailbot.adapters.database.tables import campaign, deliveries, gathered, letters, names, signatures


def _set(table: Table, *names_: str) -> dict[str, BindParameter[object]]:
    return {name: bindparam(name, type_=table.c[name].type) for name in names_}


_SAME = (deliveries.c.message_id == bindparam("wanted_id"), deliveries.c.digest == bindparam("wanted_digest"))
SEEN = Prepared(select(deliveries.c.disposition).where(*_SAME))
FORGET = delete(deliveries).where(*_SAME)
REMEMBER = inserting(deliveries, but=("id",))
_BY_NUMBER = update(deliveries).where(deliveries.c.id == bindparam("mail"))
CONCLUDE = Prepared(_BY_NUMBER.values(_set(deliveries, "disposition", "kind", "reason")))
CONCLUDE_EMPTY = Prepared(_BY_NUMBER.values(_set(deliveries, "disposition", "kind", "reason", "octets")))

OPEN = inserting(signatures)
EVOLVE = Prepared(
    update(signatures)
    .where(signatures.c.ref == bindparam("wanted"))
    .values(_set(signatures, "status", "fold", "address", "confirmed", "waiting_since", "changed_at", "state"))
)
UNNAME = delete(names).where(names.c.ref == bindparam("wanted"))
NAME = inserting(names)

ENQUEUE = inserting(letters, but=("seq", "sent_at"))
CANCEL_NEWS = (
    update(letters)
    .where(letters.c.about == bindparam("wanted"), letters.c.state == "queued")
    .where(letters.c.template.in_(["listed", "not_listed"]))
    .values(state="cancelled")
)
_WAITING = select(letters).where(letters.c.state.in_(["queued", "sending"]), letters.c.due_at <= bindparam("now"))
DUE = _WAITING.order_by(letters.c.lane, letters.c.seq).limit(bindparam("most"))
DUE_LETTER = _WAITING.where(letters.c.id == bindparam("letter"))


def _letter(state: str) -> Update:
    return update(letters).where(letters.c.id == bindparam("letter")).values(state=state)


SENDING = Prepared(_letter("sending").values(attempts=letters.c.attempts + 1))
SENT = Prepared(_letter("sent").values(_set(letters, "sent_at", "error")))
POSTPONED = _letter("queued").values(_set(letters, "due_at", "error"))
FAILED = _letter("failed").values(_set(letters, "error"))

GATHER = gathered.insert()
DELIVERED = delete(gathered).where(gathered.c.seq == bindparam("number"))

VALUE = Prepared(select(campaign.c.value).where(campaign.c.key == bindparam("wanted")))
FORGET_VALUE = Prepared(delete(campaign).where(campaign.c.key == bindparam("wanted")))
PUT_VALUE = inserting(campaign)
