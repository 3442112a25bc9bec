"""What the documents of a period say alike: clean texts of people, days in words, what they were made from."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.domain.people.difficulties import DifficultyState, EntryKind
from bot.domain.plan.words import harmless
from bot.domain.work.alerts import Colour
from bot.domain.work.lifecycle import DEFAULT_ZONE, State
from bot.domain.work.progress import Target
from bot.i18n import Translator
from bot.services.results.period_figures import Source
from bot.services.results.period_report import PeriodReport, Raised
from bot.services.results.rank_units import Ranking
from bot.services.results.report_rows import ReportRow
from bot.views.parts.html import plain
from bot.views.results.documents import instant_words
from bot.views.words.amounts import value_words
from bot.views.words.rows import due_words, reasons_of_row, row_state_words

_LONGEST = 32_000
"""Signs of one text; a cell of a workbook holds 32,767."""
UNITS_NAMED = 3
_BREAK = re.compile(r"[ \t\u00a0]*\n\s*")


def clean(text: str) -> str:
    """The text without controls, direction marks and what is no character; line breaks stay."""
    return harmless(text)[:_LONGEST]


def in_line(text: str) -> str:
    """The clean text in one line."""
    return _BREAK.sub(" ", clean(text)).strip()


def cut(text: str, limit: int) -> str:
    """The clean text in one line of at most ``limit`` signs."""
    flat = in_line(text)
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip(" ,;:-–") + "…"


def long_day(t: Translator, day: date) -> str:
    """Ngày 05 tháng 6 năm 2026: days below 10 and months 1 and 2 have a leading zero (Decree 30/2020)."""
    month = f"{day.month:02d}" if day.month < 3 else f"{day.month}"
    return t("doc.day", day=f"{day.day:02d}", month=month, year=day.year)


def long_instant(t: Translator, at: datetime) -> str:
    """17 giờ 05 phút ngày 24 tháng 6 năm 2026; midnight is 24:00 of the day that ends, so a period ends in itself."""
    local = at.astimezone(DEFAULT_ZONE)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return t("doc.instant", hour="24", minute="00", day=long_day(t, local.date() - timedelta(days=1)))
    return t("doc.instant", hour=f"{local.hour:02d}", minute=f"{local.minute:02d}", day=long_day(t, local.date()))


def plan_words(t: Translator, source: Source) -> str:
    """Kế hoạch số 09/KH-UBND ngày 05 tháng 3 năm 2026 của …; a number that was left blank stays so."""
    number = in_line(source.plan_number)
    shown = f"…{number}" if number[:1] in ("/", "-") else number or "…"
    return t("doc.plan", number=shown, day=long_day(t, source.plan_issued_on), issuer=in_line(source.issuer))


def source_words(t: Translator, source: Source) -> str:
    """The instant and the plan a document was made from, and the head of the audit chain."""
    told = t(
        "doc.source", at=long_instant(t, source.at), plan=plan_words(t, source), made=long_instant(t, source.made_at)
    )
    if source.audit is None:
        return told
    return f"{told} {t('doc.audit', number=source.audit[0], mark=source.audit[1])}"


def source_short(t: Translator, source: Source) -> str:
    """The same in one line, for the foot of a page."""
    mark = f"{source.audit[0]} · {source.audit[1][:16]}…" if source.audit else "–"
    return t("doc.source_short", at=instant_words(t, source.at), plan=in_line(plan_words(t, source)), mark=mark)


def lead_words(t: Translator, row: ReportRow) -> str:
    """The units that lead a row; of a collective lead what the plan calls it, and how many they are."""
    printed = in_line(row.shown.row.lead_as_printed or "")
    if len(row.units) > UNITS_NAMED and printed:
        return t("doc.collective", printed=printed.rstrip(" ;,."), n=len(row.units))
    return in_line("; ".join(row.units))


def state(t: Translator, row: ReportRow) -> str:
    """The state in words; of what is completed also whether late."""
    verdict = row.shown.verdict
    is_late = verdict.state is State.COMPLETED and verdict.late
    return t("doc.completed_late") if is_late else row_state_words(t, row.shown)


def status(t: Translator, row: ReportRow) -> str:
    """State and colour in words; what is completed or closed needs no colour beside it."""
    verdict = row.shown.verdict
    if verdict.state in (State.COMPLETED, State.CLOSED):
        return state(t, row)
    return f"{state(t, row)} · {colour_name(t, verdict.colour)}"


def colour_name(t: Translator, colour: Colour) -> str:
    """Cảnh báo đỏ, Cần chú ý, …"""
    return t(f"doc.colour.{colour.value}")


def colour_of(row: ReportRow) -> Colour | None:
    """The colour that a row shows; none where it is closed."""
    verdict = row.shown.verdict
    return None if verdict.state is State.CLOSED else verdict.colour


def reasons(t: Translator, row: ReportRow, day: date) -> list[str]:
    """Why a row is red or amber, one sentence each, as the chat says it."""
    if row.shown.verdict.colour not in (Colour.RED, Colour.AMBER):
        return []
    return [in_line(plain(line)) for line in reasons_of_row(t, row.shown, day).split("\n") if line]


def limit_words(t: Translator, row: ReportRow) -> str:
    """The limit in force."""
    if row.due_on is not None:
        return t.day(row.due_on)
    words = due_words(t, row.shown.row.limit, None)
    return words[:1].upper() + words[1:]


def result_words(t: Translator, row: ReportRow) -> str:
    """The value of an indicator as the chat shows it; a dash where none was given."""
    standing = row.shown.leads[0].standing
    target: Target | None = row.shown.row.target
    return "–" if target is None or standing.value is None else value_words(t, target, standing.value, standing.share)


def asked_words(t: Translator, raised: Raised) -> str:
    """Whom a difficulty asks."""
    return raised.to_unit or t(f"doc.level.{raised.difficulty.level.value}")


def answer_words(raised: Raised) -> str:
    """The newest answer; nothing where there is none."""
    answers = [each for each in raised.difficulty.entries if each.kind is EntryKind.ANSWERED]
    return in_line(answers[-1].text or "") if answers else ""


def open_difficulties(report: PeriodReport) -> list[Raised]:
    """Those not settled, the oldest first."""
    return [each for each in report.difficulties if each.difficulty.state is not DifficultyState.SETTLED]


def ranking_notes(t: Translator, ranking: Ranking) -> list[str]:
    """Why units have no place: nobody has reported, nobody has joined them."""
    notes = [] if ranking.is_reported else [t("doc.nobody_reported")]
    return [*notes, t("doc.absent", units="; ".join(map(in_line, ranking.absent)))] if ranking.absent else notes
