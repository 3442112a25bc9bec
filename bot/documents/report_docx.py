"""The consolidated report of a period in the form of Decree 30/2020, to be edited and signed; never run in the bot."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.documents.docx_annex import write_annex
from bot.documents.docx_head import issuer_of, write_foot, write_head
from bot.documents.docx_parts import SMALL, Cell, body, foot, grid, new_document
from bot.documents.palette import CLASS_COLOURS, FILLS
from bot.documents.texts import (
    answer_words,
    asked_words,
    in_line,
    lead_words,
    long_instant,
    open_difficulties,
    plan_words,
    ranking_notes,
    reasons,
    result_words,
    source_short,
    source_words,
)
from bot.domain.people.difficulties import Category
from bot.domain.plan.periods import span_of
from bot.domain.work.alerts import Colour
from bot.domain.work.progress import whole_percent
from bot.domain.work.scores import IndicatorClass, TaskClass
from bot.i18n import Translator
from bot.services.core.board import tally
from bot.services.periods.period_state import DutyOutcome, PeriodState, UnitState
from bot.services.results.period_figures import Overview, TrendPoint
from bot.services.results.period_report import PeriodReport
from bot.services.results.rank_units import Proposed
from bot.services.results.report_rows import Coming, ComingWhen, ReportRow
from bot.views.results.ranking import grade_words, ground_words, score_words
from bot.views.words.amounts import target_words
from bot.views.words.periods import period_words

if TYPE_CHECKING:
    from docx.document import Document

DIFFICULTIES_SHOWN = 30
COLOURS = (Colour.DONE, Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY)


def write_docx(report: PeriodReport, t: Translator) -> bytes:
    """The report as a file for Word."""
    document = new_document(t.language)
    properties = document.core_properties
    properties.title = t(
        "doc.subject_line", period=period_words(t, report.period, long=True), place=report.overview.source.place
    )
    properties.author, properties.comments = in_line(report.office)[:255], source_words(t, report.overview.source)[:255]
    properties.created = properties.modified = report.overview.source.made_at.replace(tzinfo=None)
    write_head(document, report, t)
    _opening(document, report, t)
    _general(document, report, t)
    _groups(document, report, t)
    _indicators(document, report, t)
    _difficulties(document, report, t)
    _next(document, report, t)
    body(document, t("doc.closing", period=period_words(t, report.period, long=True)))
    write_foot(document, report, t)
    foot(document.sections[0], source_short(t, report.overview.source))
    write_annex(document, report, t)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _opening(document: Document, report: PeriodReport, t: Translator) -> None:
    title = in_line(report.plan.title)
    about = title[:1].lower() + title[1:]
    figures = {
        "plan": plan_words(t, report.overview.source),
        "about": about,
        "office": in_line(report.office),
        "period": period_words(t, report.period, long=True),
    }
    issuer = issuer_of(report, t)
    body(document, t("doc.opening_committee" if issuer.by_committee else "doc.opening", **figures))
    if not report.overview.in_use:
        body(document, t("doc.not_in_use"), italic=True)


def _general(document: Document, report: PeriodReport, t: Translator) -> None:
    overview = report.overview
    document.add_heading(t("doc.section.general"), 1)
    document.add_heading(t("doc.section.tasks"), 2)
    classes = overview.classes
    body(
        document,
        t(
            "doc.tasks",
            at=long_instant(t, overview.source.at),
            n=overview.tasks,
            percent=whole_percent(overview.percent),
            **_counts(classes),
        ),
    )
    for key, n in (("silent", overview.silent), ("closed", overview.closed)):
        if n:
            body(document, t(f"doc.{key}", n=n))
    total = sum(classes.values())
    lines = [
        [
            Cell(t(f"doc.class.{each.value}")),
            number(classes[each]),
            Cell(_share(t, classes[each], total), centred=True),
        ]
        for each in TaskClass
    ]
    lines.append(
        [Cell(t("doc.total"), bold=True), number(total, bold=True), Cell(_share(t, total, total), centred=True)]
    )
    grid(document, [t("doc.head.class"), t("doc.head.tasks"), t("doc.head.share")], [9.5, 3.5, 3.5], lines, size=12)
    body(document, t("doc.classes_how"), italic=True)
    told = by_colour(t, overview.colours, overview.closed_rows)
    body(document, t("doc.colours", n=overview.tasks + overview.indicators, told=told))
    _units(document, report, t)
    if report.reporting is not None:
        _reporting(document, report.reporting, t)
    if len(overview.trend) > 1:
        _trend(document, overview.trend, t)


def _counts(classes: Mapping[TaskClass, int]) -> dict[str, int]:
    found = {each.value: n for each, n in classes.items()}
    for state in ("completed", "in_progress", "not_started"):
        found[state] = sum(n for name, n in found.items() if name.startswith(f"{state}_"))
    return found


def by_colour(t: Translator, colours: Mapping[Colour, int], closed: int) -> str:
    """What there is of each colour, and closed: "3 hoàn thành, 2 cảnh báo đỏ"; a word where there is nothing."""
    told = [t(f"doc.of_colour.{each.value}", n=colours[each]) for each in COLOURS if colours[each]]
    told += [t("doc.of_closed", n=closed)] if closed else []
    return ", ".join(told) or t("doc.nothing")


def number(n: int, *, bold: bool = False) -> Cell:
    """A count."""
    return Cell(str(n), bold=bold, centred=True)


def coloured(colours: Mapping[Colour, int]) -> list[Cell]:
    """A count for each colour, filled where there is one to count."""
    return [Cell(str(colours[each]), FILLS[each] if colours[each] else None, centred=True) for each in COLOURS]


def _share(t: Translator, part: int, whole: int) -> str:
    return t.number(round(1000 * part / whole) / 10) if whole else "–"  # type: ignore[arg-type]


def _units(document: Document, report: PeriodReport, t: Translator) -> None:
    document.add_heading(t("doc.section.units"), 2)
    ranked = {each.placed.unit: each.placed for each in report.ranking.units}
    units = {each.unit: each for each in report.overview.by_unit}
    order = [*ranked, *(unit for unit in units if unit not in ranked)]
    body(document, t("doc.units", n=len(units)))
    heads = [t(f"doc.head.{key}") for key in ("place", "unit", "leads")]
    heads += [t(f"doc.head.colour_{colour.value}") for colour in COLOURS]
    heads += [t("doc.head.score"), t("doc.head.grade")]
    lines = []
    for unit in order:
        place, colours = ranked.get(unit), units[unit].colours
        line = [Cell(str(place.place) if place else "–", centred=True), Cell(in_line(unit))]
        line += [number(units[unit].total), *coloured(colours)]
        line.append(Cell(score_words(t, place.score) if place else "–", centred=True))
        line.append(Cell(grade_words(t, place.grade) if place else "–", centred=True))
        lines.append(line)
    grid(document, heads, [1.1, 4.1, 1.3, 1.4, 1.4, 1.3, 1.2, 1.4, 1.4, 1.9], lines, size=10)
    body(document, t("doc.units_how"), italic=True)
    for told in ranking_notes(t, report.ranking):
        body(document, told, italic=True)
    for key, proposed in (("commended", report.ranking.commended), ("criticised", report.ranking.criticised)):
        if proposed:
            body(document, t(f"doc.{key}")).paragraph_format.keep_with_next = True
        for each in proposed:
            body(document, t("doc.proposed", unit=in_line(each.unit.placed.unit), grounds=_grounds(t, each)))


def _grounds(t: Translator, each: Proposed) -> str:
    return "; ".join(ground_words(t, each, ground, codes_shown=None) for ground in each.grounds)


def _reporting(document: Document, state: PeriodState, t: Translator) -> None:
    document.add_heading(t("doc.section.reporting"), 2)
    figures = {given.value: len(state.of(given)) for given in DutyOutcome}
    body(document, t("doc.reporting", day=t.day(state.duty.due), n=len(state.units), **figures))
    for given in (DutyOutcome.LATE, DutyOutcome.MISSING):
        units = state.of(given)
        if units:
            body(document, t(f"doc.reporting_{given.value}", units="; ".join(_missing(t, each) for each in units)))


def _missing(t: Translator, each: UnitState) -> str:
    unit = in_line(each.unit)
    return t("doc.owes", unit=unit, n=len(each.missing), asked=each.asked) if each.missing else unit


def _trend(document: Document, trend: Sequence[TrendPoint], t: Translator) -> None:
    document.add_heading(t("doc.section.trend"), 2)
    keys = ("period", "completed", "in_progress", "not_started", "overdue", "red", "mean")
    lines = []
    for point in trend:
        counts = _counts(point.classes)
        overdue = counts["in_progress_overdue"] + counts["not_started_overdue"]
        figures = [counts["completed"], counts["in_progress"], counts["not_started"], overdue, point.red]
        period = span_of(point.period)
        assert period is not None
        name = period_words(t, period, long=True)
        mean = Cell(f"{whole_percent(point.percent)}%", centred=True)
        lines.append([Cell(name[:1].upper() + name[1:]), *map(number, figures), mean])
    heads = [t(f"doc.head.trend_{key}") for key in keys]
    grid(document, heads, [4.5, 2, 2, 2, 2, 2, 2], lines, size=SMALL)


def _groups(document: Document, report: PeriodReport, t: Translator) -> None:
    document.add_heading(t("doc.section.groups"), 1)
    groups = report.groups
    if not groups:
        body(document, t("doc.no_tasks"))
        return
    heads = [t("doc.head.group_name"), t("doc.head.tasks")]
    heads += [t(f"doc.head.colour_{colour.value}") for colour in COLOURS]
    lines = []
    for name, rows in groups:
        counted = tally(row.shown for row in rows)
        lines.append([Cell(in_line(name) or t("doc.no_group")), number(counted.followed), *coloured(counted.colours)])
    grid(document, heads, [6.7, 1.6, 1.7, 1.7, 1.6, 1.6, 1.6], lines)
    if any(tally(row.shown for row in rows).closed for _, rows in groups):
        body(document, t("doc.groups_how"))
    for name, rows in groups:
        if len(groups) > 1:
            document.add_heading(in_line(name) or t("doc.no_group"), 2)
        _group(document, report, rows, t)


def _group(document: Document, report: PeriodReport, rows: Sequence[ReportRow], t: Translator) -> None:
    counted = tally(row.shown for row in rows)
    body(document, t("doc.group", n=len(rows), told=by_colour(t, counted.colours, counted.closed)))
    done = [row for row in rows if row.shown.verdict.colour is Colour.DONE]
    if done:
        body(document, t("doc.done", rows=_named(done)))
    for colour in (Colour.RED, Colour.AMBER):
        those = [row for row in rows if row.shown.verdict.colour is colour]
        if those:
            body(document, t(f"doc.of_{colour.value}"), italic=True).paragraph_format.keep_with_next = True
        for row in those:
            # Inside a sentence; what is quoted of the plan keeps its capitals.
            why = "; ".join(each[:1].lower() + each[1:] for each in reasons(t, row, report.day))
            name = in_line(row.shown.row.name).rstrip(" .;")
            figures = {"code": row.shown.row.code, "name": name, "why": why}
            body(
                document,
                t("doc.row", **figures, unit=lead_words(t, row), percent=whole_percent(row.shown.verdict.percent)),
            )


def _named(rows: Iterable[ReportRow]) -> str:
    return "; ".join(f"{row.shown.row.code} ({in_line(row.shown.row.name).rstrip(' .;')})" for row in rows)


def _indicators(document: Document, report: PeriodReport, t: Translator) -> None:
    document.add_heading(t("doc.section.indicators"), 1)
    if not report.indicators:
        body(document, t("doc.no_indicators"))
        return
    told = indicator_counts(t, report.overview) or t("doc.nothing")
    body(document, t("doc.indicators", n=report.overview.indicators, told=told))
    lines = []
    for row in report.indicators:
        target, verdict = row.shown.row.target, row.shown.verdict
        said = t(f"doc.indicator.{row.indicator_class.value}") if row.indicator_class else t("doc.indicator.closed")
        lines.append(
            [
                Cell(row.shown.row.code, centred=True),
                Cell(in_line(row.shown.row.name)),
                Cell(in_line(target_words(t, target)) if target else "–"),
                Cell(result_words(t, row), centred=True),
                Cell(f"{whole_percent(verdict.percent)}%", centred=True),
                Cell(said, FILLS[CLASS_COLOURS[row.indicator_class]] if row.indicator_class else None),
            ]
        )
    heads = [
        t(f"doc.head.{key}") for key in ("code", "indicator", "target", "result", "percent_met", "indicator_class")
    ]
    grid(document, heads, [1.3, 5.9, 2.4, 3.2, 1.4, 2.3], lines)


def indicator_counts(t: Translator, overview: Overview) -> str:
    """How many indicators are in which class; of those in progress how many are near their target."""
    classes = overview.indicator_classes
    told = []
    for each in (each for each in IndicatorClass if classes[each]):
        near = overview.near_target if each is IndicatorClass.IN_PROGRESS else 0
        key = "doc.of_class.in_progress_near" if near else f"doc.of_class.{each.value}"
        told.append(t(key, n=classes[each], **({"near": near} if near else {})))
    return ", ".join(
        [*told, *([t("doc.of_closed", n=overview.closed_indicators)] if overview.closed_indicators else [])]
    )


def _difficulties(document: Document, report: PeriodReport, t: Translator) -> None:
    document.add_heading(t("doc.section.difficulties"), 1)
    if not report.difficulties:
        body(document, t("doc.no_difficulties"))
        return
    still = open_difficulties(report)
    kinds = Counter(each.difficulty.category for each in report.difficulties)
    named = ", ".join(f"{t(f'doc.category.{each.value}').lower()} {kinds[each]}" for each in Category if kinds[each])
    settled = len(report.difficulties) - len(still)
    body(document, t("doc.difficulties", n=len(report.difficulties), kinds=named, settled=settled, open=len(still)))
    lines = [
        [
            Cell(each.code, centred=True),
            Cell(in_line(each.unit)),
            Cell(t(f"doc.category.{each.difficulty.category.value}")),
            Cell(in_line(each.difficulty.text)),
            Cell(in_line(asked_words(t, each))),
            Cell(in_line(answer_words(each)) or t(f"doc.difficulty.{each.difficulty.state.value}")),
        ]
        for each in still[:DIFFICULTIES_SHOWN]
    ]
    if lines:
        heads = [t(f"doc.head.{key}") for key in ("code", "unit", "category", "text", "asked", "answer")]
        grid(document, heads, [1.3, 2.9, 2.1, 4.6, 2.6, 3], lines)
    if len(still) > DIFFICULTIES_SHOWN:
        body(document, t("doc.difficulties_more", n=len(still) - DIFFICULTIES_SHOWN))
    if still:
        body(document, t("doc.proposal"))


def _next(document: Document, report: PeriodReport, t: Translator) -> None:
    period, following = (period_words(t, each, long=True) for each in (report.period, report.next))
    document.add_heading(t("doc.section.next", period=following.upper()), 1)
    by_when = {when: [each for each in report.coming if each.when is when] for when in ComingWhen}
    for when in (ComingWhen.OVERDUE, ComingWhen.AWAITING):
        codes = ", ".join(each.row.shown.row.code for each in by_when[when])
        if codes:
            body(document, t(f"doc.next_{when.value}", n=len(by_when[when]), rows=codes))
    for when, name in ((ComingWhen.IN_PERIOD, period), (ComingWhen.NEXT, following)):
        falling = by_when[when]
        if falling:
            body(document, t(f"doc.next_{when.value}", n=len(falling), period=name))
            heads = [t(f"doc.head.{key}") for key in ("code", "name", "lead", "limit", "percent")]
            grid(document, heads, [1.4, 7.5, 3.8, 2.3, 1.5], [_coming(t, each) for each in falling])
    if not by_when[ComingWhen.NEXT]:
        body(document, t("doc.next_none", period=following))
    body(document, t("doc.next_general"))


def _coming(t: Translator, each: Coming) -> list[Cell]:
    row = each.row.shown.row
    name = in_line(row.name)
    if each.milestone is not None:
        name = t("doc.milestone", name=name, milestone=in_line(each.milestone.printed))
    percent = Cell(f"{whole_percent(each.row.shown.verdict.percent)}%", centred=True)
    return [
        Cell(row.code, centred=True),
        Cell(name),
        Cell(lead_words(t, each.row)),
        Cell(t.day(each.due_on) if each.due_on else "–"),
        percent,
    ]
