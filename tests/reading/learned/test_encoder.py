"""The shipped encoder reads any mail in bounded time, and the same each time."""

from email.message import EmailMessage
from email.policy import SMTP

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.reading.learned.encoder import Encoder, encoder
from mailbot.reading.learned.features import Described
from mailbot.reading.learned.judgement import judge, looks, tokens_of, whole
from mailbot.reading.learned.pieces import Pieces
from mailbot.reading.learned.tokens import tokens
from mailbot.reading.parse import parse
from mailbot.reading.request import known_names, told_of
from mailbot.reading.rulebook import Rulebook


def _mail(text: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Someone <someone@sender.example>", "letter@openletter.example", "Hello"
    mail.set_content(text)
    return mail.as_bytes(policy=SMTP)


@pytest.fixture(scope="module")
def shipped(rulebook: Rulebook) -> Encoder:
    return encoder(rulebook.encoder)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        pytest.param("You may count the Fen Skaters' Union among you.", "sign", id="a request"),
        pytest.param("My neighbour's choir sang about your letter last night. Lovely evening.", "other", id="a story"),
        pytest.param("Merci de retirer notre association de votre liste.", "withdraw", id="a withdrawal"),
        pytest.param("我哋書會都算埋一份", "sign", id="a request in Cantonese"),
    ],
)
def test_what_is_asked_is_told(rulebook: Rulebook, text: str, asked: str) -> None:
    told = told_of(parse(_mail(text)), rulebook)
    judged = judge(told, known_names(rulebook), looks(rulebook))
    assert sum(judged.asked.values()) == pytest.approx(1.0, abs=1e-4)
    likeliest = max(judged.asked, key=judged.asked.__getitem__)
    assert likeliest == asked or (asked, likeliest) == ("sign", "incomplete")


def test_the_same_mail_is_read_the_same_again(rulebook: Rulebook, shipped: Encoder) -> None:
    told = told_of(parse(_mail("We sign. Harrow Lane Choir")), rulebook)
    found = tokens_of(told, known_names(rulebook))
    first, second = shipped.scores(found, whole(told)), Encoder(rulebook.encoder).scores(found, whole(told))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x", id="one token"),
        pytest.param("A " * 50_000, id="a hundred thousand characters"),
        pytest.param("我" * 50_000, id="fifty thousand ideographs"),
        pytest.param("\n" * 5_000 + "(" * 5_000, id="lines and brackets"),
        pytest.param("ﷺ" * 500, id="letters that stand for many"),
        pytest.param("\u202e\ud7ff\x0b=HYPERLINK()", id="marks that turn the text round"),
    ],
)
def test_no_text_is_too_much(rulebook: Rulebook, shipped: Encoder, text: str) -> None:
    told = told_of(parse(_mail(text)), rulebook)
    found = tokens_of(told, known_names(rulebook))
    scores = shipped.scores(found, whole(told))
    assert len(scores.roles) == len(found)
    assert np.isfinite(scores.asked).all()
    assert np.isfinite(scores.roles).all()


KNOWN = ["<s>", "<unk>", "</s>", "\u2581sign", "\u2581si", "gn", "s", "atory", "書", "書會"]
PIECES = Pieces(KNOWN, [0.0, 0.0, 0.0, -3.0, -4.0, -4.0, -5.0, -5.0, -4.0, -3.0])


def _described(*texts: str) -> list[Described]:
    return [Described(place, token, ()) for place, text in enumerate(texts) for token in tokens(text, 100)]


def test_a_word_is_cut_into_the_likeliest_pieces() -> None:
    read = PIECES.of(_described("signatory signs"))
    assert [KNOWN[row] for row in read.pieces] == ["<s>", "\u2581sign", "atory", "\u2581sign", "s", "</s>"]
    assert read.spans == [(1, 2), (3, 4)]
    assert read.owners == [None, 0, 0, 1, 1, None]


def test_ideographs_are_cut_together_and_lines_and_places_end() -> None:
    read = PIECES.of(_described("書會\n書", "書"))
    assert [KNOWN[row] for row in read.pieces] == ["<s>", "書會", "</s>", "書", "</s>", "書", "</s>"]
    assert read.spans == [(1, 1), (1, 1), (2, 2), (3, 3), (5, 5)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=4))
def test_every_token_has_its_pieces(texts: list[str]) -> None:
    found = _described(*texts)
    read = PIECES.of(found)
    assert len(read.spans) == len(found)
    assert len(read.owners) == len(read.pieces) <= 450
    assert all(0 <= first <= last < len(read.pieces) for first, last in read.spans)
