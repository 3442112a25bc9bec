"""How a row of the plan reads: its light, its line in a list, its reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from bot.domain.plan.deadlines import DeadlineKind, TimeLimit
from bot.domain.plan.plan import Row
from bot.domain.work.alerts import Colour, Reason, red_below
from bot.domain.work.lifecycle import Standing, State
from bot.domain.work.progress import ZERO, value_at
from bot.i18n import Translator
from bot.services.core.board import BoardRow, Lead
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.view import Button, button
from bot.views.words.amounts import goal_words, of_target_words, percent_words, value_words
from bot.views.words.units import units_words

LIGHTS = {
    Colour.RED: "🔴",
    Colour.AMBER: "🟡",
    Colour.GREEN: "🟢",
    Colour.GREY: "⚪",
    Colour.DONE: "✅",
}
_STATE_SIGNS = {State.AWAITING: "⏳", State.RETURNED: "↩️"}
NAME_IN_LIST = 48


def light(colour: Colour, state: State) -> str:
    """The traffic light, then the sign of a state that wants to be known (⏳ ↩️)."""
    return LIGHTS[colour] + _STATE_SIGNS.get(state, "")


def state_words(t: Translator, standing: Standing) -> str:
    """What the state of a lead assignment is called; "Chưa báo cáo" only where nothing was reported."""
    return t(f"state.{_called(standing)}")


def _called(standing: Standing) -> str:
    return "nothing_done" if standing.says_nothing_done else standing.state.value


def row_state_words(t: Translator, board_row: BoardRow) -> str:
    """The state of a whole row; of one with several leads that differ also how many of them it is said of."""
    open_leads = [lead.standing for lead in board_row.leads if lead.standing.state is not State.CLOSED]
    called = [_called(standing) for standing in open_leads]
    if len(set(called)) < 2:
        return t(f"state.{called[0] if called else State.CLOSED.value}")
    of = len(called)
    silent = called.count(State.NOT_REPORTED.value)
    if board_row.verdict.state in (State.NOT_REPORTED, State.IN_PROGRESS):
        begun = set(called) - {State.NOT_REPORTED.value, "nothing_done"}
        words = t(f"state.{State.IN_PROGRESS.value if begun else 'nothing_done'}")
        return t("state.some_reported", state=words, n=of - silent, of=of) if silent else words
    n = called.count(board_row.verdict.state.value)
    return t("state.of_some", state=t(f"state.{board_row.verdict.state.value}"), n=n, of=of)


def standing_words(t: Translator, lead: Lead) -> str:
    """Colour and state of a lead assignment; what is completed or closed needs no colour beside it."""
    return _coloured(t, lead.verdict.colour, lead.standing.state, state_words(t, lead.standing))


def row_standing_words(t: Translator, board_row: BoardRow) -> str:
    """The same of a whole row."""
    verdict = board_row.verdict
    return _coloured(t, verdict.colour, verdict.state, row_state_words(t, board_row))


def _coloured(t: Translator, colour: Colour, state: State, called: str) -> str:
    return called if state in (State.COMPLETED, State.CLOSED) else f"{t(f'colour.{colour.value}')} · {called}"


def colour_words(t: Translator, board_row: BoardRow) -> str:
    """What the colour of a row is called; what is closed has none."""
    is_closed = board_row.verdict.state is State.CLOSED
    return t("state.closed") if is_closed else t(f"colour.{board_row.verdict.colour.value}")


def progress_words(t: Translator, lead: Lead) -> str:
    """How far a lead assignment is, in a list: 40%; of an indicator "9% / chỉ tiêu 70%"."""
    standing, target = lead.standing, lead.terms.target
    if target is None:
        return percent_words(standing.percent)
    return of_target_words(t, target, standing.percent, standing.value)


def row_progress_words(t: Translator, board_row: BoardRow) -> str:
    """The same of a whole row: the mean of its leads; of an indicator with several the values from the least."""
    target = board_row.row.target
    if target is None:
        return percent_words(board_row.verdict.percent)
    leads = [lead for lead in board_row.leads if lead.standing.state is not State.CLOSED] or list(board_row.leads)
    given = sorted((lead for lead in leads if lead.standing.value is not None), key=lambda lead: lead.standing.percent)
    if not given or given[0].standing.value == given[-1].standing.value:
        return progress_words(t, given[0] if given else leads[0])
    first, last = (value_words(t, target, each.standing.value or ZERO) for each in (given[0], given[-1]))
    return t("report.value_of_target", value=f"{first}–{last}", target=goal_words(t, target))


def due_words(t: Translator, limit: TimeLimit, due_on: date | None, *, year: int | None = None) -> str:
    """The limit in force in few words: "hạn 30/06", "thường xuyên", "theo lộ trình cấp trên"."""
    if limit.kind is DeadlineKind.CONTINUOUS:
        return t("due.continuous")
    if due_on is None:
        return t("due.unread" if limit.kind is DeadlineKind.UNREAD else "due.external")
    if limit.kind is DeadlineKind.EXTERNAL_BOUNDED and due_on == limit.due_on:
        return t("due.external_bounded")
    return t("due.on", day=t.short_day(due_on) if year == due_on.year else t.day(due_on))


def lead_line(t: Translator, lead: Lead) -> Html:
    """A lead assignment in one line: light, code, name, percent, limit."""
    light_of_it = light(lead.verdict.colour, lead.standing.state)
    return _line(t, lead.row, light_of_it, progress_words(t, lead), lead.standing.due_on)


def row_line(t: Translator, board_row: BoardRow) -> Html:
    """A whole row in one line."""
    due_on = min((d for d in (lead.standing.due_on for lead in board_row.leads) if d is not None), default=None)
    light_of_it = light(board_row.verdict.colour, board_row.verdict.state)
    return _line(t, board_row.row, light_of_it, row_progress_words(t, board_row), due_on)


def _line(t: Translator, row: Row, light_of_it: str, progress: str, due_on: date | None) -> Html:
    return say(
        t,
        "row.line",
        light=light_of_it,
        code=row.code,
        name=shorten(row.name, NAME_IN_LIST),
        percent=progress,
        due=due_words(t, row.limit, due_on, year=row.limit.due_on.year if row.limit.due_on else None),
    )


def units_line(t: Translator, units: Sequence[str]) -> Html:
    """The units of a row as a line of a list."""
    return say(t, "list.units", units=units_words(t, units))


def label(lead: Lead, t: Translator) -> str:
    """The same line, short enough for a button."""
    sign = light(lead.verdict.colour, lead.standing.state)
    return f"{sign} {lead.row.code} · {shorten(lead.row.name, 28)} · {progress_words(t, lead)}"


def reason_words(t: Translator, lead: Lead, day: date) -> list[Html]:
    """Why a lead assignment is red or amber, with its figures, one sentence a reason."""
    return [_reason(t, lead, day, reason) for reason in lead.verdict.reasons]


def _reason(t: Translator, lead: Lead, day: date, reason: Reason) -> Html:
    due_on = lead.standing.due_on or day
    if reason is Reason.OVERDUE:
        days = (day - due_on).days
        return say_count(t, "reason.overdue", days)
    if reason is Reason.BEHIND_ROADMAP:
        return _behind(t, lead, day)
    if reason is Reason.DUE_SOON:
        days = (due_on - day).days
        return say(t, "reason.due_today") if days == 0 else say_count(t, "reason.due_soon", days)
    if reason is Reason.MILESTONE_MISSED:
        missed = [
            m for n, m in enumerate(lead.terms.milestones) if n not in lead.standing.milestones_met and m.due_on < day
        ]
        return say(t, "reason.milestone_missed", milestone=missed[0].printed, day=missed[0].due_on)
    return say(t, f"reason.{reason.value}")


def _behind(t: Translator, lead: Lead, day: date) -> Html:
    """Why it is red, with the threshold: one that stands at what is shown is not."""
    target, standing = lead.terms.target, lead.standing
    half = red_below(lead.terms, standing, day) or ZERO
    if target is None:
        shown, threshold = percent_words(standing.percent), percent_words(half)
        return say(t, "reason.behind_roadmap", amount=shown, threshold=threshold)
    threshold = value_words(t, target, value_at(target, half))
    if standing.value is None:
        return say(t, "reason.behind_no_value", threshold=threshold)
    return say(t, "reason.behind_roadmap", amount=progress_words(t, lead), threshold=threshold)


def under_line_of_row(t: Translator, board_row: BoardRow) -> Html | None:
    """That a green row has done less than its roadmap asks, and not so little that it is red."""
    n = sum(lead.verdict.under_line for lead in board_row.leads)
    if not n or board_row.verdict.colour is not Colour.GREEN:
        return None
    words, of = say(t, "reason.under_line"), len(board_row.leads)
    return words if n == of else _of_some(t, words, n, of)


def reasons_of_row(t: Translator, board_row: BoardRow, day: date) -> Html:
    """The reasons of a row's leads together, each sentence once; of how many leads, where it is not said of all."""
    told: Counter[Html] = Counter()
    for lead in board_row.leads:
        if lead.verdict.colour is board_row.verdict.colour:
            told.update(reason_words(t, lead, day))
    of = len(board_row.leads)
    return lines(words if n == of else _of_some(t, words, n, of) for words, n in told.items())


def _of_some(t: Translator, words: Html, n: int, of: int) -> Html:
    return say(t, "reason.of_some", reason=words[:1].lower() + words[1:], n=n, of=of)


def limit_words(t: Translator, lead: Lead) -> Html:
    """The limit as printed and as read: "Quý II/2026 → 30/06/2026"."""
    limit = lead.row.limit
    printed = limit.printed or t("card.plan_year")
    if limit.due_on is not None and limit.kind is not DeadlineKind.EXTERNAL_BOUNDED:
        read = t.day(limit.due_on)
    else:
        read = due_words(t, limit, limit.due_on)
    if limit.kind is DeadlineKind.CONTINUOUS:
        return say(t, "card.limit_plain", printed=shorten(printed, 160))
    return say(t, "card.limit", printed=shorten(printed, 160), read=read)


def unmute(t: Translator, row: Row) -> Button:
    """The button that has a task warned of again."""
    return button(t("mute.button.off", code=row.code), Action.MUTE, "off", row.id)


def mute_button(t: Translator, row: Row) -> Button:
    """The button on a card."""
    return button(t("mute.button.ask"), Action.MUTE, "ask", row.id)
