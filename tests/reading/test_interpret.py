"""The order of the readers, answers of signers, and that no mail makes it raise or linger."""

import random
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.intents import Context, Correct, Instruct, Intent, Standing
from mailbot.core.message import Address, Message
from mailbot.core.references import draw_reference
from mailbot.reading.explanation import explanation
from mailbot.reading.interpret import interpret
from mailbot.reading.rulebook import Rulebook

Answer = Callable[[str], Intent]
SIGNER = Context(standing=Standing.SIGNER)


def mail(text: str, *, subject: str = "Re: Is this right?", name: str = "Mary Chan") -> Message:
    return Message(
        digest="",
        authors=(Address(name, "mary@choir.example"),),
        from_fields=1,
        to=(Address("Joint Statement", "letter@openletter.example"),),
        subject=subject,
        text=text,
        in_reply_to=("echo@openletter.example",),
    )


@pytest.fixture
def answer(rulebook: Rulebook) -> Answer:
    return lambda text: interpret(mail(text), rulebook, SIGNER)


@pytest.mark.parametrize(
    "text",
    [
        "YES",
        "yes please",
        "Yes, please go ahead! Thanks, Mary",
        "Yes!\n\nMary",
        "That's right, thank you so much for doing this.",
        "Yes please. Let me know if you need anything else!",
        "No changes, looks good",
        "No problem, go ahead",
        "👍",
        "👍🏽 thanks",
        "Oui, merci !",
        "C'est parfait, merci beaucoup",
        "是",
        "係呀，唔該晒",
        "確認",
        "可以，多謝！",
        "确认无误，谢谢",
        "不用改，謝謝",
    ],
)
def test_a_yes_confirms_however_chatty(answer: Answer, text: str) -> None:
    assert answer(text).kind == "confirm"


@pytest.mark.parametrize(
    "text",
    [
        "No",
        "NO!!!",
        "stop",
        "no, that was not us",
        "I did not write this",
        "Non, ce n'est pas nous.",
        "不是我寫的",
        "唔係我哋",
    ],
)
def test_a_no_declines(answer: Answer, text: str) -> None:
    assert answer(text).kind == "decline"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Yes, but only if you drop the second demand.", id="condition"),
        pytest.param("Yes. When will it be published?", id="question"),
        pytest.param("Yes I am the secretary. Not sure about the spelling though?", id="doubt"),
        pytest.param("Oui, mais attendez notre réunion.", id="French condition"),
        pytest.param("可以，不過要等開會。", id="Chinese condition"),
        pytest.param("Who are you?", id="no answer at all"),
        pytest.param("", id="empty"),
        pytest.param("Mary", id="a name signed under nothing"),
    ],
)
def test_a_yes_with_something_beside_it_is_for_a_human(answer: Answer, text: str) -> None:
    assert answer(text).kind == "other"


def test_a_yes_to_being_taken_off_confirms_nothing(answer: Answer) -> None:
    assert answer("Yes, please take us off the list.").kind == "withdraw"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Maple Ridge Friends of Hong Kong", "Maple Ridge Friends of Hong Kong"),
        ("Name: Maple Ridge Society", "Maple Ridge Society"),
        ("YES but it's Maple Ridge Society", "Maple Ridge Society"),
        ("Please write it as Oak Street Choir", "Oak Street Choir"),
        ("Oak Street Choir\n\nThanks!\nMary", "Oak Street Choir"),
        ("Nom : Chorale du Vallon", "Chorale du Vallon"),
        ("楓葉讀書會", "楓葉讀書會"),
        ("應為：楓葉讀書會", "楓葉讀書會"),
        ("是，但請改為：橡樹街合唱團", "橡樹街合唱團"),
        ("Dr. Amrit Gill, City Councillor", "Amrit Gill"),
    ],
)
def test_a_retyped_line_corrects(answer: Answer, text: str, name: str) -> None:
    intent = answer(text)
    assert isinstance(intent, Correct)
    assert [signatory.name for signatory in intent.signatories] == [name]


def test_a_stranger_s_yes_confirms_nothing(rulebook: Rulebook) -> None:
    assert interpret(mail("YES"), rulebook).kind not in {"confirm", "sign"}


@pytest.mark.parametrize("subject", ["Re: 3 requests", "approve", "statement", "hello"])
@pytest.mark.parametrize(
    "text",
    ["approve {}", "reject {}", "ok {}", "{}", "{} ok", "merge {} {}", "undo {}", "hold {} 3 days", "好 {}", "oui {}"],
)
def test_a_strangers_order_asks_for_nothing_whatever_the_reference(rulebook: Rulebook, text: str, subject: str) -> None:
    draw = random.Random(text + subject).randrange
    for author in ("ada@xn--rganizers-57h.example", "mallory@elsewhere.example"):
        order = mail(text.format(draw_reference(draw), draw_reference(draw)), subject=subject)
        read = interpret(replace(order, authors=(Address("", author),), in_reply_to=()), rulebook)
        assert read.kind not in {"sign", "incomplete", "correct"}, order.text


@pytest.mark.parametrize("text", ["The letter is withdrawn.", "Thank you all.", "Tamarack Books", "yes, please add us"])
def test_what_our_tags_are_drawn_of_changes_nothing(rulebook: Rulebook, text: str) -> None:
    draw = random.Random(text).randrange
    tags = [f"[#{draw_reference(draw)} mb1o{draw(10**18):x}]" for _ in range(12)]
    subjects = [f"Re: Passed on: your letter {tag}" for tag in tags]
    read = [interpret(mail(text, subject=subject), rulebook) for subject in subjects]
    assert len({(intent.kind, intent.reason) for intent in read}) == 1


@pytest.mark.parametrize("text", ["approve all", "ok", "yes", "no", "panic", "publish", "oui", "好"])
def test_a_word_of_the_desk_by_a_stranger_asks_for_nothing(rulebook: Rulebook, text: str) -> None:
    order = replace(mail(text, subject="hello"), in_reply_to=())
    assert interpret(order, rulebook).kind not in {"sign", "incomplete", "correct", "withdraw"}


def test_an_organizers_answer_to_a_card_is_orders_or_nothing_never_a_signature(rulebook: Rulebook) -> None:
    context = Context(standing=Standing.ORGANIZER, today="2021-01-09", cards={1: "K7Q4"})
    assert isinstance(interpret(mail("Please add the Oak Street Choir to the list."), rulebook, context), Instruct)


def test_an_organizers_new_mail_without_orders_may_be_their_own_request(rulebook: Rulebook) -> None:
    context = Context(standing=Standing.ORGANIZER, today="2021-01-09")
    assert interpret(mail("Please add the Oak Street Choir to the list."), rulebook, context).kind == "sign"
    assert interpret(mail("I am away until Monday."), rulebook, context).kind == "command"


def test_an_explanation_is_plain_values_with_the_proof_of_each_field(rulebook: Rulebook) -> None:
    told = explanation(interpret(mail("Please add Oak Street Choir.\n\nMary Chan\nSecretary"), rulebook))
    signatory = told["signatories"][0]
    assert (told["kind"], told["lang"], told["flags"]) == ("sign", "en", [])
    assert signatory["contact"] == {"name": "Mary Chan", "role": "Secretary"}
    assert signatory["evidence"]["name"]["text"] == "Oak Street Choir"
    assert set(signatory["evidence"]) >= {"name", "contact.name", "contact.role"}


_TEXT = st.text(alphabet=st.sampled_from("aA Yé請加「」會\n:：|,.>-()“”?！&'=1\u202e\x00🎉"), max_size=120)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TEXT, _TEXT, st.sampled_from(list(Standing)))
def test_whatever_is_written_it_is_read_as_something(
    rulebook: Rulebook, text: str, subject: str, standing: Standing
) -> None:
    intent = interpret(mail(f"Please add {text}", subject=subject, name=text), rulebook, Context(standing=standing))
    assert intent.reason


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("please add " * 90_000, id="one phrase for ever"),
        pytest.param("「" * 1_000_000, id="quotes that never close"),
        pytest.param("Maple Society and " * 55_000, id="one endless name"),
        pytest.param("- Oak Choir\n" * 80_000, id="an endless list"),
        pytest.param("a " * 500_000, id="words"),
        pytest.param("Name: " * 160_000, id="labels in labels"),
        pytest.param("請加入" * 300_000, id="ideographs"),
        pytest.param("A, " * 300_000, id="commas"),
        pytest.param("(" * 1_000_000, id="brackets"),
        pytest.param("add me on to the list with " * 40_000, id="gaps"),
    ],
)
@pytest.mark.parametrize("standing", [Standing.STRANGER, Standing.SIGNER])
def test_a_hostile_megabyte_is_read_in_no_time(rulebook: Rulebook, text: str, standing: Standing) -> None:
    interpret(mail("warm up"), rulebook)
    began = time.perf_counter()
    interpret(mail(text), rulebook, Context(standing=standing))
    assert time.perf_counter() - began < 4
