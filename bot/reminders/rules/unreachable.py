"""A member cannot be reached any more: the standing office hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.people.people import Role
from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import CutOff
from bot.reminders.news import Day, News
from bot.reminders.rules.family import DigestLines, Family
from bot.reminders.rules.situation import Situation, is_among, said
from bot.reminders.rules.week import add_names
from bot.services.core.hours import day_of
from bot.services.core.recipients import Audience, Recipient
from bot.storage.outbox.outbox import OutboxItem


def told(audience: Audience) -> list[Recipient]:
    """Who hears: the standing office."""
    return audience.in_role(Role.OFFICE)


def occasions(since: Mapping[int, datetime], day: Day, audience: Audience) -> list[News]:
    """Members who have become unreachable since the last look."""
    return [
        News(
            Rule.UNREACHABLE,
            CutOff(person_id, day_of(instant)),
            f"l{audience.book.locality.id}",
            tuple(each for each in told(audience) if each.person_id != person_id),
        )
        for person_id, instant in since.items()
        if day_of(instant) >= day.seen
    ]


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the person is still a member, and still cannot be reached."""
    person_id = said(item, CutOff).person_id
    is_so = person_id in situation.audience.people and person_id in situation.unreachable
    return is_so and is_among(item, told(situation.audience))


def _line(situation: Situation, item: OutboxItem, lines: DigestLines) -> None:
    person = situation.audience.people[said(item, CutOff).person_id]
    add_names(situation, item, (person.full_name,), lines)


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    return () if news.to else (Recipient(Role.OFFICE, audience.book.locality.standing_office_id),)


FAMILY = Family((Rule.UNREACHABLE,), is_true, _line, nobody=_nobody)
