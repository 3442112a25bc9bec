"""A year of five communes through the real tick and dispatcher, on a clock that goes from instant to instant."""

from __future__ import annotations

import heapq
import time as stopwatch
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.app import build_application
from bot.clock import MovedClock
from bot.domain.people.people import Membership, Role
from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import Ask, Duty, ReportingRules, duties_of_year
from bot.domain.plan.plan import UnitKind, UnitRole
from bot.domain.work.events import Event
from bot.domain.work.lifecycle import Terms
from bot.plans.reader import read_yaml
from bot.reminders.tick import tick
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.plan import open_plan
from bot.services.plan.load_plan import load
from bot.settings import Settings
from bot.storage.engine import tables as t
from bot.storage.records import events, people
from tests.reminders.in_process import TOKEN, Delivered, EagerClock, InProcess, InProcessRequest
from tests.reminders.year_people import Newcomers, Place, settle_in, visitor

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2026
DIGESTS = (time(7, 0), time(7, 30), time(16, 15))
STOPS = (time(0, 0, 30), time(6, 0), *DIGESTS)
"""When the bot is looked at besides: as if the ticker had come by. Whatever people do comes between them."""
Deed = Callable[[], Awaitable[None]]


def at(day: date, hour: time) -> datetime:
    """An instant of a day of the communes."""
    return datetime.combine(day, hour, ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Outage:
    """From when until when the program was down."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Season:
    """The days that are lived through, and the days on which something happens once."""

    first: date
    begins: date
    """The first day on which people do anything."""
    last: date
    deeds: int
    """Of a working day, over all communes."""
    judging: frozenset[int]
    """Days of the week on which somebody judges."""
    months: range
    """In each of these some come, some go, some want to hear less or at another hour."""
    outages: tuple[Outage, ...]
    blocks: tuple[date, ...]
    """On each an officer blocks the bot, for ``blocked`` days."""
    blocked: int
    groups_from: date
    grouped: int
    """For how many days teams are told in their groups."""
    days_off: tuple[datetime, ...]
    """At each a commune has a day off of its own entered."""
    flood: date
    """On it one commune reports everything."""
    asks: frozenset[Ask] = frozenset(Ask)
    """What units are asked for in these days."""


_MORNING_DOWN = Outage(at(date(2026, 6, 10), time(6, 50)), at(date(2026, 6, 10), time(9, 40, 5)))
WHOLE_YEAR = Season(
    first=date(2026, 3, 5),
    begins=date(2026, 3, 5),
    last=date(2027, 1, 2),
    deeds=7,
    judging=frozenset(range(5)),
    months=range(3, 13),
    outages=(_MORNING_DOWN, Outage(at(date(2026, 9, 10), time(20)), at(date(2026, 9, 15), time(10, 20, 5)))),
    blocks=(date(2026, 4, 14), date(2026, 6, 8), date(2026, 7, 6), date(2026, 10, 12)),
    blocked=25,
    groups_from=date(2026, 4, 20),
    grouped=150,
    days_off=(at(date(2026, 5, 11), time(10, 15, 3)), at(date(2026, 10, 5), time(14, 15, 3))),
    flood=date(2026, 8, 6),
)
HALF_YEAR = Season(
    first=date(2026, 5, 29),
    begins=date(2026, 5, 30),
    last=date(2026, 7, 12),
    deeds=14,
    judging=frozenset({1, 4}),
    months=range(6, 8),
    outages=(_MORNING_DOWN, Outage(at(date(2026, 7, 2), time(20)), at(date(2026, 7, 7), time(10, 20, 5)))),
    blocks=(date(2026, 6, 4), date(2026, 6, 23)),
    blocked=15,
    groups_from=date(2026, 6, 3),
    grouped=35,
    days_off=(at(date(2026, 6, 3), time(10, 15, 3)), at(date(2026, 6, 16), time(14, 15, 3))),
    flood=date(2026, 6, 24),
    asks=frozenset(Ask) - {Ask.ONCE},
)
"""45 days about the end of the quarter and the half-year."""


@dataclass(frozen=True)
class Commune:
    """What the plan of a locality says, for the model."""

    id: int
    slug: str
    office_unit: int
    codes: dict[int, str]
    terms: dict[int, Terms]
    starts: dict[int, date | None]
    given: dict[int, tuple[int, int]]
    """Row and first unit of each lead assignment."""
    teams: dict[int, tuple[int, ...]]
    """The community teams that coordinate a row."""
    reporting: ReportingRules


@dataclass
class Diary:
    """What was done that leaves no event: by whom it is needed, the model."""

    calendars: dict[int, list[tuple[datetime, WorkingCalendar]]] = field(default_factory=dict)
    minutes: dict[int, list[tuple[datetime, int]]] = field(default_factory=dict)
    mutes: list[tuple[datetime, int, int, date]] = field(default_factory=list)
    """Instant, person, row, last day of silence."""
    blocks: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    """From when until when a person could not be reached."""
    groups: list[tuple[datetime, datetime, int, int]] = field(default_factory=list)
    """From when until when the group of a team (unit, chat) was bound."""
    nudges: list[tuple[datetime, int, str]] = field(default_factory=list)
    """Instant, assignment, key."""


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the outbox at the end of the year."""

    id: int
    locality_id: int
    person_id: int | None
    chat_id: int | None
    rule: str
    assignment_id: int | None
    event_id: int | None
    occasion: str
    payload: dict[str, Any]
    urgent: bool
    state: str
    not_before: datetime
    due_at: datetime | None
    sent_at: datetime | None
    message_id: int | None
    late: bool
    again: bool


@dataclass(frozen=True)
class Lived:
    """A year as it was: what the plans said, what people did, what was sent."""

    communes: tuple[Commune, ...]
    members: tuple[Membership, ...]
    events: tuple[tuple[int, Event], ...]
    """With the assignment each happened to, in their order."""
    unit_reports: tuple[tuple[datetime, int, str, str], ...]
    """What whole units sent: when, which unit, what it was asked, for which period."""
    diary: Diary
    told: tuple[Told, ...]
    delivered: tuple[Delivered, ...]
    chats: dict[int, int]
    """The chat of each person."""
    outages: tuple[Outage, ...]
    seconds: float


class Year:
    """The real bot, its people, and a list of what is still to be done."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        season: Season = WHOLE_YEAR,
        clock: MovedClock | None = None,
        database_url: str = "",
    ) -> None:
        self.season, self.first, self.outages = season, season.first, season.outages
        self.clock = clock or EagerClock(at(self.first, time(8, 0)))
        self.telegram = InProcess(self.clock)
        settings = Settings(_env_file=None, token=TOKEN, data_dir=folder, database_url=database_url)  # type: ignore[call-arg, arg-type]
        self.app = build_application(settings, self.clock, lambda: InProcessRequest(self.telegram))
        self.random = Random(seed)
        self.diary = Diary()
        self.places: list[Place] = []
        self.keys = count(1)
        self.ahead: list[tuple[datetime, int, Deed]] = []
        self.refused: list[str] = []

    @property
    def desk(self) -> Desk:
        """The desk of the running bot."""
        return self.app.desk

    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    def key(self) -> str:
        """The key of an update nobody has sent before."""
        return f"year:{next(self.keys)}"

    def later(self, instant: datetime, deed: Deed) -> None:
        """Have something done at an instant; while the program is down, once it is up again."""
        for outage in self.outages:
            if outage.begins <= instant < outage.ends:
                instant = outage.ends + timedelta(minutes=1 + len(self.ahead) % 50)
        heapq.heappush(self.ahead, (instant, next(self.keys), deed))

    async def open(self) -> None:
        """Load the five plans, let people join, put the plans in use."""
        await self.app.initialize()
        # What `start` would open; the tickers of real seconds stay off.
        self.dispatcher._deliverer.open()
        self.newcomers = Newcomers(self.desk)
        for path in sorted(SEEDS.glob("*.yaml")):
            await load(self.desk, read_yaml(path), now=self.now())
        self.places = await settle_in(self.desk, self.newcomers, self.now())
        for person_id, minute in self.newcomers.minutes.items():
            self.diary.minutes[person_id] = [(self.now(), minute)]
        for place in self.places:
            await self.note_calendar(place)
            office = await self.someone(place, Role.OFFICE)
            self.clock.move_by(minutes=3)
            who = await visitor(self.desk, place, office)
            await open_plan.put_in_use(self.desk, who, plan_id=place.plan_id, now=self.now())

    @property
    def dispatcher(self) -> Any:
        """The real dispatcher."""
        return self.app.companions[0]

    async def live(self, until: date | None = None) -> None:
        """Go through every day."""
        until = until or self.season.last
        await self.look()
        for outage in self.outages:
            heapq.heappush(self.ahead, (outage.ends, next(self.keys), self.look))
        day = self.first
        while day <= until:
            for stop in STOPS:
                if at(day, stop) > self.now() and not any(o.begins <= at(day, stop) <= o.ends for o in self.outages):
                    self.later(at(day, stop), self.look)
            end = at(day + timedelta(days=1), time())
            while self.ahead and self.ahead[0][0] < end:
                instant, _, deed = heapq.heappop(self.ahead)
                if instant > self.now():
                    self.clock.move_to(instant)
                await deed()
                await self.look()
            day += timedelta(days=1)

    async def look(self) -> None:
        """What the ticker and the waking after a commit do."""
        await tick(self.desk, self.now())
        while await self.dispatcher.send_due():
            pass
        # Half a minute later it comes by again: what sending has brought to light is looked at.
        await tick(self.desk, self.now())

    async def book(self, place: Place) -> Book:
        """The book of a locality now."""
        async with self.desk.db.read() as conn:
            return await self.desk.books.of(conn, place.id)

    async def note_calendar(self, place: Place) -> None:
        """Write down which days are worked from now on."""
        book = await self.book(place)
        self.diary.calendars.setdefault(place.id, []).append((self.now(), book.calendar))

    async def members(self, place: Place) -> list[Membership]:
        """The running memberships of a locality."""
        async with self.desk.db.read() as conn:
            return list(await people.memberships_in(conn, place.id))

    async def someone(self, place: Place, role: Role) -> int:
        """A person who holds a role."""
        return self.random.choice([m.person_id for m in await self.members(place) if m.role is role])

    async def close(self) -> None:
        """Let go of the database."""
        await self.app.shutdown()

    async def lived(self, seconds: float) -> Lived:
        """The year as it stands in the database and in the diary."""
        communes = [await self._commune(place) for place in self.places]
        async with self.desk.db.read() as conn:
            happened: list[tuple[int, Event]] = []
            for commune in communes:
                for assignment_id in commune.given:
                    happened += [(assignment_id, e) for e in await events.events_of(conn, assignment_id)]
            m = t.memberships.c
            held = await conn.execute(select(m.id, m.person_id, m.locality_id, m.unit_id, m.role, m.since, m.ended_at))
            members = [Membership(*row[:4], Role(row[4]), *row[5:]) for row in held]
            r = t.unit_reports.c
            met = [tuple(row) for row in await conn.execute(select(r.at, r.unit_id, r.ask, r.period).order_by(r.id))]
            wanted = [t.outbox.c[name] for name in Told.__dataclass_fields__]
            told = [Told(*row) for row in await conn.execute(select(*wanted).order_by(t.outbox.c.id))]
        chats = {person: chat for place in self.places for person, chat in place.telegram.items()}
        happened.sort(key=lambda pair: pair[1].id)
        delivered = tuple(self.telegram.delivered)
        return Lived(
            communes=tuple(communes),
            members=tuple(members),
            events=tuple(happened),
            unit_reports=tuple(met),
            diary=self.diary,
            told=tuple(told),
            delivered=delivered,
            chats=chats,
            outages=self.outages,
            seconds=seconds,
        )

    async def _commune(self, place: Place) -> Commune:
        book = await self.book(place)
        teams: dict[int, tuple[int, ...]] = {}
        async with self.desk.db.read() as conn:
            for each in await events.assignments(conn, place.plan_id, role=UnitRole.COORDINATE):
                if book.units[each.unit_id].kind is UnitKind.COMMUNITY_TEAM:
                    teams[each.row_id] = (*teams.get(each.row_id, ()), each.unit_id)
            given = {a.id: (a.row_id, a.first_unit_id) for a, _ in await events.standings(conn, place.plan_id)}
        return Commune(
            id=place.id,
            slug=place.slug,
            office_unit=place.office_unit,
            codes={row.id: row.code for row in book.rows.values()},
            terms=dict(book.terms),
            starts={row.id: row.limit.starts_on for row in book.rows.values()},
            given=given,
            teams=teams,
            reporting=book.reporting,
        )


def duties_of(commune: Commune, calendar: WorkingCalendar) -> tuple[Duty, ...]:
    """The progress periods of the plan year."""
    rule = commune.reporting.progress
    return duties_of_year(rule, YEAR, calendar) if rule else ()


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory where the machine has one: a year writes as often as many days of many people."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="tiendo-year-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


async def live_through(folder: Path, *, seed: int = 57, season: Season = WHOLE_YEAR) -> Lived:
    """A whole year, or a season of it; ``seed`` decides what people do."""
    from tests.reminders.year_deeds import Script

    begun = stopwatch.monotonic()
    year = Year(folder, seed, season=season)
    try:
        await year.open()
        await Script(year).write()
        await year.live()
        return await year.lived(stopwatch.monotonic() - begun)
    finally:
        await year.close()


def summary(lived: Lived) -> Iterable[tuple[str, str]]:
    """What was sent by kind, how much late, withdrawn and unknown, as (name, figure)."""
    sent: dict[str, int] = {}
    for row in lived.told:
        if row.state == "sent":
            sent[row.rule] = sent.get(row.rule, 0) + 1
    states: dict[str, int] = {}
    for row in lived.told:
        states[row.state] = states.get(row.state, 0) + 1
    yield "messages delivered", str(len(lived.delivered))
    yield from ((f"sent: {rule}", str(n)) for rule, n in sorted(sent.items()))
    yield "sent late", str(sum(row.late for row in lived.told))
    yield from ((state, str(states.get(state, 0))) for state in ("withdrawn", "unknown", "failed", "queued"))
    yield "events of people", str(len(lived.events))
    yield "reports of units", str(len(lived.unit_reports))
