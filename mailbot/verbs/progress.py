"""Progress of long work: a bar on a terminal, one line a minute elsewhere; always on standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_EVERY = 60.0  # seconds between two lines where there is no terminal


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Yields a function to call once for each piece of work done. `total` is None where nobody knows."""
    if sys.stderr.isatty():
        with _bar(what, total) as advance:
            yield advance
        return
    done, said = 0, time.monotonic()

    def count() -> None:
        nonlocal done, said
        done += 1
        if time.monotonic() - said >= _EVERY:
            said = time.monotonic()
            print(f"{what}: {done}" + (f" of {total}" if total else ""), file=sys.stderr, flush=True)

    yield count


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Callable[[], None]]:
    # Imported here: most calls of mailbot are not on a terminal.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
