"""A reporting period as the standing office sees it: who has reported, the chase, closing and opening again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.domain.plan.duties import Ask, Chase, Duty
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.periods.chase_period import Chased
from bot.services.periods.close_period import Decided, ReopenablePeriod
from bot.services.periods.period_state import DutyOutcome, PeriodState, UnitState
from bot.services.periods.see_period import PeriodSeen
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, capital, lines, say, say_count, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Press, View, button, grid
from bot.views.words.documents import document_buttons
from bot.views.words.duties import asked_words, begin_button
from bot.views.words.periods import codes_words, period_words
from bot.views.words.places import Place, place_words

UNIT_SIGNS = 60
SILENT_SHOWN = 6
SIGNS = {DutyOutcome.ON_TIME: "✅", DutyOutcome.LATE: "🕓", DutyOutcome.MISSING: "❌"}


def period_view(t: Translator, seen: PeriodSeen, page: int = 0) -> View:
    """One page of a period: its days, the counts, its units with the missing ones first, and what may be done."""
    state = seen.state
    shown = page_of(state.units, page)
    told: list[Html | str | None] = [
        say(t, "period.head", what=_headline(t, state.duty), place=place_words(t, state.locality)),
        say(t, "period.days", opens=state.duty.opens, due=state.duty.due),
        _phase(t, seen),
        _counts(t, state),
        _chases(t, seen.chases),
        "",
        *(_unit(t, unit, is_begun=state.is_begun) for unit in shown.rows),
        say(t, "list.page", page=shown.number + 1, pages=shown.count) if shown.count > 1 else None,
    ]
    turns = turning(shown, lambda number: _press("page", state, str(number)))
    rows = [*([turns] if turns else []), *_deeds(t, seen), *_documents(t, state), _neighbours(t, seen)]
    if seen.reports_for:
        rows.append((button(t("period.own"), Action.PERIOD, "walk", state.locality.id),))
    return View(lines(told), tuple(row for row in rows if row))


def _headline(t: Translator, duty: Duty) -> str:
    return capital(asked_words(t, duty))


def _press(verb: str, state: PeriodState, *more: str) -> Press:
    duty = state.duty
    return Press(Action.PERIOD, (verb, str(state.locality.id), duty.ask.value, duty.period, *more))


def _phase(t: Translator, seen: PeriodSeen) -> Html:
    state, mark, by = seen.state, seen.state.mark, seen.by or "–"
    if not state.is_begun:
        return say(t, "period.not_begun", day=state.duty.opens)
    if mark is not None and mark.is_closing:
        return say(t, "period.closed_by", at=t.instant(mark.at), by=by)
    if mark is not None and not mark.is_closing:
        key = "period.reopened_over" if state.is_closed else "period.reopened_until"
        return say(t, key, day=state.duty.closes, by=by, reason=shorten(mark.reason or "", 200))
    if state.is_closed:
        return say(t, "period.closed_itself", day=state.duty.closes)
    key = "period.takes_late" if state.day > state.duty.due else "period.is_open"
    return say(t, key, closes=state.duty.closes)


def _counts(t: Translator, state: PeriodState) -> Html:
    if not state.units:
        return say(t, "period.nobody_asked")
    if not state.is_begun:
        return say_count(t, "period.units_asked", len(state.units))
    on_time, late, missing = (len(state.of(given)) for given in DutyOutcome)
    return say(t, "period.counts", units=len(state.units), on_time=on_time, late=late, missing=missing)


def _chases(t: Translator, chases: Sequence[Chase]) -> Html | None:
    return say_count(t, "period.chased_before", len(chases), at=t.instant(chases[-1].at)) if chases else None


def _unit(t: Translator, unit: UnitState, *, is_begun: bool) -> Html:
    if not is_begun:
        # The period has not opened: nobody can have reported, so nobody is shown as missing.
        return say(t, "period.unit_ahead", unit=shorten(unit.unit, UNIT_SIGNS))
    head = say(t, "period.unit", sign=SIGNS[unit.given], unit=shorten(unit.unit, UNIT_SIGNS), figures=_figures(t, unit))
    if not unit.missing:
        return head
    return lines([head, say(t, "list.reason", reason=t("period.unit_codes", codes=_codes(unit.missing)))])


def _figures(t: Translator, unit: UnitState) -> str:
    if not unit.asked:
        return t(f"period.given_{unit.given.value}")
    found = ((DutyOutcome.ON_TIME, unit.on_time), (DutyOutcome.LATE, unit.late), (DutyOutcome.MISSING, unit.missing))
    parts = [t(f"period.rows_{given.value}", n=len(rows)) for given, rows in found if rows]
    return " · ".join(parts)


def _codes(found: Iterable[Lead]) -> str:
    return codes_words([lead.row.code for lead in found])


def _deeds(t: Translator, seen: PeriodSeen) -> list[tuple[Button, ...]]:
    state = seen.state
    if not seen.runs_it or not state.is_begun:
        return []
    if state.is_closed:
        return [(Button(t("period.button_reopen"), _press("reopen", state)),)]
    missing = len(state.of(DutyOutcome.MISSING))
    chase = t("period.button_chase", n=missing)
    rows: list[tuple[Button, ...]] = (
        [(Button(chase, _press("chase", state, str(len(seen.chases)))),)] if missing else []
    )
    if state.day > state.duty.due:
        rows.append((Button(t("period.button_close"), _press("close", state)),))
    return rows


def _documents(t: Translator, state: PeriodState) -> tuple[tuple[Button, ...], ...]:
    is_period = state.duty.ask is not Ask.ONCE
    return document_buttons(t, state.locality.id, state.duty.period) if is_period and state.is_begun else ()


def _neighbours(t: Translator, seen: PeriodSeen) -> tuple[Button, ...]:
    found = (("period.button_earlier", seen.earlier), ("period.button_later", seen.later))
    return tuple(
        button(
            t(key, period=shorten(period_words(t, duty), 24)),
            Action.PERIOD,
            "see",
            seen.state.locality.id,
            duty.ask.value,
            duty.period,
        )
        for key, duty in found
        if duty is not None
    )


def _back(t: Translator, locality_id: int, duty: Duty) -> Button:
    return button(t("period.button_back"), Action.PERIOD, "see", locality_id, duty.ask.value, duty.period)


# --- chasing


def chased_view(t: Translator, locality_id: int, sent: Chased, now: datetime) -> View:
    """The messages are on their way, or wait for working hours; units that nobody has joined are named."""
    chase = sent.chase
    title = asked_words(t, sent.duty)
    told: list[Html | None] = [
        say_count(t, "period.chased", chase.units, period=title, told=chase.told)
        if chase.told
        else say(t, "period.chased_nobody", period=title),
        say(t, "nudge.later", instant=t.instant(sent.at)) if sent.at > now and chase.told else None,
        _silent(t, sent.silent),
    ]
    invite = ((button(t("digest.button.invite"), Action.MENU, "moi"),),) if sent.silent else ()
    return View(lines(told), (*invite, (_back(t, locality_id, sent.duty),)))


def _silent(t: Translator, names: Sequence[str]) -> Html | None:
    if not names:
        return None
    more = len(names) - SILENT_SHOWN
    shown = "; ".join(shorten(name, UNIT_SIGNS) for name in names[:SILENT_SHOWN])
    return say(t, "period.chased_silent", units=f"{shown}… (+{more})" if more > 0 else shown)


def chase_again_view(t: Translator, state: PeriodState, chases: Sequence[Chase]) -> View:
    """They were chased today already: again, or not."""
    last = chases[-1]
    text = say(t, "period.chased_today", at=t.clock_time(last.at), units=last.units, told=last.told)
    again = Button(t("period.button_again"), _press("again", state, str(len(chases))))
    return View(text, ((again,), (_back(t, state.locality.id, state.duty),)))


def notice(
    t: Translator,
    place: Place,
    own: UnitState,
    duty: Duty,
    *,
    target: UnitReportTarget,
    day: date,
    reopened: bool,
    outbox_id: int,
) -> View:
    """What a unit reads that is chased for a period, or may report for one that is open again."""
    title, late = asked_words(t, duty), day > duty.due
    told = [
        say(t, "period.notice_reopened" if reopened else "period.notice", what=title, place=place_words(t, place)),
        "",
        say(t, "period.notice_unit", unit=own.unit),
        say_count(t, "period.notice_rows", len(own.missing), codes=_codes(own.missing)) if own.missing else None,
        say(t, "period.notice_late" if late else "period.notice_due", due=duty.due, closes=duty.closes),
        "",
        say(t, "nudge.notice_please"),
    ]
    if duty.ask is Ask.PROGRESS:
        begin = button(t("period.button_walk"), Action.PERIOD, "walk", target.locality_id)
    else:
        begin = begin_button(t, target, duty)
    snooze = button(t("remind.button.snooze"), Action.SNOOZE, outbox_id)
    return View(lines(told), ((begin,), (snooze,)))


# --- closing and opening again


def ask_close_view(t: Translator, state: PeriodState) -> View:
    """What closing means, before it is done."""
    told = [
        say(t, "period.ask_close", what=asked_words(t, state.duty)),
        say_count(t, "period.ask_close_missing", missing) if (missing := len(state.of(DutyOutcome.MISSING))) else None,
    ]
    close = Button(t("period.button_close_now"), _press("closed", state, state.shown))
    return View(lines(told), ((close,), (_back(t, state.locality.id, state.duty),)))


def closed_view(t: Translator, locality_id: int, done: Decided) -> View:
    """The period is closed."""
    told = [say(t, "period.closed", what=asked_words(t, done.duty), at=t.instant(done.mark.at))]
    if done.missing:
        told.append(say_count(t, "period.closed_missing", done.missing))
    reopen = button(
        t("period.button_reopen"), Action.PERIOD, "reopen", locality_id, done.duty.ask.value, done.duty.period
    )
    return View(lines(told), ((reopen,), (_back(t, locality_id, done.duty),)))


def reopening_view(t: Translator, token: str, found: ReopenablePeriod, until: date | None) -> View:
    """The question until when a period is opened again, then why."""
    cancel = (Keys(t, token).cancel,)
    if until is not None:
        text = say(t, "period.reopen_why", what=asked_words(t, found.duty), day=until)
        return View(text, ((Keys(t, token).key(t("button.back"), "back"), *cancel),))
    text = say(t, "period.reopen_until", what=asked_words(t, found.duty))
    days = [Keys(t, token).key(t.day(day), "until", day.isoformat()) for day in found.offers]
    return View(text, (*grid(days, 3), cancel))


def reopened_view(t: Translator, locality_id: int, done: Decided) -> View:
    """The period is open again, and the units that owe are told."""
    told = [
        say(t, "period.reopened", what=asked_words(t, done.duty), day=done.mark.closes_on),
        say(t, "period.reopened_reason", reason=shorten(done.mark.reason or "", 300)),
        say_count(t, "period.reopened_told", done.missing, told=done.told) if done.missing else None,
    ]
    return View(lines(told), ((_back(t, locality_id, done.duty),),))
