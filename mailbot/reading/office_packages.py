"""Office Open XML packages (ECMA-376, part 2), read within caps: a ZIP archive of XML parts, neither trusted.

Nothing is unpacked to disk, nothing is fetched, no relationship is followed out of the package, no formula
or macro is looked at.
"""

import io
import zipfile
import zlib
from xml.parsers import expat

from mailbot.reading.attached import UnreadableError, Why

PART_OCTETS = 8_000_000  # of one part, decompressed; a sheet of 500 rows has a hundredth
_PACKAGE_OCTETS = 16_000_000  # of all parts that are read
_ENTRIES = 2_000
_ELEMENTS = 200_000  # of one part
_DEPTH = 100
_CENTRAL_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, RuntimeError, OverflowError)

Attributes = dict[str, str]


class EnoughError(Exception):
    """Raised by a handler that needs no more of its part."""


class Package:
    """The parts of one package by name. Raises UnreadableError alone."""

    def __init__(self, octets: bytes) -> None:
        if octets.count(_CENTRAL_ENTRY) > _ENTRIES:
            raise UnreadableError(Why.COMPLEX)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(octets))
        except _DAMAGE as error:
            raise UnreadableError(Why.DAMAGED) from error
        self._left = _PACKAGE_OCTETS

    def has(self, name: str) -> bool:
        return name in self._archive.NameToInfo

    def part(self, name: str) -> bytes:
        """The octets of a part, b"" where there is none of that name.

        Never reads past the caps, whatever size the archive declares.
        """
        info = self._archive.NameToInfo.get(name)
        if info is None:
            return b""
        if info.flag_bits & 1:
            raise UnreadableError(Why.ENCRYPTED)
        if info.compress_type not in _METHODS:
            raise UnreadableError(Why.DAMAGED)
        most = min(PART_OCTETS, self._left)
        try:
            with self._archive.open(info) as part:
                octets = part.read(most + 1)
        except _DAMAGE as error:
            raise UnreadableError(Why.DAMAGED) from error
        if len(octets) > most:
            raise UnreadableError(Why.EXPANDS)
        self._left -= len(octets)
        return octets


class Walk:
    """One pass over the elements of an XML part; subclasses say what the names mean to them.

    Names and attributes come without their namespaces: the transitional and the strict form of the standard
    differ in nothing else that matters here.
    """

    def __init__(self) -> None:
        self._depth = self._elements = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Characters within the innermost element; one stretch may come in pieces."""

    def over(self, octets: bytes) -> None:
        """Read a part to its end, or until EnoughError; nothing where there is none.

        Raises UnreadableError alone; time is linear in the octets.

        A document type declaration, which the standard forbids (part 2, 8.3.1), is refused: without one there
        are no entities to expand and nothing to fetch.
        """
        octets = _as_utf8(octets)
        if not octets:
            return
        if b"<!DOCTYPE" in octets or b"<!ENTITY" in octets:
            raise UnreadableError(Why.ENTITIES)
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        try:
            parser.Parse(octets, True)
        except EnoughError:
            return
        except expat.ExpatError as error:
            raise UnreadableError(Why.DAMAGED) from error

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEPTH:
            raise UnreadableError(Why.DEEP)
        if self._elements > _ELEMENTS:
            raise UnreadableError(Why.COMPLEX)
        self.start(name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(name.rpartition(" ")[2])


class _Relationships(Walk):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, attributes.get("Target", "")


def relationships(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Of a part ("" for the package): identifier → last word of the type, name of the part; outside ones left out."""
    folder, _, name = part.rpartition("/")
    walk = _Relationships()
    walk.over(package.part(f"{folder}/_rels/{name}.rels".removeprefix("/")))
    return {key: (kind, _resolved(folder, target)) for key, (kind, target) in walk.found.items()}


def main_part(package: Package, otherwise: str) -> str:
    """The name of the part that is the document."""
    if package.has(otherwise):
        return otherwise
    found = (target for kind, target in relationships(package, "").values() if kind == "officeDocument")
    return next(found, otherwise)


def _resolved(folder: str, target: str) -> str:
    """A target as the name of a part; names that climb out of the package name no part."""
    parts: list[str] = [] if target.startswith("/") else [p for p in folder.split("/") if p]
    for step in target.split("/")[:20]:
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def _as_utf8(octets: bytes) -> bytes:
    """Parts are UTF-8 or UTF-16 (part 2, 8.3.1); whatever else a part declares, it is read as UTF-8."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace").encode("utf-8", "replace")
    return octets
