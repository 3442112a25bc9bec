"""The form engine: one field after the other; forged buttons leave a form as it is, and every step has a way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversations.core.dialogue import Step
from bot.conversations.core.form import Field, Form, FormDraft, day_field, leaving, words_field
from bot.conversations.core.scene import Pressed, Sent, Typed
from bot.domain.errors import BadInput, TienDoError
from bot.i18n import Translator
from bot.views.parts.html import say
from bot.views.parts.view import View

TODAY = date(2026, 6, 15)


class TripDraft(FormDraft):
    """When, why, and with how many."""

    day: date | None = None
    why: str = ""
    many: int = 1


@dataclass(frozen=True)
class Trip:
    day: date | None
    why: str
    many: int


def not_past(day: date, facts: date) -> None:
    if day < facts:
        raise BadInput("day_unreadable")


def asked(t: Translator, draft: TripDraft, facts: date) -> View:
    return View(say(t, "request.ask_day" if draft.day is None else "request.ask_reason"))


WHEN: Field[TripDraft, date, date] = day_field(
    lambda draft, facts: draft.day,
    lambda draft, day: draft.but(day=day),
    asked,
    today=lambda facts: (facts.year, facts),
    check=not_past,
    again="redate",
    clear=lambda draft: draft.but(day=None),
)
WHY: Field[TripDraft, date, str] = words_field(
    lambda draft, facts: draft.why or None, lambda draft, why: draft.but(why=why), asked
)
MANY: Field[TripDraft, date, int] = Field(
    "many",
    lambda draft, facts: draft.many,
    lambda draft, many: draft.but(many=many),
    asked,
    pick=lambda draft, value, facts: int(value) if value in ("1", "5") else None,
)


def sent(draft: TripDraft, facts: date) -> Trip:
    return Trip(draft.day, draft.why, draft.many)


WITH_CARD: Form[TripDraft, date] = Form(
    (WHEN, MANY, WHY), sent, leaving("request.left"), card=lambda t, draft, facts: View(say(t, "request.ready"))
)
AT_ONCE: Form[TripDraft, date] = Form((WHEN, WHY), sent, leaving("request.left"))
EMPTY = TripDraft(token="abcdefgh")
DATED = EMPTY.but(day=date(2026, 6, 30))
FULL = DATED.but(why="Tập huấn")


def key(step: Step[TripDraft]) -> str | None:
    return step.problem.key if isinstance(step.problem, TienDoError) else None


def test_one_field_after_the_other_then_the_card_then_sent() -> None:
    dated = WITH_CARD.advance(EMPTY, Typed("30/6"), TODAY).draft
    assert dated == DATED == WITH_CARD.advance(EMPTY, Pressed("day", "2026-06-30"), TODAY).draft
    full = WITH_CARD.advance(DATED, Typed(" Tập  huấn "), TODAY)
    assert full.draft == FULL and full.command is None
    done = WITH_CARD.advance(FULL, Pressed("send"), TODAY)
    assert done.draft == FULL and done.command == Trip(date(2026, 6, 30), "Tập huấn", 1)


def test_words_on_the_card_are_the_last_field_anew() -> None:
    assert WITH_CARD.advance(FULL, Typed("Kiểm tra"), TODAY).draft == FULL.but(why="Kiểm tra")


def test_without_a_card_the_last_answer_sends_and_the_question_stays_open_till_it_is_done() -> None:
    done = AT_ONCE.advance(DATED, Typed("Tập huấn"), TODAY)
    assert done.command == Trip(date(2026, 6, 30), "Tập huấn", 1) and done.draft == DATED


def test_a_field_is_asked_again_and_one_with_a_value_may_be_changed_at_any_time() -> None:
    assert WITH_CARD.advance(FULL, Pressed("redate"), TODAY).draft == FULL.but(day=None)
    assert WITH_CARD.advance(FULL, Pressed("many", "5"), TODAY).draft == FULL.but(many=5)
    assert WITH_CARD.advance(FULL, Pressed("day", "2026-07-01"), TODAY).draft == FULL.but(day=date(2026, 7, 1))


def test_forged_buttons_leave_it_as_it_is() -> None:
    for verb, value in (
        ("day", "x"),
        ("day", ""),
        ("many", "7"),
        ("words", "x"),
        ("why", "x"),
        ("token", "x"),
        ("", ""),
        ("__class__", ""),
    ):
        for draft in (EMPTY, DATED, FULL):
            assert WITH_CARD.advance(draft, Pressed(verb, value), TODAY) == Step(draft)
    for draft in (EMPTY, DATED):
        assert WITH_CARD.advance(draft, Pressed("send"), TODAY) == Step(draft), "what is not complete is not sent"
        assert AT_ONCE.advance(draft, Pressed("send"), TODAY) == Step(draft)
    assert WITH_CARD.advance(EMPTY, Pressed("many", "5"), TODAY) == Step(EMPTY), "what comes later is not heard yet"


def test_what_cannot_be_taken_is_told_above_the_same_question() -> None:
    for said, why in (
        (Typed("30/13"), "day_unreadable"),
        (Typed("1/6"), "day_unreadable"),
        (Pressed("day", "2026-06-01"), "day_unreadable"),
        (Sent((1,)), "reason_in_words"),
    ):
        step = WITH_CARD.advance(EMPTY, said, TODAY)
        assert (step.draft, key(step)) == (EMPTY, why)
    assert key(WITH_CARD.advance(DATED, Typed("x" * 1001), TODAY)) == "reason_too_long"


def test_there_is_a_way_out_of_every_step() -> None:
    for draft in (EMPTY, DATED, FULL):
        assert WITH_CARD.advance(draft, Pressed("cancel"), TODAY) == Step(None, farewell="request.left")
