"""By what a mail proves that its author may do what it asks: fail closed.

A signer needs control of the address: a token that was sent there, or aligned authentication. An organizer
needs a listed address and one of the same two as well. An explicit DMARC failure, or a token that was
issued to somebody else, vetoes whatever else is there.
"""

from mailbot.core.decision import Case
from mailbot.core.message import Verdict
from mailbot.core.tokens import Capability, Refusal


def proof(case: Case, actions: str) -> str | None:
    """What proves the author's address: "challenge", "token" or "authenticated"; None where nothing does.

    `actions` is what a token must allow to count: a signer's token moves nothing on the desk.
    """
    if veto(case):
        return None
    if case.challenge_answered:
        return "challenge"
    if isinstance(case.capability, Capability) and case.capability.actions == actions:
        return "token"
    if case.evidence.verdict is Verdict.PASS:
        return "authenticated"
    return None


def too_many_open(case: Case) -> bool:
    """Whether so many unproved requests wait for this address already that one more would only fill the store.

    The address has been told of the first ones; a proof that it is the author's own lifts the limit.
    """
    most = case.policy.thresholds.open_requests_an_address
    return veto(case) is None and proof(case, "signer") is None and case.roll.open_requests(case.author) >= most


def veto(case: Case) -> str | None:
    """Why nothing this mail says may be done in anybody's name; None where nothing speaks against it."""
    if case.message.author is None:
        return "no_single_author"
    if case.evidence.verdict is Verdict.FAIL:
        return "authentication_failed"
    if case.capability is Refusal.OTHER_RECIPIENT:
        return str(case.capability)
    return None
