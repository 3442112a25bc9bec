"""What happened before the trial begins: five plans put in use in March, and what their people did since.

Everything goes through the services people use, with the time it was done at; the ticks in between queue what was to
be told. What was due before the first morning counts as told: people read it in those days.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.domain.people.people import Role, reporting_units
from bot.domain.people.visitor import Visitor
from bot.plans.reader import read_yaml
from bot.plans.schema import PlanFile, UnitPart
from bot.reminders.tick import tick
from bot.services.appraising import appraise
from bot.services.core.book import Book, Books
from bot.services.core.desk import Desk
from bot.services.core.hours import DAY, DIGEST_MINUTE, day_of, digest_at
from bot.services.plan.load_plan import load
from bot.services.plan.open_plan import put_in_use
from bot.services.plan.set_limit import set_limit
from bot.services.plan.set_opening import Stated, set_opening
from bot.services.reporting.attach_evidence import OfferedFile, receive
from bot.services.reporting.meet_milestone import meet
from bot.services.reporting.report_progress import SaidProgress, report
from bot.simulator.trial.cast import TrialLocality, join
from bot.simulator.trial.evidence_drawn import page, photo
from bot.simulator.trial.past_file import (
    Accepted,
    Counted,
    Deed,
    Limited,
    PastFile,
    Photo,
    Reached,
    Reported,
    Returned,
    Scan,
    read_past,
)
from bot.storage.engine.database import Database, migrate
from bot.storage.outbox import outbox
from bot.storage.records import events, people
from bot.storage.records.files import FileStore

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
WEEK, MONTH = timedelta(weeks=1), timedelta(weeks=4)
BEFORE_SENDING = timedelta(minutes=2)
"""How long before its report a file comes."""


async def live_through(url: str, folder: Path, places: Sequence[TrialLocality], until: datetime) -> None:
    """Let all that happened up to ``until`` happen in the database at ``url``, with evidence in ``folder``."""
    await migrate(url)
    db = await Database.open(url, durable=False)
    try:
        desk = Desk(db=db, files=FileStore(folder), books=Books())
        lives = [await _Life.opened(desk, place, until) for place in places]
        mornings = _mornings(min(day_of(life.past.in_use) for life in lives), day_of(until))
        happened = sorted((deed.at, n) for n, life in enumerate(lives) for deed in life.past.deeds if deed.at <= until)
        left = [iter(life.past.deeds) for life in lives]
        for at, n in happened:
            while mornings and mornings[0] < at:
                await _morning(desk, mornings.pop(0))
            await lives[n].do(next(left[n]))
        for at in mornings:
            await _morning(desk, at)
        async with db.write() as conn:
            await outbox.told_before(conn, until)
    finally:
        await db.close()


def _mornings(first: date, last: date) -> list[datetime]:
    """When it is looked at what is due: on the Mondays of the last month, and every day of the last week.

    The board shows what the last week changed; of the time before a few looks are enough, which take a while.
    """
    days = [first + DAY * n for n in range(1, (last - first).days + 1) if last - first - DAY * n < MONTH]
    return [digest_at(day, DIGEST_MINUTE) for day in days if day.weekday() == 0 or last - day < WEEK]


async def _morning(desk: Desk, at: datetime) -> None:
    await tick(desk, at)
    async with desk.db.write() as conn:
        await outbox.told_before(conn, at)


@dataclass(frozen=True)
class _Life:
    """One locality on its way through the past. ``leads`` are ids by code and unit, ``files`` ids by deed."""

    desk: Desk
    past: PastFile
    book: Book
    visitors: Mapping[str, Visitor]
    leads: Mapping[tuple[str, int], int]
    files: Mapping[int, tuple[int, ...]]

    @classmethod
    async def opened(cls, desk: Desk, place: TrialLocality, until: datetime) -> _Life:
        """The locality with its people, its plan put in use and its evidence at hand."""
        past = read_past(SEEDS / "trial" / f"{place.slug}.yaml")
        begun = min(past.in_use, until)
        loaded = await load(desk, _with_team(read_yaml(SEEDS / f"{place.slug}.yaml"), place), now=begun)
        await join(desk, place, begun)
        async with desk.db.read() as conn:
            visitors = {each.part.name: await people.visitor(conn, each.id, each.id) for each in place.actors}
            book = await desk.books.of(conn, loaded.locality_id)
        office = visitors[place.having(Role.OFFICE).part.name]
        for n, one in enumerate(past.openings):
            if one.done_on is not None and one.done_on > day_of(begun):
                continue
            stated = Stated(percent=one.percent, completed_on=one.done_on, source=one.source)
            row_id, key = book.by_code[one.row].id, f"past:{place.slug}:o{n}"
            await set_opening(desk, office, row_id=row_id, stated=stated, now=begun, key=key)
        await put_in_use(desk, office, plan_id=loaded.plan.id, now=begun)
        async with desk.db.read() as conn:
            book = await desk.books.of(conn, loaded.locality_id)
            stored = await events.standings(conn, loaded.plan.id)
        leads = {(book.rows[each.row_id].code, each.unit_id): each.id for each, _ in stored}
        files = await _files(desk, past, visitors, until, f"past:{place.slug}")
        return cls(desk, past, book, visitors, leads, files)

    async def do(self, deed: Deed) -> None:
        """Let someone do something."""
        who, key = self.visitors[deed.by], f"past:{self.book.locality.slug}:{self.past.deeds.index(deed)}"
        match deed:
            case Reported():
                await self._report(who, deed, key)
            case Counted():
                for n, (code, value) in enumerate(deed.values.items()):
                    one = Reported(at=deed.at, by=deed.by, report=code, value=value, note=deed.note)
                    await self._report(who, one, f"{key}:{n}")
            case Accepted() | Returned():
                await self._judge(who, deed, key)
            case Limited():
                row_id = self.book.by_code[deed.limit].id
                await set_limit(
                    self.desk, who, row_id=row_id, due_on=deed.due_on, reason=deed.reason, now=deed.at, key=key
                )
            case Reached():
                await meet(
                    self.desk,
                    who,
                    assignment_id=self._own(who, deed.milestone),
                    milestone=deed.number - 1,
                    note=deed.note,
                    files=self.files.get(id(deed), ()),
                    now=deed.at,
                    key=key,
                )

    async def _report(self, who: Visitor, deed: Reported, key: str) -> None:
        await report(
            self.desk,
            who,
            assignment_id=self._own(who, deed.report),
            said=SaidProgress(deed.percent, deed.value, note=deed.note, files=self.files.get(id(deed), ())),
            now=deed.at,
            key=key,
        )

    async def _judge(self, who: Visitor, deed: Accepted | Returned, key: str) -> None:
        code = deed.accept if isinstance(deed, Accepted) else deed.give_back
        assert self.book.plan is not None
        async with self.desk.db.read() as conn:
            waiting = await events.awaiting(conn, self.book.plan.id)
        assignment, sent = next((a, e) for a, _, e in waiting if self.book.rows[a.row_id].code == code)
        judge = appraise.accept if isinstance(deed, Accepted) else partial(appraise.give_back, reason=deed.reason)
        await judge(self.desk, who, assignment_id=assignment.id, report_id=sent.id, now=deed.at, key=key)

    def _own(self, who: Visitor, code: str) -> int:
        units = reporting_units(who.memberships, self.book.locality.id)
        for unit_id in units:
            if (code, unit_id) in self.leads:
                return self.leads[code, unit_id]
        raise LookupError(f"{code} is not led by anyone {who.telegram_id} reports for")


def _with_team(file: PlanFile, place: TrialLocality) -> PlanFile:
    """The plan with the team of the trial in its directory, as an office adds its own."""
    if any(unit.name == place.troupe.team for unit in file.units):
        return file
    return file.but(units=(*file.units, UnitPart(name=place.troupe.team, kind="community_team")))


async def _files(
    desk: Desk, past: PastFile, visitors: Mapping[str, Visitor], until: datetime, key: str
) -> dict[int, tuple[int, ...]]:
    """The evidence of every report that carries some, received beforehand: looking at a PDF takes a process."""
    carrying = [d for d in past.deeds if isinstance(d, Reported | Reached) and d.files and d.at <= until]
    kept = await asyncio.gather(*(_received(desk, visitors[d.by], d, f"{key}:{n}") for n, d in enumerate(carrying)))
    return {id(deed): ids for deed, ids in zip(carrying, kept, strict=True)}


async def _received(desk: Desk, who: Visitor, deed: Reported | Reached, key: str) -> tuple[int, ...]:
    ids: list[int] = []
    for n, file in enumerate(deed.files):
        name, content = await asyncio.to_thread(_drawn, file, deed.at, f"{key}:{n}")

        async def download(target: Path, content: bytes = content) -> None:
            await asyncio.to_thread(target.write_bytes, content)

        kept = await receive(
            desk,
            who,
            OfferedFile(name, download, size=len(content)),
            now=deed.at - BEFORE_SENDING,
            key=f"{key}:{n}",
        )
        ids.append(kept.id)
    return tuple(ids)


def _drawn(file: Photo | Scan, at: datetime, key: str) -> tuple[str, bytes]:
    seed = zlib.crc32(key.encode())
    if isinstance(file, Scan):
        return file.pdf, page(at - timedelta(hours=3), seed)
    taken = at - timedelta(minutes=20 + seed % 90)
    return f"photo_{seed % 10_000:04d}.jpg", photo(file.photo, taken, seed)
