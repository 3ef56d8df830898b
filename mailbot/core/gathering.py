"""News for organizers that is no letter of its own: what the next digest tells of it, so that nothing is lost.

What other organizers decided, where cards come in digests; letters that came back or go out late; and
whatever the budget of an organizer's address holds back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mailbot.core.decision import Letter


class NewsKind(StrEnum):
    DECIDED = "decided"  # what, line, ref, status, by
    NOT_DONE = "not_done"  # line_typed, why: of an order of one's own
    PERSON = "person"  # from_name, from_address, subject, words
    WISH = "wish"  # about, from_name, from_address, words: somebody asks to be taken off
    UNREAD = "unread"  # locator, why
    UNASKED = "unasked"  # line: an order in one's own name that was neither proved nor asked about
    RETURNED = "returned"  # line, address, perhaps: a letter came back for good; the address that was meant, or ""
    LATE = "late"  # letters, since, why: so many wait to be sent
    CARD = "card"  # nothing: the digest shows every card that waits


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One line of the next digest; `facts` are texts, as its kind names them."""

    kind: NewsKind
    facts: Mapping[str, str]


def news_of(letter: Letter) -> tuple[News, ...]:
    """What a digest tells in place of this letter; nothing for an answer that can be asked for again."""
    facts = letter.facts
    match letter.template:
        case "notice":
            return tuple(_decided(row, facts["by"]) for row in facts["done"])
        case "receipt":
            not_done = tuple(
                News(kind=NewsKind.NOT_DONE, facts={key: row[key] for key in ("line_typed", "why")})
                for row in facts["not_done"]
            )
            return (*(_decided(row, facts["you"]) for row in facts["done"]), *not_done)
        case "relay":
            told = {key: str(facts[key])[:_SHORT] for key in ("from_name", "from_address", "subject")}
            told["words"] = " ".join(str(facts["words"]).split())[:_WORDS]
            if facts["alert"] == "withdrawal_asked":
                about = [f"{line} · {ref}" for line, ref in zip(facts["about"], letter.refs, strict=False)]
                return (News(kind=NewsKind.WISH, facts={**told, "about": "; ".join(about)[:_WORDS]}),)
            return (News(kind=NewsKind.PERSON, facts=told),)
        case "set_aside":
            return (News(kind=NewsKind.UNREAD, facts={"locator": facts["locator"], "why": facts["why"]}),)
        case "challenge":
            return tuple(News(kind=NewsKind.UNASKED, facts={"line": line[:_WORDS]}) for line in facts["lines"])
        case "returned":
            told = {key: str(facts[key])[:_SHORT] for key in ("line", "address", "perhaps")}
            return (News(kind=NewsKind.RETURNED, facts=told),)
        case "card" | "reminder" | "digest":
            return (News(kind=NewsKind.CARD, facts={}),)
        case _:
            return ()


def digest_facts(
    news: Iterable[News], counts: Mapping[NewsKind, int], backlog: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """The parts of a digest that tell the news; `counts` is how much of each kind there is in all.

    `backlog`: what became of the mails of an old inbox, by a word of core.backlog, where one was gone through.
    """
    parts: dict[NewsKind, list[Mapping[str, str]]] = {kind: [] for kind in NewsKind}
    for one in news:
        parts[one.kind].append(one.facts)
    told = {str(kind): rows for kind, rows in parts.items() if kind is not NewsKind.CARD}
    more = {str(kind): left for kind, rows in parts.items() if (left := counts.get(kind, 0) - len(rows)) > 0}
    return {**told, "more": more, "backlog": dict(backlog or {})}


_SHORT = 200
_WORDS = 300  # characters


def _decided(row: Mapping[str, Any], by: str) -> News:
    facts = {"what": row["what"], "line": row["entry"], "ref": row["ref"], "status": row["status"], "by": by}
    return News(kind=NewsKind.DECIDED, facts=facts)
