"""A real PostgreSQL: one cluster for all tests, one database for each, copied from one that is migrated."""

import os
import shutil
import subprocess
from itertools import count
from pathlib import Path

import psycopg
from server_process import HOST, ServerProcess, free_ports

from mailbot import config
from mailbot.adapters.database.engine import Database

_TEMPLATE = "template_of_all"
# What is lost when the machine goes down does not matter here, and waiting for the disk would take most of the time.
_HASTE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200", "shared_buffers=32MB")


def programs() -> Path | None:
    """Where Debian keeps initdb and postgres, of the newest version there is."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4].split(".")[0])
    )
    return found[-1].parent if found else None


class PostgreSQL(ServerProcess):
    """Trusts whoever connects from this machine."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        super().__init__(folder)
        self._settings = () if durable else _HASTE
        (self.port,) = free_ports(1)
        self._numbers = count(1)
        # PostgreSQL refuses to run as root.
        self._as = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--reset-env"]
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        else:
            self._as = []

    def start(self) -> None:
        """Harmless when it is up."""
        if self._process is not None:
            return
        data, first = self.folder / "data", not (self.folder / "data").exists()
        if first:
            make = ["initdb", "-D", str(data), "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
            subprocess.run([*self._as, str(programs() / make[0]), *make[1:]], check=True, capture_output=True)
        settings = [f"listen_addresses={HOST}", f"unix_socket_directories={self.folder}", *self._settings]
        options = [part for setting in settings for part in ("-c", setting)]
        self._launch(
            [*self._as, str(programs() / "postgres"), "-D", str(data), "-p", str(self.port), *options], self.port
        )
        if first:
            self._order(f"CREATE DATABASE {_TEMPLATE}")
            database = Database(self.url(_TEMPLATE), config.shipped("db"))
            database.migrate()
            database.close()

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://app@{HOST}:{self.port}/{name}"

    def fresh(self) -> str:
        """The URL of a database that holds nothing yet, its tables made."""
        name = f"campaign_{next(self._numbers)}"
        self._order(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._order(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _order(self, statement: str) -> None:
        with psycopg.connect(host=HOST, port=self.port, user="app", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self, port: int) -> bool:
        asked = [str(programs() / "pg_isready"), "-q", "-h", HOST, "-p", str(port), "-d", "postgres", "-U", "app"]
        return subprocess.run(asked, check=False).returncode == 0
