"""The shipped network reads any mail in bounded time, gives the same answer twice, and nothing but likelihoods."""

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.reading.learned.encoder import Encoder
from mailbot.reading.learned.judgement import Looks, judge, looks, rows_of, tokens_of, whole
from mailbot.reading.learned.network import Network, network
from mailbot.reading.parse import parse
from mailbot.reading.request import known_names, told_of
from mailbot.reading.rulebook import Rulebook


def _mail(text: str, subject: str = "The letter") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Someone <someone@sender.example>", "letter@openletter.example", subject
    mail.set_content(text)
    return mail.as_bytes(policy=SMTP)


@pytest.fixture(scope="module")
def shipped(rulebook: Rulebook) -> Network:
    return network(rulebook.network)


def test_the_kinds_are_likelihoods(rulebook: Rulebook) -> None:
    told = told_of(parse(_mail("Count the Fen Skaters' Union in.")), rulebook)
    asked = judge(told, known_names(rulebook), looks(rulebook)).asked
    assert sum(asked.values()) == pytest.approx(1.0, abs=1e-4)
    assert max(asked, key=asked.__getitem__) == "sign"


def test_the_same_mail_is_judged_the_same_again(rulebook: Rulebook) -> None:
    told, names = told_of(parse(_mail("We sign. Harrow Lane Choir")), rulebook), known_names(rulebook)
    assert judge(told, names, looks(rulebook)) == judge(
        told, names, Looks(Network(rulebook.network), Encoder(rulebook.encoder))
    )


def test_a_mail_without_a_word_asks_nothing(rulebook: Rulebook) -> None:
    told = replace(told_of(parse(_mail("")), rulebook), places=())
    assert judge(told, known_names(rulebook), looks(rulebook)).asked == {"other": 1.0}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x", id="one token"),
        pytest.param("A " * 50_000, id="a hundred thousand characters"),
        pytest.param("我" * 50_000, id="fifty thousand ideographs"),
        pytest.param("\n" * 5_000 + "(" * 5_000, id="lines and brackets"),
        pytest.param("\u202e\ud7ff\x0b=HYPERLINK()", id="marks that turn the text round"),
    ],
)
def test_no_text_is_too_much(rulebook: Rulebook, shipped: Network, text: str) -> None:
    told = told_of(parse(_mail(text)), rulebook)
    found = tokens_of(told, known_names(rulebook))
    assert len(found) < 2_000
    scores = shipped.scores(rows_of(found, whole(told), shipped))
    assert np.isfinite(scores.asked).all()
    assert np.isfinite(scores.roles).all()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400), st.text(max_size=60))
def test_every_stretch_lies_within_its_place(rulebook: Rulebook, text: str, subject: str) -> None:
    mail = _mail(
        text.encode("utf-8", "replace").decode(), " ".join(subject.encode("utf-8", "replace").decode().split())
    )
    judged = judge(told_of(parse(mail), rulebook), known_names(rulebook), looks(rulebook))
    for named in judged.named:
        assert 0 <= named.start < named.end <= len(named.place.passage.text)
        assert 0.0 <= named.sure <= 1.001


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises((ValueError, OSError, EOFError)):
        Network(b"no model")
