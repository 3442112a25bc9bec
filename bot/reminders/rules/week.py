"""On the first working day of a week: the board, and the units that have open work and nobody who has joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.domain.people.people import Role
from bot.domain.work.alerts import Colour
from bot.domain.work.ladder import Rule, first_working_day_of_week, monday_of
from bot.domain.work.occasions import InWeek
from bot.reminders.news import Day, News
from bot.reminders.rules.family import DigestLines, Family, was_told
from bot.reminders.rules.situation import WEEK, Situation, is_among, said
from bot.services.core.board import Lead, rows_of, tally
from bot.services.core.recipients import Audience, Recipient, once
from bot.services.reminding.digest import Board, OfficeLine
from bot.storage.outbox.outbox import OutboxItem


def told(audience: Audience, rule: Rule) -> list[Recipient]:
    """Who reads the board: committee and standing office; of empty units the standing office hears."""
    office = audience.in_role(Role.OFFICE)
    return once([*audience.in_role(Role.COMMITTEE), *office]) if rule is Rule.MONDAY_BOARD else office


def occasions(leads: Sequence[Lead], day: Day, audience: Audience) -> list[News]:
    """The board and the empty units, where the week begins with this look."""
    monday = monday_of(day.told_on)
    first = next(
        (each for n in range(7) if first_working_day_of_week(each := monday + timedelta(days=n), day.calendar)), None
    )
    if first is None or not (first == day.today if not day.is_new else day.seen < first <= day.today):
        return []
    rules = [Rule.MONDAY_BOARD, *([Rule.UNIT_EMPTY] if empty_units(leads, audience) else [])]
    place, week = f"l{audience.book.locality.id}", InWeek(monday)
    return [News(rule, week, place, tuple(told(audience, rule)), ahead=not day.is_new) for rule in rules]


def empty_units(leads: Iterable[Lead], audience: Audience) -> list[int]:
    """The units that have open work and not a single member."""
    joined = {membership.unit_id for membership in audience.members}
    units = dict.fromkeys(lead.standing.unit_id for lead in leads if lead.is_open)
    return [unit_id for unit_id in units if unit_id not in joined]


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether it speaks of this week (the next week's is another notice), and of empty units there still are any."""
    if said(item, InWeek).monday != monday_of(situation.today):
        return False
    if item.rule == Rule.UNIT_EMPTY and not empty_units(situation.all_leads, situation.audience):
        return False
    return is_among(item, told(situation.audience, Rule(item.rule)))


def _line(situation: Situation, item: OutboxItem, lines: DigestLines) -> None:
    if item.rule == Rule.MONDAY_BOARD:
        lines.boards.append(_board(situation, item))
        return
    empty = empty_units(situation.all_leads, situation.audience)
    add_names(situation, item, tuple(situation.book.unit_name(unit_id) for unit_id in empty), lines)


def add_names(situation: Situation, item: OutboxItem, names: tuple[str, ...], lines: DigestLines) -> None:
    """News for the standing office about people or units; several of one rule share a line."""
    key = (situation.book.locality.id, Rule(item.rule))
    before = lines.office.get(key)
    all_names = tuple(dict.fromkeys((*before.names, *names))) if before else names
    again = was_told(item) or (before is not None and before.again)
    lines.office[key] = OfficeLine(key[1], all_names, before.outbox_id if before else item.id, key[0], again)


def _board(situation: Situation, item: OutboxItem) -> Board:
    monday, book = monday_of(situation.today), situation.book
    still_open = [lead for lead in situation.all_leads if lead.is_open]
    by_unit: dict[int, list[Lead]] = {}
    for lead in still_open:
        by_unit.setdefault(lead.standing.unit_id, []).append(lead)
    return Board(
        locality=f"{book.locality.kind} {book.locality.name}",
        week_starts_on=monday,
        by_unit=tuple((book.unit_name(unit_id), tally(own).colours) for unit_id, own in by_unit.items()),
        new_red=tuple(
            lead
            for lead in situation.all_leads
            if lead.verdict.colour is Colour.RED and lead.assignment.id in situation.new_red
        ),
        due_this_week=tuple(
            lead
            for lead in still_open
            if lead.standing.due_on is not None and monday <= lead.standing.due_on < monday + WEEK
        ),
        outbox_id=item.id,
        locality_id=book.locality.id,
        total=tally(rows_of(still_open)).colours,
        again=was_told(item),
    )


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    office = Recipient(Role.OFFICE, audience.book.locality.standing_office_id)
    if news.rule is Rule.UNIT_EMPTY:
        return () if news.to else (office,)
    held = {each.role for each in news.to}
    return [each for each in (Recipient(Role.COMMITTEE, None), office) if each.role not in held]


FAMILY = Family((Rule.MONDAY_BOARD, Rule.UNIT_EMPTY), is_true, _line, nobody=_nobody)
