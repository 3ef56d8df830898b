"""mailbot carries an open letter's signatures from the mailbox to the published list."""

__version__ = "0.1.0"
