"""The policy for an inbox of months: drafted for the organizers, and not a word to any signer before they decide.

Nobody has confirmed these requests and nobody is asked to: what an organizer's OK rests on is what the mail
still shows of itself, and the card says so. Orders are not taken from old mail, nor is anything that is on
the page changed by it.
"""

import json
from dataclasses import replace
from datetime import timedelta

from mailbot.core.authority import proof, veto
from mailbot.core.cards import line
from mailbot.core.decision import Case, Decision
from mailbot.core.events import Confirmed, Edited, Noted, Withdrawn
from mailbot.core.intents import Automatic, Correct, Intent, Junk, Sign, Undelivered, Withdraw
from mailbot.core.meant import meant
from mailbot.core.relaying import to_people
from mailbot.core.requests import asked, read_entry
from mailbot.core.returned import undelivered
from mailbot.core.ruling import Ruling
from mailbot.core.signature import ACCEPTED, PENDING, Signature
from mailbot.core.taking_over import Found, match

TALLY = "backlog"
"""Under which key the campaign remembers what became of the mails so far, until the digest tells it."""

_WORDS = 300  # characters of a later mail that its card shows


def draft(case: Case, intent: Intent) -> Decision:
    """What a mail of the backlog comes to. Pure, total for any intent, and always with a reason."""
    ruling = Ruling(case, intent.language)
    outcome, reason = _draft(ruling, intent)
    counted = tally(case.roll.state(TALLY))
    for word in ("read", outcome):
        counted[word] = counted.get(word, 0) + 1
    ruling.settings[TALLY] = json.dumps(counted, sort_keys=True)
    return ruling.decision(reason)


def tally(state: str) -> dict[str, int]:
    """How many mails were read, and of those how many were requests, there, taken_back, people and machines."""
    return dict(json.loads(state)) if state else {}


def _draft(ruling: Ruling, intent: Intent) -> tuple[str, str]:
    """What became of the mail, in a word of the tally, and the named reason."""
    match intent:
        case Automatic() | Junk():
            return "machines", intent.reason
        case Undelivered():
            return "machines", undelivered(ruling, intent)
    if (against := veto(ruling.case)) is not None:
        return "people", to_people(ruling, intent, against)
    match intent:
        case Sign():
            return _sign(ruling, intent)
        case Withdraw():
            return _withdraw(ruling, intent)
        case Correct():
            return _correct(ruling, intent)
        case _:
            return "people", to_people(ruling, intent, intent.reason)


def _sign(ruling: Ruling, intent: Sign) -> tuple[str, str]:
    case = ruling.case
    opened: list[Signature] = []
    known = 0
    for signatory in intent.signatories[: case.policy.thresholds.signatories_a_mail]:
        entry = read_entry(case, signatory)
        if entry is None:
            continue
        there = match(entry, case.roll)
        if there.found is Found.THERE and there.other is not None:
            known += 1
            _join(ruling, there.other, intent)
        elif not any(one.entry and case.fold(one.entry.name) == case.fold(entry.name) for one in opened):
            ref = next(case.fresh_refs)
            said = replace(asked(case, entry, signatory, intent), written=_written(case))
            ruling.record(ref, said, reason=intent.reason)
            opened.append(
                ruling.record(ref, Confirmed(proof(case, "signer") or "backlog"), reason="backlog", by="mailbot")
            )
    if opened:
        return "requests", "drafted"
    if known:
        return "there", "already_there"
    return "people", to_people(ruling, intent, "name_missing")


def _join(ruling: Ruling, same: Signature, intent: Sign) -> None:
    """Another mail about what is there: of the same sender it adds to the card, another's address is named on it."""
    case = ruling.case
    if same.contact.address.casefold() == case.author.casefold() and same.waiting_since:
        later = f"{_written(case)} · {' '.join(intent.own_words.split())[:_WORDS]}"
        ruling.record(same.ref, Noted("note", later), reason="asked_again")
    elif same.contact.address.casefold() != case.author.casefold():
        ruling.record(same.ref, Noted("joined", case.author), reason="same_organization")


def _withdraw(ruling: Ruling, intent: Withdraw) -> tuple[str, str]:
    """A request of the same sender ends; what is on the page is for organizers, unless its own signer proves it."""
    case = ruling.case
    proved = proof(case, "signer") is not None
    pending = meant(ruling, intent.signatories, PENDING)
    accepted = () if pending else meant(ruling, intent.signatories, ACCEPTED)
    ending = [s for s in (*pending, *accepted) if not s.joined and (proved or (s in pending and not s.proved_by))]
    for signature in ending:
        ruling.record(signature.ref, Withdrawn(), reason="signer_withdrew")
        ruling.cancelled.append(signature.ref)
    if ending:
        _tell_of(ruling, [signature for signature in ending if signature in accepted])
        return "taken_back", "withdrawn"
    about = pending or accepted or _named(case, intent)
    for signature in about:
        words = " ".join(intent.own_words.split())[:_WORDS]
        ruling.record(
            signature.ref, Noted("note", f"{_written(case)} · {case.author} · {words}"), reason="withdrawal_asked"
        )
    return "people", to_people(ruling, intent, "withdrawal_asked", alert="withdrawal_asked", about=about)


def _tell_of(ruling: Ruling, taken_off: list[Signature]) -> None:
    """Organizers hear of what its signer has taken off the page."""
    if taken_off:
        done = [{"what": "withdraw", "entry": line(s), "ref": s.ref, "status": "withdrawn"} for s in taken_off]
        refs = tuple(s.ref for s in taken_off)
        ruling.tell(ruling.case.organizers, "notice", {"by": "", "done": done}, refs=refs)


def _named(case: Case, intent: Withdraw) -> tuple[Signature, ...]:
    """What the mail names of what is there, whoever asked for it."""
    entries = (read_entry(case, signatory) for signatory in intent.signatories)
    found = (match(entry, case.roll) for entry in entries if entry)
    return tuple(one.other for one in found if one.found is Found.THERE and one.other is not None)


def _correct(ruling: Ruling, intent: Correct) -> tuple[str, str]:
    """Another wording of one's own request that waits; of anything else organizers read."""
    targets = meant(ruling, intent.signatories, PENDING)
    if len(targets) == 1 and len(intent.signatories) == 1:
        target = targets[0]
        entry = read_entry(ruling.case, intent.signatories[0], target.entry)
        if entry is not None and (not target.proved_by or proof(ruling.case, "signer")):
            change = Edited(entry=entry, effective_at=ruling.case.now)
            ruling.record(target.ref, change, reason="signer_corrected")
            return "requests", "corrected"
    return "people", to_people(ruling, intent, "correction", alert="correction")


def _written(case: Case) -> str:
    """The day on which the mail says it was written; today where that cannot be."""
    date, now = case.message.date, case.now
    sane = (
        date is not None and date.tzinfo is not None and now - timedelta(days=36_500) < date < now + timedelta(days=1)
    )
    zone = case.policy.timezone
    return (date if date is not None and sane else now).astimezone(zone).date().isoformat()
