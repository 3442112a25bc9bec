"""What one recipient is told in one message: the lines of a digest, as values; views turn them into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.people.difficulties import Difficulty
from bot.domain.plan.duties import Duty
from bot.domain.work.alerts import Colour
from bot.domain.work.ladder import Rule
from bot.services.core.board import Lead
from bot.services.reminding.scope import Scope

LINES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class RowLine:
    """A line about one lead assignment as it stands when it is sent. ``milestone`` is its index where it is meant."""

    rule: Rule
    lead: Lead
    unit: str
    milestone: int | None = None
    again: bool = False
    """Whether it may have been sent before ("nhắc lại")."""
    outbox_id: int = 0
    may_report: bool = True
    """Whether the recipient reports this unit's work, so that a button may offer it."""
    difficulty: Difficulty | None = None
    """The difficulty it speaks of, where it speaks of one."""


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A unit still owes reports; ``codes`` are the rows that owe theirs, none where the unit as a whole owes one."""

    rule: Rule
    unit: str
    duty: Duty
    codes: tuple[str, ...] = ()
    outbox_id: int = 0
    locality_id: int = 0
    unit_id: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """News for the standing office: names of members who cannot be reached, or of units nobody has joined."""

    rule: Rule
    names: tuple[str, ...]
    outbox_id: int = 0
    locality_id: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The Monday board: open work by unit and colour, rows newly red since last week, limits of this week.

    ``total`` counts rows, so that it agrees with the lists; a row of several units stands with each of them.
    """

    locality: str
    week_starts_on: date
    by_unit: tuple[tuple[str, Mapping[Colour, int]], ...]
    new_red: tuple[Lead, ...]
    due_this_week: tuple[Lead, ...]
    outbox_id: int = 0
    locality_id: int = 0
    total: Mapping[Colour, int] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """All that is due for one person, or one team's group chat, on a day; red lines first.

    ``for_group``: no names of people and no files. ``late_since`` is the instant it should have gone out, where it
    comes late. ``localities`` names each locality where there are several.
    """

    day: date
    now: datetime
    rows: tuple[RowLine, ...] = ()
    periods: tuple[PeriodLine, ...] = ()
    office: tuple[OfficeLine, ...] = ()
    boards: tuple[Board, ...] = ()
    for_group: bool = False
    late_since: datetime | None = None
    localities: Mapping[int, str] = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    """What the recipient answers for, by locality: the first figure."""
