"""A real Dovecot: IMAP and LMTP, any user, mailboxes that outlive a stop."""

import base64
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from imapclient import IMAPClient
from server_process import PASSWORD, PATIENCE, Certificates, ServerProcess, free_ports

_MODERN = """inbox = yes
              separator = /
            }"""
_OLD_FASHIONED = """inbox = yes
              separator = .
              prefix = INBOX.
            }
            mail_plugins = acl
            protocol imap {
              mail_plugins = acl imap_acl
            }
            plugin {
              acl = vfile
            }"""
_TOKEN_KEY = b"a key that only this test server and its tokens share"


class Dovecot(ServerProcess):
    """`stop()` and `start()` make an outage: mailboxes, UIDs and ports stay as they are.

    `old_fashioned`: all folders lie below INBOX and are parted by dots, as at Courier and Cyrus; and a mailbox
    obeys the rights that stand in its file dovecot-acl.
    """

    password = PASSWORD

    def __init__(self, folder: Path, certificates: Certificates, *, old_fashioned: bool = False) -> None:
        super().__init__(folder)
        self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
        self.ca_file = certificates.ca_file
        self.certificate_file = certificates.certificate_file
        user, group = ("nobody", "nogroup") if os.geteuid() == 0 else _own_names()
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        # Where Dovecot looks for the key of a token without azp and kid.
        key = folder / "keys" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True)
        key.write_bytes(base64.b64encode(_TOKEN_KEY))
        (folder / "oauth2.conf.ext").write_text(
            f"introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={folder}/keys/\n"
            "username_attribute = sub\nscope = mail\n"
        )
        self._config = folder / "dovecot.conf"
        configuration = self._configuration(certificates, user, group)
        self._config.write_text(configuration.replace(_MODERN, _OLD_FASHIONED) if old_fashioned else configuration)
        if os.geteuid() == 0:
            for path in (folder, folder / "run", folder / "state", folder / "mail"):
                shutil.chown(path, user, group)

    def start(self) -> None:
        """Harmless when it is up."""
        if self._process is None:
            self._launch(["dovecot", "-F", "-c", str(self._config)], self.imap_port)

    @staticmethod
    def token(user: str, lifetime: float = 60.0) -> str:
        """An access token for IMAP (a JWT, RFC 7519); expired where `lifetime` is negative."""
        now = int(time.time())
        claims = {"sub": user, "iss": "test", "scope": "mail", "iat": now - 5, "exp": int(now + lifetime)}
        parts = [
            base64.urlsafe_b64encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
        ]
        signed = b".".join(part.rstrip(b"=") for part in parts)
        seal = base64.urlsafe_b64encode(hmac.digest(_TOKEN_KEY, signed, hashlib.sha256)).rstrip(b"=")
        return (signed + b"." + seal).decode()

    def append(self, user: str, folder: str, octets: bytes) -> None:
        """Lay a mail into a mailbox, which is created when it is missing."""
        with self._session(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, octets)

    def append_all(self, user: str, mails: Iterable[bytes]) -> None:
        """The same for many mails into the INBOX."""
        with self._session(user) as client:
            for octets in mails:
                client.append("INBOX", octets)

    def count(self, user: str, folder: str = "INBOX") -> int:
        """How many mails lie in a mailbox."""
        with self._session(user) as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"]) if client.folder_exists(folder) else 0

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in a mailbox, oldest first; nothing where there is no such mailbox."""
        with self._session(user) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            uids = sorted(client.search("UNDELETED"))
            found = client.fetch(uids, ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in uids if uid in found]

    def await_messages(self, user: str, count: int, folder: str = "INBOX") -> list[bytes]:
        """The mailbox as soon as it holds `count` mails: delivery through Postfix takes a moment."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.messages(user, folder)) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(found) >= count, f"{len(found)} of {count} mails in {folder} of {user}"
        return found

    def _session(self, user: str) -> IMAPClient:
        client = IMAPClient(self.host, self.imap_port, ssl=False, timeout=PATIENCE)
        client.login(user, self.password)
        return client

    def _configuration(self, certificates: Certificates, user: str, group: str) -> str:
        base = self.folder
        return f"""
            base_dir = {base}/run
            state_dir = {base}/state
            log_path = {base}/dovecot.log
            instance_name = mailbot-{self.imap_port}
            default_internal_user = {user}
            default_internal_group = {group}
            default_login_user = {user}
            first_valid_uid = 0
            first_valid_gid = 0
            listen = {self.host}
            protocols = imap lmtp
            ssl = yes
            ssl_cert = <{certificates.chain_file}
            ssl_key = <{certificates.key_file}
            auth_mechanisms = plain login xoauth2 oauthbearer
            auth_username_format = %Lu
            auth_failure_delay = 0
            mail_location = maildir:{base}/mail/%u
            mail_uid = {user}
            mail_gid = {group}
            mail_fsync = never
            mail_max_userip_connections = 100
            mailbox_idle_check_interval = 1 s
            recipient_delimiter = +
            lmtp_hdr_delivery_address = original
            passdb {{
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = {base}/oauth2.conf.ext
            }}
            passdb {{
              driver = static
              args = password={self.password}
            }}
            userdb {{
              driver = static
              args = uid={user} gid={group} home={base}/mail/%u allow_all_users=yes
            }}
            namespace inbox {{
              inbox = yes
              separator = /
            }}
            protocol lmtp {{
              postmaster_address = postmaster@openletter.example
            }}
            service imap-login {{
              chroot =
              user = {user}
              process_min_avail = 1
              service_count = 0
              inet_listener imap {{
                port = {self.imap_port}
              }}
              inet_listener imaps {{
                port = {self.imaps_port}
                ssl = yes
              }}
            }}
            service lmtp {{
              user = {user}
              inet_listener lmtp {{
                address = {self.host}
                port = {self.lmtp_port}
              }}
            }}
            service anvil {{
              chroot =
              # Dovecot makes an address wait that gave a wrong password: every test has the same address.
              unix_listener anvil-auth-penalty {{
                mode = 0
              }}
            }}
            service stats {{
              chroot =
            }}
            service auth {{
              user = {user}
            }}
            service auth-worker {{
              user = {user}
            }}
        """


def _own_names() -> tuple[str, str]:
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
