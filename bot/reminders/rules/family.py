"""What a family of rules is: the one place of each rule's truth, its line in a digest and its single message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from bot.domain.people.difficulties import Difficulty
from bot.domain.work.ladder import Rule
from bot.i18n import Translator
from bot.reminders.news import News
from bot.reminders.rules.situation import Situation
from bot.services.core.board import Lead
from bot.services.core.recipients import Audience, Recipient
from bot.services.reminding.digest import Board, OfficeLine, PeriodLine, RowLine
from bot.storage.engine.database import Connection
from bot.storage.outbox.outbox import OutboxItem
from bot.views.parts.view import View


@dataclass
class DigestLines:
    """The lines of one digest as they are gathered."""

    rows: list[RowLine] = field(default_factory=list)
    periods: list[PeriodLine] = field(default_factory=list)
    office: dict[tuple[int, Rule], OfficeLine] = field(default_factory=dict)
    boards: list[Board] = field(default_factory=list)


Single = Callable[[Connection, Situation, OutboxItem, Translator], Awaitable[View]]


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    return ()


@dataclass(frozen=True)
class Family:
    """Rules of one kind. `line` and `single` are asked only of what is true (`is_true` of `rules.every`).

    ``is_true`` says too whether the recipient is still one of those the rule tells. ``nobody`` are the places of those
    who would be told and have not joined. ``outlives_year``: it is true also once the plan's year is over.
    """

    rules: tuple[Rule, ...]
    is_true: Callable[[Situation, OutboxItem], bool]
    line: Callable[[Situation, OutboxItem, DigestLines], None]
    single: Single | None = None
    nobody: Callable[[News, Audience], Iterable[Recipient]] = _nobody
    outlives_year: bool = False


def lead_of(situation: Situation, item: OutboxItem) -> Lead:
    """The lead of a notice that is true."""
    assert item.assignment_id is not None
    return situation.leads[item.assignment_id]


def add_row(
    situation: Situation,
    item: OutboxItem,
    lines: DigestLines,
    *,
    milestone: int | None = None,
    difficulty: Difficulty | None = None,
) -> None:
    """A line about the row of a notice."""
    lead, person = lead_of(situation, item), situation.person
    lines.rows.append(
        RowLine(
            rule=Rule(item.rule),
            lead=lead,
            unit=situation.book.unit_name(lead.standing.unit_id),
            milestone=milestone,
            again=was_told(item),
            outbox_id=item.id,
            may_report=person is not None and situation.audience.reports_for(person.id, lead.standing.unit_id),
            difficulty=difficulty,
        )
    )


def row_line(situation: Situation, item: OutboxItem, lines: DigestLines) -> None:
    """A line about the row of a notice, and nothing more."""
    add_row(situation, item, lines)


def was_told(item: OutboxItem) -> bool:
    """Whether a notice was told before, or may have been."""
    return item.again or item.early
