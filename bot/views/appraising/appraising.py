"""Appraising as it is shown: the queue, one case with its files and checks, what became of it; reopening; notices."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.work.events import Report
from bot.domain.work.lifecycle import Terms
from bot.i18n import Translator
from bot.services.appraising.appraise import AppraisalCase, AppraisalQueue, Decision, Judged, Waiting
from bot.services.appraising.reopen import ReopenableAssignment, Reopened
from bot.services.core.board import Lead
from bot.services.rows.list_rows import ListName
from bot.views.parts.actions import Action
from bot.views.parts.fitting import fitted
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Buttons, Press, View, button
from bot.views.words.amounts import amount_words, target_words
from bot.views.words.findings import attachments, file_lines
from bot.views.words.rows import due_words, light, limit_words, state_words

NAME_IN_QUEUE = 60
UNIT_SIGNS = 48
FILES_LISTED = 20
REASONS = ("signature", "blurred", "wrong_product", "figures", "not_issued")
"""The common reasons for a return, by the keys ``appraise.reason.…``; the last button asks for one's own words."""


def queue_list(t: Translator, queue: AppraisalQueue, page: int = 0) -> View:
    """The complete reports that wait, the oldest first, with what others have to judge counted."""
    aside = [
        say_count(t, "appraise.own_aside", queue.own) if queue.own else None,
        say_count(t, "appraise.others_aside", queue.others) if queue.others else None,
    ]
    if not queue.waiting:
        return View(lines([say(t, "appraise.queue_empty", place=queue.locality), *aside]))
    shown = page_of(queue.waiting, page)
    text = lines(
        [
            say_count(t, "appraise.queue", len(queue.waiting), place=queue.locality),
            "",
            *(_waiting(t, each) for each in shown.rows),
            "",
            say(t, "list.page", page=shown.number + 1, pages=shown.count) if shown.count > 1 else None,
            *aside,
        ]
    )
    cases = tuple(
        (
            button(
                t("appraise.button.open", code=each.lead.row.code, unit=shorten(each.unit, 30)),
                Action.APPRAISE,
                each.lead.assignment.id,
                each.report.id,
                "open",
            ),
        )
        for each in shown.rows
    )
    turns = turning(
        shown, lambda number: Press(Action.LIST, (ListName.QUEUE.value, str(number), str(queue.locality_id)))
    )
    return View(text, (*cases, *((turns,) if turns else ())))


def case_card(t: Translator, case: AppraisalCase, *, with_files: bool = True) -> View:
    """A complete report as its judge sees it; one that has been judged meanwhile says so and has no judge's buttons."""
    text = fitted(lambda room: _case_text(t, case, room))
    shown = attachments(case.files) if with_files and case.decision is None else ()
    return View(text, _case_buttons(t, case), shown)


def reason_question(t: Translator, token: str, case: AppraisalCase, *, own_words: bool) -> View:
    """Why a report is returned: the common reasons as buttons, or typed."""
    at = case.assignment_id
    head = say(t, "appraise.return_title", code=case.lead.row.code, unit=case.unit)
    cancel = (Keys(t, token, at).cancel,)
    if own_words:
        return View(lines([head, say(t, "appraise.type_reason")]), (cancel,))
    common = tuple((Keys(t, token, at).key(t(f"appraise.reason.{key}"), "reason", key),) for key in REASONS)
    other = (Keys(t, token, at).key(t("appraise.reason.other"), "other"),)
    return View(lines([head, say(t, "appraise.choose_reason")]), (*common, other, cancel))


def judged(t: Translator, done: Judged) -> View:
    """The judgement is recorded."""
    lead = done.lead
    figures = {"code": lead.row.code, "unit": done.case.unit, "name": shorten(lead.row.name, 120)}
    if done.accepted:
        told = [say(t, "appraise.accepted", **figures), *_in_time(t, done.lead)]
    else:
        told = [
            say(t, "appraise.returned", **figures),
            say(t, "appraise.reason_line", reason=done.reason or ""),
            say(t, "appraise.now_returned", percent=amount(t, lead)),
        ]
    told.append(say(t, _told(done)))
    buttons = (
        (button(t("card.button.details"), Action.CARD, lead.row.id),),
        (button(t("appraise.button.queue"), Action.MENU, ListName.QUEUE.value),),
    )
    return View(lines(told), buttons)


def reopening(t: Translator, token: str, found: ReopenableAssignment, *, reason: str | None) -> View:
    """Reopening asks for the reason, then for a new limit where the old has passed."""
    lead = found.lead
    told = [
        say(t, "reopen.title", code=lead.row.code, name=shorten(lead.row.name, 200), unit=found.unit),
        say(t, "reopen.state", light=light(lead.verdict.colour, lead.standing.state), state=_state(t, lead)),
    ]
    if reason is None:
        told.append(say(t, "reopen.ask_reason"))
    else:
        told += [
            say(t, "appraise.reason_line", reason=reason),
            say(t, "reopen.ask_limit", day=lead.standing.due_on or found.day),
        ]
    cancel = Keys(t, token, lead.assignment.id).cancel
    return View(lines(told), ((cancel,),))


def reopened(t: Translator, done: Reopened) -> View:
    """The assignment is open again."""
    lead = done.lead
    told = [
        say(t, "reopen.done", code=lead.row.code, name=shorten(lead.row.name, 120), unit=done.unit),
        say(t, "appraise.reason_line", reason=done.reason),
        say(t, "reopen.now", state=_state(t, lead), due=due_words(t, lead.row.limit, lead.standing.due_on)),
    ]
    return View(lines(told), ((button(t("card.button.details"), Action.CARD, lead.row.id),),))


def returned_notice(t: Translator, lead: Lead, unit: str, reason: str) -> View:
    """What the reporter and the heads read when a report comes back."""
    told = [
        say(t, "notice.returned", code=lead.row.code, name=shorten(lead.row.name, 200)),
        say(t, "notice.unit", unit=unit),
        say(t, "appraise.reason_line", reason=reason),
        say(t, "appraise.now_returned", percent=amount(t, lead)),
        say(t, "notice.limit", due=due_words(t, lead.row.limit, lead.standing.due_on)),
        "",
        say(t, "notice.complete_again"),
    ]
    report = button(t("card.button.report"), Action.REPORT, lead.assignment.id)
    return View(lines(told), ((report, button(t("card.button.details"), Action.CARD, lead.row.id)),))


def accepted_notice(t: Translator, lead: Lead, unit: str) -> View:
    """What the reporter reads when a report is accepted."""
    told = [
        say(t, "notice.accepted", code=lead.row.code, name=shorten(lead.row.name, 200)),
        say(t, "notice.unit", unit=unit),
        *_in_time(t, lead),
    ]
    return View(lines(told), ((button(t("card.button.details"), Action.CARD, lead.row.id),),))


def amount(t: Translator, lead: Lead) -> str:
    """How far the assignment stands, in its own terms."""
    standing = lead.standing
    return amount_words(t, lead.terms.target, standing.percent, standing.value, standing.share)


def waited_words(t: Translator, waited: timedelta) -> str:
    """How long something has waited, in its largest unit."""
    minutes = max(0, int(waited.total_seconds()) // 60)
    if minutes < 60:
        return t.count("waited.minutes", max(1, minutes))
    if minutes < 24 * 60:
        return t.count("waited.hours", minutes // 60)
    return t.count("waited.days", minutes // (24 * 60))


def _told(done: Judged) -> str:
    if not done.told:
        return "appraise.nobody_told"
    return "appraise.told_reporter" if done.accepted else "appraise.told"


def _in_time(t: Translator, lead: Lead) -> list[Html]:
    standing = lead.standing
    if standing.sent_on is None or standing.due_when_sent is None:
        return []
    key = "card.completed_late" if standing.late else "card.completed_on_time"
    return [say(t, key, sent=standing.sent_on, due=standing.due_when_sent)]


def _state(t: Translator, lead: Lead) -> str:
    return state_words(t, lead.standing)


def _waiting(t: Translator, each: Waiting) -> Html:
    return say(
        t,
        "appraise.waiting",
        code=each.lead.row.code,
        name=shorten(each.lead.row.name, NAME_IN_QUEUE),
        unit=shorten(each.unit, UNIT_SIGNS),
        waited=waited_words(t, each.waited),
    )


def _case_text(t: Translator, case: AppraisalCase, room: int) -> Html:
    row = case.lead.row
    files = [file_lines(t, number, given) for number, given in enumerate(case.files[:FILES_LISTED], start=1)]
    if room <= 90:
        files = [each.split("\n")[0] for each in files]
    more = len(case.files) - FILES_LISTED
    decision = _decision(t, case.decision, room) if case.decision else None
    return lines(
        [
            say(t, "appraise.case_title", code=row.code, reference=row.reference),
            say(t, "card.name", name=shorten(row.name, max(room, 600))),
            say(t, "card.output", text=shorten(row.output, room)) if row.output else None,
            say(t, "card.kpi", text=shorten(row.kpi, room)) if row.kpi else None,
            say(t, "card.target", text=shorten(target_words(t, row.target), room)) if row.target else None,
            limit_words(t, case.lead),
            "",
            say(t, "appraise.report", amount=_reported(t, case.lead.terms, case.report)),
            say(t, "appraise.note", note=shorten(case.report.note, room)) if case.report.note else None,
            say(t, "appraise.sender", sender=case.sender or "–", unit=case.unit, at=t.instant(case.sent_at)),
            _punctuality(t, case),
            "",
            say_count(t, "appraise.files", len(case.files)),
            *files,
            say_count(t, "appraise.files_more", more) if more > 0 else None,
            None if decision is None else "",
            decision,
            say(t, "card.plan_over", year=case.over) if case.over else None,
        ]
    )


def _reported(t: Translator, terms: Terms, report: Report) -> str:
    return amount_words(t, terms.target, report.percent, report.value, report.share)


def _punctuality(t: Translator, case: AppraisalCase) -> Html | None:
    standing = case.lead.standing
    if case.decision is not None or standing.sent_on is None:
        return None
    if standing.due_when_sent is None:
        return say(t, "appraise.no_limit")
    return say(t, "appraise.sent_late" if standing.late else "appraise.sent_on_time", due=standing.due_when_sent)


def _decision(t: Translator, decision: Decision, room: int) -> Html:
    figures = {"by": decision.by or "–", "at": t.instant(decision.at)}
    if decision.accepted is None:
        return say(t, "appraise.was_replaced", **figures)
    if decision.accepted:
        return say(t, "appraise.was_accepted", **figures)
    return say(t, "appraise.was_returned", reason=shorten(decision.reason or "", room), **figures)


def _case_buttons(t: Translator, case: AppraisalCase) -> Buttons:
    details = button(t("card.button.details"), Action.CARD, case.lead.row.id)
    back = button(t("appraise.button.queue"), Action.MENU, ListName.QUEUE.value)
    if not case.may_judge:
        return ((details, back),)
    accept = button(t("appraise.button.accept"), Action.APPRAISE, case.assignment_id, case.report_id, "accept")
    give_back = button(t("appraise.button.return"), Action.APPRAISE, case.assignment_id, case.report_id, "return")
    return ((accept, give_back), (details, back))
