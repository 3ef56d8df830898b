"""Capabilities: what they prove, what they refuse, and the odd ways in which clients bring them back."""

import time
from dataclasses import replace
from datetime import date, timedelta
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.tokens import (
    ACTIONS,
    LONGEST_TOKEN,
    MOST_CANDIDATES,
    Capability,
    Key,
    Keyring,
    Refusal,
    find,
    issue,
    verify,
)

TODAY = date(2021, 1, 9)
KEY = Key("k1", bytes(range(32)))
RING = Keyring(campaign="letter@openletter.example", current=KEY)
FOR_WONG = Capability(actions="signer", object="K7Q4", recipient="wong@church.example", expires=date(2021, 2, 8))
TOKEN = issue(RING, FOR_WONG)

addresses = st.text(digits + ascii_uppercase + "-.é", min_size=1, max_size=20).map("{}@church.example".format)
capabilities = st.builds(
    Capability,
    actions=st.sampled_from(list(ACTIONS)),
    object=st.text(digits + ascii_uppercase, min_size=1, max_size=16),
    recipient=addresses,
    expires=st.dates(TODAY, date(2109, 1, 1)),
)


def answer(token: str, **changes: object) -> Capability | Refusal:
    told: dict[str, object] = {"recipient": FOR_WONG.recipient, "today": TODAY, **changes}
    return verify(RING, token, **told)  # type: ignore[arg-type]


@given(capabilities)
def test_what_is_issued_is_verified_and_found_again(capability):
    token = issue(RING, capability)
    assert verify(RING, token, recipient=capability.recipient, today=TODAY) == capability
    assert find([f"Re: [#{capability.object} {token}]"]) == (token,)
    assert len(token) <= LONGEST_TOKEN
    assert token.isalnum()
    assert token == token.lower()


@given(st.integers(0, len(TOKEN) - 1), st.integers(0, 6))
def test_one_bit_changed_anywhere_is_refused(place, bit):
    changed = TOKEN[:place] + chr(ord(TOKEN[place]) ^ 1 << bit) + TOKEN[place + 1 :]
    assert answer(changed) in set(Refusal) or changed.lower() == TOKEN  # bit 5 is the case of a letter


@given(st.text())
def test_anything_at_all_is_refused_without_raising(text):
    assert answer(text) in set(Refusal)
    assert answer(TOKEN[:10] + text) in set(Refusal)
    assert find([text]) == ()


@given(capabilities, addresses, addresses)
def test_a_token_serves_one_recipient_in_one_campaign(capability, recipient, campaign):
    token = issue(RING, capability)
    if recipient.casefold() != capability.recipient.casefold():
        assert verify(RING, token, recipient=recipient, today=TODAY) is Refusal.FORGED
    if campaign.casefold() != RING.campaign:
        elsewhere = replace(RING, campaign=campaign)
        assert verify(elsewhere, token, recipient=capability.recipient, today=TODAY) is Refusal.FORGED


@pytest.mark.parametrize(
    ("token", "refusal"),
    [
        pytest.param("", Refusal.MALFORMED, id="nothing"),
        pytest.param(TOKEN[:-1], Refusal.MALFORMED, id="a character short"),
        pytest.param(TOKEN + "0", Refusal.MALFORMED, id="a character long"),
        pytest.param(TOKEN + "\n", Refusal.MALFORMED, id="a newline after it"),
        pytest.param(TOKEN.replace("k", "\u212a"), Refusal.MALFORMED, id="the Kelvin sign for k"),
        pytest.param(TOKEN.replace("mb1s", "mb1ſ"), Refusal.MALFORMED, id="a long s"),
        pytest.param(TOKEN.replace("mb1s", "mb2s"), Refusal.MALFORMED, id="another format"),
        pytest.param(TOKEN.replace("mb1s", "mb1x"), Refusal.MALFORMED, id="an unknown action"),
        pytest.param(TOKEN.replace("mb1s", "mb1o"), Refusal.FORGED, id="signer made organizer"),
        pytest.param(TOKEN.replace("k7q4", "k7q5"), Refusal.FORGED, id="object replaced"),
        pytest.param(TOKEN[:4] + "3" + TOKEN[5:], Refusal.MALFORMED, id="length of the object replaced"),
        pytest.param(TOKEN[:5] + "k2" + TOKEN[7:], Refusal.UNKNOWN_KEY, id="a key that we never had"),
        pytest.param(TOKEN[:7] + "zzz" + TOKEN[10:], Refusal.FORGED, id="expiry put off"),
    ],
)
def test_a_token_that_was_tampered_with_is_refused_by_name(token, refusal):
    assert answer(token) is refusal


def test_the_object_and_the_seal_cannot_lend_each_other_characters():
    longer = replace(FOR_WONG, object="K7Q4" + TOKEN[-26].upper())
    assert issue(RING, longer)[:-26] != TOKEN[:-25]


def test_a_token_counts_on_its_last_day_and_not_on_the_next():
    assert answer(TOKEN, today=FOR_WONG.expires) == FOR_WONG
    assert answer(TOKEN, today=FOR_WONG.expires + timedelta(days=1)) is Refusal.EXPIRED


def test_upper_case_on_the_way_harms_nothing():
    assert answer(TOKEN.upper()) == FOR_WONG
    assert answer(TOKEN, recipient="Wong@CHURCH.example") == replace(FOR_WONG, recipient="Wong@CHURCH.example")


def test_a_token_used_from_an_address_it_was_not_issued_to_is_told_from_a_forgery():
    told = {"recipient": "ben@organizers.example", "others": ["ada@organizers.example", "WONG@church.example"]}
    assert answer(TOKEN, **told) is Refusal.OTHER_RECIPIENT
    assert answer(TOKEN, **told, today=date(2031, 1, 1)) is Refusal.OTHER_RECIPIENT
    assert answer(TOKEN.replace("k7q4", "k7q5"), **told) is Refusal.FORGED


def test_a_former_key_still_verifies_and_no_longer_issues():
    turned = replace(RING, current=Key("k2", b"n" * 32), former=(KEY,))
    assert verify(turned, TOKEN, recipient=FOR_WONG.recipient, today=TODAY) == FOR_WONG
    assert issue(turned, FOR_WONG)[5:7] == "k2"
    impostor = replace(RING, current=Key("k1", b"x" * 32))
    assert verify(impostor, TOKEN, recipient=FOR_WONG.recipient, today=TODAY) is Refusal.FORGED


def test_neither_a_token_nor_a_printed_key_gives_a_secret_or_an_address_away():
    assert "wong" not in TOKEN
    assert repr(KEY) == "Key(id='k1')"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"letter+{TOKEN}@openletter.example", id="plus-address"),
        pytest.param(f"RE: AW: 回覆：[#K7Q4 {TOKEN.upper()}] Your entry", id="subject, in capitals"),
        pytest.param(f"<{TOKEN}.17@openletter.example>", id="message-id"),
        pytest.param(f"{TOKEN}.17@openletter.example", id="message-id without brackets"),
        pytest.param(f"YES\r\n\r\n> Reference: {TOKEN}\r\n> Regards", id="quoted body"),
        pytest.param(f"> > ref {TOKEN[:20]}\n> > {TOKEN[20:]}\n> > Regards", id="wrapped in a quote"),
        pytest.param(f"> > ref {TOKEN[:2]}\r\n>> {TOKEN[2:]}\r\n", id="wrapped in its head"),
        pytest.param(f"ref {TOKEN[:7]}=\r\n{TOKEN[7:]}\r\nRegards", id="soft line break left in"),
        pytest.param(f"{TOKEN}\nOn Monday you wrote", id="a word on the next line"),
        pytest.param(f"參考編號{TOKEN}。", id="between Chinese characters"),
        pytest.param(f"{TOKEN}\n{TOKEN}\n{TOKEN}", id="three times, counted once"),
    ],
)
def test_a_token_is_found_wherever_it_stands(text):
    assert find([text]) == (TOKEN,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"x{TOKEN}", id="glued to a word before it"),
        pytest.param(f"{TOKEN}x", id="glued to a word after it"),
        pytest.param(f"{TOKEN[:20]} {TOKEN[20:]}", id="a blank inside"),
        pytest.param("mb1s4 and the letter mb1", id="its head alone"),
        pytest.param("the mb1 series: mb1s4k10fr", id="too short"),
    ],
)
def test_what_is_no_token_is_no_candidate(text):
    assert find([text]) == ()


def test_candidates_come_in_order_and_are_capped():
    tokens = [issue(RING, replace(FOR_WONG, object=str(number))) for number in range(100, 130)]
    assert find([tokens[2], " ".join(tokens)])[:3] == (tokens[2], tokens[0], tokens[1])
    assert len(find([" ".join(tokens)])) == MOST_CANDIDATES


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("mb1s4\n" * 170_000, id="heads upon heads"),
        pytest.param("mb1s4" + "\n>  |>" * 200_000, id="breaks upon breaks"),
        pytest.param("mb1s4" + "a" * 1_000_000, id="one long word"),
        pytest.param(f"{TOKEN}\n" * 20_000, id="one token many times"),
    ],
)
def test_a_hostile_megabyte_is_searched_in_linear_time(hostile):
    started = time.perf_counter()
    assert len(find([hostile])) <= 1
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"actions": "emperor"}, id="unknown action"),
        pytest.param({"object": ""}, id="no object"),
        pytest.param({"object": "k7q4"}, id="object in small letters"),
        pytest.param({"object": "K" * 17}, id="object too long"),
        pytest.param({"expires": date(2019, 12, 31)}, id="before 2020"),
        pytest.param({"expires": date(2120, 1, 1)}, id="after 2109"),
    ],
)
def test_what_no_token_can_say_is_an_error_at_once(wrong):
    with pytest.raises(ValueError, match="no token"):
        issue(RING, replace(FOR_WONG, **wrong))


@pytest.mark.parametrize(("key_id", "secret"), [("k", b"s" * 32), ("K1", b"s" * 32), ("k1", b"s" * 31)])
def test_a_weak_key_is_an_error_that_keeps_its_secret(key_id, secret):
    with pytest.raises(ValueError, match=r"^((?!ssss).)*$"):
        Key(key_id, secret)
