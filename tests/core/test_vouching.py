"""Who gets a number, what of it is kept, and when a line counts as new or as reworded."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from mailbot.core.events import Contact, Entry, Status
from mailbot.core.public_log import Link
from mailbot.core.receipts import Receipt, listed, told
from mailbot.core.signature import Signature
from mailbot.core.vouching import hand_out, vouch

NOW = datetime(2021, 1, 9, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BOOKS = Entry(name="Tamarack Books")


def line(entry: Entry) -> dict[str, str]:
    return {"name": entry.name, "place": entry.place}


@dataclass
class Kept:
    """What a transaction keeps, in memory."""

    rows: dict[str, Receipt] = field(default_factory=dict)

    def receipt(self, ref: str) -> Receipt | None:
        return self.rows.get(ref)

    def receipts(self) -> dict[str, Receipt]:
        return dict(self.rows)

    def keep(self, new: dict[str, Receipt]) -> None:
        self.rows.update(new)

    def destroy(self, ref: str) -> None:
        self.rows.pop(ref, None)

    def chain(self) -> tuple[Link, ...]:
        return ()

    def lengthen(self, link: Link) -> None:
        raise AssertionError


def draws():
    numbers = count(1)
    return lambda _n: next(numbers)


def signature(ref: str, entry: Entry = BOOKS, **fields: object) -> Signature:
    facts = {"status": Status.LISTED, "contact": Contact(address=""), "opened_at": NOW, "changed_at": NOW, **fields}
    return Signature(ref=ref, entry=entry, **facts)


def test_whoever_is_shown_has_a_number_and_nobody_else() -> None:
    withheld = signature("B", status=Status.WITHHELD)
    waiting = signature("C", effective_at=LATER)
    vouched, new = vouch({}, [signature("A"), withheld, waiting], NOW, draws(), line)
    assert [one.entry for one in vouched] == [BOOKS]
    assert list(new) == ["A"]
    assert (new["A"].first, new["A"].changed) == (NOW, NOW)


def test_what_stays_as_it_is_is_not_kept_again() -> None:
    first, new = vouch({}, [signature("A")], NOW, draws(), line)
    again, none = vouch(new, [signature("A")], LATER, draws(), line)
    assert none == {}
    assert again == first


def test_a_reworded_line_keeps_its_number_and_since_when_it_is_there() -> None:
    _, known = vouch({}, [signature("A")], NOW, draws(), line)
    reworded = replace(BOOKS, place="Ottawa")
    _, new = vouch(known, [signature("A", reworded)], LATER, draws(), line)
    assert new["A"].nonce == known["A"].nonce
    assert (new["A"].first, new["A"].changed) == (NOW, LATER)
    assert new["A"].told == told(new["A"].nonce, line(BOOKS))
    assert new["A"].listed == listed(new["A"].nonce, line(reworded))


def test_the_number_in_a_second_letter_is_the_one_of_the_first() -> None:
    kept, draw = Kept(), draws()
    first = hand_out(kept, signature("A"), draw, line)
    second = hand_out(kept, signature("A", replace(BOOKS, place="Ottawa")), draw, line)
    assert first.nonce == second.nonce
    assert second.told == told(first.nonce, line(replace(BOOKS, place="Ottawa")))
    assert kept.rows == {"A": second}
    assert hand_out(kept, signature("B"), draw, line).nonce != first.nonce
