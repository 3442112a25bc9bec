"""A period's state and the ranking, against a slow recomputation; closing, opening again and chasing as services."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from bot.domain.errors import BadInput, NotAllowed, NotFound, TienDoError, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, Duty, OnceRule, PeriodRule, ReportingRules
from bot.domain.plan.periods import CalendarPeriod, PeriodKind, span_of
from bot.domain.plan.plan import UnitRole
from bot.domain.work.alerts import Colour
from bot.domain.work.events import Appraisal, Body, Closing, Extension, HandOver, Opening, Reopening, Report, Withdrawal
from bot.domain.work.lifecycle import State, begin
from bot.domain.work.scores import Grade, points
from bot.i18n import translator
from bot.language.asking.query import Filters, Query, QueryKind
from bot.services.asking.answer import Asker, ranking_for
from bot.services.asking.missing import missing_reports
from bot.services.core import ledger
from bot.services.core.board import Lead, leads, leads_known
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.hours import day_start
from bot.services.people.export_person import export_person
from bot.services.periods.chase_period import Chased, ChasedToday, chase_missing
from bot.services.periods.close_period import PeriodName, close, look_at_reopening, reopen
from bot.services.periods.period_state import DutyOutcome, UnitState, current_duty, duty_named, period_state, settled_at
from bot.services.periods.see_period import see_period
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.services.reporting.report_progress import SaidProgress, duty_served, report
from bot.services.reporting.send_unit_report import SaidOfUnit, send
from bot.services.reporting.unit_duties import units_asked
from bot.services.results.rank_units import Ground, Ranking, ranking
from bot.services.results.see_ranking import RankingSeen, see_ranking
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records import audit, events, period_marks, plans, unit_reports
from bot.views.results.ranking import ranking_view, score_words
from tests.conversations.talks import refusal_of
from tests.services.wards import a_desk
from tests.services.works import Work, key, some_work

MONTH, QUARTER = PeriodRule(PeriodKind.MONTH), PeriodRule(PeriodKind.QUARTER)
RULES = ReportingRules((MONTH, QUARTER), (QUARTER,), (OnceRule("Kế hoạch của đơn vị", date(2026, 6, 20), "20/6"),))
JUNE = "2026-06"


def noon(month: int, day: int, hour: int = 5) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk on a fresh database, once on each engine."""
    return a_desk(database, tmp_path / "data")


async def with_rules(desk: Desk) -> Work:
    """The work of a ward whose units report months and quarters, and a plan of their own by 20 June."""
    work = await some_work(desk)
    async with desk.db.write() as conn:
        await plans.set_settings(conn, work.ward.id, reporting=RULES)
        await plans.bump_version(conn, work.ward.id)
    return work


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """The work of such a ward."""
    return await with_rules(desk)


def june(work: Work, ask: str = "progress", period: str = JUNE) -> PeriodName:
    return PeriodName(work.ward.id, ask, period)


async def bosses(work: Work, role: Role = Role.OFFICE, name: str = "Trần Thị Bình") -> Visitor:
    return await work.ward.member(role, work.ward.office, name)


async def book_of(work: Work) -> Book:
    async with work.desk.db.read() as conn:
        return await work.desk.books.of(conn, work.ward.id)


async def state(work: Work, now: datetime, ask: str = "progress", period: str = JUNE) -> dict[str, DutyOutcome]:
    """What each unit has given, from what is stored; from the events it is the same."""
    book = await book_of(work)
    duty = duty_named(book, ask, period)
    assert duty is not None
    async with work.desk.db.read() as conn:
        found = await period_state(conn, book, duty, now, stored=True)
        folded = await period_state(conn, book, duty, now)
    assert [_codes(unit) for unit in found.units] == [_codes(unit) for unit in folded.units]
    return {unit.unit: unit.given for unit in found.units}


def _codes(unit: UnitState) -> tuple[object, ...]:
    parts = (unit.on_time, unit.late, unit.missing)
    return (unit.unit, unit.given, *([lead.row.code for lead in part] for part in parts))


async def says(
    work: Work, code: str, now: datetime, percent: int | None = None, who: Visitor | None = None
) -> str | None:
    """The period that a report of this instant serves."""
    said = SaidProgress(unchanged=True) if percent is None else SaidProgress(Decimal(percent))
    done = await report(
        work.desk,
        who or work.officer,
        assignment_id=work.by_code[code],
        now=now,
        key=key(),
        said=said,
    )
    return done.body.period


async def all_of_police(work: Work, now: datetime) -> None:
    for code in work.by_code:
        if code != "NV02":
            await says(work, code, now)


POLICE, DIVISION = "Công an phường", "Phòng Văn hóa - Xã hội"


# --- the state of a period


async def test_a_unit_has_reported_once_all_its_rows_have_and_late_where_one_was(work: Work) -> None:
    assert await state(work, noon(6, 20)) == {POLICE: DutyOutcome.MISSING}, "NV02 begins in July"
    await all_of_police(work, noon(6, 20))
    assert await state(work, noon(6, 20)) == {POLICE: DutyOutcome.ON_TIME}
    july = "2026-07"
    for code in [*work.by_code][:-1]:
        if code != "NV02":
            await says(work, code, noon(7, 20))
    assert (await state(work, noon(7, 20), period=july))[POLICE] is DutyOutcome.MISSING
    assert await says(work, "CT04", noon(8, 3)) == july
    assert await state(work, noon(8, 3), period=july) == {DIVISION: DutyOutcome.MISSING, POLICE: DutyOutcome.LATE}


async def test_what_a_unit_owed_when_a_period_closed_does_not_go_away_later(work: Work) -> None:
    for code in work.by_code:
        if code not in ("NV02", "NV07"):
            await says(work, code, noon(6, 20))
    await says(work, "NV07", noon(7, 20))
    assert await state(work, noon(7, 20)) == {POLICE: DutyOutcome.MISSING}
    async with work.desk.db.write() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        await ledger.record(
            conn, book, work.by_code["NV07"], Closing("Rút"), person_id=None, now=noon(7, 21), key=key()
        )
    assert await state(work, noon(7, 22)) == {POLICE: DutyOutcome.MISSING}
    async with work.desk.db.read() as conn:
        found = await missing_reports(conn, book, JUNE, Filters(), Asker((), date(2026, 7, 22)), noon(7, 22))
    assert [(each.unit, each.codes) for each in found.owing] == [(POLICE, ("NV07",))]


async def test_a_duty_of_whole_units_is_met_by_its_first_report(work: Work) -> None:
    assert await state(work, noon(6, 20), "summary", "2026-Q2") == {POLICE: DutyOutcome.MISSING}
    target = UnitReportTarget(work.ward.id, work.ward.police, "summary", "2026-Q2")
    await send(work.desk, work.officer, target=target, said=SaidOfUnit("Đã làm"), now=noon(7, 2), key=key())
    assert await state(work, noon(7, 2), "summary", "2026-Q2") == {POLICE: DutyOutcome.LATE}
    book = await book_of(work)
    duty = duty_named(book, "summary", "2026-Q2")
    assert duty is not None
    async with work.desk.db.read() as conn:
        before = await period_state(conn, book, duty, noon(7, 1))
    assert [unit.given for unit in before.units] == [DutyOutcome.MISSING], "as known the day before"


async def test_the_current_period_is_the_first_open_one_else_the_last(work: Work) -> None:
    book = await book_of(work)
    found = [current_duty(book, day) for day in (date(2026, 1, 5), date(2026, 7, 5), date(2026, 7, 15))]
    assert [duty.period for duty in found if duty] == ["2026-03", "2026-06", "2026-07"]


# --- closing and opening again


async def test_it_is_closed_by_the_office_alone_and_after_its_due_day(work: Work) -> None:
    office = await bosses(work)
    for who in (work.officer, await bosses(work, Role.COMMITTEE, "Phạm Văn Chung")):
        with pytest.raises(NotAllowed):
            await close(work.desk, who, june(work), now=noon(7, 2), key=key())
    assert await refusal_of(close(work.desk, office, june(work), now=noon(6, 30), key=key())) == "period_not_due"
    assert await refusal_of(close(work.desk, office, june(work), now=noon(7, 11), key=key())) == "period_closed_already"
    for name in (june(work, "upward", "2026-Q2"), june(work, period="2026-02"), june(work, period="x")):
        with pytest.raises(NotFound):
            await close(work.desk, office, name, now=noon(7, 2), key=key())


async def test_closed_and_opened_again_by_one_key_it_is_so_once(work: Work) -> None:
    office, one, two = await bosses(work), key(), key()
    assert await says(work, "NV03", noon(7, 2, 3)) == JUNE
    done = [await close(work.desk, office, june(work), now=noon(7, 2), key=one) for _ in range(2)]
    assert done[0].mark == done[1].mark and done[0].missing == 1
    assert await says(work, "NV01", noon(7, 2, 6)) == "2026-07", "July is open: it serves that one"
    assert await refusal_of(close(work.desk, office, june(work), now=noon(7, 2), key=key())) == "period_closed_already"
    again = [
        await reopen(
            work.desk, office, june(work), reason=" Mất điện ", until=date(2026, 7, 20), now=noon(7, 3), key=two
        )
        for _ in range(2)
    ]
    assert again[0].mark == again[1].mark and again[0].mark.reason == "Mất điện"
    assert await says(work, "NV01", noon(7, 20)) == JUNE
    assert await says(work, "NV07", noon(7, 21)) == "2026-07", "the day is over"
    async with work.desk.db.read() as conn:
        assert await audit.verify(conn, work.ward.id) is None
        actions = list(await conn.scalars(select(t.audit.c.action).where(t.audit.c.action.like("period_%"))))
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None and len(await period_marks.of_plan(conn, plan.id)) == 2
    assert actions == ["period_closed", "period_reopened"]


async def test_two_who_close_at_once_close_it_once(work: Work) -> None:
    one, two = await bosses(work), await bosses(work, name="Lê Thị Dung")
    done = await asyncio.gather(
        *(close(work.desk, who, june(work), now=noon(7, 2), key=key()) for who in (one, two)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["Decided", "TransitionRefused"]


async def test_lights_and_what_was_served_follow_at_once(work: Work) -> None:
    office = await bosses(work)
    await says(work, "NV03", noon(6, 20))
    await close(work.desk, office, june(work), now=noon(7, 2), key=key())
    # A report after the close ends the reproach; opened again, the period is owed again.
    await says(work, "CT01", noon(7, 3))
    await reopen(work.desk, office, june(work), reason="Mất điện", until=date(2026, 7, 20), now=noon(7, 4), key=key())
    async with work.desk.db.read() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        for lead in await leads(conn, book, date(2026, 7, 4)):
            found = await conn.execute(
                select(t.assignments.c.colour, t.assignments.c.next_change_on).where(
                    t.assignments.c.id == lead.assignment.id
                )
            )
            assert found.one().colour == lead.verdict.colour.value


@pytest.mark.parametrize(
    ("until", "refused"), [(date(2026, 7, 1), "reopen_day_past"), (date(2027, 1, 1), "reopen_day_too_late")]
)
async def test_it_is_opened_again_for_days_of_the_year_that_are_to_come(work: Work, until: date, refused: str) -> None:
    office = await bosses(work)
    opening = reopen(work.desk, office, june(work), reason="Mất điện", until=until, now=noon(7, 15), key=key())
    assert await refusal_of(opening) == refused
    with pytest.raises(BadInput):
        await reopen(work.desk, office, june(work), reason=" ", until=date(2026, 7, 20), now=noon(7, 15), key=key())
    with pytest.raises(TransitionRefused):
        await look_at_reopening(work.desk, office, june(work), now=noon(7, 10))
    found = await look_at_reopening(work.desk, office, june(work), now=noon(7, 15))
    assert found.offers == (date(2026, 7, 17), date(2026, 7, 21), date(2026, 7, 28))


# --- the chase


async def chased(work: Work, who: Visitor, seen: int, now: datetime, *, again: bool = False) -> Chased:
    return await chase_missing(
        work.desk, who, locality_id=work.ward.id, ask="progress", period=JUNE, seen=seen, again=again, now=now
    )


async def test_a_chase_is_sent_once_however_often_and_by_whomever_it_is_asked_for(work: Work) -> None:
    one, two = await bosses(work), await bosses(work, name="Lê Thị Dung")
    first = await chased(work, one, 0, noon(6, 20))
    assert (first.chase.units, first.chase.told) == (1, 1)
    assert (await chased(work, two, 0, noon(6, 20))).chase == first.chase
    with pytest.raises(ChasedToday):
        await chased(work, two, 1, noon(6, 20, 8))
    await chased(work, two, 1, noon(6, 20, 8), again=True)
    await chased(work, two, 2, noon(6, 22))
    async with work.desk.db.read() as conn:
        sent = (await conn.execute(select(t.outbox.c.key).where(t.outbox.c.rule == "period_nudge"))).all()
    assert len(sent) == 3


async def test_nobody_is_chased_where_all_have_reported_or_nothing_is_taken(work: Work) -> None:
    office = await bosses(work)
    with pytest.raises(NotAllowed):
        await chased(work, work.officer, 0, noon(6, 20))
    assert await refusal_of(chased(work, office, 0, noon(7, 11))) == "period_takes_none"
    await all_of_police(work, noon(6, 20))
    assert await refusal_of(chased(work, office, 0, noon(6, 20))) == "period_nobody_missing"


async def test_what_is_kept_of_a_person_s_decisions_is_handed_out(work: Work) -> None:
    office = await bosses(work)
    await close(work.desk, office, june(work), now=noon(7, 2), key=key())
    assert office.person is not None
    kept = await export_person(work.desk, telegram_id=office.person.telegram_id, now=noon(7, 3))
    assert kept is not None and len(kept["period_marks"]) == 1


# --- the ranking, against a slow recomputation


CHOICES = ("report",) * 8 + (
    "complete",
    "complete",
    "accept",
    "return",
    "extend",
    "hand_over",
    "close",
    "reopen",
    "withdraw",
)


async def _happens(work: Work, random: Random, now: datetime) -> None:
    """One random step of a random row, where the table allows it."""
    book = await book_of(work)
    async with work.desk.db.read() as conn:
        lead = random.choice(await leads(conn, book, book.today(now)))
    standing = lead.standing
    served = duty_served(book, lead.row.id, standing, book.today(now))
    period, late = (served[0].period, served[1]) if served else (None, False)
    percent = Decimal(random.randrange(0, 100))
    units = (work.ward.police, work.ward.division, work.ward.office)
    bodies: dict[str, Body] = {
        "report": Report(percent, reason="x", note="y", period=period, late=late),
        "complete": Report(Decimal(100), files=(1,), period=period, late=late),
        "accept": Appraisal(standing.report_id or 0, True),
        "return": Appraisal(standing.report_id or 0, False, "x"),
        "extend": Extension(book.today(now) + timedelta(days=random.randrange(5, 60)), "x"),
        "hand_over": HandOver(random.choice(units), "x"),
        "close": Closing("x"),
        "reopen": Reopening("x", book.today(now) + timedelta(days=9)),
        "withdraw": Withdrawal(standing.report_id or 0),
    }
    try:
        async with work.desk.db.write() as conn:
            body = bodies[random.choice(CHOICES)]
            await ledger.record(conn, book, lead.assignment.id, body, person_id=1, now=now, key=key())
    except TienDoError:
        return


async def _decides(work: Work, office: Visitor, random: Random, now: datetime) -> None:
    name = june(
        work,
        *random.choice([("progress", "2026-04"), ("progress", "2026-05"), ("progress", JUNE), ("summary", "2026-Q2")]),
    )
    until = now.date() + timedelta(days=random.randrange(1, 9))
    try:
        if random.random() < 0.5:
            await close(work.desk, office, name, now=now, key=key())
        else:
            await reopen(work.desk, office, name, reason="x", until=until, now=now, key=key())
    except TienDoError:
        return


async def _joined(work: Work, at: datetime) -> set[str]:
    """The units whose officers, heads or office people had come by an instant."""
    book = await book_of(work)
    async with work.desk.db.read() as conn:
        every = (await conn.execute(select(t.memberships))).mappings().all()
    roles = {"officer", "head", "office"}
    return {book.unit_name(each["unit_id"]) for each in every if each["since"] <= at and each["role"] in roles}


def _slow_places(found: list[Lead], book: Book, day: date, joined: set[str]) -> dict[str, tuple[int, Decimal]]:
    if all(lead.standing.reported_on is None for lead in found):
        return {}
    scores = {unit: score for unit, score in _slow_scores(found, book, day).items() if unit in joined}
    return {unit: (1 + sum(o > s for o in scores.values()), s) for unit, s in scores.items()}


def _slow_scores(found: list[Lead], book: Book, day: date) -> dict[str, Decimal]:
    marks: dict[str, list[Decimal]] = defaultdict(list)
    for lead in found:
        value = points(lead.terms, lead.standing, day, book.rules[lead.row.id])
        if value is not None:
            marks[book.unit_name(lead.standing.unit_id)].append(value)
    mean = {unit: sum(values, Decimal(0)) / len(values) for unit, values in marks.items()}
    return {unit: value.quantize(Decimal("0.01"), "ROUND_HALF_UP") for unit, value in mean.items()}


async def _slow_proposals(
    work: Work, found: list[Lead], book: Book, span: CalendarPeriod, at: datetime, places: dict[str, Decimal]
) -> tuple[dict[str, set[str]], set[str]]:
    """The grounds against each unit with a place, and who is criticised once the period is over."""
    day = book.today(at)
    leading = {lead.standing.unit_id for lead in found}
    shared = {
        lead.row.id
        for lead in found
        if len(leading) > 1
        and all(any(o.row.id == lead.row.id and o.standing.unit_id == u for o in found) for u in leading)
    }
    alone = [lead for lead in found if lead.row.id not in shared]
    own = _slow_scores(alone, book, day)
    missed = await _slow_duties(work, book, span, at, without=shared)
    grounds: dict[str, set[str]] = {}
    criticised = set()
    for unit, score in places.items():
        late = [x for x in alone if book.unit_name(x.standing.unit_id) == unit and "overdue" in x.verdict.reasons]
        weak = score < 50 and own.get(unit, Decimal(100)) < 50
        told = {"weak": weak, "overdue": bool(late), "duties_missed": "missing" in dict(map(reversed, missed[unit]))}
        grounds[unit] = {name for name, so in told.items() if so}
        if len(grounds[unit]) >= 2 and score < 70 and own.get(unit, Decimal(100)) < 70:
            criticised.add(unit)
    return grounds, criticised


async def _slow_duties(
    work: Work, book: Book, span: CalendarPeriod, at: datetime, without: Collection[int] = ()
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    asked: list[Duty] = [duty for duty in (*book.duties, *book.unit_duties) if duty.opens >= date(2026, 3, 1)]
    async with work.desk.db.read() as conn:
        assert book.plan is not None
        first = await unit_reports.first_of_plan(conn, book.plan.id)
        for duty in asked:
            if not (duty.due < book.today(at) and span.first <= duty.due <= span.last):
                continue
            then = await leads_known(conn, book, min(settled_at(book, duty), at))
            if duty.ask is Ask.PROGRESS:
                then = [lead for lead in then if lead.row.id not in without]
                for unit in {lead.standing.unit_id for lead in then}:
                    own = [
                        lead
                        for lead in then
                        if lead.standing.unit_id == unit and duty in book.rules[lead.row.id].duties
                    ]
                    served = [lead for lead in own if duty.period in lead.standing.served]
                    owed = [
                        lead
                        for lead in own
                        if duty.period not in lead.standing.served
                        and lead.standing.state in (State.NOT_REPORTED, State.IN_PROGRESS, State.RETURNED)
                        and not (lead.standing.owes_from and lead.standing.owes_from > duty.due)
                    ]
                    late = [lead for lead in served if duty.period in lead.standing.served_late]
                    if owed or served:
                        word = "missing" if owed else "late" if late else "on_time"
                        found[book.unit_name(unit)].append((duty.period, word))
            else:
                for unit in units_asked(duty, then, book):
                    met = first.get((unit, duty.ask.value, duty.period))
                    word = "missing" if met is None or met[0] > at else "late" if met[1] else "on_time"
                    found[book.unit_name(unit)].append((duty.period, word))
    return found


async def _comes(work: Work, unit_id: int, since: datetime) -> None:
    who = await work.ward.member(Role.OFFICER, unit_id, "Lê Thị Hoa")
    async with work.desk.db.write() as conn:
        mine = update(t.memberships).where(t.memberships.c.person_id == who.person.id)  # type: ignore[union-attr]
        await conn.execute(mine.values(since=since))


async def _share_a_row(work: Work) -> int:
    """NV07, led by the police, is led by the two others too."""
    book = await book_of(work)
    row = book.by_code["NV07"]
    async with work.desk.db.write() as conn:
        for unit_id in (work.ward.office, work.ward.division):
            begun = begin(book.terms[row.id], unit_id)
            await events.add_assignment(conn, row, UnitRole.LEAD, begun)
        await plans.bump_version(conn, work.ward.id)
    return row.id


@pytest.mark.parametrize("seed", range(3))
async def test_the_ranking_is_what_a_slow_recomputation_says(
    sqlite_database: Database, tmp_path: Path, seed: int
) -> None:
    work = await with_rules(a_desk(sqlite_database, tmp_path / "data"))
    random, office, now = Random(seed), await bosses(work), noon(3, 2)
    await _share_a_row(work)
    await _comes(work, work.ward.police, noon(3, 2))
    await _comes(work, work.ward.division, noon(random.choice([3, 6, 8]), 10))
    while now < noon(8, 20):
        now += timedelta(hours=random.randrange(3, 60))
        await (_decides(work, office, random, now) if random.random() < 0.15 else _happens(work, random, now))
    book = await book_of(work)
    for period, at in [("2026", now), ("2026-Q2", now), ("2026-Q3", now), ("2026-05", now), ("2026-Q2", noon(5, 20))]:
        span = span_of(period)
        assert span is not None
        ends = min(day_start(span.last + timedelta(days=1)), at)
        known = book.known(ends)
        async with work.desk.db.read() as conn:
            found = await ranking(conn, book, span, at)
            stood = await leads_known(conn, book, ends)
            before = found.before_at and await leads_known(conn, book, found.before_at)
        slow = _slow_places(stood, known, book.today(ends), await _joined(work, ends))
        placed = {unit.placed.unit: (unit.placed.place, unit.placed.score) for unit in found.units}
        assert placed == slow
        scores = {unit: score for unit, (_, score) in slow.items()}
        grounds, criticised = await _slow_proposals(work, stood, known, span, ends, scores)
        over = span.last < book.today(at)
        assert {each.unit.placed.unit for each in found.criticised} == (criticised if over else set())
        proposed = {each.unit.placed.unit: set(each.grounds) for each in (*found.criticised, *found.reminded)}
        assert proposed == {unit: told for unit, told in grounds.items() if told}
        duties = await _slow_duties(work, known, span, ends)
        for unit in found.units:
            mine = sorted((duty.period, given.value) for duty, given in unit.duties)
            assert mine == sorted(duties.get(unit.placed.unit, []))
            done = [lead for lead, _ in unit.counted if lead.standing.state is State.COMPLETED]
            if span.is_year:
                assert len(unit.on_time) + len(unit.late) == len(done)
            assert all(lead.verdict.colour is Colour.RED for lead in unit.red)
        if before:
            assert found.before_at is not None
            joined = await _joined(work, found.before_at)
            old = _slow_places(before, book.known(found.before_at), book.today(found.before_at), joined)
            assert {u.placed.unit: u.before for u in found.units} == {
                unit: old[unit][0] if unit in old else None for unit in slow
            }
    await _agrees_with_chat(work, office, book, now)


async def _agrees_with_chat(work: Work, office: Visitor, book: Book, now: datetime) -> None:
    """The chat, the question and the stored standings say the same."""
    seen = await see_ranking(work.desk, office, period="2026", now=now)
    async with work.desk.db.read() as conn:
        asked = await ranking_for(conn, book, Query(QueryKind.RANKING, Filters()), Asker((), book.today(now)))
    assert [unit.placed for unit in seen.ranking.units] == list(asked.units)
    assert (seen.ranking.absent, seen.ranking.is_reported) == (asked.absent, asked.is_reported)
    text = ranking_view(translator("vi"), seen).text
    for unit in seen.ranking.units:
        assert f"<b>{unit.placed.place}. {unit.placed.unit}</b>" in text
        assert f"<b>{score_words(translator('vi'), unit.placed.score)}</b> điểm" in text


async def _ranked(work: Work, period: str, at: datetime) -> Ranking:
    span, book = span_of(period), await book_of(work)
    assert span is not None
    async with work.desk.db.read() as conn:
        return await ranking(conn, book, span, at)


async def test_who_is_proposed_and_on_what_grounds(work: Work) -> None:
    photo = await work.photo(now=noon(6, 1))
    await report(
        work.desk,
        work.officer,
        assignment_id=work.by_code["NV01"],
        said=SaidProgress(Decimal(100), files=(photo.id,)),
        now=noon(6, 20),
        key=key(),
    )
    running = await _ranked(work, "2026-Q3", noon(9, 30))
    over = await _ranked(work, "2026-Q3", noon(10, 2))
    assert running.criticised == () and running.commended == over.commended == () and over.reminded == ()
    for (police,) in (running.reminded, over.criticised):
        assert police.unit.placed.unit == POLICE and police.unit.placed.grade is Grade.WEAK
        assert set(police.grounds) == {Ground.WEAK, Ground.OVERDUE, Ground.DUTIES_MISSED}
        assert {lead.row.code for lead in police.unit.alone.overdue} == {"NV07"}


async def test_one_row_past_its_limit_is_no_ground_to_criticise_an_excellent_unit(work: Work) -> None:
    async with work.desk.db.write() as conn:
        await plans.set_settings(conn, work.ward.id, reporting=ReportingRules())
        await plans.bump_version(conn, work.ward.id)
    book, done = await book_of(work), noon(6, 20)
    async with work.desk.db.write() as conn:
        for code, assignment in work.by_code.items():
            if code not in ("NV02", "NV07"):
                value = None if code.startswith("NV") else Decimal(2000)
                whole = Report(Decimal(100), value, files=(1,))
                sent = await ledger.record(conn, book, assignment, whole, person_id=1, now=done, key=key())
                passed = Appraisal(sent.event.id, True)
                await ledger.record(conn, book, assignment, passed, person_id=1, now=done, key=key())
        most = Report(Decimal(40))
        await ledger.record(conn, book, work.by_code["NV07"], most, person_id=1, now=done, key=key())
    found = await _ranked(work, "2026-Q3", noon(10, 2))
    (police,) = found.units
    assert police.placed.grade is Grade.EXCELLENT and [lead.row.code for lead in police.alone.overdue] == ["NV07"]
    assert found.criticised == ()
    assert [each.grounds for each in found.reminded] == [(Ground.OVERDUE,)]


async def test_units_that_nobody_has_joined_are_named_and_have_no_place(work: Work) -> None:
    await says(work, "NV01", noon(6, 20), 50)
    found = await _ranked(work, "2026-Q2", noon(7, 2))
    assert [each.placed.unit for each in found.units] == [POLICE] and found.absent == (DIVISION,)
    text = ranking_view(translator("vi"), _seen(found)).text
    assert f"Chưa có người tham gia nên chưa xếp hạng: {DIVISION}" in text
    assert DIVISION not in "".join(each.unit.placed.unit for each in (*found.criticised, *found.reminded))
    await _comes(work, work.ward.division, noon(7, 1, 0))
    assert (await _ranked(work, "2026-Q2", noon(7, 2))).absent == (DIVISION,), "it had not come when the period ended"
    assert (await _ranked(work, "2026-Q3", noon(7, 2))).absent == ()


async def test_where_nobody_has_reported_nobody_is_ranked(work: Work) -> None:
    await _comes(work, work.ward.division, noon(3, 2))
    found = await _ranked(work, "2026-Q2", noon(7, 20))
    assert found.units == () and not found.is_reported and found.criticised == found.reminded == ()
    text = ranking_view(translator("vi"), _seen(found)).text
    assert "Chưa có đơn vị nào gửi báo cáo nên chưa xếp hạng" in text and "Chưa tính điểm" not in text


async def test_what_everybody_leads_counts_for_nobody(work: Work) -> None:
    """Both units lead NV07, which is past its limit and reported by neither; the division's own work is in time."""
    async with work.desk.db.write() as conn:
        await plans.set_settings(conn, work.ward.id, reporting=ReportingRules((MONTH,)))
        await plans.bump_version(conn, work.ward.id)
    book = await book_of(work)
    row = book.by_code["NV07"]
    async with work.desk.db.write() as conn:
        begun = begin(book.terms[row.id], work.ward.division)
        await events.add_assignment(conn, row, UnitRole.LEAD, begun)
        await plans.bump_version(conn, work.ward.id)
    await _comes(work, work.ward.division, noon(3, 2))
    book, day = await book_of(work), noon(7, 31)
    async with work.desk.db.write() as conn:
        body = Report(Decimal(60), period="2026-07")
        await ledger.record(conn, book, work.by_code["NV02"], body, person_id=1, now=day, key=key())
    found = await _ranked(work, "2026-07", noon(8, 20))
    division = next(each for each in found.units if each.placed.unit == DIVISION)
    assert [lead.row.code for lead in division.red] == ["NV07"]
    assert division.alone.overdue == () and division.alone.missed == ()
    assert DIVISION not in [each.unit.placed.unit for each in (*found.criticised, *found.reminded)]


def _seen(found: Ranking) -> RankingSeen:
    return RankingSeen(found, None, None, found.span, found.span)


async def test_an_office_that_has_reported_nothing_is_not_excellent(work: Work) -> None:
    """One row was done before the bot came, everything else is silent."""
    await says(work, "NV02", noon(6, 20), 10, await work.ward.member(Role.OFFICER, work.ward.division))
    book = await book_of(work)
    async with work.desk.db.write() as conn:
        body = Opening(completed_on=date(2026, 2, 1), source="Quyết định 12")
        await ledger.record(conn, book, work.by_code["NV01"], body, person_id=1, now=noon(6, 21), key=key())
    police = next(each for each in (await _ranked(work, "2026-Q2", noon(7, 1))).units if each.placed.unit == POLICE)
    assert police.placed.grade is Grade.WEAK and police.placed.score == Decimal("14.29")
    assert sorted(int(value) for _, value in police.counted) == [0] * 6 + [100]


async def test_only_office_and_committee_see_a_period_and_a_ranking(work: Work) -> None:
    await says(work, "NV01", noon(6, 18), 50)
    for role in (Role.OFFICE, Role.COMMITTEE):
        who = await bosses(work, role)
        seen = await see_period(work.desk, who, now=noon(6, 20))
        assert (seen.runs_it, seen.state.duty.period) == (role is Role.OFFICE, JUNE)
        assert (await see_ranking(work.desk, who, now=noon(6, 20))).ranking.units
    for role in (Role.HEAD, Role.APPRAISER, Role.TEAM):
        who = await work.ward.member(role, work.ward.police)
        with pytest.raises(NotAllowed):
            await see_period(work.desk, who, now=noon(6, 20))
        with pytest.raises(NotAllowed):
            await see_ranking(work.desk, who, now=noon(6, 20))
