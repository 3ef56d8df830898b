"""How many letters a provider takes from us, and which go first when that is little."""

from dataclasses import dataclass

# Of a day's letters, the part that each lane may use up: confirmations and receipts all of it, cards and
# information nine tenths, digests three quarters. What is left over is there for the first lane.
_SHARES = (1.0, 0.9, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """0 for no limit."""

    a_minute: int = 0
    a_day: int = 0

    def allows(self, lane: int, *, last_minute: int, last_day: int) -> bool:
        """Whether one more letter of that lane may go out after so many in the last minute and the last 24 hours."""
        if self.a_minute and last_minute >= self.a_minute:
            return False
        share = _SHARES[min(max(lane, 0), len(_SHARES) - 1)]
        return not self.a_day or last_day < max(1, int(self.a_day * share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What one provider of rules/providers.toml takes from one account by submission."""

    name: str
    hosts: tuple[str, ...]
    letters_a_minute: int = 0
    letters_a_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers:
    """rules/providers.toml."""

    provider: tuple[Provider, ...]

    def limits(self, host: str, *, a_minute: int | None, a_day: int | None) -> Limits:
        """The limits at a host; what the operator has set counts before what is known of the provider."""
        known = next((one for one in self.provider if host.casefold() in one.hosts), None)
        return Limits(
            a_minute=a_minute if a_minute is not None else known.letters_a_minute if known else 0,
            a_day=a_day if a_day is not None else known.letters_a_day if known else 0,
        )
