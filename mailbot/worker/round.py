"""One pass of a campaign, told in a line."""

from dataclasses import dataclass

from mailbot.worker.handled import Tally
from mailbot.worker.outbox import Sent
from mailbot.worker.publication import Published


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one pass of a campaign did."""

    tally: Tally
    sent: Sent
    published: Published

    def summary(self) -> str:
        """One line for the operator."""
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.tally.kinds.items()))
        counts = self.published.counts
        return (
            f"{self.tally.handled} mails" + (f" ({kinds})" if kinds else "") + f", {self.tally.set_aside} set aside, "
            f"{self.sent.sent} letters sent, {self.sent.late + self.sent.failed} not"
            f"{' (' + self.sent.held.rstrip('.') + ')' if self.sent.held else ''}; "
            f"list at revision {self.published.revision} with {counts['organization']} organizations "
            f"and {counts['person']} persons, {self.published.waiting} waiting"
        )
