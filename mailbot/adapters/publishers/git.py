"""Publishes by one commit to a branch of a git repository: the push takes all of it or nothing.

git itself is run, in a folder that is thrown away afterwards, and reads no configuration but ours. Secrets are
handed over in its environment, never in its arguments; ssh asks nothing and knows only the hosts that it was told.
"""

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailbot.adapters.publishers.replacing import check_name
from mailbot.adapters.wire import said
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

_PATIENCE = 120.0  # seconds for one command


@dataclass(frozen=True, slots=True, kw_only=True)
class GitOptions:
    """`keeps_history` off: the branch holds one commit, and what was listed before is in none that it reaches."""

    location: Location
    branch: str = "main"
    folder: str = ""  # inside the repository
    keeps_history: bool = True
    key: Path | None = None  # private key for ssh; without one, what ssh finds by itself
    known_hosts: Path | None = None  # the user's own where None
    password: Callable[[], str] | None = None  # for https
    ca_file: Path | None = None  # for https
    author: str = "mailbot <mailbot@localhost>"


def build(options: GitOptions) -> "GitPublisher":
    return GitPublisher(options)


class GitPublisher:
    """A Publisher (see ports); files of other names in the branch stay as they are."""

    def __init__(self, options: GitOptions) -> None:
        self.options = options

    def publish(self, files: dict[str, bytes]) -> list[str]:
        """One commit and one push where anything differs. Raises TemporaryFailure also where another pushed first."""
        for name in files:
            check_name(name)
        with self._repository() as git:
            head = git.fetch()
            old = {name: git.read(head, self._path(name)) for name in files}
            changed = [name for name, octets in files.items() if old[name] != octets]
            if changed:
                git.push(git.commit(head, {self._path(name): files[name] for name in changed}), head)
                self._read_back(git, {name: files[name] for name in changed}, old)
        return changed

    def check(self) -> str:
        """One sentence for `doctor`; asks the repository for its branch and changes nothing."""
        with self._repository() as git:
            known = git.remote_head()
        state = "is there" if known else "will be made"
        return f"The list is pushed to {self.options.location}, where the branch {self.options.branch} {state}."

    def _path(self, name: str) -> str:
        return f"{self.options.folder.strip('/')}/{name}".lstrip("/")

    def _read_back(self, git: "_Git", files: dict[str, bytes], old: dict[str, bytes | None]) -> None:
        """What the server holds now. Where a hook there changed our files, another commit has the old list back."""
        head = git.fetch()
        if all(git.read(head, self._path(name)) == octets for name, octets in files.items()):
            return
        git.push(git.commit(head, {self._path(name): old[name] for name in files}), head)
        raise TemporaryFailure(
            f"The list in {self.options.location} reads otherwise than it was pushed. "
            "The old list was put back; see which hook or robot changes files there."
        )

    @contextmanager
    def _repository(self) -> Iterator["_Git"]:
        program = shutil.which("git")
        if program is None:
            raise PermanentFailure(f"git is not installed, which {self.options.location} needs: apt-get install git")
        with tempfile.TemporaryDirectory(prefix="mailbot-git-") as folder:
            git = _Git(program, Path(folder), self.options)
            git.run("init", "--quiet", "--bare", ".")
            yield git


class _Git:
    """One throw-away bare repository, and what is asked of the real one through it."""

    def __init__(self, program: str, folder: Path, options: GitOptions) -> None:
        self._program, self._folder, self._options = program, folder, options
        self._secret = ""
        self._environment = self._environ()

    def fetch(self) -> str:
        """The id of the branch's commit, fetched without its history; "" where there is none yet."""
        try:
            self.run("fetch", "--quiet", "--no-tags", "--depth=1", self._url, self._ref)
        except (PermanentFailure, TemporaryFailure) as error:
            if "couldn't find remote ref" in str(error):
                return ""
            raise
        return self.run("rev-parse", "FETCH_HEAD").decode().strip()

    def remote_head(self) -> str:
        return self.run("ls-remote", "--", self._url, self._ref).decode().partition("\t")[0]

    def read(self, commit: str, path: str) -> bytes | None:
        if not commit or not self.run("ls-tree", commit, "--", path):
            return None
        return self.run("cat-file", "blob", f"{commit}:{path}")

    def commit(self, head: str, files: dict[str, bytes | None]) -> str:
        """The id of a commit of `head`'s tree with these files, None for one that goes."""
        self.run("read-tree", head) if head else self.run("read-tree", "--empty")
        lines = []
        for path, octets in files.items():
            blob = (
                "0" * 40 if octets is None else self.run("hash-object", "-w", "--stdin", given=octets).decode().strip()
            )
            lines.append(f"{'0' if octets is None else '100644'} {blob}\t{path}\0")
        self.run("update-index", "-z", "--index-info", given="".join(lines).encode())
        tree = self.run("write-tree").decode().strip()
        parent = ("-p", head) if head and self._options.keeps_history else ()
        return self.run("commit-tree", tree, *parent, "-m", "The list of signatories").decode().strip()

    def push(self, commit: str, seen: str) -> None:
        """Only where the branch still is what was seen: what somebody else pushed meanwhile is never lost."""
        lease = f"--force-with-lease={self._ref}:{seen}"
        if not self._options.keeps_history:
            # A commit without parents needs nothing of what was cut off, and servers refuse what they take for a cut.
            (self._folder / "shallow").unlink(missing_ok=True)
        self.run("push", "--quiet", "--atomic", lease, self._url, f"{commit}:{self._ref}")
        if not self._options.keeps_history and self._options.location.scheme == "git+file":
            self._forget()

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Raises TemporaryFailure or PermanentFailure with what git said, free of secrets and addresses."""
        try:
            done = subprocess.run(  # noqa: S603 - no shell; a path begins with none of git's options
                [self._program, *arguments],
                cwd=self._folder,
                env=self._environment,
                input=given,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TemporaryFailure(f"{self._options.location} did not answer within {_PATIENCE:.0f} seconds.") from None
        if done.returncode:
            raise _failure(self._options.location, done.stderr, self._secret)
        return done.stdout

    def _forget(self) -> None:
        """In a repository of this machine, destroy what no branch reaches; a server does so in its own time."""
        for command in (("reflog", "expire", "--expire=now", "--all"), ("prune", "--expire=now")):
            self.run("--git-dir", self._url, *command)

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self._options.branch}"

    @property
    def _url(self) -> str:
        """For git's arguments: the user may stand there, a password never does."""
        location = self._options.location
        if location.scheme == "git+file":
            return location.path
        user = f"{location.user}@" if location.user and location.scheme == "git+ssh" else ""
        return f"{location.scheme.removeprefix('git+')}://{user}{location.server}/{location.path}"

    def _environ(self) -> dict[str, str]:
        name, _, address = self._options.author.rpartition("<")
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "SSH_AUTH_SOCK") if key in os.environ}
        environment = kept | {
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_SSH_COMMAND": " ".join(self._ssh()),
        }
        for who in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{who}_NAME": name.strip() or "mailbot", f"GIT_{who}_EMAIL": address.strip("> ")}
        settings = dict(self._settings())
        for number, key in enumerate(settings):
            environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": settings[key]}
        return environment | {"GIT_CONFIG_COUNT": str(len(settings))}

    def _settings(self) -> Iterator[tuple[str, str]]:
        yield "gc.auto", "0"
        yield "http.followRedirects", "false"  # the password is for the server that was named
        if self._options.ca_file is not None:
            yield "http.sslCAInfo", str(self._options.ca_file)
        if self._options.password is not None:
            self._secret = self._options.password()
            login = base64.b64encode(f"{self._options.location.user}:{self._secret}".encode()).decode()
            yield "http.extraHeader", f"Authorization: Basic {login}"

    def _ssh(self) -> Iterator[str]:
        yield from ("ssh", "-oBatchMode=yes", "-oStrictHostKeyChecking=yes", "-oConnectTimeout=20")
        yield from ("-oServerAliveInterval=15", "-oUpdateHostKeys=no")
        if self._options.known_hosts is not None:
            yield f"-oUserKnownHostsFile={_quoted(self._options.known_hosts)}"
            yield "-oGlobalKnownHostsFile=/dev/null"
        if self._options.key is not None:
            yield f"-oIdentitiesOnly=yes -i {_quoted(self._options.key)}"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


_LATER: tuple[str, ...] = (
    "could not resolve",
    "connection",
    "timed out",
    "network is unreachable",
    "early eof",
    "hung up",
)
_LATER += ("stale info", "fetch first", "cannot lock ref", "no space left", "unable to access")
_CURES = {
    "host key verification failed": "put the server's key into known_hosts, having made sure that it is the right one",
    "permission denied": "give mailbot's key to that server, or name another under key",
    "authentication failed": "see user and password",
    "terminal prompts disabled": "name user and password",
    "does not appear to be a git repository": "see the path",
    "does not exist": "see the path",
    "not found": "see the path",
    "error: 403": "let that user push there",
    "certificate": "name the authority that signed it under ca_file",
    "dubious ownership": "let mailbot's user own that repository",
    "hook declined": "the server's own rules refuse it; see what they say",
}


def _failure(location: Location, error: bytes, secret: str) -> TemporaryFailure | PermanentFailure:
    text = error.decode("utf-8", "replace")
    low = text.casefold()
    for sign, cure in _CURES.items():
        if sign in low:
            return PermanentFailure(f"cannot publish into {location}: {said(text, secret)}; {cure}")
    kind = TemporaryFailure if any(sign in low for sign in _LATER) else PermanentFailure
    return kind(f"cannot publish into {location}: {said(text, secret)}")
