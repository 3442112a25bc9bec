"""Difficulties (khó khăn, vướng mắc): what a unit cannot solve alone, whom it asks, and what is said to it.

A difficulty is the list of its entries, which is only ever added to; where it stands is read off them, so that any past
instant can be shown as it was known then. Source: docs/rules/difficulties.md; docs/decisions/0012.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.people.people import Membership, Role, may_report, roles_in
from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.work.known import known_since
from bot.domain.work.lifecycle import DEFAULT_ZONE

PATIENCE = 5
"""Whole working days for an answer before the next level is asked."""


class Category(StrEnum):
    """What the difficulty is about. Values are stored and never renamed."""

    INSTITUTIONS = "institutions"
    FUNDS = "funds"
    STAFF = "staff"
    INFRASTRUCTURE = "infrastructure"
    DATA = "data"
    COORDINATION = "coordination"
    OTHER = "other"


class EscalationLevel(StrEnum):
    """Who is asked: a coordinating unit, the standing office, the steering committee. Values are stored."""

    UNIT = "unit"
    OFFICE = "office"
    COMMITTEE = "committee"

    @property
    def above(self) -> EscalationLevel | None:
        """Who is asked where no answer comes; none above the committee."""
        return {EscalationLevel.UNIT: EscalationLevel.OFFICE, EscalationLevel.OFFICE: EscalationLevel.COMMITTEE}.get(
            self
        )


class DifficultyState(StrEnum):
    """Whose turn it is."""

    OPEN = "open"
    """An answer is awaited."""
    ANSWERED = "answered"
    """The unit that raised it says whether that settles it."""
    SETTLED = "settled"


class EntryKind(StrEnum):
    """What an entry says. Values are stored and never renamed."""

    RAISED = "raised"
    ANSWERED = "answered"
    FOLLOWED = "followed"
    ESCALATED = "escalated"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class DifficultyEntry:
    """One thing said or done, by a person (none: the program itself). ``files`` are ids of stored evidence.

    ``level`` is who is asked from here on, where this entry says so; ``unit_id`` the unit it was said for.
    """

    id: int
    kind: EntryKind
    at: datetime
    person_id: int | None
    unit_id: int | None = None
    level: EscalationLevel | None = None
    text: str | None = None
    files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Difficulty:
    """A difficulty of a unit with one of its assignments, as far as its ``entries`` tell (the first one raises it).

    ``to_unit_id`` is the coordinating unit that was asked; none: the standing office, for its own rows the committee.
    """

    id: int
    locality_id: int
    plan_id: int
    row_id: int
    assignment_id: int
    unit_id: int
    to_unit_id: int | None
    category: Category
    entries: tuple[DifficultyEntry, ...]

    @property
    def person_id(self) -> int | None:
        """Who raised it."""
        return self.entries[0].person_id

    @property
    def at(self) -> datetime:
        """When it was raised."""
        return self.entries[0].at

    @property
    def text(self) -> str:
        """What was raised, in the words of the unit."""
        return self.entries[0].text or ""

    @property
    def files(self) -> tuple[int, ...]:
        """The files it was raised with."""
        return self.entries[0].files

    @property
    def levels(self) -> tuple[EscalationLevel, ...]:
        """All who have been asked, in their order."""
        return tuple(entry.level for entry in self.entries if entry.level is not None)

    @property
    def level(self) -> EscalationLevel:
        """Who is asked now."""
        return self.levels[-1]

    @property
    def state(self) -> DifficultyState:
        """Whose turn it is."""
        said = [entry.kind for entry in self.entries if entry.kind is not EntryKind.ESCALATED]
        if said[-1] is EntryKind.SETTLED:
            return DifficultyState.SETTLED
        return DifficultyState.ANSWERED if said[-1] is EntryKind.ANSWERED else DifficultyState.OPEN

    @property
    def waits_since(self) -> datetime | None:
        """Since when those who are asked now have owed an answer; none where none is owed."""
        if self.state is not DifficultyState.OPEN:
            return None
        last_answer = max((n for n, each in enumerate(self.entries) if each.kind is EntryKind.ANSWERED), default=-1)
        since = known_since(self.entries)
        # Asking again does not give more time to those who have not answered the first time.
        owed = since[last_answer + 1]
        asked = next(at for at, each in reversed([*zip(since, self.entries, strict=True)]) if each.level is not None)
        return max(owed, asked)

    @property
    def settled_at(self) -> datetime | None:
        """When it was settled."""
        return self.entries[-1].at if self.state is DifficultyState.SETTLED else None

    @property
    def answer(self) -> DifficultyEntry | None:
        """The newest answer."""
        return next((entry for entry in reversed(self.entries) if entry.kind is EntryKind.ANSWERED), None)


def answer_by(difficulty: Difficulty, calendar: WorkingCalendar) -> date | None:
    """The last day for an answer before the next level is asked: the fifth whole working day.

    None where no answer is owed, and where the committee is asked already.
    """
    if difficulty.waits_since is None or difficulty.level.above is None:
        return None
    day = difficulty.waits_since.astimezone(DEFAULT_ZONE).date()
    for _ in range(PATIENCE):
        day = calendar.working_on_or_after(day + timedelta(days=1))
    return day


def escalates_on(difficulty: Difficulty, calendar: WorkingCalendar) -> date | None:
    """The working day on which the next level is asked; none where that never comes."""
    last = answer_by(difficulty, calendar)
    return None if last is None else calendar.working_on_or_after(last + timedelta(days=1))


def may_answer(memberships: Collection[Membership], difficulty: Difficulty) -> bool:
    """Whether the person answers: of the unit that was asked, or of a level that has been asked."""
    roles = roles_in(memberships, difficulty.locality_id)
    asked = {Role.OFFICE: EscalationLevel.OFFICE, Role.COMMITTEE: EscalationLevel.COMMITTEE}
    if any(role in roles and level in difficulty.levels for role, level in asked.items()):
        return True
    to = difficulty.to_unit_id
    return to is not None and may_report(memberships, difficulty.locality_id, to)


def may_follow(memberships: Collection[Membership], difficulty: Difficulty) -> bool:
    """Whether the person speaks for the unit that raised it."""
    return may_report(memberships, difficulty.locality_id, difficulty.unit_id)


def may_settle(memberships: Collection[Membership], difficulty: Difficulty) -> bool:
    """Whether the person may say that it is settled: the unit that raised it, or the standing office."""
    office = Role.OFFICE in roles_in(memberships, difficulty.locality_id)
    return office or may_follow(memberships, difficulty)
