"""A bug of ours, told for the log: where it was, and nothing that a stranger wrote."""

import traceback
from pathlib import PurePath


def told(error: BaseException) -> dict[str, str]:
    """The kind of the error and the calls that led to it, outermost first.

    The error's own text is left out: it may quote an address or a body, and logs carry neither.
    """
    frames = traceback.extract_tb(error.__traceback__)
    calls = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "calls": " > ".join(calls)}
