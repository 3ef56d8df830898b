"""What a server's No means: for this letter, for us, or for now."""

from datetime import timedelta

import pytest

from mailbot.adapters.senders.refusals import SENDER, refusal
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure, TurnedAway

SERVER = Location(scheme="smtps", host="smtp.example", port=465, user="letter")
RCPT, TEXT = "refused the recipient", "refused the letter"


@pytest.mark.parametrize(
    ("what", "code", "reply", "failure"),
    [
        pytest.param(RCPT, 550, "5.1.1 user unknown", PermanentFailure, id="unknown user"),
        pytest.param(RCPT, 550, "no such user", PermanentFailure, id="without an enhanced code"),
        pytest.param(RCPT, 451, "4.7.1 greylisted", TemporaryFailure, id="greylisting"),
        pytest.param(RCPT, 452, "4.2.2 mailbox full", TemporaryFailure, id="full for now"),
        pytest.param(RCPT, 552, "5.2.2 mailbox full", PermanentFailure, id="full for good"),
        pytest.param(RCPT, 550, "4.2.1 later", TemporaryFailure, id="the enhanced code is milder"),
        pytest.param(RCPT, 450, "5.1.1 unknown", TemporaryFailure, id="the reply code is milder"),
        pytest.param(RCPT, 550, "5.1.1.9 odd", PermanentFailure, id="no enhanced code after all"),
        pytest.param(TEXT, 554, "5.7.1 looks like spam", PermanentFailure, id="this letter is not wanted"),
        pytest.param(TEXT, 552, "5.3.4 too big", PermanentFailure, id="too large"),
        pytest.param(SENDER, 552, "5.3.4 too big", PermanentFailure, id="too large, by its SIZE"),
        pytest.param(SENDER, 553, "5.7.1 not your address", TurnedAway, id="we may not write as that"),
        pytest.param(SENDER, 550, "nobody likes you", TurnedAway, id="the sender, in words alone"),
        pytest.param(TEXT, 550, "5.7.60 SendAsDenied", TurnedAway, id="Exchange: may not send as"),
        pytest.param(TEXT, 550, "5.1.8 bad outbound sender", TurnedAway, id="Exchange: blocked"),
        pytest.param(RCPT, 530, "5.7.0 authentication required", TurnedAway, id="login wanted"),
        pytest.param(RCPT, 535, "5.7.8 bad credentials", TurnedAway, id="login refused"),
        pytest.param(TEXT, 421, "4.7.0 try again later", TemporaryFailure, id="hangs up"),
    ],
)
def test_only_what_is_about_the_letter_gives_it_up(what: str, code: int, reply: str, failure: type[Exception]) -> None:
    found = refusal(SERVER, what, code, reply.encode())
    assert type(found) is failure
    assert str(found) == f"smtps://smtp.example:465 {what}: {code} {reply}"


@pytest.mark.parametrize(
    ("code", "reply", "rest"),
    [
        pytest.param(550, "5.4.5 Daily user sending limit exceeded.", timedelta(hours=1), id="Gmail's day"),
        pytest.param(550, "5.1.90 Your message can't be sent", timedelta(hours=1), id="Exchange Online's day"),
        pytest.param(432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit", timedelta(minutes=1), id="Exchange's minute"),
        pytest.param(421, "4.7.28 unusual rate of mail", timedelta(minutes=1), id="Gmail's minute"),
    ],
)  # fmt: skip
def test_a_limit_of_the_provider_says_how_long_to_rest(code: int, reply: str, rest: timedelta) -> None:
    found = refusal(SERVER, TEXT, code, reply)
    assert isinstance(found, TurnedAway)
    assert found.rest == rest
