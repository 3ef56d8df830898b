"""Moments as the published files write them."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """A moment (aware) in UTC to the second, as RFC 3339 writes it: 2021-01-09T12:30:00Z."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
