"""What became of one order: done, or not done and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One line of a receipt: the entry as it is printed and the state it is in now."""

    ref: str = ""
    entry: str = ""
    status: str = ""
    what: str = ""  # what was done, where it is not what the verb says


class NotDoneError(Exception):
    """An order that is not carried out; `why` is a named reason for which the receipt has words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
