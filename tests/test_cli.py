"""The command line: what it prints, and the exit codes that scripts rely on."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

MAILBOT = Path(sys.executable).with_name("mailbot")
MAIL = b"""From: Ruth Penner <ruth@tamarack.example>\r
To: letter@openletter.example\r
Subject: Our signature\r
Message-ID: <1@tamarack.example>\r
Content-Type: text/plain; charset=utf-8\r
\r
Please add our organization: Tamarack Books\r
"""
FLAGS = (
    "--title", "They were taken at dawn", "--address", "letter@openletter.example",
    "--organizer", "Ada <ada@organizers.example>", "--organizer", "ben@organizers.example", "--languages", "en,fr",
)  # fmt: skip


def mailbot(*arguments: object, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    where = ["-C", str(folder)] if folder else []
    return subprocess.run(
        [MAILBOT, *where, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = mailbot("init", tmp_path / "campaign", *FLAGS)
    assert made.returncode == 0, made.stderr
    return tmp_path / "campaign"


def test_init_makes_all_that_a_campaign_needs(folder: Path) -> None:
    for name in ("campaign.toml", "letter.en.md", "letter.fr.md", "mailbot.db", "inbox/new", "outbox/new", "public"):
        assert (folder / name).exists(), name
    for private in ("secrets/token.key", "mailbot.db"):
        assert (folder / private).stat().st_mode & 0o777 == 0o600
    assert "token.key" not in (folder / "campaign.toml").read_text()


def test_init_overwrites_nothing(folder: Path) -> None:
    again = mailbot("init", folder, *FLAGS)
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_init_without_a_terminal_says_what_it_lacks(tmp_path: Path) -> None:
    made = mailbot("init", tmp_path / "campaign", "--title", "A letter")
    assert made.returncode == 2
    assert "Mail address" in made.stderr
    assert not (tmp_path / "campaign" / "campaign.toml").exists()


def test_once_prints_one_line_and_exits_0(folder: Path) -> None:
    (folder / "inbox/new/1.mail").write_bytes(MAIL)
    done = mailbot("once", "--now", "2021-01-09T12:00:00Z", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "1 mails (1 sign)" in done.stdout
    assert done.stderr == ""


def test_once_exits_1_where_a_mail_was_set_aside(folder: Path) -> None:
    (folder / "inbox/new/1.mail").write_bytes(b"\x00\x01\x02")
    done = mailbot("once", folder=folder)
    assert done.returncode == 1
    assert "1 set aside" in done.stdout
    assert len(list((folder / "inbox/.Set aside/new").iterdir())) == 1


def test_once_exits_3_where_a_server_is_out_of_reach_and_says_which(folder: Path) -> None:
    file = folder / "campaign.toml"
    file.write_text(file.read_text().replace('"maildir:inbox"', '"imaps://letter@127.0.0.1:1/INBOX"'))
    done = mailbot("once", folder=folder, MAILBOT_INBOX_PASSWORD="secret-word")
    assert done.returncode == 3
    assert "127.0.0.1" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret-word" not in done.stderr + done.stdout


def test_a_missing_password_is_a_wrong_configuration(folder: Path) -> None:
    file = folder / "campaign.toml"
    file.write_text(file.read_text().replace('"maildir:inbox"', '"imaps://letter@127.0.0.1:1/INBOX"'))
    done = mailbot("once", folder=folder)
    assert done.returncode == 2
    assert "MAILBOT_INBOX_PASSWORD" in done.stderr


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        pytest.param("approvals = 1", "aprovals = 1", ("policy.aprovals", "did you mean 'approvals'"), id="a misspelt key"),
        pytest.param("[policy]", "[polcy]", ("polcy", "did you mean 'policy'"), id="a misspelt section"),
        pytest.param('address = "letter@openletter.example"', "", ("letter.address", "is missing"), id="a missing value"),
        pytest.param('undo_window = "10m"', 'undo_window = "soon"', ("policy.undo_window", '"10m"'), id="no duration"),
        pytest.param('timezone = "UTC"', 'timezone = "Mars/Base"', ("desk.timezone", "IANA"), id="no time zone"),
        pytest.param('"maildir:inbox"', '"pop3://host"', ("mail.inbox", "maildir:"), id="no such source"),
        pytest.param('languages = ["en", "fr"]', 'languages = ["tlh"]', ("letter.languages", "en, fr"), id="no such language"),
        pytest.param("[letter]", "[letter", ("not valid TOML", "line"), id="broken TOML"),
    ],
)  # fmt: skip
def test_a_wrong_campaign_toml_names_file_key_and_cure(
    folder: Path, was: str, becomes: str, says: tuple[str, ...]
) -> None:
    file = folder / "campaign.toml"
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, becomes))
    done = mailbot("once", folder=folder)
    assert done.returncode == 2
    assert str(file) in done.stderr
    for part in says:
        assert part.casefold() in done.stderr.casefold()


def test_a_folder_without_a_campaign_says_how_to_make_one(tmp_path: Path) -> None:
    done = mailbot("once", folder=tmp_path)
    assert done.returncode == 2
    assert "mailbot init" in done.stderr


def test_doctor_finds_a_new_campaign_well(folder: Path) -> None:
    done = mailbot("doctor", folder=folder)
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
    assert len(done.stdout.splitlines()) >= 10
    assert re.search(r"✓ rules: .* All \d+ examples", done.stdout)


def test_doctor_names_what_ails_with_its_cure_and_touches_no_mail(folder: Path) -> None:
    (folder / "inbox/new/1.mail").write_bytes(MAIL)
    (folder / "secrets/token.key").chmod(0o644)
    done = mailbot("doctor", folder=folder)
    assert done.returncode == 2
    assert "chmod 600" in done.stdout
    assert (folder / "inbox/new/1.mail").exists()


def test_explain_prints_one_object_a_line_for_every_mail_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "deep/c.eml", "not-a-mail.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MAIL)
    done = mailbot("explain", "--json", tmp_path)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == [str(tmp_path / name) for name in ("a.eml", "b.eml", "deep/c.eml")]
    assert {"file", "kind", "lang", "signatories", "flags", "own_words", "reason"} == set(rows[0])
    (signatory,) = rows[0]["signatories"]
    assert signatory["name"] == "Tamarack Books"
    assert signatory["evidence"]["name"]["text"] == "Tamarack Books"
    assert {
        "name",
        "alt_names",
        "category",
        "honorific",
        "title",
        "contact",
        "place",
        "website",
        "was",
        "confidence",
    } <= set(signatory)


def test_explain_for_people_marks_the_words_that_prove_it(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    done = mailbot("explain", tmp_path / "a.eml")
    assert "sign (en)" in done.stdout
    assert "Please add our organization: ⟦Tamarack Books⟧" in done.stdout
    assert "name: “Tamarack Books”" in done.stdout
    assert "Ruth Penner (person" in done.stdout
    assert "\x1b" not in done.stdout


def test_explain_says_which_file_cannot_be_read(tmp_path: Path) -> None:
    done = mailbot("explain", tmp_path / "none.eml")
    assert done.returncode == 2
    assert "none.eml cannot be read" in done.stderr


def test_what_is_explained_goes_where_it_is_sent_though_a_bar_is_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    terminal, end = os.openpty()
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run([MAILBOT, "explain", "--json", tmp_path / "a.eml"], stdout=out, stderr=end, timeout=120)
    os.close(end)
    os.close(terminal)
    assert done.returncode == 0
    assert json.loads((tmp_path / "out").read_text())["kind"] == "sign"


@pytest.mark.parametrize("option", [["--json"], []], ids=["json", "for people"])
def test_a_reader_of_explanations_who_has_seen_enough_gets_no_complaint(tmp_path: Path, option: list[str]) -> None:
    for number in range(150):  # more than a pipe holds
        (tmp_path / f"{number}.eml").write_bytes(MAIL + b"Thank you very much. " * 20)
    done = subprocess.run(
        f"{MAILBOT} explain {' '.join(option)} {tmp_path} | head -c 20", shell=True, capture_output=True, timeout=120
    )
    assert len(done.stdout) == 20
    assert done.stderr == b""


def test_rules_test_reads_every_example() -> None:
    done = mailbot("rules", "test")
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(r"All \d{3} examples are read as they must be\.\n", done.stdout)
    assert done.stderr == ""


def test_a_backlog_is_gone_through_once_and_says_what_was_in_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "1.eml").write_bytes(MAIL)
    first = mailbot("backlog", f"eml:{tmp_path / 'old'}", folder=folder)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[0] == "1 mail: 1 ask to be added."
    assert "2 digests wait" in first.stdout
    again = mailbot("backlog", f"eml:{tmp_path / 'old'}", folder=folder)
    assert again.stdout == "Nothing new: no digest is written.\n"
    missing = mailbot("backlog", "mbox:nowhere.mbox", folder=folder)
    assert (missing.returncode, "is not there" in missing.stderr) == (2, True)


def test_a_list_is_imported_once_and_published_in_order(folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(
        "name,category,honorific,title\nZebra Friends,organization,,\nThe Alder Circle,organization,,\n"
        "Linda Frum,person,Hon.,Senator\nKenny Chiu,person,,Member of Parliament\n"
    )
    assert "4 would be listed" in mailbot("import", listed, "--preview", folder=folder).stdout
    assert "4 listed" in mailbot("import", listed, folder=folder).stdout
    assert "0 listed, 4 were there already" in mailbot("import", listed, folder=folder).stdout
    assert mailbot("publish", folder=folder).returncode == 0
    published = json.loads((folder / "public/signatories.json").read_text())
    assert [one["name"] for one in published["signatories"]] == [
        "The Alder Circle",
        "Zebra Friends",
        "Kenny Chiu",
        "Linda Frum",
    ]
    assert published["counts"] == {"organization": 2, "person": 2, "withheld": 0}
    page = re.sub(r"<[^>]+>", "", (folder / "public/index.html").read_text())
    assert "Hon. Linda Frum" in page
    assert set(json.loads((folder / "public/status.json").read_text())) >= {"revision", "updated", "waiting"}


def test_list_show_and_export_tell_of_every_signature(folder: Path) -> None:
    (folder / "inbox/new/1.mail").write_bytes(MAIL)
    mailbot("once", folder=folder)
    (line,) = mailbot("list", folder=folder).stdout.splitlines()
    ref, status, name = line.split(maxsplit=2)
    assert (status, name) == ("awaiting_signer", "Tamarack Books")
    shown = mailbot("show", ref.lower(), folder=folder).stdout
    assert "ruth@tamarack.example" in shown
    assert "requested" in shown
    (row,) = json.loads(mailbot("export", "--json", folder=folder).stdout)
    assert (row["ref"], row["status"], row["category"]) == (ref, "awaiting_signer", "organization")
    assert [event["what"] for event in row["history"]] == ["requested"]
    assert mailbot("show", "0000", folder=folder).returncode == 1


def test_verify_proves_the_chain_and_finds_what_was_changed(folder: Path) -> None:
    (folder / "inbox/new/1.mail").write_bytes(MAIL)
    mailbot("once", folder=folder)
    assert mailbot("verify", folder=folder).returncode == 0
    import sqlite3

    with sqlite3.connect(folder / "mailbot.db") as connection:
        connection.execute("UPDATE events SET payload = replace(payload, 'Tamarack', 'Forged')")
    connection.close()
    done = mailbot("verify", folder=folder)
    assert done.returncode == 1
    assert "changed" in done.stdout
    assert "is not what its events amount to" in done.stdout


def test_the_first_letters_signatures_come_out_in_their_two_groups(folder: Path, shared: Path) -> None:
    assert mailbot("import", shared / "signatories-2021.csv", folder=folder).returncode == 0
    mailbot("publish", folder=folder)
    published = json.loads((folder / "public/signatories.json").read_text())
    assert published["counts"] == {"organization": 11, "person": 17, "withheld": 0}
    names = [one["name"] for one in published["signatories"]]
    assert names[:3] == ["Action Free Hong Kong Montreal", "Canada-Hong Kong Link", "Friends of Hong Kong - Edmonton"]
    families = [name.split()[-1] for name in names[11:]]
    assert families == sorted(families, key=str.casefold)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", (folder / "public/index.html").read_text()))
    assert "Hon. Linda Frum, Senator" in page
    assert "Kenny Chiu, Member of Parliament" in page


def test_rotate_key_tells_until_when_old_letters_count_and_no_secret(folder: Path) -> None:
    secret = (folder / "secrets/token.key").read_text().split()[1]
    done = mailbot("-v", "rotate-key", "--keep", "3", folder=folder)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"Letters are sealed with key k2 .* until \d{4}-\d\d-\d\d\.\n", done.stdout)
    looked = mailbot("-v", "doctor", folder=folder)
    assert "sealed with key k2" in looked.stdout
    assert "what k1 sealed counts until" in looked.stdout
    secrets = [secret, *re.findall(r"[0-9a-f]{64}", (folder / "secrets/token.key").read_text())]
    assert len(set(secrets)) == 2
    assert not [one for one in secrets if one in done.stdout + done.stderr + looked.stdout + looked.stderr]
    assert "proves anything" in mailbot("rotate-key", "--keep", "0", folder=folder).stdout
    assert "counts until" not in mailbot("doctor", folder=folder).stdout
    assert mailbot("rotate-key", "--keep", "-1", folder=folder).returncode == 2
    assert "--keep" in mailbot("rotate-key", "--help", folder=folder).stdout
