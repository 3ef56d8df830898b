"""Sample facts for every letter: the contract between deciding and writing, and what `preview` shows."""

from collections.abc import Mapping
from typing import Any

_CARD: Mapping[str, Any] = {
    "number": 1,
    "ref": "K7Q4",
    "line": "Maple Ridge Friends of Hong Kong, Maple Ridge",
    "category": "organization",
    "contact_name": "Joanna Ho",
    "contact_role": "Secretary",
    "contact_address": "joanna@mapleridge.example",
    "evidence": {
        "verdict": "pass",
        "method": "dkim",
        "domain": "mapleridge.example",
        "own_domain": True,
        "free_mail": False,
        "first_seen": False,
        "confirmed": True,
    },
    "words": "Dear organizers,\nplease add Maple Ridge Friends of Hong Kong to the letter.\n\nJoanna Ho\nSecretary",
    "more_lines": 0,
    "look_alikes": [],
    "alerts": [],
    "votes": [],
    "joined": [],
    "remarks": [],
}
_SECOND_CARD: Mapping[str, Any] = {
    **_CARD,
    "number": 2,
    "ref": "M3XA",
    "line": "Hon. Linda Frum, Senator",
    "category": "person",
    "contact_name": "",
    "contact_role": "",
    "contact_address": "linda.frum.office@freemail.example",
    "evidence": {
        "verdict": "none",
        "method": "",
        "domain": "freemail.example",
        "own_domain": False,
        "free_mail": True,
        "first_seen": True,
        "confirmed": False,
    },
    "words": "please sign for me\nand do not publish my address\n\nWho else has signed?",
    "more_lines": 12,
    "look_alikes": [{"line": "Linda Frum, Senator", "ref": "P2WD", "status": "listed"}],
    "alerts": ["no_publish_contact", "question"],
}
_FORGED_CARD: Mapping[str, Any] = {
    **_SECOND_CARD,
    "number": 3,
    "ref": "T9ZC",
    "line": "多倫多粵語書會",
    "category": "organization",
    "contact_name": "陳大文",
    "contact_role": "會長",
    "evidence": {**_CARD["evidence"], "verdict": "fail", "own_domain": False},
    "words": "",
    "more_lines": 0,
    "look_alikes": [],
    "votes": [
        {"by": "Ada", "what": "yes", "at": "2021-01-09 10:02"},
        {"by": "Ben", "what": "no", "at": "2021-01-09 10:07"},
    ],
    "joined": ["secretary@bookclub.example · Toronto Cantonese Book Club"],
    "remarks": [
        {"what": "asked", "text": "Which city are you in?"},
        {"what": "answered", "text": "Markham."},
        {"what": "note", "text": "Ben knows their chair."},
    ],
    "alerts": ["undeliverable", "disputed", "withdrawal_asked", "correction"],
    "perhaps": "chan@freemail.example",
}
_OLD_CARD: Mapping[str, Any] = {**_SECOND_CARD, "number": 1, "written": "2020-11-03"}
_BACKLOG = {"read": 214, "requests": 58, "there": 12, "taken_back": 3, "people": 20, "machines": 119, "unread": 2}
_DONE: list[Mapping[str, Any]] = [
    {
        "line_typed": "ok 1",
        "what": "approve",
        "entry": "Maple Ridge Friends of Hong Kong, Maple Ridge",
        "ref": "K7Q4",
        "status": "listed",
    },
    {
        "line_typed": "2 no duplicate",
        "what": "reject",
        "entry": "Hon. Linda Frum, Senator",
        "ref": "M3XA",
        "status": "rejected",
    },
]
_DECIDED: Mapping[str, str] = {
    "line": "Prairie Lantern Bookshop & Café",
    "ref": "R4TX",
    "what": "approve",
    "status": "listed",
    "by": "Ben",
}
_NOTHING_TOLD: Mapping[str, Any] = {
    "decided": [],
    "not_done": [],
    "person": [],
    "unread": [],
    "unasked": [],
    "returned": [],
    "late": [],
    "wish": [],
    "more": {},
    "backlog": {},
}
_ALL_TOLD: Mapping[str, Any] = {
    "decided": [_DECIDED, {**_DECIDED, "by": ""}],
    "not_done": [{"line_typed": "ok 7", "why": "unknown_number"}],
    "person": [
        {
            "from_name": "Marie Tremblay",
            "from_address": "marie@journal.example",
            "subject": "Une question",
            "words": "Bonjour, qui a écrit cette lettre ?",
        }
    ],
    "unread": [{"locator": "imap:17:4711", "why": "1,500 parts inside one another"}],
    "unasked": [{"line": "ok all"}],
    "returned": [
        {"line": "Comité Saint-Roch", "address": "roch@gmial.example", "perhaps": "roch@gmail.example"},
        {"line": "Ben", "address": "ben@organizers.example", "perhaps": ""},
    ],
    "wish": [
        {
            "about": "Comité Saint-Roch · P2WD",
            "from_name": "Luc Roy",
            "from_address": "luc@roch.example",
            "subject": "Retrait",
            "words": "Veuillez nous retirer de la liste.",
        }
    ],
    "late": [{"letters": "12", "since": "2021-01-09 10:02", "why": "smtp.example took 500 letters today"}],
    "more": {"decided": 2, "not_done": 2, "person": 9880, "unread": 2, "unasked": 2, "returned": 3},
    "backlog": {},
}
_NOT_DONE = [{"line_typed": "ok 7", "why": "unknown_number"}, {"line_typed": "3 if Ben agrees", "why": "conditional"}]
_LINE = "Hon. Linda Frum, Senator"
_RECEIPT = "2EBHQE6-858DA0N-07E6944-0CWGC28"

SAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "echo": (
        {"line": _LINE, "others": [], "needs_yes": True, "ref": "K7Q4"},
        {"line": _LINE, "others": ["多倫多粵語書會"], "needs_yes": False, "ref": "K7Q4"},
    ),
    "ask_name": ({"ref": "K7Q4", "unread": False}, {"ref": "K7Q4", "unread": True}),
    "confirmed": ({"line": _LINE, "others": ["多倫多粵語書會"], "ref": "K7Q4"},),
    "listed": (
        {"line": _LINE, "ref": "K7Q4", "receipt": _RECEIPT, "page_url": "https://openletter.example/"},
        {"line": _LINE, "ref": "K7Q4", "receipt": _RECEIPT, "page_url": ""},
    ),
    "not_listed": ({"line": _LINE, "ref": "K7Q4"},),
    "withdrawn": (
        {"line": _LINE, "ref": "K7Q4", "was_listed": True},
        {"line": _LINE, "ref": "K7Q4", "was_listed": False},
    ),
    "corrected": ({"line": _LINE, "ref": "K7Q4", "waits": True}, {"line": _LINE, "ref": "K7Q4", "waits": False}),
    "already": ({"line": _LINE, "others": []},),
    "challenge": (
        {"what": "orders", "line": "", "lines": ["ok 1 3", "2 no duplicate"]},
        {"what": "withdraw", "line": _LINE, "lines": []},
        {"what": "confirm", "line": _LINE, "lines": []},
        {"what": "correct", "line": _LINE, "lines": []},
    ),
    "answer": ({"text": "Yes, the letter is open until the end of the month.\nThank you for asking."},),
    "question": ({"text": "Is your organization registered in Quebec?", "ref": "K7Q4"},),
    "unknown_withdraw": ({},),
    "card": (
        {"number": 1, "card": _CARD, "waiting": 1, "you": "Ada"},
        {"number": 1, "card": {**_SECOND_CARD, "number": 1}, "waiting": 6, "you": "Ada"},
    ),
    "digest": (
        {
            "cards": [_CARD, _SECOND_CARD, _FORGED_CARD],
            "told": {**_NOTHING_TOLD, "decided": [_DECIDED]},
            "waiting": 3,
            "you": "Ada",
        },
        {"cards": [_CARD], "told": _NOTHING_TOLD, "waiting": 70, "you": "Ada"},
        {"cards": [], "told": _ALL_TOLD, "waiting": 0, "you": "Ada"},
        {"cards": [_OLD_CARD], "told": {**_ALL_TOLD, "backlog": _BACKLOG}, "waiting": 1, "you": "Ada"},
    ),
    "reminder": (
        {"cards": [_CARD, _SECOND_CARD], "days": 2, "escalated": False, "you": "Ada"},
        {"cards": [_FORGED_CARD], "days": 4, "escalated": True, "you": "Ada"},
    ),
    "receipt": (
        {"done": _DONE, "not_done": _NOT_DONE, "undo": True, "undo_until": "14:10", "you": "Ada"},
        {"done": _DONE, "not_done": [], "undo": True, "undo_until": "", "you": "Ada"},
        {"done": [], "not_done": _NOT_DONE, "undo": False, "undo_until": "", "you": "Ada"},
    ),
    "notice": ({"by": "Ben", "done": _DONE, "you": "Ada"}, {"by": "", "done": _DONE, "you": "Ada"}),
    "relay": (
        {
            "from_name": "Marie Tremblay",
            "from_address": "marie@journal.example",
            "subject": "Une question",
            "words": "Bonjour,\nqui a écrit cette lettre ?",
            "alert": "",
            "about": [],
            "answerable": True,
            "you": "Ada",
        },
        {
            "from_name": "",
            "from_address": "m@journal.example",
            "subject": "",
            "words": "Take us off at once.",
            "alert": "withdrawal_asked",
            "about": [_LINE],
            "answerable": False,
            "you": "Ada",
        },
    ),
    "organizer_change": (
        {"by": "Ada", "what": "add", "who": "Cy Lin <cy@organizers.example>", "you": "Ben"},
        {"by": "Ada", "what": "remove", "who": "Cy Lin <cy@organizers.example>", "you": "Ben"},
    ),
    "invitation": ({"by": "Ada / Ben", "you": "Cy Lin"},),
    "set_aside": ({"locator": "imap:17:4711", "why": "1,500 parts inside one another", "you": "Ada"},),
    "list": (
        {
            "groups": [
                {"title_key": "organization", "lines": ["Canada-Hong Kong Link", "Comité Saint-Roch"]},
                {"title_key": "person", "lines": [_LINE]},
            ],
            "counts": {"organization": 2, "person": 1, "withheld": 1},
            "desk": [{"line": _LINE, "ref": "M3XA", "status": "awaiting_organizers"}],
            "you": "Ada",
        },
    ),
    "find": (
        {"query": "frum", "hits": [{"line": _LINE, "ref": "M3XA", "status": "listed"}], "you": "Ada"},
        {"query": "nobody", "hits": [], "you": "Ada"},
    ),
    "show": (
        {
            "line": _LINE,
            "ref": "M3XA",
            "status": "listed",
            "contact_name": "",
            "contact_role": "Office",
            "contact_address": "linda.frum.office@freemail.example",
            "history": [
                {"at": "2021-01-09 12:00", "by": "mailbot", "what": "requested", "reason": "sign"},
                {"at": "2021-01-09 12:30", "by": "Ada", "what": "approved", "reason": "ok"},
            ],
            "you": "Ada",
        },
    ),
    "stats": (
        {
            "counts": {"listed": 28, "awaiting_organizers": 3},
            "waiting": 3,
            "oldest_days": 1,
            "works": {
                "polled": "2021-01-09 12:00",
                "changed": "2021-01-09 11:40",
                "revision": 31,
                "queued": 2,
                "unanswered_since": "2021-01-09 11:58",
                "sent": 14,
                "a_day": 2000,
                "failed": 1,
            },
            "you": "Ada",
        },
        {
            "counts": {"listed": 28},
            "waiting": 0,
            "oldest_days": 0,
            "works": {
                "polled": "",
                "changed": "",
                "revision": 0,
                "queued": 0,
                "unanswered_since": "",
                "sent": 0,
                "a_day": 0,
                "failed": 0,
            },
            "you": "Ada",
        },
    ),
    "alarm": (
        {"silent": [{"what": "inbox", "since": "2021-01-09 06:00 UTC"}], "you": "Ben"},
        {
            "silent": [
                {"what": "inbox", "since": "2021-01-09 06:00 UTC"},
                {"what": "outbox", "since": "2021-01-09 05:40 UTC"},
            ],
            "you": "Ben",
        },
    ),
    "doctor": (
        {"checks": [{"ok": True, "says": "Mail is being read"}, {"ok": True, "says": "Letters go out"}], "you": "Ada"},
        {"checks": [{"ok": False, "says": "The mail server does not answer: check the password"}], "you": "Ada"},
    ),
    "help": ({"rows": [{"usage": "ok 1 3 5-9", "says": "approve these"}], "you": "Ada"},),
}
"""Letter → sets of facts that between them take every branch of its template."""
