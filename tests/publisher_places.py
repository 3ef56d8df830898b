"""Every publisher with a real place behind it, all looked at in the same way."""

import contextlib
import errno
import getpass
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch as replaced

import httpx
from cutting_proxy import CuttingProxy
from server_process import HOST, free_ports
from ssh_server import SshServer
from web_servers import BUCKET, S3Server, WebdavServer
from wordpress_server import WordpressServer

from mailbot.adapters.publishers import git, patch, s3, sftp, webdav, wordpress
from mailbot.adapters.publishers.directory import DirectoryPublisher
from mailbot.core.location import parse_destination
from mailbot.ports import Publisher

Files = dict[str, bytes]


class Place(Protocol):
    """What the contract asks of a place. `one_file`: it takes the fragment alone."""

    one_file: bool
    publisher: Publisher

    def lying(self) -> Files:
        """What lies there, files of others included."""

    def put(self, name: str, octets: bytes) -> None:
        """Somebody else's file."""

    def stamp(self) -> object:
        """Another one after whatever is written there, be it the same octets."""

    def dying(self, part: float) -> contextlib.AbstractContextManager[object]:
        """Within, publishing ends after that part of what it has to do, and nothing answers any more."""

    def garbling(self) -> contextlib.AbstractContextManager[object]:
        """Within, the first file that is put in place comes to hold something else."""


class LocalFolder:
    """The folder of this machine; the base of whatever can be looked at as one."""

    one_file = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "public"
        self.folder.mkdir()
        self.publisher: Publisher = DirectoryPublisher(self.folder)

    def lying(self) -> Files:
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}

    def put(self, name: str, octets: bytes) -> None:
        (self.folder / name).write_bytes(octets)

    def stamp(self) -> object:
        return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in self.folder.rglob("*")}

    def dying(self, part: float) -> contextlib.AbstractContextManager[object]:
        return disk_full_at(max(1, round(part * 5)))

    def garbling(self) -> contextlib.AbstractContextManager[object]:
        return garbled_once(os, "replace", lambda _source, target: Path(target).write_bytes(b"something else"))


class PatchedFile(LocalFolder):
    one_file = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.page = self.folder / "page.html"
        self.page.write_bytes(b"<h1>Ours</h1>\n<!-- signatories --><!-- /signatories -->\n<p>\xe9 not UTF-8</p>")
        self.publisher = patch.build(patch.PatchOptions(self.page))

    def lying(self) -> Files:
        files = super().lying()
        before, _, rest = files.pop("page.html").partition(b"<!-- signatories -->")
        inner, _, after = rest.partition(b"<!-- /signatories -->")
        assert (before, after) == (b"<h1>Ours</h1>\n", b"\n<p>\xe9 not UTF-8</p>")
        return files | ({"fragment.html": inner.strip()} if inner else {})

    def dying(self, part: float) -> contextlib.AbstractContextManager[object]:
        return disk_full_at(1)


class GitRepository:
    """A bare repository, over its path or over ssh."""

    one_file = False

    def __init__(self, folder: Path, ssh: SshServer | None = None, *, keeps_history: bool = True) -> None:
        self.bare, self.folder = folder / "site.git", folder
        run_git("init", "--quiet", "--bare", "--initial-branch=main", self.bare)
        self.proxy = CuttingProxy(ssh.port) if ssh else None
        self.options = git.GitOptions(
            location=parse_destination(f"git+file://{self.bare}"), folder="letter", keeps_history=keeps_history
        )
        if ssh and self.proxy:
            self.options = git.GitOptions(
                location=parse_destination(f"git+ssh://{ssh.user}@{HOST}:{self.proxy.port}{self.bare}"),
                folder="letter",
                key=ssh.key,
                known_hosts=ssh.known_hosts(folder / "known_hosts", self.proxy.port),
            )
        self.publisher: Publisher = git.build(self.options)

    def lying(self) -> Files:
        if not self.stamp():
            return {}
        names = run_git("-C", self.bare, "ls-tree", "-r", "--name-only", "main").decode().splitlines()
        read = {name: run_git("-C", self.bare, "cat-file", "blob", f"main:{name}") for name in names}
        return {name.removeprefix("letter/"): octets for name, octets in read.items()}

    def put(self, name: str, octets: bytes) -> None:
        with self.worktree() as tree:
            (tree / "letter").mkdir(exist_ok=True)
            (tree / "letter" / name).write_bytes(octets)

    def stamp(self) -> object:
        return run_git("-C", self.bare, "for-each-ref").decode()

    @contextlib.contextmanager
    def dying(self, part: float) -> Iterator[None]:
        """A push that is refused once it has arrived, or a line that is cut."""
        if self.proxy:
            with self.proxy.cut(3_500 + round(part * 1_000), stays_down=True):
                yield
            return
        hook = self.bare / "hooks" / "pre-receive"
        hook.write_text("#!/bin/sh\necho 'fatal: connection to the disk lost' >&2\nexit 1\n")
        hook.chmod(0o755)
        yield
        hook.unlink()

    @contextlib.contextmanager
    def garbling(self) -> Iterator[None]:
        """A hook that has a mind of its own."""
        hook = self.bare / "hooks" / "post-receive"
        hook.write_text(
            "#!/bin/sh\nrm -f hooks/post-receive\nexport GIT_INDEX_FILE=garbling.index\n"
            "blob=$(echo 'something else' | git hash-object -w --stdin)\ngit read-tree main\n"
            "git update-index --add --cacheinfo 100644,$blob,letter/index.html\n"
            "commit=$(git -c user.name=x -c user.email=x@y.example commit-tree $(git write-tree) -p main -m robot)\n"
            "git update-ref refs/heads/main $commit\n"
        )
        hook.chmod(0o755)
        yield

    @contextlib.contextmanager
    def worktree(self) -> Iterator[Path]:
        """A clone in which somebody else works; it is pushed at the end."""
        tree = self.folder / "clone"
        run_git("clone", "--quiet", self.bare, tree)
        yield tree
        run_git("-C", tree, "add", "--all")
        run_git("-C", tree, "-c", "user.name=x", "-c", "user.email=x@y.example", "commit", "--quiet", "-m", "theirs")
        run_git("-C", tree, "push", "--quiet", "origin", "HEAD:main")
        shutil.rmtree(tree)


class SftpFolder(LocalFolder):
    def __init__(self, folder: Path, ssh: SshServer) -> None:
        super().__init__(folder)
        self.proxy = CuttingProxy(ssh.port)
        self.options = sftp.SftpOptions(
            location=parse_destination(f"sftp://{getpass.getuser()}@{HOST}:{self.proxy.port}{self.folder}"),
            known_hosts=ssh.known_hosts(folder / "known_hosts", self.proxy.port),
            key=ssh.key,
        )
        self.publisher = sftp.build(self.options)

    def dying(self, part: float) -> contextlib.AbstractContextManager[object]:
        return self.proxy.cut(4_000 + round(part * CONTENT), stays_down=True)

    def garbling(self) -> contextlib.AbstractContextManager[object]:
        return garbled_once(sftp._Folder, "move", lambda place, _source, target: place.write(target, b"else"))


class WebdavFolder(LocalFolder):
    def __init__(self, folder: Path, server: WebdavServer) -> None:
        super().__init__(folder)
        self.folder = server.folder / folder.name / "public"
        self.folder.mkdir(parents=True)
        self.proxy = CuttingProxy(server.port)
        path = self.folder.relative_to(server.folder)
        self.options = webdav.WebdavOptions(
            location=parse_destination(f"webdav+http://{server.user}@{HOST}:{self.proxy.port}/{path}"),
            password=lambda: server.password,
        )
        self.publisher = webdav.build(self.options)

    def dying(self, part: float) -> contextlib.AbstractContextManager[object]:
        return self.proxy.cut(1_500 + round(part * CONTENT), stays_down=True)

    def garbling(self) -> contextlib.AbstractContextManager[object]:
        return garbled_once(webdav._Folder, "move", lambda place, _source, target: place.write(target, b"else"))


class S3Bucket:
    one_file = False

    def __init__(self, folder: Path, server: S3Server) -> None:
        self.prefix, self.s3 = folder.name, server.s3
        self.proxy = CuttingProxy(server.port)
        self.options = s3.S3Options(
            location=parse_destination(f"s3://{BUCKET}/{self.prefix}"),
            access_key=server.access_key,
            password=lambda: server.secret_key,
            endpoint=f"http://{HOST}:{self.proxy.port}",
        )
        self.publisher: Publisher = s3.build(self.options)

    def lying(self) -> Files:
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{self.prefix}/").get("Contents", [])
        keys = [one["Key"] for one in found]
        read = {key: self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
        return {key.removeprefix(f"{self.prefix}/"): octets for key, octets in read.items()}

    def put(self, name: str, octets: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}", Body=octets)

    def stamp(self) -> object:
        found = self.s3.list_object_versions(Bucket=BUCKET, Prefix=f"{self.prefix}/").get("Versions", [])
        return [(one["Key"], one["VersionId"]) for one in found]

    def dying(self, part: float) -> contextlib.AbstractContextManager[object]:
        return self.proxy.cut(3_000 + round(part * CONTENT), stays_down=True)

    def garbling(self) -> contextlib.AbstractContextManager[object]:
        return garbled_once(s3._Bucket, "move", lambda place, _source, target: place.write(target, b"else"))


class WordpressPage:
    """One page of a real WordPress; `foreign` is another."""

    one_file = True

    def __init__(self, server: WordpressServer, before: str = "<p>Ours</p>", *, role: str = "editor") -> None:
        self.server = server
        self.page, self.other = server.pages(
            f"{before}\n<!-- signatories --><!-- /signatories -->\n<p>Bye</p>", "theirs"
        )
        self.names: dict[int, str] = {}
        self.proxy = CuttingProxy(server.port)
        self.options = wordpress.WordpressOptions(
            location=parse_destination(f"wordpress+http://{role}@{HOST}:{self.proxy.port}/"),
            password=lambda: server.passwords[role],
            page=self.page,
        )
        self.publisher: Publisher = wordpress.build(self.options)

    def lying(self) -> Files:
        before, _, rest = self.content(self.page).partition("<!-- signatories -->")
        inner, _, after = rest.partition("<!-- /signatories -->")
        assert (before, after) == ("<p>Ours</p>\n", "\n<p>Bye</p>")
        others = {name: self.content(page).encode() for page, name in self.names.items()}
        return others | ({"fragment.html": inner.strip().encode()} if inner else {})

    def put(self, name: str, octets: bytes) -> None:
        (page,) = self.server.pages(octets.decode())
        self.names[page] = name

    def stamp(self) -> object:
        return self._ask(self.page)["modified_gmt"], self.server.revisions(self.page)

    def content(self, page: int) -> str:
        return self._ask(page)["content"]["raw"]

    def dying(self, part: float) -> contextlib.AbstractContextManager[object]:
        return self.proxy.cut(600 + round(part * CONTENT / 4), stays_down=True)

    def _ask(self, page: int) -> Any:
        answer = httpx.get(
            f"http://{HOST}:{self.server.port}/index.php",
            params={"rest_route": f"/wp/v2/pages/{page}", "context": "edit"},
            auth=("editor", self.server.passwords["editor"]),
        )
        return answer.raise_for_status().json()


CONTENT = 200_000
"""About as many octets as the contract publishes anew."""


@contextlib.contextmanager
def disk_full_at(call: int) -> Iterator[None]:
    """The disk is full when the `call`-th file is flushed, and from then on."""
    flush, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) >= call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    with replaced.object(os, "fsync", full):
        yield


@contextlib.contextmanager
def garbled_once(owner: object, name: str, spoil: Callable[..., object]) -> Iterator[None]:
    """After the first call of that function, what it put in place is spoilt."""
    whole, done = getattr(owner, name), []

    def then_spoilt(*arguments: object) -> object:
        answer = whole(*arguments)
        if not done:
            done.append(True)
            spoil(*arguments)
        return answer

    with replaced.object(owner, name, then_spoilt):
        yield


def run_git(*arguments: object) -> bytes:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *map(str, arguments)], env=environment, check=True, capture_output=True).stdout


def closed_port() -> int:
    return free_ports(1)[0]
