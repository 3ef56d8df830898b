"""All that one mail wishes, taken together: cards named, contradictions found, what is left ordered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailbot.core.grammar.targets import Targets
from mailbot.core.grammar.verbs import VERBS, Particulars
from mailbot.core.grammar.wishes import Doubt, Piece, Wish
from mailbot.core.intents import Order, Unclear, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One piece of the mail with its own words and the card that it stands under ("" for none)."""

    piece: Piece
    line: str
    default: str


def settle(said: Sequence[Said], cards: Mapping[int, str], limit: int) -> tuple[tuple[Order, ...], tuple[Unclear, ...]]:
    """Orders (at most `limit`, "all" being one) and unclear lines, both in the order of the mail."""
    settlement = _Settlement(said, cards)
    settlement.gather()
    return settlement.result(limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """An order that is still to be weighed against the others; `at` is its place in the mail."""

    at: int
    order: Order
    swept: bool  # from "all", "the rest" or a range, not named by itself


class _Settlement:
    def __init__(self, said: Sequence[Said], cards: Mapping[int, str]) -> None:
        self.said, self.cards = said, cards
        self.meant: list[_Meant] = []
        self.unclear: dict[tuple[int, str], Unclear] = {}
        self.named: set[str] = set()
        self.barred: set[str] = set()  # doubted: nothing is done
        self.spared: set[str] = set()  # spoken of otherwise: not meant by "all"
        self.excepted: set[str] = set()  # the same, and said so: nothing to ask

    def gather(self) -> None:
        for each in self.said:
            piece = each.piece
            self.named.update(self._refs(_typed(piece)))
            if each.default:
                self.named.add(each.default)
            if isinstance(piece, Wish) and piece.targets:
                apart_from = self._refs(piece.targets.spared)  # nor meant by another "all"
                self.spared.update(apart_from)
                self.excepted.update(apart_from)
            if isinstance(piece, Doubt):
                refs = self._refs(piece.named)
                apart = piece.why == "excepted"
                (self.spared if apart or not piece.firm else self.barred).update(refs)
                self.excepted.update(refs if apart else ())
        for at, each in enumerate(self.said):
            if isinstance(each.piece, Doubt):
                if each.piece.why != "excepted":
                    self._report(at, each.piece.why)
            else:
                self._mean(at, each, each.piece)

    def result(self, limit: int) -> tuple[tuple[Order, ...], tuple[Unclear, ...]]:
        kept = self._without_contradictions(self._without_vocatives(self.meant))
        orders: dict[Order, None] = {}
        counted: set[tuple[int, str]] = set()
        for meant in kept:
            same = [o for o in orders if (o.verb, o.ref, o.field, o.until) == _sort(meant.order)]
            if same and (not meant.order.text or VERBS[meant.order.verb].typed == "cards"):
                continue
            # "all" is one order, however many cards the letter has: a digest is settled in one reply.
            counts_as = (meant.at, "" if self._sweeps(meant.at) else meant.order.ref)
            if len(counted | {counts_as}) > limit:
                self._report(meant.at, "too_many")
            else:
                counted.add(counts_as)
                orders[meant.order] = None
        unclear = [self.unclear[key] for key in sorted(self.unclear)]
        return tuple(orders), tuple(dict.fromkeys(unclear))

    def _mean(self, at: int, each: Said, wish: Wish) -> None:
        """Orders for every card of a wish; cards that are not there are reported."""
        row = VERBS[wish.verb]
        into = self._refs(wish.into.chosen)[:1] if wish.into else []
        if wish.into and not into:
            self._report(at, "no_such_number")
            return
        said = Particulars(
            line=each.line, text=wish.text, field=wish.field, until=wish.until, into=into[0] if into else ""
        )
        if row.typed in ("alone", "words"):
            self.meant.append(_Meant(at=at, order=row.order(wish.verb, "", said), swept=False))
            return
        targets = wish.targets
        if targets is None:
            if not each.default and wish.verb is not Verb.UNDO:
                self._report(at, "no_target")
                return
            refs, swept = [each.default], False
        else:
            refs, swept = self._chosen(at, targets), targets.swept
        if wish.verb is Verb.EDIT and len(refs) > 1:
            self._report(at, "ambiguous")
            return
        for ref in refs:
            if ref in into:
                self._report(at, "merge_with_itself")
            elif swept and ref in self.spared:
                if ref not in self.excepted:
                    self._report(at, "spoken_of")
            else:
                self.meant.append(_Meant(at=at, order=row.order(wish.verb, ref, said), swept=swept))

    def _chosen(self, at: int, targets: Targets) -> list[str]:
        missing = [n for n in (*targets.chosen, *targets.spared) if isinstance(n, int) and n not in self.cards]
        if missing:
            self._report(at, "no_such_number")
            if targets.ranged or any(n in targets.spared for n in missing):
                return []
        spared = self._refs(targets.spared)
        if targets.all_cards or targets.rest:
            refs = list(self.cards.values())
            if targets.rest:
                refs = [ref for ref in refs if ref not in self.named]
            if not refs or (targets.rest and not self.named):
                self._report(at, "no_target")
                return []
        else:
            refs = self._refs(targets.chosen)
            if not set(spared) <= set(refs):
                self._report(at, "negated")
                self.barred.update(set(spared) - set(refs))
        return [ref for ref in refs if ref not in spared]

    def _sweeps(self, at: int) -> bool:
        targets = getattr(self.said[at].piece, "targets", None)
        return targets is not None and (targets.all_cards or targets.rest)

    def _without_vocatives(self, meant: list[_Meant]) -> list[_Meant]:
        """ "Ok all, 1 and 3 are fine": where some are named for the same verb, "all" may be a greeting."""
        singled = {each.order.verb for each in meant if not each.swept and VERBS[each.order.verb].decides}
        kept = []
        for each in meant:
            targets = getattr(self.said[each.at].piece, "targets", None)
            if targets is not None and targets.all_cards and each.order.verb in singled:
                self._report(each.at, "ambiguous")
            else:
                kept.append(each)
        return kept

    def _without_contradictions(self, meant: list[_Meant]) -> list[_Meant]:
        """Nothing for a card of which two orders exclude each other, or which is doubted."""
        decisions: dict[str, set[tuple[str, ...]]] = {}
        edits: dict[tuple[str, str], set[str]] = {}
        for each in meant:
            order = each.order
            if VERBS[order.verb].decides:
                kind = (order.verb, order.until, order.text if order.verb is Verb.MERGE else "")
                decisions.setdefault(order.ref, set()).add(kind)
            elif order.verb is Verb.EDIT:
                edits.setdefault((order.ref, order.field), set()).add(order.value)
        clashing = {ref for ref, kinds in decisions.items() if len(kinds) > 1}
        clashing |= {ref for (ref, _), values in edits.items() if len(values) > 1}
        undone = {each.order.ref for each in meant if each.order.verb is Verb.UNDO}
        clashing |= set(decisions) if "" in undone else undone & set(decisions)
        clashing |= {ref for ref in undone if ref in clashing or (not ref and decisions)}
        kept = []
        for each in meant:
            order = each.order
            if order.ref in clashing and (VERBS[order.verb].decides or order.verb in (Verb.EDIT, Verb.UNDO)):
                self._report(each.at, "contradiction")
            elif order.ref in self.barred and VERBS[order.verb].decides:
                self._report(each.at, "spoken_of")
            else:
                kept.append(each)
        return kept

    def _refs(self, typed: Sequence[int | str]) -> list[str]:
        """References of what was typed; numbers that are not there are left out."""
        found = [self.cards.get(each, "") if isinstance(each, int) else each for each in typed]
        return list(dict.fromkeys(ref for ref in found if ref))

    def _report(self, at: int, why: str) -> None:
        self.unclear.setdefault((at, why), Unclear(self.said[at].line, why))


def _typed(piece: Piece) -> tuple[int | str, ...]:
    if isinstance(piece, Doubt):
        return piece.named
    return tuple(
        name for targets in (piece.targets, piece.into) if targets for name in (*targets.chosen, *targets.spared)
    )


def _sort(order: Order) -> tuple[Verb, str, str, str]:
    return order.verb, order.ref, order.field, order.until
