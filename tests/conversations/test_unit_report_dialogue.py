"""The dialogue of a whole unit's report as a table: what is said, and where it leads."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.conversations.core.scene import Pressed, Said, Sent, Typed
from bot.conversations.reporting.unit_report import SendUnitReport, UnitReportDraft, UnitReportFacts, advance, show
from bot.domain.errors import TransitionRefused
from bot.domain.people.evidence import Evidence
from bot.domain.plan.duties import Ask, Duty, UnitReport
from bot.domain.plan.periods import PeriodKind
from bot.i18n import LANGUAGES, translator
from bot.services.reporting.attach_evidence import GivenFile
from bot.services.reporting.prepare_unit_report import UnitProspect, UnitReportTarget
from bot.transport.screen.buttons import keyboard
from bot.views.parts.fitting import length

AT = datetime(2026, 6, 25, 1, 0, tzinfo=UTC)
DUTY = Duty(PeriodKind.QUARTER, "2026-Q2", date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 10), Ask.SUMMARY)
ONCE = Duty(None, "2026-04-04", date(2026, 3, 1), date(2026, 4, 4), date(2026, 4, 14), Ask.ONCE, "Kế hoạch")
SENT = UnitReport(7, 1, 1, 2, Ask.SUMMARY, "2026-Q2", AT, 3, False, True, None)
VI = translator("vi")


def a_file(number: int) -> GivenFile:
    return GivenFile(Evidence(number, 1, 3, "0" * 64, f"tep {number}.pdf", "application/pdf", 9, AT, {}))


def facts(*files: int, duty: Duty = DUTY, sent: tuple[UnitReport, ...] = (), **more: object) -> UnitReportFacts:
    target = UnitReportTarget(1, 2, duty.ask.value, duty.period)
    prospect = UnitProspect(
        target, 1, "phường Bình Lộc", "Công an phường", duty, date(2026, 6, 25), sent,
        more.get("refusal"), tuple(map(a_file, files)),  # type: ignore[arg-type]
    )  # fmt: skip
    return UnitReportFacts(prospect, recorded=bool(more.get("recorded")))


def draft(duty: Duty = DUTY, **more: object) -> UnitReportDraft:
    return UnitReportDraft(token="abc", locality_id=1, unit_id=2, ask=duty.ask, period=duty.period, **more)  # type: ignore[arg-type]


NOTHING = draft(nothing_new=True)
TABLE: tuple[tuple[UnitReportDraft, Said, dict[str, object]], ...] = (
    (draft(), Typed("Đã làm"), {"note": "Đã làm"}),
    (draft(note="Một"), Typed("Hai"), {"note": "Một\nHai"}),
    (draft(), Sent((4,), "Kèm tệp"), {"note": "Kèm tệp", "files": (4,)}),
    (draft(files=(4,)), Sent((5,), None, "album"), {"files": (4, 5), "album": "album", "album_files": (5,)}),
    (draft(), Pressed("nothing"), {"nothing_new": True}),
    (draft(note="Đã làm"), Pressed("nothing"), {"nothing_new": False, "note": "Đã làm"}),
    (draft(ONCE), Pressed("nothing"), {"nothing_new": False}),
    (NOTHING, Typed("Có"), {"nothing_new": False, "note": "Có"}),
    (NOTHING, Sent((4,)), {"nothing_new": False, "files": (4,)}),
    (NOTHING, Pressed("edit"), {"editing": True}),
    (draft(nothing_new=True, editing=True), Pressed("undo"), {"nothing_new": False, "editing": False}),
    (draft(note="Một", files=(4, 5), editing=True), Pressed("drop", "4"), {"files": (5,), "editing": True}),
    (draft(files=(4,), editing=True), Pressed("drop", "4"), {"files": (), "editing": False}),
    (draft(files=(4,), editing=True), Pressed("drop", "99"), {"files": (4,)}),
    (draft(note="Một", editing=True), Pressed("note"), {"note": "", "editing": False}),
    (draft(note="Một", editing=True), Pressed("back"), {"note": "Một", "editing": False}),
    (draft(note="Một", editing=True), Pressed("page", "2"), {"page": 2}),
    (draft(note="Một", editing=True), Pressed("page", "²"), {"page": 0}),
    (draft(note="Một"), Pressed("gì đó"), {"note": "Một"}),
)


@pytest.mark.parametrize(("before", "said", "changed"), TABLE)
def test_where_it_leads(before: UnitReportDraft, said: Said, changed: dict[str, object]) -> None:
    step = advance(before, said, facts(*before.files))
    assert step.draft is not None and step.command is None and step.problem is None
    assert {name: getattr(step.draft, name) for name in changed} == changed
    show(VI, step.draft, facts(*step.draft.files))


@pytest.mark.parametrize(
    ("before", "duty", "files", "problem"),
    [
        (draft(), DUTY, (), "unit_report_empty"),
        (draft(ONCE, note="Kế hoạch số 5"), ONCE, (), "unit_report_file_needed"),
        (draft(note="Đã làm"), DUTY, (), None),
        (NOTHING, DUTY, (), None),
        (draft(ONCE, files=(4,)), ONCE, (4,), None),
        # Wiped meanwhile, as nobody had sent it for weeks.
        (draft(files=(4,)), DUTY, (), "unit_report_empty"),
    ],
)
def test_it_is_sent_where_nothing_is_missing(
    before: UnitReportDraft, duty: Duty, files: tuple[int, ...], problem: str | None
) -> None:
    step = advance(before, Pressed("send"), facts(*files, duty=duty))
    assert (step.problem.key if step.problem else None) == problem
    assert isinstance(step.command, SendUnitReport) is (problem is None)


def test_another_report_meanwhile_is_told_once_and_then_sending_is_meant() -> None:
    step = advance(draft(note="Đã làm"), Pressed("send"), facts(sent=(SENT,)))
    assert step.command is None and step.problem is not None and step.problem.key == "unit_report_moved"
    assert step.draft is not None and step.draft.seen == 7
    assert isinstance(advance(step.draft, Pressed("send"), facts(sent=(SENT,))).command, SendUnitReport)


def test_one_that_is_closed_is_not_sent_unless_this_update_has_sent_it() -> None:
    closed = TransitionRefused("unit_report_closed", day=DUTY.closes)
    step = advance(draft(note="Đã làm"), Pressed("send"), facts(refusal=closed))
    assert step.problem is closed and step.command is None
    again = advance(draft(note="Đã làm"), Pressed("send"), facts(refusal=closed, sent=(SENT,), recorded=True))
    assert isinstance(again.command, SendUnitReport)


def test_too_many_words_are_refused_and_the_file_that_came_with_them_is_kept() -> None:
    step = advance(draft(), Sent((4,), "x" * 2001), facts())
    assert step.problem is not None and step.problem.key == "note_too_long"
    assert step.draft is not None and (step.draft.files, step.draft.note) == ((4,), "")


def test_it_is_left_without_a_trace() -> None:
    step = advance(draft(note="Đã làm"), Pressed("cancel"), facts())
    assert (step.draft, step.farewell) == (None, "report.cancelled")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("editing", [False, True])
def test_a_card_fits_into_a_message_whatever_it_holds(language: str, editing: bool) -> None:
    files = tuple(range(10**9, 10**9 + 40))
    known = facts(*files, duty=ONCE, sent=(SENT,))
    view = show(translator(language), draft(ONCE, note="𝐀<&" * 600, files=files, editing=editing), known)
    assert length(view.text) <= 4096
    assert len([label for row in view.buttons for label in row]) <= 12
    keyboard(view.buttons)
