"""News: what is due to be told on a day, and to whom, before it is queued; `bot/reminders/rules` says what that is.

Source: docs/rules/reminders.md; docs/decisions/0006. ``seen`` is the last day that was looked at. Where it lies
before today, all that has come since is due, of one ladder only the newest step; where it is today, something else
than time has changed, and today's steps are for those whose digest is still to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.work.ladder import LadderStep, Rule, newest
from bot.domain.work.occasions import Occasion
from bot.services.core.board import Lead
from bot.services.core.hours import day_of, digest_at, next_digest
from bot.services.core.recipients import Recipient
from bot.storage.outbox.outbox import Notice


@dataclass(frozen=True, slots=True)
class News:
    """One thing to be told. ``about`` names its subject; with ``occasion`` and recipient that makes it unique.

    ``ahead``: only for those whose digest of today is still to come. ``until``: the last digest day it may wait for.
    """

    rule: Rule
    occasion: Occasion
    about: str
    to: tuple[Recipient, ...]
    lead: Lead | None = None
    unit_id: int | None = None
    event_id: int | None = None
    ahead: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The day that is looked at, and the last one that was."""

    seen: date
    today: date
    calendar: WorkingCalendar

    @property
    def is_new(self) -> bool:
        """Whether nobody has looked at it yet."""
        return self.seen < self.today

    @property
    def told_on(self) -> date:
        """The digest day of what this look finds."""
        return self.calendar.working_on_or_after(self.today)


def steps_due(ladder: Sequence[LadderStep], day: Day) -> list[LadderStep]:
    """The steps of one ladder that this look tells."""
    if not day.is_new:
        return [step for step in ladder if step.day == day.today]
    last = newest(ladder, day.seen, day.today)
    return [] if last is None else [step for step in ladder if step.day == last.day]


def about_lead(
    lead: Lead,
    rule: Rule,
    occasion: Occasion,
    to: Iterable[Recipient],
    *,
    ahead: bool = False,
    event_id: int | None = None,
) -> News:
    """News about an assignment."""
    about, unit_id = f"a{lead.assignment.id}", lead.standing.unit_id
    return News(rule, occasion, about, tuple(to), lead, unit_id=unit_id, event_id=event_id, ahead=ahead)


def instant_of(news: News, recipient: Recipient, day: Day, now: datetime) -> datetime | None:
    """The digest in which the recipient is told; none where that digest is over."""
    at = digest_at(day.told_on, recipient.minute)
    if news.ahead:
        return at if day.told_on == day.today and at > now else None
    if not day.is_new and at <= now:
        at = next_digest(day.calendar, now, recipient.minute)
    return None if news.until is not None and day_of(at) > news.until else at


Witness = Callable[[Sequence[News], Day, datetime, int], None]
"""Who is shown the news of one look, with its day and instant and the locality, before they are queued."""


def key_of(news: News, recipient: Recipient) -> str:
    """What names the notice of one recipient, so that it is queued once."""
    return f"{news.rule.value}:{news.about}:{recipient.key}:{news.occasion.written}"


def notices_of(news: Iterable[News], day: Day, now: datetime, locality_id: int) -> Iterable[Notice]:
    """The notices to queue, one a recipient; nobody is told where nobody is there."""
    for each in news:
        for recipient in each.to:
            at = instant_of(each, recipient, day, now)
            if at is not None:
                yield Notice(
                    key=key_of(each, recipient),
                    locality_id=locality_id,
                    rule=each.rule.value,
                    occasion=each.occasion.written,
                    not_before=at,
                    person_id=recipient.person_id,
                    chat_id=recipient.chat_id,
                    assignment_id=each.lead.assignment.id if each.lead else None,
                    event_id=each.event_id,
                    payload=each.occasion.payload,
                )
