"""The README's table of attacks is what there is: one row a file, with its own sentence and its number of tests."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readme_tells_of_every_group_of_attacks_and_how_many_there_are() -> None:
    _, _, behind = (ROOT / "README.md").read_text(encoding="utf-8").partition("| attacks | tests |")
    table = behind.partition("\n\n")[0]
    assert re.findall(r"^\| [^|]+ \| \d+ \| .+ \|$", table, re.MULTILINE) == rows()


def rows() -> list[str]:
    """The table as it must be; print it with: python tests/test_attack_table.py"""
    command = [sys.executable, "-m", "pytest", "-m", "attack", "--collect-only", "-q", "-p", "no:cacheprovider"]
    told = subprocess.run([*command, "tests/attacks"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    numbers = Counter(re.findall(r"^tests/attacks/(\w+)\.py::", told, re.MULTILINE))
    return [f"| {_title(name)} | {number} | {_says(name)} |" for name, number in sorted(numbers.items())]


def _title(name: str) -> str:
    return re.sub(r"^test_(attack_)?", "", name).replace("_", " ")


def _says(name: str) -> str:
    module = ast.parse((ROOT / "tests" / "attacks" / f"{name}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(module) or "").partition("\n")[0]


if __name__ == "__main__":
    print("\n".join(rows()))
