"""What is not sent to an organizer is told by the next digest, whatever letter it was."""

import pytest

from mailbot.core.decision import Letter
from mailbot.core.gathering import NewsKind, digest_facts, news_of
from mailbot.writing.samples import SAMPLES


@pytest.mark.parametrize(
    ("template", "sample", "kinds"),
    [
        pytest.param("notice", 0, [NewsKind.DECIDED] * 2, id="what another decided"),
        pytest.param(
            "receipt", 0, [NewsKind.DECIDED] * 2 + [NewsKind.NOT_DONE] * 2, id="what came of one's own orders"
        ),
        pytest.param("relay", 0, [NewsKind.PERSON], id="a person who wrote"),
        pytest.param("set_aside", 0, [NewsKind.UNREAD], id="a mail that could not be read"),
        pytest.param("challenge", 0, [NewsKind.UNASKED] * 2, id="orders that were not proved"),
        pytest.param("card", 0, [NewsKind.CARD], id="a card"),
        pytest.param("reminder", 0, [NewsKind.CARD], id="a reminder"),
        pytest.param("digest", 0, [NewsKind.CARD], id="a digest"),
        pytest.param("stats", 0, [], id="figures can be asked for again"),
    ],
)
def test_a_letter_that_is_held_back_becomes_news(template: str, sample: int, kinds: list[NewsKind]) -> None:
    letter = Letter(template=template, to="ada@organizers.example", language="en", facts=SAMPLES[template][sample])
    assert [news.kind for news in news_of(letter)] == kinds


def test_a_strangers_long_words_are_cut_to_a_line() -> None:
    facts = {**SAMPLES["relay"][0], "words": "x\n" * 10_000, "subject": "y" * 10_000}
    (news,) = news_of(Letter(template="relay", to="ada@organizers.example", language="en", facts=facts))
    assert all(len(text) <= 300 and "\n" not in text for text in news.facts.values())


def test_a_digest_says_how_much_more_there_is() -> None:
    letter = Letter(template="relay", to="ada@organizers.example", language="en", facts=SAMPLES["relay"][0])
    told = digest_facts(news_of(letter), {NewsKind.PERSON: 7, NewsKind.CARD: 1})
    assert len(told["person"]) == 1
    assert told["more"] == {"person": 6, "card": 1}
