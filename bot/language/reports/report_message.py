"""What the readers of reports share: a message with one row named in it, its clauses, and its note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.language.reports.items import ItemRole, ReportItem
from bot.language.reports.meanings import ReportWord
from bot.language.text.figures import Tokens

_PASSABLE = frozenset(
    {ReportWord.POLITE, ReportWord.LEAD, ReportWord.ALREADY, ReportWord.DONE, ReportWord.APPROX, ReportWord.REPORT}
)
_HEDGES = {
    ReportWord.NEGATED: "negated",
    ReportWord.INEXACT: "inexact",
    ReportWord.PLANNED: "planned",
    ReportWord.REMAINING: "remaining",
    ReportWord.REST: "remaining",
    ReportWord.CHANGE: "change",
    ReportWord.WRONG: "wrong",
    ReportWord.TOPIC: "number_unclear",
}
_BREAKS = frozenset({",", ";", ".", "\n", "(", "!", "|"})
_EDGES = " \t\n\r\u00a0,;:.-–—=()|/"
_BARE_ADDRESS = frozenset({"chi", "co", "chu", "sep", "da", "a"})
_BEGINS_NOTE = frozenset(
    {ReportWord.POLITE, ReportWord.ALREADY, ReportWord.NEGATED, ReportWord.REMAINING, ReportWord.OPENER}
    | {ReportWord.CHOICE, ReportWord.PLANNED, ReportWord.REPORT, ReportWord.CONDITION, ReportWord.DONE}
)


@dataclass(frozen=True, slots=True)
class ReportMessage:
    """A message in which one row is named, perhaps twice."""

    text: str
    tokens: Tokens
    items: tuple[ReportItem, ...]
    code: str

    @property
    def code_place(self) -> int:
        """The index of the first item that names the row."""
        return next(index for index, item in enumerate(self.items) if item.role is ItemRole.CODE)

    def between(self, index: int) -> tuple[ReportItem, ...]:
        """The items between the nearest mention of the row and the item at ``index``."""
        mentions = [place for place, item in enumerate(self.items) if item.role is ItemRole.CODE]
        nearest = min(mentions, key=lambda place: (abs(place - index), place))
        low, high = sorted((nearest, index))
        return self.items[low + 1 : high]

    def is_close(self, index: int) -> bool:
        """Whether only words that join a row and its figure stand between the two."""
        return all(_passes(item) for item in self.between(index))

    def clause(self, index: int) -> tuple[ReportItem, ...]:
        """The items of the clause before ``index``, the row itself left out."""
        start = index
        while start > 0 and self.items[start - 1].sign not in _BREAKS:
            start -= 1
        return tuple(item for item in self.items[start:index] if item.role is not ItemRole.CODE)

    def hedge(self, index: int) -> str | None:
        """Why a figure at ``index`` says no state reached: its clause denies, plans, compares or supposes it."""
        if any(item.says is ReportWord.CONDITION for item in self.items[:index]):
            return "condition"
        if any(item.says is ReportWord.WRONG for item in self.items):
            return "wrong"
        return next((_HEDGES[item.says] for item in self.clause(index) if item.says in _HEDGES), None)

    def ends_at(self, index: int) -> bool:
        """Whether the sentence ends behind the item at ``index``, or something begins that is surely a note."""
        if index + 1 >= len(self.items):
            return True
        behind = self.items[index + 1]
        if behind.role is ItemRole.SIGN:
            return behind.sign not in ("/", "-", "~", "+") or self._stands_free(index + 1)
        return behind.says in _BEGINS_NOTE or behind.role in (ItemRole.CODE, ItemRole.DATE)

    def _stands_free(self, index: int) -> bool:
        """Whether a dash is a dash between words: not glued, and no figure behind it."""
        behind = self.items[index + 1] if index + 1 < len(self.items) else None
        free = not self.tokens[self.items[index].start].glued
        return free and (behind is None or behind.role not in (ItemRole.BARE, ItemRole.PERCENT, ItemRole.SHARE))

    def own_clause(self, index: int) -> bool:
        """Whether the figure at ``index`` opens a clause of its own that says nothing else."""
        clause = self.clause(index)
        told = len(clause) < sum(item.role is not ItemRole.CODE for item in self.items[:index])
        return told and all(_passes(item) for item in clause) and self.ends_at(index)

    def note(self, *used: int) -> str:
        """What is said beside the row, the figures at ``used`` and the words that join them, in its own wording."""
        taken = {place for place, item in enumerate(self.items) if item.role is ItemRole.CODE} | set(used)
        if used and self.is_close(used[0]):  # one look is enough, and one for each would be quadratic
            low, high = sorted((self.code_place, used[0]))
            taken |= set(range(low, high))
        return " ".join(piece for piece in (self._piece(gap, taken) for gap in self._gaps(taken)) if piece)

    def _gaps(self, taken: set[int]) -> Iterator[list[int]]:
        gap: list[int] = []
        for index in range(len(self.items)):
            if index in taken:
                yield gap
                gap = []
            else:
                gap.append(index)
        yield gap

    def _names_somebody(self, index: int) -> bool:
        """Whether a word of address stands before a name: "chị Hạnh"."""
        behind = self.items[index].end
        own = self.tokens[self.items[index].start]
        if not own.marks and own.folded in _BARE_ADDRESS and any(token.marks for token in self.tokens):
            # "Chi cục" in a text with diacritics is no "chị".
            return True
        named = behind < len(self.tokens) and self.tokens[behind].text[:1].isupper()
        return named and not self.tokens[behind].text.isupper() and self.items[index].role is not ItemRole.SIGN

    def _piece(self, gap: list[int], taken: set[int]) -> str:
        behind = bool(gap) and gap[0] > min(taken, default=0)
        while gap and (
            (_is_courtesy(self.items[gap[0]]) and not self._names_somebody(gap[0]))
            or (not behind and _passes(self.items[gap[0]]))
        ):
            gap = gap[1:]
        if not gap or all(_passes(self.items[index]) for index in gap):
            return ""
        while gap and gap[-1] + 1 in taken and _passes(self.items[gap[-1]]):
            gap = gap[:-1]
        start = self.tokens[self.items[gap[0]].start].start
        opened = self.text[start - 1 : start] == "("
        piece = self.text[start : self.tokens[self.items[gap[-1]].end - 1].end]
        whole = self.text[start - 1 : start] + piece if opened else piece
        at_end = gap[-1] == len(self.items) - 1
        return whole.strip() if behind and at_end else whole.strip(_EDGES)


def _passes(item: ReportItem) -> bool:
    return item.role is ItemRole.WORK_NOUN or item.says in _PASSABLE or item.role is ItemRole.SIGN


def _is_courtesy(item: ReportItem) -> bool:
    return item.says is ReportWord.POLITE or (item.role is ItemRole.SIGN and item.sign not in "“\"'")
