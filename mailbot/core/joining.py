"""Requests that turn out to be for one organization: the later joins the earlier, whose name nobody is told."""

from mailbot.core.authority import proof
from mailbot.core.cards import line
from mailbot.core.events import Confirmed, Entry, Noted, Rejected, Status
from mailbot.core.name_keys import is_one
from mailbot.core.printed import printed_line
from mailbot.core.ruling import Ruling
from mailbot.core.signature import ACCEPTED, ON_THE_DESK, PENDING, Signature

JOINABLE = ON_THE_DESK | ACCEPTED | {Status.HELD}
"""States in which another request for the same may join a signature."""


def confirm(ruling: Ruling, signature: Signature, how: str, reason: str) -> Signature:
    """The request counts as its address's own. Where another has come onto the desk or the list for the same
    organization meanwhile, it joins that one and closes (`merged_into`)."""
    confirmed = ruling.record(signature.ref, Confirmed(how), reason=reason)
    other = _same_there(ruling, confirmed)
    if other is None or confirmed.entry is None:
        return confirmed
    note_joined(ruling, other, confirmed.entry)
    change = Rejected(merged_into=other.ref)
    return ruling.record(signature.ref, change, reason=f"merged into {other.ref}", by=_BY_ITSELF)


def note_joined(ruling: Ruling, same: Signature, entry: Entry) -> None:
    """Somebody else asks for the same organization: seen on its card, and where they name it otherwise, by which name.

    Of what is already on the list there is no card: there organizers are told, for the two might not be one.
    """
    case = ruling.case
    named = printed_line(entry)
    differs = same.entry is None or case.fold(entry.name) != case.fold(same.entry.name)
    text = f"{case.author} · {named}" if differs else case.author
    ruling.record(same.ref, Noted("joined", text), reason="same_organization")
    if differs and same.status in ACCEPTED and text not in same.joined and proof(case, "signer"):
        row = {"what": "join", "entry": f"{named} → {line(same)}", "ref": same.ref, "status": ""}
        facts = {"by": case.author, "done": [row]}
        ruling.tell(case.organizers, "notice", facts, refs=(same.ref,), gather=not case.policy.cards_each)


def answer_joined(ruling: Ruling, joined: list[Signature]) -> None:
    """To whoever asked for what is there already: kindly, and not by whom."""
    there = [other for one in joined if (other := ruling.signature(one.merged_into) or one)]
    facts = {"line": line(there[0]), "others": [line(other) for other in there[1:]]}
    ruling.answer("already", facts, refs=tuple(dict.fromkeys(other.ref for other in there)))


def merged_by_organizer(ruling: Ruling, signature: Signature) -> Signature | None:
    """The open or accepted signature that an organizer merged this one into; its contact speaks for that as well."""
    other = _followed(ruling, signature)
    return other if other and signature.decided_by != _BY_ITSELF else None


def joined_by_itself(ruling: Ruling, signature: Signature) -> bool:
    """Whether it joined another for its name alone: whoever asked in that name has no say over the other."""
    return signature.decided_by == _BY_ITSELF and _followed(ruling, signature) is not None


_BY_ITSELF = "mailbot"
_LONGEST_CHAIN = 10


def _followed(ruling: Ruling, signature: Signature) -> Signature | None:
    other: Signature | None = signature
    for _ in range(_LONGEST_CHAIN):
        if other is None or not other.merged_into:
            break
        other = ruling.signature(other.merged_into)
    found = other is not None and other.ref != signature.ref and other.status in PENDING | ACCEPTED
    return other if found else None


def _same_there(ruling: Ruling, signature: Signature) -> Signature | None:
    if signature.entry is None or signature.status is not Status.AWAITING_ORGANIZERS:
        return None
    for other, reason in ruling.case.roll.alike(signature.entry):
        now = ruling.signature(other.ref)
        if now is None or now.ref == signature.ref or now.entry is None or now.status not in JOINABLE:
            continue
        if is_one(reason, signature.entry, now.entry):
            return now
    return None
