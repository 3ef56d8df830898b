"""Letters as they go out: every one in every language, complete, threaded, and answerable."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mailbot.core.decision import Letter
from mailbot.core.tokens import find
from mailbot.writing.letters import Composed, Composer, Letterhead, UnsendableLetterError, nearest
from mailbot.writing.rehearsal import SAMPLES

TAGS = ("en", "fr", "zh-Hans", "zh-Hant")
NOW = datetime(2021, 1, 9, 7, 30, tzinfo=timezone(timedelta(hours=-5)))
TOKEN = "mb1s4k10frk7q4" + "9x1c2d3e4f5g6h7j8k9mnpqrst"
CASES = [
    pytest.param(name, number, tag, id=f"{name} {number} {tag}")
    for name, samples in SAMPLES.items()
    for number in range(len(samples))
    for tag in TAGS
]


def compose(composer: Composer, template: str, *, token: str = TOKEN, **more: Any) -> Composed:
    more = {"facts": SAMPLES[template][0], "language": "en", "about": "K7Q4", **more}
    letter = Letter(template=template, to="joanna@mapleridge.example", **more)
    return composer.compose(letter, id="r4nd0m", now=NOW, token=token)


@cache
def sample(composer: Composer, name: str, number: int, tag: str) -> Composed:
    return compose(composer, name, facts=SAMPLES[name][number], language=tag)


@cache
def parsed(composed: Composed) -> EmailMessage:
    message = email.message_from_bytes(composed.octets, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not [defect for part in message.walk() for defect in part.defects]
    return message


def body(composed: Composed, kind: str = "plain") -> str:
    part = parsed(composed).get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def seen(html: str) -> str:
    """What a reader sees of an HTML part."""
    text = re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<head>.*?</head>", "", html))
    for escaped, plain in (("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", '"'), ("&amp;", "&")):
        text = text.replace(escaped, plain)
    return " ".join(text.split())


# -- every letter in every language ----------------------------------------------------------------


@pytest.mark.parametrize("tag", TAGS)
def test_no_language_lacks_a_letter(templates: dict[str, str], tag: str) -> None:
    assert {name for name in SAMPLES if f"{tag}/{name}.txt.j2" not in templates} == set()


@pytest.mark.parametrize(("name", "number", "tag"), CASES)
def test_every_letter_is_whole_in_every_language(
    composer: Composer, letterhead: Letterhead, name: str, number: int, tag: str
) -> None:
    composed = sample(composer, name, number, tag)
    message, text, html = parsed(composed), body(composed), body(composed, "html")
    assert text.startswith(letterhead.markers[tag] + "\n\n")
    assert text.rstrip().endswith(f"{letterhead.organizers_sign}\n[#K7Q4 {TOKEN}]")
    assert letterhead.markers[tag] in html
    assert f"[#K7Q4 {TOKEN}]" in html
    assert f'<html lang="{tag}">' in html
    assert message["Subject"] == composed.subject
    assert composed.subject.endswith(f"[#K7Q4 {TOKEN}]")
    assert message["X-Mailbot-Letter"] == name
    assert message["Content-Language"] == tag
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(("name", "number", "tag"), CASES)
def test_text_and_html_say_the_same(composer: Composer, name: str, number: int, tag: str) -> None:
    composed = sample(composer, name, number, tag)
    shown = seen(body(composed, "html")).replace(" ", "")
    for line in body(composed).split("\n"):
        for word in re.sub(r"^(\||✓|✗|!|\?|≈|-|—|\d+\.)\s*", "", line.strip()).split():
            assert word in shown


@pytest.mark.parametrize(("name", "number", "tag"), CASES)
def test_octets_are_what_every_server_takes(composer: Composer, name: str, number: int, tag: str) -> None:
    octets = sample(composer, name, number, tag).octets
    assert octets.isascii()
    assert octets.endswith(b"\r\n")
    lines = octets.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    header = octets.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(len(line) for line in header if line[:1] != b" " and line[:9] != b"Reply-To:") <= 100


@pytest.mark.parametrize("tag", TAGS)
def test_an_html_part_fetches_nothing_and_runs_nothing(composer: Composer, tag: str) -> None:
    for name in SAMPLES:
        html = body(compose(composer, name, language=tag), "html")
        assert not re.search(r"<(script|img|link|style|iframe|form|object|base)\b|url\(|@import|src=", html)
        for link in re.findall(r'href="([^"]*)"', html):
            assert link.startswith(("mailto:", "https://openletter.example/"))


# -- what it answers to ----------------------------------------------------------------------------


def test_a_letter_names_its_recipient_sender_and_time(composer: Composer, letterhead: Letterhead) -> None:
    composed = compose(composer, "echo")
    message = parsed(composed)
    assert composed.recipient == "joanna@mapleridge.example"
    assert message["To"] == "joanna@mapleridge.example"
    assert message["From"].addresses[0].display_name == letterhead.sender_name
    assert message["From"].addresses[0].addr_spec == letterhead.address
    assert message["Date"].datetime == NOW.astimezone(UTC)
    assert message["MIME-Version"] == "1.0"
    assert message["X-Auto-Response-Suppress"] == "All"


def test_the_title_stands_in_for_a_sender_without_a_name(templates: dict[str, str], letterhead: Letterhead) -> None:
    composer = Composer(templates, replace(letterhead, sender_name="", title='The "Open" Letter, 2021'))
    assert parsed(compose(composer, "echo"))["From"].addresses[0].display_name == 'The "Open" Letter, 2021'


def test_a_message_id_holds_the_token_and_nothing_odd(composer: Composer) -> None:
    composed = compose(composer, "echo")
    assert composed.message_id == f"{TOKEN}.r4nd0m@openletter.example"
    assert f"\r\nMessage-ID: <{composed.message_id}>\r\n".encode() in composed.octets
    assert compose(composer, "echo", token="").message_id == "r4nd0m@openletter.example"


def test_a_message_id_stays_short_and_ascii_whatever_the_domain(
    templates: dict[str, str], letterhead: Letterhead
) -> None:
    for domain in ("bücher.example", ".".join(["long-label"] * 22) + ".example"):
        composed = compose(Composer(templates, replace(letterhead, address=f"letter@{domain}")), "echo")
        assert composed.message_id.isascii()
        assert len(composed.message_id) < 200
        assert parsed(composed)["From"].addresses[0].domain.isascii()


def test_a_title_over_two_lines_is_one_title(templates: dict[str, str], letterhead: Letterhead) -> None:
    composed = compose(Composer(templates, replace(letterhead, title="Joint\n statement")), "listed")
    assert composed.subject.startswith("You are on the list of “Joint statement”")


@pytest.mark.parametrize("address", ["", "letter", "letter@", "a@b@c.example", "letter@" + "x" * 70 + ".example"])
def test_a_campaign_without_an_address_writes_nothing(
    templates: dict[str, str], letterhead: Letterhead, address: str
) -> None:
    with pytest.raises(UnsendableLetterError):
        Composer(templates, replace(letterhead, address=address))


@pytest.mark.parametrize(
    ("about", "token", "tag"),
    [
        pytest.param("K7Q4", TOKEN, f"[#K7Q4 {TOKEN}]", id="reference and token"),
        pytest.param("K7Q4", "", "[#K7Q4]", id="reference alone"),
        pytest.param("", TOKEN, f"[#{TOKEN}]", id="token alone, as in a digest"),
    ],
)
def test_the_subject_ends_with_what_brings_a_reply_back(composer: Composer, about: str, token: str, tag: str) -> None:
    assert compose(composer, "digest", about=about, token=token).subject.endswith(" " + tag)


def test_the_subject_has_no_tag_where_there_is_nothing_to_bring_back(composer: Composer) -> None:
    assert "[#" not in compose(composer, "digest", about="", token="").subject


def test_a_token_survives_in_every_place_that_a_reply_may_bring_back(composer: Composer) -> None:
    composed = compose(composer, "card")
    message = parsed(composed)
    places = [str(message[name]) for name in ("Subject", "Message-ID", "Reply-To")]
    for place in (*places, body(composed), body(composed, "html")):
        assert find([place]) == (TOKEN,)


def test_reply_to_is_a_plus_address_only_where_the_provider_has_them(
    templates: dict[str, str], letterhead: Letterhead, composer: Composer
) -> None:
    assert parsed(compose(composer, "echo"))["Reply-To"] == f"letter+{TOKEN}@openletter.example"
    assert parsed(compose(composer, "echo", token=""))["Reply-To"] == "letter@openletter.example"
    plain = Composer(templates, replace(letterhead, plus_addressing=False))
    assert parsed(compose(plain, "echo"))["Reply-To"] == "letter@openletter.example"


def test_a_plus_address_never_outgrows_a_local_part(templates: dict[str, str], letterhead: Letterhead) -> None:
    long = Composer(templates, replace(letterhead, address="signatures-of-the-open-letter@openletter.example"))
    assert parsed(compose(long, "echo"))["Reply-To"] == "signatures-of-the-open-letter@openletter.example"


def test_a_letter_stays_in_the_thread_that_it_answers(composer: Composer) -> None:
    composed = compose(composer, "echo", in_reply_to="b@x.example", references=("a@x.example",))
    message = parsed(composed)
    assert message["In-Reply-To"] == "<b@x.example>"
    assert message["References"].split() == ["<a@x.example>", "<b@x.example>"]
    assert message["Auto-Submitted"] == "auto-replied"


def test_a_letter_that_answers_nothing_starts_a_thread(composer: Composer) -> None:
    message = parsed(compose(composer, "digest"))
    assert message["In-Reply-To"] is None
    assert message["References"] is None
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_long_thread_keeps_its_root_and_its_newest(composer: Composer) -> None:
    many = tuple(f"{number}@x.example" for number in range(500))
    ids = parsed(compose(composer, "echo", in_reply_to="499@x.example", references=many))["References"].split()
    assert len(ids) == 20
    assert (ids[0], ids[-1]) == ("<0@x.example>", "<499@x.example>")


def test_cards_are_listed_with_their_numbers(composer: Composer) -> None:
    assert parsed(compose(composer, "digest", refs=("K7Q4", "M3XA")))["X-Mailbot-Refs"] == "1=K7Q4, 2=M3XA"
    assert parsed(compose(composer, "echo"))["X-Mailbot-Refs"] is None


def test_a_long_digest_lists_all_its_cards(composer: Composer) -> None:
    refs = tuple(f"K{number:03}" for number in range(400))
    listed = parsed(compose(composer, "digest", refs=refs))["X-Mailbot-Refs"]
    assert listed == ", ".join(f"{number}={ref}" for number, ref in enumerate(refs, 1))


def test_an_answer_to_an_organizer_keeps_their_subject_and_sheds_old_tags(composer: Composer) -> None:
    answered = compose(composer, "receipt", subject=f"Re: RE: 3 to decide – “Letter” [#K7Q4 {TOKEN}]", about="")
    assert answered.subject == f"Re: 3 to decide – “Letter” [#{TOKEN}]"


@pytest.mark.parametrize("name", ["echo", "ask_name", "challenge", "answer", "unknown_withdraw", "already"])
def test_a_strangers_subject_never_goes_out_again(composer: Composer, name: str) -> None:
    assert "CHEAP" not in compose(composer, name, subject="CHEAP watches").octets.decode()


# -- cards, and one tap ----------------------------------------------------------------------------


def test_each_card_is_one_block_that_starts_with_its_number_and_reference(composer: Composer) -> None:
    text = body(compose(composer, "digest"))
    blocks = [block for block in text.split("\n\n") if re.match(r"\d+\. \[", block)]
    assert [block.split("\n")[0] for block in blocks] == [
        "1. [K7Q4] Maple Ridge Friends of Hong Kong, Maple Ridge",
        "2. [M3XA] Hon. Linda Frum, Senator",
        "3. [T9ZC] 多倫多粵語書會",
    ]
    assert re.findall(r"\[\w{4}\]", text) == ["[K7Q4]", "[M3XA]", "[T9ZC]"]


def test_evidence_is_said_in_words(composer: Composer) -> None:
    text = body(compose(composer, "digest"))
    assert "✓ from the organization’s own domain (mapleridge.example), DKIM passed" in text
    assert "? free-mail address (freemail.example), sender not proven, first seen" in text
    assert "authentication FAILED" in text


@pytest.mark.parametrize("tag", TAGS)
def test_a_tapped_link_writes_a_reply_that_authorizes_and_is_understood(
    composer: Composer, rules: dict[str, dict], tag: str
) -> None:
    known = {"YES", "OUI"}
    for words in rules.values():
        known |= {word for verb in ("approve", "reject", "undo") for word in words["commands"]["verbs"][verb]}
        known |= set(words["request"]["assent"])
    for name in ("echo", "challenge", "card", "digest", "receipt", "reminder", "organizer_change", "invitation"):
        links = re.findall(r'href="(mailto:[^"]*)"', body(compose(composer, name, language=tag), "html"))
        assert links
        for link in links:
            parts = urlsplit(link.replace("&amp;", "&"))
            fields = parse_qs(parts.query, strict_parsing=True)
            assert unquote(parts.path) == f"letter+{TOKEN}@openletter.example"
            assert find(fields["subject"]) == (TOKEN,)
            assert fields["body"][0].split()[0] in known


def test_without_a_token_nothing_is_offered_for_tapping(composer: Composer) -> None:
    assert "mailto:" not in body(compose(composer, "echo", token=""), "html")


@pytest.mark.parametrize("tag", TAGS)
def test_yes_is_asked_for_only_where_it_is_needed(composer: Composer, tag: str) -> None:
    yes = {"en": "YES", "fr": "OUI", "zh-Hant": "「是」", "zh-Hans": "“是”"}[tag]
    needs, done = ({**SAMPLES["echo"][0], "needs_yes": flag} for flag in (True, False))
    assert yes in body(compose(composer, "echo", facts=needs, language=tag))
    assert yes not in body(compose(composer, "echo", facts=done, language=tag))


def test_a_reason_without_words_of_its_own_is_not_understood(composer: Composer) -> None:
    facts = {**SAMPLES["receipt"][2], "not_done": [{"line_typed": "abracadabra", "why": "brand_new_reason"}]}
    text = body(compose(composer, "receipt", facts=facts))
    assert "✗ abracadabra\n  I did not understand this line" in text


# -- languages, and what cannot be sent -------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [("fr-CA", "fr"), ("EN-gb", "en"), ("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-CN", "zh-Hans"),
     ("zh-Hant-HK", "zh-Hant"), ("zh", "zh-Hant"), ("yue", "zh-Hant"), ("tlh", "en"), ("", "en")],
)  # fmt: skip
def test_everybody_is_written_to_in_the_nearest_language(wanted: str, tag: str) -> None:
    assert nearest(wanted, TAGS) == tag


def test_english_is_taken_only_where_a_language_lacks_the_letter(
    templates: dict[str, str], letterhead: Letterhead
) -> None:
    without = Composer({k: v for k, v in templates.items() if k != "fr/echo.txt.j2"}, letterhead)
    echo, listed = (compose(without, name, language="fr") for name in ("echo", "listed"))
    assert (parsed(echo)["Content-Language"], parsed(listed)["Content-Language"]) == ("en", "fr")
    assert body(echo).startswith(letterhead.markers["en"])


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@x.example, b@y.example", "a@x.example\r\nBcc: b@y.example", "a b@x.example", "<a@x.example>",
     "a@@x.example", "a@x.example\x00", "a" * 65 + "@x.example"],
)  # fmt: skip
def test_nothing_is_written_to_what_is_not_one_mailbox(composer: Composer, address: str) -> None:
    with pytest.raises(UnsendableLetterError):
        composer.compose(Letter(template="ask_name", to=address, language="en"), id="x", now=NOW, token="")


@pytest.mark.parametrize("token", ["a b", "a\r\nX: y", "ä", "x" * 61, "a@b", "<a>"])
def test_only_plain_tokens_and_ids_are_put_into_fields(composer: Composer, token: str) -> None:
    with pytest.raises(UnsendableLetterError):
        compose(composer, "ask_name", token=token)
    with pytest.raises(UnsendableLetterError):
        composer.compose(Letter(template="ask_name", to="a@x.example", language="en"), id=token, now=NOW)
