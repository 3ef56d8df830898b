"""Which cards an order is for: numbers, ranges, references, "all", "all except", "the rest"."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.core.grammar.tokens import Kind, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Cards as they were typed; `chosen` and `spared` hold numbers (int) and references (str)."""

    chosen: tuple[int | str, ...] = ()
    spared: tuple[int | str, ...] = ()  # after "except"
    all_cards: bool = False
    rest: bool = False
    muddled: bool = False  # "1-3-5", "all 3": could be read in two ways
    comma: int = -1  # where the one break between chosen targets stands, for "ok 1, 2 no"
    ranged: bool = False
    head: tuple[int | str, ...] = ()  # before the last comma of the list; empty where there is none
    last: tuple[int | str, ...] = ()  # behind it
    last_at: int = -1  # the token at which that begins

    @property
    def swept(self) -> bool:
        """Whether cards are meant that are not named one by one."""
        return self.all_cards or self.rest or self.ranged


def read_targets(
    tokens: Sequence[Token], at: int, *, stop: frozenset[Kind] = frozenset(), words_range: bool = True
) -> tuple[Targets | None, int]:
    """The list of targets that begins at `at` and where it ends; (None, at) where there is none.

    Courtesy words and number marks may stand between. The list ends before a token of a kind in
    `stop` once it has begun; `words_range` False keeps "1 to 4" two targets.
    """
    reading = _Reading(tokens, stop, words_range)
    end = reading.list_at(at)
    if end is None:
        return None, at
    spared: tuple[int | str, ...] = ()
    except_at = skip(tokens, end, Kind.FILLER)
    if except_at < len(tokens) and tokens[except_at].has(Kind.EXCEPT):
        inner = _Reading(tokens, stop, words_range)
        inner_end = inner.list_at(except_at + 1)
        if inner_end is not None and not (inner.all_cards or inner.rest):
            spared, end = tuple(inner.chosen), inner_end
            reading.muddled |= inner.muddled or (inner.ranged and bool(inner.breaks))
    return reading.targets(spared), end


def skip(tokens: Sequence[Token], at: int, *kinds: Kind, marks: str = "") -> int:
    """The first place from `at` on that is none of these kinds and none of these punctuation marks."""
    while at < len(tokens) and (
        (tokens[at].has(*kinds) and not tokens[at].has(Kind.VERB))
        or (tokens[at].text in marks and tokens[at].text != "")
    ):
        at += 1
    return at


@dataclass(slots=True)
class _Reading:
    tokens: Sequence[Token]
    stop: frozenset[Kind]
    words_range: bool
    chosen: list[int | str] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)  # how many targets stood before each comma or "and"
    commas: list[tuple[int, int]] = field(default_factory=list)  # of these the commas, with the token behind each
    all_cards: bool = False
    rest: bool = False
    muddled: bool = False
    ranged: bool = False

    def list_at(self, at: int) -> int | None:
        end = self._one(skip(self.tokens, at, Kind.FILLER, Kind.MARK, marks="#[("))
        while end is not None:
            separated = skip(self.tokens, end, Kind.FILLER, Kind.MARK, Kind.AND, marks=",&+#/)]")
            if separated >= len(self.tokens) or any(t.has(*self.stop) for t in self.tokens[end : separated + 1]):
                return self._closed(end)
            if not self.tokens[separated].has(Kind.NUMBER, Kind.REFERENCE):
                return self._closed(end)
            if any(t.has(Kind.AND) or t.text in (",", "&", "+", "/") for t in self.tokens[end:separated]):
                self.breaks.append(len(self.chosen))
                if any(t.text == "," for t in self.tokens[end:separated]):
                    self.commas.append((len(self.chosen), separated))
            following = self._one(separated)
            if following is None:
                return self._closed(end)
            end = following
        return None

    def targets(self, spared: tuple[int | str, ...]) -> Targets:
        several = self.all_cards + self.rest + bool(self.chosen) > 1
        comma = self.breaks[0] if len(self.breaks) == 1 else 1 if len(self.chosen) == 2 and not self.ranged else -1
        count, last_at = self.commas[-1] if self.commas else (0, -1)
        if len(self.commas) == 1 and self.breaks[-1] == count:  # "1 and 3, 6": the comma is the stronger break
            comma = count
        return Targets(
            chosen=tuple(dict.fromkeys(self.chosen)),
            spared=spared,
            all_cards=self.all_cards,
            rest=self.rest,
            muddled=self.muddled or several,
            comma=-1 if self.ranged else comma,
            ranged=self.ranged,
            head=tuple(dict.fromkeys(self.chosen[:count])),
            last=tuple(dict.fromkeys(self.chosen[count:])) if count else (),
            last_at=last_at,
        )

    def _closed(self, end: int) -> int:
        """Number marks and brackets behind the last target belong to it: 三號, [3]."""
        return skip(self.tokens, end, Kind.MARK, marks=")]")

    def _one(self, at: int) -> int | None:
        if at >= len(self.tokens):
            return None
        token = self.tokens[at]
        if token.has(Kind.NUMBER):
            return self._number(at)
        if token.has(Kind.REFERENCE):
            self.chosen.append(token.ref)
        elif token.has(Kind.REST):
            self.rest = True
        elif token.has(Kind.ALL):
            self.all_cards = True
            after = skip(self.tokens, at + 1, Kind.FILLER)
            if after < len(self.tokens) and self.tokens[after].has(Kind.REST):  # "all the rest"
                self.all_cards, self.rest = False, True
                return after + 1
        else:
            return None
        return at + 1

    def _number(self, at: int) -> int:
        first = self.tokens[at].number
        dash = skip(self.tokens, at + 1, Kind.MARK)
        last = skip(self.tokens, dash + 1, Kind.FILLER, Kind.MARK, marks="#")
        if self._is_range(dash) and last < len(self.tokens) and self.tokens[last].has(Kind.NUMBER):
            end = self.tokens[last].number
            beyond = skip(self.tokens, last + 1, Kind.MARK)
            chained = (
                self._is_range(beyond) and beyond + 1 < len(self.tokens) and self.tokens[beyond + 1].has(Kind.NUMBER)
            )
            self.muddled |= chained or not first < end <= first + 999
            self.chosen.extend(range(first, min(end, first + 999) + 1))
            self.ranged = True
            return last + 1
        self.chosen.append(first)
        return at + 1

    def _is_range(self, at: int) -> bool:
        if at >= len(self.tokens):
            return False
        token = self.tokens[at]
        return token.text in ("-", "~") or (
            self.words_range
            and token.has(Kind.RANGE)
            and not token.has(Kind.VERB)
            and self.stop.isdisjoint(token.kinds)
        )
