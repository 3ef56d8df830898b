"""`make bench-reading`: how well and how fast mail is read, in figures, beside the libraries that do a part of it.

Reads the labelled and the real mail in the folder `shared` beside the checkout; says so where there is none.
Each real message is read as a stranger's, once, on one core. Nothing is written but what is printed.
"""

import importlib.util
import json
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import guarded
import machines
import replies
from training.mails import divided, everything

from mailbot.app import rulebook
from mailbot.core.intents import Intent
from mailbot.core.message import Message
from mailbot.reading.explanation import explanation
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse
from mailbot.reading.request import known_names
from mailbot.verbs.explain import mail_files

SHARED = Path(__file__).parents[2].parent / "shared"


def main() -> int:
    if not SHARED.is_dir():
        print(f"There is no labelled mail at {SHARED}; nothing was measured.")
        return 1
    began = time.monotonic()
    kept_apart()
    labelled(SHARED / "corpus")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(SHARED / "real-mail" / "real-mail.tgz") as packed:
            packed.extractall(folder, filter="data")
        root = Path(folder) / "_export_dev"
        rows = [json.loads(line) for line in (root / "corpus.jsonl").read_text("utf-8").splitlines()]
        real(root, rows)
    print(f"\nmeasured in {time.monotonic() - began:.0f} s")
    return 0


def kept_apart() -> None:
    """The mails of tests/labelled and the shared corpus that nothing was learnt from."""
    _, apart = divided(everything(rulebook(), known_names(rulebook())))
    heading(f"Labelled mail that nothing was learnt from ({len(apart)} mails, one in ten of our own and of the corpus)")
    answers = {mail.name: explanation(interpret(parse(mail.octets), rulebook())) for mail in apart}
    for title, some in (("", apart), ("corpus: ", [m for m in apart if "-d-" in m.name])):
        figures, _ = _scorer(SHARED / "corpus" / "score.py").score([m.label for m in some], answers)
        for name, figure in figures.items():
            if name != "by_lang":
                show(title + name, f"{figure:.3f}" if isinstance(figure, float) else str(figure))


def labelled(corpus: Path) -> None:
    """score.py's figures on the labelled mail, and what reading one of it takes."""
    rules = rulebook()
    files = mail_files([corpus / "mail"])
    answers = {file.name: explanation(interpret(parse(file.read_bytes()), rules)) for file in files}
    labels = [json.loads(line) for line in (corpus / "labels.jsonl").read_text("utf-8").splitlines()]
    figures, _ = _scorer(corpus / "score.py").score(labels, answers)
    heading(f"Labelled mail ({len(labels)} mails)")
    for name, figure in figures.items():
        if name != "by_lang":
            show(name, f"{figure:.3f}" if isinstance(figure, float) else str(figure))
    mails = [file.read_bytes() for file in files]
    seconds = [_timed(octets)[2] for octets in mails]
    show("time for one, one core", _spread(seconds))
    show("the guard adds to that", _spread(guarded.extra_seconds(mails[:300])))


def real(root: Path, rows: list[dict[str, Any]]) -> None:
    """What real mail is read as, what went wrong on the way, and the own words of replies."""
    read = list(_read(root, rows))
    heading(f"Real mail ({len(rows)} messages)")
    for name, figure in machines.figures(read):
        show(name, figure)
    heading("Own words of real replies, exactly as labelled")
    for name, figure in replies.figures(read):
        show(name, figure)


def _read(root: Path, rows: list[dict[str, Any]]) -> Iterator[machines.Read]:
    for row in rows:
        octets = (root / row["eml_path"]).read_bytes()
        try:
            message, intent, seconds = _timed(octets)
        except Exception as error:  # noqa: BLE001  a crash is a figure here
            yield machines.Read(row, octets, None, None, 0.0, type(error).__name__)
        else:
            yield machines.Read(row, octets, message, intent, seconds, "")


def _timed(octets: bytes) -> tuple[Message, Intent, float]:
    start = time.process_time()
    message = parse(octets, clock=time.monotonic)
    intent = interpret(message, rulebook())
    return message, intent, time.process_time() - start


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"{1000 * ordered[len(ordered) // 2]:.1f} ms median, {1000 * ordered[int(len(ordered) * 0.99)]:.1f} ms p99"


def _scorer(file: Path) -> Any:
    specification = importlib.util.spec_from_file_location("score", file)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def show(name: str, figure: str) -> None:
    print(f"{name:48} {figure}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
