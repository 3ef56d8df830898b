"""Whatever octets come, they become a Message and an Intent, the same each time, and invent nothing."""

import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.intents import Context, Intent, Sign, Standing
from mailbot.core.message import Message
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse
from mailbot.reading.rulebook import Rulebook

CHARSETS = ["utf-8", "gb2312", "gb18030", "big5-hkscs", "hz", "iso-2022-jp", "utf-7", "utf-16", "x-unknown", '"', ""]
CODINGS = ["base64", "quoted-printable", "8bit", "x-uuencode", "binary", "x-none", "base64; x=y"]
TYPES = [
    "text/plain",
    "text/html",
    "text/csv",
    "message/rfc822",
    "message/delivery-status",
    "multipart/mixed",
    "a",
    "application/pdf",
]
SAYINGS = [
    "Please add us: Tamarack Books",
    "請將本會加入：加西書會",
    "Merci d'ajouter la Chorale du Port",
    "On Fri, Jan 8, 2021 at 4:47 PM Ben <ben@x.example> wrote:",
    "> Please add the Harbour Choir",
    "---------- Forwarded message ---------",
    "<blockquote type=cite><table><tr><td>Harbour Choir",
    "Best regards,",
    "Ruth Penner",
    "Name,Sign\nTamarack Books,YES",
    "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1",
    "1 OK, 2 no",
    "YES",
    "",
]


@st.composite
def parts(draw: st.DrawFn) -> bytes:
    """One part whose header may lie about its body."""
    kind, charset, coding = (draw(st.sampled_from(choice)) for choice in (TYPES, CHARSETS, CODINGS))
    name = draw(st.sampled_from(["", "; name=list.csv", "; name*0*=utf-8''%E8%AB%8B%; name*1=x", '; boundary="b"']))
    header = f"Content-Type: {kind}; charset={charset}{name}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n".encode()
    said = "\r\n".join(draw(st.lists(st.sampled_from(SAYINGS) | st.text(max_size=30), max_size=6)))
    return header + draw(st.just(said.encode("utf-8", "replace")) | st.binary(max_size=60))


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """Octets in the shape of a mail, more or less."""
    names = st.sampled_from(
        ["From", "To", "Subject", "Return-Path", "Auto-Submitted", "List-Id", "In-Reply-To", "Date", "X"]
    )
    values = st.sampled_from(
        [
            "Ruth <ruth@tamarack.example>",
            "<>",
            "=?utf-8?B?6KuL?=",
            "=?gb2312?Q?=C7=EB?= =?x?",
            "auto-replied",
            "Re: 1",
            "a, b; c: d",
        ]
    ) | st.text(max_size=30)
    fields = draw(st.lists(st.tuples(names, values), max_size=7))
    header = b"".join(f"{name}: {value}\r\n".encode("utf-8", "replace") for name, value in fields)
    bodies = draw(st.lists(parts(), min_size=1, max_size=4))
    if len(bodies) == 1:
        return header + bodies[0]
    many = b"".join(b"\r\n--b\r\n" + body for body in bodies)
    return header + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n" + many + b"\r\n--b--\r\n"


CONTEXTS = st.sampled_from(
    [
        Context(),
        Context(standing=Standing.SIGNER, own_addresses=frozenset({"letter@openletter.example"})),
        Context(standing=Standing.ORGANIZER, cards={1: "K7Q4", 2: "M3XA"}, today="2021-01-08"),
    ]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(octets=mails() | st.binary(max_size=300), context=CONTEXTS)
def test_any_octets_give_one_message_and_one_intent(rulebook: Rulebook, octets: bytes, context: Context) -> None:
    message = parse(octets)
    assert parse(octets) == message
    intent = interpret(message, rulebook, context)
    assert interpret(message, rulebook, context) == intent
    _holds_nothing_unseemly(message)
    _invents_nothing(intent)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(octets=mails(), cut=st.integers(min_value=0, max_value=2_000))
def test_a_mail_cut_anywhere_is_still_read(rulebook: Rulebook, octets: bytes, cut: int) -> None:
    assert interpret(parse(octets[:cut]), rulebook).reason


def _holds_nothing_unseemly(message: Message) -> None:
    shown = [message.subject, *(part for pair in message.fields for part in pair)]
    shown += [a.display_name for a in (*message.authors, *message.to)] + [a.filename for a in message.attachments]
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for text in shown for c in text)
    assert "\x00" not in message.text + message.html


def _invents_nothing(intent: Intent) -> None:
    """A signature has a name, and the name stands in the words that prove it."""
    if not isinstance(intent, Sign):
        return
    assert intent.signatories
    for signatory in intent.signatories:
        proof = "".join(signatory.evidence["name"].text.split())
        assert signatory.name
        assert signatory.name[0] not in "=+-@"
        assert "".join(signatory.name.split()).casefold()[:4] in proof.casefold() or not proof.isascii()
