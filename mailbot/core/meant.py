"""Which signatures a signer's mail means: by the letter that it answers, by its author, by the names in it."""

from mailbot.core.decision import Case
from mailbot.core.events import Status
from mailbot.core.intents import Signatory
from mailbot.core.ruling import Ruling
from mailbot.core.signature import CLOSED, Signature


def spoken_of(ruling: Ruling) -> tuple[Signature, ...]:
    """The author's own signatures that the letter answered speaks of."""
    case = ruling.case
    refs = case.answered.refs if case.answered else ()
    found = (ruling.signature(ref) for ref in refs)
    return tuple(s for s in found if s and s.contact.address.casefold() == case.author.casefold())


def meant(ruling: Ruling, signatories: tuple[Signatory, ...], status: frozenset[Status]) -> tuple[Signature, ...]:
    """Which of the author's own signatures a withdrawal or correction means; none where that is not plain."""
    case = ruling.case
    own = [s for s in spoken_of(ruling) or case.roll.by_address(case.author) if s.status in status]
    if len(own) == 1 and len(signatories) <= 1 and _agrees(case, own[0], signatories, case.answered is not None):
        return tuple(own)
    wanted = {case.fold(name) for s in signatories for name in (s.name, s.was) if name} - {""}
    all_own = [s for s in case.roll.by_address(case.author) if s.status in status]
    if not signatories:
        return tuple(all_own) if len(all_own) == 1 else ()
    return tuple(s for s in all_own if s.entry and case.fold(s.entry.name) in wanted)


def _agrees(case: Case, own: Signature, signatories: tuple[Signatory, ...], in_thread: bool) -> bool:
    """One own signature and at most one name: a name that belongs to somebody else's entry means that one."""
    if not signatories or in_thread or own.entry is None:
        return True
    named = {case.fold(name) for name in (signatories[0].name, signatories[0].was) if name}
    if case.fold(own.entry.name) in named:
        return True
    others = [s for key in named for s in case.roll.by_key(key) if s.ref != own.ref and s.status not in CLOSED]
    return not others
