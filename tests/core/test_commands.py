"""The reply grammar beyond single replies: particulars of orders, several lines together, totality."""

import time
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.commands import CommandWords, Line, Orders, help_rows, read_orders
from mailbot.core.intents import Verb
from mailbot.core.references import is_reference

DIGEST = {1: "K7Q4", 2: "M3XA", 3: "T9WB", 4: "P2HC", 5: "R8NE", 6: "V5JZ"}
Read = Callable[..., Orders]


def test_every_verb_has_words_and_a_sentence_of_help_in_every_language(
    command_words: Mapping[str, CommandWords],
) -> None:
    assert set(command_words) == {"en", "fr", "zh-Hans", "zh-Hant"}
    for words in command_words.values():
        assert [row.verb for row in help_rows(words)] == list(Verb)
        assert all(row.usage and row.says for row in help_rows(words))
        assert set(words.verbs) == set(Verb)
        assert all(words.verbs.values())


def test_what_the_help_letter_says_to_type_is_understood(
    command_words: Mapping[str, CommandWords], read_reply: Read
) -> None:
    for words in command_words.values():
        for row in help_rows(words):
            for usage in row.usage.replace("，或 ", ", ").replace(", or ", ", ").replace(", ou ", ", ").split(", "):
                read = read_reply("digest", usage)
                assert {order.verb for order in read.orders} == {row.verb}, usage
                assert read.unclear == ()


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        pytest.param("hold 4 until Friday", "2021-01-15", id="a weekday is the next one"),
        pytest.param("hold 4 until Saturday", "2021-01-16", id="today's weekday is a week away"),
        pytest.param("hold 4 until next Monday", "2021-01-11", id="next Monday is next week's"),
        pytest.param("4 attendre lundi", "2021-01-11", id="lundi"),
        pytest.param("garder 4 jusqu'à mercredi prochain", "2021-01-13", id="mercredi prochain"),
        pytest.param("4 保留到星期一", "2021-01-11", id="星期一"),
        pytest.param("4 保留到下周三", "2021-01-13", id="下周三"),
        pytest.param("4 保留到1月20日", "2021-01-20", id="1月20日"),
        pytest.param("hold 4 until 2021-02-03", "2021-02-03", id="an ISO date"),
        pytest.param("hold 4 until January 5", "2022-01-05", id="a day that has passed is next year's"),
        pytest.param("hold 4 until 18 January", "2021-01-18", id="day before month"),
        pytest.param("hold 4 until the 15th", "2021-01-15", id="a day of the month"),
        pytest.param("attendre 4 jusqu'au 3 février", "2021-02-03", id="3 février"),
        pytest.param("hold 4 for 3 days", "2021-01-12", id="for days"),
        pytest.param("hold 4 for two weeks", "2021-01-23", id="for weeks in words"),
        pytest.param("hold 4 until tomorrow", "2021-01-10", id="tomorrow"),
        pytest.param("hold 4 until 1/15", "2021-01-15", id="month and day with a slash"),
        pytest.param("hold 4 until 15/1", "2021-01-15", id="day and month with a slash"),
        pytest.param("hold 4 until 2021/1/15", "2021-01-15", id="year, month and day with slashes"),
        pytest.param("4 保留到2021年1月15日", "2021-01-15", id="2021年1月15日"),
        pytest.param("4 保留到２０２１年１月１５日", "2021-01-15", id="full-width digits"),
        pytest.param("hold 4 until they have voted", "", id="no day but an event"),
        pytest.param("hold 4", "", id="no day at all"),
    ],
)
def test_hold_ends_on_the_day_that_was_meant(read_reply: Read, typed: str, until: str) -> None:
    (order,) = read_reply("digest", typed).orders
    assert (order.verb, order.ref, order.until) == (Verb.HOLD, "P2HC", until)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        pytest.param("hold 4 until February 30", "no_day", id="a day that does not exist"),
        pytest.param("hold 4 until 2021-02-30", "no_day", id="an ISO date that does not exist"),
        pytest.param("hold 4 until 3/4", "no_day", id="either can be the month"),
        pytest.param("hold 4 until the weekend", "no_day", id="the weekend"),
        pytest.param("hold 4 until the end of January", "no_day", id="the end of a month"),
        pytest.param("hold 4 until tomorow", "no_day", id="a mistyped day"),
        pytest.param("hold 4 until wednsday", "no_day", id="a mistyped weekday"),
        pytest.param("hold 4 until 1 is settled", "no_day", id="a card and no day"),
        pytest.param("attendre 4 jusqu'à la fin de semaine", "no_day", id="fin de semaine"),
        pytest.param("garder 4 jusqu'au 30 février", "no_day", id="30 février"),
        pytest.param("4 保留到月底", "no_day", id="月底"),
        pytest.param("4 保留到周末", "no_day", id="周末"),
        pytest.param("hold 4 until today", "no_day", id="today is no later day"),
        pytest.param("hold 4 until 2021-01-09", "past_day", id="today's date"),
        pytest.param("hold 4 until 2020-12-24", "past_day", id="a day that has passed"),
    ],
)
def test_a_day_that_cannot_be_told_is_asked_for_and_nothing_is_held(read_reply: Read, typed: str, why: str) -> None:
    read = read_reply("digest", typed)
    assert read.orders == ()
    assert [line.why for line in read.unclear] == [why]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        pytest.param("reject 6: seo junk, again!", "seo junk, again", id="after a colon"),
        pytest.param("6 no, they are not in Canada", "they are not in Canada", id="a negation in a reason"),
        pytest.param("6 spam", "spam", id="a ground is its own reason"),
        pytest.param("reject 6", "", id="none"),
        pytest.param("reject 6 forged number 2", "forged number 2", id="a number in a reason"),
        pytest.param("6 拒絕，因為是廣告", "因為是廣告", id="in Chinese"),
    ],
)
def test_the_reason_is_kept_as_it_was_typed(read_reply: Read, typed: str, text: str) -> None:
    (order,) = read_reply("digest", typed).orders
    assert (order.verb, order.ref, order.text) == (Verb.REJECT, "V5JZ", text)


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        pytest.param("4 name: “The OK & No. 5 Club”", "name", "The OK & No. 5 Club", id="quotation marks and commands"),
        pytest.param("4 name: Inter / Action", "name", "Inter / Action", id="a slash in a name"),
        pytest.param("4 ville : Québec", "place", "Québec", id="French field"),
        pytest.param("4 網站：lantern.example", "website", "lantern.example", id="Chinese field"),
        pytest.param("4 category: Person", "category", "person", id="a category in words"),
        pytest.param("4 catégorie : organisme", "category", "organization", id="a category in French"),
        pytest.param("4 name:\nPrairie Lantern", "name", "Prairie Lantern", id="the value on the next line"),
        pytest.param("4 name: “Prairie\nLantern”", "name", "Prairie Lantern", id="an open quotation mark goes on"),
        pytest.param("rename 4 to Prairie Lantern", "name", "Prairie Lantern", id="rename to"),
        pytest.param("4 name: Prairie Lantern\n\nGood to see them again", "name", "Prairie Lantern", id="chat below"),
        pytest.param("4 name: Prairie Lantern\nthanks\nBen", "name", "Prairie Lantern", id="thanks below"),
    ],
)
def test_an_edit_takes_the_text_and_nothing_more(read_reply: Read, typed: str, field: str, value: str) -> None:
    (order,) = read_reply("digest", typed).orders
    assert (order.verb, order.ref, order.field, order.value) == (Verb.EDIT, "P2HC", field, value)


def test_a_card_that_two_orders_disagree_about_is_left_and_both_lines_are_quoted(read_reply: Read) -> None:
    read = read_reply("digest", "ok 1 3\nreject 3")
    assert [(order.verb, order.ref) for order in read.orders] == [(Verb.APPROVE, "K7Q4")]
    assert [line.line for line in read.unclear] == ["ok 1 3", "reject 3"]


def test_an_answer_below_a_card_in_the_quote_means_that_card(read_reply: Read) -> None:
    (order,) = read_reply("digest", "yes", under="R8NE").orders
    assert (order.verb, order.ref) == (Verb.APPROVE, "R8NE")


def test_a_reference_is_read_as_crockford_decodes_it_and_left_to_the_desk(read_reply: Read) -> None:
    (order,) = read_reply("fresh", "approve ko7i").orders
    assert order.ref == "K071"


@pytest.mark.parametrize("word", ["list", "1234", "12345", "LISA", "ABCD", "k7", "K7Q4XYZ9", "4th", "UUU4"])
def test_a_word_or_number_is_no_reference(read_reply: Read, word: str) -> None:
    assert read_reply("fresh", f"approve {word}").orders == ()


def test_more_orders_than_allowed_are_reported_not_done(read_reply: Read) -> None:
    read = read_reply("digest", "ok 1-4\nreject 5 6", limit=4)
    assert len(read.orders) == 4
    assert [(line.line, line.why) for line in read.unclear] == [("reject 5 6", "too_many")]


def test_an_absence_notice_orders_nothing_and_is_not_answered(read_reply: Read) -> None:
    read = read_reply("digest", "I am out of the office until Monday.\nAll requests will be approved or declined then.")
    assert read == Orders()


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("> {}", id="a quoted line"),
        pytest.param("---------- Forwarded message ---------\n{}", id="a forward"),
        pytest.param("From: Ben <ben@organizers.example>\nSent: Friday\n\n{}", id="a pasted header"),
        pytest.param("De : Ben\nObjet : demandes\n\n{}", id="a pasted French header"),
        pytest.param("On Jan 8, Ben <ben@organizers.example> wrote:\n\n{}", id="an attribution without quote marks"),
        pytest.param("-- \n{}", id="a signature block"),
        pytest.param("Cheers,\n{}", id="below a sign-off"),
        pytest.param("________________________________\n{}", id="below a rule"),
    ],
)
@pytest.mark.parametrize("order", ["approve all", "yes", "OK Farms Ltd"])
def test_an_order_that_is_not_the_authors_is_not_done(read_reply: Read, around: str, order: str) -> None:
    assert all(o.ref == "V5JZ" for o in read_reply("digest", "6 no\n\n" + around.format(order)).orders)


MUDDLE = (
    "ok approve no reject hold until Friday all except the rest 1 2 3 9 1-4 K7Q4 ZZ99 , / : ; . ? ! name note "
    "merge into don't if maybe oui non pas sauf tout 批准 拒絕 不 全部 除了 其餘 三 號 👍 👎 ( ) - \" “ \n 到 下周一"
)
FRAGMENTS = st.lists(st.one_of(st.sampled_from(MUDDLE.split(" ")), st.text(max_size=6)), max_size=25).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(body=FRAGMENTS, letter=st.sampled_from(["digest", "card", "fresh"]))
def test_whatever_is_typed_only_cards_of_the_letter_or_typed_references_are_meant(
    read_reply: Read, body: str, letter: str
) -> None:
    cards = {"digest": set(DIGEST.values()), "card": {"K7Q4"}, "fresh": set()}[letter]
    typed = body.upper().translate(str.maketrans("OIL", "011"))
    for order in read_reply(letter, body).orders:
        assert order.ref == "" or order.ref in cards or (is_reference(order.ref) and order.ref in typed)


VERBLESS = "we met the group of 3 and 5 at K7Q4 all rest 二 号 . , 1-4 6 : until"


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.sampled_from(VERBLESS.split()), max_size=15))
def test_a_text_without_any_verb_orders_nothing(read_reply: Read, words: list[str]) -> None:
    for letter in ("digest", "card", "fresh"):
        assert read_reply(letter, " ".join(words)).orders == ()


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("ok, " * 250_000, id="a line of interjections"),
        pytest.param(("ok, " * 450 + "\n") * 500, id="lines of interjections"),
        pytest.param(("except 1 " * 200 + "\n") * 500, id="exceptions"),
        pytest.param(("1," * 900 + "\n") * 500, id="commas"),
        pytest.param(("4 name: x / " * 150 + "\n") * 500, id="edits"),
        pytest.param("(" * 1_000_000, id="brackets"),
        pytest.param("1\n" * 500_000, id="short lines"),
        pytest.param("Approve:\n" + "1\n" * 500_000, id="a long list"),
        pytest.param(("ok 1-999 " * 200 + "\n") * 500, id="ranges"),
    ],
)
def test_a_hostile_megabyte_is_read_in_no_time(command_words: Mapping[str, CommandWords], hostile: str) -> None:
    lines = [Line(text) for text in hostile.split("\n")]
    begun = time.perf_counter()
    read = read_orders(lines, command_words, cards=DIGEST, today=date(2021, 1, 9), limit=30)
    assert time.perf_counter() - begun < 5
    assert len(read.orders) <= 30
