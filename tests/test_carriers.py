"""[[publish.to]]: what campaign.toml may say, and what one place that fails means for all the rest."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from publisher_places import closed_port

from mailbot import config
from mailbot.app import Campaign
from mailbot.config import ConfigurationError
from mailbot.ports import PermanentFailure, TemporaryFailure
from mailbot.verbs.doctor import examine
from mailbot.verbs.run import Worker

CAMPAIGN = """
[letter]
title = "A letter"
address = "letter@openletter.example"
[mail]
inbox = "maildir:inbox"
outbox = "maildir:outbox"
check_dkim = false
[[organizers]]
name = "Ada"
address = "ada@organizers.example"
"""
SECRET = "hunter2-never-told"
MARKED = "<!-- signatories --><!-- /signatories -->"


def campaign_in(folder: Path, *tables: str) -> Path:
    text = CAMPAIGN + "".join(f"[[publish.to]]\n{table}\n" for table in tables)
    (folder / "campaign.toml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("table", "key", "says"),
    [
        pytest.param('to = "sftp://u@h/p"\npasswort = "env:X"', "publish.to.1.passwort", "did you mean 'password'", id="a misspelt key"),
        pytest.param('to = "sftp://u@h/p"\nbranch = "main"', "publish.to.1.branch", "not a known key", id="a key of another kind"),
        pytest.param('to = "ftp://u@h/p"', "publish.to.1", "patch, git, sftp, s3, webdav, wordpress", id="no such carrier"),
        pytest.param('password = "env:X"', "publish.to.1", "patch, git, sftp, s3, webdav, wordpress", id="to nowhere"),
        pytest.param('to = "webdav+https://u@h/p"', "publish.to.1.password", "is missing", id="no password"),
        pytest.param(f'to = "sftp://u@h/p"\npassword = "{SECRET}"', "publish.to.1.password", "env:NAME", id="the password itself"),
        pytest.param(f'to = "sftp://u:{SECRET}@h/p"', "publish.to.1.to", "keep the password elsewhere", id="the password in the address"),
        pytest.param('to = "webdav+http://u@h/p"\npassword = "env:X"', "publish.to.1.to", "in the clear", id="in the clear"),
        pytest.param('to = "s3://b"\naccess_key = "A"\npassword = "env:X"\nendpoint = "http://h"', "publish.to.1.endpoint", "https://", id="S3 in the clear"),
        pytest.param('to = "patch:p.md"\nmarkers = ["<!-- x -->", "<!-- x -->"]', "publish.to.1.markers", "two different", id="one marker twice"),
        pytest.param('to = "git+file:///s.git"\nbranch = "--upload-pack=x"', "publish.to.1.branch", "pattern", id="a branch that is an option"),
        pytest.param('to = "wordpress+https://u@h/"\npassword = "env:X"\npage = 0', "publish.to.1.page", "greater than", id="no such page"),
        pytest.param('to = "patch:p.md"\n[[publish.to]]\nto = "patch:p.md"', "publish", "twice", id="one place twice"),
    ],
)  # fmt: skip
def test_a_wrong_key_names_file_key_and_cure_and_no_secret(tmp_path: Path, table: str, key: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        config.load(campaign_in(tmp_path, table))
    said = str(caught.value)
    assert said.startswith(f"{tmp_path / 'campaign.toml'}: {key} ")
    assert says.casefold() in said.casefold()
    assert SECRET not in said


def test_the_folder_alone_needs_no_further_table(tmp_path: Path) -> None:
    settings = config.load(campaign_in(tmp_path))
    assert (settings.publish.directory, settings.publish.to) == ("public", ())


@pytest.mark.parametrize(
    "table",
    [
        pytest.param('to = "patch:page.md"', id="patch"),
        pytest.param('to = "git+https://u@git.example/site.git"\npassword = "env:X"\nhistory = false', id="git"),
        pytest.param('to = "sftp://u@www.example/~/public"\nkey = "key"\nknown_hosts = "hosts"', id="sftp"),
        pytest.param('to = "s3://bucket/letter"\naccess_key = "A"\npassword = "env:X"\nendpoint = "https://s3.example"', id="s3"),
        pytest.param('to = "webdav+https://u@dav.example/letter"\npassword = "env:X"', id="webdav"),
        pytest.param('to = "wordpress+https://u@news.example/"\npassword = "env:X"\npage = 12\nwhole = true', id="wordpress"),
    ],
)  # fmt: skip
def test_every_kind_of_place_has_its_publisher_and_a_name_without_its_user(tmp_path: Path, table: str) -> None:
    (carrier,) = Campaign(campaign_in(tmp_path, table)).carrying.carriers
    assert callable(carrier.open().publish)
    assert "u@" not in carrier.name


def test_one_that_is_down_holds_up_no_other_and_no_mail(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(MARKED)
    (tmp_path / "hosts").write_text("")
    down = f'to = "sftp://u@127.0.0.1:{closed_port()}/p"\nknown_hosts = "hosts"\nkey = "campaign.toml"'
    campaign = Campaign(campaign_in(tmp_path, down, 'to = "patch:none.md"', 'to = "patch:page.md"'))
    try:
        with pytest.raises(TemporaryFailure, match=r"127\.0\.0\.1.*refused the connection"):
            campaign.once()
        sftp, none, page = campaign.carrying.carriers
        assert [campaign.carrying.revision(one) for one in (sftp, none, page)] == [0, 0, 1]
        assert "<ul>" in (tmp_path / "page.md").read_text() or "<p>" in (tmp_path / "page.md").read_text()
        assert (tmp_path / "public" / "index.html").exists()
    finally:
        campaign.close()


def test_a_place_that_has_the_newest_list_is_not_asked_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(MARKED)
    campaign = Campaign(campaign_in(tmp_path, 'to = "patch:page.md"'))
    try:
        campaign.database.migrate()
        (carrier,) = campaign.carrying.carriers
        published = campaign.publication.publish(campaign.publisher, datetime(2021, 1, 9, tzinfo=UTC))
        assert campaign.carrying.carry(carrier, published) == ["fragment.html"]
        page.unlink()
        assert campaign.carrying.carry(carrier, published) == []
    finally:
        campaign.close()


def test_a_secret_that_is_not_there_is_told_by_its_place_and_only_when_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    table = f'to = "webdav+http://u@127.0.0.1:{closed_port()}/p"\npassword = "env:NOT_SET"'
    (carrier,) = Campaign(campaign_in(tmp_path, table)).carrying.carriers
    with pytest.raises(PermanentFailure, match="NOT_SET"):
        carrier.open().check()


def test_the_doctor_looks_at_every_place(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(MARKED)
    folder = campaign_in(tmp_path, 'to = "patch:page.md"', 'to = "patch:none.md"')
    findings = [one for one in examine(folder, lambda: datetime(2021, 1, 9, tzinfo=UTC)) if one.what == "carrier"]
    assert [one.well for one in findings] == [True, False]
    assert "none.md" in findings[1].says


def test_a_running_worker_carries_and_tries_again_what_failed(tmp_path: Path) -> None:
    campaign = Campaign(campaign_in(tmp_path, 'to = "patch:page.md"'))
    worker = Worker(campaign)
    campaign.database.migrate()
    (carrier,) = campaign.carrying.carriers
    worker.scheduler.add_job(print, id=carrier.name, next_run_time=None)
    worker.scheduler.start(paused=True)
    assert worker.lease.keep()
    try:
        worker._said("publish", worker.publish)
        worker._said(carrier.name, lambda: worker.carry(carrier))
        waits_until = worker.scheduler.get_job(carrier.name).next_run_time
        assert 5 < waits_until.timestamp() - time.time() < 15
        (tmp_path / "page.md").write_text(MARKED)
        worker._said(carrier.name, lambda: worker.carry(carrier))
        assert campaign.carrying.revision(carrier) == 1
    finally:
        worker.scheduler.shutdown()
        campaign.close()
