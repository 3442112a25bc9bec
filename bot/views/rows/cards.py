"""The card of a row: limit, colour and why, percent, units, last reports, files; and its page of files."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan.plan import RowKind
from bot.domain.work.alerts import Colour
from bot.domain.work.lifecycle import State
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.rows.show_row import LeadShown, PrintedLead, ReportShown, RowCard, RowFiles
from bot.views.parts.actions import Action
from bot.views.parts.fitting import _ROOMS, fitted
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Buttons, Press, View, button
from bot.views.rows.changes import change_lines
from bot.views.words.amounts import amount_words, target_words
from bot.views.words.difficulty_names import on_row_card
from bot.views.words.findings import FILES_A_PAGE, attachments, file_lines
from bot.views.words.rows import (
    light,
    limit_words,
    mute_button,
    progress_words,
    reason_words,
    reasons_of_row,
    row_progress_words,
    row_standing_words,
    state_words,
    under_line_of_row,
)

LEADS_SHOWN = 12
REASONS_SHOWN = 6
BUTTONS_A_KIND = 3


def row_card(t: Translator, card: RowCard) -> View:
    """The card of a task or indicator, as long as a message may be."""
    return View(fitted(lambda room: _text(t, card, room)), _buttons(t, card))


def _text(t: Translator, card: RowCard, room: int) -> Html:
    row, verdict = card.row, card.verdict
    several = len(card.leads) > 1
    only = card.leads[0].lead
    name_room = max(room, 1200 if room > _ROOMS[-1] else 600)
    return lines(
        [
            say(t, "card.title", light=light(verdict.colour, verdict.state), code=card.code, reference=row.reference),
            say(t, "card.name", name=shorten(row.name, name_room)),
            say(t, "card.locality", locality=card.locality) if card.elsewhere else None,
            *_printed(t, card, room),
            "",
            limit_words(t, only),
            *change_lines(t, card.changes, room, several=several),
            *_colour(t, card),
            None if several else _amount(t, only),
            _completed(t, only) if not several else None,
            *_units(t, card, room, several=several),
            *_milestones(t, card),
            *on_row_card(t, card.difficulties, card.difficulties_in_all, room),
            *_reports(t, card, room, several=several),
            _plan_of(t, card),
        ]
    )


def _plan_of(t: Translator, card: RowCard) -> Html | None:
    if card.is_over:
        return say(t, "card.plan_over", year=card.year)
    return None if card.in_use else say(t, "list.not_in_use")


def _printed(t: Translator, card: RowCard, room: int) -> Iterable[Html]:
    row = card.row
    parts = (("group", row.group), ("parent", row.parent), ("output", row.output), ("kpi", row.kpi), ("note", row.note))
    for key, text in parts:
        if text:
            yield say(t, f"card.{key}", text=shorten(text, room))
    if row.target is not None:
        yield say(t, "card.target", text=shorten(target_words(t, row.target), room))


def _colour(t: Translator, card: RowCard) -> Iterable[Html]:
    verdict = card.verdict
    yield say(
        t,
        "card.colour",
        light=light(verdict.colour, verdict.state),
        standing=row_standing_words(t, card.board_row),
        percent=row_progress_words(t, card.board_row),
    )
    under = under_line_of_row(t, card.board_row)
    if under is not None:
        yield say(t, "list.reason", reason=under)
    if verdict.colour in (Colour.RED, Colour.AMBER):
        told = [line for line in reasons_of_row(t, card.board_row, card.day).split("\n") if line]
        yield from (say(t, "list.reason", reason=line) for line in told[:REASONS_SHOWN])


def _amount(t: Translator, lead: Lead) -> Html | None:
    target, standing = lead.terms.target, lead.standing
    if target is None:
        return None
    amount = amount_words(t, target, standing.percent, standing.value, standing.share)
    if _is_interim(lead):
        return say(t, "card.amount_interim", amount=amount)
    # Without a share it would say again what stands beside the colour.
    return None if standing.share is None else say(t, "card.amount", amount=amount)


def _is_interim(lead: Lead) -> bool:
    """Whether an accepted indicator stays open for values until the plan year ends ("đạt (tạm tính)")."""
    return lead.row.kind is RowKind.INDICATOR and lead.standing.state is State.COMPLETED


def _completed(t: Translator, lead: Lead) -> Html | None:
    standing = lead.standing
    if standing.state is not State.COMPLETED or standing.sent_on is None:
        return None
    if standing.due_when_sent is None:
        return say(t, "card.completed", sent=standing.sent_on)
    key = "card.completed_late" if standing.late else "card.completed_on_time"
    return say(t, key, sent=standing.sent_on, due=standing.due_when_sent)


def _units(t: Translator, card: RowCard, room: int, *, several: bool) -> Iterable[Html]:
    if not several:
        yield say(t, "card.lead", unit=card.leads[0].unit)
    else:
        yield say_count(t, "card.leads", len(card.leads))
        for shown in card.leads[:LEADS_SHOWN]:
            yield _lead(t, card, shown, room)
        if len(card.leads) > LEADS_SHOWN:
            yield say_count(t, "card.leads_more", len(card.leads) - LEADS_SHOWN)
    if card.printed_lead is not None:
        yield _printed_lead(t, card.printed_lead, room)
    if card.row.coordinating_as_printed:
        yield say(t, "card.coordinating", text=shorten(card.row.coordinating_as_printed, room))
    elif card.coordinating:
        yield say(t, "card.coordinating", text=shorten(", ".join(card.coordinating), room))
    if card.tracking:
        yield say(t, "card.tracking", text=shorten(", ".join(card.tracking), room))


def _printed_lead(t: Translator, printed: PrintedLead, room: int) -> Html:
    if printed.text is None:
        return say(t, "card.lead_not_printed")
    key = "card.lead_printed_proposed" if printed.is_proposed else "card.lead_printed"
    return say(t, key, text=shorten(printed.text, room))


def _lead(t: Translator, card: RowCard, shown: LeadShown, room: int) -> Html:
    lead = shown.lead
    line = say(
        t,
        "card.lead_line",
        light=light(lead.verdict.colour, lead.standing.state),
        unit=shorten(shown.unit, room),
        amount=progress_words(t, lead),
        state=state_words(t, lead.standing),
    )
    if room <= _ROOMS[2]:
        return line
    done = _completed(t, lead)
    reasons = reason_words(t, lead, card.day) if lead.verdict.colour in (Colour.RED, Colour.AMBER) else []
    return lines([line, *(say(t, "list.reason", reason=each) for each in reasons), done])


def _milestones(t: Translator, card: RowCard) -> Iterable[Html]:
    stages = card.leads[0].lead.terms.milestones
    for index, stage in enumerate(stages):
        met = [index in shown.lead.standing.milestones_met for shown in card.leads]
        key = "card.milestone_met" if all(met) else "card.milestone"
        if not all(met) and stage.due_on < card.day:
            key = "card.milestone_missed"
        yield say(t, key, milestone=shorten(stage.printed, 120), day=stage.due_on)


def _reports(t: Translator, card: RowCard, room: int, *, several: bool) -> Iterable[Html]:
    if not card.reports:
        yield say(t, "card.no_reports")
        return
    yield say(t, "card.reports")
    for shown in card.reports:
        yield _report(t, card, shown, room, several=several)


def _report(t: Translator, card: RowCard, shown: ReportShown, room: int, *, several: bool) -> Html:
    body, target = shown.report, card.row.target
    amount = amount_words(t, target, body.percent, body.value, body.share)
    line = say(
        t,
        "card.report_of" if several else "card.report",
        day=shown.day,
        amount=amount,
        unit=shorten(shown.unit, room),
    )
    said = "card.nothing_new" if body.nothing_new else "card.unchanged"
    note = body.note or (t(said) if body.unchanged else None)
    return lines(
        [
            line,
            say(t, "card.report_note", note=shorten(note, min(room, 300))) if note else None,
            say(t, "card.report_reason", reason=shorten(body.reason, min(room, 200))) if body.reason else None,
            say(t, "card.report_withdrawn") if shown.withdrawn else _judgement(t, shown, room),
        ]
    )


def _judgement(t: Translator, shown: ReportShown, room: int) -> Html | None:
    if shown.judged is None:
        return None
    if shown.judged.accepted:
        return say(t, "card.report_accepted")
    return say(t, "card.report_returned", reason=shorten(shown.judged.reason or "", min(room, 300)))


def _buttons(t: Translator, card: RowCard) -> Buttons:
    reporting = [each for each in card.leads if each.may_report and each.lead.refusal is None]
    reopening = [each for each in card.leads if each.may_reopen]
    raising = [each for each in card.leads if each.may_raise]
    told = t.count("difficulty.button.of_row", card.difficulties_in_all)
    difficulties = ((button(told, Action.DIFFICULTY, "row", card.row.id),),) if card.difficulties_in_all else ()
    files = (button(t.count("card.button.files", card.files), Action.FILES, card.row.id),)
    return (
        *_for_leads(t, card, "report", Action.REPORT, reporting),
        *_milestone_buttons(t, card),
        *((files,) if card.files else ()),
        *difficulties,
        *_raise_buttons(t, card, raising),
        *_for_leads(t, card, "reopen", Action.REOPEN, reopening),
        *_change_buttons(t, card),
        *(((mute_button(t, card.row),),) if reporting else ()),
    )


def _change_buttons(t: Translator, card: RowCard) -> Buttons:
    """What leads to another limit, unit or end: asked for by the unit, done by who decides."""
    change = button(t("card.button.change"), Action.CHANGE, "row", card.row.id)
    history = button(t.count("card.button.changes", len(card.changes.done)), Action.CHANGE, "all", card.row.id)
    may = any(each.may_change for each in card.leads)
    shown = ((change,) if may else ()) + ((history,) if card.changes.done else ())
    return (shown,) if shown else ()


def _for_leads(t: Translator, card: RowCard, key: str, action: Action, leads: list[LeadShown]) -> Buttons:
    several = len(card.leads) > 1
    return tuple(
        (button(_named(t, key, shown, several=several), action, shown.lead.assignment.id),)
        for shown in leads[:BUTTONS_A_KIND]
    )


def _raise_buttons(t: Translator, card: RowCard, leads: list[LeadShown]) -> Buttons:
    several = len(card.leads) > 1
    return tuple(
        (
            button(
                t("difficulty.button.new_of", unit=shorten(shown.unit, 30)) if several else t("difficulty.button.new"),
                Action.DIFFICULTY,
                "new",
                shown.lead.assignment.id,
            ),
        )
        for shown in leads[:BUTTONS_A_KIND]
    )


def _named(t: Translator, key: str, shown: LeadShown, *, several: bool) -> str:
    if not several:
        return t(f"card.button.{key}")
    return t(f"card.button.{key}_of", unit=shorten(shown.unit, 30))


def _milestone_buttons(t: Translator, card: RowCard) -> Buttons:
    ahead = [
        (shown, index, stage)
        for shown in card.leads
        if shown.may_report and shown.lead.standing.state is not State.CLOSED
        for index, stage in enumerate(shown.lead.terms.milestones)
        if index not in shown.lead.standing.milestones_met
    ]
    return tuple(
        (
            button(
                t("card.button.milestone", milestone=shorten(stage.printed, 40)),
                Action.MILESTONE,
                shown.lead.assignment.id,
                index,
            ),
        )
        for shown, index, stage in ahead[:BUTTONS_A_KIND]
    )


def row_files(t: Translator, found: RowFiles, page: int = 0) -> View:
    """A page of a row's files: what the checks found, and the files themselves."""
    shown = page_of(found.files, page, FILES_A_PAGE)
    first = shown.number * FILES_A_PAGE + 1
    told = [
        file_lines(t, number, given, taken_back=given.evidence.id in found.taken_back)
        for number, given in enumerate(shown.rows, start=first)
    ]
    heading = say_count(t, "file.heading", len(found.files), code=found.row.code, name=shorten(found.row.name, 120))
    text = fitted(lambda room: lines([heading, "", *(_short(each, room) for each in told)]))
    turns = turning(shown, lambda number: Press(Action.FILES, (str(found.row.id), str(number))))
    card = button(t("card.button.details"), Action.CARD, found.row.id)
    return View(text, (*((turns,) if turns else ()), (card,)), attachments(shown.rows))


def _short(told: Html, room: int) -> Html:
    return told if room > _ROOMS[3] else told.split("\n")[0]
