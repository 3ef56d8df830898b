"""Taking a signature off at its signer's word: at once where the address is proved, else the address is asked."""

from mailbot.core.authority import proof
from mailbot.core.cards import line
from mailbot.core.decision import Grant
from mailbot.core.events import Noted, Status, Withdrawn
from mailbot.core.intents import Withdraw
from mailbot.core.joining import joined_by_itself, merged_by_organizer
from mailbot.core.meant import meant
from mailbot.core.relaying import relay
from mailbot.core.ruling import Ruling
from mailbot.core.signature import ACCEPTED, PENDING, Signature


def withdraw(ruling: Ruling, intent: Withdraw) -> str:
    """Taken off at once where the address is proved; else the address is asked.

    Whose request an organizer merged into another takes that one off with it: they are one.
    """
    case = ruling.case
    # What was rejected as well: an organizer may still think better of it, but no longer against the signer's word.
    standing = PENDING | ACCEPTED
    targets = meant(ruling, intent.signatories, standing | {Status.REJECTED}) or meant(
        ruling, intent.signatories, standing
    )
    targets = tuple(s for s in targets if not joined_by_itself(ruling, s))
    if not targets:
        if case.organizer is None:  # whoever writes in an organizer's name gets no letter sent to them
            ruling.answer("unknown_withdraw", {})
        return relay(ruling, intent, "withdrawal_of_unknown", alert="withdrawal_asked")
    if not proof(case, "signer"):
        return _withdraw_unproved(ruling, targets)
    into = {s.ref: other for s in targets if (other := merged_by_organizer(ruling, s))}
    all_meant = {s.ref: s for s in (*targets, *into.values())}
    for signature in all_meant.values():
        ruling.record(signature.ref, Withdrawn(), reason="signer_withdrew")
        ruling.cancelled.append(signature.ref)
        was_listed = into.get(signature.ref, signature).status in ACCEPTED
        facts = {"line": line(signature), "ref": signature.ref, "was_listed": was_listed}
        ruling.write("withdrawn", signature, facts)
    accepted = [s for s in all_meant.values() if s.status in ACCEPTED]
    if accepted:
        done = [{"what": "withdraw", "entry": line(s), "ref": s.ref, "status": "withdrawn"} for s in accepted]
        ruling.tell(case.organizers, "notice", {"by": "", "done": done}, refs=tuple(s.ref for s in accepted))
    return "withdrawn"


def challenge(ruling: Ruling, targets: tuple[Signature, ...], what: str) -> str:
    """Ask the registered addresses whether they sent this; nothing happens before a YES from there.

    Of a correction it shows the line as it would read then (cards.line): nobody says yes to what they have not seen.
    """
    for signature in targets:
        facts = {"what": what, "line": line(signature), "lines": []}
        ruling.write("challenge", signature, facts, grant=Grant(actions="challenge"))
    return "challenged"


def _withdraw_unproved(ruling: Ruling, targets: tuple[Signature, ...]) -> str:
    """What the address has confirmed is asked about; a request that nobody has confirmed needs no question.

    Without a YES it is never listed, so it is left to lapse, and nobody is reminded of it. It is not closed:
    should the withdrawal be forged, the YES of the true signer still counts.
    """
    unconfirmed = tuple(s for s in targets if s.status in (Status.AWAITING_SIGNER, Status.INCOMPLETE))
    for signature in unconfirmed:
        ruling.record(signature.ref, Noted("taken_back", ""), reason="taken_back_unconfirmed")
        if signature.entry:
            facts = {"line": line(signature), "ref": signature.ref, "was_listed": False}
            ruling.write("withdrawn", signature, facts)
    confirmed = tuple(s for s in targets if s not in unconfirmed)
    return challenge(ruling, confirmed, "withdraw") if confirmed else "taken_back_unconfirmed"
