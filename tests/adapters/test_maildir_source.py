"""What only a Maildir can do to its source; what every source promises stands in test_source_contract.py."""

import os
import threading
import time
from pathlib import Path

import pytest

from mailbot.adapters.sources.maildir import MaildirSource
from mailbot.ports import Disposition, PermanentFailure


def put(inbox: Path, name: str, octets: bytes = b"Subject: x\n\nx\n", *, folder: str = "new", mtime: int = 0) -> Path:
    place = inbox / folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(octets)
    if mtime:
        os.utime(place, (mtime, mtime))
    return place


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def test_a_missing_maildir_is_made_on_the_first_look(inbox: Path) -> None:
    assert list(MaildirSource(inbox).fetch()) == []
    assert sorted(entry.name for entry in inbox.iterdir()) == ["cur", "new", "tmp"]


def test_mails_come_by_time_of_arrival_and_counters_in_names_count_as_numbers(inbox: Path) -> None:
    put(inbox, "a.last", b"4", mtime=1_600_000_009)
    put(inbox, "1600000000.M1P1Q10.host", b"3", mtime=1_600_000_001)
    put(inbox, "1600000000.M1P1Q9.host:2,S", b"2", folder="cur", mtime=1_600_000_001)
    put(inbox, "z.first", b"1", mtime=1_600_000_000)
    assert [delivery.octets for delivery in MaildirSource(inbox).fetch()] == [b"1", b"2", b"3", b"4"]


def test_a_settled_mail_lies_in_a_maildir_that_mail_clients_show_as_a_folder(inbox: Path) -> None:
    put(inbox, "key", b"unread")
    put(inbox, "seen:2,S", b"read", folder="cur")
    source = MaildirSource(inbox)
    for delivery in source.fetch():
        source.settle(delivery, Disposition.SET_ASIDE)
    folder = inbox / ".Set aside"
    assert (folder / "new" / "key").read_bytes() == b"unread"
    assert (folder / "cur" / "seen:2,S").read_bytes() == b"read"
    assert (folder / "maildirfolder").is_file()
    assert (folder / "tmp").is_dir()


def test_a_mail_that_a_client_marked_as_seen_meanwhile_is_still_settled(inbox: Path) -> None:
    place = put(inbox, "key", b"mail")
    source = MaildirSource(inbox)
    (delivery,) = source.fetch()
    place.rename(inbox / "cur" / "key:2,S")
    source.settle(delivery, Disposition.HANDLED)
    assert (inbox / ".Handled" / "cur" / "key:2,S").read_bytes() == b"mail"
    assert list(source.fetch()) == []


def test_two_mails_that_share_a_file_name_are_both_kept_when_settled(inbox: Path) -> None:
    source = MaildirSource(inbox)
    for octets in (b"monday", b"tuesday", b"wednesday"):
        put(inbox, "mail.eml", octets)
        (delivery,) = source.fetch()
        source.settle(delivery, Disposition.HANDLED)
    kept = {entry.read_bytes() for entry in (inbox / ".Handled" / "new").iterdir()}
    assert kept == {b"monday", b"tuesday", b"wednesday"}


def test_what_is_no_plain_file_is_passed_over(inbox: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not a mail")
    (inbox / "new").mkdir(parents=True)
    (inbox / "new" / "link").symlink_to(secret)
    (inbox / "new" / "dangling").symlink_to(tmp_path / "nowhere")
    (inbox / "new" / "folder").mkdir()
    os.mkfifo(inbox / "new" / "pipe")
    put(inbox, ".hidden")
    put(inbox, "mail", b"mail")
    assert [delivery.octets for delivery in MaildirSource(inbox).fetch()] == [b"mail"]


def test_a_link_that_takes_the_place_of_a_listed_mail_is_not_followed(inbox: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not a mail")
    put(inbox, "1", b"first", mtime=1_600_000_000)
    second = put(inbox, "2", b"second", mtime=1_600_000_001)
    deliveries = MaildirSource(inbox).fetch()
    assert next(deliveries).octets == b"first"
    second.unlink()
    second.symlink_to(secret)
    assert list(deliveries) == []


def test_a_locator_is_plain_ascii_whatever_octets_the_file_name_has(inbox: Path) -> None:
    (inbox / "new").mkdir(parents=True)
    odd = os.fsencode(inbox) + b"/new/\xff \n\xe4"
    with open(odd, "wb") as file:  # noqa: PTH123  (pathlib takes no octets)
        file.write(b"mail")
    source = MaildirSource(inbox)
    (delivery,) = source.fetch()
    assert delivery.locator == "maildir:%FF%20%0A%E4"
    MaildirSource(inbox).settle(delivery, Disposition.HANDLED)
    assert list(source.fetch()) == []


def test_a_mail_is_received_when_its_file_was_written(inbox: Path) -> None:
    put(inbox, "mail", mtime=1_609_948_800)
    (delivery,) = MaildirSource(inbox).fetch()
    assert delivery.received_at.isoformat() == "2021-01-06T16:00:00+00:00"


def test_waiting_ends_early_when_a_mail_comes(inbox: Path) -> None:
    source = MaildirSource(inbox)
    list(source.fetch())
    timer = threading.Timer(0.2, put, args=(inbox, "mail"))
    timer.start()
    began = time.monotonic()
    assert source.wait(20) is True
    assert time.monotonic() - began < 5
    timer.join()


def test_our_own_settling_wakes_nobody(inbox: Path) -> None:
    put(inbox, "mail")
    source = MaildirSource(inbox)
    (delivery,) = source.fetch()
    source.settle(delivery, Disposition.HANDLED)
    assert source.wait(0) is False


def test_a_mail_dragged_back_wakes_and_comes_again(inbox: Path) -> None:
    put(inbox, "mail", b"again")
    source = MaildirSource(inbox)
    (first,) = source.fetch()
    source.settle(first, Disposition.HANDLED)
    (inbox / ".Handled" / "new" / "mail").rename(inbox / "cur" / "mail:2,S")
    assert source.wait(5) is True
    assert [delivery.octets for delivery in source.fetch()] == [b"again"]


def test_a_file_where_the_maildir_should_be_is_told_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("not a folder")
    source = MaildirSource(tmp_path / "inbox")
    with pytest.raises(PermanentFailure, match="cannot be used"):
        source.check()
    with pytest.raises(PermanentFailure, match="cannot be used"):
        list(source.fetch())


def test_check_counts_what_waits(inbox: Path) -> None:
    put(inbox, "one")
    assert MaildirSource(inbox).check().endswith("1 mail waiting.")
