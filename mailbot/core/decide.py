"""The policy for signers: what is granted of what a mail asks. Organizers' orders go to the desk.

One function an intent. Whatever a stranger wrote goes to organizers alone until the address is
confirmed; what cannot be proved moves nothing, and the question goes to the registered address.
"""

from dataclasses import replace
from typing import assert_never

from mailbot.core import desk, organizer_orders
from mailbot.core.authority import proof, too_many_open, veto
from mailbot.core.cards import card_letters, line
from mailbot.core.decision import Case, Decision, Grant
from mailbot.core.events import Edited, Proposed, Status, Withdrawn
from mailbot.core.intents import (
    Automatic,
    Confirm,
    Correct,
    Decline,
    Human,
    Incomplete,
    Instruct,
    Intent,
    Junk,
    Sign,
    Signatory,
    Undelivered,
    Withdraw,
)
from mailbot.core.joining import answer_joined, confirm
from mailbot.core.meant import meant, spoken_of
from mailbot.core.relaying import relay, to_people
from mailbot.core.requests import (
    NAME_STILL_MISSING,
    confirmation,
    read_entry,
    request_name,
    request_signatures,
    restate,
)
from mailbot.core.returned import undelivered
from mailbot.core.ruling import Ruling
from mailbot.core.signature import ACCEPTED, PENDING, Signature
from mailbot.core.standing import was_organizer
from mailbot.core.withdrawing import challenge, withdraw


def decide(case: Case, intent: Intent) -> Decision:
    """What `intent` is granted in `case`. Pure, total for any intent, and always with a reason."""
    if isinstance(intent, Sign) and too_many_open(case):
        return Decision(reason="too_many_open_requests", keep_mail=False)
    ruling = Ruling(case, intent.language)
    reason = _decide(ruling, intent)
    _lay_on_the_desk(ruling)
    return ruling.decision(reason)


def _decide(ruling: Ruling, intent: Intent) -> str:  # noqa: C901 - one line an intent
    match intent:
        case Automatic() | Junk():
            return intent.reason
        case Undelivered():
            return undelivered(ruling, intent)
        case Instruct():
            return desk.carry_out(ruling, intent)
    if (against := veto(ruling.case)) is not None:
        # Two authors, a failed authentication, somebody else's token: organizers read it, nobody is answered.
        return relay(ruling, intent, against)
    if was_organizer(ruling.case.organizer, ruling.case.answered, ruling.case.author):
        return relay(ruling, intent, "no_longer_an_organizer")
    if organizer_orders.answers_invitation(ruling.case) and (done := organizer_orders.take_office(ruling, intent)):
        return done
    if desk.answers_relay(ruling.case):
        return desk.pass_on(ruling, intent)
    if _answers_question(ruling) and not isinstance(intent, Withdraw):
        return relay(ruling, intent, "question_answered")
    match intent:
        case Sign():
            return _heard(ruling, intent, _sign(ruling, intent))
        case Incomplete():
            return _heard(ruling, intent, request_name(ruling, intent))
        case Confirm():
            return _confirm(ruling, intent)
        case Decline():
            return _decline(ruling, intent)
        case Withdraw():
            return withdraw(ruling, intent)
        case Correct():
            return _heard(ruling, intent, _correct(ruling, intent))
        case Human():
            return relay(ruling, intent, intent.reason)
        case _:
            assert_never(intent)


# -- one function an intent ------------------------------------------------------------------------


def _sign(ruling: Ruling, intent: Sign) -> str:
    waiting = _name_awaited(ruling)
    if waiting and len(intent.signatories) == 1:
        entry = read_entry(ruling.case, intent.signatories[0])
        if entry:
            return _tell_name(ruling, waiting, intent.signatories[0], intent)
    return request_signatures(ruling, intent)


def _confirm(ruling: Ruling, intent: Confirm) -> str:
    """YES: what the letter answered speaks of is confirmed, as far as it still waits for that."""
    proved = proof(ruling.case, "signer")
    targets = spoken_of(ruling)
    if not proved or not targets:
        return relay(ruling, intent, "nothing_to_confirm")
    done: list[Signature] = []
    joined: list[Signature] = []
    for signature in targets:
        if signature.entry is None:
            facts = {"ref": signature.ref, "unread": False}
            ruling.answer("ask_name", facts, grant=Grant(actions="signer"), refs=(signature.ref,))
        elif _other_words_since(ruling, signature):
            _ask_yes(ruling, signature)
        elif signature.status in (Status.AWAITING_SIGNER, Status.EXPIRED):
            after = confirm(ruling, signature, proved, "signer_said_yes")
            (joined if after.merged_into else done).append(after)
    if done:
        facts = {"line": line(done[0]), "others": [line(s) for s in done[1:]], "ref": done[0].ref}
        ruling.answer("confirmed", facts, grant=Grant(actions="signer"), refs=tuple(s.ref for s in done))
    if joined:
        answer_joined(ruling, joined)
    return "confirmed" if done else "joined" if joined else "already_confirmed"


def _decline(ruling: Ruling, intent: Decline) -> str:
    """NO, in answer to an echo card: the request ends; what is listed is another matter."""
    targets = [s for s in spoken_of(ruling) if s.status in PENDING]
    if not targets or (not proof(ruling.case, "signer") and any(s.proved_by for s in targets)):
        return relay(ruling, intent, "nothing_to_decline")
    for signature in targets:
        ruling.record(signature.ref, Withdrawn(), reason="signer_said_no")
    return "declined"


def _correct(ruling: Ruling, intent: Correct) -> str:
    """Another wording: taken at once while nothing is listed, put before organizers where something is."""
    if waiting := _name_awaited(ruling):
        if len(intent.signatories) == 1 and read_entry(ruling.case, intent.signatories[0]):
            return _tell_name(ruling, waiting, intent.signatories[0], intent)
        return request_name(ruling, intent)
    targets = meant(ruling, intent.signatories, PENDING | ACCEPTED)
    if len(targets) != 1 or len(intent.signatories) != 1:
        return relay(ruling, intent, "correction_unclear", alert="correction")
    target, signatory = targets[0], intent.signatories[0]
    entry = read_entry(ruling.case, signatory, target.entry)
    if entry is None:
        return relay(ruling, intent, "correction_not_printable", alert="correction")
    if not proof(ruling.case, "signer"):
        return challenge(ruling, (replace(target, proposal=entry),), "correct")
    if target.status in ACCEPTED:
        ruling.record(target.ref, Proposed(entry), reason="signer_corrected")
    else:
        ruling.record(target.ref, Edited(entry=entry, effective_at=ruling.case.now), reason="signer_corrected")
    return _acknowledge_correction(ruling, target.ref)


def _acknowledge_correction(ruling: Ruling, ref: str) -> str:
    signature = ruling.signature(ref)
    assert signature is not None
    proved = confirmation(ruling.case)
    if proved and signature.status is Status.AWAITING_SIGNER:
        signature = confirm(ruling, signature, proved, "signer_corrected")
    if signature.merged_into:
        answer_joined(ruling, [signature])
        return "joined"
    if signature.status is Status.AWAITING_SIGNER:
        _ask_yes(ruling, signature)
    else:
        facts = {"line": line(signature), "ref": ref, "waits": signature.waiting_since is not None}
        ruling.answer("corrected", facts, grant=Grant(actions="signer"), refs=(ref,))
    return "corrected"


def _heard(ruling: Ruling, intent: Intent, done: str) -> str:
    """What was done; who was asked for a name and tells none is not asked again, but read by people."""
    return to_people(ruling, intent, done) if done == NAME_STILL_MISSING else done


# -- what several of them need ---------------------------------------------------------------------


def _name_awaited(ruling: Ruling) -> Signature | None:
    """The author's own request whose name is still to be told."""
    own = spoken_of(ruling) or ruling.case.roll.by_address(ruling.case.author)
    return next((s for s in own if s.status is Status.INCOMPLETE), None)


def _tell_name(ruling: Ruling, waiting: Signature, signatory: Signatory, intent: Sign | Correct) -> str:
    """The name that was asked for: the request goes on with it, in the words of the mail that proves whose it is."""
    entry = read_entry(ruling.case, signatory)
    assert entry is not None
    if isinstance(intent, Sign) and proof(ruling.case, "signer") and not waiting.proved_by:
        restate(ruling, waiting.ref, entry, signatory, intent)
        return _echo_named(ruling, waiting.ref)
    ruling.record(waiting.ref, Edited(entry=entry, effective_at=ruling.case.now), reason="signer_told_name")
    return _echo_named(ruling, waiting.ref)


def _echo_named(ruling: Ruling, ref: str) -> str:
    proved = confirmation(ruling.case)
    signature = ruling.signature(ref)
    if proved and signature and signature.status is Status.AWAITING_SIGNER:
        signature = confirm(ruling, signature, proved, "signer_told_name")
    assert signature is not None
    if signature.merged_into:
        answer_joined(ruling, [signature])
        return "joined"
    _ask_yes(ruling, signature)
    return "name_told"


def _ask_yes(ruling: Ruling, signature: Signature) -> None:
    """The entry as it would be printed now; where it still waits for its signer, with the question for a YES."""
    needs_yes = signature.status is Status.AWAITING_SIGNER
    facts = {"line": line(signature), "others": [], "needs_yes": needs_yes, "ref": signature.ref}
    ruling.answer("echo", facts, grant=Grant(actions="signer"), refs=(signature.ref,))


def _other_words_since(ruling: Ruling, signature: Signature) -> bool:
    """Whether the entry has another wording by now than the letter to which its signer says YES."""
    answered, reworded_at = ruling.case.answered, signature.reworded_at
    waits = signature.status is Status.AWAITING_SIGNER
    return waits and answered is not None and reworded_at is not None and answered.at < reworded_at


def _answers_question(ruling: Ruling) -> bool:
    """An organizer asked the signer something: what comes back, short of a withdrawal, is for organizers to read."""
    answered = ruling.case.answered
    return answered is not None and answered.template == "question" and bool(spoken_of(ruling))


def _lay_on_the_desk(ruling: Ruling) -> None:
    """Cards for what came onto the desk by this mail, where cards go out at once; those in dispute always do."""
    for ref in ruling.touched():
        before, after = ruling.case.roll.get(ref), ruling.signature(ref)
        if after is None or after.waiting_since is None:
            continue
        disputed = after.status is Status.DISPUTED and not (before and before.status is Status.DISPUTED)
        came = ruling.case.policy.cards_each and not (before and before.waiting_since)
        if disputed or came:
            ruling.letters.extend(card_letters(after, ruling.desk()))
