"""mbox files and folders of .eml files: read as they are, and never changed; the contract has the rest."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.adapters.sources.eml import EmlSource
from mailbot.adapters.sources.mbox import MboxSource
from mailbot.ports import Disposition, PermanentFailure

ONE, TWO = b"Subject: one\n\nPlease add us.\n", b"Subject: two\n\nUs as well.\n"
POSTMARK = b"From ann@choir.example Sat Jan  9 10:00:00 2021\n"


def mails(path: Path, octets: bytes) -> list[bytes]:
    path.write_bytes(octets)
    return [delivery.octets for delivery in MboxSource(path).fetch()]


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(POSTMARK + ONE + b"\n" + POSTMARK + TWO + b"\n", [ONE, TWO], id="two"),
        pytest.param(POSTMARK + ONE, [ONE], id="no empty line at the end"),
        pytest.param(POSTMARK + ONE.rstrip(b"\n"), [ONE.rstrip(b"\n")], id="no line end at the end"),
        pytest.param(POSTMARK, [b""], id="a postmark alone"),
        pytest.param(b"no postmark\n\n" + POSTMARK + ONE, [ONE], id="something before the first"),
        pytest.param(
            (POSTMARK + ONE + b"\n" + POSTMARK + TWO + b"\n").replace(b"\n", b"\r\n"),
            [ONE.replace(b"\n", b"\r\n"), TWO.replace(b"\n", b"\r\n")], id="CRLF",
        ),
        pytest.param(
            b"From 168@xxx Mon Jan 04 12:34:56 +0000 2021\n" + ONE + b"\nFrom - Mon Jan 04 12:34:56 2021\n" + TWO,
            [ONE, TWO], id="as Gmail and Thunderbird write it",
        ),
        pytest.param(POSTMARK + ONE + b"\nFrom here on we agree.\n", [ONE + b"\nFrom here on we agree.\n"], id="a sentence"),
        pytest.param(POSTMARK + ONE + POSTMARK + TWO, [ONE + POSTMARK + TWO], id="no empty line between"),
        pytest.param(POSTMARK + b"\n>From one\n>>From two\n> From\n", [b"\nFrom one\n>From two\n> From\n"], id="mboxrd quotes"),
        pytest.param(POSTMARK + b"x" * 200_000 + b"\nFrom", [b"x" * 200_000 + b"\nFrom"], id="a line without end"),
    ],
)  # fmt: skip
def test_an_mbox_file_is_taken_apart_at_its_postmarks(tmp_path: Path, octets: bytes, found: list[bytes]) -> None:
    assert mails(tmp_path / "archive.mbox", octets) == found


@pytest.mark.parametrize(
    ("postmark", "arrived"),
    [
        (b"From a@b.example Sat Jan  9 10:00:00 2021\n", datetime(2021, 1, 9, 10, tzinfo=UTC)),
        (b"From a@b.example Sat Jan 99 10:00:00 2021\n", datetime(2020, 5, 17, tzinfo=UTC)),
        (b"From a@b.example then, at 9:99 of 9999\n", datetime(2020, 5, 17, tzinfo=UTC)),
    ],
    ids=["its own", "no day", "no date"],
)
def test_a_mail_arrived_when_its_postmark_says_else_when_the_file_was_written(
    tmp_path: Path, postmark: bytes, arrived: datetime
) -> None:
    path = tmp_path / "archive.mbox"
    path.write_bytes(postmark + ONE)
    os.utime(path, (1589673600, 1589673600))
    (delivery,) = MboxSource(path).fetch()
    assert delivery.received_at == arrived


def test_an_mbox_file_is_never_written_and_may_be_read_only(tmp_path: Path) -> None:
    path = tmp_path / "archive.mbox"
    path.write_bytes(POSTMARK + ONE + b"\n" + POSTMARK + TWO)
    path.chmod(0o444)
    before = path.read_bytes(), path.stat().st_mtime_ns
    source = MboxSource(path)
    for delivery in source.fetch():
        source.settle(delivery, Disposition.HANDLED)
    assert list(MboxSource(path).fetch()) == []
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["archive.mbox", "archive.mbox.settled"]
    assert len((tmp_path / "archive.mbox.settled").read_text().splitlines()) == 2


def test_files_of_mail_are_found_in_folders_of_folders_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.eml"
    outside.write_bytes(b"Subject: outside\n\n")
    folder = tmp_path / "backlog"
    (folder / "2021" / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for number, name in enumerate(["2021/deep/a.eml", "b.EML", ".hidden/c.eml", ".d.eml", "e.txt"]):
        (folder / name).write_bytes(name.encode())
        os.utime(folder / name, (number, number))
    (folder / "link.eml").symlink_to(outside)
    os.mkfifo(folder / "pipe.eml")
    (folder / "folder.eml").mkdir()
    assert [delivery.octets for delivery in EmlSource(folder).fetch()] == [b"2021/deep/a.eml", b"b.EML"]


@pytest.mark.parametrize("kind", [MboxSource, EmlSource])
def test_what_is_not_there_is_told_with_its_name(tmp_path: Path, kind: type) -> None:
    source = kind(tmp_path / "nowhere")
    for ask in (source.check, lambda: list(source.fetch()), lambda: source.wait(0)):
        with pytest.raises(PermanentFailure, match=r"nowhere cannot be read \(No such file"):
            ask()


def test_a_list_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    path, other = tmp_path / "archive.mbox", tmp_path / "other"
    path.write_bytes(POSTMARK + ONE)
    other.write_text("precious")
    (tmp_path / "archive.mbox.settled").symlink_to(other)
    source = MboxSource(path)
    (delivery,) = source.fetch()
    with pytest.raises(Exception, match="could not be written down"):
        source.settle(delivery, Disposition.HANDLED)
    assert other.read_text() == "precious"
