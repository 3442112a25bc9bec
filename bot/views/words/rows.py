"""How a row of the plan reads: its light, its line in a list, its reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.domain.plan.deadlines import DeadlineKind, TimeLimit
from bot.domain.plan.plan import Row
from bot.domain.work.alerts import Colour, Reason, RowVerdict, Verdict
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import FULL
from bot.i18n import Translator
from bot.services.core.board import BoardRow, Lead
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.view import Button, button
from bot.views.words.amounts import percent_words

LIGHTS = {
    Colour.RED: "🔴",
    Colour.AMBER: "🟡",
    Colour.GREEN: "🟢",
    Colour.GREY: "⚪",
    Colour.DONE: "✅",
}
_STATE_SIGNS = {State.AWAITING: "⏳", State.RETURNED: "↩️"}
NAME_IN_LIST = 48
UNITS_IN_LIST = 2


def light(colour: Colour, state: State) -> str:
    """The traffic light, then the sign of a state that wants to be known (⏳ ↩️)."""
    return LIGHTS[colour] + _STATE_SIGNS.get(state, "")


def state_words(t: Translator, state: State) -> str:
    """What a state is called."""
    return t(f"state.{state.value}")


def standing_words(t: Translator, colour: Colour, state: State) -> str:
    """Colour and state in words; what is completed or closed needs no colour beside it."""
    if state in (State.COMPLETED, State.CLOSED):
        return state_words(t, state)
    return f"{t(f'colour.{colour.value}')} · {state_words(t, state)}"


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
    return _line(t, lead.row, lead.verdict, lead.standing.state, lead.standing.percent, lead.standing.due_on)


def row_line(t: Translator, board_row: BoardRow) -> Html:
    """A whole row in one line."""
    due_on = min((d for d in (lead.standing.due_on for lead in board_row.leads) if d is not None), default=None)
    verdict = board_row.verdict
    return _line(t, board_row.row, verdict, verdict.state, verdict.percent, due_on)


def _line(
    t: Translator, row: Row, verdict: Verdict | RowVerdict, state: State, percent: Decimal, due_on: date | None
) -> Html:
    return say(
        t,
        "row.line",
        light=light(verdict.colour, state),
        code=row.code,
        name=shorten(row.name, NAME_IN_LIST),
        percent=percent_words(percent),
        due=due_words(t, row.limit, due_on, year=row.limit.due_on.year if row.limit.due_on else None),
    )


def units_line(t: Translator, units: Sequence[str]) -> Html:
    """The units of a row in a list: two by their whole names, of more how many there are besides."""
    named, more = ", ".join(units[:UNITS_IN_LIST]), len(units) - UNITS_IN_LIST
    return say_count(t, "list.units_more", more, units=named) if more > 0 else say(t, "list.units", units=named)


def label(lead: Lead, t: Translator) -> str:
    """The same line, short enough for a button."""
    sign = light(lead.verdict.colour, lead.standing.state)
    return f"{sign} {lead.row.code} · {shorten(lead.row.name, 28)} · {percent_words(lead.standing.percent)}"


def reason_words(t: Translator, lead: Lead, day: date) -> list[Html]:
    """Why a lead assignment is red or amber, with its figures, one sentence a reason."""
    return [_reason(t, lead, day, reason) for reason in lead.verdict.reasons]


def _reason(t: Translator, lead: Lead, day: date, reason: Reason) -> Html:
    due_on = lead.standing.due_on or day
    if reason is Reason.OVERDUE:
        days = (day - due_on).days
        return Html(t.count("reason.overdue", days))
    if reason is Reason.BEHIND_ROADMAP:
        line = lead.standing.roadmap(lead.terms)
        asked = FULL * line.elapsed(day) / line.total if line else FULL
        percent = percent_words(lead.standing.percent)
        return say(t, "reason.behind_roadmap", percent=percent, asked=percent_words(asked))
    if reason is Reason.DUE_SOON:
        days = (due_on - day).days
        return Html(t("reason.due_today") if days == 0 else t.count("reason.due_soon", days))
    if reason is Reason.MILESTONE_MISSED:
        missed = [
            m for n, m in enumerate(lead.terms.milestones) if n not in lead.standing.milestones_met and m.due_on < day
        ]
        return say(t, "reason.milestone_missed", milestone=missed[0].printed, day=missed[0].due_on)
    return Html(t(f"reason.{reason.value}"))


def reasons_of_row(t: Translator, board_row: BoardRow, day: date) -> Html:
    """The reasons of a row's leads together, each sentence once; of how many leads, where it is not said of all."""
    told: Counter[Html] = Counter()
    for lead in board_row.leads:
        if lead.verdict.colour is board_row.verdict.colour:
            told.update(reason_words(t, lead, day))
    of = len(board_row.leads)
    return lines(words if n == of else _of_some(t, words, n, of) for words, n in told.items())


def _of_some(t: Translator, words: Html, n: int, of: int) -> Html:
    return say(t, "reason.of_some", reason=Html(words[:1].lower() + words[1:]), n=n, of=of)


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
