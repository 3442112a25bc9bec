"""What is still true of what was queued, put into one message: a single notice, or the digest of one recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.people.people import Person
from bot.domain.work.alerts import Colour
from bot.domain.work.ladder import OF_CHANGES, PERIOD_STEPS, Rule
from bot.domain.work.occasions import DifficultyWord
from bot.i18n import Translator
from bot.reminders.rules.every import FAMILY_OF, RED_RULES, is_true
from bot.reminders.rules.family import DigestLines
from bot.reminders.rules.situation import can_be_read, occasion_of, read_situation
from bot.services.core.board import urgency
from bot.services.core.desk import Desk
from bot.services.reminding.digest import Digest, PeriodLine, RowLine
from bot.services.reminding.scope import Scope, scope_of
from bot.storage.engine.database import Connection
from bot.storage.outbox.outbox import OutboxItem
from bot.views.parts.view import View


@dataclass(frozen=True, slots=True)
class Letter:
    """What a recipient is told now. ``true`` and ``untrue`` are ids of the notices that are and are no longer true."""

    digest: Digest
    true: tuple[int, ...]
    untrue: tuple[int, ...]


async def read_single(
    desk: Desk, conn: Connection, item: OutboxItem, person: Person | None, t: Translator, now: datetime
) -> View | None:
    """A notice by itself; none where it is no longer true and must not be sent."""
    single = FAMILY_OF[Rule(item.rule)].single if can_be_read(item) else None
    if single is None:
        return None
    situation = await read_situation(desk, conn, item.locality_id, (item,), person, now)
    return await single(conn, situation, item, t) if is_true(situation, item) else None


async def read_letter(
    desk: Desk, conn: Connection, items: Sequence[OutboxItem], person: Person | None, now: datetime
) -> Letter:
    """All that is still true of the notices of one recipient (a person, or a team's group), put in order."""
    lines = DigestLines()
    true: list[int] = []
    untrue: list[int] = []
    names: dict[int, str] = {}
    scopes: list[Scope] = []
    for locality_id in dict.fromkeys(item.locality_id for item in items):
        own = [item for item in items if item.locality_id == locality_id]
        situation = await read_situation(desk, conn, locality_id, own, person, now)
        names[locality_id] = f"{situation.book.locality.kind} {situation.book.locality.name}"
        told = len(true)
        for item in own:
            if is_true(situation, item):
                FAMILY_OF[Rule(item.rule)].line(situation, item, lines)
                true.append(item.id)
            else:
                untrue.append(item.id)
        if len(true) > told:
            to = {"person_id": own[0].person_id, "chat_id": own[0].chat_id}
            scopes.append(await scope_of(conn, situation.audience, situation.today, **to))
    digest = Digest(
        day=situation.today,
        now=now,
        rows=tuple(sorted(_once(lines.rows), key=_order)),
        periods=tuple(_once_a_duty(lines.periods)),
        office=tuple(lines.office.values()),
        boards=tuple(lines.boards),
        for_group=person is None,
        localities=names,
        scopes=tuple(scopes),
    )
    return Letter(digest, tuple(true), tuple(untrue))


def caused_by_time(item: OutboxItem) -> bool:
    """Whether a notice that goes at once was caused by time alone."""
    word = occasion_of(item) if can_be_read(item) else None
    return isinstance(word, DifficultyWord) and word.by_time


_RANK = {rule: rank for rank, rule in enumerate((Rule.TURNED_RED, Rule.RETURNED, Rule.OVERDUE_WEEKLY, Rule.OVERDUE_7))}


def _once(rows: Sequence[RowLine]) -> list[RowLine]:
    """One line for each assignment and milestone: the gravest of what is due."""
    best: dict[tuple[int, int | None, int], RowLine] = {}
    for line in rows:
        # A difficulty or a change is told beside whatever else is due.
        beside = line.difficulty.id if line.difficulty else -1 if line.rule in OF_CHANGES else 0
        key = (line.lead.assignment.id, line.milestone, beside)
        if key not in best or _RANK.get(line.rule, 9) < _RANK.get(best[key].rule, 9):
            best[key] = line
    return list(best.values())


def _once_a_duty(periods: Sequence[PeriodLine]) -> list[PeriodLine]:
    """One line for what a unit owes: of several steps (one may have been put off until today) the latest."""
    last: dict[tuple[object, ...], PeriodLine] = {}
    for line in periods:
        key = (line.locality_id, line.unit_id, line.duty.ask, line.duty.period)
        if key not in last or PERIOD_STEPS.index(line.rule) > PERIOD_STEPS.index(last[key].rule):
            last[key] = line
    return list(last.values())


def _order(line: RowLine) -> tuple[bool, tuple[int, int, date, int]]:
    return (line.rule not in RED_RULES and line.lead.verdict.colour is not Colour.RED, urgency(line.lead))
