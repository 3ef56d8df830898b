"""A real server as a process of a test: its folder, its ports, its start and its certain end."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

HOST = "127.0.0.1"
PASSWORD = "open-sesame"
PATIENCE = 15.0  # seconds for a server to come up or go down


class Certificates:
    """A throwaway authority: `ca_file` for those who should trust it, `chain_file` and `key_file` for servers."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        server = authority.issue_cert("localhost", HOST)
        self.ca_file = folder / "ca.pem"
        self.chain_file = folder / "chain.pem"
        self.key_file = folder / "key.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.certificate_file = folder / "certificate.pem"  # the server's own, first of the chain
        self.chain_file.write_bytes(b"".join(blob.bytes() for blob in server.cert_chain_pems))
        self.certificate_file.write_bytes(server.cert_chain_pems[0].bytes())
        server.private_key_pem.write_to_path(str(self.key_file))


class ServerProcess:
    """A process in the foreground, in a session of its own, that answers on a port."""

    host = HOST

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _launch(self, command: list[str], port: int) -> None:
        assert self._process is None
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers(port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"{command[0]} did not start:\n{self.log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server and every process that it started; harmless when it is down."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # whatever is left of the session that we opened

    def _answers(self, port: int) -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                return bool(connection.recv(1))
        except OSError:
            return False

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


@contextlib.contextmanager
def world_readable_folder(prefix: str) -> Iterator[Path]:
    """A folder that the servers' own users may enter, which pytest's tmp_path does not allow them."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for free in sockets:
            free.bind((HOST, 0))
        return [free.getsockname()[1] for free in sockets]
