"""Whatever arrives in whatever order: nothing is listed without the approvals that policy asks; replays do nothing."""

from pathlib import Path

import pytest
from attack_scene import MALLORY, PAUL, A, B, Battlefield, Scene, set_scene
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journey import ADA, AUTHSERV, BEN

MAILS = 26


@pytest.fixture(scope="module", params=["approvals = 1", "approvals = 2"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scene, int, Path]:
    where = tmp_path_factory.mktemp("property")
    return set_scene(where / "scene", policy=request.param), int(request.param[-1]), where


def mails(campaign: Battlefield, scene: Scene) -> list[tuple[bytes, str, str]]:
    """Each mail with who says yes by it, and to what: ("", "") for all that may list nothing."""
    ada, ben, waiting, unconfirmed = scene.digests[ADA], scene.digests[BEN], scene.waiting, scene.unconfirmed
    failed = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=organizers.example\r\n".encode()
    genuine = [
        (campaign.mail(A, f"ok {waiting}", proved=True), ADA, waiting),
        (campaign.mail(A, "ok 1", answers=ada), ADA, waiting),
        (campaign.mail(B, f"ok {waiting}", proved=True), BEN, waiting),
        (campaign.mail(B, "ok 1", answers=ben), BEN, waiting),
        (campaign.mail(A, f"ok {unconfirmed}", proved=True), ADA, unconfirmed),
        (campaign.mail(B, f"ok {unconfirmed}", proved=True), BEN, unconfirmed),
    ]
    others = [
        campaign.mail(f"Paul <{PAUL}>", "YES", answers=scene.echo),
        campaign.mail(f"Paul <{PAUL}>", "NO", answers=scene.echo),
        campaign.mail(f"Paul <{PAUL}>", "Please add our organization: Prairie Lantern Society\n", proved=True),
        campaign.mail("New <new@choir.example>", "Please add our organization: Mill Street Choir\n", proved=True),
        campaign.mail("New <new@choir.example>", "Please add our organization: Mill Street Choir\n"),
        campaign.mail(f"Marc <{scene.question.to}>", "We are in Winnipeg.", answers=scene.question),
        campaign.mail(f"Marc <{scene.question.to}>", "Please take us off the list.", proved=True),
        campaign.mail(f"Marc <{scene.question.to}>", f"ok {waiting}", proved=True),
        campaign.mail(A, f"no {waiting}", proved=True),
        campaign.mail(B, f"undo {waiting}", proved=True),
        campaign.mail(A, f"hold {waiting} until Monday", proved=True),
        campaign.mail(A, f"{waiting} name: Comité Saint-Roch de Québec", proved=True),
        campaign.mail(A, f"ok {waiting} {unconfirmed}"),
        campaign.mail(B, f"ok {waiting} {unconfirmed}"),
        failed + campaign.mail(A, "ok all", answers=ada),
        campaign.mail(B, "ok all", answers=ada, proved=True),
        campaign.mail(MALLORY, "ok all", answers=ada, proved=True),
        campaign.mail(MALLORY, f"ok {waiting}", proved=True),
        campaign.mail(MALLORY, "YES", answers=scene.echo, proved=True),
        campaign.mail(MALLORY, "Please take Tamarack Books off the list.", proved=True),
    ]
    return genuine + [(octets, "", "") for octets in others]


@given(order=st.lists(st.integers(0, MAILS - 1), min_size=4, max_size=22), cut=st.integers(0, 21))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_listed_without_the_approvals_that_policy_asks(desk, order: list[int], cut: int) -> None:
    scene, approvals, where = desk
    number = sum(1 for _ in where.iterdir())
    campaign = scene.copy(where / f"example{number}")
    pool = mails(campaign, scene)
    assert len(pool) == MAILS
    voters: dict[str, set[str]] = {}
    for place, index in enumerate(order):
        octets, voter, ref = pool[index]
        campaign.drop(octets)
        voters.setdefault(ref, set()).add(voter)
        if place == cut:
            campaign.once()
    campaign.once()
    rows = campaign.roll()
    for ref, row in rows.items():
        if row["status"] == "listed" and ref != scene.listed:
            assert len(voters.get(ref, set())) >= approvals, (row["name"], order)
            assert row["confirmed"]
    campaign.letters()
    for index in reversed(order):
        campaign.drop(pool[index][0])
    campaign.once()
    assert campaign.roll() == rows
    assert campaign.letters() == []
    campaign.end()
