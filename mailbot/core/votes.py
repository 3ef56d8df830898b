"""Organizers' votes on one signature: how many it takes, and what happens when they disagree.

A wish not to show a name is a vote as well, and is never outvoted: a name is printed only where nobody who
accepted it wants it withheld.
"""

from mailbot.core.cards import line
from mailbot.core.decision import Grant
from mailbot.core.events import Approved, Disputed, Listed, Refused, Rejected, Status, Withheld
from mailbot.core.ruling import Ruling
from mailbot.core.second_approval import approved
from mailbot.core.signature import Signature


def say_yes(ruling: Ruling, signature: Signature, *, withheld: bool = False) -> Signature:
    """One organizer's yes; listed (or withheld) when the policy's number of them agree and none objects."""
    voted = ruling.record(signature.ref, Approved(withheld=withheld), reason="withheld" if withheld else "approved")
    if _yes_meets_objection(ruling, voted, withheld=withheld):
        return _dispute(ruling, voted)
    if not approved(ruling.case, voted):
        return voted
    if withheld:
        return ruling.record(signature.ref, Withheld(), reason="withheld")
    effective_at = ruling.case.now + ruling.case.policy.undo_window
    listed = ruling.record(signature.ref, Listed(effective_at=effective_at), reason="approved")
    ruling.cancelled.append(signature.ref)
    facts = {"line": line(listed), "ref": listed.ref}
    ruling.write("listed", listed, facts, grant=Grant(actions="signer"), not_before=effective_at, receipt=True)
    return listed


def take_off_the_page(ruling: Ruling, signature: Signature, words: str) -> Signature:
    """A listed name is hidden on one organizer's word; to show it again takes that organizer's word as well."""
    ruling.record(signature.ref, Approved(withheld=True), reason="withheld")
    ruling.cancelled.append(signature.ref)
    return ruling.record(signature.ref, Withheld(), reason=words or "withheld")


def refuse(ruling: Ruling, signature: Signature, words: str) -> Signature:
    """One organizer's no; rejected unless another's yes stands against it."""
    rejected = close(ruling, signature, Rejected(), words or "rejected")
    if rejected.status is Status.REJECTED and signature.proved_by:
        ruling.write(
            "not_listed",
            rejected,
            {"line": line(rejected), "ref": rejected.ref},
            grant=Grant(actions="signer"),
            not_before=ruling.case.now + ruling.case.policy.undo_window,
        )
    return rejected


def second(ruling: Ruling, signature: Signature) -> None:
    """Another organizer decides as was decided: it changes nothing now, and stands should the first think otherwise."""
    organizer = ruling.case.organizer
    if organizer is None or organizer.address in (*signature.approvals, *signature.refusals):
        return
    withheld = signature.status is Status.WITHHELD
    vote = Refused() if signature.status is Status.REJECTED else Approved(withheld=withheld)
    ruling.record(signature.ref, vote, reason="seconded")


def close(ruling: Ruling, signature: Signature, change: Rejected, reason: str) -> Signature:
    """The card closes by one organizer's no, unless another's yes stands against it: then it is in dispute."""
    voted = ruling.record(signature.ref, Refused(), reason=reason)
    approvals, refusals = (_counting(ruling, voted, votes) for votes in (voted.approvals, voted.refusals))
    if approvals and not _outvoted(refusals, approvals):
        return _dispute(ruling, voted)
    ruling.cancelled.append(signature.ref)
    return ruling.record(signature.ref, change, reason=reason)


def _yes_meets_objection(ruling: Ruling, voted: Signature, *, withheld: bool) -> bool:
    """Whether somebody's no, or another wish about the name, stands against this yes."""
    approvals, refusals = (_counting(ruling, voted, votes) for votes in (voted.approvals, voted.refusals))
    if refusals and not _outvoted(approvals, refusals):
        return True
    unnamed = _counting(ruling, voted, voted.unnamed)
    named = tuple(a for a in approvals if a not in unnamed)
    return bool(named) and not _outvoted(unnamed, named) if withheld else bool(unnamed)


def _counting(ruling: Ruling, signature: Signature, votes: tuple[str, ...]) -> tuple[str, ...]:
    """The votes that count: all are heard once; in a dispute only those of organizers who can still give way."""
    if signature.status is not Status.DISPUTED:
        return votes
    in_office = {organizer.address for organizer in ruling.case.organizers}
    return tuple(vote for vote in votes if vote in in_office)


def _outvoted(these: tuple[str, ...], those: tuple[str, ...]) -> bool:
    """Whether a third vote has settled it: more of these than of those."""
    return len(these) > len(those)


def _dispute(ruling: Ruling, signature: Signature) -> Signature:
    """Off the page, back on the desk; its card tells everybody at once by whom and when."""
    if signature.status is Status.DISPUTED:
        return signature
    disputed = ruling.record(signature.ref, Disputed(), reason="organizers_disagree")
    ruling.cancelled.append(signature.ref)
    return disputed
