"""Which requests need a second organizer's yes, by the rules that a campaign names."""

from collections.abc import Callable
from datetime import timedelta

from mailbot.core.decision import Case, SecondApproval
from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.signature import ACCEPTED, Signature


def approvals_needed(case: Case, signature: Signature) -> int:
    """How many organizers must say yes to it; never more than there are."""
    wanted = max(case.policy.approvals, 2 if why_second(case, signature) else 1)
    return min(wanted, len(case.organizers))


def approved(case: Case, voted: Signature) -> bool:
    """Whether as many have said yes to it as it takes; who is no longer an organizer has no vote."""
    in_office = {organizer.address for organizer in case.organizers}
    return len(in_office.intersection(voted.approvals)) >= approvals_needed(case, voted)


def why_second(case: Case, signature: Signature) -> tuple[SecondApproval, ...]:
    """The rules of the campaign that ask for a second yes here."""
    entry = signature.entry
    if entry is None:
        return ()
    return tuple(rule for rule in case.policy.second_approval_for if _RULES[rule](case, signature, entry))


def _office(case: Case, signature: Signature, entry: Entry) -> bool:  # noqa: ARG001
    return entry.category is Category.PERSON and bool(entry.title)


def _well_known(case: Case, signature: Signature, entry: Entry) -> bool:  # noqa: ARG001
    known = {case.fold(name) for name in case.policy.thresholds.well_known}
    return any(case.fold(name) in known for name in (entry.name, *entry.alt_names))


def _free_mail_institution(case: Case, signature: Signature, entry: Entry) -> bool:
    return entry.category is Category.ORGANIZATION and _domain(signature) in case.policy.thresholds.free_mail


def _look_alike(case: Case, signature: Signature, entry: Entry) -> bool:
    return any(other.ref != signature.ref and other.status in ACCEPTED for other, _ in case.roll.alike(entry))


def _burst(case: Case, signature: Signature, entry: Entry) -> bool:  # noqa: ARG001
    thresholds = case.policy.thresholds
    if signature.written or _domain(signature) in thresholds.free_mail:
        return False  # written over months; strangers to each other
    around = timedelta(hours=1)
    recent = case.roll.requests_from(_domain(signature), signature.opened_at - around, signature.opened_at + around)
    return recent > thresholds.burst_an_hour


def _domain(signature: Signature) -> str:
    return signature.contact.address.rpartition("@")[2].casefold()


_RULES: dict[SecondApproval, Callable[[Case, Signature, Entry], bool]] = {
    SecondApproval.OFFICE: _office,
    SecondApproval.WELL_KNOWN: _well_known,
    SecondApproval.FREE_MAIL_INSTITUTION: _free_mail_institution,
    SecondApproval.LOOK_ALIKE: _look_alike,
    SecondApproval.BURST: _burst,
}
