"""Organizers decide by reply, and hear of each other."""

from datetime import timedelta

import pytest
from journey import ADA, BEN, Letter, Rehearsal

NAMES = ["Tamarack Books", "Comité Saint-Roch", "Prairie Lantern Society"]
A, B = f"Ada <{ADA}>", f"Ben <{BEN}>"


@pytest.fixture
def desk(rehearsal):
    """desk(two=…, policy=…) → a campaign whose digest has three cards, and that digest for each organizer."""

    def make(**options: object) -> tuple[Rehearsal, dict[str, Letter]]:
        campaign = rehearsal(**options)
        for number, name in enumerate(NAMES, 1):
            campaign.write(f"Sam <sam{number}@signers{number}.example>", f"Please add us: {name}\n", proved=True)
        campaign.once()
        campaign.letters()
        campaign.digest_time()
        return campaign, {letter.to: letter for letter in campaign.letters("digest")}

    return make


def test_cards_are_numbered_in_order_of_arrival_and_each_organizer_has_a_token_of_their_own(desk) -> None:
    campaign, digests = desk(two=True)
    assert set(digests) == {ADA, BEN}
    roll = campaign.roll()
    for digest in digests.values():
        assert [roll[digest.refs[number]]["name"] for number in (1, 2, 3)] == NAMES
    assert digests[ADA].message["Message-ID"] != digests[BEN].message["Message-ID"]


def test_a_mixed_reply_is_done_line_by_line_and_what_is_not_understood_is_quoted_back(desk) -> None:
    campaign, digests = desk()
    campaign.write(
        A, "1 ok\n2 no duplicate of an older one\n3 name: Prairie Lantern Bookshop\nyes 9", answers=digests[ADA]
    )
    campaign.once()
    assert campaign.statuses() == {
        "Tamarack Books": "listed",
        "Comité Saint-Roch": "rejected",
        "Prairie Lantern Bookshop": "awaiting_organizers",
    }
    assert "yes 9" in campaign.letter("receipt").text
    history = campaign.roll()[digests[ADA].refs[2]]["history"]
    assert "duplicate of an older one" in [event["reason"] for event in history]


def test_the_other_organizer_hears_of_it_in_the_next_digest_and_not_twice(desk) -> None:
    campaign, digests = desk(two=True)
    campaign.write(A, "ok 1 2 3", answers=digests[ADA])
    campaign.once()
    assert campaign.letters("notice") == []
    campaign.once(later=timedelta(hours=14))
    told = campaign.letter("digest")
    assert told.to == BEN
    assert "Tamarack Books" in told.text
    assert "· Ada" in told.text
    campaign.once(later=timedelta(hours=14))
    assert campaign.letters("digest") == []


def test_where_cards_come_at_once_the_other_organizer_gets_one_short_notice(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"', two=True)
    campaign.write("Sam <sam@signers.example>", "Please add us: Tamarack Books\n", proved=True)
    campaign.once()
    campaign.write(A, "ok", answers=campaign.letter("card", ADA))
    campaign.once()
    notice = campaign.letter("notice")
    assert notice.to == BEN
    assert "Tamarack Books" in notice.text
    assert "Ada" in notice.text
    campaign.once(later=timedelta(hours=24))
    assert campaign.letters("digest") == []


def test_two_who_disagree_put_it_in_dispute_and_one_giving_way_settles_it(desk) -> None:
    campaign, digests = desk(two=True)
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.write(B, "non 1", answers=digests[BEN])
    campaign.once()
    assert campaign.statuses()["Tamarack Books"] == "disputed"
    campaign.once(later=timedelta(hours=1))
    assert campaign.page() == []
    assert campaign.letters("listed") == []
    campaign.write(B, "oui 1", answers=digests[BEN])
    campaign.once()
    assert campaign.statuses()["Tamarack Books"] == "listed"


def test_after_the_undo_window_the_first_decision_stands_and_the_second_hears_of_it(desk) -> None:
    campaign, digests = desk(two=True)
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    campaign.letters()
    campaign.write(B, "non 1", answers=digests[BEN])
    campaign.once()
    assert campaign.statuses()["Tamarack Books"] == "listed"
    assert "non 1" in campaign.letter("receipt", BEN).text


def test_where_two_must_agree_one_yes_lists_nothing(desk) -> None:
    campaign, digests = desk(two=True, policy="approvals = 2")
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.write(A, "yes 1", answers=digests[ADA])
    campaign.once()
    assert campaign.statuses()["Tamarack Books"] == "awaiting_organizers"
    campaign.write(B, "ok 1", answers=digests[BEN])
    campaign.once()
    assert campaign.statuses()["Tamarack Books"] == "listed"


def test_an_edit_of_what_is_listed_waits_out_the_undo_window(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    campaign.write(A, "1 name: Tamarack Bookshop", answers=digests[ADA])
    campaign.once()
    assert campaign.page() == ["Tamarack Books"]
    campaign.once(later=timedelta(minutes=11))
    assert campaign.page() == ["Tamarack Bookshop"]


def test_undo_names_one_line_or_takes_back_the_whole_mail(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "ok all", answers=digests[ADA])
    campaign.once()
    receipt = campaign.letter("receipt")
    campaign.write(A, f"undo {digests[ADA].refs[2]}", answers=receipt)
    campaign.once()
    assert campaign.statuses()["Comité Saint-Roch"] == "awaiting_organizers"
    assert campaign.statuses()["Tamarack Books"] == "listed"
    campaign.write(A, "undo", answers=receipt)
    campaign.once()
    assert set(campaign.statuses().values()) == {"awaiting_organizers"}


def test_a_held_card_comes_back_on_its_day(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "hold 1 until Monday", answers=digests[ADA])
    campaign.once()
    assert campaign.statuses()["Tamarack Books"] == "held"
    campaign.once(later=timedelta(days=3))
    assert campaign.statuses()["Tamarack Books"] == "awaiting_organizers"


def test_a_question_is_relayed_without_an_address_and_its_answer_comes_back(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "ask 1: which city are you in?", answers=digests[ADA])
    campaign.once()
    question = campaign.letter("question", "sam1@signers1.example")
    assert "which city are you in?" in question.text
    assert ADA not in question.message.as_string()
    campaign.write("Sam <sam1@signers1.example>", "We are in Winnipeg, have been since 1990.", answers=question)
    campaign.once()
    assert "Winnipeg" in campaign.letter("relay", ADA).text
    assert campaign.statuses()["Tamarack Books"] == "awaiting_organizers"
    campaign.write(A, "note 2: Ben knows them", answers=digests[ADA])
    campaign.write("Zo <zo@wetaskiwin.example>", "Please add us: Wetaskiwin Peace Council\n", proved=True)
    campaign.once()
    campaign.once(later=timedelta(hours=14))
    cards = campaign.letter("digest", ADA).text
    first, second = cards.index("1. ["), cards.index("2. [")
    assert first < cards.index("Asked: which city are you in?") < cards.index("Answer: We are in Winnipeg") < second
    assert "Note: Ben knows them" in cards[second:]


def test_merging_closes_one_card_and_leaves_the_other(desk) -> None:
    campaign, digests = desk()
    refs = digests[ADA].refs
    campaign.write(A, f"2 merge {refs[1]}", answers=digests[ADA])
    campaign.once()
    assert campaign.statuses()["Comité Saint-Roch"] == "rejected"
    assert campaign.statuses()["Tamarack Books"] == "awaiting_organizers"
    assert f"merged into {refs[1]}" in [event["reason"] for event in campaign.roll()[refs[2]]["history"]]


def test_withheld_is_counted_and_not_shown(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "withhold 1", answers=digests[ADA])
    done = (campaign.once(), campaign.once(later=timedelta(minutes=11)))[1]
    assert campaign.statuses()["Tamarack Books"] == "withheld"
    assert campaign.page() == []
    assert done.published.counts["withheld"] == 1


@pytest.mark.parametrize(
    ("order", "template", "holds"),
    [
        pytest.param("list", "list", "Tamarack", id="list"),
        pytest.param("find lantern", "find", "Prairie Lantern Society", id="find"),
        pytest.param("show {ref}", "show", "Tamarack Books", id="show"),
        pytest.param("stats", "stats", "2 wait for your decision", id="stats"),
        pytest.param("help", "help", "undo", id="help"),
    ],
)
def test_information_comes_by_mail(desk, order: str, template: str, holds: str) -> None:
    campaign, digests = desk()
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    campaign.write(A, order.format(ref=digests[ADA].refs[1]), proved=True)
    campaign.once()
    assert holds in campaign.letter(template, ADA).text


def test_cards_at_once_where_the_campaign_asks_for_them(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    campaign.write("Sam <sam@signers.example>", "Please add us: Tamarack Books\n", proved=True)
    campaign.once()
    card = campaign.letter("card", ADA)
    campaign.write(A, "ok", answers=card)
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "listed"}


def test_an_organizers_empty_reply_does_nothing_at_all(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "", answers=digests[ADA])
    campaign.once()
    assert set(campaign.statuses().values()) == {"awaiting_organizers"}
    assert campaign.letters() == []


def test_a_paused_page_stays_as_it_is_until_resumed(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "pause", proved=True)
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    assert campaign.page() == []
    campaign.write(A, "resume", proved=True)
    campaign.once()
    assert campaign.page() == ["Tamarack Books"]


def test_panic_hides_the_whole_list_at_once_and_takes_two_to_end(desk) -> None:
    campaign, digests = desk(two=True)
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    assert campaign.page() == ["Tamarack Books"]
    campaign.write(A, "panic", proved=True)
    campaign.once()
    assert campaign.page() == []
    campaign.write(A, "resume", proved=True)
    campaign.write(A, "resume", proved=True)
    campaign.once()
    assert campaign.page() == []
    campaign.write(B, "resume", proved=True)
    campaign.once()
    assert campaign.page() == ["Tamarack Books"]


def test_the_doctor_answers_by_mail(desk) -> None:
    campaign, _ = desk()
    campaign.write(A, "doctor", proved=True)
    campaign.once()
    assert "public" in campaign.letter("doctor", ADA).text


@pytest.mark.parametrize(
    ("rule", "sender", "words", "needs_two"),
    [
        pytest.param("office", "amrit@council.example", "Please add my name: Dr. Amrit Gill, City Councillor", True, id="an office"),
        pytest.param("office", "mary@home.example", "Please add my name: Mary Winter", False, id="a person without one"),
        pytest.param("free-mail-institution", "books@gmail.com", "Please add our organization: Tamarack Books", True, id="an institution at a free-mail address"),
        pytest.param("free-mail-institution", "ruth@tamarack.example", "Please add our organization: Tamarack Books", False, id="one at its own"),
        pytest.param("well-known", "ed@elsewhere.example", "Please add our organization: World Uyghur Congress", True, id="a well-known name"),
        pytest.param("look-alike", "ed@elsewhere.example", "Please add our organization: Prairie Lantem Society", True, id="one letter beside a listed name"),
        pytest.param("burst", "z@signers.example", "Please add our organization: Zephyr Walkers Society", True, id="many from one domain in an hour"),
    ],
)  # fmt: skip
def test_a_second_approval_by_rule(rehearsal, rule: str, sender: str, words: str, needs_two: bool) -> None:
    campaign = rehearsal(two=True, policy=f'second_approval_for = ["{rule}"]')
    if rule == "look-alike":
        campaign.write("Sam <sam@lantern.example>", "Please add us: Prairie Lantern Society", proved=True)
        campaign.once()
        campaign.write(A, "ok", answers=campaign.digest(), proved=True)
        campaign.once(later=timedelta(hours=15))
    if rule == "burst":
        for name in ("Alder Choir", "Birch Club", "Cedar Guild", "Dogwood League", "Elder Circle"):
            campaign.write(
                f"S <{name[0].lower()}@signers.example>", f"Please add our organization: {name} Society", proved=True
            )
    campaign.write(f"Sam <{sender}>", words, proved=True)
    campaign.once()
    ref, name = next((row["ref"], row["name"]) for row in campaign.roll().values() if row["name"] in words)
    campaign.write(A, f"ok {ref}", proved=True)
    campaign.once()
    assert campaign.statuses()[name] == ("awaiting_organizers" if needs_two else "listed")
    campaign.write(B, f"ok {ref}", proved=True)
    campaign.once()
    assert campaign.statuses()[name] == "listed"


def test_undo_anywhere_else_takes_back_what_ones_last_mail_decided(desk) -> None:
    campaign, digests = desk(two=True)
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.write(A, "no 2\nnote 3: spoke to them", answers=digests[ADA])
    campaign.write(B, "oui 3", answers=digests[BEN])
    campaign.once()
    campaign.write(A, "undo", proved=True)
    campaign.once()
    assert campaign.statuses() == {
        "Tamarack Books": "listed",
        "Comité Saint-Roch": "awaiting_organizers",
        "Prairie Lantern Society": "listed",
    }


def test_undo_without_anything_to_undo_says_so(desk) -> None:
    campaign, _ = desk()
    campaign.write(A, "undo", proved=True)
    campaign.once()
    assert "nothing to undo" in campaign.letter("receipt").text


def test_the_list_by_mail_shows_the_page_and_the_desk(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "ok 1", answers=digests[ADA])
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    campaign.write(A, "list", proved=True)
    campaign.once()
    text = campaign.letter("list").text
    assert text.index("Tamarack Books") < text.index("Comité Saint-Roch · ")


def test_a_receipt_tells_of_each_line_that_it_was_done_or_why_not(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "1 ok\nok 9\n2 no, unless they write again\nhold 3 until Monday", answers=digests[ADA])
    campaign.once()
    text = campaign.letter("receipt").text
    for done in ("✓ 1 ok", "✓ hold 3", "→ 2021-01-11"):
        assert done in text
    for not_done in ("✗ ok 9", "✗ 2 no, unless they write again"):
        assert not_done in text
    assert "no card with this number" in text
    assert "depends on something" in text


def test_the_history_of_an_entry_is_told_in_words(desk) -> None:
    campaign, digests = desk()
    campaign.write(A, "note 1: spoke to them\nask 1: which city?", answers=digests[ADA])
    campaign.once()
    campaign.write(A, "1 no duplicate of an older one", answers=digests[ADA])
    campaign.once()
    campaign.write(A, f"show {digests[ADA].refs[1]}", proved=True)
    campaign.once()
    text = campaign.letter("show").text
    for told in (
        "asked to be added",
        "address confirmed",
        "note · Ada · spoke to them",
        "question sent to the signer · Ada · which city?",
        "rejected · Ada · duplicate of an older one",
    ):
        assert told in text
    assert "_" not in text.partition("What happened")[2].partition("—")[0]
