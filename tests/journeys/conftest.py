"""The fixtures of all journeys."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from dovecot_server import Dovecot
from journey import CAMPAIGN, LETTER, NAMES, SECOND, Letter, Rehearsal
from post_office import Post
from postfix_server import Postfix
from postgresql_server import PostgreSQL

from mailbot.verbs.init import prepare


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every journey runs on SQLite, and on PostgreSQL those of _ON_BOTH, or all where all are asked for."""
    if "databases" not in metafunc.fixturenames or metafunc.definition.get_closest_marker("sqlite_alone"):
        return
    also = metafunc.config.getoption("--all-on-postgresql") or metafunc.module.__name__.rpartition(".")[2] in _ON_BOTH
    kinds = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)] if also else ["sqlite"]
    metafunc.parametrize("databases", kinds, indirect=True)


_ON_BOTH = ("test_one_organization", "test_faults", "test_two_workers")


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """databases() → the line of campaign.toml that names a new database, or none for the one that is the default."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield str
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    made: list[str] = []

    def make() -> str:
        made.append(server.fresh())
        return f'database = "{made[-1]}"\n'

    yield make
    for url in made:
        server.drop(url)


@pytest.fixture
def rehearsal(tmp_path: Path, databases: Callable[[], str]) -> Callable[..., Rehearsal]:
    """rehearsal(policy=…, desk=…, two=True) → a campaign ready to take mail."""

    def make(
        *,
        policy: str = "",
        desk: str = 'cards = "digest"\ndigest_at = ["08:00", "18:00"]',
        two: bool = False,
        at: Path | None = None,
    ) -> Rehearsal:
        folder = at or tmp_path / "campaign"
        folder.mkdir(parents=True)
        text = databases() + CAMPAIGN.format(ben=SECOND if two else "", policy=policy, desk=desk)
        (folder / "campaign.toml").write_text(text)
        rehearsal = Rehearsal(folder)
        campaign = rehearsal.open()
        prepare(campaign)
        campaign.close()
        return rehearsal

    return make


@pytest.fixture
def desk(
    rehearsal: Callable[..., Rehearsal],
    databases: Callable[[], str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., tuple[Rehearsal, dict[str, Letter]]]:
    """desk(two=…, policy=…) → a campaign whose digest has three cards, and that digest for each organizer.

    Where the database is a file, one that was made for another test is copied.
    """

    def make(**options: object) -> tuple[Rehearsal, dict[str, Letter]]:
        if databases is not str:
            return _with_three_cards(rehearsal(**options))
        made = repr(sorted(options.items()))
        if made not in _desks:
            _desks[made] = _with_three_cards(rehearsal(**options, at=tmp_path_factory.mktemp("desk") / "campaign"))
        campaign, digests = _desks[made]
        folder = Path(shutil.copytree(campaign.folder, tmp_path / "campaign"))
        return replace(campaign, folder=folder, _read=set(campaign._read), _numbers=count(100)), dict(digests)

    return make


_desks: dict[str, tuple[Rehearsal, dict[str, Letter]]] = {}


def _with_three_cards(campaign: Rehearsal) -> tuple[Rehearsal, dict[str, Letter]]:
    for number, name in enumerate(NAMES, 1):
        campaign.write(f"Sam <sam{number}@signers{number}.example>", f"Please add us: {name}\n", proved=True)
    campaign.once()
    campaign.letters()
    campaign.digest_time()
    return campaign, {letter.to: letter for letter in campaign.letters("digest")}


@pytest.fixture
def post(
    rehearsal: Callable[..., Rehearsal], dovecot: Dovecot, postfix: Postfix, monkeypatch: pytest.MonkeyPatch
) -> Post:
    """A campaign whose inbox is at Dovecot and whose letters go by Postfix."""
    intake = f"letter{next(_campaigns)}@openletter.example"
    monkeypatch.setenv("MAILBOT_INBOX_PASSWORD", dovecot.password)
    campaign = rehearsal(desk='cards = "each"')
    file = campaign.folder / "campaign.toml"
    text = file.read_text().replace(LETTER, intake)
    text = text.replace("check_dkim = false", 'check_dkim = false\npoll_every = "2s"')
    text = text.replace('"maildir:inbox"', f'"imap://{intake}@{dovecot.host}:{dovecot.imap_port}/INBOX"')
    text = text.replace('"maildir:outbox"', f'"smtp://{postfix.host}:{postfix.smtp_port}"')
    file.write_text(text)
    return Post(campaign, intake, dovecot, postfix)


_campaigns = count(1)
