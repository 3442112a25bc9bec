"""What a question is read as (docs/rules/chat.md#questions; docs/rules/contract.md#ask)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.domain.plan.deadlines import DeadlineKind
from bot.domain.plan.plan import RowKind, UnitRole
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State


class QueryKind(StrEnum):
    """What is asked for."""

    LIST = "list"
    CARD = "card"
    RANKING = "ranking"
    MISSING_REPORTS = "missing_reports"
    HELP = "help"


class Order(StrEnum):
    """Which end of a ranking stands first."""

    WORST = "worst"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows an answer; several of one field are alternatives, different fields combine.

    ``unit_id`` is of the asker's directory, ``unit_role`` none for any part in a row. Days are inclusive and speak of
    the limit. Percents are 0-100.
    """

    colour: tuple[Colour, ...] = ()
    reasons: tuple[Reason, ...] = ()
    state: tuple[State, ...] = ()
    unit_id: int | None = None
    unit_role: UnitRole | None = None
    due_from: date | None = None
    due_to: date | None = None
    row_kind: RowKind | None = None
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    mine: bool = False
    deadline_kind: tuple[DeadlineKind, ...] = ()
    percent_over: Decimal | None = None
    percent_under: Decimal | None = None
    percent_from: Decimal | None = None
    percent_to: Decimal | None = None

    @property
    def completed_late(self) -> bool:
        """Whether what was completed after its limit is meant: nothing completed is overdue any more."""
        return self.state == (State.COMPLETED,) and self.reasons == (Reason.OVERDUE,)


@dataclass(frozen=True, slots=True)
class Query:
    """A question that was understood.

    ``top`` is how many rows (of a list) or units (of a ranking) are wanted; ``period`` the one of missing reports
    ("2026-06"); ``why`` asks for the rule behind a card's colour. ``unused`` are the words that played no part;
    ``named`` is the period that was said where ``period`` is the longer one that it lies in.
    """

    kind: QueryKind
    filters: Filters = field(default_factory=Filters)
    top: int | None = None
    order: Order | None = None
    period: str | None = None
    why: bool = False
    unused: tuple[str, ...] = field(default=(), compare=False)
    named: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Clarify:
    """A question with two good readings: ``said`` is what could mean each of ``options`` (unit ids)."""

    said: str
    options: tuple[tuple[int, Query], ...]


@dataclass(frozen=True, slots=True)
class NotAQuestion:
    """What was not understood, and the three readings that come nearest.

    ``wrong`` names what cannot be: date_invalid, span_reversed; empty where nothing is wrong but not understood.
    """

    offers: tuple[Query, ...]
    wrong: str = ""
    said: str = ""


Reading = Query | Clarify | NotAQuestion
