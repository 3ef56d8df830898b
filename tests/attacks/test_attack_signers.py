"""Requests, withdrawals, corrections, confirmations and declines in somebody else's name."""

from datetime import timedelta

import pytest
from attack_scene import (
    DESK,
    LISTED,
    MALLORY,
    MARC,
    PAUL,
    RITA,
    UNCONFIRMED,
    WAITING,
    A,
    B,
    Battlefield,
    Scene,
    token_of,
)
from journey import AUTHSERV

TAMARACK, MARCS, PAULS = f"Tamarack <{DESK}>", f"Marc <{MARC}>", f"Paul <{PAUL}>"
MALLORYS = "mallory@elsewhere.example"
OFF = f"Please take {LISTED} off the list."


def failed(domain: str) -> bytes:
    return f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from={domain}\r\n".encode()


FORGED = [
    pytest.param(lambda c, s: c.mail(TAMARACK, OFF), id="a withdrawal of what is listed"),
    pytest.param(lambda c, s: failed("tamarack.example") + c.mail(TAMARACK, OFF), id="a withdrawal that failed authentication"),
    pytest.param(lambda c, s: c.mail(MALLORY, OFF, proved=True), id="a withdrawal by a stranger"),
    pytest.param(lambda c, s: c.mail("Mallory <mallory@tamarack.example>", OFF, proved=True), id="a withdrawal by a neighbour"),
    pytest.param(lambda c, s: c.mail(TAMARACK, OFF).replace(b"desk@", "des\u212a@".encode()), id="a withdrawal by a letter that folds to another"),
    pytest.param(lambda c, s: c.mail(TAMARACK, OFF, proved=True).replace(b"desk@", "des\u212a@".encode()), id="a proved withdrawal by a letter that folds to another"),
    pytest.param(lambda c, s: c.mail(TAMARACK, OFF, proved=True).replace(b"desk@", "de\u017fk@".encode()), id="a proved withdrawal by a long s"),
    pytest.param(lambda c, s: c.mail(TAMARACK, OFF, proved=True).replace(b"desk@", b"desk+x@"), id="a proved withdrawal by a plus address"),
    pytest.param(lambda c, s: c.mail(MALLORY, OFF, proved=True, Sender=TAMARACK, Reply_To=TAMARACK), id="a withdrawal with the signer as sender"),
    pytest.param(lambda c, s: c.mail(MARCS, f"Please take {WAITING} off the list."), id="a withdrawal of what is on the desk"),
    pytest.param(lambda c, s: c.mail(PAULS, f"Please take {UNCONFIRMED} off the list."), id="a withdrawal of what waits for its signer"),
    pytest.param(lambda c, s: c.mail(TAMARACK, "Please correct our entry: it should read: Cheap Watches Society"), id="a correction of what is listed"),
    pytest.param(lambda c, s: c.mail(MARCS, "Please correct our entry: it should read: Cheap Watches Society"), id="a correction of what is on the desk"),
    pytest.param(lambda c, s: c.mail(PAULS, "Please correct our entry: it should read: Cheap Watches Society"), id="a correction of what waits for its signer"),
    pytest.param(lambda c, s: c.mail(MALLORY, f"Please correct {LISTED}: it should read: Cheap Watches Society", proved=True), id="a correction by a stranger"),
    pytest.param(lambda c, s: c.mail(PAULS, "YES"), id="a yes without a letter"),
    pytest.param(lambda c, s: c.mail(PAULS, "YES", answers=s.echo).replace(token_of(s.echo).encode(), b"mb1s"), id="a yes without its token"),
    pytest.param(lambda c, s: c.mail(PAULS, "YES", answers=s.echo).replace(token_of(s.echo)[-4:].encode(), b"0000"), id="a yes with its token bent"),
    pytest.param(lambda c, s: failed("lantern.example") + c.mail(PAULS, "YES", answers=s.echo), id="a yes that failed authentication"),
    pytest.param(lambda c, s: c.mail(MALLORY, "YES", answers=s.echo, proved=True), id="a yes by a stranger"),
    pytest.param(lambda c, s: c.mail(MARCS, "YES", answers=s.echo, proved=True), id="a yes by another signer"),
    pytest.param(lambda c, s: c.mail(A, "YES", answers=s.echo, proved=True), id="a yes by an organizer"),
    pytest.param(lambda c, s: c.mail(PAULS, "I am away until Monday.", answers=s.echo, Auto_Submitted="auto-replied"), id="a yes by nobody but a machine"),
    pytest.param(lambda c, s: c.mail(PAULS, "> YES", answers=s.echo), id="a yes in a quote"),
    pytest.param(lambda c, s: c.mail(PAULS, "", answers=s.echo), id="a yes nowhere but in our letter"),
    pytest.param(lambda c, s: c.mail(MALLORY, "NO", answers=s.echo, proved=True), id="a no by a stranger"),
    pytest.param(lambda c, s: c.mail(PAULS, "NO", In_Reply_To=str(s.echo.message["Message-ID"]).replace(token_of(s.echo), "x")), id="a no without its token"),
    pytest.param(lambda c, s: c.mail(MALLORY, "We are in Winnipeg.", answers=s.question, proved=True), id="a question answered by a stranger"),
    pytest.param(lambda c, s: c.mail(MALLORY, f"Please add our organization: {LISTED}"), id="a second request for what is listed"),
    pytest.param(lambda c, s: c.mail(MALLORY, f"Please add our organization: {WAITING}", proved=True), id="a second request for what is on the desk"),
    pytest.param(lambda c, s: c.mail(MALLORY, f"Please add our organization: {UNCONFIRMED}", proved=True), id="a second request for what nobody confirmed"),
]  # fmt: skip


@pytest.mark.parametrize("mail", FORGED)
def test_a_mail_in_a_signers_name_moves_nothing(campaign: Battlefield, scene: Scene, mail) -> None:
    octets = mail(campaign, scene)
    before, page = campaign.standing(), campaign.published()
    letters = campaign.strike(octets)
    after = campaign.standing()
    assert {ref: after[ref] for ref in before} == before
    assert campaign.published()["signatories.json"] == page["signatories.json"]
    assert not {"listed", "withheld"} & {row["status"] for ref, row in after.items() if ref not in before}
    author = octets.partition(b"From: ")[2].partition(b"\r\n")[0].decode()
    for letter in letters:
        assert letter.template in ("challenge", "relay") or f"<{letter.to}>" in author, (letter.template, letter.to)
    campaign.leak_nothing(letters)


def test_the_yes_of_a_signer_confirms_what_he_was_shown_and_nothing_else(campaign: Battlefield, scene: Scene) -> None:
    """A correction in Paul's name comes between the echo card and his YES to it."""
    campaign.strike(campaign.mail(PAULS, "Please correct our entry: it should read: Cheap Watches Society"))
    campaign.strike(campaign.mail(PAULS, "YES", answers=scene.echo))
    row = campaign.roll()[scene.unconfirmed]
    assert (row["name"], row["status"]) == (UNCONFIRMED, "awaiting_organizers")


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param("Please add our organization: Harbour Singers, https://watches.example/\n", id="with a link"),
        pytest.param("Please add our organization: Harbour Singers\nWebsite: https://watches.example/\n", id="with a labelled link"),
        pytest.param("Please add our organization: Harbour Singers\nCity: Cheap Watches Town\n", id="with a place"),
        pytest.param("Please add our organization: Harbour Singers (Cheap Watches Society)\n", id="with another name"),
    ],
)  # fmt: skip
def test_a_forged_request_before_the_real_one_neither_blocks_nor_colours_it(campaign: Battlefield, forged: str) -> None:
    real = "Harbour <office@harbour.example>"
    campaign.strike(campaign.mail(real, forged))
    campaign.strike(campaign.mail(real, "Please add our organization: Harbour Singers\n", proved=True))
    rows = [
        row for row in campaign.roll().values() if row["status"] == "awaiting_organizers" and "Harbour" in row["name"]
    ]
    assert [row["name"] for row in rows] == ["Harbour Singers"]
    assert "atches" not in str({key: value for key, value in rows[0].items() if key != "history"})


def test_an_unconfirmed_request_does_not_block_the_real_one(campaign: Battlefield, scene: Scene) -> None:
    campaign.strike(campaign.mail(MALLORY, "Please add our organization: Harbour Singers\n"))
    campaign.strike(
        campaign.mail("Office <office@harbour.example>", "Please add our organization: Harbour Singers\n", proved=True)
    )
    campaign.strike(campaign.mail(MALLORY, "Please add our organization: Harbour Singers\n"))
    held = sorted(row["status"] for row in campaign.roll().values() if row["name"] == "Harbour Singers")
    assert held == ["awaiting_organizers", "awaiting_signer"]


def test_a_link_that_the_signer_was_not_shown_does_not_reach_the_page(campaign: Battlefield) -> None:
    """A forger asks in the name of an address, with a link; its owner sees the name alone, and says yes to that."""
    real = "Harbour <office@harbour.example>"
    hidden = "\n".join(f"We have sung here since {year}." for year in range(1990, 2000))
    campaign.strike(
        campaign.mail(
            real, f"Please add our organization: Harbour Singers\n{hidden}\nWebsite: https://watches.example/\n"
        )
    )
    assert "watches.example" in str(campaign.standing())
    ref = next(ref for ref, row in campaign.roll().items() if row["name"] == "Harbour Singers")
    echo = next(
        letter
        for letter in campaign.strike(campaign.mail(real, "Please add our organization: Harbour Singers\n"))
        if letter.template == "echo"
    )
    shown = "watches.example" in echo.text
    campaign.strike(campaign.mail(real, "YES", answers=echo))
    campaign.now = campaign.now.replace(day=11)
    shown = shown or "watches.example" in campaign.digest().text
    campaign.strike(campaign.mail(A, f"ok {ref}", proved=True), campaign.mail(B, f"ok {ref}", proved=True))
    assert "Harbour Singers" in campaign.page()
    assert shown or "watches.example" not in str(campaign.published())


@pytest.mark.parametrize("policy", ["never", "always"])
def test_a_forged_withdrawal_moves_nothing_whatever_the_campaign_asks_of_signers(tmp_path, policy: str) -> None:
    scene = set_scene_with(tmp_path, policy)
    scene.strike(scene.mail(MARCS, "Please add our organization: Harbour Singers\n"))
    scene.holds_off(scene.mail(MARCS, "Please take Harbour Singers off the list."), answers=(MARC,))
    scene.end()


def set_scene_with(where, confirmation: str) -> Battlefield:
    """A campaign of that policy, with nothing on it yet."""
    from journey import CAMPAIGN, SECOND

    from mailbot.verbs.init import prepare

    where.joinpath("c").mkdir()
    text = CAMPAIGN.format(ben=SECOND, policy=f'signer_confirmation = "{confirmation}"', desk='cards = "digest"')
    where.joinpath("c/campaign.toml").write_text(text)
    campaign = Battlefield(where / "c")
    prepare(campaign.open())
    campaign.once()
    return campaign


def test_where_a_yes_is_always_asked_for_a_second_proved_request_is_none(tmp_path) -> None:
    campaign = set_scene_with(tmp_path, "always")
    for _ in range(2):
        campaign.strike(campaign.mail(MARCS, "Please add our organization: Harbour Singers\n", proved=True))
    assert campaign.statuses() == {"Harbour Singers": "awaiting_signer"}
    campaign.end()


def test_a_stranger_learns_of_nobody_who_asked_before(campaign: Battlefield, scene: Scene) -> None:
    letters = campaign.strike(campaign.mail(MALLORY, f"Please add our organization: The {WAITING}", proved=True))
    told = next(letter for letter in letters if letter.to == MALLORYS)
    assert not any(word in told.message.as_string().casefold() for word in ("marc", "saintroch.example"))


def test_an_answer_to_a_mail_passed_on_goes_to_its_writer_alone(campaign: Battlefield, scene: Scene) -> None:
    letters = campaign.strike(campaign.mail(A, "Gladly.", answers=scene.relays["ada@organizers.example"]))
    assert {letter.to for letter in letters if letter.template == "answer"} == {RITA}
    campaign.leak_nothing(letters)
    assert campaign.once(later=timedelta(hours=1))
