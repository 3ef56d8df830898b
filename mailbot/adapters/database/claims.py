"""What keeps writers apart at PostgreSQL: one lock for all who decide, one for each letter that is being sent.

One database is one campaign's: the writers' lock is the same for all who use it.
"""

from sqlalchemy import text

WRITERS = 0x6D61696C626F74
"""The advisory lock that a transaction takes when it begins, as SQLite's BEGIN IMMEDIATE would: what is decided
rests on what was read, and the chain of events has one end."""

ALONE = "mailbot_alone"
"""The execution option by which a transaction does without that lock."""

# The lock is the session's, not a transaction's: a letter may take as long as a server does, and should the
# worker die, the lock dies with its connection.
CLAIM = text("SELECT pg_try_advisory_lock(hashtext('mailbot letter'), hashtext(:letter))")
UNCLAIM = text("SELECT pg_advisory_unlock(hashtext('mailbot letter'), hashtext(:letter))")
