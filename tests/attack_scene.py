"""A campaign under attack: one scene that every attack starts from, and what must hold when the attack is over."""

import base64
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from journey import ADA, AUTHSERV, BEN, CAMPAIGN, SECOND, Letter, Rehearsal

from mailbot.app import Campaign, Round
from mailbot.core.tokens import Capability, Refusal, find, verify
from mailbot.verbs.init import prepare
from mailbot.verbs.roll import export

A, B = f"Ada <{ADA}>", f"Ben <{BEN}>"
MALLORY = "Mallory <mallory@elsewhere.example>"
DESK, MARC, PAUL, RITA = (
    "desk@tamarack.example",
    "marc@saintroch.example",
    "paul@lantern.example",
    "rita@press.example",
)
EVERYBODY = (ADA, BEN, DESK, MARC, PAUL, RITA, "mallory@elsewhere.example")
LISTED, WAITING, UNCONFIRMED = "Tamarack Books", "Comité Saint-Roch", "Prairie Lantern Society"
TO_THE_DESK = frozenset({"challenge", "relay", "set_aside", "notice", "digest"})
"""What organizers may be sent when somebody writes in vain: questions and news, never a receipt."""

PASS = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={{domain}}\r\n"


@dataclass
class Battlefield(Rehearsal):
    """A copy of the scene, for one attack. `lookup` is the campaign's own DNS, from names to key records."""

    lookup: Callable[[str], bytes | None] | None = None
    _opened: Campaign | None = None

    def open(self) -> Campaign:
        """One campaign for the whole attack; `end` closes it."""
        if self._opened is None:
            self._opened = super().open()
            self._opened.resolver = self.lookup
        return self._opened

    def once(self, later: timedelta = timedelta(minutes=1)) -> Round:
        self.now += later
        return self.open().once()

    def roll(self) -> dict[str, dict[str, Any]]:
        return {row["ref"]: row for row in export(self.open())}

    def end(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def mail(self, sender: str, body: str, **how: Any) -> bytes:
        """A mail as `write` makes it, not delivered."""
        octets = self.write(sender, body, **how)
        max((self.folder / "inbox" / "new").iterdir(), key=lambda file: file.name).unlink()
        return octets

    def standing(self) -> dict[str, dict[str, Any]]:
        """All that an attack may not touch: each entry, its state, its contact, and its history but for notes."""
        return {
            ref: {key: value for key, value in row.items() if key not in ("changed", "history")}
            | {"moves": [event for event in row["history"] if event["what"] != "noted"]}
            for ref, row in self.roll().items()
        }

    def published(self) -> dict[str, str]:
        return {name: (self.folder / "public" / name).read_text() for name in ("index.html", "signatories.json")}

    def strike(self, *mails: bytes) -> list[Letter]:
        """Deliver the mails, let undo windows pass, and return what went out."""
        before = self.standing()
        for octets in mails:
            self.drop(octets)
        self.once()
        if self.standing() != before:
            self.once(later=timedelta(minutes=11))
        return self.letters()

    def holds_off(self, *mails: bytes, answers: Iterable[str] = (), opens: bool = False) -> list[Letter]:
        """The mails move nothing that was there and write to nobody but organizers and `answers`.

        `opens`: a request in somebody's name may be opened; it waits for that address's own yes.
        """
        before, page = self.standing(), self.published()
        letters = self.strike(*mails)
        after = self.standing()
        assert {ref: after.get(ref) for ref in before} == before
        fresh = [row["status"] for ref, row in after.items() if ref not in before]
        assert not fresh or (opens and set(fresh) <= {"awaiting_signer", "incomplete"})
        assert self.published() == page
        for letter in letters:
            if letter.to in (ADA, BEN):
                assert letter.template in TO_THE_DESK, letter.template
            else:
                assert letter.to in answers, f"{letter.template} to {letter.to}"
        self.leak_nothing(letters)
        return letters

    def leak_nothing(self, letters: Iterable[Letter]) -> None:
        """No letter holds another's token; none to anybody but organizers holds an organizer's address."""
        keyring = self.open().keyring
        for letter in letters:
            places = places_of(letter)
            for token in find(places):
                claim = verify(keyring, token, recipient=letter.to, today=self.now.date(), others=EVERYBODY)
                # One that is forged, and comes back in the References of the mail that brought it, is nobody's.
                worthless = claim is Refusal.FORGED
                assert worthless or isinstance(claim, Capability), f"{letter.template} to {letter.to}: {claim}"
            if letter.to not in (ADA, BEN):
                assert not any(address in place.casefold() for place in places for address in (ADA, BEN))


@dataclass
class Scene:
    """One entry listed, one on the desk, one unconfirmed; a digest, a question and a mail passed on are out."""

    folder: Path
    now: Any = None
    digests: dict[str, Letter] = field(default_factory=dict)
    relays: dict[str, Letter] = field(default_factory=dict)
    echo: Any = None
    question: Any = None
    receipt: Any = None
    listed: str = ""
    waiting: str = ""
    unconfirmed: str = ""

    def copy(self, where: Path, lookup: Callable[[str], bytes | None] | None = None) -> Battlefield:
        shutil.copytree(self.folder, where)
        campaign = Battlefield(where, self.now, lookup=lookup)
        campaign.forget()
        return campaign


def set_scene(folder: Path, policy: str = "") -> Scene:
    folder.mkdir()
    desk = 'cards = "digest"\ndigest_at = ["08:00", "18:00"]'
    (folder / "campaign.toml").write_text(CAMPAIGN.format(ben=SECOND, policy=policy, desk=desk))
    campaign = Battlefield(folder)
    prepare(campaign.open())
    scene = Scene(folder)
    campaign.write(f"Tamarack <{DESK}>", f"Please add our organization: {LISTED}\n", proved=True)
    campaign.once()
    scene.listed = next(iter(campaign.roll()))
    campaign.write(A, f"ok {scene.listed}", proved=True)
    campaign.write(B, f"ok {scene.listed}", proved=True)
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    scene.receipt = campaign.letter("receipt", ADA)
    campaign.write(f"Marc <{MARC}>", f"Please add our organization: {WAITING}\n", proved=True)
    campaign.write(f"Paul <{PAUL}>", f"Please add our organization: {UNCONFIRMED}\n")
    campaign.write(f"Rita <{RITA}>", "I am a reporter. May I talk to somebody about the letter?", subject="Press")
    campaign.once()
    by_name = {row["name"]: ref for ref, row in campaign.roll().items()}
    scene.waiting, scene.unconfirmed = by_name[WAITING], by_name[UNCONFIRMED]
    scene.echo = campaign.letter("echo", PAUL)
    scene.relays = {letter.to: letter for letter in campaign.letters("relay")}
    campaign.digest_time()
    scene.digests = {letter.to: letter for letter in campaign.letters("digest")}
    campaign.write(A, f"ask {scene.waiting}: which city are you in?", proved=True)
    campaign.once()
    scene.question = campaign.letter("question", MARC)
    campaign.leak_nothing(campaign.letters())
    assert campaign.statuses() == {LISTED: "listed", WAITING: "awaiting_organizers", UNCONFIRMED: "awaiting_signer"}
    assert campaign.page() == [LISTED]
    scene.now = campaign.now
    campaign.end()
    return scene


def places_of(letter: Letter) -> list[str]:
    """Everything that a recipient can read of a letter: its fields, and each part decoded."""
    fields = [str(value) for value in letter.message.values()]
    return fields + [part.get_content() for part in letter.message.walk() if part.get_content_maintype() == "text"]


def token_of(letter: Letter) -> str:
    """The capability that a letter carries."""
    return find([str(letter.message["Message-ID"])])[0]


# -- signatures of our own -------------------------------------------------------------------------


@cache
def key(owner: str, bits: int = 2048) -> tuple[bytes, bytes]:
    """A private key in PEM and its public record; each owner has one of their own."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    der = made.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def sign(octets: bytes, domain: str, *, owner: str = "", **how: Any) -> bytes:
    """The mail with a DKIM signature of `domain`, made with the key of `owner` (the domain itself, unless told)."""
    told = {"include_headers": (b"from", b"to", b"subject"), "canonicalize": (b"relaxed", b"relaxed"), **how}
    algorithm = told.pop("algorithm", b"rsa-sha256")
    signer = dkim.DKIM(octets, signature_algorithm=algorithm)
    return signer.sign(b"s1", domain.encode(), key(owner or domain)[0], **told) + octets


def dns(name: str) -> bytes | None:
    """The keys of organizers.example, elsewhere.example and tamarack.example; nobody else signs."""
    for domain in ("organizers.example", "elsewhere.example", "tamarack.example"):
        if name == f"s1._domainkey.{domain}":
            return key(domain)[1]
    return None
