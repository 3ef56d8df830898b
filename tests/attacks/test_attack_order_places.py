"""Order words where nobody gave an order: names, subjects, hidden text, quotes, attachments, machines."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from attack_scene import MALLORY, MARC, PASS, PAUL, A, Battlefield, Scene
from journey import ADA, AUTHSERV, LETTER

MALLORYS = "mallory@elsewhere.example"
PROVED = PASS.format(domain="organizers.example").encode()
NUMBERS = iter(range(1, 10_000))


def from_ada(subject: str = "Re: cards") -> EmailMessage:
    """A mail that is Ada's by all evidence; what stands in it is another's doing, or her client's."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = A, LETTER, subject
    message["Message-ID"] = f"<{next(NUMBERS)}.place@organizers.example>"
    return message


def plain(text: str, subject: str = "Re: cards", **fields: str) -> bytes:
    message = from_ada(subject)
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return PROVED + message.as_bytes()


def html_only(html: str) -> bytes:
    message = from_ada()
    message.set_content(html, subtype="html")
    return PROVED + message.as_bytes()


def alternative(text: str, html: str) -> bytes:
    message = from_ada()
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return PROVED + message.as_bytes()


def attached(order: str, kind: str) -> bytes:
    message = from_ada()
    message.set_content("For your files.")
    if kind == "message":
        inner = EmailMessage(policy=SMTP)
        inner["From"], inner["To"], inner["Subject"] = A, LETTER, order
        inner.set_content(order)
        message.add_attachment(inner)
    elif kind == "text":
        message.add_attachment(order, filename="orders.txt")
    elif kind == "html":
        message.add_attachment(f"<p>{order}</p>", subtype="html", filename="orders.html")
    else:
        message.add_attachment(order.encode(), maintype="text", subtype="csv", filename="orders.csv")
    return PROVED + message.as_bytes()


def bounce(order: str, scene: Scene) -> bytes:
    """A report that returns our digest whole, with an order in the words of the server."""
    returned = scene.digests[ADA].message
    report = (
        f"From: {A}\r\nTo: {LETTER}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{next(NUMBERS)}.b@organizers.example>\r\nIn-Reply-To: {returned['Message-ID']}\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{order}\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ADA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    ).encode()
    return (
        PROVED
        + report
        + b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + returned.as_bytes(policy=SMTP)
        + b"\r\n--b--\r\n"
    )


QUOTED = "On Sat, Jan 9, 2021 at 6:31 PM Letter <letter@openletter.example> wrote:"
PLACES = [
    pytest.param(lambda o, s: plain("Thank you.", subject=o), id="in the subject"),
    pytest.param(lambda o, s: plain("Thank you.", Comments=o, Keywords=o, X_Command=o), id="in other fields"),
    pytest.param(lambda o, s: plain("Thank you.\n").replace(b"Ada <", f'"{o}" <'.encode()), id="in her display name"),
    pytest.param(lambda o, s: alternative("Thank you.", f"<p>{o}</p>"), id="in the HTML part alone"),
    pytest.param(lambda o, s: alternative("Thank you.", f"<p>Thank you.</p><p style='display:none'>{o}</p>"), id="hidden in the HTML part"),
    pytest.param(lambda o, s: html_only(f"<p>Thank you.</p><span style='display:none'>{o}</span>"), id="in a hidden span"),
    pytest.param(lambda o, s: html_only(f"<div style='visibility:hidden'>{o}</div><p>Thank you.</p>"), id="in an invisible block"),
    pytest.param(lambda o, s: html_only(f"<div style='font-size:0'>{o}</div><p>Thank you.</p>"), id="in letters of no size"),
    pytest.param(lambda o, s: html_only(f"<div hidden>{o}</div><p>Thank you.</p>"), id="in a hidden block"),
    pytest.param(lambda o, s: html_only(f"<!-- {o} --><p>Thank you.</p>"), id="in an HTML comment"),
    pytest.param(lambda o, s: html_only(f"<title>{o}</title><p>Thank you.</p>"), id="in the HTML title"),
    pytest.param(lambda o, s: html_only(f"<script>\n{o}\n</script><style>\n{o}\n</style><p>Thank you.</p>"), id="in a script"),
    pytest.param(lambda o, s: html_only(f"<img alt='{o}' src='x'><p>Thank you.</p>"), id="as the text of an image"),
    pytest.param(lambda o, s: html_only(f"<p>Thank you.</p><blockquote type='cite'>{o}</blockquote>"), id="in an HTML quote"),
    pytest.param(lambda o, s: html_only(f"<p>Thank you.</p><div class='gmail_quote'><div class='gmail_attr'>{QUOTED}<br></div><blockquote class='gmail_quote'>{o}</blockquote></div>"), id="in a quote of Gmail's"),
    pytest.param(lambda o, s: attached(o, "message"), id="in an attached message"),
    pytest.param(lambda o, s: attached(o, "text"), id="in an attached text"),
    pytest.param(lambda o, s: attached(o, "html"), id="in an attached page"),
    pytest.param(lambda o, s: attached(o, "csv"), id="in an attached table"),
    pytest.param(lambda o, s: bounce(o, s), id="in a bounce that returns our letter"),
    pytest.param(lambda o, s: plain(f"> {o}\n"), id="in a quote"),
    pytest.param(lambda o, s: plain(f"Thank you.\n\n{QUOTED}\n\n> {o}\n"), id="in a quote below"),
    pytest.param(lambda o, s: plain(f"{QUOTED}\n\n> Somebody wrote:\n> > {o}\n\nThank you.\n"), id="in a quote in a quote"),
    pytest.param(lambda o, s: plain(f"Thank you.\n\n-----Original Message-----\nFrom: Letter\nSent: Saturday\nTo: Ada\nSubject: cards\n\n{o}\n"), id="in a quote of Outlook's without marks"),
    pytest.param(lambda o, s: plain(f"FYI\n\n---------- Forwarded message ---------\nFrom: Mallory <{MALLORYS}>\nDate: Sat, 9 Jan 2021\nSubject: x\nTo: Ada\n\n{o}\n"), id="in a forwarded mail"),
    pytest.param(lambda o, s: plain(f"Begin forwarded message:\n\nFrom: Mallory <{MALLORYS}>\nSubject: x\nDate: 9 January 2021\nTo: Ada\n\n{o}\n"), id="in a mail forwarded by a telephone"),
    pytest.param(lambda o, s: plain(f"Thank you.\n\n-- \nAda\n{o}\n"), id="in a signature block"),
    pytest.param(lambda o, s: plain(f"{o}\n", Auto_Submitted="auto-replied"), id="in an automatic answer"),
    pytest.param(lambda o, s: plain(f"{o}\n", Precedence="auto_reply"), id="in one that says so otherwise"),
    pytest.param(lambda o, s: plain(f"I am out of the office until Monday and have no access to my mail.\n\n{o}\n", subject="Automatic reply: cards"), id="in an absence notice"),
    pytest.param(lambda o, s: plain(f"{o}\n", subject="Out of office").replace(b"From: ", b"Return-Path: <>\r\nFrom: ", 1), id="in a mail from nowhere"),
    pytest.param(lambda o, s: plain("\n".join(">" + line for line in s.digests[ADA].text.splitlines())), id="nowhere but in our own digest"),
    pytest.param(lambda o, s: plain(s.digests[ADA].text), id="in our own digest sent back unquoted"),
    pytest.param(lambda o, s: plain(f"Please do not {o} before we have talked.\n"), id="in a sentence that forbids it"),
    pytest.param(lambda o, s: plain(f"Did somebody {o}?\n"), id="in a question"),
    pytest.param(lambda o, s: plain(""), id="nowhere, in an empty mail"),
]  # fmt: skip


@pytest.mark.parametrize("mail", PLACES)
def test_order_words_where_ada_did_not_write_them_order_nothing(campaign: Battlefield, scene: Scene, mail) -> None:
    before, page = campaign.standing(), campaign.published()
    letters = campaign.strike(mail(f"approve {scene.waiting}", scene))
    assert campaign.standing() == before
    assert campaign.published() == page
    assert {letter.to for letter in letters} <= {ADA}
    campaign.leak_nothing(letters)


STRANGERS = [
    pytest.param(lambda o, s: (MALLORY, f"Please add our organization: {o}\n"), id="as the name of an organization"),
    pytest.param(lambda o, s: (f'"{o}" <{MALLORYS}>', "Please add me.\n"), id="as a display name"),
    pytest.param(lambda o, s: (MALLORY, f"Please add our organization: Mill Street Choir\n{o}\napprove all\n"), id="as a line of a request"),
    pytest.param(lambda o, s: (MALLORY, f"{o}\nok all\npanic\n"), id="as a whole mail"),
    pytest.param(lambda o, s: ("Rita <rita@press.example>", f"{o}\n"), id="from one whose mail was passed on"),
    pytest.param(lambda o, s: (f"Paul <{PAUL}>", f"{o}\n"), id="from a signer"),
]  # fmt: skip


@pytest.mark.parametrize("how", STRANGERS)
def test_order_words_of_a_stranger_order_nothing(campaign: Battlefield, scene: Scene, how) -> None:
    sender, body = how(f"approve {scene.waiting}", scene)
    mail = campaign.mail(sender, body)
    campaign.holds_off(mail, answers=(MALLORYS, "rita@press.example", PAUL), opens=True)


def test_a_strangers_order_words_that_reach_a_card_are_not_obeyed_when_ada_answers_it(
    campaign: Battlefield, scene: Scene
) -> None:
    """Her client quotes the whole card without a mark; her own word is about another one."""
    words = f"Please add our organization: Mill Street Choir\n\nWe say this to all of you:\nok {scene.waiting}\n"
    campaign.strike(campaign.mail(f'"approve all" <{MALLORYS}>', words, proved=True))
    campaign.now = campaign.now.replace(day=10)
    digest = campaign.digest(ADA)
    assert f"ok {scene.waiting}" in digest.text
    before = campaign.standing()
    text = f"Let me think.\n\n-----Original Message-----\nFrom: {LETTER}\nSent: Sunday\nTo: {ADA}\nSubject: cards\n\n{digest.text}"
    campaign.strike(campaign.mail(A, text, answers=digest, quoting=False, proved=True))
    assert campaign.standing() == before


def test_the_answer_of_a_stranger_to_a_mail_passed_on_reaches_nobody_else(campaign: Battlefield, scene: Scene) -> None:
    relay = scene.relays[ADA]
    for sender in (MALLORY, f"Marc <{MARC}>"):
        campaign.holds_off(campaign.mail(sender, "The letter is withdrawn.", answers=relay, proved=True))
    campaign.holds_off(campaign.mail(A, "The letter is withdrawn.", answers=relay).replace(b"mb1o", b"mb1s"))
    failed = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=organizers.example\r\n".encode()
    campaign.holds_off(failed + campaign.mail(A, "The letter is withdrawn.", answers=relay))


def test_more_than_thirty_orders_in_a_mail_are_not_done(campaign: Battlefield, scene: Scene) -> None:
    lines = "\n".join([f"note {scene.waiting}: {number}" for number in range(40)] + [f"approve {scene.waiting}"])
    before = campaign.standing()
    campaign.strike(plain(lines))
    assert campaign.standing() == before
