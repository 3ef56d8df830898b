"""A real WordPress: Debian's package with its PHP on a database of its own."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from server_process import HOST, PATIENCE, ServerProcess, free_ports

SHIPPED = Path("/usr/share/wordpress")
NEEDED = {"wordpress": SHIPPED, "php-cli": Path("/usr/bin/php"), "mariadb-server-core": Path("/usr/sbin/mariadbd")}


class WordpressServer(ServerProcess):
    """`editor` may write HTML as it is, `author` may not; both have an application password."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.port,) = free_ports(1)
        self._site, self._data, self._socket = folder / "site", folder / "data", folder / "db.socket"
        self._database: subprocess.Popen[bytes] | None = None
        self.passwords: dict[str, str] = {}

    def start(self) -> None:
        self._start_database()
        self._lay_out()
        php = ["php", "-d", "memory_limit=256M", "-d", "display_errors=0"]
        made = subprocess.run([*php, self.folder / "install.php"], capture_output=True, text=True, timeout=120)
        assert made.returncode == 0, made.stdout + made.stderr
        self.passwords = json.loads(made.stdout.strip().splitlines()[-1])
        with (self.folder / "output.log").open("ab") as output:
            command = [*php, "-S", f"{self.host}:{self.port}", "-t", str(self._site)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        _wait_for(self._accepts, self._process, self)

    def stop(self) -> None:
        super().stop()
        if self._database is not None:
            self._database.terminate()
            self._database.wait(PATIENCE)

    def pages(self, *contents: str) -> list[int]:
        """New pages with these contents; their numbers."""
        return self._asked("pages.php", contents)

    def revisions(self, page: int) -> int:
        """How often that page was written."""
        return self._asked("revisions.php", page)

    def _asked(self, script: str, given: object) -> Any:
        done = subprocess.run(
            ["php", self.folder / script], input=json.dumps(given), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def _accepts(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection((self.host, self.port), timeout=1).close()
            return True
        return False

    def _start_database(self) -> None:
        install = [
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={self._data}",
            "--auth-root-authentication-method=normal",
        ]
        user = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run([*install, *user, "--skip-test-db"], check=True, capture_output=True, timeout=120)
        command = ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self._data}", f"--socket={self._socket}", *user]
        command += ["--skip-networking", "--innodb-flush-log-at-trx-commit=0", f"--pid-file={self.folder / 'db.pid'}"]
        with (self.folder / "database.log").open("ab") as output:
            self._database = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _wait_for(self._socket.exists, self._database, self)

    def _lay_out(self) -> None:
        """WordPress looks for its configuration where its first files really are: those are copied."""
        self._site.mkdir()
        for part in SHIPPED.iterdir():
            if part.suffix == ".php" and part.name != "wp-config.php":
                shutil.copy(part, self._site)
        for part in ("wp-includes", "wp-admin"):
            (self._site / part).symlink_to(SHIPPED / part)
        (self._site / "wp-content" / "themes").mkdir(parents=True)
        (self._site / "wp-config.php").write_text(CONFIGURATION % (self._socket, HOST, self.port))
        (self.folder / "install.php").write_text(INSTALL)
        (self.folder / "pages.php").write_text(PAGES)
        (self.folder / "revisions.php").write_text(REVISIONS)


def _wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], server: ServerProcess) -> None:
    deadline = time.monotonic() + 4 * PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"{process.args} did not start:\n{server.log()}")
        time.sleep(0.05)


CONFIGURATION = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%s'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', $name); define($name . '_SALT', $name);
}
define('WP_SITEURL', 'http://%s:%d'); define('WP_HOME', WP_SITEURL);
define('WP_ENVIRONMENT_TYPE', 'local');  // application passwords without https
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""

INSTALL = """<?php
$site = __DIR__ . '/site/';
$_SERVER['HTTP_HOST'] = 'localhost'; $_SERVER['REQUEST_URI'] = '/'; $_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$config = file_get_contents($site . 'wp-config.php');
preg_match("/'localhost:([^']+)'/", $config, $found);
$db = new mysqli('localhost', 'root', '', '', 0, $found[1]);
$db->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4') or exit(1);
define('WP_INSTALLING', true);
function wp_mail() { return true; }
function wp_new_blog_notification() {}
require $site . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('A site', 'admin', 'admin@news.example', false, '', 'unused-password');
$passwords = [];
foreach (['editor', 'author'] as $role) {
    $id = wp_insert_user(['user_login' => $role, 'user_pass' => wp_generate_password(), 'role' => $role]);
    $passwords[$role] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'mailbot'])[0];
}
$role = get_role('author');
foreach (['edit_pages', 'edit_others_pages', 'edit_published_pages', 'publish_pages'] as $right) { $role->add_cap($right); }
echo "\\n", json_encode($passwords), "\\n";
"""

PAGES = """<?php
$_SERVER['HTTP_HOST'] = 'localhost'; $_SERVER['REQUEST_URI'] = '/'; $_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require __DIR__ . '/site/wp-load.php';
kses_remove_filters();
$made = [];
foreach (json_decode(stream_get_contents(STDIN)) as $content) {
    $made[] = wp_insert_post(['post_type' => 'page', 'post_status' => 'publish', 'post_title' => 'A page',
                              'post_content' => wp_slash($content)]);
}
echo "\\n", json_encode($made), "\\n";
"""

REVISIONS = """<?php
$_SERVER['HTTP_HOST'] = 'localhost'; $_SERVER['REQUEST_URI'] = '/'; $_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require __DIR__ . '/site/wp-load.php';
echo "\\n", count(wp_get_post_revisions(json_decode(stream_get_contents(STDIN)))), "\\n";
"""
