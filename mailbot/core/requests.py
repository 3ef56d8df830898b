"""What becomes of a request to be added: one signature a name, joined to what is there, echoed once."""

from dataclasses import replace

from mailbot.core.authority import proof
from mailbot.core.cards import line
from mailbot.core.decision import Case, Grant, SignerConfirmation
from mailbot.core.events import Confirmed, Contact, Entry, Noted, Requested, Restated, Status
from mailbot.core.intents import Category, Correct, Flag, Incomplete, Sign, Signatory
from mailbot.core.name_keys import is_one
from mailbot.core.names import SAME
from mailbot.core.plausible import field_text, publishable
from mailbot.core.printed import printed_line
from mailbot.core.ruling import Ruling
from mailbot.core.signature import ACCEPTED, ON_THE_DESK, Signature


def request_signatures(ruling: Ruling, intent: Sign) -> str:
    """Open a signature for each name; one echo card for all that are new, `already` for what is there."""
    case = ruling.case
    opened: list[Signature] = []
    known: list[Signature] = []
    for signatory in intent.signatories[: case.policy.thresholds.signatories_a_mail]:
        entry = read_entry(case, signatory)
        if entry is None:
            continue
        if (same := _standing(case, entry)) is not None:
            known.append(_join(ruling, same, entry, signatory, intent))
        elif not any(_same_entry(case, entry, other.entry) for other in opened):
            opened.append(_open(ruling, entry, signatory, intent))
    if not opened and not known:
        return request_name(ruling, intent)
    if opened:
        _echo(ruling, opened)
    elif known:
        facts = {"line": line(known[0]), "others": [line(s) for s in known[1:]]}
        ruling.answer("already", facts, refs=tuple(dict.fromkeys(s.ref for s in known)))
    return "requested" if opened else "already_there"


def request_name(ruling: Ruling, intent: Incomplete | Sign | Correct) -> str:
    """Somebody wants to sign whose name cannot be told: it is asked for, once a request.

    Who was asked and still names nobody is for people to read: NAME_STILL_MISSING, and no letter from here.
    """
    case = ruling.case
    own = [s for s in case.roll.by_address(case.author) if s.status is Status.INCOMPLETE]
    if own:
        ref = own[0].ref
        if len(case.roll.history(ref)) > _NAMELESS_NOTES:
            return "name_missing_for_long"
        ruling.record(ref, Noted("answered", intent.own_words[:4000]), reason=NAME_STILL_MISSING)
        return NAME_STILL_MISSING
    ref = next(case.fresh_refs)
    contact = _contact(case, None, intent.language)
    ruling.record(
        ref,
        Requested(contact=contact, entry=None, words=intent.own_words[:4000], evidence=_evidence(case)),
        reason=intent.reason,
    )
    facts = {"ref": ref, "unread": intent.reason == "attachment"}
    ruling.answer("ask_name", facts, grant=Grant(actions="signer"), refs=(ref,))
    return "name_asked"


NAME_STILL_MISSING = "name_still_missing"
_NAMELESS_NOTES = 5  # what is written to a request without a name; what comes after that stands in the mails alone


def read_entry(case: Case, signatory: Signatory, current: Entry | None = None) -> Entry | None:
    """The entry that a signatory amounts to, over `current` where one is changed; None where no name may be printed."""
    thresholds = case.policy.thresholds
    name = publishable(signatory.name, thresholds.name_length)
    if name is None or signatory.confidence < thresholds.confidence_floor:
        return None
    alt_names = tuple(alt for alt in (publishable(a, thresholds.name_length) for a in signatory.alt_names) if alt)
    read = Entry(
        name=name,
        category=Category(signatory.category),
        alt_names=tuple(alt for alt in alt_names if alt != name),
        honorific=field_text(signatory.honorific),
        title=field_text(signatory.title),
        place=field_text(signatory.place),
        website=field_text(signatory.website),
    )
    if current is None:
        return read
    set_fields = {field: value for field in _FIELDS if (value := getattr(read, field))}
    return replace(current, name=read.name, **set_fields)


_FIELDS = ("alt_names", "honorific", "title", "place", "website")


def _standing(case: Case, entry: Entry) -> Signature | None:
    """The signature that this request joins: the same organization, asked for by the same address or proved by another.

    What another address merely asked for and never confirmed is no obstacle: it might be a forger's.
    Two persons may well share a name, so a person joins only what the same address asked for.
    """
    for other, reason in case.roll.alike(entry):
        same_address = other.contact.address.casefold() == case.author.casefold()
        if same_address and reason in SAME and other.status in ON_THE_DESK | ACCEPTED | _OPEN:
            return other
        if (
            other.entry is not None
            and is_one(reason, entry, other.entry)
            and other.status in ON_THE_DESK | ACCEPTED | {Status.HELD}
        ):
            return other
    return None


_OPEN = frozenset({Status.AWAITING_SIGNER, Status.HELD})


def _same_entry(case: Case, entry: Entry, other: Entry | None) -> bool:
    return other is not None and case.fold(entry.name) == case.fold(other.name)


def _join(ruling: Ruling, same: Signature, entry: Entry, signatory: Signatory, intent: Sign) -> Signature:
    """Another mail about the same: noted on the card; one who still has to say YES is asked again.

    What nobody has confirmed may be a forger's, with a link or a place of his own: a proved mail replaces it whole.
    """
    case = ruling.case
    if same.contact.address.casefold() != case.author.casefold():
        _join_another(ruling, same, entry)
    elif same.status is Status.AWAITING_SIGNER:
        if proof(case, "signer"):
            same = restate(ruling, same.ref, entry, signatory, intent)
        if how := confirmation(case):
            return ruling.record(same.ref, Confirmed(how), reason="asked_again_authenticated")
        _echo(ruling, [same])
    return same


def _join_another(ruling: Ruling, same: Signature, entry: Entry) -> None:
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


def restate(ruling: Ruling, ref: str, entry: Entry, signatory: Signatory, intent: Sign | Correct) -> Signature:
    """A proved mail takes over a request that nobody had confirmed, with all that its card shows."""
    said = asked(ruling.case, entry, signatory, intent)
    change = Restated(
        contact=said.contact,
        entry=said.entry or entry,
        words=said.words,
        evidence=said.evidence,
        flags=said.flags,
    )
    return ruling.record(ref, change, reason="asked_again_proved")


def asked(case: Case, entry: Entry, signatory: Signatory, intent: Sign | Correct) -> Requested:
    """What a mail says of one request."""
    if Flag.NO_PUBLISH_CONTACT in intent.flags:
        # Which of their words must stay private is for people to judge; the name alone is safe.
        entry = replace(entry, place="", website="")
    return Requested(
        contact=_contact(case, signatory, intent.language),
        entry=entry,
        words=intent.own_words[:4000],
        evidence=_evidence(case),
        flags=tuple(str(flag) for flag in intent.flags),
    )


def _open(ruling: Ruling, entry: Entry, signatory: Signatory, intent: Sign) -> Signature:
    case = ruling.case
    ref = next(case.fresh_refs)
    signature = ruling.record(ref, asked(case, entry, signatory, intent), reason=intent.reason)
    if how := _confirmed_by(case):
        signature = ruling.record(ref, Confirmed(how), reason=how, by="mailbot")
    return signature


def _confirmed_by(case: Case) -> str | None:
    """What confirms a new request without a YES, by the campaign's policy."""
    match case.policy.signer_confirmation:
        case SignerConfirmation.NEVER:
            return "policy"
        case SignerConfirmation.UNLESS_AUTHENTICATED:
            return proof(case, "signer")
        case SignerConfirmation.ALWAYS:
            return None


def confirmation(case: Case) -> str | None:
    """What in this mail confirms a request that waits for its signer, beside a YES.

    A token that came back does; authentication does unless the campaign always asks for a YES.
    """
    how = proof(case, "signer")
    always = case.policy.signer_confirmation is SignerConfirmation.ALWAYS
    return None if always and how == "authenticated" else how


def _echo(ruling: Ruling, signatures: list[Signature]) -> None:
    facts = {
        "line": line(signatures[0]),
        "others": [line(s) for s in signatures[1:]],
        "needs_yes": any(s.status is Status.AWAITING_SIGNER for s in signatures),
        "ref": signatures[0].ref,
    }
    ruling.answer("echo", facts, grant=Grant(actions="signer"), refs=tuple(s.ref for s in signatures))


def _contact(case: Case, signatory: Signatory | None, language: str) -> Contact:
    author = case.message.author
    return Contact(
        address=case.author,
        name=field_text((signatory.contact_name if signatory else "") or (author.display_name if author else "")),
        role=field_text(signatory.contact_role if signatory else ""),
        language=language,
    )


def _evidence(case: Case) -> str:
    """For the card: verdict, method and the domain that vouches."""
    return f"{case.evidence.verdict} {case.evidence.method} {case.evidence.domain}".strip()
