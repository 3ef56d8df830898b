"""Replies that tempt to do more than they order: what stands beside an order and limits, contradicts or undoes it.

The law is strict: of such a mail nothing may be done that is not in `most`, and every line with a card or a word of
command in it that is not done is told in the receipt.
"""

from collections.abc import Callable

import pytest

from mailbot.core.commands import Orders

DIGEST, CARD = "digest", "card"
ReadReply = Callable[..., Orders]
Shortly = Callable[[Orders], str]

EXCEPTED = [
    "All ok. Except 6 of course",
    "Approve all. But not 6.",
    "ok all! Apart from 6.",
    "ok all\nexcluding 6",
    "ok all. 6 excluded",
    "ok all, skip 6",
    "All good. Exception: 6",
    "Everything is fine.\nExcept for 6.",
    "Approuver tout. Sauf 6",
    "Accepter tout\nsauf 6",
    "Tous ok, 6 excepté",
    "全部批准。6除外。",
    "全部批准\n除6",
    "全部同意。不包括6",
    "全部通过！6号例外",
    "全部批准，6號不算",
    "全部通过（6除外）",
    "都可以，除咗6",
    "其他都可以，6除外",
]


@pytest.mark.parametrize("body", EXCEPTED)
def test_an_exception_in_words_of_its_own_is_an_exception(read_reply: ReadReply, shortly: Shortly, body: str) -> None:
    assert shortly(read_reply(DIGEST, body)) == "approve 1 2 3 4 5"


PLAIN = [
    pytest.param("ok 1-6. Except 4.", "approve 1 2 3 5 6", id="range, then exception"),
    pytest.param("approuver 1 à 6\nsauf 3", "approve 1 2 4 5 6", id="range, exception below"),
    pytest.param("批准1至6\n除了3", "approve 1 2 4 5 6", id="range, exception below, in Chinese"),
    pytest.param("批准1至6，3除外", "approve 1 2 4 5 6", id="exception in the list"),
    pytest.param("除3外，1至4批准", "approve 1 2 4", id="exception before a range"),
    pytest.param("除了3号，1到4号通过", "approve 1 2 4", id="exception before a range, unclosed"),
    pytest.param("Sauf 3, ok pour 1 à 4", "approve 1 2 4", id="exception before a verb"),
    pytest.param("2 no, duplicate of 1", "reject 2", id="duplicate of another"),
    pytest.param("reject 2, dup of 1", "reject 2", id="dup of another"),
    pytest.param("2 non, doublon du 1", "reject 2", id="doublon"),
    pytest.param("2 不批，同1重複", "reject 2", id="同1重複"),
    pytest.param("2 拒絕：與1重複", "reject 2", id="與1重複"),
    pytest.param("拒绝2，和1重复", "reject 2", id="和1重复"),
    pytest.param("no 2, 1 is better", "reject 2", id="the better one"),
    pytest.param("no 2: same as 1, keep 1", "reject 2", id="keep the other"),
    pytest.param("no 6, 3 people complained", "reject 6", id="a count of people"),
    pytest.param("no 6, 2 complaints", "reject 6", id="a count"),
    pytest.param("ok 1, 2 of us know them", "approve 1", id="a count of us"),
    pytest.param("ok 1, 2 is a dup", "approve 1; reject 2", id="a ground for the second"),
    pytest.param("1 ok 2 ok. Cancel 2", "approve 1", id="cancelled"),
    pytest.param("1 ok 2 ok\nCancel 2", "approve 1", id="cancelled below"),
    pytest.param("1 ok, 2 ok. Forget 2.", "approve 1", id="forgotten"),
    pytest.param("1, 2 ok. 2 à revoir", "approve 1", id="à revoir"),
    pytest.param("1 2 ok\n2 needs a check", "approve 1", id="to be checked"),
    pytest.param("1、2批准。2再看看", "approve 1", id="再看看"),
    pytest.param("1 ok... no, 2 ok", "approve 2", id="corrected"),
    pytest.param("2 ok\n3 ok only if Ben vouches\n4 no wait, ok", "approve 2", id="wavering about another card"),
    pytest.param("4 oui, et 1 aussi", "approve 1 4", id="aussi"),
    pytest.param("1 ok, 3 too", "approve 1 3", id="too"),
    pytest.param("1 / 3 / 5 ok", "approve 1 3 5", id="a list with strokes"),
    pytest.param("１，２，４都得，６唔要", "approve 1 2 4; reject 6", id="唔要"),
    pytest.param("請批准第一及第三項，第六項請拒絕。", "approve 1 3; reject 6", id="the comma is the break"),
    pytest.param(
        "All good except 6, which can go in the bin.", "approve 1 2 3 4 5; reject 6", id="which is for the bin"
    ),
    pytest.param("oui 1 2, reste non", "approve 1 2; reject 3 4 5 6", id="reste"),
    pytest.param("Non au 6, oui aux autres", "approve 1 2 3 4 5; reject 6", id="aux autres"),
    pytest.param("5隐去姓名", "withhold 5", id="隐去姓名"),
    pytest.param("withhold 5 - he asked us not to show his name", "withhold 5", id="why it is withheld"),
    pytest.param("3号和4号批准，其他的等明天再说", "approve 3 4", id="the rest another day"),
]


@pytest.mark.parametrize(("body", "ordered"), PLAIN)
def test_what_stands_beside_an_order_neither_adds_nor_takes(
    read_reply: ReadReply, shortly: Shortly, body: str, ordered: str
) -> None:
    assert shortly(read_reply(DIGEST, body)) == ordered


NOTHING = [
    (DIGEST, "全部批准，廣告除外"),
    (DIGEST, "ok all except the spam one"),
    (DIGEST, "ok all. The bookshop is dodgy."),
    (DIGEST, "除了3，1、2、4都批准"),
    (DIGEST, "all except 3, 1-4 ok"),
    (DIGEST, "oui 4, 3 employés"),
    (DIGEST, "2 of them are ok"),
    (DIGEST, "ok for 2 of the 6"),
    (DIGEST, "5 of them are ok, not 6"),
    (DIGEST, "Approve 3 of them"),
    (DIGEST, "Oui à 2 sur 3"),
    (DIGEST, "D'accord pour 2 personnes"),
    (DIGEST, "oui pour 3 d'entre eux"),
    (DIGEST, "批准3個"),
    (DIGEST, "5 ok, no name"),
    (DIGEST, "5 yes - keep his name off the page"),
    (DIGEST, "5 oui, discrètement"),
    (CARD, "ok but not public"),
    (CARD, "ok, privately"),
    (CARD, "approve w/o publishing"),
    (CARD, "approve. Name must stay hidden."),
    (CARD, "ok. Keep the name secret"),
    (CARD, "可以，名字保密"),
    (DIGEST, "1 ok. Sorry, no."),
    (CARD, "Yes it is spam"),
    (CARD, "Oui c'est un robot"),
    (CARD, "Yes, that's the guy who harassed Priya"),
    (CARD, "他们同意了"),
    (CARD, "They agreed"),
    (CARD, "好，我再想想"),
    (DIGEST, "Ben:\noui 1"),
    (DIGEST, "La liste de Ben :\noui 1\nnon 6"),
    (DIGEST, "Priya's answers below\n\nok 1\nno 2"),
    (DIGEST, "3 yes, 2 no in our vote"),
    (DIGEST, "Here is what I'd do:\nok 1\nno 2"),
    (DIGEST, "ok all\n\nThanks,\nExcept the bookshop"),
    (CARD, "Undo the second one"),
]


@pytest.mark.parametrize(("letter", "body"), NOTHING)
def test_where_the_words_beside_an_order_may_limit_it_nothing_is_done(
    read_reply: ReadReply, letter: str, body: str
) -> None:
    assert read_reply(letter, body).orders == ()


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param("find lantern\nfind tamarack", ["lantern", "tamarack"], id="find"),
        pytest.param(
            "add organizer Cy cy@group.example\nadd organizer Di di@group.example",
            ["Cy cy@group.example", "Di di@group.example"],
            id="add organizer",
        ),
        pytest.param("add organizer Cy cy@group.example, please", ["Cy cy@group.example"], id="courtesy behind it"),
        pytest.param("添加组织者 林 cy@group.example 谢谢", ["林 cy@group.example"], id="添加组织者"),
        pytest.param("ajouter organisateur Cy cy@group.example svp", ["Cy cy@group.example"], id="svp"),
    ],
)
def test_every_order_without_a_card_is_kept(read_reply: ReadReply, body: str, texts: list[str]) -> None:
    assert [order.text for order in read_reply("fresh", body).orders] == texts


def test_an_order_behind_a_name_is_not_part_of_it(read_reply: ReadReply) -> None:
    edit, approve = read_reply(CARD, "Name: Foo Society / ok").orders
    assert (edit.value, str(approve.verb)) == ("Foo Society", "approve")


TOLD = [
    "1 name Tamarack Bookshop",
    "Rejct 6",
    "2 yas",
    "2 idem",
    "cancel 6",
    "skip 6",
    "6 nok",
    "1 3 5 全过",
    "6 à revoir",
    "6睇定啲",
    "都同意，就6不同意",
]


@pytest.mark.parametrize("body", TOLD)
def test_a_line_with_a_card_that_is_not_done_is_told(read_reply: ReadReply, body: str) -> None:
    read = read_reply(DIGEST, f"4 ok\n{body}")
    assert [order.ref for order in read.orders] == ["P2HC"]
    assert [line.line for line in read.unclear] == [body]
