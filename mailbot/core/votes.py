"""Organizers' votes on one signature: how many it takes, and what happens when they disagree."""

from mailbot.core.cards import line
from mailbot.core.decision import Grant
from mailbot.core.events import Approved, Disputed, Listed, Refused, Rejected, Status, Withheld
from mailbot.core.ruling import Ruling
from mailbot.core.second_approval import approved
from mailbot.core.signature import Signature


def say_yes(ruling: Ruling, signature: Signature, *, withheld: bool = False) -> Signature:
    """One organizer's yes; listed (or withheld) when the policy's number of them agree and none objects."""
    voted = ruling.record(signature.ref, Approved(), reason="approved")
    if voted.refusals and not _outvoted(voted.approvals, voted.refusals):
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


def refuse(ruling: Ruling, signature: Signature, words: str) -> Signature:
    """One organizer's no; rejected unless another's yes stands against it."""
    voted = ruling.record(signature.ref, Refused(), reason=words or "rejected")
    if voted.approvals and not _outvoted(voted.refusals, voted.approvals):
        return _dispute(ruling, voted)
    rejected = ruling.record(signature.ref, Rejected(), reason=words or "rejected")
    ruling.cancelled.append(signature.ref)
    if signature.proved_by:
        ruling.write(
            "not_listed",
            rejected,
            {"line": line(rejected), "ref": rejected.ref},
            grant=Grant(actions="signer"),
            not_before=ruling.case.now + ruling.case.policy.undo_window,
        )
    return rejected


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
