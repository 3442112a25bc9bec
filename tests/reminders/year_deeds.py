"""What people do in the year: a seeded stream of reports, judgements, extensions, hand-overs, comings and goings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from bot.domain.errors import TienDoError
from bot.domain.people.evidence import Evidence
from bot.domain.people.people import Role, may_appraise
from bot.domain.plan.calendar import DayKind
from bot.domain.plan.duties import Ask
from bot.domain.plan.plan import Assignment
from bot.domain.work.events import Closing, HandOver
from bot.domain.work.lifecycle import Standing, State
from bot.domain.work.progress import Comparator, Target
from bot.services.appraising.appraise import accept, give_back
from bot.services.appraising.reopen import reopen
from bot.services.core import ledger
from bot.services.people.choose_digest_hour import set_digest_minute
from bot.services.people.end_membership import end_membership
from bot.services.plan import edit_days_off
from bot.services.plan.set_limit import set_limit
from bot.services.reminding.mute import mute
from bot.services.reminding.nudge import nudge
from bot.services.reporting import prepare_unit_report, send_unit_report
from bot.services.reporting.meet_milestone import meet
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.reporting.withdraw_report import withdraw
from bot.services.units.bind_team_chat import bind_team_chat, unbind_team_chat
from bot.storage.records import events, files, people
from tests.reminders.year import ZONE, Year, at
from tests.reminders.year_people import Place, visitor

UNIT_REPORTS_ADAY = 2
GROUP = -1_001_000_000_001


class Script:
    """Writes the year down beforehand as instants; what is done at each depends on how things stand then."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.random = year.random
        self.for_units = Random(2026)
        """Decides what units report as a whole, so that the rest of the year is what it was before they did."""
        self.waiting: dict[int, int] = {}
        """The complete report of each assignment that waits for judgement."""

    async def write(self) -> None:
        """Put every deed of the year into the list."""
        self.led: list[tuple[Place, int]] = []
        for place in self.year.places:
            async with self.year.desk.db.read() as conn:
                self.led += [(place, a.id) for a, _ in await events.standings(conn, place.plan_id)]
        season = self.year.season
        day = season.begins
        while day <= season.last:
            for _ in range(season.deeds if day.weekday() < 5 else 1):
                self._at(self._instant(day), self.work)
            for _ in range(UNIT_REPORTS_ADAY if day.weekday() < 5 else 0):
                hour, minute = self.for_units.choice((6, 7, 7, 8, 10, 14, 16, 21)), self.for_units.randrange(60)
                self._at(at(day, time(hour, minute, 1 + self.for_units.randrange(58))), self.unit_report)
            if day.weekday() in season.judging:
                self._at(at(day, time(15, self.random.randrange(60), 7)), self.judge)
                if day.day % 3 == 0:
                    self._at(at(day, time(20, 50, 11)), self.judge)
                    self._at(at(day, time(21, 20, 11)), self.judge)
            day += timedelta(days=1)
        for month in season.months:
            for _ in range(4):
                day = date(2026, month, self.random.randrange(6, 28))
                self._at(self._instant(day), self.random.choice([self.leave, self.come, self.silence, self.hour]))
        for start in season.blocks:
            self._at(at(start, time(11, 5, 3)), self.block)
        self._at(at(season.groups_from, time(11, 30, 3)), self.bind)
        for instant in season.days_off:
            self._at(instant, self.own_day_off)
        # One commune's judges come to a great many reports at once.
        self._at(at(season.flood, time(9, 1, 3)), self.flood)

    def _at(self, instant: datetime, deed: Callable[[], Awaitable[None]]) -> None:
        async def tried() -> None:
            try:
                await deed()
            except TienDoError as refused:
                # As in life: somebody else was faster, or it is not theirs to do.
                self.year.refused.append(refused.key)

        self.year.later(instant, tried)

    def _instant(self, day: date) -> datetime:
        hour = self.random.choice((6, 7, 8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 16, 22))
        minute = self.random.randrange(1, 60)
        return at(day, time(hour, minute, self.random.randrange(1, 59)))

    async def work(self) -> None:
        """Something happens to some assignment."""
        place, assignment_id = self.random.choice(self.led)
        found = await self._standing(assignment_id)
        if found is None:
            return
        assignment, standing = found
        chance = self.random.random()
        if standing.state in (State.COMPLETED, State.CLOSED):
            if chance < 0.25:
                await self.reopen(place, assignment, standing)
            return
        if chance < 0.06:
            await self.extend(place, assignment, standing)
        elif chance < 0.08:
            await self.hand_over(place, assignment, standing)
        elif chance < 0.09:
            await self.close(place, assignment)
        elif chance < 0.14:
            await self.nudge(place, assignment)
        elif standing.state is not State.AWAITING:
            await self.report(place, assignment, standing)

    async def _standing(self, assignment_id: int) -> tuple[Assignment, Standing] | None:
        async with self.year.desk.db.read() as conn:
            return await events.standing(conn, assignment_id)

    async def report(self, place: Place, assignment: Assignment, standing: Standing, *, is_sure: bool = False) -> None:
        """A member of the unit reports; some take it back, but not who ``is_sure``."""
        book = await self.year.book(place)
        terms = book.terms[assignment.row_id]
        unmet = [n for n in range(len(terms.milestones)) if n not in standing.milestones_met]
        roles = (Role.OFFICER, Role.HEAD, Role.OFFICE)
        own = [m.person_id for m in await self.year.members(place) if m.unit_id == standing.unit_id and m.role in roles]
        if not own:
            return
        who = await visitor(self.year.desk, place, self.random.choice(own))
        now, key = self.year.now(), self.year.key()
        if unmet and not is_sure and self.random.random() < 0.5:
            await meet(self.year.desk, who, assignment_id=assignment.id, milestone=unmet[0], now=now, key=key)
            return
        complete = standing.percent >= 40 and (is_sure or self.random.random() < 0.55)
        kept = await self._file(place, who.person.id if who.person else 0) if complete else ()
        said = SaidProgress(note="Đã làm", reason="Rà soát lại", files=kept)
        if terms.target is not None:
            said = replace(said, value=_value(terms.target, complete, self.random.random()))
        else:
            said = replace(said, percent=Decimal(100) if complete else self._percent(standing))
        receipt = await report(self.year.desk, who, assignment_id=assignment.id, said=said, now=now, key=key)
        if receipt.after.lead.standing.state is State.AWAITING:
            self.waiting[assignment.id] = receipt.number
        if not is_sure and self.random.random() < 0.15:
            number = receipt.number

            async def take_back() -> None:
                key = self.year.key()
                await withdraw(
                    self.year.desk, who, assignment_id=assignment.id, event_id=number, now=self.year.now(), key=key
                )
                self.waiting.pop(assignment.id, None)

            self._at(now + timedelta(minutes=self.random.randrange(2, 15)), take_back)

    def _percent(self, standing: Standing) -> Decimal:
        if self.random.random() < 0.1:
            return Decimal(int(standing.percent) // 2)
        return Decimal(min(95, int(standing.percent) + self.random.randrange(5, 45)))

    async def _file(self, place: Place, person_id: int) -> tuple[int, ...]:
        name = self.year.key()
        async with self.year.desk.db.write() as conn:
            await files.add_file(conn, name, 10, "image/png", self.year.now())
            given = Evidence(0, place.id, person_id, name, "anh.png", "image/png", 10, self.year.now(), {})
            kept = await files.add_evidence(conn, given, name)
        return (kept.id,)

    async def unit_report(self) -> None:
        """A unit sends something it owes as a whole: words, a file, nothing new; some too late, some once more."""
        chance, place = self.for_units, self.for_units.choice(self.year.places)
        today = self.year.now().astimezone(ZONE).date()
        running = [d for d in (await self.year.book(place)).unit_duties if d.opens <= today <= d.closes]
        if not running:
            return
        duty = chance.choice(running)
        if duty.ask is Ask.UPWARD and chance.random() < 0.8:
            # One unit owes these, so they would all be met on the first days.
            return
        unit = place.office_unit if duty.ask is Ask.UPWARD else chance.choice((*place.leading, place.office_unit))
        roles = (Role.OFFICE,) if duty.ask is Ask.UPWARD else (Role.OFFICER, Role.HEAD, Role.OFFICE)
        own = [m.person_id for m in await self.year.members(place) if m.unit_id == unit and m.role in roles]
        if not own:
            return
        who = await visitor(self.year.desk, place, chance.choice(own))
        has_file = duty.ask is Ask.ONCE or chance.random() < 0.3
        kept = await self._file(place, who.person.id if who.person else 0) if has_file else ()
        is_new = duty.ask is not Ask.SUMMARY or chance.random() < 0.6
        await send_unit_report.send(
            self.year.desk,
            who,
            target=prepare_unit_report.UnitReportTarget(place.id, unit, duty.ask.value, duty.period),
            said=send_unit_report.SaidOfUnit("Đã làm" if is_new else None, not is_new, kept),
            now=self.year.now(),
            key=self.year.key(),
        )

    async def judge(self, most: int = 2) -> None:
        """Some of what waits is judged, the rest is left for longer."""
        for assignment_id in self.random.sample(sorted(self.waiting), min(most, len(self.waiting))):
            if most <= 2 and self.random.random() < 0.4:
                continue
            await self._judge(assignment_id, self.waiting.pop(assignment_id))

    async def _judge(self, assignment_id: int, report_id: int) -> None:
        place = next(place for place, each in self.led if each == assignment_id)
        found = await self._standing(assignment_id)
        if found is None or found[1].state is not State.AWAITING or found[1].report_id != report_id:
            return
        everyone = await self.year.members(place)
        may = [
            person_id
            for person_id in sorted({m.person_id for m in everyone})
            if may_appraise(
                person_id, everyone, place.id, reporter_id=found[1].reporter_id, unit_id=found[1].unit_id
            )
        ]  # fmt: skip
        if not may:
            return
        who = await visitor(self.year.desk, place, self.random.choice(may))
        now, key, desk = self.year.now(), self.year.key(), self.year.desk
        if self.random.random() < 0.6:
            await accept(desk, who, assignment_id=assignment_id, report_id=report_id, now=now, key=key)
        else:
            why = "Thiếu chữ ký"
            await give_back(desk, who, assignment_id=assignment_id, report_id=report_id, reason=why, now=now, key=key)

    async def flood(self) -> None:
        """One commune reports everything complete, and all that waits is judged within minutes."""
        place = self.year.places[1]
        for each, assignment_id in self.led:
            found = await self._standing(assignment_id) if each is place else None
            if found is not None and found[1].percent >= 1 and self.random.random() < 0.7:
                try:
                    await self.report(place, *found, is_sure=True)
                except TienDoError as refused:
                    self.year.refused.append(refused.key)
        for minute in range(20):
            self._at(self.year.now() + timedelta(minutes=1 + minute), lambda: self.judge(3))

    async def _decider(self, place: Place, standing: Standing) -> int:
        role = Role.COMMITTEE if standing.unit_id == place.office_unit else Role.OFFICE
        return await self.year.someone(place, role)

    async def extend(self, place: Place, assignment: Assignment, standing: Standing) -> None:
        """The limit moves."""
        who = await visitor(self.year.desk, place, await self._decider(place, standing))
        due_on = self.year.now().date() + timedelta(days=self.random.randrange(1, 75))
        await set_limit(
            self.year.desk, who, row_id=assignment.row_id, due_on=due_on, reason="Công văn 12", now=self.year.now(),
            key=self.year.key(),
        )  # fmt: skip

    async def reopen(self, place: Place, assignment: Assignment, standing: Standing) -> None:
        """What was done is opened again."""
        who = await visitor(self.year.desk, place, await self._decider(place, standing))
        due_on = self.year.now().date() + timedelta(days=self.random.randrange(2, 60))
        await reopen(
            self.year.desk, who, assignment_id=assignment.id, reason="Số liệu sai", due_on=due_on, now=self.year.now(),
            key=self.year.key(),
        )  # fmt: skip

    async def hand_over(self, place: Place, assignment: Assignment, standing: Standing) -> None:
        """Another unit has the work from now on."""
        others = [unit for unit in place.leading if unit != standing.unit_id]
        async with self.year.desk.db.read() as conn:
            taken = {each.unit_id for each in await events.assignments_of_row(conn, assignment.row_id)}
        free = [unit for unit in others if unit not in taken]
        if not free:
            return
        body = HandOver(self.random.choice(free), "Đúng chức năng")
        await self._record(place, assignment, body)

    async def close(self, place: Place, assignment: Assignment) -> None:
        """A higher level has taken the work back."""
        await self._record(place, assignment, Closing("Cấp trên rút"))

    async def _record(self, place: Place, assignment: Assignment, body: Closing | HandOver) -> None:
        office = await self.year.someone(place, Role.OFFICE)
        async with self.year.desk.db.write() as conn:
            book = await self.year.desk.books.of(conn, place.id)
            now, key = self.year.now(), self.year.key()
            await ledger.record(conn, book, assignment.id, body, person_id=office, now=now, key=key)

    async def nudge(self, place: Place, assignment: Assignment) -> None:
        """The standing office chases."""
        who = await visitor(self.year.desk, place, await self.year.someone(place, Role.OFFICE))
        key, now = self.year.key(), self.year.now()
        await nudge(self.year.desk, who, assignment_id=assignment.id, now=now, key=key)
        self.year.diary.nudges.append((now, assignment.id, key))

    async def leave(self) -> None:
        """A member leaves a unit."""
        place = self.random.choice(self.year.places)
        office = await self.year.someone(place, Role.OFFICE)
        held = [m for m in await self.year.members(place) if m.role not in (Role.OFFICE, Role.COMMITTEE)]
        gone = self.random.choice(held)
        who = await visitor(self.year.desk, place, office)
        await end_membership(self.year.desk, who, membership_id=gone.id, now=self.year.now())

    async def come(self) -> None:
        """Somebody joins a unit."""
        place = self.random.choice(self.year.places)
        unit_id = self.random.choice((*place.leading, *place.teams))
        role = Role.TEAM if unit_id in place.teams else self.random.choice((Role.OFFICER, Role.OFFICER, Role.HEAD))
        async with self.year.desk.db.write() as conn:
            who = await self.year.newcomers.join(conn, place, unit_id, role, self.year.now())
        self.year.diary.minutes[who] = [(self.year.now(), self.year.newcomers.minutes[who])]

    async def silence(self) -> None:
        """An officer does not want to be warned of a row."""
        place, assignment_id = self.random.choice(self.led)
        found = await self._standing(assignment_id)
        own = [m for m in await self.year.members(place) if found is not None and m.unit_id == found[1].unit_id]
        if found is None or not own:
            return
        person_id, row_id = self.random.choice(own).person_id, found[0].row_id
        until = self.year.now().date() + timedelta(days=40)
        await mute(self.year.desk, await visitor(self.year.desk, place, person_id), row_id=row_id, until=until)
        self.year.diary.mutes.append((self.year.now(), person_id, row_id, until))

    async def hour(self) -> None:
        """Somebody wants the message of the morning at another hour."""
        place = self.random.choice(self.year.places)
        person_id = self.random.choice([m.person_id for m in await self.year.members(place)])
        minute = self.random.choice((420, 450, 975))
        who = await visitor(self.year.desk, place, person_id)
        await set_digest_minute(self.year.desk, who, minute=minute, now=self.year.now())
        self.year.diary.minutes[person_id].append((self.year.now(), minute))

    async def block(self) -> None:
        """An officer blocks the bot, and comes back weeks later."""
        place = self.random.choice(self.year.places)
        person_id = await self.year.someone(place, Role.OFFICER)
        number, begun = place.telegram[person_id], self.year.now()
        self.year.telegram.blocked.add(number)
        back = begun + timedelta(days=self.year.season.blocked, minutes=7)

        async def come_back() -> None:
            self.year.telegram.blocked.discard(number)
            async with self.year.desk.db.write() as conn:
                await people.set_reachable(conn, person_id, True)

        self._at(back, come_back)
        self.year.diary.blocks.append((begun, back, person_id))

    async def bind(self) -> None:
        """A team is told in its group, for some months."""
        for number, place in enumerate(each for each in self.year.places if each.teams):
            chat_id, unit_id = GROUP - number, place.teams[0]
            members = [m.person_id for m in await self.year.members(place) if m.unit_id == unit_id]
            who = await visitor(self.year.desk, place, members[0])
            begun = self.year.now()
            await bind_team_chat(self.year.desk, who, unit_id=unit_id, chat_id=chat_id, now=begun)
            ends = begun + timedelta(days=self.year.season.grouped, minutes=3)

            async def end(who=who, chat_id=chat_id) -> None:  # type: ignore[no-untyped-def]
                await unbind_team_chat(self.year.desk, who, chat_id=chat_id, now=self.year.now())

            self._at(ends, end)
            self.year.diary.groups.append((begun, ends, unit_id, chat_id))

    async def own_day_off(self) -> None:
        """A locality has a day off of its own, three weeks ahead."""
        place = self.random.choice(self.year.places)
        who = await visitor(self.year.desk, place, await self.year.someone(place, Role.OFFICE))
        day = self.year.now().date() + timedelta(days=22)
        day += timedelta(days=-day.weekday() if day.weekday() > 4 else 0)
        await edit_days_off.add_day(
            self.year.desk, who, locality_id=place.id, day=day, kind=DayKind.OFF, name="Ngày hội", now=self.year.now()
        )
        await self.year.note_calendar(place)


def _value(target: Target, complete: bool, chance: float) -> Decimal:
    goal = target.values[0]
    if target.comparator is Comparator.RANK:
        return goal if complete else goal + 1 + int(20 * chance)
    if target.comparator is Comparator.LEVEL:
        return goal if complete else max(Decimal(1), goal - 1)
    return goal if complete else (goal * Decimal(str(round(chance, 2)))).quantize(Decimal("0.01"))
