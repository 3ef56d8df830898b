"""Organizers added and removed by mail: two people agree, the new one accepts from their address, one always stays.

The first organizer orders it; the others get a letter that `ok` or `no` answers. Where there is only one
organizer, the second person is the new one.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailbot.core.authority import proof
from mailbot.core.decision import Case, Grant, Letter, Organizer
from mailbot.core.intents import Confirm, Decline, Intent, Order
from mailbot.core.organizers import ORGANIZERS, Kind, RosterChange, Stage, read_changes, still_open, written
from mailbot.core.outcome import Done, NotDoneError
from mailbot.core.plausible import cleaned
from mailbot.core.ruling import Ruling


def add_organizer(ruling: Ruling, order: Order) -> list[Done]:
    """`add organizer Cy Lin cy@organizers.example fr`: a name, an address, the language if it is another."""
    address = _address_in(order.text)
    if not address:
        raise NotDoneError("no_address")
    if any(o.address.casefold() == address.casefold() for o in ruling.case.organizers):
        raise NotDoneError("already_organizer")
    before, after = _around(order.text)
    language = _LANGUAGE.fullmatch(after)
    if after and not language:
        raise NotDoneError("unclear")  # "… if Ben agrees" is no order
    return _want(
        ruling,
        kind=Kind.ADD,
        name=before[:80] or address.partition("@")[0],
        address=address,
        language=language[0] if language else ruling.language,
    )


def remove_organizer(ruling: Ruling, order: Order) -> list[Done]:
    """`remove organizer cy@organizers.example`, or by the name; oneself as well, but never the last one."""
    address = _address_in(order.text).casefold()
    words = " ".join(filter(None, _around(order.text))).casefold()
    found = [
        o
        for o in ruling.case.organizers
        if address in ("", o.address.casefold()) and words in (o.name.casefold(), *([""] if address else []))
    ]
    if len(found) != 1:
        raise NotDoneError("unknown_organizer")
    if len(_in_office(ruling)) == 1:
        raise NotDoneError("last_organizer")
    organizer = found[0]
    return _want(ruling, kind=Kind.REMOVE, name=organizer.name, address=organizer.address, language=organizer.language)


def change_asked(ruling: Ruling, ref: str) -> RosterChange | None:
    """The change of organizers that waits under this reference for a second yes."""
    return next((c for c in _open_changes(ruling) if c.ref == ref and c.stage is Stage.ASKED), None)


def agree(ruling: Ruling, change: RosterChange) -> list[Done]:
    """The second organizer's yes; that of one who has gone in the meantime counts no more."""
    organizer = ruling.case.organizer
    assert organizer is not None
    in_office = {o.address for o in _in_office(ruling)}
    agreed = replace(change, by=tuple(dict.fromkeys((*(by for by in change.by if by in in_office), organizer.address))))
    if len(agreed.by) < min(_NEEDED, len(in_office)):
        return _ask_others(ruling, agreed, again=organizer.address in change.by)
    return _settle(ruling, agreed)


def disagree(ruling: Ruling, change: RosterChange) -> list[Done]:
    """One no ends it; it can be asked for again. Whoever is to go has no say where there are others to ask."""
    organizer = ruling.case.organizer
    if organizer and organizer.address == change.address and len(ruling.case.organizers) > _NEEDED:
        raise NotDoneError("not_possible")
    _keep(ruling, replace(change, stage=Stage.ENDED))
    return [_done(change, "dropped")]


def answers_invitation(case: Case) -> bool:
    """Whether somebody answers the letter that asked them to be an organizer, from the address it went to."""
    answered = case.answered
    return (
        answered is not None
        and answered.template == "invitation"
        and answered.recipient.casefold() == case.author.casefold()
        and proof(case, "signer") is not None
    )


def take_office(ruling: Ruling, intent: Intent) -> str | None:
    """YES makes them an organizer, NO ends it; None where they say something else."""
    case = ruling.case
    assert case.answered is not None
    change = next((c for c in _open_changes(ruling) if c.ref in case.answered.refs and c.stage is Stage.INVITED), None)
    if change is None:
        return "invitation_over"
    match intent:
        case Confirm():
            _keep(ruling, replace(change, stage=Stage.DONE))
            _tell(ruling, change, by=change.name, status="in_office")
            rows = [{"usage": row.usage, "says": row.says} for row in case.help_rows(change.language)]
            new = Organizer(name=change.name, address=change.address, language=change.language)
            ruling.letters.append(_letter("help", new, {"rows": rows}))
            return "organizer_added"
        case Decline():
            _keep(ruling, replace(change, stage=Stage.ENDED))
            _tell(ruling, change, by=change.name, status="dropped")
            return "organizer_declined"
        case _:
            return None


_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]@]{1,64}@[^\s<>,;:\"'()\[\]@]{1,255}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_AROUND = " <>()[]\"'“”«»-–:,.!"
_NEEDED = 2


def _address_in(text: str) -> str:
    """The one address in it, its domain in lower case; "" for none or several."""
    found = {one.removeprefix("mailto:").rstrip(".") for one in _ADDRESS.findall(text[:1000])}
    if len(found) != 1:
        return ""
    address = found.pop()
    return address if "." in address.rpartition("@")[2] and address.isascii() else ""


def _around(text: str) -> tuple[str, str]:
    """What stands before the address and behind it."""
    parts = [cleaned(part).strip(_AROUND) for part in _ADDRESS.split(text[:1000])]
    return parts[0], " ".join(part for part in parts[1:] if part not in ("", "mailto"))


def _want(ruling: Ruling, *, kind: Kind, name: str, address: str, language: str) -> list[Done]:
    """Ask for a change, or agree to it where another asks for the same already."""
    organizer = ruling.case.organizer
    assert organizer is not None
    for change in _open_changes(ruling):
        if change.kind is kind and change.address.casefold() == address.casefold():
            if change.stage is Stage.INVITED:
                raise NotDoneError("awaits_acceptance")
            return agree(ruling, change)
    change = RosterChange(
        ref=next(ruling.case.fresh_refs),
        kind=kind,
        name=name,
        address=address,
        language=language,
        by=(organizer.address,),
        at=ruling.case.now,
    )
    if kind is Kind.ADD and len(ruling.case.organizers) == 1:
        return _settle(ruling, change)
    return _ask_others(ruling, change)


def _ask_others(ruling: Ruling, change: RosterChange, *, again: bool = False) -> list[Done]:
    """The wish is kept, and whoever can agree to it is asked; `again`: they were, by the same organizer."""
    organizer = ruling.case.organizer
    assert organizer is not None
    _keep(ruling, change)
    others = tuple(o for o in _in_office(ruling) if o != organizer and not again)
    # To ask the one who is to go would warn a thief; where there is nobody else, they are the second.
    asked = tuple(o for o in others if o.address.casefold() != change.address.casefold()) or others
    facts = {"by": organizer.name, "what": str(change.kind), "who": change.who}
    ruling.tell(asked, "organizer_change", facts, refs=(change.ref,))
    return [replace(_done(change, "needs_second"), ref=change.ref)]


def _settle(ruling: Ruling, change: RosterChange) -> list[Done]:
    """Two agree, or there is nobody else to ask: the change is made, or the new organizer is asked."""
    organizers = ruling.case.organizers
    if change.kind is Kind.ADD:
        _keep(ruling, replace(change, stage=Stage.INVITED))
        names = [o.name for address in change.by for o in organizers if o.address == address]
        new = Organizer(name=change.name, address=change.address, language=change.language)
        facts = {"by": " / ".join(names)}
        ruling.letters.append(_letter("invitation", new, facts, actions="signer", refs=(change.ref,)))
        return [_done(change, "awaits_acceptance")]
    if len(_in_office(ruling)) == 1:
        raise NotDoneError("last_organizer")
    _keep(ruling, replace(change, stage=Stage.DONE))
    return [_done(change, "left_office")]


def _done(change: RosterChange, status: str) -> Done:
    return Done(what=f"{change.kind}_organizer", entry=change.who, status=status)


def _tell(ruling: Ruling, change: RosterChange, *, by: str, status: str) -> None:
    row = {"what": "add_organizer", "entry": change.who, "ref": "", "status": status}
    ruling.tell(ruling.case.organizers, "notice", {"by": by, "done": [row]})


def _letter(
    template: str,
    to: Organizer,
    facts: Mapping[str, Any],
    *,
    actions: str = "organizer",
    refs: tuple[str, ...] = (),
) -> Letter:
    return Letter(
        template=template,
        to=to.address,
        language=to.language,
        facts={"you": to.name, **facts},
        grant=Grant(actions=actions),
        refs=refs,
        lane=0,
    )


def _in_office(ruling: Ruling) -> tuple[Organizer, ...]:
    """The organizers who are left when what this mail has ordered so far is counted."""
    settled = {c.ref for c in read_changes(ruling.case.roll.state(ORGANIZERS)) if c.stage is Stage.DONE}
    changes = (c for c in _changes(ruling) if c.stage is Stage.DONE and c.ref not in settled)
    gone = {change.address.casefold() for change in changes if change.kind is Kind.REMOVE}
    return tuple(o for o in ruling.case.organizers if o.address.casefold() not in gone)


def _changes(ruling: Ruling) -> tuple[RosterChange, ...]:
    return read_changes(ruling.settings.get(ORGANIZERS) or ruling.case.roll.state(ORGANIZERS))


def _open_changes(ruling: Ruling) -> tuple[RosterChange, ...]:
    case = ruling.case
    return still_open(_changes(ruling), case.now, case.policy.thresholds.token_days)


def _keep(ruling: Ruling, change: RosterChange) -> None:
    others = [c for c in _changes(ruling) if c.ref != change.ref]
    ruling.settings[ORGANIZERS] = written([*others, change])
