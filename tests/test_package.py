"""The package as it is installed: a wheel holds the rules, the letters and the migrations, and works without a checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_of_rules_templates_and_db(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "templates", "db"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"mailbot/shipped/{file.relative_to(ROOT).as_posix()}" in inside
    assert "mailbot/demo/mails/01-choir.eml" in inside


def test_a_campaign_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import mailbot; "
        "assert 'installed' in mailbot.__file__, mailbot.__file__; from mailbot.cli import main; main()"
    )

    def mailbot(*arguments: str) -> str:
        command = [sys.executable, "-c", script, str(tmp_path / "installed"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    mailbot("init", "campaign", "--title", "A letter", "--address", "l@openletter.example", "--organizer", "a@o.example",
            "--languages", "en", "--inbox", "maildir:inbox", "--outbox", "maildir:outbox")  # fmt: skip
    assert "0 mails" in mailbot("-C", "campaign", "once")
    assert "installed" in mailbot("-C", "campaign", "doctor") or (tmp_path / "campaign/public/index.html").exists()
