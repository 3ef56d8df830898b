"""git: what a branch keeps and forgets, who pushed first, and whom ssh believes."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from publisher_places import GitRepository, SftpFolder, closed_port, run_git
from ssh_server import SshServer

from mailbot.adapters.publishers import git, sftp
from mailbot.core.location import parse_destination
from mailbot.ports import PermanentFailure, TemporaryFailure

FIRST = {"index.html": b"Ruth Penner, who is taken off later", "signatories.json": b"1"}
THEN = {"index.html": b"nobody", "signatories.json": b"2"}
SECRET = "hunter2-never-told"


def test_with_history_each_publication_is_a_commit_on_the_one_before(tmp_path: Path) -> None:
    place = GitRepository(tmp_path)
    place.publisher.publish(FIRST)
    place.publisher.publish(THEN)
    place.publisher.publish(THEN)
    assert run_git("-C", place.bare, "rev-list", "--count", "main").strip() == b"2"
    assert b"Ruth" in run_git("-C", place.bare, "show", "main~1:letter/index.html")


def test_without_history_no_earlier_list_is_left_in_the_repository(tmp_path: Path) -> None:
    place = GitRepository(tmp_path, keeps_history=False)
    place.put("CNAME", b"letter.example")
    place.publisher.publish(FIRST)
    old = run_git("-C", place.bare, "rev-parse", "main:letter/index.html").decode().strip()
    place.publisher.publish(THEN)
    assert run_git("-C", place.bare, "rev-list", "--count", "--all").strip() == b"1"
    assert place.lying() == THEN | {"CNAME": b"letter.example"}
    everything = run_git("-C", place.bare, "cat-file", "--batch-all-objects", "--batch-check").decode()
    assert old not in everything


@pytest.mark.parametrize("keeps_history", [True, False])
def test_what_somebody_else_pushed_meanwhile_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keeps_history: bool
) -> None:
    place = GitRepository(tmp_path, keeps_history=keeps_history)
    place.publisher.publish(FIRST)
    commit = git._Git.commit

    def meanwhile(self: git._Git, head: str, files: dict[str, bytes | None]) -> str:
        place.put("theirs.html", b"theirs")
        return commit(self, head, files)

    with monkeypatch.context() as patched:
        patched.setattr(git._Git, "commit", meanwhile)
        with pytest.raises(TemporaryFailure):
            place.publisher.publish(THEN)
    assert place.lying() == FIRST | {"theirs.html": b"theirs"}
    place.publisher.publish(THEN)
    assert place.lying() == THEN | {"theirs.html": b"theirs"}


def test_a_repository_that_is_not_there_is_a_permanent_failure(tmp_path: Path) -> None:
    options = git.GitOptions(location=parse_destination(f"git+file://{tmp_path}/none.git"))
    with pytest.raises(PermanentFailure, match="see the path"):
        git.build(options).publish(FIRST)


def test_a_password_stands_in_no_argument_and_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path(run_git("--exec-path").decode().strip()) / "git"
    program = tmp_path / "git"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/arguments\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    location = parse_destination(f"git+https://ada@127.0.0.1:{closed_port()}/site.git")
    publisher = git.build(git.GitOptions(location=location, password=lambda: SECRET))
    with pytest.raises(TemporaryFailure) as caught:
        publisher.publish(FIRST)
    assert "fetch" in (tmp_path / "arguments").read_text()
    assert SECRET not in (tmp_path / "arguments").read_text() + str(caught.value)


def test_a_host_that_is_not_known_is_not_believed(tmp_path: Path, ssh_server: SshServer) -> None:
    empty = tmp_path / "nobody"
    empty.write_text("")
    place = GitRepository(tmp_path, ssh_server)
    with pytest.raises(PermanentFailure, match="known_hosts"):
        git.build(replace(place.options, known_hosts=empty)).publish(FIRST)
    (tmp_path / "sftp").mkdir()
    folder = SftpFolder(tmp_path / "sftp", ssh_server)
    with pytest.raises(PermanentFailure, match=r"is not in .*nobody"):
        sftp.build(replace(folder.options, known_hosts=empty)).publish(FIRST)
    assert place.lying() == folder.lying() == {}
    assert empty.read_text() == ""
    place.proxy.close()
    folder.proxy.close()


def test_a_host_that_shows_another_key_is_not_believed(tmp_path: Path, ssh_server: SshServer) -> None:
    folder = SftpFolder(tmp_path, ssh_server)
    known = folder.options.known_hosts
    own = known.read_text().split()
    known.write_text(f"{own[0]} {ssh_server.other_key.with_suffix('.pub').read_text()}")
    with pytest.raises(PermanentFailure, match="another host key"):
        folder.publisher.publish(FIRST)
    with pytest.raises(PermanentFailure, match="known_hosts"):
        place = GitRepository(tmp_path, ssh_server)
        git.build(
            replace(place.options, location=replace(place.options.location, port=folder.proxy.port), known_hosts=known)
        ).check()
    assert folder.lying() == {}
    folder.proxy.close()
    place.proxy.close()
