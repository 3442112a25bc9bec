"""The figures of a locality's period that chat and pictures show: small enough to be handed from process to process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.domain.plan.plan import RowKind
from bot.domain.work.alerts import Colour
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import mean_percent
from bot.domain.work.scores import IndicatorClass, TaskClass, row_class
from bot.services.core.board import BoardRow, Lead, rows_of, tally
from bot.services.core.book import Book


@dataclass(frozen=True, slots=True)
class Source:
    """What a document was made from: the plan, the instant whose knowledge it shows, when and where it was made.

    ``audit`` is number and hash of the newest link of the locality's audit chain, which a document anchors outside.
    """

    locality_id: int
    slug: str
    place: str
    """phường Ba Ngòi."""
    plan_number: str
    plan_issued_on: date
    issuer: str
    period: str
    at: datetime
    made_at: datetime
    audit: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class UnitColours:
    """What a unit leads, by colour and what is closed; a row of several units stands with each of them."""

    unit: str
    colours: Mapping[Colour, int]
    closed: int = 0

    @property
    def total(self) -> int:
        """How many rows it leads that are not closed."""
        return sum(self.colours.values())


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Tasks by class, red rows and the mean percent of tasks, as known at the end of a period of the year."""

    period: str
    at: datetime
    classes: Mapping[TaskClass, int]
    red: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """A locality at an instant. ``colours`` counts rows, as the lists of the chat do, ``closed_rows`` the rest.

    ``silent`` are tasks not started of which nobody has reported anything, ``closed`` closed ones. ``near_target`` are
    indicators in progress that have reached 90 % of their target.
    """

    source: Source
    in_use: bool
    tasks: int
    indicators: int
    silent: int
    closed: int
    classes: Mapping[TaskClass, int]
    indicator_classes: Mapping[IndicatorClass, int]
    near_target: int
    colours: Mapping[Colour, int]
    closed_rows: int
    percent: Decimal
    by_unit: tuple[UnitColours, ...]
    trend: tuple[TrendPoint, ...]

    @property
    def closed_indicators(self) -> int:
        """Indicators that stand in no class."""
        return self.closed_rows - self.closed

    def dumped(self) -> Any:
        """The same as plain values for JSON."""
        return _adapter().dump_python(self, mode="json")


@cache
def _adapter() -> TypeAdapter[Overview]:
    return TypeAdapter(Overview)


def overview_from(plain: Any) -> Overview:
    """The figures out of ``Overview.dumped``."""
    return _adapter().validate_python(plain)


def task_classes(rows: Iterable[BoardRow], day: date) -> dict[TaskClass, int]:
    """How many tasks stand in each of the six classes; closed ones in none."""
    found = dict.fromkeys(TaskClass, 0)
    for row in rows:
        if row.row.kind is RowKind.TASK:
            which = row_class([lead.standing for lead in row.leads], day)
            if which is not None:
                found[which] += 1
    return found


def silent_tasks(rows: Iterable[BoardRow]) -> int:
    """How many tasks there are of whose open leads none has ever reported."""
    tasks = (row for row in rows if row.row.kind is RowKind.TASK and row.verdict.state is not State.CLOSED)
    return sum(
        all(lead.standing.is_silent for lead in row.leads if lead.standing.state is not State.CLOSED) for row in tasks
    )


def colours_by_unit(book: Book, leads: Iterable[Lead]) -> tuple[UnitColours, ...]:
    """What each unit leads by colour: those with most red first, then with most amber, then with most work."""
    found: dict[int, list[Lead]] = {}
    for lead in leads:
        found.setdefault(lead.standing.unit_id, []).append(lead)
    counted = {unit_id: tally(own) for unit_id, own in found.items()}
    units = [UnitColours(book.unit_name(unit_id), each.colours, each.closed) for unit_id, each in counted.items()]
    return tuple(sorted(units, key=_worst_first))


def _worst_first(each: UnitColours) -> tuple[int, int, int, str]:
    return (-each.colours[Colour.RED], -each.colours[Colour.AMBER], -each.total, each.unit)


def trend_point(period: str, at: datetime, leads: Sequence[Lead], day: date) -> TrendPoint:
    """One point of the trend, from the leads as they were known then."""
    rows = rows_of(leads)
    return TrendPoint(period, at, task_classes(rows, day), tally(rows).colours[Colour.RED], mean_of_tasks(rows))


def mean_of_tasks(rows: Iterable[BoardRow]) -> Decimal:
    """The mean percent (0-100) of the tasks that are not closed."""
    tasks = [row.verdict for row in rows if row.row.kind is RowKind.TASK]
    return mean_percent([verdict.percent for verdict in tasks if verdict.state is not State.CLOSED])
