"""Orders about the whole page: publish, pause, resume, panic; and the doctor's letter."""

from mailbot.core.decision import Grant
from mailbot.core.intents import Order
from mailbot.core.outcome import Done, NotDoneError
from mailbot.core.ruling import Ruling

PAGE = "page"
"""Key of the campaign's state that these orders set: "" published, "paused SINCE" left as it is since that moment
(ISO 8601) but for what is taken off, "hidden" shown empty.

"hidden ADDRESS" is hidden with one organizer's wish to show it again; it takes another's as well.
"""


def publish(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    """The page follows every pass by itself; where it is paused or hidden, it takes `resume`."""
    if ruling.settings.get(PAGE, ruling.case.roll.state(PAGE)):
        raise NotDoneError("page_stopped")
    return [Done()]


def pause(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    """Nothing is added or changed, whatever is decided, until `resume`; what is taken off goes at once."""
    if not ruling.settings.get(PAGE, ruling.case.roll.state(PAGE)):
        ruling.settings[PAGE] = f"paused {ruling.case.now.isoformat()}"
    return [Done()]


def panic(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    """The whole list is hidden at once; one organizer may do it, two must agree to end it."""
    ruling.settings[PAGE] = "hidden"
    return [Done()]


def resume(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    """The page goes on; where it is hidden, by the word of two: the first one's is kept, and the others are asked."""
    case, organizer = ruling.case, ruling.case.organizer
    assert organizer is not None
    state, _, asked_by = ruling.settings.get(PAGE, case.roll.state(PAGE)).partition(" ")
    others = tuple(o for o in case.organizers if o != organizer)
    if state == "hidden" and others and asked_by not in {o.address for o in others}:
        ruling.settings[PAGE] = f"hidden {organizer.address}"
        ruling.tell(others, "resume_asked", {"by": organizer.name})
        return [Done(what="resume_asked", status="needs_second")]
    ruling.settings[PAGE] = ""
    return [Done()]


def doctor(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    """What can be looked at from inside a running campaign; paths and servers are for the operator alone."""
    checks = [{"ok": well, "what": what} for well, what in ruling.case.examine()]
    organizer = ruling.case.organizer
    facts = {"you": organizer.name if organizer else "", "checks": checks}
    ruling.answer("doctor", facts, grant=Grant(actions="organizer"), lane=1)
    return [Done()]
