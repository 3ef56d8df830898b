"""A real OpenSSH server on a high port, for SFTP and for git."""

import getpass
import shutil
import subprocess
from pathlib import Path

from server_process import ServerProcess, free_ports


class SshServer(ServerProcess):
    """Lets this user in with `key`, and with nothing else; `known_hosts` writes down its host key for any port."""

    user = getpass.getuser()

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.port,) = free_ports(1)
        folder.chmod(0o755)
        self.key, self.other_key, self._host_key = (folder / name for name in ("key", "other_key", "host_key"))
        for path in (self.key, self.other_key, self._host_key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path], check=True)
        (folder / "authorized_keys").write_text(self.key.with_suffix(".pub").read_text())
        (folder / "sshd_config").write_text(self._configuration())

    def start(self) -> None:
        Path("/run/sshd").mkdir(exist_ok=True)
        program = shutil.which("sshd") or "/usr/sbin/sshd"
        self._launch([program, "-D", "-e", "-f", str(self.folder / "sshd_config")], self.port)

    def known_hosts(self, file: Path, port: int) -> Path:
        file.write_text(f"[{self.host}]:{port} {self._host_key.with_suffix('.pub').read_text()}")
        return file

    def _configuration(self) -> str:
        settings = {
            "ListenAddress": self.host,
            "Port": self.port,
            "HostKey": self._host_key,
            "PidFile": "none",
            "AuthorizedKeysFile": self.folder / "authorized_keys",
            "StrictModes": "no",
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "MaxStartups": "100",
            "Subsystem": "sftp internal-sftp",
            "SetEnv": f"HOME={self.folder}",  # what the user's own shell and git are told has no say here
        }
        return "".join(f"{key} {value}\n" for key, value in settings.items())
