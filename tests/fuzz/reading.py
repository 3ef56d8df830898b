"""`make fuzz`: mutated mail read for a bounded time; whatever is not read within its allowance is kept and told.

usage: reading.py [--seconds 60] [--seed N] [--keep FOLDER] [FILE.eml …]
With files, those are read instead and told about, which is how a finding is looked at again.
"""

import argparse
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

import promises
from mutations import mutated

from mailbot import config
from mailbot.adapters.reader.orders import Setup
from mailbot.adapters.reader.process import ReadingProcess
from mailbot.core.intents import Context, Standing
from mailbot.ports import ReadingFailure

SHARED = Path(__file__).parents[2].parent / "shared"
_SLOW = 4.0  # seconds for all steps of one mail
CONTEXTS = (
    Context(),
    Context(standing=Standing.SIGNER, own_addresses=frozenset({"letter@openletter.example"})),
    Context(standing=Standing.ORGANIZER, cards={1: "K7Q4", 2: "M3XA"}, today="2021-01-08"),
)
PLAIN = b"From: Ruth <ruth@tamarack.example>\r\nTo: letter@openletter.example\r\nSubject: Sign\r\nMIME-Version: 1.0\r\n"
OWN_SEEDS = [
    PLAIN + b"\r\nPlease add our organization:\r\n\r\n- Tamarack Books\r\n- Harbour Choir\r\n\r\nBest,\r\nRuth\r\n",
    PLAIN
    + b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Please add us<table><tr><th>Name<td>Tamarack Books</table>\r\n",
    PLAIN + b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\nContent-Type: text/plain; charset=gb2312\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nx+u808nPztLDxw==\r\n--zz\r\nContent-Type: text/csv; name=list.csv\r\n\r\n"
    b"Name,Sign\r\nTamarack Books,YES\r\n--zz--\r\n",
]


def seeds() -> list[bytes]:
    """Our own few, and the labelled and real mail beside the checkout where there is any."""
    found = list(OWN_SEEDS)
    found += [file.read_bytes() for file in sorted((SHARED / "corpus" / "mail").glob("*.eml"))]
    archive = SHARED / "real-mail" / "real-mail.tgz"
    if archive.is_file():
        with tarfile.open(archive) as packed:
            for member in packed:
                held = packed.extractfile(member) if member.name.endswith(".eml") else None
                if held is not None and member.size < 500_000:
                    found.append(held.read())
    return found


def failures(reader: ReadingProcess, octets: bytes) -> Iterator[str]:
    """Read one mail in every context. Yields why it could not be read, or which promise was broken."""
    try:
        message = reader.read(octets)
        for context in CONTEXTS:
            reader.interpret(message, octets, context)
    except ReadingFailure as failure:
        yield f"{failure} {failure.detail}".strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    rules = config.rules()
    reader = ReadingProcess(Setup(rules=rules, read=promises.read, interpret=promises.interpret))
    if asked.files:
        found = [(file.name, why) for file in asked.files for why in failures(reader, file.read_bytes())]
        print(*found, sep="\n")
        return bool(found)
    return fuzz(reader, asked.seconds, asked.seed, asked.keep)


def fuzz(reader: ReadingProcess, seconds: float, seed: int, keep: Path) -> int:
    """Until the time is over; 0 where every mail was read and every promise kept."""
    known, random = seeds(), Random(seed)
    end, read, slowest = time.monotonic() + seconds, 0, (0.0, "")
    found: Counter[str] = Counter()
    while time.monotonic() < end:
        octets = mutated(known, random)
        digest, start = sha256(octets).hexdigest()[:12], time.monotonic()
        for why in failures(reader, octets):
            found[why] += 1
            if found[why] <= 3:
                print(f"{_kept(keep, digest, octets)}: {why}", flush=True)
        took = time.monotonic() - start
        slowest = max(slowest, (took, digest))
        if took > _SLOW:
            print(f"{_kept(keep, digest, octets)}: took {took:.1f} s", flush=True)
        read += 1
    print(
        f"{read} mails of {len(known)} seeds in {seconds:.0f} s, seed {seed}: {sum(found.values())} failures of "
        f"{len(found)} kinds; the slowest, {slowest[1]}, took {slowest[0]:.2f} s for {1 + len(CONTEXTS)} steps"
    )
    return bool(found)


def _kept(folder: Path, digest: str, octets: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{digest}.eml"
    file.write_bytes(octets)
    return file


if __name__ == "__main__":
    raise SystemExit(main())
