"""Mails of a few sentences, put together from the banks: so that a short mail is judged by its words, not its length."""

from collections.abc import Mapping, Sequence
from random import Random

from training.mails import Learned, Mail

from mailbot.reading.learned.features import lexical
from mailbot.reading.learned.tokens import Token, tokens
from mailbot.reading.naming import Naming

_ASIDE = ("courtesy", "question", "support", "identify", "private")
_OTHER = ("courtesy", "question", "support", "hostile", "press", "refuse", "condition", "already", "third_party")
_SIGNS = frozenset({"sign", "incomplete"})  # a sentence of the banks does not say whether it names anybody

Kinds = frozenset[str]


def brief(
    sentences: Mapping[str, Sequence[str]], people: Sequence[str], naming: Naming, chance: Random
) -> tuple[Mail, Kinds]:
    """One mail, and the kinds that it may be."""
    main = chance.choice(("join", "withdraw", "correct", *_OTHER, *_OTHER))
    said = [chance.choice(sentences[main])]
    if chance.random() < 0.5:
        said.insert(chance.randrange(2), chance.choice(sentences[chance.choice(_ASIDE)]))
    if main == "join" and chance.random() < 0.2:
        said.append(chance.choice(sentences["condition"]))
        main = "condition"
    kinds = {"join": _SIGNS, "withdraw": frozenset({"withdraw"}), "correct": frozenset({"correct"})}.get(
        main, frozenset({"other"})
    )
    shown = chance.choice(people)
    body = " ".join(said) if chance.random() < 0.8 else "\n\n".join(said)
    if chance.random() < 0.4:
        body += f"\n\n{shown}"
    found = (*_placed(shown, "from", 0, naming), *_placed(body, "body", 1, naming))
    whole = (float(chance.random() < 0.4), 0.0, 0.0, len(body) / 2000, float("?" in body or "？" in body))
    return Mail(name="brief", octets=b"", label={"expect": {"kind": main}}, tokens=found, whole=whole), kinds


def nothing(people: Sequence[str], naming: Naming, chance: Random) -> tuple[Mail, Kinds]:
    """A mail of a word or a number, which asks nothing."""
    words = ("", "test", "hello", "Bonjour", "你好", "number 7", "see below", "ok thanks", "Re", "merci", "1", "...")
    found = (*_placed(chance.choice(people), "from", 0, naming), *_placed(chance.choice(words), "body", 1, naming))
    return Mail(name="nothing", octets=b"", label={}, tokens=found, whole=(0.0,) * 5), frozenset({"other"})


def _placed(text: str, zone: str, place: int, naming: Naming) -> tuple[Learned, ...]:
    return tuple(Learned(token, _features(token, zone, naming), place, 0) for token in tokens(text, 200))


def _features(token: Token, zone: str, naming: Naming) -> tuple[str, ...]:
    return (f"shape {token.shape}", f"zone {zone}", *lexical(token.text, naming))
