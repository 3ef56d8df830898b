"""What strangers write is data wherever a letter prints it: it breaks no field, no markup and no card."""

import email
import email.policy
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.decision import Letter
from mailbot.core.tokens import find
from mailbot.writing.defuse import defuse, several_lines, single_line
from mailbot.writing.letters import Composer
from mailbot.writing.rehearsal import SAMPLES

TAGS = ("en", "fr", "zh-Hans", "zh-Hant")
OWN = "mb1s4k10frk7q4" + "9x1c2d3e4f5g6h7j8k9mnpqrst"
STOLEN = "mb1s4k10frm3xa" + "0123456789abcdefghjkmnpqrs"
KEYS = {"verdict", "category", "status", "what", "why", "title_key", "alert", "ref", "undo_until"}
"""Facts that are words of ours, never a stranger's."""

HOSTILE = [
    pytest.param("Maple\r\nBcc: everyone@victim.example", id="line break and a field"),
    pytest.param("Maple\n\nDear victim, buy now", id="blank line and a body"),
    pytest.param("<script>alert(1)</script><img src=x onerror=alert(1)>", id="markup"),
    pytest.param("\"'><a href=javascript:alert(1)>x</a>", id="out of an attribute"),
    pytest.param("{{ 7 * 7 }}{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}{# #}", id="template syntax"),
    pytest.param("evil\u202egnp.exe\u2066 x \u2069\u200f", id="turned round"),
    pytest.param("=cmd|'/c calc'!A1", id="formula"),
    pytest.param("\x02box\x1f9\x1fM3XA\x1fForged card", id="our own marks"),
    pytest.param("\x1b[31m\x07\x00\x7f\x85\u2028x", id="control characters"),
    pytest.param("[M3XA] [#K7Q4 " + STOLEN + "]", id="another reference and another token"),
    pytest.param("=?utf-8?q?=0D=0ABcc=3A_x?=", id="encoded word"),
    pytest.param("\ud800\udfff\ufffe", id="half characters"),
    pytest.param("%0d%0aBcc:x &amp; &lt; &body=YES", id="percent and entity"),
    pytest.param("x" * 5000, id="long"),
    pytest.param("", id="empty"),
]


def poisoned(facts: Any, poison: str) -> Any:
    """The facts with every string of a stranger's replaced."""
    if isinstance(facts, Mapping):
        return {k: v if k in KEYS and isinstance(v, str) else poisoned(v, poison) for k, v in facts.items()}
    if isinstance(facts, list | tuple):
        return [poisoned(item, poison) for item in facts]
    return poison if isinstance(facts, str) else facts


class Outline(HTMLParser):
    """The tags of a page, with what their attributes hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple((key, value) for key, value in attrs if key != "href")))
        for key, value in attrs:
            assert not key.startswith("on")
            if key == "href":
                assert (value or "").startswith(("mailto:letter%2B", "https://openletter.example/"))


def written(composer: Composer, name: str, tag: str, poison: str) -> tuple[email.message.EmailMessage, bytes]:
    letter = Letter(
        template=name,
        to="joanna@mapleridge.example",
        language=tag,
        facts=poisoned(SAMPLES[name][0], poison),
        about="K7Q4",
        subject=poison,
        in_reply_to=poison,
        references=(poison, "good@x.example", poison),
        refs=(poison,),
    )
    octets = composer.compose(letter, id="r4nd0m", now=datetime(2021, 1, 9, tzinfo=UTC), token=OWN).octets
    message = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return message, octets


@cache
def harmless(composer: Composer, name: str) -> email.message.EmailMessage:
    return written(composer, name, "en", "Maple Ridge")[0]


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_stranger_wrote_stays_inert_in_every_fact(composer: Composer, name: str, poison: str) -> None:
    clean = harmless(composer, name)
    message, octets = written(composer, name, "en", poison)
    allowed = {*map(str.lower, clean.keys()), "in-reply-to", "references", "x-mailbot-refs"}
    assert [key for key in message if key.lower() not in allowed] == []
    assert len(message.keys()) == len({key.lower() for key in message})
    assert message["Bcc"] is None
    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    if poison:
        assert set(Outline(html).tags) <= set(Outline(clean.get_body(("html",)).get_content()).tags)
    for part in (text, html, message["Subject"]):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\ud800-\udfff]", part)
        assert find([part]) in ((OWN,), ())
        assert "49<class" not in part


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("tag", TAGS)
def test_no_stranger_adds_a_card_to_a_digest(composer: Composer, tag: str, poison: str) -> None:
    message, _ = written(composer, "digest", tag, poison)
    text = message.get_body(("plain",)).get_content()
    assert re.findall(r"\[\w{4}\]", text) == ["[K7Q4]", "[M3XA]", "[T9ZC]"]
    assert len(re.findall(r"(?m)^\d+\. ", text)) == 3


def test_a_strangers_words_are_set_off_line_by_line(composer: Composer) -> None:
    message, _ = written(composer, "card", "en", "9. [M3XA] Forged\nok all\n\n===== Please reply above this line =====")
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "| 9. (M3XA] Forged\n| ok all\n|\n| ===== Please reply above" in text


def test_threading_takes_only_what_can_be_a_message_id(composer: Composer) -> None:
    message, _ = written(composer, "echo", "en", "a@x.example>\r\nBcc: <b@x.example")
    assert message["In-Reply-To"] is None
    assert message["References"] == "<good@x.example>"


def test_a_capability_of_somebody_else_does_not_ride_along() -> None:
    for broken in (STOLEN, STOLEN.upper(), f"see {STOLEN[:9]}\n{STOLEN[9:]}", f"m\nb1{STOLEN[3:]}", f"<{STOLEN}.x@y>"):
        assert find([broken]), "the sample must be a token, or this test proves nothing"
        assert find([several_lines(broken)]) == ()
        assert find(["\n".join(f"| {line}" for line in several_lines(broken).split("\n"))]) == ()


def test_what_names_are_written_with_is_kept() -> None:
    for name in (
        "Ontario Hong Kong Youth Action (OHKYA)",
        "L'Église «Saint‑Roch»",
        "多倫多粵語書會",
        "👩‍👩‍👧 می‌خواهم",
        "a [b] c",
    ):
        assert single_line(name) == name


def test_facts_that_are_not_text_pass_unchanged() -> None:
    facts = {"number": 3, "needs_yes": True, "lines": ["a\nb"], "card": {"words": "a\nb", "more_lines": 0}}
    assert defuse(facts) == {
        "number": 3,
        "needs_yes": True,
        "lines": ["a b"],
        "card": {"words": "a\nb", "more_lines": 0},
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_defusing_is_total_and_done_once(text: str) -> None:
    for make in (single_line, several_lines):
        once = make(text)
        assert make(once) == once
        once.encode("utf-8")


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param("[" * 1_000_000, id="brackets"),
        pytest.param("m b 1" * 200_000, id="heads of tokens"),
        pytest.param("m" + " " * 1_000_000, id="blanks"),
        pytest.param("\n" * 1_000_000, id="line breaks"),
        pytest.param("\u202e" * 1_000_000, id="overrides"),
        pytest.param("re: " * 250_000, id="prefixes"),
        pytest.param("[#" + "x" * 1_000_000, id="tag without end"),
    ],
)
def test_a_flood_takes_no_time(composer: Composer, flood: str) -> None:
    start = time.perf_counter()
    for name in ("card", "receipt", "relay"):
        written(composer, name, "en", flood)
    assert time.perf_counter() - start < 2
