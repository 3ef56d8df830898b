"""Capabilities bent, stolen, outlived or used for what they are not: the mail is no better than one without."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import dkim
import pytest
from attack_scene import DESK, MALLORY, MARC, PASS, PAUL, A, B, Battlefield, Scene, dns, key, sign, token_of
from cryptography.hazmat.primitives import serialization
from journey import ADA, AUTHSERV, BEN

from mailbot.core.tokens import Capability, Key, Keyring, issue
from mailbot.verbs.key_rotation import rotate

MALLORYS = "mallory@elsewhere.example"
FAIL = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=organizers.example\r\n".encode()


def test_a_token_that_ada_was_sent_is_obeyed(campaign: Battlefield, scene: Scene) -> None:
    campaign.strike(campaign.mail(A, "ok 1", answers=scene.digests[ADA]))
    assert campaign.roll()[scene.waiting]["status"] == "listed"


def with_token(campaign: Battlefield, scene: Scene, token: str, body: str = "", sender: str = A) -> bytes:
    """An order that holds nothing but this token, wherever a token may stand."""
    return campaign.mail(
        sender,
        f"{body or f'ok {scene.waiting}'}\n\n> [#{token}]\n",
        subject=f"Re: cards [#{token}]",
        In_Reply_To=f"<{token}.ABCDEFGHJK@openletter.example>",
    )


def _other(character: str) -> str:
    """Another character of the alphabet, one bit away from it."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    return alphabet[alphabet.index(character) ^ 1]


BENT = [
    pytest.param(lambda t: t[:-1] + _other(t[-1]), id="the last bit of its seal"),
    pytest.param(lambda t: t[:-26] + _other(t[-26]) + t[-25:], id="the first bit of its seal"),
    pytest.param(lambda t: t[:7] + _other(t[7]) + t[8:], id="the first bit of its day"),
    pytest.param(lambda t: t[:9] + _other(t[9]) + t[10:], id="one day more"),
    pytest.param(lambda t: t[:10] + _other(t[10]) + t[11:], id="another letter"),
    pytest.param(lambda t: t[:3] + "s" + t[4:], id="an organizer's made a signer's"),
    pytest.param(lambda t: t[:3] + "c" + t[4:], id="an organizer's made a challenge's"),
    pytest.param(lambda t: t[:5] + "zz" + t[7:], id="a key that nobody has"),
    pytest.param(lambda t: t[:-1], id="its last character cut"),
    pytest.param(lambda t: t[:-13], id="half of its seal cut"),
    pytest.param(lambda t: t[:-26], id="its seal cut"),
    pytest.param(lambda t: t[1:], id="its first character cut"),
    pytest.param(lambda t: t[:-26] + "0" * 26, id="a seal of zeros"),
    pytest.param(lambda t: t[:12] + "-" + t[12:], id="a hyphen that a client put in"),
    pytest.param(lambda t: t + t[-1], id="a character more"),
    pytest.param(lambda t: "mb1o", id="its beginning alone"),
]


@pytest.mark.parametrize("bend", BENT)
def test_a_bent_or_cut_token_orders_nothing(campaign: Battlefield, scene: Scene, bend: Callable[[str], str]) -> None:
    campaign.holds_off(with_token(campaign, scene, bend(token_of(scene.digests[ADA]))))


def _minted(field: Battlefield, scene: Scene, **how: object) -> str:
    """A token for the digest in Ada's hand, with something else than the campaign's own key ring."""
    ring: Keyring = field.open().keyring
    ring = replace(ring, **how)  # type: ignore[arg-type]
    letter = str(scene.digests[ADA].message["Message-ID"]).strip("<>").partition("@")[0].rpartition(".")[2]
    expires = (field.now + timedelta(days=30)).date()
    return issue(ring, Capability(actions="organizer", object=letter, recipient=ADA, expires=expires))


def test_a_token_made_with_the_campaigns_own_key_would_be_obeyed(campaign: Battlefield, scene: Scene) -> None:
    campaign.strike(with_token(campaign, scene, _minted(campaign, scene)))
    assert campaign.roll()[scene.waiting]["status"] == "listed"


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"campaign": "letter@elsewhere.example"}, id="of another campaign"),
        pytest.param({"current": Key("k1", b"x" * 32)}, id="with another secret"),
        pytest.param({"current": Key("k9", b"x" * 32)}, id="with another key"),
    ],
)
def test_a_token_sealed_by_somebody_else_orders_nothing(campaign: Battlefield, scene: Scene, how: dict) -> None:
    campaign.holds_off(with_token(campaign, scene, _minted(campaign, scene, **how)))


def test_an_expired_token_orders_nothing(campaign: Battlefield, scene: Scene) -> None:
    campaign.once(later=timedelta(days=61))
    campaign.once(later=timedelta(days=1))
    campaign.letters()
    campaign.holds_off(campaign.mail(A, "ok 1", answers=scene.digests[ADA]))


def test_what_a_former_key_sealed_is_obeyed_for_as_long_as_the_operator_said(
    campaign: Battlefield, scene: Scene
) -> None:
    """The worker goes on running while the key is rotated, and seals with the new one at once."""
    rotate(campaign.open(), 60)
    (stats,) = campaign.strike(campaign.mail(A, "stats", answers=scene.digests[ADA]))
    assert (token_of(scene.digests[ADA])[5:7], token_of(stats)[5:7]) == ("k1", "k2")
    campaign.strike(campaign.mail(A, "ok 1", answers=scene.digests[ADA]))
    assert campaign.roll()[scene.waiting]["status"] == "listed"


def test_a_token_whose_key_has_had_its_time_orders_nothing(campaign: Battlefield, scene: Scene) -> None:
    rotate(campaign.open(), 3)
    campaign.once(later=timedelta(days=4))
    campaign.letters()
    campaign.holds_off(campaign.mail(A, "ok 1", answers=scene.digests[ADA]))


def test_a_token_of_a_key_that_was_voided_orders_and_confirms_nothing(campaign: Battlefield, scene: Scene) -> None:
    """The operator fears that somebody has read the key: whatever was sealed with it is void at once."""
    stolen = _minted(campaign, scene)
    rotate(campaign.open(), 0)
    campaign.holds_off(campaign.mail(A, "ok 1", answers=scene.digests[ADA]))
    campaign.holds_off(with_token(campaign, scene, stolen))
    campaign.holds_off(campaign.mail(f"Paul <{PAUL}>", "YES", answers=scene.echo), answers=(PAUL,))


STOLEN = [
    pytest.param(lambda c, s: c.mail(B, "ok 1", answers=s.digests[ADA]), id="ada's in ben's name"),
    pytest.param(lambda c, s: c.mail(B, "ok 1", answers=s.digests[ADA], proved=True), id="ada's in ben's own hand"),
    pytest.param(lambda c, s: c.mail(MALLORY, "ok 1", answers=s.digests[ADA]), id="ada's in a stranger's hand"),
    pytest.param(lambda c, s: c.mail(MALLORY, "ok 1", answers=s.digests[ADA], proved=True), id="ada's in a proved stranger's hand"),
    pytest.param(lambda c, s: c.mail(MALLORY, f"FYI\n\n---------- Forwarded message ---------\nFrom: Letter <letter@openletter.example>\nTo: {ADA}\nSubject: cards\n\n{s.digests[ADA].text}\n\nok 1", proved=True), id="ada's in a forwarded mail"),
    pytest.param(lambda c, s: c.mail(A, "ok 1", answers=s.echo), id="a signer's in ada's name"),
    pytest.param(lambda c, s: c.mail(f"Paul <{PAUL}>", "ok 1", answers=s.digests[ADA], proved=True), id="ada's in a signer's hand"),
    pytest.param(lambda c, s: c.mail(f"Paul <{PAUL}>", f"approve {s.waiting}", answers=s.echo, proved=True), id="an order with a signer's own"),
    pytest.param(lambda c, s: c.mail(f"Marc <{MARC}>", f"approve {s.waiting}", answers=s.question, proved=True), id="an order on the own entry"),
    pytest.param(lambda c, s: FAIL + c.mail(A, "ok 1", answers=s.digests[ADA]), id="ada's own on a mail that failed"),
    pytest.param(lambda c, s: c.mail(A, "ok 1", answers=s.relays[BEN]), id="ben's in ada's name"),
    pytest.param(lambda c, s: c.mail(A, "undo", answers=s.receipt, quoting=False, subject="x").replace(token_of(s.receipt).encode(), b"mb1o"), id="a receipt's with the token taken out"),
    pytest.param(lambda c, s: c.mail(f"{token_of(s.digests[ADA])} <{MALLORYS}>", "ok 1", proved=True), id="ada's as a stranger's display name"),
]  # fmt: skip


@pytest.mark.parametrize("mail", STOLEN)
def test_a_token_in_the_wrong_hand_orders_nothing(campaign: Battlefield, scene: Scene, mail) -> None:
    campaign.holds_off(mail(campaign, scene), answers=(MALLORYS,))


def _located(scene: Scene) -> str:
    """The Message-ID of Ada's digest without its capability."""
    return str(scene.digests[ADA].message["Message-ID"]).replace(token_of(scene.digests[ADA]) + ".", "")


def test_references_of_a_card_without_its_token_locate_and_authorize_nothing(
    campaign: Battlefield, scene: Scene
) -> None:
    where = _located(scene)
    campaign.holds_off(campaign.mail(A, "ok 1", In_Reply_To=where, References=where))
    whole = str(scene.digests[BEN].message["Message-ID"])
    campaign.holds_off(campaign.mail(MALLORY, "ok 1", In_Reply_To=whole, References=whole, proved=True))


# -- challenges ------------------------------------------------------------------------------------


def challenged(campaign: Battlefield, scene: Scene, order: str = "no"):
    """A question to Ada whether she sent that order."""
    letters = campaign.holds_off(campaign.mail(A, f"{order} {scene.waiting}"))
    return next(letter for letter in letters if letter.template == "challenge" and letter.to == ADA)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda c, q: c.mail(MALLORY, "YES", answers=q, proved=True), id="from a stranger"),
        pytest.param(lambda c, q: c.mail(B, "YES", answers=q, proved=True), id="from the other organizer"),
        pytest.param(lambda c, q: c.mail(f"Marc <{MARC}>", "YES", answers=q, proved=True), id="from a signer"),
        pytest.param(lambda c, q: FAIL + c.mail(A, "YES", answers=q), id="from a mail that failed authentication"),
        pytest.param(lambda c, q: c.mail(A, "YES", answers=q, proved=True).replace(b"From: Ada", b"From: mallory@elsewhere.example, Ada"), id="from two mailboxes"),
        pytest.param(lambda c, q: c.mail(A, "YES", answers=q).replace(token_of(q).encode(), b"mb1c"), id="without its token"),
        pytest.param(lambda c, q: c.mail(A, "YES", answers=q).replace(token_of(q)[-6:].encode(), b"000000"), id="with its token bent"),
        pytest.param(lambda c, q: c.mail(A, "Auto: I am away.\nYES", answers=q, Auto_Submitted="auto-replied"), id="from a machine"),
        pytest.param(lambda c, q: c.mail(A, "Thank you.", answers=q), id="by a mail that only quotes it"),
        pytest.param(lambda c, q: c.mail(A, "> YES", answers=q), id="in a quote"),
        pytest.param(lambda c, q: c.mail(A, "NO", answers=q), id="with a no"),
    ],
)  # fmt: skip
def test_a_challenge_answered_otherwise_does_nothing(campaign: Battlefield, scene: Scene, answer) -> None:
    campaign.holds_off(answer(campaign, challenged(campaign, scene)), answers=(MALLORYS, MARC))


def test_the_token_of_a_challenge_allows_no_other_order(campaign: Battlefield, scene: Scene) -> None:
    question = challenged(campaign, scene)
    campaign.holds_off(with_token(campaign, scene, token_of(question), body=f"approve {scene.waiting}"))


def test_a_yes_does_nothing_a_second_time(campaign: Battlefield, scene: Scene) -> None:
    """Somebody who saw Ada's YES, token and all, sends it again when she has taken the order back."""
    question = challenged(campaign, scene, "approve")
    campaign.strike(campaign.mail(A, "YES", answers=question))
    campaign.strike(campaign.mail(A, f"undo {scene.waiting}", proved=True))
    assert campaign.roll()[scene.waiting]["status"] == "awaiting_organizers"
    campaign.holds_off(campaign.mail(A, "YES", answers=question))


def resealed(mail: bytes, again: Callable[[bytes], bytes]) -> bytes:
    """The signed mail under another Message-ID, its seal written in another way that holds as well."""
    mail = mail.replace(b"Message-ID: <", b"Message-ID: <x")
    seal = re.search(rb";\s+b=([A-Za-z0-9+/=\s]+?)\r\n(?![ \t])", mail)
    assert seal
    other = mail[: seal.start(1)] + again(re.sub(rb"\s", b"", seal[1])) + mail[seal.end(1) :]
    assert other != mail
    assert dkim.verify(other, dnsfunc=lambda name, **_: dns(name.decode().removesuffix(".")))
    return other


def more_by_the_modulus(seal: bytes) -> bytes:
    public = serialization.load_pem_private_key(key("organizers.example")[0], None).public_key()
    number = int.from_bytes(seal, "big") + public.public_numbers().n
    return number.to_bytes(len(seal) + 1, "big")


# -- replays ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda mail: mail, id="octet for octet"),
        pytest.param(lambda mail: b"Received: from elsewhere.example by mx.openletter.example\r\n" + mail, id="by another way"),
        pytest.param(lambda mail: mail.replace(b"To: letter@openletter.example", b"TO: letter@openletter.example"), id="with a field written otherwise"),
        pytest.param(lambda mail: mail.replace(b"\r\n", b"\n"), id="with other line ends"),
        pytest.param(lambda mail: mail + b"\r\n", id="with an empty line more"),
        pytest.param(lambda mail: b"X-Note: 1\r\n" + mail.replace(b"Message-ID: <", b"Message-ID: <x"), id="under another Message-ID"),
        pytest.param(lambda mail: mail.replace(b"Message-ID", b"X-Message-ID"), id="without its Message-ID"),
        pytest.param(lambda mail: resealed(mail, lambda seal: seal[:-3] + bytes([seal[-3] + 1]) + b"=="), id="with its seal written otherwise"),
        pytest.param(lambda mail: resealed(mail, lambda seal: base64.b64encode(more_by_the_modulus(base64.b64decode(seal)))), id="with its seal a modulus higher"),
        pytest.param(lambda mail: resealed(mail, lambda seal: seal[:40] + b"\r\n\t" + seal[40:] + b"===="), id="with its seal stretched"),
        pytest.param(lambda mail: b"DKIM-Signature: v=1; d=elsewhere.example; b=x\r\n" * 6 + mail.replace(b"Message-ID: <", b"Message-ID: <x"), id="below six signatures of others"),
        pytest.param(lambda mail: b"DKIM-Signature: v=1; d=elsewhere.example; b=x\r\n" * 30 + mail.replace(b"Message-ID: <", b"Message-ID: <x"), id="below thirty signatures of others"),
        pytest.param(lambda mail: mail.replace(b"Message-ID: <", b"Message-ID: <x").replace(b"Subject: signature", b"subject:  signature \r\n "), id="folded otherwise, under another Message-ID"),
    ],
)  # fmt: skip
def test_a_signed_order_replayed_after_it_was_undone_is_not_done_again(
    checking: Battlefield, scene: Scene, again
) -> None:
    order = sign(checking.mail(A, f"approve {scene.waiting}"), "organizers.example")
    checking.strike(order)
    checking.strike(sign(checking.mail(A, f"undo {scene.waiting}"), "organizers.example"))
    assert checking.roll()[scene.waiting]["status"] == "awaiting_organizers"
    checking.holds_off(again(order))


def test_a_proved_withdrawal_replayed_does_not_take_off_the_next_signature(copies, scene: Scene) -> None:
    campaign = copies(dns)
    gone = sign(campaign.mail(f"Tamarack <{DESK}>", "Please take Tamarack Books off the list."), "tamarack.example")
    campaign.strike(gone)
    campaign.strike(
        sign(campaign.mail(f"Tamarack <{DESK}>", "Please add our organization: Tamarack Books"), "tamarack.example")
    )
    assert sorted(campaign.statuses().values()) == ["awaiting_organizers", "awaiting_organizers", "awaiting_signer"]
    campaign.holds_off(b"Received: from elsewhere.example\r\n" + gone, answers=(DESK,))


def test_a_yes_replayed_after_the_signer_withdrew_confirms_nothing(campaign: Battlefield, scene: Scene) -> None:
    yes = campaign.mail(f"Paul <{PAUL}>", "YES", answers=scene.echo)
    campaign.strike(yes)
    campaign.strike(campaign.mail(f"Paul <{PAUL}>", "Please remove us from the list.", proved=True))
    campaign.holds_off(
        b"X-Note: again\r\n" + yes, PASS.format(domain="lantern.example").encode() + yes, answers=(PAUL,)
    )


# -- genuine mails to somebody else ----------------------------------------------------------------

ELSEWHERE = "To: news@newsletter.example"


def elsewhere(mail: bytes) -> bytes:
    return mail.replace(b"To: letter@openletter.example", ELSEWHERE.encode())


@pytest.mark.parametrize(
    "sent_on",
    [
        pytest.param(lambda mail, domain: sign(elsewhere(mail), domain), id="as it was"),
        pytest.param(lambda mail, domain: b"To: letter@openletter.example\r\n" + sign(elsewhere(mail), domain), id="with our address added"),
        pytest.param(lambda mail, domain: b"Cc: letter@openletter.example\r\n" + sign(elsewhere(mail), domain), id="with a copy to us added"),
        pytest.param(lambda mail, domain: b"Delivered-To: letter@openletter.example\r\n" + sign(elsewhere(mail), domain), id="with the field of a delivery to us"),
        pytest.param(lambda mail, domain: sign(elsewhere(mail), domain, include_headers=(b"from", b"subject")).replace(ELSEWHERE.encode(), b"To: letter@openletter.example"), id="with a recipient that was not signed"),
    ],
)  # fmt: skip
def test_a_genuine_mail_to_somebody_else_sent_on_to_us_does_nothing(copies, scene: Scene, sent_on) -> None:
    """Ada's word to a colleague, Tamarack's to a newsletter: signed by them, and never meant for us."""
    campaign = copies(dns)
    campaign.holds_off(sent_on(campaign.mail(A, f"approve {scene.waiting}"), "organizers.example"))
    off = campaign.mail(f"Tamarack <{DESK}>", "Please take us off the list.")
    campaign.holds_off(sent_on(off, "tamarack.example"), answers=(DESK,))


def test_a_pass_that_our_server_reports_for_a_mail_to_somebody_else_is_none(
    campaign: Battlefield, scene: Scene
) -> None:
    campaign.holds_off(elsewhere(campaign.mail(A, f"approve {scene.waiting}", proved=True)))


def test_a_signed_order_that_ada_owned_by_yes_is_not_done_again(copies, scene: Scene) -> None:
    """The name server was away when her mail came; when it is back, somebody sends it again."""
    keys: list[Callable] = [lambda name: None]
    campaign = copies(lambda name: keys[0](name))
    order = sign(campaign.mail(A, f"approve {scene.waiting}"), "organizers.example")
    (question,) = [one for one in campaign.holds_off(order) if one.template == "challenge"]
    campaign.strike(campaign.mail(A, "YES", answers=question))
    assert campaign.roll()[scene.waiting]["status"] == "listed"
    keys[0] = dns
    campaign.strike(sign(campaign.mail(A, f"undo {scene.waiting}"), "organizers.example"))
    assert campaign.roll()[scene.waiting]["status"] == "awaiting_organizers"
    campaign.holds_off(b"X-Note: 1\r\n" + order.replace(b"Message-ID: <", b"Message-ID: <x"))
