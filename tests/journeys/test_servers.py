"""The whole journey over real servers: Dovecot holds the mailboxes, Postfix carries every letter."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from journey import ADA, START
from post_office import Post

from mailbot.ports import TemporaryFailure

pytestmark = pytest.mark.server


def sign_up(post: Post, signer: str, name: str) -> None:
    """From the first mail to the organizers' desk."""
    post.send(signer, f"Please add our organization: {name}\n")
    post.rehearsal.once()
    post.send(signer, "YES", answers=post.letter(signer, "echo"))
    post.rehearsal.once()
    post.letter(signer, "confirmed")


def test_a_signer_writes_says_yes_an_organizer_says_ok_and_the_page_shows_the_name(post: Post) -> None:
    signer = f"ruth{post.intake.partition('@')[0]}@tamarack.example"
    sign_up(post, signer, "Tamarack Books")
    card = post.letter(ADA, "card")
    assert "Tamarack Books" in card.text
    post.send(ADA, "ok", answers=card)
    post.rehearsal.once()
    assert "Tamarack Books" in post.letter(ADA, "receipt").text
    post.rehearsal.once(later=timedelta(minutes=11))
    assert post.rehearsal.page() == ["Tamarack Books"]
    assert "Tamarack Books" in post.letter(signer, "listed").text
    assert post.dovecot.messages(post.intake) == []
    assert len(post.dovecot.messages(post.intake, "Handled")) == 3


def test_a_mailbox_that_went_away_in_the_middle_is_found_again_and_nothing_is_lost(post: Post) -> None:
    signer = f"sam{post.intake.partition('@')[0]}@lantern.example"
    campaign = post.rehearsal.open()
    try:
        campaign.once()
        post.send(signer, "Please add our organization: Prairie Lantern Society\n")
        post.dovecot.stop()
        with pytest.raises(TemporaryFailure, match=r"answer|reach|connect"):
            campaign.once()
        post.dovecot.start()
        campaign.once()
        post.send(signer, "YES", answers=post.letter(signer, "echo"))
        campaign.once()
    finally:
        campaign.close()
    assert post.rehearsal.statuses() == {"Prairie Lantern Society": "awaiting_organizers"}
    assert post.rehearsal.now == START


def test_a_running_worker_says_an_outage_once_and_goes_on_when_it_is_over(post: Post, tmp_path: Path) -> None:
    said = tmp_path / "log"
    mailbot = Path(sys.executable).with_name("mailbot")
    with said.open("w") as log:
        worker = subprocess.Popen([mailbot, "-C", post.rehearsal.folder, "run"], stderr=log)
    try:
        await_that(lambda: "working" in said.read_text())
        post.dovecot.stop()
        await_that(lambda: '"out_of_reach"' in said.read_text(), 90)
        time.sleep(12)  # it has tried again by now
        assert said.read_text().count('"out_of_reach"') == 1
        post.dovecot.start()
        post.send("tess@lantern.example", "Please add our organization: Harbour Lantern Society\n")
        await_that(lambda: post.dovecot.messages(post.intake, "Handled") != [], 90)
        post.letter("tess@lantern.example", "echo")
        assert "within_reach_again" in said.read_text()
    finally:
        post.dovecot.start()
        worker.terminate()
        assert worker.wait(30) == 0


def test_idle_brings_a_mail_in_long_before_the_next_poll(post: Post, tmp_path: Path) -> None:
    file = post.rehearsal.folder / "campaign.toml"
    file.write_text(file.read_text().replace('poll_every = "2s"', 'poll_every = "1h"'))
    said = tmp_path / "log"
    mailbot = Path(sys.executable).with_name("mailbot")
    with said.open("w") as log:
        worker = subprocess.Popen([mailbot, "-C", post.rehearsal.folder, "run"], stderr=log)
    try:
        await_that(lambda: "working" in said.read_text())
        time.sleep(2)  # the first poll, which finds nothing, is over
        post.send("ida@lantern.example", "Please add our organization: Idle Lantern Society\n")
        await_that(lambda: post.dovecot.messages(post.intake, "Handled") != [], 20)
        post.letter("ida@lantern.example", "echo")
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def await_that(holds: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.2)
