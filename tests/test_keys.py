"""The key file: rotated in one step, read strictly, and never told."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailbot.config import ConfigurationError
from mailbot.keys import make_keys, read_keys, rotate_keys

TODAY = date(2021, 1, 9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "secrets" / "token.key"
    make_keys(made)
    return made


def test_the_first_key_is_made_once_and_is_its_owners_alone(file: Path) -> None:
    first = file.read_bytes()
    make_keys(file)
    assert file.read_bytes() == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert read_keys(file).current.id == "k1"


def test_a_rotated_key_seals_and_the_one_before_counts_until_its_day(file: Path) -> None:
    before = read_keys(file).current
    rotated = rotate_keys(file, today=TODAY, days=60)
    assert read_keys(file) == rotated
    assert rotated.current.id == "k2"
    assert rotated.current.secret != before.secret
    (former,) = rotated.former
    assert (former.key, former.until) == (before, TODAY + timedelta(days=60))
    assert rotated.counting(former.until) == (former,)
    assert rotated.counting(former.until + timedelta(days=1)) == ()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_former_key_keeps_the_sooner_of_its_days_and_is_forgotten_after_it(file: Path) -> None:
    rotate_keys(file, today=TODAY, days=10)
    second = rotate_keys(file, today=TODAY + timedelta(days=5), days=60)
    assert [(one.key.id, (one.until - TODAY).days) for one in second.former] == [("k2", 65), ("k1", 10)]
    third = rotate_keys(file, today=TODAY + timedelta(days=11), days=3)
    assert [(one.key.id, (one.until - TODAY).days) for one in third.former] == [("k3", 14), ("k2", 14)]
    assert "k1 " not in file.read_text()


def test_keep_0_leaves_no_former_key_in_the_file(file: Path) -> None:
    rotate_keys(file, today=TODAY, days=60)
    assert rotate_keys(file, today=TODAY, days=0).former == ()
    assert re.fullmatch(r"k3 [0-9a-f]{64}\n", file.read_text())


@pytest.mark.parametrize(
    ("key_id", "follows"), [("k9", "ka"), ("kz", "l0"), ("zz", "00")], ids=["digits end", "letters end", "all end"]
)
def test_ids_go_on_in_order(file: Path, key_id: str, follows: str) -> None:
    file.write_text(f"{key_id} {'ab' * 32}\n")
    assert rotate_keys(file, today=TODAY, days=60).current.id == follows


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("k1\n", id="an id alone"),
        pytest.param("k1 secretsecret\n", id="no hexadecimal"),
        pytest.param("k1 " + "ab" * 31 + "\n", id="a short secret"),
        pytest.param("K1 " + "ab" * 32 + "\n", id="a capital"),
        pytest.param("k2 " + "ab" * 32 + "\nk1 " + "cd" * 32 + "\n", id="a former key without its day"),
        pytest.param("k2 " + "ab" * 32 + "\nk1 " + "cd" * 32 + " until 2021-02-30\n", id="a day that is none"),
        pytest.param("k2 " + "ab" * 32 + " until 2021-02-03\n", id="a former key alone"),
        pytest.param("k1 " + "ab" * 32 + "\n\xe9", id="not ASCII"),
    ],
)
def test_a_file_that_is_not_ours_is_an_error_that_tells_none_of_it(file: Path, text: str) -> None:
    file.write_text(text, encoding="latin-1")
    for use in (read_keys, lambda file: rotate_keys(file, today=TODAY, days=60)):
        with pytest.raises(ConfigurationError, match="not a key that mailbot wrote") as said:
            use(file)
        assert "abab" not in str(said.value) + repr(said.value.__cause__)
    assert file.read_text(encoding="latin-1") == text


def test_what_a_crash_left_beside_the_file_is_overwritten(file: Path) -> None:
    file.with_name("token.key.new").write_text("k2 half a li")
    rotated = rotate_keys(file, today=TODAY, days=60)
    assert read_keys(file) == rotated
    assert [one.name for one in file.parent.iterdir()] == ["token.key"]


ROTATING = """
import sys
from datetime import date
from pathlib import Path
from mailbot.keys import rotate_keys
print("ready", flush=True)
while True:
    rotate_keys(Path(sys.argv[1]), today=date(2021, 1, 9), days=2)
"""


def test_killed_at_any_instant_it_leaves_whole_keys(file: Path) -> None:
    number = 0
    for wait in (0.0, 0.003, 0.011, 0.02):
        rotating = subprocess.Popen([sys.executable, "-c", ROTATING, str(file)], stdout=subprocess.PIPE)
        rotating.stdout.readline()
        time.sleep(wait)
        rotating.send_signal(signal.SIGKILL)
        rotating.communicate()
        kept = read_keys(file)
        assert len(kept.former) >= number
        number = len(kept.former)


def test_two_that_rotate_at_once_lose_no_key(file: Path) -> None:
    once = f"from pathlib import Path; from datetime import date; from mailbot.keys import rotate_keys; rotate_keys(Path({str(file)!r}), today=date(2021, 1, 9), days=60)"
    both = [subprocess.Popen([sys.executable, "-c", once]) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    kept = read_keys(file)
    assert [kept.current.id, *(one.key.id for one in kept.former)] == ["k3", "k2", "k1"]


def test_a_full_disk_leaves_the_old_key(file: Path) -> None:
    before = file.read_bytes()

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    command = [Path(sys.executable).with_name("mailbot"), "-C", file.parents[1], "rotate-key"]
    (file.parents[1] / "campaign.toml").write_text(
        '[letter]\ntitle = "A letter"\naddress = "letter@openletter.example"\n'
        '[mail]\ninbox = "maildir:inbox"\noutbox = "maildir:outbox"\n'
        '[[organizers]]\nname = "Ada"\naddress = "ada@organizers.example"\n'
    )
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=full, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "could not be replaced" in done.stderr
    assert file.read_bytes() == before
