"""Whoever "ai chưa báo cáo …" names is whom `/kybaocao` shows as missing, in generated places at generated times."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.domain.errors import TienDoError
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, OnceRule, PeriodRule, ReportingRules
from bot.domain.plan.periods import PeriodKind
from bot.i18n import translator
from bot.language.asking.query import Query, QueryKind
from bot.language.asking.read import read
from bot.services.asking.ask import Answer, answer_to, ask
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.periods.close_period import PeriodName, close, reopen
from bot.services.periods.period_state import current_duty, duties_asked
from bot.services.periods.see_period import see_period
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.reporting.send_unit_report import SaidOfUnit, send
from bot.storage.engine.database import Database
from bot.storage.records import plans
from bot.views.asking.answers import answer_view
from bot.views.periods.period import period_view
from tests.services.wards import a_desk
from tests.services.works import Work, key, some_work

VI = translator("vi")
UNITS = ("Văn phòng Đảng ủy", "Công an phường", "Phòng Văn hóa - Xã hội")
ROMAN = ("I", "II", "III", "IV")
WORDS = (
    *(f"tháng {month}" for month in range(1, 13)),
    *(f"quý {number}" for number in ROMAN),
    "6 tháng đầu năm",
    "6 tháng cuối năm",
    "9 tháng đầu năm",
    "năm 2026",
    "kỳ này",
    "",
)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Asked:
    """A question of an instant, and whom its answer named."""

    at: datetime
    sentence: str
    named: frozenset[str]


def named(text: str, *signs: str) -> frozenset[str]:
    """The units that stand in a text behind one of these signs."""
    plain = html.unescape(_TAG.sub("", text))
    return frozenset(unit for unit in UNITS for sign in signs if f"{sign} {unit}" in plain)


def rules(random: Random) -> ReportingRules:
    """What a locality may ask: any kinds, printed days or none, plans of the units or none."""
    kinds = random.sample([*PeriodKind], random.randrange(1, 4))
    months = {PeriodKind.HALF: 6, PeriodKind.YEAR: 12}

    def rule(kind: PeriodKind) -> PeriodRule:
        printed = random.random() < 0.5
        return PeriodRule(kind, months.get(kind) if printed else None, random.randrange(4, 26) if printed else None)

    once = [OnceRule("Kế hoạch của đơn vị", date(2026, random.randrange(1, 13), 14), "trước ngày 15")]
    upward = random.sample([*PeriodKind], random.randrange(0, 3))
    return ReportingRules(
        tuple(map(rule, kinds)), tuple(map(rule, upward)), tuple(once if random.random() < 0.6 else [])
    )


async def a_locality(desk: Desk, random: Random) -> Work:
    """A ward with rules of its own, in use since a day of its year."""
    work = await some_work(desk)
    async with desk.db.write() as conn:
        await plans.set_settings(conn, work.ward.id, reporting=rules(random))
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None
        day = random.choice([date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1) + timedelta(random.randrange(330))])
        await plans.set_in_use(conn, plan.id, day)
        await plans.bump_version(conn, work.ward.id)
    return work


async def happens(work: Work, office: Visitor, division: Visitor, random: Random, now: datetime) -> None:
    """Somebody reports rows or as a unit, or the office closes or opens a period again."""
    book = await book_of(work)
    duties = [duty for duty in duties_asked(book) if duty.opens <= book.today(now)] or [None]
    duty, what = random.choice(duties), random.random()
    try:
        if what < 0.6:
            who = division if random.random() < 0.3 else work.officer
            for code in random.sample([*work.by_code], random.randrange(1, 8)):
                await report(
                    work.desk,
                    who,
                    assignment_id=work.by_code[code],
                    now=now,
                    key=key(),
                    said=SaidProgress(unchanged=True),
                )
        elif duty is not None and what < 0.75:
            unit, who = random.choice([(work.ward.police, work.officer), (work.ward.division, division)])
            target = UnitReportTarget(work.ward.id, unit, duty.ask.value, duty.period)
            await send(work.desk, who, target=target, said=SaidOfUnit("Đã làm"), now=now, key=key())
        elif duty is not None:
            name = PeriodName(work.ward.id, duty.ask.value, duty.period)
            until = book.today(now) + timedelta(random.randrange(1, 9))
            if what < 0.9:
                await close(work.desk, office, name, now=now, key=key())
            else:
                await reopen(work.desk, office, name, reason="x", until=until, now=now, key=key())
    except TienDoError:
        return


async def book_of(work: Work) -> Book:
    async with work.desk.db.read() as conn:
        return await work.desk.books.of(conn, work.ward.id)


async def shown(work: Work, who: Visitor, now: datetime, **period: str) -> frozenset[str] | None:
    """Whom `/kybaocao` shows as missing; none where it refuses."""
    try:
        seen = await see_period(work.desk, who, now=now, **period)
    except TienDoError:
        return None
    return named(period_view(VI, seen).text, "❌")


async def all_asked(work: Work, who: Visitor, now: datetime) -> list[Asked]:
    """Every period asked for at an instant; the answer is held against `/kybaocao` and against the day it opens."""
    book, found = await book_of(work), []
    today = book.today(now)
    for words in WORDS:
        sentence = f"đơn vị nào chưa báo cáo {words}?"
        answer = await ask(work.desk, who, sentence, now=now, keep=False)
        reading = answer.reading
        assert isinstance(reading, Query) and reading.kind is QueryKind.MISSING_REPORTS and answer.missing, sentence
        told = named(answer_view(VI, answer).text, "•")
        office_sees = await shown(work, who, now, period="" if words in ("", "kỳ này") else words)
        assert told == (office_sees or frozenset()), (sentence, now)
        if words in ("", "kỳ này") and (spoken := current_duty(book, today)) is not None:
            assert reading.period == spoken.period
        _nobody_is_named_too_early(answer, told, today)
        found.append(Asked(now, sentence, told))
    for duty in duties_asked(book):
        if duty.ask is Ask.ONCE and [d.period for d in duties_asked(book) if d.ask is Ask.ONCE] == [duty.period]:
            answer = await ask(work.desk, who, "đơn vị nào chưa nộp kế hoạch", now=now, keep=False)
            told = named(answer_view(VI, answer).text, "•")
            assert told == await shown(work, who, now, ask="once", period=duty.period)
    return found


def _nobody_is_named_too_early(answer: Answer, told: frozenset[str], today: date) -> None:
    found = answer.missing
    assert found is not None
    if found.duty is None or found.duty.opens > today:
        assert told == frozenset() and answer.codes == ()
    assert all(offer.period != found.period and offer.opens <= today for offer in found.offers)


@pytest.mark.parametrize("seed", range(5))
async def test_whom_an_answer_names_is_whom_the_office_sees(
    sqlite_database: Database, tmp_path: Path, seed: int
) -> None:
    await _a_year(a_desk(sqlite_database, tmp_path / "data"), seed)


async def test_the_same_on_each_engine(database: Database, tmp_path: Path) -> None:
    await _a_year(a_desk(database, tmp_path / "data"), 100)


@pytest.mark.parametrize("in_use", [True, False])
async def test_where_no_reports_are_asked_for_nobody_owes_any(
    sqlite_database: Database, tmp_path: Path, in_use: bool
) -> None:
    work = await some_work(a_desk(sqlite_database, tmp_path / "data"))
    async with work.desk.db.write() as conn:
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None
        await plans.set_settings(conn, work.ward.id, reporting=ReportingRules())
        await plans.set_in_use(conn, plan.id, date(2026, 3, 1) if in_use else None)
        await plans.bump_version(conn, work.ward.id)
    for words in WORDS:
        sentence = f"đơn vị nào chưa báo cáo {words}?"
        answer = await ask(work.desk, work.officer, sentence, now=datetime(2026, 6, 15, tzinfo=UTC), keep=False)
        text = answer_view(VI, answer).text
        assert ("không quy định kỳ báo cáo" if in_use else "chưa được đưa vào theo dõi") in text


async def _a_year(desk: Desk, seed: int) -> None:
    random = Random(seed)
    work = await a_locality(desk, random)
    office = await work.ward.member(Role.OFFICE, work.ward.office, "Trần Thị Bình")
    division = await work.ward.member(Role.OFFICER, work.ward.division, "Lê Văn Khánh")
    asked: list[Asked] = []
    moments = sorted(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(370 * 24)) for _ in range(40))
    # The last minute of the year and the first of the next, in Vietnam.
    edges = [datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2026, 12, 31, 17, 0, tzinfo=UTC)]
    for number, now in enumerate(sorted([*moments, *edges])):
        await happens(work, office, division, random, now)
        if number % 10 == 9 or now in edges:
            asked += await all_asked(work, office, now + timedelta(seconds=1))
    assert any(each.named for each in asked), "somebody owes"
    await _was_known_then(work, office, asked)


async def _was_known_then(work: Work, office: Visitor, asked: list[Asked]) -> None:
    """What was answered then is what `ask --at` says later."""
    book = await book_of(work)
    async with work.desk.db.read() as conn:
        for each in asked:
            then = book.known(each.at)
            reading = read(each.sentence, then.directory, then.today(each.at))
            answer = await answer_to(conn, then, reading, office.memberships, now=each.at, known_at=each.at)
            assert named(answer_view(VI, answer).text, "•") == each.named, (each.sentence, each.at)
