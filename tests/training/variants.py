"""Characters that are one to a reader, from OpenCC's tables into rules/names.toml: `make variants`.

What stands there by hand is kept, and joined with what the tables say; a group that only OpenCC's rare planes know
(outside U+4E00 to U+9FFF) is left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import opencc

NAMES = Path(__file__).parents[2] / "rules" / "names.toml"
TABLES = ("TSCharacters.txt", "HKVariants.txt", "TWVariants.txt")  # traditional → simplified, and regional forms
A_LINE = 26  # groups

_BLOCK = re.compile(r"^han_variants = \[\n(.*?)^\]\n", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Write the block of han_variants anew."""
    text = NAMES.read_text("utf-8")
    block = _BLOCK.search(text)
    assert block, "rules/names.toml has no han_variants"
    by_hand = [group for line in re.findall(r'"([^"]*)"', block[1]) for group in line.split()]
    groups = joined([*by_hand, *of_tables()])
    lines = [" ".join(groups[at : at + A_LINE]) for at in range(0, len(groups), A_LINE)]
    written = "han_variants = [\n" + "".join(f'  "{line}",\n' for line in lines) + "]\n"
    NAMES.write_text(text[: block.start()] + written + text[block.end() :], "utf-8")


def of_tables() -> Iterator[str]:
    folder = Path(opencc.__file__).parent / "dictionary"
    for table in TABLES:
        for line in (folder / table).read_text("utf-8").splitlines():
            one, _, others = line.strip().partition("\t")
            group = one + "".join(others.split())
            if all("\u4e00" <= c <= "\u9fff" for c in group):
                yield group


def joined(groups: Iterable[str]) -> list[str]:
    """Groups that share a character are one; the form that most others are written as stands last."""
    known: dict[str, set[str]] = {}
    as_written: Counter[str] = Counter()
    for group in groups:
        as_written.update(group[-1])
        one = set(group).union(*(known[c] for c in group if c in known))
        known.update(dict.fromkeys(one, one))
    found = {min(one): one for one in known.values() if len(one) > 1}
    return [
        "".join(sorted(one, key=lambda c: (as_written[c], c)))
        for _, one in sorted(found.items(), key=lambda item: item[0])
    ]


if __name__ == "__main__":
    main()
