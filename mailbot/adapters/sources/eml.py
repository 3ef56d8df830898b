"""A folder of .eml files, and of folders of them, as the place where mail lies. None of them is ever touched."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from mailbot.adapters.sources.backlog import BacklogSource, Collected, Found, moment
from mailbot.adapters.sources.defaults import MAX_OCTETS


class EmlSource(BacklogSource):
    """Source over every .eml below a folder, by time of change, then by name; `.settled` in it says what is done.

    Symbolic links and hidden files are passed over, and so is a file that cannot be read: it holds up no other.
    """

    def __init__(self, path: Path, *, max_octets: int = MAX_OCTETS) -> None:
        super().__init__(_EmlFolder(path), max_octets)


class _EmlFolder:
    scheme = "eml"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = f"The folder of .eml files {path}"
        self.list_file = path / ".settled"

    def stamp(self) -> object:
        return self._listed()

    def mails(self, max_octets: int) -> Iterator[Found]:
        for modified, path in self._listed():
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                continue
            with os.fdopen(descriptor, "rb") as file:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    yield Collected(max_octets).read(file).found(moment(modified / 1e9))

    def _listed(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        os.scandir(self._path).close()  # a folder that is not there is an error; os.walk would see an empty one
        for folder, folders, names in os.walk(self._path):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if name.casefold().endswith(".eml") and not name.startswith("."):
                    place = os.path.join(folder, name)  # noqa: PTH118 - of 100,000 files
                    try:
                        found.append((os.stat(place, follow_symlinks=False).st_mtime_ns, place))  # noqa: PTH116
                    except OSError:
                        continue
        return sorted(found)
