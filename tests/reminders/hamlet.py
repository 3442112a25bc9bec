"""A locality with people of every role, a moved clock, and the real tick and dispatcher working day by day.

Only Telegram is missing: messages are written down instead. What was told is read from the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from bot.clock import CheckedClock, MovedClock
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.calendar import DayException, DayKind
from bot.domain.plan.deadlines import read_time_limit
from bot.domain.plan.duties import PeriodRule, ReportingRules
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import Plan, Row, RowKind, UnitKind, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.events import Appraisal, Body, Extension, Report, Withdrawal
from bot.domain.work.lifecycle import DEFAULT_ZONE, Terms, begin
from bot.plans.days_off import national_days
from bot.reminders.deliver import LEASE
from bot.reminders.dispatcher import Dispatcher
from bot.reminders.tick import tick
from bot.services.core import ledger
from bot.services.core.book import Books, read_book
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import refold
from bot.services.plan.start_reminding import start_reminding
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.services.reporting.send_unit_report import SaidOfUnit, send
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.outbox import looks
from bot.storage.records import events, people, plans
from bot.storage.records.files import FileStore
from bot.views.parts.view import View

OFFICE, POLICE, DIVISION, TEAM, EMPTY = "Văn phòng Đảng ủy", "Công an", "Phòng Văn hóa", "Tổ CNSCĐ 1", "Hội Phụ nữ"
UNITS = (
    (OFFICE, UnitKind.OFFICE),
    (POLICE, UnitKind.POLICE),
    (DIVISION, UnitKind.DIVISION),
    (TEAM, UnitKind.COMMUNITY_TEAM),
    (EMPTY, UnitKind.UNION),
)
ISSUED = date(2026, 3, 1)
_KEYS = count(1)
MINUTE = timedelta(minutes=1)


def local(words: str) -> datetime:
    """An instant given in the locality's time ("2026-06-15 07:30")."""
    return datetime.fromisoformat(words).replace(tzinfo=DEFAULT_ZONE).astimezone(UTC)


@dataclass
class Sent:
    """One message that went out."""

    chat_id: int
    view: View
    at: datetime
    id: int

    @property
    def text(self) -> str:
        return str(self.view.text)


@dataclass
class Mouth:
    """In the place of the sender: writes down what is sent. ``faults`` are raised in turn, before or after sending."""

    clock: MovedClock
    sent: list[Sent] = field(default_factory=list)
    before: dict[int, list[Exception]] = field(default_factory=dict)
    after: dict[int, list[Exception]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    on_moved: Any = None
    numbers: Any = field(default_factory=lambda: count(1))

    def impatient(self) -> Mouth:
        return self

    async def send(self, chat_id: int, view: View) -> int | None:
        await asyncio.sleep(0)
        if chat_id in self.gone:
            return None
        if self.before.get(chat_id):
            raise self.before[chat_id].pop(0)
        self.sent.append(Sent(chat_id, view, self.clock.now(), next(self.numbers)))
        await asyncio.sleep(0)
        if self.after.get(chat_id):
            raise self.after[chat_id].pop(0)
        return self.sent[-1].id


@dataclass(frozen=True, order=True)
class Told:
    """One notice that reached somebody: the day, the person or "nhóm", the rule, the row."""

    day: date
    who: str
    rule: str
    code: str | None = None


class Hamlet:
    """The locality and what runs for it."""

    def __init__(self, db: Database, folder: Path, clock: MovedClock, mouth: Mouth | None = None) -> None:
        self.db, self.clock = db, clock
        self.desk = Desk(db, FileStore(folder), Books())
        self.mouth = mouth or Mouth(clock)
        self.ids: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.units: dict[str, int] = {}
        checked = CheckedClock(clock)
        checked.answered(None, 0.0)
        self.app = SimpleNamespace(
            desk=self.desk,
            clock=checked,
            sender=self.mouth,
            settings=SimpleNamespace(language="vi", webhook_url=None),
        )
        self.dispatcher = Dispatcher(self.app)  # type: ignore[arg-type]
        self.dispatcher._deliverer.open()

    # -- building ---------------------------------------------------------------------------------------------

    async def settle(
        self, slug: str = "thon", *, month_reports: bool = False, reporting: ReportingRules | None = None
    ) -> None:
        """Found the locality with its units and an empty plan."""
        months = ReportingRules(units=(PeriodRule(PeriodKind.MONTH),))
        rules = reporting or (months if month_reports else ReportingRules())
        async with self.db.write() as conn:
            for day in national_days(2026):
                await plans.save_day(conn, None, day)
            province = "Đồng Nai" if slug == "thon" else "Lâm Đồng"
            self.place = await plans.save_locality(
                conn, slug=slug, name="Bình Lộc", kind="phường", province=province, reporting=rules
            )
            for position, (name, kind) in enumerate(UNITS):
                spelt = [(name, fold(name))]
                self.units[name] = await plans.save_unit(conn, self.place, name, kind, spelt, position)
            await plans.set_standing_office(conn, self.place, self.units[OFFICE])
            head = Plan(0, self.place, 2026, "01", "Kế hoạch", "Đảng ủy", ISSUED, issued_on_as_printed="01/3/2026")
            self.plan = await plans.save_plan(conn, head, breaks_off=None, loaded_at=self.clock.now())

    async def row(self, code: str, printed: str, unit: str = POLICE, *, teams: Sequence[str] = ()) -> int:
        """The id of the lead assignment of a new task."""
        async with self.db.write() as conn:
            limit = read_time_limit(printed, year=2026, issued_on=ISSUED)
            row = Row(0, self.plan, self.place, code, RowKind.TASK, len(self.ids), code, f"Việc {code}", limit)
            row = replace(row, id=await plans.save_row(conn, row, folded=fold(code)))
            standing = begin(Terms(RowKind.TASK, limit, 2026), self.units[unit])
            lead = await events.add_assignment(conn, row, UnitRole.LEAD, standing)
            for team in teams:
                of_team = begin(Terms(RowKind.TASK, limit, 2026), self.units[team])
                await events.add_assignment(conn, row, UnitRole.COORDINATE, of_team)
            await plans.bump_version(conn, self.place)
        self.ids[code] = lead
        return lead

    async def use(self) -> None:
        """Put the plan in use now."""
        async with self.db.write() as conn:
            await plans.set_in_use(conn, self.plan, self.clock.now().astimezone(DEFAULT_ZONE).date())
            book = await read_book(conn, self.place, await plans.bump_version(conn, self.place))
            await refold(conn, book, self.clock.now())
            await start_reminding(conn, book, self.clock.now())

    async def join(self, name: str, unit: str, role: Role) -> int:
        """A new member; the id of the person, who may be known already."""
        async with self.db.write() as conn:
            telegram_id = 1000 + (list(self.people).index(name) if name in self.people else len(self.people))
            person = await people.add_person(conn, telegram_id, name, "vi", self.clock.now())
            await people.add_membership(conn, person.id, self.place, self.units[unit], role, self.clock.now())
        self.people[name] = person.id
        return person.id

    async def everybody(self) -> None:
        """One of each: An and Hải (head) of the police, Tổ viên, Văn phòng, Chỉ đạo, Thẩm định."""
        await self.join("An", POLICE, Role.OFFICER)
        await self.join("Hải", POLICE, Role.HEAD)
        await self.join("Bình", DIVISION, Role.OFFICER)
        await self.join("Tổ viên", TEAM, Role.TEAM)
        await self.join("Văn phòng", OFFICE, Role.OFFICE)
        await self.join("Chỉ đạo", OFFICE, Role.COMMITTEE)
        await self.join("Thẩm định", DIVISION, Role.APPRAISER)

    # -- what happens -----------------------------------------------------------------------------------------

    async def record(self, code: str, body: Body, who: str = "An") -> int:
        """The id of an event of the row's assignment, now."""
        async with self.db.write() as conn:
            book = await self.desk.books.of(conn, self.place)
            done = await ledger.record(
                conn,
                book,
                self.ids[code],
                body,
                person_id=self.people.get(who),
                now=self.clock.now(),
                key=f"k{next(_KEYS)}",
            )
        return done.event.id

    async def report(self, code: str, percent: int, who: str = "An", **more: Any) -> int:
        files = (1,) if percent == 100 else ()
        return await self.record(code, Report(Decimal(percent), files=files, **more), who)

    async def accept(self, code: str, report: int) -> None:
        await self.record(code, Appraisal(report, True), "Thẩm định")

    async def give_back(self, code: str, report: int) -> None:
        await self.record(code, Appraisal(report, False, "Thiếu chữ ký"), "Thẩm định")

    async def extend(self, code: str, due_on: date) -> None:
        await self.record(code, Extension(due_on, "Gia hạn"), "Văn phòng")

    async def withdraw(self, code: str, report: int) -> None:
        await self.record(code, Withdrawal(report))

    async def day_off(self, day: date) -> None:
        async with self.db.write() as conn:
            await plans.save_day(conn, self.place, DayException(day, DayKind.OFF, "Nghỉ", "UBND"))
            await plans.bump_version(conn, self.place)

    async def visitor(self, name: str) -> Visitor:
        async with self.db.read() as conn:
            person = await people.person(conn, self.people[name])
            assert person is not None
            return await people.visitor(conn, person.telegram_id, person.telegram_id)

    async def send(self, who: str, unit: str, ask: str, period: str) -> None:
        """A whole unit reports, now."""
        target = UnitReportTarget(self.place, self.units[unit], ask, period)
        said, visitor, now = SaidOfUnit("Đã làm"), await self.visitor(who), self.clock.now()
        await send(self.desk, visitor, target=target, said=said, now=now, key=f"k{next(_KEYS)}")

    # -- time -------------------------------------------------------------------------------------------------

    async def work(self) -> None:
        """What the ticker does: tick, then send all that is due."""
        await tick(self.desk, self.clock.now())
        while await self.dispatcher.send_due():
            pass

    def down_until(self, words: str) -> None:
        """Time passes and nothing runs."""
        self.clock.move_to(local(words))

    async def up_until(self, words: str) -> None:
        """Time passes and the program runs: it looks now, wherever something falls due on the way, and at last."""
        end = local(words)
        if self.clock.now() < end:
            await self.work()
        while self.clock.now() < end:
            self.clock.move_to(min(end, await self._next_look()))
            await self.work()

    async def _next_look(self) -> datetime:
        """The next instant at which the ticker, who comes by all the time, would find something to do."""
        now = self.clock.now()
        async with self.db.read() as conn:
            if await looks.something_due(conn, now):
                return now + MINUTE
            left = await conn.scalar(select(func.min(t.outbox.c.claimed_at)).where(t.outbox.c.state == "sending"))
            found = (await looks.next_instant(conn, now), None if left is None else max(left + LEASE, now + MINUTE))
        return min((instant for instant in found if instant is not None), default=datetime.max.replace(tzinfo=UTC))

    # -- what came of it --------------------------------------------------------------------------------------

    async def told(self, *, rules: Sequence[str] = (), who: Sequence[str] = ()) -> list[Told]:
        """Every notice sent, by day."""
        o, a, r = t.outbox.c, t.assignments.c, t.rows.c
        tables = t.outbox.outerjoin(t.assignments, a.id == o.assignment_id).outerjoin(t.rows, r.id == a.row_id)
        names = {person_id: name for name, person_id in self.people.items()}
        async with self.db.read() as conn:
            statement = select(o.sent_at, o.person_id, o.rule, r.code).select_from(tables).where(o.state == "sent")
            found = (await conn.execute(statement)).all()
        all_told = [
            Told(row.sent_at.astimezone(DEFAULT_ZONE).date(), names.get(row.person_id, "nhóm"), row.rule, row.code)
            for row in found
        ]
        return sorted(each for each in all_told if (not rules or each.rule in rules) and (not who or each.who in who))

    async def states(self, rule: str | None = None) -> list[str]:
        """The states of the notices, in their order."""
        statement = select(t.outbox.c.state).order_by(t.outbox.c.id)
        if rule is not None:
            statement = statement.where(t.outbox.c.rule == rule)
        async with self.db.read() as conn:
            return list((await conn.execute(statement)).scalars())

    def messages(self, name: str) -> list[Sent]:
        """What a person was sent."""
        telegram_id = 1000 + list(self.people).index(name)
        return [sent for sent in self.mouth.sent if sent.chat_id == telegram_id]


@asynccontextmanager
async def a_hamlet(url: str, folder: Path, at: str, **more: Any) -> AsyncIterator[Hamlet]:
    """A settled locality with everybody in it."""
    db = await Database.open(url)
    try:
        hamlet = Hamlet(db, folder, MovedClock(local(at)))
        await hamlet.settle(**more)
        await hamlet.everybody()
        yield hamlet
    finally:
        await db.close()
