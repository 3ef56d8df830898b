"""Fixtures of real servers: Dovecot, Postfix, PostgreSQL and an SMTP sink, each with its own folder, ports and configuration.

Whatever these fixtures start they stop, a failing test included. Where a server is not installed
the test is skipped with a reason that says what to install; under CI=true it fails instead.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from dovecot_server import Dovecot
from postfix_server import Postfix
from postgresql_server import PostgreSQL, programs
from server_process import Certificates, world_readable_folder
from smtp_sink import SmtpSink
from ssh_server import SshServer
from token_endpoint import TokenEndpoint
from web_servers import S3Server, WebdavServer
from wordpress_server import NEEDED, WordpressServer


@pytest.fixture(scope="session")
def certificates() -> Iterator[Certificates]:
    with world_readable_folder("mailbot-ca-") as folder:
        yield Certificates(folder)


@pytest.fixture(scope="session")
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """IMAP (plain, STARTTLS and TLS) and LMTP; every user name exists, all with one password."""
    _require("dovecot", "dovecot-imapd dovecot-lmtpd")
    with world_readable_folder("mailbot-dovecot-") as folder:
        server = Dovecot(folder, certificates)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def old_dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """A Dovecot with a namespace of the old kind, and with rights."""
    _require("dovecot", "dovecot-imapd dovecot-lmtpd")
    with world_readable_folder("mailbot-old-dovecot-") as folder:
        server = Dovecot(folder, certificates, old_fashioned=True)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """SMTP that hands every mail for every domain to Dovecot; nothing ever leaves the machine."""
    _require("postfix", "postfix")
    if os.geteuid() != 0:
        missing("Postfix can only be started by root")
    with world_readable_folder("mailbot-postfix-") as folder:
        server = Postfix(folder, dovecot.lmtp_port)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def smtp_sink(certificates: Certificates) -> Iterator[SmtpSink]:
    """A submission server with STARTTLS and AUTH that keeps what it was given."""
    sink = SmtpSink(certificates)
    sink.start()
    try:
        yield sink
    finally:
        sink.stop()


@pytest.fixture
def token_endpoint(certificates: Certificates) -> Iterator[TokenEndpoint]:
    """A provider that gives access tokens for refresh tokens."""
    endpoint = TokenEndpoint(certificates)
    yield endpoint
    endpoint.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A cluster of its own; `fresh()` gives the URL of a new campaign's database."""
    if programs() is None:
        missing("PostgreSQL is not installed: apt-get install postgresql")
    with world_readable_folder("mailbot-postgresql-") as folder:
        server = PostgreSQL(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def ssh_server() -> Iterator[SshServer]:
    """SFTP, and a shell for git; the user of the tests may enter with one key."""
    if shutil.which("sshd") is None and not Path("/usr/sbin/sshd").exists():
        missing("sshd is not installed: apt-get install openssh-server")
    with world_readable_folder("mailbot-ssh-") as folder:
        server = SshServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    server = S3Server()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def webdav_server() -> Iterator[WebdavServer]:
    with tempfile.TemporaryDirectory(prefix="mailbot-webdav-") as folder:
        server = WebdavServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def wordpress() -> Iterator[WordpressServer]:
    for package, file in NEEDED.items():
        if not file.exists():
            missing(f"{package} is not installed: apt-get install {' '.join(NEEDED)} php-mysql mariadb-client-core")
    with world_readable_folder("mailbot-wordpress-") as folder:
        server = WordpressServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _require(program: str, packages: str) -> None:
    if shutil.which(program) is None:
        missing(f"{program} is not installed: apt-get install {packages}")


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true and {reason}")
    pytest.skip(reason)
