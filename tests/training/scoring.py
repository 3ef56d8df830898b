"""How well labelled mail is read, in the figures of the shared scorer: kinds, names, and the two dangerous errors."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from training.mails import NAMED, Mail

from mailbot.reading.explanation import explanation
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse
from mailbot.reading.rulebook import Rulebook


def report(mails: Sequence[Mail], book: Rulebook, *, misses: bool = False) -> None:
    """Print the figures of these mails, all together and by the set that they come from."""
    count: Counter[str] = Counter()
    for mail in mails:
        answer = explanation(interpret(parse(mail.octets), book))
        of_mail = _figures(mail.label["expect"], answer)
        count += of_mail
        if misses and not of_mail["hands_free"]:
            print(mail.name, mail.label["expect"]["kind"], _names(mail.label["expect"]), answer["kind"], _names(answer))
    total = max(count["mails"], 1)
    print(f"{count['mails']} mails: hands_free {count['hands_free'] / total:.3f}, kind {count['kind'] / total:.3f},")
    print(f"invented {count['invented']}, false_sign {count['false_sign']}, asked {count['asked']}")


def _figures(expect: dict[str, Any], answer: dict[str, Any]) -> Counter[str]:
    kind, read = expect["kind"], answer["kind"]
    wanted = [forms(s) for s in expect.get("signatories") or ()] if kind in NAMED else []
    have = [{plain(n) for n in spellings(s)} for s in answer.get("signatories") or ()] if read in NAMED else []
    missing = list(wanted)
    invented = 0
    for spelled in have:
        hit = next((wanted_forms for wanted_forms in missing if wanted_forms & spelled), None)
        if hit is None:
            invented += 1
        else:
            missing.remove(hit)
    whole = kind == read and ((not invented and not missing) or (kind == "withdraw" and not have))
    return Counter(
        mails=1,
        hands_free=int(whole),
        kind=int(kind == read),
        invented=invented if read == "sign" else 0,
        false_sign=int(read == "sign" and kind not in NAMED),
        asked=int(kind == "sign" and read == "incomplete"),
    )


def spellings(signatory: dict[str, Any]) -> Iterable[str]:
    name = signatory["name"]
    yield name
    for other in signatory.get("alt_names") or ():
        yield from (f"{name} {other}", f"{other} {name}")


def forms(signatory: dict[str, Any]) -> set[str]:
    return {plain(name) for name in (signatory["name"], *(signatory.get("accept") or ()))}


def _names(answer: dict[str, Any]) -> list[str]:
    return [s["name"] for s in answer.get("signatories") or ()]


def plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold().replace("’", "'")
    return re.sub(r"[^\w']+", " ", folded).strip(" '").removeprefix("the ").removeprefix("le ").removeprefix("la ")
