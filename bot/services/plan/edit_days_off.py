"""A locality's own days off and days worked in exchange, edited by its standing office (`/lich`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.errors import BadInput
from bot.domain.people.visitor import Visitor
from bot.domain.plan.calendar import DayException, DayKind
from bot.domain.plan.plan import Locality
from bot.domain.plan.words import tidy
from bot.plans.days_off import confirmed_years
from bot.services.core.book import Book, read_book
from bot.services.core.desk import Desk, require_person
from bot.services.core.office import open_office
from bot.services.plan.load_plan import refold
from bot.storage.engine.database import Connection
from bot.storage.records import audit, days, plans

WARN_FROM_MONTH = 11
MOST_DAYS_AHEAD = 550
MOST_NAME_SIGNS = 120
OWN_SOURCE = "office"


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day that is not what its weekday says; ``own`` ones can be taken back."""

    exception: DayException
    own: bool


@dataclass(frozen=True, slots=True)
class DaysOff:
    """The exceptions from today on, by day. ``unconfirmed`` is the coming year where its official list is not in."""

    locality: Locality
    today: date
    days: tuple[DayShown, ...]
    unconfirmed: int | None
    changed: DayException | None = None
    removed: date | None = None


async def list_days(desk: Desk, visitor: Visitor, *, now: datetime, locality_id: int | None = None) -> DaysOff:
    """What lies ahead in a locality (the current one unless named). Raises as `open_office`."""
    async with desk.db.read() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
        return await _ahead(conn, book, now)


async def add_day(
    desk: Desk, visitor: Visitor, *, locality_id: int, day: date, kind: DayKind, name: str, now: datetime
) -> DaysOff:
    """The exceptions with one more, or with the name of one changed.

    Raises as `open_office`, and BadInput for a day behind us or too far off, one that is so already, or a name that is
    none.
    """
    person = require_person(visitor)
    words = clean_name(name)
    async with desk.db.write() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
        check_day(book, day, kind, book.today(now))
        exception = DayException(day, kind, words, OWN_SOURCE)
        await days.save_day(conn, locality_id, exception)
        await audit.append(conn, locality_id, now, person.id, f"day_{kind.value}", {"day": day.isoformat()})
        found = await _changed(conn, locality_id, now)
    return DaysOff(found.locality, found.today, found.days, found.unconfirmed, changed=exception)


async def take_back_day(
    desk: Desk, visitor: Visitor, *, locality_id: int, day: date, now: datetime, kind: str | None = None
) -> DaysOff:
    """The exceptions without the locality's own one of that day; one that is gone already is no error.

    So is one that has become of another ``kind`` since it was shown: it stays. Raises as `open_office`.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
        kinds = {each.kind.value for each in await plans.day_exceptions(conn, locality_id) if each.day == day}
        if day not in await days.own_days(conn, locality_id) or (kind is not None and kind not in kinds):
            return await _ahead(conn, book, now)
        await days.remove_day(conn, locality_id, day)
        await audit.append(conn, locality_id, now, person.id, "day_removed", {"day": day.isoformat()})
        found = await _changed(conn, locality_id, now)
    return DaysOff(found.locality, found.today, found.days, found.unconfirmed, removed=day)


def check_day(book: Book, day: date, kind: DayKind, today: date) -> None:
    """Raises BadInput for a day that cannot be made one of this kind."""
    if day < today:
        raise BadInput("day_is_past", day=day)
    if day > today + timedelta(days=MOST_DAYS_AHEAD):
        raise BadInput("day_too_far", day=day)
    if book.calendar.is_working(day) and kind is DayKind.WORK:
        raise BadInput("day_is_worked", day=day)
    if not book.calendar.is_working(day) and kind is DayKind.OFF:
        raise BadInput("day_is_off", day=day)


def clean_name(name: str) -> str:
    """The name of a day in one line. Raises BadInput where there is none, or far too much."""
    words = tidy(name)
    if not any(sign.isalnum() for sign in words):
        raise BadInput("day_name_missing")
    if len(words) > MOST_NAME_SIGNS:
        raise BadInput("day_name_long", most=MOST_NAME_SIGNS)
    return words


async def _changed(conn: Connection, locality_id: int, now: datetime) -> DaysOff:
    """What the change of the calendar means for every limit's warnings and every period, stored at once."""
    book = await read_book(conn, locality_id, await plans.bump_version(conn, locality_id))
    await refold(conn, book, now)
    return await _ahead(conn, book, now)


async def _ahead(conn: Connection, book: Book, now: datetime) -> DaysOff:
    today, own = book.today(now), await days.own_days(conn, book.locality.id)
    found = await plans.day_exceptions(conn, book.locality.id)
    ahead = sorted((each for each in found if each.day >= today), key=lambda each: each.day)
    coming = today.year + 1 if today.month >= WARN_FROM_MONTH else today.year
    return DaysOff(
        locality=book.locality,
        today=today,
        days=tuple(DayShown(each, each.day in own) for each in ahead),
        unconfirmed=None if coming in confirmed_years else coming,
    )
