"""What was asked of the office: the card of a request with its two buttons, what waits, and the notices."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people.requests import RequestKind, RequestState
from bot.i18n import Translator
from bot.services.requests.ask_office import SubmittedRequest
from bot.services.requests.see_request import RequestCase, RequestQueue
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Buttons, Press, View, button
from bot.views.words.places import place_words
from bot.views.words.rows import light, progress_words, state_words

NAME_SIGNS, UNIT_SIGNS, LABEL_SIGNS = 200, 80, 40
REASON_SIGNS = 1000


def request_card(t: Translator, case: RequestCase, *, head: Html | None = None) -> View:
    """A request as it stands now, with the buttons of whoever decides it or may take it back.

    A limit that was granted to another day than asked for is told first.
    """
    head = _granted_otherwise(t, case) or head
    told = [head, *(() if head is None else ("",)), *request_lines(t, case), "", _standing(t, case), _by_hand(t, case)]
    return View(lines(told), _buttons(t, case))


def _by_hand(t: Translator, case: RequestCase) -> Html | None:
    """Of a change the program cannot carry out: that people have to, that nobody has yet, or who did."""
    request = case.request
    if not request.is_by_hand:
        return None
    if request.done_at is not None:
        return say(t, "request.done", who=case.doer or "–", at=t.instant(request.done_at))
    if request.is_to_be_done:
        return say(t, "request.to_be_done")
    return say(t, "request.by_hand") if case.may_decide else None


def _granted_otherwise(t: Translator, case: RequestCase) -> Html | None:
    granted, wished = case.request.granted_on, case.request.wish.due_on
    if granted is None or granted == wished:
        return None
    asked = "–" if wished is None else t.day(wished)
    return say(t, "request.granted_otherwise", code=case.code, day=granted, asked=asked)


def request_lines(t: Translator, case: RequestCase) -> list[Html | str | None]:
    """What is asked: the row, old and new, who, when, why."""
    request = case.request
    return [
        say(t, _title(case), code=case.code, place=place_words(t, case.locality)),
        say(t, "request.row", name=shorten(case.row.name, NAME_SIGNS)) if case.row else None,
        _where(t, case),
        *_wish(t, case),
        say(t, "request.by", who=case.asker or "–", unit=shorten(case.unit, UNIT_SIGNS), at=t.instant(request.at)),
        say(t, "request.why", reason=shorten(request.reason, REASON_SIGNS)),
    ]


def _title(case: RequestCase) -> str:
    if case.request.kind is RequestKind.TASK and case.row is None:
        return "task.title_propose"
    return f"request.title_{case.request.kind.value}"


def _where(t: Translator, case: RequestCase) -> Html | None:
    if case.lead is None or case.request.kind is RequestKind.TASK:
        return None
    standing = case.lead.standing
    sign = light(case.lead.verdict.colour, standing.state)
    percent = progress_words(t, case.lead)
    return say(t, "request.where", light=sign, percent=percent, state=state_words(t, standing))


def _wish(t: Translator, case: RequestCase) -> list[Html | None]:
    request, wish = case.request, case.request.wish
    if request.kind is RequestKind.EXTENSION and wish.due_on is not None:
        old = t.day(request.due_then) if request.due_then else t("change.no_limit")
        if request.granted_on not in (None, wish.due_on):
            return [say(t, "request.limit_then", old=old)]
        return [say(t, "request.limit", old=old, new=wish.due_on)]
    if request.kind is RequestKind.HAND_OVER:
        new = shorten(case.to_unit, UNIT_SIGNS)
        return [say(t, "request.unit", old=shorten(case.unit, UNIT_SIGNS), new=new)]
    if wish.task is not None:
        task = wish.task
        return [
            None if case.row else say(t, "request.row", name=shorten(task.name, 600)),
            say(t, "request.task_unit", unit=shorten(case.to_unit, UNIT_SIGNS)),
            say(t, "request.task_limit", limit=shorten(task.limit, 160)),
            say(t, "request.task_output", output=shorten(task.output, 600)) if task.output else None,
        ]
    return []


def _standing(t: Translator, case: RequestCase) -> Html:
    """Where the request stands: decided by whom and when, or who decides it."""
    request = case.request
    if request.is_open:
        if case.has_lapsed:
            return say(t, f"error.{case.obstacle}", code=case.code)
        key = "request.waits_committee" if _is_of_office(case) else "request.waits_office"
        waits = say(t, key)
        return waits if case.obstacle is None else lines([waits, say(t, f"error.{case.obstacle}", code=case.code)])
    figures = {"who": case.decider or "–", "at": t.instant(request.decided_at or request.at)}
    if request.state is RequestState.GRANTED:
        if request.granted_on is not None:
            return say(t, "request.granted_until", day=request.granted_on, **figures)
        key = "request.granted_task" if request.kind is RequestKind.TASK else "request.granted"
        return say(t, key, code=case.code, **figures)
    if request.state is RequestState.REFUSED:
        return say(t, "request.refused", answer=shorten(request.answer or "", REASON_SIGNS), **figures)
    return say(t, f"request.{request.state.value}", **figures)


def _is_of_office(case: RequestCase) -> bool:
    return case.request.unit_id == case.locality.standing_office_id


def _buttons(t: Translator, case: RequestCase) -> Buttons:
    request_id = case.request.id
    rows: list[tuple[Button, ...]] = []
    if case.may_decide:
        yes = button(_yes(t, case), Action.REQUEST, "yes", request_id)
        rows.append((yes, button(t("request.button.no"), Action.REQUEST, "no", request_id)))
        if case.request.kind is RequestKind.EXTENSION:
            rows.append((button(t("request.button.date"), Action.REQUEST, "date", request_id),))
    elif case.may_note_done:
        rows.append((button(t("request.button.done"), Action.REQUEST, "done", request_id),))
    elif case.may_withdraw:
        rows.append((button(t("request.button.withdraw"), Action.REQUEST, "withdraw", request_id),))
    if case.row is not None:
        rows.append((button(t("card.button.details"), Action.CARD, case.row.id),))
    return tuple(rows)


def _yes(t: Translator, case: RequestCase) -> str:
    day = case.request.wish.due_on
    return t("request.button.yes") if day is None else t("request.button.yes_until", day=t.day(day))


def queue_view(t: Translator, found: RequestQueue, number: int = 0) -> View:
    """What waits: what the person decides first, what is agreed to and not done, then what the own units have asked."""
    cases = [*found.to_decide, *found.to_do, *(case for case in found.own if not case.may_decide)]
    shown = page_of(cases, number)
    told: list[Html | str | None] = [say(t, "request.queue_head", place=place_words(t, found.locality)), ""]
    told.append(say_count(t, "request.queue_decide", len(found.to_decide)) if found.to_decide else None)
    told.append(say_count(t, "request.queue_to_do", len(found.to_do)) if found.to_do else None)
    told += [_queued(t, case) for case in shown.rows]
    told.append(None if cases else say(t, "request.queue_empty"))
    label = [(button(_label(t, case), Action.REQUEST, "see", case.request.id),) for case in shown.rows]
    place = found.locality.id
    turns = turning(shown, lambda page: Press(Action.CHANGE, ("queue", str(place), str(page))))
    return View(lines(told), (*label, *((turns,) if turns else ()), *_beginnings(t, found)))


def _beginnings(t: Translator, found: RequestQueue) -> Buttons:
    """What the person can begin: ask for a limit, add or propose a task."""
    place = found.locality.id
    rows: list[tuple[Button, ...]] = []
    if found.may_ask:
        rows.append((button(t("request.button.ask_extension"), Action.CHANGE, "choose", place),))
    if found.may_add or found.may_ask:
        key = "request.button.add_task" if found.may_add else "request.button.propose_task"
        rows.append((button(t(key), Action.CHANGE, "task", place),))
    return tuple(rows)


def _queued(t: Translator, case: RequestCase) -> Html:
    key = "request.queued" if case.may_decide else "request.queued_own"
    if case.request.is_to_be_done:
        key = "request.queued_to_do"
    unit, at = shorten(case.unit, UNIT_SIGNS), t.instant(case.request.at)
    return say(t, key, what=what_words(t, case), unit=unit, at=at)


def _label(t: Translator, case: RequestCase) -> str:
    return shorten(what_words(t, case), LABEL_SIGNS)


def what_words(t: Translator, case: RequestCase) -> str:
    """What is asked in few words: "NV07 · gia hạn đến 31/07/2026"."""
    request = case.request
    if request.kind is RequestKind.EXTENSION and request.wish.due_on is not None:
        return t("request.what_extension", code=case.code, day=t.day(request.wish.due_on))
    if request.kind is RequestKind.TASK and request.wish.task is not None:
        return t("request.what_task", name=shorten(request.wish.task.name, 60))
    return t(f"request.what_{request.kind.value}", code=case.code)


def asked_view(t: Translator, done: SubmittedRequest, now: datetime) -> View:
    """The request has gone out: to how many, and when they read it."""
    if not done.told:
        head = say(t, "request.sent_nobody")
    elif done.at > now:
        head = say_count(t, "request.sent_later", done.told, instant=t.instant(done.at))
    else:
        head = say_count(t, "request.sent", done.told)
    return request_card(t, done.case, head=head)


def asked_notice(t: Translator, case: RequestCase) -> View:
    """What those who decide read."""
    return request_card(t, case, head=say(t, "request.notice_asked"))


def decided_notice(t: Translator, case: RequestCase) -> View:
    """What those who asked read."""
    granted = case.request.state is RequestState.GRANTED
    key = "request.notice_granted" if granted else "request.notice_refused"
    return request_card(t, case, head=say(t, key))
