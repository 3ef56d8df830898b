"""The labelled replies of organizers: what would become of the six cards of the scene."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.core.commands import CommandWords, Line, Orders, read_orders
from mailbot.core.intents import Order, Verb

CASES = Path(__file__).parents[3] / "shared" / "commands" / "cases.yaml"
REFS = {1: "K7Q4", 2: "M3XA", 3: "T9WB", 4: "P2HC", 5: "R8NE", 6: "V5JZ"}
BECOMES = {
    Verb.APPROVE: "listed",
    Verb.REJECT: "rejected",
    Verb.HOLD: "held",
    Verb.WITHHOLD: "withheld",
    Verb.MERGE: "rejected",
}
INFORMATION = {Verb.LIST, Verb.FIND, Verb.SHOW, Verb.STATS, Verb.HELP, Verb.DOCTOR}


def cases() -> list[Any]:
    if not CASES.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(reason="the labelled replies are not beside this checkout"))]
    return [pytest.param(case, id=case["id"]) for case in yaml.safe_load(CASES.read_text("utf-8"))]


@pytest.mark.parametrize("case", cases())
def test_a_labelled_reply_does_what_its_label_says(
    case: dict[str, Any], command_words: dict[str, CommandWords]
) -> None:
    read = reply(case, command_words)
    known = [order for order in read.orders if order.ref in {"", *REFS.values()}]
    reported = [line.line for line in read.unclear] + [order.line for order in read.orders if order not in known]

    assert changes(known) == expected(case["after"])
    for piece in case.get("answered", ()):
        assert any(loosely(filled(piece)) in loosely(line) for line in reported)
    for number, reason in case.get("reasons", {}).items():
        kept = " ".join(order.text for order in known if order.ref == REFS[number])
        assert loosely(reason) in loosely(kept)
    assert [order.verb for order in known if order.verb in INFORMATION] == ([case["info"]] if "info" in case else [])


def reply(case: dict[str, Any], command_words: dict[str, CommandWords]) -> Orders:
    lines = []
    for text in filled(case["body"]).splitlines():
        number, _, answer = text.partition(":")
        inline = case["style"] == "inline" and number.startswith("@")
        lines.append(Line(answer.strip(), REFS[int(number[1:])]) if inline else Line(text))
    cards = {} if case["style"] == "fresh" else REFS if case["to"] == "digest" else {1: REFS[1]}
    return read_orders(lines, command_words, cards=cards, today=date(2021, 1, 9), limit=30)


def changes(orders: list[Order]) -> dict[int, dict[str, str]]:
    numbers = {ref: number for number, ref in REFS.items()}
    changed: dict[int, dict[str, str]] = {}
    for order in orders:
        if order.verb in BECOMES:
            changed.setdefault(numbers[order.ref], {})["status"] = BECOMES[order.verb]
        elif order.verb is Verb.EDIT:
            changed.setdefault(numbers[order.ref], {})["name"] = order.value
    return changed


def expected(after: dict[int, Any]) -> dict[int, dict[str, str]]:
    wanted = {number: state if isinstance(state, dict) else {"status": state} for number, state in after.items()}
    return {
        number: {key: value for key, value in state.items() if value != "awaiting_organizers"}
        for number, state in wanted.items()
    }


def filled(text: str) -> str:
    for number, ref in REFS.items():
        for key, value in ((f"{{ref{number}}}", ref), (f"{{ref{number}:lower}}", ref.lower())):
            text = text.replace(key, value)
        text = text.replace(f"{{ref{number}:typo}}", ref[:3] + "9")
    return text


def loosely(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
