"""`mailbot verify PLACE` as somebody without a campaign runs it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mailbot.adapters.published import read_published
from mailbot.core.public_log import body, follow, written
from mailbot.core.receipts import Receipt, code, listed, told, voucher
from mailbot.ports import PermanentFailure
from mailbot.verbs import verify

LINE = {"name": "Linda \x1b[31mFrum", "category": "person", "honorific": "Hon.", "title": "Senator"}
LINE |= {"place": "", "website": "", "alt_names": []}
NONCE = bytes(range(16))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    octets = json.dumps({"signatories": [LINE]}).encode()
    receipt = Receipt(nonce=NONCE, told=told(NONCE, LINE), listed=listed(NONCE, LINE))
    below = body(1, octets, [voucher(receipt)])
    (tmp_path / "signatories.json").write_bytes(octets)
    (tmp_path / "log.jsonl").write_bytes(written([follow((), 1, below)], below))
    return tmp_path


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        if self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", "http://letter.example" + self.path)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture
def server(folder: Path) -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """As somebody types it; in a process of its own, for a verb settles where this process logs."""
    program = [sys.executable, "-c", "from mailbot.cli import main; main()", "verify", *arguments]
    return subprocess.run(program, input=typed, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_list_that_is_whole_ends_with_what_to_keep(folder: Path) -> None:
    done = run(str(folder))
    assert done.returncode == 0
    assert [line[0] for line in done.stdout.splitlines()] == ["✓", "✓", "K"]
    kept = done.stdout.splitlines()[-1].partition(": ")[2]
    again = run(str(folder), "--seen", kept)
    assert "What you kept is publication 1 of the log" in again.stdout
    assert not verify.verify_published(str(folder), seen="1 " + "0" * 64).well


def test_the_code_is_asked_for_and_its_line_shown_harmlessly(folder: Path) -> None:
    done = run(str(folder), "--receipt", typed=code(NONCE).lower() + "\n")
    assert done.returncode == 0
    assert "in the words that you were told: Hon. Linda [31mFrum, Senator" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("typed", ["\n", "K7Q4\n", "2EBHQE6-858DA0N-07E6944-0CWGC29\n"])
def test_a_code_that_was_mistyped_is_not_a_line_that_is_gone(
    folder: Path, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        verify.tell(str(folder), typed, "")
    assert ended.value.code == 2
    assert "This is no receipt code" in capsys.readouterr().err


def test_a_list_that_was_changed_is_told_and_ends_with_one(folder: Path) -> None:
    file = folder / "signatories.json"
    file.write_bytes(file.read_bytes().replace(b"Senator", b"Minister"))
    done = run(str(folder), "--receipt", typed=code(NONCE))
    assert done.returncode == 1
    assert "✗ Signatories.json" not in done.stdout
    assert "✗ signatories.json is not the list that log.jsonl vouches for." in done.stdout
    assert "✗ The log vouches for your line, but the list does not have it in those words." in done.stdout
    assert "Keep this" not in done.stdout


@pytest.mark.parametrize("path", ["", "/", "/index.html", "/index.html#signatories"])
def test_an_address_is_that_of_the_page_or_its_folder(server: str, path: str) -> None:
    assert verify.verify_published(server + path).well


def test_files_that_do_not_belong_together_are_fetched_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may be publishing just now."""
    whole = read_published(str(folder), verify.FILES)
    torn = {**whole, "signatories.json": b"{}"}
    answers = iter([torn, whole])
    monkeypatch.setattr(verify, "_PAUSE", 0)
    monkeypatch.setattr(verify, "read_published", lambda *_: next(answers))
    assert verify.verify_published("https://letter.example/").well


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        pytest.param("http://letter.example/", "must begin with https://", id="not encrypted"),
        pytest.param("ftp://letter.example/", "must begin with https://", id="another way"),
        pytest.param("file:///etc/", "must begin with https://", id="a file by its address"),
        pytest.param("/nowhere", "No such file", id="no folder"),
    ],
)
def test_a_place_that_cannot_be_believed_or_read_is_refused(place: str, fault: str) -> None:
    with pytest.raises(PermanentFailure, match=fault):
        verify.verify_published(place)


def test_a_server_that_has_no_such_file_or_leads_elsewhere_is_told(server: str) -> None:
    with pytest.raises(PermanentFailure, match="the server says 404"):
        verify.verify_published(server + "/other/")
    with pytest.raises(PermanentFailure, match="must begin with https://"):
        verify.verify_published(server + "/away/")
