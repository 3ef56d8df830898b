"""An organizer's order over real servers, proved by nothing but the signature of the organizer's own domain."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from attack_scene import key, sign
from journey import ADA
from post_office import Post

from mailbot.app import Campaign

pytestmark = pytest.mark.server

OWN, SISTER = "organizers.example", "mail.organizers.example"
STRICT = {"_dmarc.organizers.example": b"v=DMARC1; p=reject; adkim=s"}
RELAXED = {"_dmarc.organizers.example": b"v=DMARC1; p=reject; adkim=r"}


class Desk:
    """A campaign that checks DKIM itself, by the records of its own name server, with one request on the desk."""

    def __init__(self, post: Post, policy: dict[str, bytes]) -> None:
        self.post = post
        file = post.rehearsal.folder / "campaign.toml"
        text = file.read_text().replace("check_dkim = false", "check_dkim = true")
        file.write_text(text.replace("[policy]", '[policy]\nsigner_confirmation = "never"'))
        records = policy | {f"s1._domainkey.{domain}": key(domain)[1] for domain in (OWN, SISTER)}
        self.campaign: Campaign = post.rehearsal.open()
        self.campaign.resolver = records.get
        post.send(
            f"ruth{post.intake.partition('@')[0]}@tamarack.example", "Please add our organization: Tamarack Books\n"
        )
        self.once()
        (self.ref,) = post.rehearsal.roll()
        assert self.status() == "awaiting_organizers"

    def once(self) -> None:
        self.post.rehearsal.now += timedelta(minutes=1)
        self.campaign.once()

    def status(self) -> str:
        return str(self.post.rehearsal.roll()[self.ref]["status"])


@pytest.fixture
def desk(post: Post) -> Iterator[Callable[[dict[str, bytes]], Desk]]:
    made: list[Desk] = []

    def make(policy: dict[str, bytes]) -> Desk:
        made.append(Desk(post, policy))
        return made[-1]

    yield make
    for one in made:
        one.campaign.close()


@pytest.mark.parametrize(
    ("domain", "policy"),
    [
        pytest.param(OWN, {}, id="its own domain, which has no policy"),
        pytest.param(OWN, STRICT, id="its own domain, strict"),
        pytest.param(SISTER, RELAXED, id="a sister domain, relaxed"),
    ],
)
def test_an_order_that_an_aligned_signature_proves_is_carried_out(desk, domain: str, policy: dict[str, bytes]) -> None:
    scene = desk(policy)
    scene.post.send(ADA, f"ok {scene.ref}", sealed=lambda octets: sign(octets, domain))
    scene.once()
    assert scene.status() == "listed"
    assert "Tamarack Books" in scene.post.letter(ADA, "receipt").text


@pytest.mark.parametrize(
    ("sealed", "policy"),
    [
        pytest.param(lambda octets: octets, {}, id="unsigned"),
        pytest.param(lambda octets: sign(octets, OWN).replace(b"\r\nok ", b"\r\nOK "), {}, id="another body than was signed"),
        pytest.param(lambda octets: sign(octets, OWN, owner=SISTER), {}, id="signed by another key"),
        pytest.param(lambda octets: sign(octets, SISTER), STRICT, id="signed by a sister domain, strict"),
        pytest.param(lambda octets: sign(octets, "elsewhere.example"), RELAXED, id="signed by a stranger"),
    ],
)  # fmt: skip
def test_the_same_order_unproved_asks_ada_and_does_nothing_before_her_yes(desk, sealed, policy) -> None:
    scene = desk(policy)
    scene.post.send(ADA, f"ok {scene.ref}", sealed=sealed)
    scene.once()
    assert scene.status() == "awaiting_organizers"
    question = scene.post.letter(ADA, "challenge")
    assert f"{scene.ref} Tamarack Books" in question.text
    scene.post.send(ADA, "YES", answers=question)
    scene.once()
    assert scene.status() == "listed"
