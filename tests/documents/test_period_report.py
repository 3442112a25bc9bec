"""The one value behind all documents: what it counts, at which instant, and which periods it refuses."""

from __future__ import annotations

import json
from datetime import UTC, date
from decimal import Decimal

import pytest
from sqlalchemy import update

from bot.documents.make import render
from bot.domain.errors import BadInput, TransitionRefused
from bot.domain.work.alerts import Colour
from bot.domain.work.events import Appraisal, Closing, Report, Withdrawal
from bot.domain.work.scores import IndicatorClass, TaskClass
from bot.i18n import translator
from bot.services.core.desk import Desk
from bot.services.results.make_document import DocumentFormat
from bot.services.results.period_figures import overview_from
from bot.services.results.period_report import PeriodReport, period_after, require_period
from bot.services.results.report_rows import ReportRow
from bot.storage.engine import tables as t
from bot.storage.records import audit, plans
from bot.views.results.documents import overview_text
from tests.documents.made import ROWS, Place, a_place, at, docx_of, lines_of, text_of, xlsx_of
from tests.services.communes import a_commune


def row(report: PeriodReport, code: str) -> ReportRow:
    return next(each for each in report.rows if each.shown.row.code == code)


async def a_spring(desk: Desk) -> Place:
    place = await a_place(desk)
    done = await place.tell("NV01", at("2026-04-20"), Report(Decimal(100), note="đã ban hành", files=(11, 12)))
    await place.tell("NV01", at("2026-04-22"), Appraisal(done, True))
    await place.tell("NV02", at("2026-05-04"), Report(Decimal(30), note="đang làm"))
    late = await place.tell("NV03", at("2026-05-06"), Report(Decimal(100), files=(13,)), lead=0)
    await place.tell("NV03", at("2026-05-07"), Appraisal(late, True), lead=0)
    await place.tell("NV04", at("2026-05-08"), Closing("cấp trên rút"))
    await place.tell("CT01", at("2026-05-10"), Report(Decimal("62.5"), Decimal(50), note="rà soát"))
    return place


async def test_every_task_is_in_one_of_six_classes_and_a_closed_one_in_none(desk: Desk) -> None:
    place = await a_spring(desk)
    report = await place.report("2026-Q2", at("2026-05-15"))
    classes = {each.shown.row.code: each.task_class for each in report.tasks}
    assert classes == {
        "NV01": TaskClass.COMPLETED_ON_TIME,
        "NV02": TaskClass.IN_PROGRESS_IN_TIME,
        # One of its two leads is done, late; the other has not begun and is past its limit.
        "NV03": TaskClass.IN_PROGRESS_OVERDUE,
        "NV04": None,
        "NV05": TaskClass.NOT_STARTED_IN_TIME,
        "NV06": TaskClass.NOT_STARTED_IN_TIME,
    }
    overview = report.overview
    assert sum(overview.classes.values()) + overview.closed == overview.tasks == 6 and overview.closed == 1
    assert sum(overview.colours.values()) + overview.closed_rows == overview.tasks + overview.indicators == 8
    # The quarter takes reports from June on: only then has one of the two been left out.
    assert {each.indicator_class for each in report.indicators} == {IndicatorClass.IN_PROGRESS}
    in_june = await place.report("2026-Q2", at("2026-06-15"))
    assert {each.indicator_class for each in in_june.indicators} == {
        IndicatorClass.IN_PROGRESS,
        IndicatorClass.NOT_REPORTED,
    }


async def test_notes_files_and_receipts_are_those_of_the_reports(desk: Desk) -> None:
    place = await a_spring(desk)
    withdrawn = await place.tell("NV02", at("2026-05-12", "09:00:00"), Report(Decimal(90), note="nhầm"))
    await place.tell("NV02", at("2026-05-12", "09:05:00"), Withdrawal(withdrawn))
    report = await place.report("2026-Q2", at("2026-05-15"))
    assert (row(report, "NV01").note, row(report, "NV01").evidence) == ("đã ban hành", 2)
    assert len(row(report, "NV01").receipts) == 1
    assert row(report, "NV02").note == "đang làm", "a withdrawn report says nothing any more"
    assert row(report, "NV02").shown.verdict.percent == 30
    assert row(report, "NV03").note_unit is None and row(report, "NV03").evidence == 1


async def test_a_period_that_is_over_is_shown_as_it_stood_at_its_end(desk: Desk) -> None:
    place = await a_spring(desk)
    await place.tell("NV02", at("2026-07-03"), Report(Decimal(70), note="sau kỳ"))
    over = await place.report("2026-Q2", at("2026-07-10"))
    assert over.overview.source.at == at("2026-07-01", "00:00:00") and over.overview.source.made_at == at("2026-07-10")
    assert row(over, "NV02").shown.verdict.percent == 30
    running = await place.report("2026-Q3", at("2026-07-10"))
    assert running.overview.source.at == at("2026-07-10") and row(running, "NV02").shown.verdict.percent == 70
    then = await place.report("2026-Q2", at("2026-07-10"), known=at("2026-05-01"))
    assert row(then, "NV02").shown.verdict.percent == 0 and then.overview.source.at == at("2026-05-01")


async def test_a_task_added_later_is_in_no_document_of_before(desk: Desk) -> None:
    place = await a_spring(desk)
    async with desk.db.write() as conn:
        added = at("2026-05-20").astimezone(UTC)
        await conn.execute(update(t.rows).where(t.rows.c.code == "NV05").values(added_at=added))
        await plans.bump_version(conn, place.id)
    before = await place.report("2026-Q2", at("2026-06-15"), known=at("2026-05-15"))
    after = await place.report("2026-Q2", at("2026-06-15"))
    assert (before.overview.tasks, after.overview.tasks) == (5, 6)
    assert "NV05" not in {each.shown.row.code for each in before.rows}
    units = {each.unit: each.total for each in before.overview.by_unit}
    assert all(units[each.placed.unit] == each.placed.leads for each in before.ranking.units)
    assert docx_of(before).tables


async def test_the_trend_has_each_period_as_its_own_report_has_it(desk: Desk) -> None:
    place = await a_spring(desk)
    for key in ("2026-Q1", "2026-Q2"):
        own = await place.report(key, at("2026-09-01"))
        trend = {each.period: each for each in (await place.report("2026-Q3", at("2026-09-01"))).overview.trend}
        assert trend[key].classes == own.overview.classes and trend[key].at == own.overview.source.at
        assert trend[key].red == own.overview.colours[Colour.RED] and trend[key].percent == own.overview.percent
    assert list(trend) == ["2026-Q1", "2026-Q2", "2026-Q3"]
    half = await place.report("2026-H1", at("2026-09-01"))
    assert [each.period for each in half.overview.trend] == ["2026-Q1", "2026-Q2"]


async def test_the_trend_begins_with_the_period_in_which_the_plan_came_into_use(desk: Desk) -> None:
    place = await a_spring(desk)
    async with desk.db.write() as conn:
        await conn.execute(update(t.plans).values(in_use_on=date(2026, 4, 1)))
        await plans.bump_version(conn, place.id)
    trend = (await place.report("2026-Q3", at("2026-09-01"))).overview.trend
    assert [each.period for each in trend] == ["2026-Q2", "2026-Q3"]


async def test_work_that_comes_is_overdue_or_falls_due_in_the_period_or_the_next_with_its_milestones(
    desk: Desk,
) -> None:
    place = await a_spring(desk)
    coming = (await place.report("2026-Q2", at("2026-06-10"))).coming
    assert [(each.row.shown.row.code, each.due_on, each.when.value) for each in coming] == [
        ("NV03", date(2026, 4, 30), "overdue"),
        ("NV02", date(2026, 9, 30), "next"),
    ]
    early = await place.report("2026-03", at("2026-03-02"))
    assert [(each.row.shown.row.code, each.when.value, each.milestone is None) for each in early.coming] == [
        ("NV06", "in_period", False),
        ("NV03", "next", True),
    ]
    await place.tell("NV02", at("2026-06-11"), Report(Decimal(100), files=(14,)))
    sent = (await place.report("2026-Q2", at("2026-06-11"))).coming
    assert [(each.row.shown.row.code, each.when.value) for each in sent] == [("NV03", "overdue"), ("NV02", "awaiting")]


@pytest.mark.parametrize(
    ("key", "following"),
    [
        ("2026-06", "2026-07"),
        ("2026-12", "2027-01"),
        ("2026-Q2", "2026-Q3"),
        ("2026-Q4", "2027-Q1"),
        ("2026-H1", "2026-H2"),
        ("2026-9M", "2026-Q4"),
        ("2026", "2027"),
    ],
)
def test_after_each_period_comes_the_next(key: str, following: str) -> None:
    assert period_after(require_period(key)).key == following


async def test_the_source_names_plan_instant_and_the_newest_link_of_the_audit(desk: Desk) -> None:
    place = await a_spring(desk)
    source = (await place.report("2026-Q2", at("2026-05-15"))).overview.source
    async with desk.db.read() as conn:
        assert source.audit == await audit.head(conn, place.id)
    assert (source.plan_number, source.plan_issued_on, source.slug) == ("09/KH-UBND", date(2026, 3, 1), "ba-ngoi")


async def test_the_figures_survive_the_way_from_process_to_process(desk: Desk) -> None:
    overview = (await (await a_spring(desk)).report("2026-Q2", at("2026-05-15"))).overview
    assert overview_from(json.loads(json.dumps(overview.dumped()))) == overview


async def test_a_period_before_the_plan_or_in_the_future_is_refused(desk: Desk) -> None:
    place = await a_place(desk)
    now = at("2026-06-15")
    for key, why in (
        ("2026-02", "period_before_plan"),
        ("2025-Q4", "period_before_plan"),
        ("2026-07", "period_in_future"),
        ("2027", "period_after_plan"),
    ):
        with pytest.raises(TransitionRefused, match=why):
            await place.report(key, now)
    for key in ("2026-13", "quý II", "2026-Q5", "", "2026-H3", "26-Q1"):
        with pytest.raises(BadInput, match="no_such_period"):
            await place.report(key, now)
    with pytest.raises(BadInput, match="instant_in_future"):
        await place.report("2026-Q2", now, known=at("2026-06-16"))


async def test_a_locality_nobody_has_reported_in_has_its_report(desk: Desk) -> None:
    report = await (await a_place(desk)).report("2026-Q1", at("2026-03-05"))
    assert report.overview.percent == 0 and not report.ranking.units and report.difficulties == ()
    assert all(each.note is None and each.evidence == 0 and each.receipts == () for each in report.rows)


async def test_tasks_stand_under_the_group_and_appendix_they_are_printed_in(desk: Desk) -> None:
    report = await (await a_place(desk)).report("2026-Q1", at("2026-03-05"))
    assert [(name, len(rows)) for name, rows in report.groups] == [("I. Nhóm", 3), ("II. Nhóm", 3)]
    commune = await a_commune(desk, "phuoc-binh", in_use=True)
    place = Place(desk, commune.id, commune.office)
    groups = (await place.report("2026-Q2", at("2026-06-15"))).groups
    assert sum(len(rows) for _, rows in groups) == 32
    codes = [each.shown.row.code for _, rows in groups for each in rows]
    assert codes == sorted(codes)


async def test_what_is_closed_is_counted_apart_and_is_of_no_colour(desk: Desk) -> None:
    report = await (await a_spring(desk)).report("2026-Q2", at("2026-05-15"))
    book, words = xlsx_of(report), text_of(docx_of(report))
    line = next(each for each in lines_of(book["Tiến độ"]) if each["Mã"] == "NV04")
    assert (line["Trạng thái"], line["Cảnh báo"]) == ("Đã đóng", None)
    summary = [(row[0].value, row[1].value) for row in book["Tổng hợp"].iter_rows(min_row=4)]
    assert ("Đã đóng", 1) in summary and ("Nhiệm vụ đã đóng", 1) in summary
    assert dict(summary)["Chưa có thời hạn"] == report.overview.colours[Colour.GREY]
    assert ", 1 đã đóng." in words and "hoặc đã đóng" not in words
    for words_of, told in ((translator("vi"), "đã đóng 1"), (translator("en"), "closed 1")):
        assert overview_text(words_of, report.overview).count(told) == 2, "of the rows, and of the unit that had it"


async def test_all_closed_and_the_first_day_of_a_plan_add_up(desk: Desk) -> None:
    place = await a_place(desk)
    first = (await place.report("2026-Q1", at("2026-03-01", "12:00:00"))).overview
    assert sum(first.classes.values()) == first.tasks == 6 and not first.closed_rows
    assert sum(first.colours.values()) == 8 and first.colours[Colour.RED] == 0
    assert sum(first.indicator_classes.values()) == first.indicators == 2
    for code, *_, leads in ROWS:
        for number in range(len(leads)):
            await place.tell(code, at("2026-03-02"), Closing("cấp trên rút"), lead=number)
    report = await place.report("2026-Q1", at("2026-03-03"))
    gone = report.overview
    assert not any(gone.colours.values()) and (gone.closed_rows, gone.closed, gone.closed_indicators) == (8, 6, 2)
    assert gone.percent == 0 and [(each.total, each.closed) for each in gone.by_unit] == [(0, 3)] * 3
    assert xlsx_of(report) and docx_of(report) and render(report, DocumentFormat.PNG, "vi")
    assert "⚪" not in overview_text(translator("vi"), gone)
