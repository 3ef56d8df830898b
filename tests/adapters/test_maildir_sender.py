"""What only a Maildir of letters promises; the rest stands in test_sender_contract.py."""

from pathlib import Path

import pytest

from mailbot.adapters.senders.maildir import MaildirSender
from mailbot.ports import PermanentFailure


def send(sender: MaildirSender, message_id: str, octets: bytes = b"Subject: x\r\n\r\nx\r\n") -> None:
    sender.send(message_id=message_id, sender="letter@openletter.example", recipient="a@b.example", octets=octets)


def letters(outbox: Path) -> list[bytes]:
    return sorted(entry.read_bytes() for folder in ("new", "cur") for entry in (outbox / folder).iterdir())


def test_a_letter_is_one_file_as_it_would_go_out(tmp_path: Path) -> None:
    send(MaildirSender(tmp_path / "out"), "1@x.example", b"Subject: a\r\n\r\nbody\r\n")
    assert letters(tmp_path / "out") == [b"Subject: a\r\n\r\nbody\r\n"]
    assert list((tmp_path / "out" / "tmp").iterdir()) == []


def test_a_letter_sent_again_after_a_crash_takes_the_place_of_the_first(tmp_path: Path) -> None:
    send(MaildirSender(tmp_path / "out"), "1@x.example")
    send(MaildirSender(tmp_path / "out"), "1@x.example")
    send(MaildirSender(tmp_path / "out"), "2@x.example")
    assert len(letters(tmp_path / "out")) == 2


def test_a_letter_that_was_read_already_is_not_laid_down_a_second_time(tmp_path: Path) -> None:
    send(MaildirSender(tmp_path / "out"), "1@x.example")
    (file,) = (tmp_path / "out" / "new").iterdir()
    file.rename(tmp_path / "out" / "cur" / f"{file.name}:2,S")
    send(MaildirSender(tmp_path / "out"), "1@x.example")
    assert len(letters(tmp_path / "out")) == 1


def test_a_message_id_is_no_path(tmp_path: Path) -> None:
    send(MaildirSender(tmp_path / "out"), "../../../escape/\x00@x.example")
    assert len(letters(tmp_path / "out")) == 1


def test_a_file_where_the_maildir_should_be_is_told_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(PermanentFailure, match="cannot be used"):
        send(MaildirSender(tmp_path / "out"), "1@x.example")
    with pytest.raises(PermanentFailure, match="cannot be used"):
        MaildirSender(tmp_path / "out").check()
