"""The hours at which people are told: the digest of a working day, working hours, and when people are awake."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.work.lifecycle import DEFAULT_ZONE

DIGEST_MINUTE = 450
"""07:30, for whoever has chosen nothing else, and for group chats."""
EARLIEST_DIGEST, LATEST_DIGEST = 6 * 60, 17 * 60
WORK_BEGINS, WORK_ENDS = time(7), time(17)
CATCH_UP = timedelta(hours=1)
GRACE = timedelta(minutes=15)
"""A digest that leaves within these is not late: thousands may leave at the same hour."""
DAY = timedelta(days=1)


def day_of(instant: datetime) -> date:
    """The locality's day at an instant."""
    return instant.astimezone(DEFAULT_ZONE).date()


def day_start(day: date) -> datetime:
    """00:00 of a day of the locality, in UTC."""
    return datetime.combine(day, time(), DEFAULT_ZONE).astimezone(UTC)


def digest_at(day: date, minute: int) -> datetime:
    """The instant of a digest on a day; ``minute`` counts from 00:00 of the locality."""
    return day_start(day) + timedelta(minutes=minute)


def next_digest(calendar: WorkingCalendar, after: datetime, minute: int) -> datetime:
    """The first digest after an instant."""
    at = digest_at(calendar.working_on_or_after(day_of(after)), minute)
    if at > after:
        return at
    return digest_at(calendar.working_on_or_after(day_of(after) + DAY), minute)


def held_until(calendar: WorkingCalendar, now: datetime, minute: int) -> datetime | None:
    """Until when a digest that was due before now has to wait; none where it goes now.

    It goes on working days from its hour on until 17:00, however late it is (docs/decisions/0006, rule 3).
    """
    day = day_of(now)
    if not calendar.is_working(day):
        return digest_at(calendar.working_on_or_after(day), minute)
    begins = digest_at(day, minute)
    if now < begins:
        return begins
    ends = max(digest_at(day, LATEST_DIGEST), begins + CATCH_UP)
    return None if now < ends else digest_at(calendar.working_on_or_after(day + DAY), minute)


def at_work_from(calendar: WorkingCalendar, now: datetime) -> datetime:
    """The instant from which a chase may go: now in the working hours of a working day, else the next 07:00."""
    local = now.astimezone(DEFAULT_ZONE)
    if calendar.is_working(local.date()) and WORK_BEGINS <= local.time() < WORK_ENDS:
        return now
    day = local.date() if local.time() < WORK_BEGINS else local.date() + DAY
    return datetime.combine(calendar.working_on_or_after(day), WORK_BEGINS, DEFAULT_ZONE).astimezone(UTC)
