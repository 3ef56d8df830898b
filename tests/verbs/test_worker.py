"""What `mailbot worker` refuses to start with, and jobs that live and die with the transaction that makes them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from journey import CAMPAIGN
from postgresql_server import PostgreSQL
from sqlalchemy import text

from mailbot import keys
from mailbot.adapters.database.engine import Database
from mailbot.adapters.database.transit import Transit
from mailbot.adapters.queue import jobs
from mailbot.app import Campaign
from mailbot.config import ConfigurationError
from mailbot.ports import Delivery, Disposition, Job
from mailbot.verbs.key_rotation import rotate
from mailbot.verbs.worker import same_key, work

NOW = datetime(2021, 1, 9, 12, tzinfo=UTC)


@pytest.fixture
def open_campaign(tmp_path: Path, postgresql: PostgreSQL) -> Iterator[Callable[[str], Campaign]]:
    """open_campaign("second") → the one campaign, opened on a machine of that name."""
    url, opened = postgresql.fresh(), []

    def open_on(machine: str) -> Campaign:
        folder = tmp_path / machine
        folder.mkdir(exist_ok=True)
        settings = CAMPAIGN.format(ben="", policy="", desk='cards = "digest"')
        (folder / "campaign.toml").write_text(f'database = "{url}"\n{settings}')
        opened.append(Campaign(folder, lambda: NOW))
        return opened[-1]

    yield open_on
    for campaign in opened:
        campaign.close()
    postgresql.drop(url)


@pytest.fixture
def queued(open_campaign) -> Database:
    """A database with a queue."""
    database = open_campaign("first").database
    with database.begin() as uow:
        jobs.prepare(uow.connection)
    database.defer = jobs.defer
    return database


def kept(database: Database) -> list[tuple[str, object]]:
    with database.begin() as uow:
        found = uow.connection.execute(
            text(f"SELECT queue_name, args FROM {jobs.SCHEMA}.procrastinate_jobs ORDER BY id")
        )
        return [(row.queue_name, row.args["of"]) for row in found]


def test_with_a_file_for_a_database_there_are_no_others_to_share_with(tmp_path: Path) -> None:
    settings = CAMPAIGN.format(ben="", policy="", desk='cards = "digest"')
    (tmp_path / "campaign.toml").write_text(settings)
    with pytest.raises(ConfigurationError, match="mailbot run"):
        work(tmp_path)


@pytest.mark.postgresql
def test_a_machine_with_a_key_of_its_own_is_refused_until_the_campaigns_key_is_copied_there(open_campaign) -> None:
    first, second = open_campaign("first"), open_campaign("second")
    same_key(first)
    with pytest.raises(ConfigurationError, match="copy that file"):
        same_key(second)
    second.key_file.write_bytes(first.key_file.read_bytes())
    same_key(second)


@pytest.mark.postgresql
@pytest.mark.parametrize("keep", [pytest.param(None, id="letters out still count"), pytest.param(0, id="all void")])
def test_a_rotated_key_is_the_campaigns_key_and_the_old_one_is_refused(open_campaign, keep: int | None) -> None:
    first, second = open_campaign("first"), open_campaign("second")
    same_key(first)
    keys.make_keys(second.settings.path(keys.TOKEN_KEY))
    second.key_file.write_bytes(first.key_file.read_bytes())
    rotate(first, keep)
    same_key(first)
    with pytest.raises(ConfigurationError):
        same_key(second)


@pytest.mark.postgresql
def test_a_job_is_kept_with_its_transaction_or_not_at_all(queued: Database) -> None:
    with pytest.raises(ZeroDivisionError), queued.begin() as uow:
        uow.jobs.append(Job.send(["lost"]))
        raise ZeroDivisionError
    with queued.begin() as uow:
        uow.jobs.append(Job.send(["a"], lane=1))
        uow.jobs.append(Job.send(["b"], lane=0))
        uow.jobs.append(Job.send(["c"], lane=1))
        uow.jobs.append(Job.send(["later"], due_at=NOW + timedelta(minutes=10)))
    assert kept(queued) == [("send", ["b"]), ("send", ["a", "c"]), ("send", ["later"])]


@pytest.mark.postgresql
def test_a_mail_taken_in_twice_is_one_and_leaves_when_it_is_settled(queued: Database) -> None:
    transit = Transit(queued)
    mails = [Delivery(f"imap:1:{uid}", NOW, b"x", 1) for uid in range(3)]
    transit.take_in(mails[:2], NOW)
    transit.take_in(mails, NOW)
    ((_, two), (_, (third,))) = kept(queued)
    assert transit.arrival(third) == mails[2]
    transit.decided(third, Disposition.SET_ASIDE)
    assert transit.arrival(third) is None
    assert transit.undecided() == len(two) == 2
    assert [(one.locator, became) for _, one, became in transit.to_settle()] == [("imap:1:2", Disposition.SET_ASIDE)]
    transit.settled([third])
    assert transit.to_settle() == []


@pytest.mark.postgresql
def test_a_job_that_was_lost_is_made_anew(queued: Database) -> None:
    transit = Transit(queued)
    transit.take_in([Delivery("imap:1:1", NOW, b"x", 1)], NOW)
    jobs_before = kept(queued)
    with queued.begin() as uow:
        uow.connection.execute(text(f"TRUNCATE {jobs.SCHEMA}.procrastinate_jobs CASCADE"))
    assert transit.remind(NOW - timedelta(seconds=1)) == 0
    assert transit.remind(NOW + timedelta(seconds=1)) == 1
    assert kept(queued) == jobs_before


@pytest.mark.postgresql
def test_the_queue_of_another_version_is_made_anew_and_the_same_one_is_left(queued: Database) -> None:
    with queued.begin() as uow:
        uow.jobs.append(Job.send(["a"]))
    with queued.begin() as uow:
        jobs.prepare(uow.connection)
    assert len(kept(queued)) == 1
    with queued.begin() as uow:
        uow.connection.execute(text(f"COMMENT ON SCHEMA {jobs.SCHEMA} IS 'older'"))
    with queued.begin() as uow:
        jobs.prepare(uow.connection)
    assert kept(queued) == []


@pytest.mark.postgresql
def test_a_letter_that_one_sends_is_nobody_elses_until_it_is_let_go(open_campaign) -> None:
    first, second = open_campaign("first").database, open_campaign("first").database
    with first.begin() as uow:
        uow.connection.execute(
            text(
                "INSERT INTO letters (id, message_id, template, recipient, domain, lane, about, refs, thread, mail, octets, "
                "created_at, due_at, state, attempts, error) VALUES ('L1', 'm', 'echo', 'r@x.example', 'x.example', 0, '', "
                "'[]', '', 0, '', '2021-01-09', '2021-01-09', 'queued', 0, '')"
            )
        )
    with first.claim("L1", NOW) as ours:
        assert ours is not None
        with second.claim("L1", NOW) as theirs:
            assert theirs is None
    with second.claim("L1", NOW - timedelta(days=1)) as early:
        assert early is None
    with second.claim("L1", NOW) as theirs:
        assert theirs == ours
