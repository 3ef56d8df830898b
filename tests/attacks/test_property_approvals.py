"""Whatever arrives in whatever order: nothing is listed without the approvals that policy asks; replays do nothing.

The oracle knows the mails alone, not the code: who says yes or no by each of them, and to what.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from attack_scene import MALLORY, MARC, PAUL, A, B, Battlefield, Scene, set_scene
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from journey import ADA, AUTHSERV, BEN

from mailbot.verbs.roll import verify

RULES = 'second_approval_for = ["free-mail-institution"]'
POLICIES = {"one": "approvals = 1", "two": "approvals = 2", "two by rule": f"approvals = 1\n{RULES}"}


@dataclass(frozen=True)
class Desk:
    """A scene with one request more: an institution's, from a free-mail address. `needs`: organizers, by reference."""

    scene: Scene
    free: str
    needs: dict[str, int]
    where: Path


@pytest.fixture(scope="module", params=POLICIES)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    where = tmp_path_factory.mktemp("property")
    scene = set_scene(where / "scene", policy=POLICIES[request.param])
    campaign = scene.copy(where / "more")
    campaign.write("Gail <gail@gmail.com>", "Please add our organization: Gale Watchers Society\n", proved=True)
    campaign.once()
    free = next(ref for ref, row in campaign.roll().items() if row["name"] == "Gale Watchers Society")
    campaign.end()
    usual = 2 if request.param == "two" else 1
    needs = {scene.waiting: usual, scene.unconfirmed: usual, free: 1 if request.param == "one" else 2}
    return Desk(replace(scene, folder=where / "more", now=campaign.now), free, needs, where)


@dataclass(frozen=True)
class Mail:
    """One mail, and what its author truly orders by it: to whom a yes, to whom a no; "" where nothing counts."""

    octets: bytes
    by: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    withdraws: str = ""


MAILS = 36


def mails(field: Battlefield, desk: Desk) -> list[Mail]:
    scene, free = desk.scene, desk.free
    ada, ben, waiting, unconfirmed = scene.digests[ADA], scene.digests[BEN], scene.waiting, scene.unconfirmed
    failed = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=organizers.example\r\n".encode()
    marc, paul = f"Marc <{MARC}>", f"Paul <{PAUL}>"
    genuine = [
        Mail(field.mail(A, f"ok {waiting}", proved=True), ADA, yes=(waiting,)),
        Mail(field.mail(A, "ok 1", answers=ada), ADA, yes=(waiting,)),
        Mail(field.mail(B, f"ok {waiting}", proved=True), BEN, yes=(waiting,)),
        Mail(field.mail(B, "ok 1", answers=ben), BEN, yes=(waiting,)),
        Mail(field.mail(A, f"ok {unconfirmed}", proved=True), ADA, yes=(unconfirmed,)),
        Mail(field.mail(B, f"ok {unconfirmed}", proved=True), BEN, yes=(unconfirmed,)),
        Mail(field.mail(A, f"ok {free}", proved=True), ADA, yes=(free,)),
        Mail(field.mail(A, f"{free} ok, thanks", proved=True), ADA, yes=(free,)),
        Mail(field.mail(B, f"ok {free}", proved=True), BEN, yes=(free,)),
        Mail(field.mail(A, f"no {waiting}", proved=True), ADA, no=(waiting,)),
        Mail(field.mail(B, f"no {waiting}", proved=True), BEN, no=(waiting,)),
        Mail(field.mail(A, f"no {unconfirmed}", proved=True), ADA, no=(unconfirmed,)),
        Mail(field.mail(B, f"no {free}", proved=True), BEN, no=(free,)),
        Mail(field.mail(B, f"undo {waiting}", proved=True), BEN),
        Mail(field.mail(A, f"undo {free}", proved=True), ADA),
        Mail(field.mail(A, f"hold {waiting} until Monday", proved=True), ADA),
        Mail(field.mail(A, f"{waiting} name: Comité Saint-Roch de Québec", proved=True), ADA),
        Mail(field.mail(B, f"{free} name: Gale and Storm Society", proved=True), BEN),
        Mail(field.mail(marc, "Please take us off the list.", proved=True), withdraws=waiting),
        Mail(field.mail(paul, "YES", answers=scene.echo)),
    ]
    others = [
        field.mail(paul, "NO", answers=scene.echo),
        field.mail(paul, "Please add our organization: Prairie Lantern Society\n", proved=True),
        field.mail(
            "Gail <gail@gmail.com>", "Please correct our entry: it should read: Gale Counters Society", proved=True
        ),
        field.mail("New <new@choir.example>", "Please add our organization: Mill Street Choir\n", proved=True),
        field.mail("New <new@choir.example>", "Please add our organization: Mill Street Choir\n"),
        field.mail(marc, "We are in Winnipeg.", answers=scene.question),
        field.mail(marc, f"ok {waiting} {free}", proved=True),
        field.mail(A, f"ok {waiting} {unconfirmed} {free}"),
        field.mail(B, f"ok {waiting} {unconfirmed} {free}"),
        failed + field.mail(A, "ok all", answers=ada),
        field.mail(B, "ok all", answers=ada, proved=True),
        field.mail(MALLORY, "ok all", answers=ada, proved=True),
        field.mail(MALLORY, f"ok {waiting} {free}", proved=True),
        field.mail(MALLORY, "YES", answers=scene.echo, proved=True),
        field.mail(MALLORY, "Please take Tamarack Books off the list.", proved=True),
        field.mail(A, "ok 1", answers=scene.receipt),
    ]
    return genuine + [Mail(octets) for octets in others]


PHASES = [phase for phase in Phase if phase is not Phase.shrink]  # each example takes a third of a second
sequences = st.lists(st.tuples(st.integers(0, MAILS - 1), st.booleans()), min_size=4, max_size=20)
HAPPY = [(0, True), (2, True), (19, True), (4, False), (5, True), (6, True), (8, True)]


@given(sequence=sequences)
@example(sequence=HAPPY)
@example(sequence=[(11, True), (19, True), (4, True), (5, True)])
@example(sequence=[(7, True), (12, True), (8, True), (14, True)])
@example(sequence=[(3, True), (9, True), (0, True), (9, True)])
@example(sequence=[(10, False), (9, True), (3, True), (9, True)])  # Ben thinks otherwise, Ada does not
@settings(max_examples=9, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_listed_without_the_approvals_that_policy_asks(desk: Desk, sequence: list[tuple[int, bool]]) -> None:
    field = desk.scene.copy(desk.where / f"example{sum(1 for _ in desk.where.iterdir())}")
    pool = mails(field, desk)
    assert len(pool) == MAILS
    arrived = [pool[index] for index, _ in sequence]
    for mail, (_, passes) in zip(arrived, sequence, strict=True):
        field.drop(mail.octets)
        if passes:
            field.once()
    field.once()
    rows = field.roll()
    for ref, row in rows.items():
        if row["status"] == "listed" and ref != desk.scene.listed:
            assert_approved(ref, row, desk, arrived)
    assert all(rows[mail.withdraws]["status"] == "withdrawn" for mail in arrived if mail.withdraws)
    if sequence == HAPPY:
        assert {rows[ref]["status"] for ref in desk.needs} == {"listed"}
    replayed_in_vain(field, arrived)
    field.end()


def assert_approved(ref: str, row: dict, desk: Desk, arrived: list[Mail]) -> None:
    assert ref in desk.needs, row["name"]
    said_yes = {mail.by for mail in arrived if ref in mail.yes}
    assert len(said_yes) >= desk.needs[ref], (row["name"], said_yes)
    assert row["confirmed"]
    once = dict.fromkeys(arrived)  # a mail counts when it comes first
    last = {mail.by: ref in mail.yes for mail in once if ref in mail.yes or ref in mail.no}
    taken_back = any(mail.by and not (mail.yes or mail.no) for mail in arrived)  # undo gives a no back
    assert taken_back or all(last.values()), (row["name"], last)


def replayed_in_vain(field: Battlefield, arrived: list[Mail]) -> None:
    """The same mails again, backwards, as they were; and those that proved themselves by another way as well."""
    field.once(later=timedelta(minutes=11))  # news that waited out the undo window is sent
    rows = field.roll()
    field.forget()
    for mail in reversed(arrived):
        field.drop(mail.octets)
        if mail.by or mail.withdraws:
            field.drop(b"X-Sent-Again: yes\r\n" + mail.octets)
    field.once()
    assert field.roll() == rows
    assert field.letters() == []
    assert not verify(field.open(), lambda: None).faults
