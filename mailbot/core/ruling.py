"""A decision in the making: events and letters of one mail, each event seen by the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.core.cards import Desk
from mailbot.core.decision import Case, Decision, Grant, Letter, Organizer
from mailbot.core.events import Change, Event
from mailbot.core.signature import Signature, evolve


@dataclass(slots=True)
class Ruling:
    """Collects what is granted. `language` is the one the author is answered in."""

    case: Case
    language: str
    events: list[Event] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    _states: dict[str, Signature] = field(default_factory=dict)

    def signature(self, ref: str) -> Signature | None:
        """The signature as it stands with what this ruling has done so far."""
        return self._states.get(ref) or self.case.roll.get(ref)

    def record(self, ref: str, change: Change, *, reason: str, by: str = "") -> Signature:
        """Append one change; raises IllegalChangeError where the state forbids it."""
        event = Event(
            ref=ref, at=self.case.now, by=by or self.case.author, mail=self.case.mail, reason=reason, change=change
        )
        after = evolve(self.signature(ref), event)
        self.events.append(event)
        self._states[ref] = after
        return after

    def desk(self) -> Desk:
        """What a card is drawn up with, what this ruling has done so far included."""
        case = self.case
        return Desk(roll=case.roll, policy=case.policy, organizers=case.organizers, events=tuple(self.events))

    def touched(self) -> tuple[str, ...]:
        """References that this ruling changed, in order."""
        return tuple(self._states)

    def answer(
        self,
        template: str,
        facts: Mapping[str, Any],
        *,
        grant: Grant | None = None,
        refs: tuple[str, ...] = (),
        lane: int = 0,
    ) -> None:
        """A letter to the author of the mail, in its thread. Nobody is answered who is not exactly one author."""
        message = self.case.message
        if self.case.author:
            self.letters.append(
                Letter(
                    template=template,
                    to=self.case.author,
                    language=self.language,
                    facts=facts,
                    grant=grant,
                    refs=refs,
                    about=refs[0] if len(refs) == 1 else "",
                    subject=message.subject,
                    in_reply_to=message.message_id,
                    references=message.references,
                    lane=lane,
                )
            )

    def write(
        self,
        template: str,
        signature: Signature,
        facts: Mapping[str, Any],
        *,
        grant: Grant | None = None,
        not_before: datetime | None = None,
        receipt: bool = False,
    ) -> None:
        """A letter to the registered contact of a signature; imported entries have none."""
        if signature.contact.address:
            self.letters.append(
                Letter(
                    template=template,
                    to=signature.contact.address,
                    language=signature.contact.language,
                    facts=facts,
                    grant=grant,
                    refs=(signature.ref,),
                    about=signature.ref,
                    lane=0,
                    not_before=not_before,
                    receipt=receipt,
                )
            )

    def tell(
        self,
        organizers: tuple[Organizer, ...],
        template: str,
        facts: Mapping[str, Any],
        *,
        refs: tuple[str, ...] = (),
        gather: bool = False,
        answerable: bool = True,
        lane: int = 1,
    ) -> None:
        """One letter to each of the organizers, each with a token of their own; `gather`: by their next digest."""
        for organizer in organizers:
            self.letters.append(
                Letter(
                    template=template,
                    to=organizer.address,
                    language=organizer.language,
                    facts={"you": organizer.name, **facts},
                    grant=Grant(actions="organizer"),
                    refs=refs,
                    about=refs[0] if len(refs) == 1 else "",
                    gather=gather,
                    answerable=answerable,
                    lane=lane,
                )
            )

    def decision(self, reason: str) -> Decision:
        return Decision(
            reason=reason,
            events=tuple(self.events),
            letters=tuple(self.letters),
            settings=dict(self.settings),
            cancel_news=tuple(dict.fromkeys(self.cancelled)),
        )
