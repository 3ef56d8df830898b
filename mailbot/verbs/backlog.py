"""`mailbot backlog`: an inbox of months becomes one digest for the organizers, and no letter to anybody else."""

from collections.abc import Iterator

from mailbot.app import Campaign
from mailbot.verbs.progress import progress
from mailbot.worker.backlog import Backlog, Gone


def go_through(campaign: Campaign, source: str, password: str) -> Gone:
    """Go through the mailbox at `source`, or the campaign's own. Raises TemporaryFailure, PermanentFailure.

    HeldElsewhere where a worker is at work: it might answer what is being drafted here.
    """
    campaign.database.migrate()
    opened = campaign.mailboxes.open_backlog(source, password) if source else campaign.open_source()
    try:
        with campaign.database.lease.held(), progress("mails, looked at and then drafted") as advance:
            backlog = Backlog(intake=campaign.intake, post=campaign.post)
            return backlog.go_through(opened, campaign.clock, look=advance, advance=advance)
    finally:
        opened.close()


_SAID = (
    ("requests", "ask to be added"),
    ("there", "ask for what is there already"),
    ("taken_back", "taken back by a later mail"),
    ("people", "from people"),
    ("machines", "robots, bounces and junk"),
)


def summary(gone: Gone) -> Iterator[str]:
    """What was found and what comes of it, in a few lines."""
    counted = gone.counted
    if counted:
        parts = [f"{counted[word]} {said}" for word, said in _SAID if counted.get(word)]
        unread = counted.get("unread", 0)
        parts += [f"{unread} set aside"] if unread else []
        read = counted.get("read", 0) + unread
        yield f"{read} mail{'' if read == 1 else 's'}: {', '.join(parts)}."
    if gone.tally.seen:
        yield f"{gone.tally.seen} were handled before."
    if gone.left:
        yield f"{gone.left} answer a letter of ours and are left for mailbot run."
    if gone.digests:
        letters = "One digest waits" if gone.digests == 1 else f"{gone.digests} digests wait"
        yield f"{letters} for the next mailbot run or once. Nobody else is written to before an organizer says so."
    else:
        yield "Nothing new: no digest is written."
