"""A forward counts only where the words above it ask for it, in four languages; the mails are invented."""

from collections.abc import Callable

import pytest

from mailbot.core.intents import Intent, Sign
from mailbot.core.message import Address, Message
from mailbot.reading.interpret import interpret
from mailbot.reading.rulebook import Rulebook

Read = Callable[..., Intent]
REQUEST = "Please add the Brook Lane Weavers Guild to the letter.\n\nOlga Reed\nSecretary"


@pytest.fixture
def passed_on(rulebook: Rulebook) -> Read:
    def read(cover: str, letter: str = REQUEST) -> Intent:
        text = (
            f"{cover}\n\n---------- Forwarded message ---------\nFrom: Olga Reed <olga@weavers.example>\n"
            f"Date: Mon, Jan 11, 2021 at 9:14 AM\nSubject: Letter\nTo: Sam Bell <sam@mail.example>\n\n\n{letter}\n"
        )
        author = Address("Sam Bell", "sam@mail.example")
        return interpret(
            Message(digest="", authors=(author,), from_fields=1, subject="Fwd: Letter", text=text), rulebook
        )

    return read


@pytest.mark.parametrize(
    "cover",
    [
        pytest.param("FYI", id="for information, in three letters"),
        pytest.param("Thought you might like how others did it. No action needed.\n\nSam", id="no action needed"),
        pytest.param("Just for your records.", id="for the records"),
        pytest.param("Please make sure that they are not added.", id="they are not to be added"),
        pytest.param("Is this genuine? I know nobody of that name.", id="a doubt"),
        pytest.param("I believe this is a fake.", id="a charge of forgery"),
        pytest.param("Please ignore the request below, she left us last year.", id="to be ignored"),
        pytest.param("We have decided against it; please do not list us.", id="a refusal of their own"),
        pytest.param("What do you think, should we sign as well?", id="a question among friends"),
        pytest.param("Have you answered them? They asked me.", id="a question about the answer"),
        pytest.param("Pour information seulement.", id="French, for information"),
        pytest.param("Ce message me semble faux, est-ce vraiment vous ?", id="French, a doubt"),
        pytest.param("Merci de ne pas les ajouter.", id="French, not to be added"),
        pytest.param("Qu'en pensez-vous, devrions-nous aussi ?", id="French, a question"),
        pytest.param("僅供參考，不用跟進。", id="traditional Chinese, for information"),
        pytest.param("呢封係假冒嘅，唔好理。", id="Cantonese, a forgery"),
        pytest.param("请不要添加，我怀疑这封信可疑。", id="simplified Chinese, not to be added"),
        pytest.param("你觉得我们要不要也签？", id="simplified Chinese, a question"),
    ],
)
def test_words_above_a_forward_that_speak_against_it_leave_it_unsigned(passed_on: Read, cover: str) -> None:
    assert passed_on(cover).kind == "other"


@pytest.mark.parametrize(
    "cover",
    [
        pytest.param("", id="no cover"),
        pytest.param("See below.", id="see below"),
        pytest.param("Please handle.", id="please handle"),
        pytest.param("Fwd for you", id="two words"),
        pytest.param("FYI and for action on your side.", id="for information and action"),
        pytest.param(
            "Passing this on for a neighbour who has no e-mail. Our own club stays out of it.", id="a messenger"
        ),
        pytest.param("À traiter svp, elle a perdu votre adresse.", id="French, to be handled"),
        pytest.param("請幫佢哋加，多謝。", id="Cantonese, please add them"),
        pytest.param("转给你们，她不会用电脑。", id="simplified Chinese, a messenger"),
    ],
)
def test_words_above_a_forward_that_pass_the_request_on_sign_its_author(passed_on: Read, cover: str) -> None:
    intent = passed_on(cover)
    assert isinstance(intent, Sign)
    assert [s.name for s in intent.signatories] == ["Brook Lane Weavers Guild"]


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param("We will not sign, sorry. Brook Lane Weavers Guild\n\nOlga", id="a refusal"),
        pytest.param("Is it true that the Elm Choir signed? The Weavers Guild is thinking about it.", id="a question"),
        pytest.param("Nous ne signerons pas, désolée. Guilde des tisserands\n\nOlga", id="French, a refusal"),
    ],
)
def test_a_forward_that_asks_for_nothing_signs_nobody(passed_on: Read, letter: str) -> None:
    assert passed_on("See below.", letter).kind == "other"


def test_a_request_of_ones_own_above_background_counts_alone(passed_on: Read) -> None:
    intent = passed_on("Please add the Tidewater Readers Collective. Below, for your information, how others did it.")
    assert isinstance(intent, Sign)
    assert [s.name for s in intent.signatories] == ["Tidewater Readers Collective"]
