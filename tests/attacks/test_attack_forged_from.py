"""Orders in an organizer's name: nothing but the question to that organizer comes of them."""

import pytest
from attack_scene import MALLORY, PASS, A, Battlefield, Scene, sign
from journey import ADA, AUTHSERV

ALIGNED = "dmarc=pass header.from=organizers.example"


def test_a_mail_that_ada_really_signed_is_obeyed(checking: Battlefield, scene: Scene) -> None:
    checking.strike(sign(checking.mail(A, f"approve {scene.waiting}"), "organizers.example"))
    assert checking.roll()[scene.waiting]["status"] == "listed"


def _body_changed(mail: bytes) -> bytes:
    return sign(mail, "organizers.example").replace(b"approve", b"Approve")


def _second_from(mail: bytes) -> bytes:
    return f"From: {MALLORY}\r\n".encode() + sign(mail, "organizers.example")


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(lambda mail: mail, id="no signature"),
        pytest.param(lambda mail: sign(mail, "elsewhere.example"), id="a valid signature of somebody else"),
        pytest.param(lambda mail: sign(mail, "organizers.example", owner="elsewhere.example"), id="a signature by another key"),
        pytest.param(_body_changed, id="a signature over another body"),
        pytest.param(lambda mail: sign(mail.split(b"\r\n\r\n")[0] + b"\r\n\r\nHello\r\n", "organizers.example", length=True) + mail.split(b"\r\n\r\n")[1], id="an order behind the length that was signed"),
        pytest.param(lambda mail: sign(mail, "organizers.example", include_headers=(b"from", b"to")).replace(b"Subject: signature", b"Subject: else"), id="a subject that was not signed"),
        pytest.param(lambda mail: b"Reply-To: mallory@elsewhere.example\r\n" + sign(mail, "organizers.example"), id="a reply address added to a signed mail"),
        pytest.param(lambda mail: sign(mail, "organizers.example", algorithm=b"rsa-sha1"), id="a signature of 2004"),
        pytest.param(lambda mail: sign(mail, "elsewhere.example").replace(b"d=elsewhere", b"d=organizers"), id="a signature with its domain changed"),
        pytest.param(lambda mail: sign(mail, "elsewhere.example", identity=b"ada@elsewhere.example"), id="a valid signature with her name as its identity"),
        pytest.param(lambda mail: sign(mail, "organizers.example.elsewhere.example", owner="elsewhere.example"), id="her domain as a subdomain of another"),
        pytest.param(lambda mail: sign(sign(mail, "elsewhere.example"), "organizers.example", owner="elsewhere.example"), id="two signatures, the aligned one failing"),
        pytest.param(lambda mail: sign(mail.replace(f"From: {A}".encode(), f"From: {MALLORY}".encode()), "elsewhere.example").replace(f"From: {MALLORY}".encode(), f"From: {A}".encode()), id="the From changed after signing"),
        pytest.param(lambda mail: sign(mail, "example", owner="elsewhere.example"), id="a signature of the top-level domain"),
    ],
)  # fmt: skip
def test_a_forged_from_with_any_signature_orders_nothing(checking: Battlefield, scene: Scene, forged) -> None:
    mail = forged(checking.mail(A, f"approve {scene.waiting}"))
    letters = checking.holds_off(mail)
    assert [letter.to for letter in letters if letter.template == "challenge"] in ([], [ADA])


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(_second_from, id="a second From on top of a signed mail"),
        pytest.param(lambda mail: sign(mail, "organizers.example").replace(b"\r\n\r\n", f"\r\nFrom: {MALLORY}\r\n\r\n".encode(), 1), id="a second From below"),
        pytest.param(lambda mail: sign(mail, "organizers.example").replace(b"From: Ada", b"From: mallory@elsewhere.example, Ada"), id="a second mailbox"),
    ],
)  # fmt: skip
def test_a_signed_mail_made_to_have_two_authors_orders_nothing(checking: Battlefield, scene: Scene, wrapped) -> None:
    checking.holds_off(wrapped(checking.mail(A, f"approve {scene.waiting}")))


FIELDS = [
    pytest.param(f"mx.elsewhere.example; {ALIGNED}", id="another server's name"),
    pytest.param(f"{AUTHSERV}.elsewhere.example; {ALIGNED}", id="our server's name as a beginning"),
    pytest.param(f"elsewhere.{AUTHSERV}; {ALIGNED}", id="our server's name as an end"),
    pytest.param(f'"{AUTHSERV} "; {ALIGNED}', id="our server's name quoted with a blank"),
    pytest.param(f"{AUTHSERV}; dmarc=fail header.from=organizers.example", id="an explicit failure"),
    pytest.param(f"{AUTHSERV} ({ALIGNED}); spf=none", id="inside a comment"),
    pytest.param(f"{AUTHSERV} (x (; {ALIGNED}) y); spf=none", id="inside nested comments"),
    pytest.param(f"{AUTHSERV} (x \\) ; {ALIGNED}); spf=none", id="behind an escaped end of a comment"),
    pytest.param(f"{AUTHSERV} (x; {ALIGNED}", id="in a comment that never ends"),
    pytest.param(f'{AUTHSERV}; spf=none reason="x; {ALIGNED}"', id="in a quoted reason"),
    pytest.param(f'{AUTHSERV}; spf=none reason="x\\"; {ALIGNED}"', id="behind an escaped quote"),
    pytest.param(f'{AUTHSERV}; spf=pass smtp.mailfrom="a; {ALIGNED}; x"@elsewhere.example', id="in a quoted envelope sender"),
    pytest.param(f"{AUTHSERV}; spf=pass smtp.mailfrom=a(@organizers.example)@elsewhere.example", id="in a comment of the envelope sender"),
    pytest.param(f"{AUTHSERV}; {ALIGNED}; dmarc=fail header.from=organizers.example", id="the method twice, pass first"),
    pytest.param(f"{AUTHSERV}; dmarc=none header.from=organizers.example; {ALIGNED}", id="the method twice, none first"),
    pytest.param(f"{AUTHSERV}; dkim=fail header.d=organizers.example header.s=s1; dkim=pass header.d=organizers.example header.s=s1", id="one signature both failing and passing"),
    pytest.param(f"{AUTHSERV}; spf=pass header.from=organizers.example", id="another method's property"),
    pytest.param(f"{AUTHSERV}; spf=pass smtp.mailfrom=organizers.example", id="SPF alone"),
    pytest.param(f"{AUTHSERV}; spf=pass smtp.mailfrom=b@mail.organizers.example; dkim=fail header.d=organizers.example", id="SPF of a subdomain"),
    pytest.param(f"{AUTHSERV}; dkim=pass smtp.mailfrom=organizers.example", id="an envelope as a signature"),
    pytest.param(f"{AUTHSERV}; dkim=pass header.b=organizers.example", id="a property that names no domain"),
    pytest.param(f"{AUTHSERV}; dmarc=pass", id="a pass of nothing"),
    pytest.param(f"{AUTHSERV}; dmarc=pass header.from=elsewhere.example", id="a pass of somebody else's domain"),
    pytest.param(f"{AUTHSERV}; dmarc=pass header.from=organizers.example header.from=elsewhere.example", id="the property twice"),
    pytest.param(f"{AUTHSERV}; dmarc=bestguesspass header.from=organizers.example", id="a guess"),
    pytest.param(f"{AUTHSERV}; dmarc = pass-ish header.from=organizers.example", id="not quite a pass"),
    pytest.param(f"{AUTHSERV} 2; {ALIGNED}", id="another version of the field"),
    pytest.param(f"{AUTHSERV}; dmarc/2=pass header.from=organizers.example", id="another version of the method"),
    pytest.param(f"{AUTHSERV}; none; {ALIGNED}", id="a result behind none"),
    pytest.param(f"{AUTHSERV}; x-dmarc=pass header.from=organizers.example", id="a method of that ending"),
    pytest.param(f"{AUTHSERV}; dkim=pass header.d=organizers.example.elsewhere.example", id="her domain under another"),
    pytest.param(f"{AUTHSERV}; dkim=pass header.d=example", id="the top-level domain"),
    pytest.param(f"{AUTHSERV}; dkim=pass header.i=@organizers.example@elsewhere.example", id="two at signs"),
    pytest.param(f"{AUTHSERV}; spf=none\r\n {AUTHSERV}; {ALIGNED}", id="a field folded into a field"),
    pytest.param(f"mx.elsewhere.example;\r\n\t({AUTHSERV};)\r\n\t{ALIGNED}", id="our name in a folded comment"),
    pytest.param(f"\r\n {AUTHSERV}\r\n (\r\n ;\r\n {ALIGNED}\r\n )", id="folded where no fold belongs"),
    pytest.param(f"{AUTHSERV}; d\r\n marc=pass header.from=organizers.example", id="a method folded in the middle"),
]  # fmt: skip


@pytest.mark.parametrize("value", FIELDS)
def test_a_forged_or_failing_results_field_orders_nothing(campaign: Battlefield, scene: Scene, value: str) -> None:
    mail = campaign.mail(A, f"approve {scene.waiting}")
    campaign.holds_off(f"Authentication-Results: {value}\r\n".encode() + mail)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(f"Authentication-Results: {AUTHSERV}; dmarc=none header.from=organizers.example\r\nAuthentication-Results: {AUTHSERV}; {ALIGNED}\r\n", id="below our own that found nothing"),
        pytest.param(f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=organizers.example\r\nAuthentication-Results: {AUTHSERV}; {ALIGNED}\r\n", id="below our own that failed it"),
        pytest.param(f"Authentication-Results: mx.elsewhere.example; none\r\nAuthentication-Results: {AUTHSERV}; {ALIGNED}\r\n", id="below somebody else's"),
        pytest.param(f"ARC-Authentication-Results: i=1; {AUTHSERV}; {ALIGNED}\r\n", id="in a chain's field"),
        pytest.param(f"X-Authentication-Results: {AUTHSERV}; {ALIGNED}\r\n", id="in a field of the like name"),
        pytest.param(f"X-Note: x\rAuthentication-Results: {AUTHSERV}; {ALIGNED}\r\n", id="behind a lone carriage return"),
        pytest.param(f"X-Note: \0\r\nAuthentication-Results: {AUTHSERV}; {ALIGNED}\r\n", id="below a NUL"),
        pytest.param(f"Received-SPF: pass client-ip=192.0.2.1; envelope-from=ada@organizers.example; x={AUTHSERV}\r\n", id="in another field of trust"),
        pytest.param(f"Comments: x\r\n Authentication-Results: {AUTHSERV}; {ALIGNED}\r\n", id="in the fold of another field"),
    ],
)  # fmt: skip
def test_a_results_field_in_the_wrong_place_orders_nothing(campaign: Battlefield, scene: Scene, head: str) -> None:
    campaign.holds_off(head.encode() + campaign.mail(A, f"approve {scene.waiting}"))


AUTHORS = [
    pytest.param(f"From: {MALLORY}\r\nFrom: {A}", id="two From fields, hers below"),
    pytest.param(f"From: {A}\r\nFrom: {MALLORY}", id="two From fields, hers on top"),
    pytest.param(f"From: {A}\r\nFROM: {A}", id="her own From twice"),
    pytest.param(f"From: {A}, {MALLORY}", id="two mailboxes"),
    pytest.param(f"From: mallory@elsewhere.example {A}", id="two mailboxes without a comma"),
    pytest.param(f"From: <mallory@elsewhere.example> {ADA}", id="her address behind the angle"),
    pytest.param(f"From: Organizers: {A}, {MALLORY};", id="a group of two"),
    pytest.param("From: Organizers:;", id="an empty group"),
    pytest.param(f"From: Ada: {MALLORY};", id="a group in her name"),
    pytest.param(f'From: "{ADA}" <mallory@elsewhere.example>', id="her address as a display name"),
    pytest.param(f"From: {ADA} <mallory@elsewhere.example>", id="her bare address as a display name"),
    pytest.param(f"From: mallory@elsewhere.example ({ADA})", id="her address in a comment"),
    pytest.param("From: =?utf-8?q?Ada_=3Cada=40organizers=2Eexample=3E?= <mallory@elsewhere.example>", id="her address in an encoded word"),
    pytest.param("From: =?utf-8?q?Ada_=3Cada=40organizers=2Eexample=3E?=", id="nothing but an encoded word"),
    pytest.param("From: <=?utf-8?q?ada=40organizers=2Eexample?=>", id="an encoded word for an address"),
    pytest.param("From: ada@xn--rganizers-57h.example", id="a homoglyph domain in A-labels"),
    pytest.param("From: ada@οrganizers.example", id="a Greek letter in the domain"),
    pytest.param("From: аda@organizers.example", id="a Cyrillic letter in the name"),
    pytest.param("From: ada@organizerſ.example", id="a long s in the domain"),
    pytest.param("From: ada@ｏrganizers.example", id="a full-width letter in the domain"),
    pytest.param("From: ada@organizers。example", id="an ideographic full stop"),
    pytest.param("From: ada@organizers.example.", id="the dot of the root"),
    pytest.param("From: ADA@ORGANIZERS.EXAMPLE", id="capitals"),
    pytest.param("From: ada@Organizers.Example", id="capitals in the domain"),
    pytest.param("From: <@elsewhere.example:ada@organizers.example>", id="a source route"),
    pytest.param('From: "ada"@organizers.example', id="a quoted name"),
    pytest.param('From: "ada@organizers.example"@elsewhere.example', id="her address as a name of another domain"),
    pytest.param("From: ada%organizers.example@elsewhere.example", id="a percent for an at"),
    pytest.param("From: ada @ organizers . example", id="blanks in the address"),
    pytest.param("From: ada(x)@organizers.example", id="a comment in the address"),
    pytest.param(f"From: {MALLORY}\r\nSender: {A}", id="her as the sender"),
    pytest.param(f"From: {MALLORY}\r\nReply-To: {A}", id="her as the one to answer"),
    pytest.param(f"From: {MALLORY}\r\nResent-From: {A}", id="her as the one who sent it again"),
    pytest.param(f"From: {MALLORY}\r\nX-Original-From: {A}", id="her as the original author"),
    pytest.param(f"From: {MALLORY}\r\n From: {A}", id="her From in a fold"),
    pytest.param(f"From: {MALLORY}\r\nReturn-Path: <{ADA}>", id="her as the envelope's sender"),
    pytest.param(f"Subject: x\rFrom: {A}\r\nFrom: {MALLORY}", id="her From behind a lone carriage return"),
    pytest.param("X-None: 1", id="no From at all"),
]  # fmt: skip


@pytest.mark.parametrize("line", AUTHORS)
def test_an_author_who_is_not_plainly_ada_orders_nothing(campaign: Battlefield, scene: Scene, line: str) -> None:
    """Mallory's own domain is proved by our server, as it would be."""
    octets = campaign.mail(A, f"approve {scene.waiting}").replace(f"From: {A}".encode(), line.encode())
    campaign.holds_off(
        PASS.format(domain="elsewhere.example").encode() + octets, answers=("mallory@elsewhere.example",)
    )


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("ada+desk@organizers.example", id="a plus address"),
        pytest.param("ada.@organizers.example", id="a dot at the end of the name"),
        pytest.param("a.da@organizers.example", id="a dot in the name"),
        pytest.param("ad@organizers.example", id="a shorter name"),
        pytest.param("ada@mail.organizers.example", id="a host of the domain"),
        pytest.param("ada@example", id="the top-level domain"),
        pytest.param("аda@organizers.example", id="a Cyrillic letter"),
        pytest.param("ada\u200b@organizers.example", id="a letter that nobody sees"),
        pytest.param("ada@organizers.example@organizers.example", id="the domain twice"),
    ],
)
def test_a_neighbour_of_adas_who_is_proved_orders_nothing(campaign: Battlefield, scene: Scene, address: str) -> None:
    octets = campaign.mail(A, f"approve {scene.waiting}").replace(f"From: {A}".encode(), f"From: {address}".encode())
    head = f"Authentication-Results: {AUTHSERV}; {ALIGNED}; dkim=pass header.d=organizers.example\r\n"
    campaign.holds_off(head.encode() + octets, answers=(address,))


def test_a_stranger_who_is_proved_orders_nothing(campaign: Battlefield, scene: Scene) -> None:
    campaign.holds_off(
        campaign.mail(MALLORY, f"approve {scene.waiting}", proved=True), answers=("mallory@elsewhere.example",)
    )
