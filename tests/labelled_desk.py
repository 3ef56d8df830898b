"""The desk of the labelled replies: six requests, a digest and a card; a reply is played, and held against its label."""

import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from journey import ADA, Letter, Rehearsal

from mailbot.core.references import ALPHABET

A = f"Ada <{ADA}>"
SCENE = {
    1: "Please add our organization: Maple Ridge Friends of Hong Kong",
    2: "Veuillez ajouter notre organisme : Comité citoyen de Saint-Roch",
    3: "請加上我們的團體：多倫多粵語書會",
    4: "Please add our organization: Prairie Lantern Bookshop & Café",
    5: "Please add my name: Dr. Amrit Gill, City Councillor",
    6: "Please add our organization: Best Cheap SEO Links Ltd",
}
NAMES = {
    1: "Maple Ridge Friends of Hong Kong", 2: "Comité citoyen de Saint-Roch", 3: "多倫多粵語書會",
    4: "Prairie Lantern Bookshop & Café", 5: "Amrit Gill", 6: "Best Cheap SEO Links Ltd",
}  # fmt: skip
POLICY = 'signer_confirmation = "never"'


class Scene:
    """Six requests on the desk, a digest that shows them all, and a card that shows the first."""

    def __init__(self, folder: Path, digest: Letter, card: Letter, now: Any) -> None:
        self.folder, self.digest, self.card, self.now = folder, digest, card, now
        self.refs = digest.refs

    def play(self, case: dict[str, Any], where: Path) -> Rehearsal:
        shutil.copytree(self.folder, where)
        campaign = Rehearsal(where, self.now)
        campaign.letters()
        letter = self.digest if case["to"] == "digest" else self.card
        body = self.filled(case["body"])
        if case["style"] == "fresh":
            campaign.write(A, body, proved=True)
        else:
            text = REPLY[case["style"]](body, letter)
            campaign.write(A, text, answers=letter, quoting=False, proved=True)
        campaign.once()
        return campaign

    def filled(self, text: str) -> str:
        """Placeholders {ref3}, {ref3:lower}, {ref3:typo} filled in."""

        def fill(match: re.Match[str]) -> str:
            ref = self.refs[int(match[1])]
            if match[2] == "typo":
                return self.typo(ref)
            return ref.lower() if match[2] == "lower" else ref

        return re.sub(r"\{ref(\d)(?::(\w+))?\}", fill, text)

    def typo(self, ref: str) -> str:
        """The reference with one character changed so that it is nobody's."""
        taken = set(self.refs.values())
        return next(
            wrong
            for c in ALPHABET
            if c.isdigit() and (wrong := ref[:3] + c) not in taken and wrong[0:3].strip("0123456789")
        )


def attribution(letter: Letter) -> str:
    return f"On Sat, Jan 9, 2021 at 6:31 PM {letter.message['From']} wrote:"


def quoted(letter: Letter) -> list[str]:
    return [("> " + line).rstrip() for line in letter.text.splitlines()]


def top(body: str, letter: Letter) -> str:
    return "\n".join([body, "", attribution(letter), "", *quoted(letter), ""])


def bottom(body: str, letter: Letter) -> str:
    return "\n".join([attribution(letter), "", *quoted(letter), "", body, ""])


def inline(body: str, letter: Letter) -> str:
    """Each `@3: text` right under the end of card 3 in the quote."""
    answers = dict(re.findall(r"^@(\d): (.*)$", body, re.MULTILINE))
    lines, out, current = quoted(letter), [attribution(letter), ""], ""
    for line in lines:
        number = re.match(r">\s*(\d)\b.*\[[0-9A-Z]{4}\]", line)
        if number:
            if current in answers:
                out += ["", answers.pop(current), ""]
            current = number[1]
        out.append(line)
    if current in answers:
        out += ["", answers.pop(current)]
    assert not answers, "a card was not found in the quote"
    return "\n".join(out) + "\n"


REPLY: dict[str, Callable[[str, Letter], str]] = {"top": top, "bottom": bottom, "inline": inline}


def set_scene(campaign: Rehearsal) -> Scene:
    """Six requests come in, the first before the others; the campaign's policy is POLICY."""
    campaign.write("Sam <sam1@signers1.example>", SCENE[1] + "\n")
    campaign.once()
    campaign.digest_time()
    card = campaign.letter("digest")  # one card, numbered 1: what `each` would send
    for number in range(2, 7):
        campaign.write(f"Sam <sam{number}@signers{number}.example>", SCENE[number] + "\n")
    campaign.once()
    campaign.now = campaign.now.replace(day=10)
    campaign.digest_time()
    digest = campaign.letter("digest")
    roll = campaign.roll()
    assert {number: roll[ref]["name"] for number, ref in digest.refs.items()} == NAMES
    return Scene(campaign.folder, digest, card, campaign.now)


def folded(text: str) -> str:
    return re.sub(r"[\s\"'“”‘’«»「」]+", "", unicodedata.normalize("NFKC", text)).casefold()


def wrong(case: dict[str, Any], scene: Scene, campaign: Rehearsal) -> tuple[list[str], bool]:
    """What is not as labelled, and whether something was executed that was not ordered."""
    faults, executed = [], False
    roll = campaign.roll()
    for number, ref in scene.refs.items():
        want = case["after"].get(number, "awaiting_organizers")
        want = want if isinstance(want, dict) else {"name": NAMES[number], "status": want}
        have = {"name": roll[ref]["name"], "status": roll[ref]["status"]}
        if have != want:
            faults.append(f"{number}: {have} instead of {want}")
            executed = executed or have != {"name": NAMES[number], "status": "awaiting_organizers"}
    letters = campaign.letters(to=ADA)
    answer = folded("\n".join(letter.text for letter in letters))
    faults += [
        f"not answered: {piece}" for piece in case.get("answered", ()) if folded(scene.filled(piece)) not in answer
    ]
    for number, reason in case.get("reasons", {}).items():
        history = folded(" ".join(f"{e['reason']} {e.get('text', '')}" for e in roll[scene.refs[number]]["history"]))
        if folded(reason) not in history:
            faults.append(f"{number}: reason not kept: {reason}")
    if case.get("info") and case["info"] not in {letter.template for letter in letters}:
        faults.append(f"no {case['info']} letter but {[letter.template for letter in letters]}")
    return faults, executed
