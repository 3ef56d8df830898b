"""Labelled mails as the network is taught them: the tokens with their features, what is asked, the role of each token."""

import json
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from mailbot.reading.learned.judgement import tokens_of, whole
from mailbot.reading.learned.tagging import ROLES, Role
from mailbot.reading.learned.tokens import Token, tokens
from mailbot.reading.naming import Naming
from mailbot.reading.parse import parse
from mailbot.reading.request import told_of
from mailbot.reading.rulebook import Rulebook

KINDS = ("sign", "incomplete", "withdraw", "correct", "other", "auto_reply", "bounce", "junk")
NAMED = frozenset({"sign", "withdraw", "correct"})
_ROOT = Path(__file__).parents[2]
_FOLDERS = (*sorted((_ROOT / "tests" / "labelled").iterdir()), _ROOT.parent / "shared" / "corpus")
_APART = 10
_ANYBODY = "Someone <someone@sender.example>"
_ARTICLES = frozenset({"the", "le", "la", "les"})


@dataclass(frozen=True, slots=True)
class Learned:
    """One token with its features and its role (an index of ROLES)."""

    token: Token
    features: tuple[str, ...]
    place: int
    role: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One labelled mail. `octets` and `expect` as they lie in the labelled folder."""

    name: str
    octets: bytes
    label: dict[str, Any]
    tokens: tuple[Learned, ...]
    whole: tuple[float, ...]

    @property
    def kind(self) -> str:
        return self.label["expect"]["kind"]


def everything(rulebook: Rulebook, naming: Naming) -> list[Mail]:
    """Every labelled mail there is, in one order."""
    return [mail for folder in _FOLDERS if folder.is_dir() for mail in labelled(folder, rulebook, naming)]


def divided(mails: Sequence[Mail]) -> tuple[list[Mail], list[Mail]]:
    """Those to learn from, and about every tenth, which is kept apart to measure by, whatever mails are added."""
    return [m for m in mails if not is_apart(m.label["id"])], [m for m in mails if is_apart(m.label["id"])]


def is_apart(name: str) -> bool:
    """Whether the mail of that id is kept apart from learning."""
    return zlib.crc32(name.encode()) % _APART == 0


def labelled(folder: Path, rulebook: Rulebook, naming: Naming) -> Iterator[Mail]:
    """The mails of a folder with labels.jsonl and mail/, in the order of the labels."""
    for line in (folder / "labels.jsonl").read_text("utf-8").splitlines():
        if line.strip():
            label = json.loads(line)
            yield _mail(folder / label["file"], label, rulebook, naming)


def examples(rulebook: Rulebook, naming: Naming) -> Iterator[Mail]:
    """The mails in the language files that say what they must be read as."""
    for tag, language in rulebook.languages.items():
        for number, example in enumerate(language.examples.mails):
            if example.kind in KINDS and (example.names or example.kind not in NAMED):
                mail = EmailMessage(policy=SMTP)
                mail["From"], mail["To"] = example.author or _ANYBODY, "letter@openletter.example"
                mail["Subject"] = example.subject
                mail.set_content(example.says)
                expect = {"kind": example.kind.value, "signatories": [{"name": name} for name in example.names]}
                yield _taught(f"{tag} {number}", mail.as_bytes(), {"expect": expect}, rulebook, naming)


def _mail(file: Path, label: dict[str, Any], rulebook: Rulebook, naming: Naming) -> Mail:
    return _taught(file.name, file.read_bytes(), label, rulebook, naming)


def _taught(name: str, octets: bytes, label: dict[str, Any], rulebook: Rulebook, naming: Naming) -> Mail:
    told = told_of(parse(octets), rulebook)
    found = [Learned(d.token, d.features, d.place, 0) for d in tokens_of(told, naming)]
    return Mail(name=name, octets=octets, label=label, tokens=_with_roles(found, label["expect"]), whole=whole(told))


def _with_roles(found: list[Learned], expect: dict[str, Any]) -> tuple[Learned, ...]:
    """Every place where a labelled name stands gets its role; the longest forms first."""
    forms = sorted(_forms(expect), key=lambda form: -sum(map(len, form[0])))
    spelled = [(n, _plain(one.token.text)) for n, one in enumerate(found) if any(map(str.isalnum, one.token.text))]
    words = [word for _, word in spelled]
    roles = [0] * len(found)
    for form, role in forms:
        for at in range(len(words) - len(form) + 1):
            if words[at : at + len(form)] == form:
                _mark(found, roles, spelled[at][0], spelled[at + len(form) - 1][0], role)
    return tuple(replace(one, role=role) for one, role in zip(found, roles, strict=True))


def _mark(found: list[Learned], roles: list[int], first: int, last: int, role: Role) -> None:
    stretch = found[first : last + 1]
    lines = sum(one.token.shape == "line" for one in stretch)
    if stretch[0].place != stretch[-1].place or any(roles[first : last + 1]) or lines > 1:
        return
    closes = last + 1 < len(found) and found[last + 1].token.shape == "close"
    if closes and any(one.token.shape == "open" for one in stretch):
        last += 1
    begins = ROLES.index(f"{role} begins")
    roles[first : last + 1] = [begins, *[begins + 1] * (last - first)]


def _forms(expect: dict[str, Any]) -> Iterator[tuple[list[str], Role]]:
    for signatory in expect.get("signatories") or ():
        role = Role.PERSON if signatory.get("category") == "person" else Role.ORGANIZATION
        told = [(name, role) for name in (signatory["name"], *(signatory.get("accept") or ()))]
        told += [(signatory.get("was"), Role.FORMER), ((signatory.get("contact") or {}).get("name"), Role.CONTACT)]
        for name, as_what in told:
            form = [_plain(t.text) for t in tokens((name or "").replace("\n", " "), 60) if t.text[0].isalnum()]
            while form and form[0] in _ARTICLES:
                form = form[1:]
            if form:
                yield form, as_what


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
