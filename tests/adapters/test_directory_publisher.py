"""The folder publisher: the whole new list, or still the old one."""

import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_reader import CLUB, SENATOR, published

from mailbot.adapters.publishers.directory import DirectoryPublisher
from mailbot.ports import PermanentFailure, TemporaryFailure

OLD = {"index.html": b"old page", "signatories.json": b"old list", "status.json": b"same"}
NEW = {"index.html": b"new page", "signatories.json": b"new list", "status.json": b"same", "extra.csv": b"more"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "public"


def lying_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_folder_is_made_and_every_file_written(folder: Path) -> None:
    assert DirectoryPublisher(folder / "deep").publish(OLD) == list(OLD)
    assert lying_in(folder / "deep") == OLD


def test_only_what_differs_is_written(folder: Path) -> None:
    publisher = DirectoryPublisher(folder)
    publisher.publish(OLD)
    assert publisher.publish(NEW) == ["index.html", "signatories.json", "extra.csv"]
    assert lying_in(folder) == NEW


def test_publishing_the_same_again_touches_nothing(folder: Path) -> None:
    publisher = DirectoryPublisher(folder)
    publisher.publish(OLD)
    before = {p.name: (p.stat().st_ino, p.stat().st_mtime_ns, p.stat().st_ctime_ns) for p in folder.iterdir()}
    changed = folder.stat().st_mtime_ns
    assert publisher.publish(OLD) == []
    assert {p.name: (p.stat().st_ino, p.stat().st_mtime_ns, p.stat().st_ctime_ns) for p in folder.iterdir()} == before
    assert folder.stat().st_mtime_ns == changed


def test_files_can_be_read_by_the_web_server_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        DirectoryPublisher(folder).publish(OLD)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o644}


def test_files_of_others_are_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "CNAME").write_bytes(b"letter.example")
    DirectoryPublisher(folder).publish(OLD)
    assert (folder / "CNAME").read_bytes() == b"letter.example"


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_disk_that_fills_up_while_writing_leaves_the_old_list_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    publisher = DirectoryPublisher(folder)
    publisher.publish(OLD)
    flush, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == fails_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TemporaryFailure, match="No space left") as caught:
        publisher.publish(NEW)
    assert str(folder) in str(caught.value)
    assert "make room" in str(caught.value)
    assert lying_in(folder) == OLD
    monkeypatch.undo()
    publisher.publish(NEW)
    assert lying_in(folder) == NEW


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_rename_that_fails_half_way_puts_the_earlier_ones_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    publisher = DirectoryPublisher(folder)
    publisher.publish(OLD)
    rename, calls = os.replace, []

    def failing(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) == fails_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(source), None, os.fspath(target))
        rename(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(TemporaryFailure):
        publisher.publish(NEW)
    assert len(calls) >= fails_at
    assert lying_in(folder) == OLD


def test_whichever_of_the_published_files_fails_the_old_list_stays_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = published(CLUB), published(CLUB, SENATOR, waiting=1, languages=("en", "fr"))
    publisher = DirectoryPublisher(folder)
    publisher.publish(old)
    differs = [name for name, octets in new.items() if old.get(name) != octets]
    assert {"index.html", "signatories.json", "signatories.csv", "feed.xml", "status.json"} <= set(differs)
    rename = os.replace
    for fails_at in range(len(differs)):
        left = [fails_at]

        def failing(source: str, target: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(source), None, os.fspath(target))
            rename(source, target)

        monkeypatch.setattr(os, "replace", failing)
        with pytest.raises(TemporaryFailure):
            publisher.publish(new)
        assert lying_in(folder) == old
    monkeypatch.undo()
    publisher.publish(new)
    assert lying_in(folder) == new


def test_a_folder_in_the_place_of_a_file_leaves_the_old_list_whole(folder: Path) -> None:
    publisher = DirectoryPublisher(folder)
    publisher.publish(OLD)
    (folder / "extra.csv").mkdir()
    with pytest.raises(PermanentFailure, match=r"extra\.csv.*move the folder that is in the way"):
        publisher.publish(NEW)
    assert lying_in(folder) == OLD


def test_a_file_in_the_place_of_the_folder_is_named_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "public").write_bytes(b"")
    for attempt in (
        DirectoryPublisher(tmp_path / "public").check,
        lambda: DirectoryPublisher(tmp_path / "public").publish(OLD),
    ):
        with pytest.raises(PermanentFailure, match="move the file that is in the way") as caught:
            attempt()
        assert str(tmp_path / "public") in str(caught.value)


@pytest.fixture
def unwritable() -> Iterator[Path]:
    """A published folder that its reader may not write, for root by becoming nobody for the while."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        DirectoryPublisher(folder).publish(OLD)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65_534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_folder_that_may_not_be_written_is_named_with_its_cure(unwritable: Path) -> None:
    for attempt in (DirectoryPublisher(unwritable).check, lambda: DirectoryPublisher(unwritable).publish(NEW)):
        with pytest.raises(PermanentFailure, match="let mailbot's user write there") as caught:
            attempt()
        assert str(unwritable) in str(caught.value)
    assert lying_in(unwritable) == OLD


def test_what_a_killed_run_left_is_swept_and_what_a_running_one_writes_is_not(folder: Path) -> None:
    folder.mkdir()
    stale, fresh = folder / ".mailbot-1-new-index.html", folder / ".mailbot-2-new-index.html"
    stale.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(stale, (time.time() - 7_200,) * 2)
    DirectoryPublisher(folder).publish(OLD)
    assert not stale.exists()
    assert fresh.exists()


@pytest.mark.parametrize("name", ["../index.html", "/index.html", "a/../../b", "", ".mailbot-x", "a\0b"])
def test_nothing_is_written_outside_the_folder(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name inside"):
        DirectoryPublisher(folder).publish({"index.html": b"x", name: b"x"})
    assert lying_in(folder) == {}


def test_a_file_may_lie_in_a_folder_of_its_own(folder: Path) -> None:
    DirectoryPublisher(folder).publish({"fr/index.html": b"page"})
    assert lying_in(folder) == {"fr/index.html": b"page"}


def test_the_check_says_where_and_leaves_nothing_behind(folder: Path) -> None:
    assert str(folder) in DirectoryPublisher(folder).check()
    assert lying_in(folder) == {}
