"""Other programs that take in mail and answer it, where they can be installed: each in an environment of the bench's own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import throughput_mails as mails
from server_process import HOST, PASSWORD
from throughput_scene import Scene, measured, sink

HERE = Path(__file__).parent
_BUILD = HERE.parents[1] / "build" / "bench"
_INSTALL = 300  # seconds
_MEASURE = 600


class NotToBeHadError(Exception):
    """Why a program could not be measured, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A program of the package index, and the script beside this file that has it drain a mailbox."""

    title: str
    requirements: tuple[str, ...]
    script: str
    mails: int  # as many as it is given: it need not be kept at it for long

    def measure(self, place: Scene) -> tuple[float, float]:
        """Seconds for its mails, by the clock and of processor. Raises NotToBeHadError."""
        python = self._installed()
        folder = place.folder / self.script
        folder.mkdir()
        user = place.mailbox(mails.mail(n) for n in range(self.mails))
        lines: list[str] = []
        with sink(lines) as smtp:
            server = (HOST, str(place.server.imap_port), user, PASSWORD, str(smtp))
            try:
                told = measured([str(python), str(HERE / self.script), *server], timeout=_MEASURE, cwd=folder)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                raise NotToBeHadError(f"it did not run ({str(error).splitlines()[-1][:100]})") from error
        taken, clock, cpu = told.split()
        if int(taken) != self.mails or len(lines) < self.mails:
            raise NotToBeHadError(f"it took {taken} of {self.mails} mails and sent {len(lines)} letters")
        return float(clock), float(cpu)

    def _installed(self) -> Path:
        folder = _BUILD / self.script.removesuffix(".py")
        python = folder / "bin" / "python"
        if not (folder / "ready").exists():
            try:
                subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
                install = [str(python), "-m", "pip", "install", "--quiet", *self.requirements]
                subprocess.run(install, check=True, capture_output=True, timeout=_INSTALL)
            except (subprocess.SubprocessError, OSError) as error:
                raise NotToBeHadError("pip could not install it here") from error
            (folder / "ready").touch()
        return python


ALL = (
    Peer(
        title="django-mailbox, with an acknowledgement sent",
        requirements=("django-mailbox>=4.10,<5", "django>=5.2,<6"),
        script="throughput_peer_mailbox.py",
        mails=300,
    ),
    Peer(
        title="GNU Mailman 3, held for its moderators and told",
        requirements=("mailman>=3.3,<3.4",),
        script="throughput_peer_mailman.py",
        mails=200,
    ),
    Peer(
        title="django-helpdesk, ticket made and told",
        requirements=("django-helpdesk>=2.6,<3",),
        script="throughput_peer_helpdesk.py",
        mails=200,
    ),
)
