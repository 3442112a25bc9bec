"""What people get in hand once something of theirs was recorded: receipts of reports, withdrawals and milestones."""

from __future__ import annotations

from bot.domain.work.lifecycle import State
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.reporting.list_work import Subject
from bot.services.reporting.meet_milestone import MilestoneReceipt
from bot.services.reporting.report_progress import Receipt
from bot.services.reporting.withdraw_report import Withdrawn
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.view import Button, View, button
from bot.views.reporting.reporting import changed, closed_line, period_line
from bot.views.words.rows import due_words, light, standing_words

NAME = 120


def receipt(t: Translator, given: Receipt) -> View:
    """A report was recorded: its number, what changed, the colour now, and how long it may be taken back."""
    lead, standing = given.after.lead, given.recorded.after
    body, before = given.body, given.recorded.before
    after = (body.percent, body.value, body.share)
    text = lines(
        [
            _head(t, "receipt.recorded", lead),
            say(t, "receipt.number", number=given.number, at=t.instant(given.recorded.event.at)),
            changed(
                t,
                lead.terms.target,
                (before.percent, before.value, before.share),
                after,
                unchanged=body.unchanged,
            ),
            say_count(t, "report.files_complete", len(body.files)) if body.files else None,
            period_line(t, (given.duty, body.late) if given.duty else None),
            closed_line(t, given.closed),
            _colour(t, lead),
            _next(t, given.after),
            say(t, "receipt.to_appraisal") if standing.state is State.AWAITING else None,
            say(t, _still_returned(lead)) if standing.state is State.RETURNED else None,
            "",
            say(t, "receipt.may_withdraw", time=t.clock_time(given.withdraw_until)),
        ]
    )
    take_back = button(t("receipt.withdraw"), Action.WITHDRAW, given.after.assignment_id, given.number)
    return View(text, ((take_back, _details(t, lead)), (_another(t),)))


def withdrawn(t: Translator, given: Withdrawn) -> View:
    """A report was taken back: where the work stands again."""
    lead = given.after.lead
    standing = lead.standing
    was = given.recorded.before
    text = lines(
        [
            _head(t, "receipt.withdrawn", lead),
            say(t, "receipt.withdrawn_number", number=given.report_id, at=t.instant(given.recorded.event.at)),
            changed(
                t,
                lead.terms.target,
                (was.percent, was.value, was.share),
                (standing.percent, standing.value, standing.share),
            ),
            _colour(t, lead),
            _next(t, given.after),
        ]
    )
    again = button(t("receipt.report_again"), Action.REPORT, given.after.assignment_id)
    return View(text, ((again, _details(t, lead)), (_another(t),)))


def milestone_receipt(t: Translator, given: MilestoneReceipt) -> View:
    """A milestone was recorded."""
    lead = given.after.lead
    text = lines(
        [
            _head(t, "receipt.recorded", lead),
            say(t, "receipt.number", number=given.recorded.event.id, at=t.instant(given.recorded.event.at)),
            say(t, "receipt.milestone", milestone=given.milestone.printed, day=given.milestone.due_on),
            say_count(t, "report.files_complete", len(given.body.files)) if given.body.files else None,
            _colour(t, lead),
            _next(t, given.after),
        ]
    )
    return View(text, ((_details(t, lead), _another(t)),))


def _still_returned(lead: Lead) -> str:
    return "receipt.still_returned" if lead.terms.target is None else "receipt.target_still_returned"


def _head(t: Translator, key: str, lead: Lead) -> Html:
    return say(t, key, code=lead.row.code, name=shorten(lead.row.name, NAME))


def _colour(t: Translator, lead: Lead) -> Html:
    return say(
        t,
        "receipt.colour",
        light=light(lead.verdict.colour, lead.standing.state),
        standing=standing_words(t, lead),
    )


def _next(t: Translator, subject: Subject) -> Html:
    """The next day that counts: a milestone still to be met, else the limit."""
    lead = subject.lead
    ahead = [
        stage
        for number, stage in enumerate(lead.terms.milestones)
        if number not in lead.standing.milestones_met and stage.due_on >= subject.day
    ]
    if ahead and ahead[0].due_on != lead.standing.due_on:
        return say(t, "receipt.next_milestone", milestone=ahead[0].printed, day=ahead[0].due_on)
    due = due_words(t, lead.row.limit, lead.standing.due_on)
    return say(t, "receipt.next_limit", due=due[:1].upper() + due[1:])


def _details(t: Translator, lead: Lead) -> Button:
    return button(t("receipt.details"), Action.CARD, lead.row.id)


def _another(t: Translator) -> Button:
    return button(t("receipt.another"), Action.MENU, "baocao")
