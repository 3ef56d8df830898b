"""A real Postfix that delivers everything to one Dovecot; only root can start it."""

import contextlib
import os
import shutil
import signal
from pathlib import Path

from server_process import PATIENCE, ServerProcess, free_ports


class Postfix(ServerProcess):
    """`smtp_port` takes mail for anybody@any.example and delivers it into Dovecot's mailbox of that name."""

    def __init__(self, folder: Path, lmtp_port: int) -> None:
        super().__init__(folder)
        (self.smtp_port,) = free_ports(1)
        for name in ("etc", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        (folder / "etc" / "main.cf").write_text(self._main(lmtp_port))
        (folder / "etc" / "master.cf").write_text(self._master())

    def start(self) -> None:
        self._launch(["postfix", "-c", str(self.folder / "etc"), "start-fg"], self.smtp_port)

    def stop(self) -> None:
        # `postfix start-fg` waits for a master in a session of its own, which ends its own children.
        pid_file = self.folder / "queue" / "pid" / "master.pid"
        if self._process is not None and pid_file.exists():
            with contextlib.suppress(ProcessLookupError, ValueError):
                os.kill(int(pid_file.read_text()), signal.SIGTERM)
                self._process.wait(PATIENCE)
        super().stop()

    def _main(self, lmtp_port: int) -> str:
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": f"{self.folder}/queue",
            "data_directory": f"{self.folder}/data",
            "command_directory": "/usr/sbin",
            "daemon_directory": "/usr/lib/postfix/sbin",
            "maillog_file": f"{self.folder}/mail.log",
            "maillog_file_prefixes": str(self.folder),
            "inet_interfaces": self.host,
            "inet_protocols": "ipv4",
            "myhostname": "mx.openletter.example",
            "mydestination": "",
            "mynetworks": "127.0.0.0/8",
            "alias_maps": "",
            "alias_database": "",
            "virtual_mailbox_domains": "static:all",
            "virtual_mailbox_maps": "static:all",
            "virtual_transport": f"lmtp:inet:{self.host}:{lmtp_port}",
            # Addresses that are refused at once, and such as are taken and come back.
            "smtpd_recipient_restrictions": "check_recipient_access "
            "inline:{{gone@refused.example=550 5.1.1 no such user}, {busy@refused.example=450 4.2.1 too busy}}",
            "transport_maps": "inline:{{returned.example=error:5.1.1 no such user}, "
            "{hotmial.com=error:5.1.2 no such domain}}",
            "smtpd_reject_unlisted_recipient": "no",
            "default_transport": "discard:",
            "relay_transport": "discard:",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "smtp_dns_support_level": "disabled",
            "lmtp_host_lookup": "native",
            "smtpd_peername_lookup": "no",
            "recipient_delimiter": "+",
            "smtputf8_enable": "no",
            "message_size_limit": "10240000",
            "mailbox_size_limit": "0",
            "smtpd_client_connection_rate_limit": "0",
            "in_flow_delay": "0",
            # An outage of Dovecot is over for Postfix as soon as it is over.
            "minimal_backoff_time": "1s",
            "maximal_backoff_time": "2s",
            "queue_run_delay": "1s",
            "transport_retry_time": "1s",
        }
        return "".join(f"{name} = {value}\n" for name, value in settings.items())

    def _master(self) -> str:
        return f"""\
{self.host}:{self.smtp_port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
