"""Mails that people shall read: passed on to every organizer, who may answer without seeing or showing an address."""

from mailbot.core.authority import veto
from mailbot.core.cards import line
from mailbot.core.events import Noted
from mailbot.core.intents import Intent
from mailbot.core.meant import spoken_of
from mailbot.core.ruling import Ruling
from mailbot.core.signature import Signature


def relay(ruling: Ruling, intent: Intent, reason: str, *, alert: str = "") -> str:
    """A human shall read it, and what it speaks of remembers that."""
    for signature in spoken_of(ruling):
        ruling.record(signature.ref, Noted("answered", intent.own_words[:4000]), reason=reason)
    return to_people(ruling, intent, reason, alert=alert)


def to_people(
    ruling: Ruling, intent: Intent, reason: str, *, alert: str = "", about: tuple[Signature, ...] = ()
) -> str:
    """Every organizer gets it, and may answer without showing an address; `about`: what it speaks of, where known."""
    case = ruling.case
    about = about or spoken_of(ruling)
    first = case.message.authors[0] if case.message.authors else None
    answerable = veto(case) is None
    facts = {
        "from_name": first.display_name if first else "",
        "from_address": first.addr_spec if first else "",
        "subject": case.message.subject,
        "words": intent.own_words or case.message.text,
        "reason": reason,
        "alert": alert,
        "about": [line(s) for s in about],
        "answerable": answerable,
    }
    ruling.tell(case.organizers, "relay", facts, refs=tuple(s.ref for s in about), answerable=answerable)
    return reason
