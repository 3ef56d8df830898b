"""A signature is the fold of its events; no state is reached that the table does not allow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.events import (
    Approved,
    Change,
    Confirmed,
    Contact,
    Dismissed,
    Disputed,
    Edited,
    Entry,
    Event,
    Expired,
    Held,
    Imported,
    Listed,
    Noted,
    Proposed,
    Refused,
    Rejected,
    Requested,
    Restated,
    Returned,
    Status,
    Withdrawn,
    Withheld,
)
from mailbot.core.signature import ACCEPTED, ON_THE_DESK, IllegalChangeError, Signature, evolve, fold, public_entry

NOW = datetime(2021, 1, 9, 12, tzinfo=UTC)
CONTACT = Contact(address="ruth@tamarack.example")
BOOKS, SHOP = Entry(name="Tamarack Books"), Entry(name="Tamarack Bookshop")
REQUESTED = Requested(contact=CONTACT, entry=BOOKS)
LATER = NOW + timedelta(minutes=10)


def event(change: Change, by: str = "ada@organizers.example", at: datetime = NOW) -> Event:
    return Event(ref="K7Q4", at=at, by=by, reason="test", change=change)


def after(*changes: Change) -> Signature:
    signature = fold(event(change) for change in changes)
    assert signature is not None
    return signature


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param((REQUESTED,), Status.AWAITING_SIGNER, id="a request waits for its signer"),
        pytest.param((Requested(contact=CONTACT, entry=None),), Status.INCOMPLETE, id="a request without a name"),
        pytest.param((Imported(entry=BOOKS),), Status.LISTED, id="an imported entry is listed"),
        pytest.param((REQUESTED, Confirmed("token")), Status.AWAITING_ORGANIZERS, id="a yes lays it on the desk"),
        pytest.param(
            (Requested(contact=CONTACT, entry=None), Edited(entry=BOOKS, effective_at=NOW)),
            Status.AWAITING_SIGNER,
            id="a name that is told still waits for the yes",
        ),
        pytest.param(
            (Requested(contact=CONTACT, entry=None), Confirmed("token")),
            Status.INCOMPLETE,
            id="a proved address without a name is still incomplete",
        ),
        pytest.param(
            (Requested(contact=CONTACT, entry=None), Confirmed("token"), Edited(entry=BOOKS, effective_at=NOW)),
            Status.AWAITING_ORGANIZERS,
            id="and on the desk once it is told",
        ),
        pytest.param((REQUESTED, Confirmed("token"), Approved()), Status.AWAITING_ORGANIZERS, id="a vote lists nothing"),
        pytest.param((REQUESTED, Confirmed("token"), Held("2021-01-11"), Returned()), Status.AWAITING_ORGANIZERS, id="hold and back"),
        pytest.param((REQUESTED, Expired(), Confirmed("token")), Status.AWAITING_ORGANIZERS, id="a late yes still counts"),
        pytest.param((REQUESTED, Confirmed("token"), Noted("note", "x")), Status.AWAITING_ORGANIZERS, id="a note moves nothing"),
    ],
)  # fmt: skip
def test_the_states_of_a_life(changes: tuple[Change, ...], status: Status) -> None:
    assert after(*changes).status is status


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param((Confirmed("token"),), id="nothing comes before the request"),
        pytest.param((REQUESTED, REQUESTED), id="a reference is used once"),
        pytest.param((REQUESTED, Withdrawn(), Approved()), id="a withdrawn signature is not approved"),
        pytest.param((REQUESTED, Withdrawn(), Confirmed("token")), id="nor confirmed"),
        pytest.param((REQUESTED, Withdrawn(), Listed(effective_at=NOW)), id="nor listed"),
        pytest.param((REQUESTED, Confirmed("token"), Expired()), id="what is on the desk does not expire"),
        pytest.param((REQUESTED, Returned()), id="only what is held comes back"),
        pytest.param((REQUESTED, Proposed(SHOP)), id="only what is accepted has proposals"),
    ],
)
def test_what_the_table_does_not_name_is_refused(changes: tuple[Change, ...]) -> None:
    with pytest.raises(IllegalChangeError):
        fold(event(change) for change in changes)


def test_the_page_shows_an_entry_only_after_the_undo_window() -> None:
    signature = after(REQUESTED, Confirmed("token"), Listed(effective_at=LATER))
    assert public_entry(signature, NOW) is None
    assert public_entry(signature, LATER) == BOOKS


def test_the_page_keeps_the_old_name_until_an_edit_has_waited_out_its_window() -> None:
    signature = after(REQUESTED, Confirmed("token"), Listed(effective_at=NOW), Edited(entry=SHOP, effective_at=LATER))
    assert public_entry(signature, NOW) == BOOKS
    assert public_entry(signature, LATER) == SHOP


def test_a_proposal_waits_on_the_desk_and_leaves_the_page_alone() -> None:
    signature = after(REQUESTED, Confirmed("token"), Listed(effective_at=NOW), Proposed(SHOP))
    assert signature.waiting_since == NOW
    assert public_entry(signature, LATER) == BOOKS
    dismissed = evolve(signature, event(Dismissed()))
    assert dismissed.waiting_since is None
    assert dismissed.proposal is None


def test_a_voter_who_changes_their_mind_is_counted_once() -> None:
    signature = after(REQUESTED, Confirmed("token"), Approved(), Refused(), Approved())
    assert (signature.approvals, signature.refusals) == (("ada@organizers.example",), ())


CHANGES = st.sampled_from(
    [
        Confirmed("token"), Approved(), Refused(), Listed(effective_at=LATER), Withheld(), Rejected(), Disputed(),
        Held("2021-01-11"), Returned(), Withdrawn(), Expired(), Noted("note", "x"), Proposed(SHOP), Dismissed(),
        Edited(entry=SHOP, effective_at=LATER),
    ]
)  # fmt: skip


@given(st.lists(CHANGES, max_size=12))
def test_whatever_happens_the_desk_holds_just_what_waits_and_withdrawn_is_final(changes: list[Change]) -> None:
    signature = after(REQUESTED)
    withdrawn = False
    for change in changes:
        try:
            signature = evolve(signature, event(change))
        except IllegalChangeError:
            continue
        withdrawn = withdrawn or isinstance(change, Withdrawn)
        waits = signature.status in ON_THE_DESK or signature.proposal is not None
        assert (signature.waiting_since is not None) is waits
        assert not withdrawn or signature.status is Status.WITHDRAWN
        assert public_entry(signature, LATER) is None or signature.status is Status.LISTED
        assert signature.proposal is None or signature.status in ACCEPTED
        assert replace(signature) == signature


@pytest.mark.parametrize(
    ("change", "reworded"),
    [
        pytest.param(Restated(contact=CONTACT, entry=SHOP), True, id="taken over in other words"),
        pytest.param(Restated(contact=CONTACT, entry=BOOKS), False, id="taken over in the same words"),
        pytest.param(Edited(entry=SHOP, effective_at=LATER), True, id="corrected"),
        pytest.param(Edited(entry=BOOKS, effective_at=LATER), False, id="corrected to what stands there"),
    ],
)
def test_what_its_signer_words_otherwise_has_yet_to_be_shown(change: Change, reworded: bool) -> None:
    signature = evolve(evolve(None, event(REQUESTED)), event(change, by=CONTACT.address, at=LATER))
    assert signature.reworded_at == (LATER if reworded else None)


def test_to_go_back_from_another_wording_is_one_as_well() -> None:
    listed = after(Imported(entry=BOOKS, contact=CONTACT))
    asked = evolve(listed, event(Proposed(SHOP), by=CONTACT.address))
    back = evolve(asked, event(Proposed(BOOKS), by=CONTACT.address, at=LATER))
    assert (asked.reworded_at, back.reworded_at) == (NOW, LATER)
