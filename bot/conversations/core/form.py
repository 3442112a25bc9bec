"""A linear dialogue: one field after the other is asked, then a card is sent, changed or left.

docs/architecture.md#a-new-linear-dialogue says how one is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NoReturn, TypeVar

from bot.conversations.core.dialogue import Draft, Step
from bot.conversations.core.scene import Pressed, Said, Sent
from bot.domain.errors import BadInput, TienDoError
from bot.i18n import Translator
from bot.language.time.days import read_day
from bot.services.core.reasons import clean_reason
from bot.views.parts.month import pressed_day
from bot.views.parts.press_numbers import whole
from bot.views.parts.view import View


class FormDraft(Draft):
    """A form in the making: the page of a list and the month of a calendar that are shown."""

    page: int = 0
    month: str = ""


D = TypeVar("D", bound=FormDraft)
F = TypeVar("F")
V = TypeVar("V")


def refusing(key: str) -> Callable[[Any, str, Any], NoReturn]:
    """What is done with words that are no value: they are refused with this sentence."""

    def refuse(draft: Any, text: str, facts: Any) -> NoReturn:
        raise BadInput(key)

    return refuse


def leaving(farewell: str) -> Callable[[Any], Step[Any]]:
    """The way out: the dialogue ends with this sentence."""
    return lambda draft: Step(None, farewell=farewell)


_BY_BUTTON = refusing("choose_by_button")


@dataclass(frozen=True, slots=True)
class Field(Generic[D, F, V]):
    """One thing that is asked. What is typed or pressed is read, checked, and put into the draft."""

    verb: str
    """What its buttons say; their value is read by ``pick``, which knows none for one we never showed."""
    get: Callable[[D, F], V | None]
    put: Callable[[D, V], D]
    ask: Callable[[Translator, D, F], View]
    read: Callable[[str, F], V | None] = lambda text, facts: None
    """What typed words say. Raises TienDoError."""
    pick: Callable[[D, str, F], V | None] = lambda draft, value, facts: None
    check: Callable[[V, F], object] = lambda value, facts: None
    """Raises TienDoError for a value that cannot be taken."""
    otherwise: Callable[[D, str, F], Step[D]] = _BY_BUTTON
    """Where words lead that are no value."""
    again: str = ""
    """The verb of the button by which it is asked anew, once ``clear`` has taken it out."""
    clear: Callable[[D], D] = lambda draft: draft


def day_field(
    get: Callable[[D, F], date | None],
    put: Callable[[D, date], D],
    ask: Callable[[Translator, D, F], View],
    today: Callable[[F], tuple[int, date]],
    check: Callable[[date, F], object],
    verb: str = "day",
    **anew: Any,
) -> Field[D, F, date]:
    """A day, typed or out of a calendar; ``today`` says in which year a day without one is, and what day it is."""
    return Field(
        verb,
        get,
        put,
        ask,
        read=lambda text, facts: read_day(text, *today(facts), spans=True),
        pick=lambda draft, value, facts: pressed_day(value),
        check=check,
        otherwise=refusing("day_unreadable"),
        **anew,
    )


def words_field(
    get: Callable[[D, F], str | None],
    put: Callable[[D, str], D],
    ask: Callable[[Translator, D, F], View],
    read: Callable[[str], str] = clean_reason,
    **anew: Any,
) -> Field[D, F, str]:
    """Words; a reason where nothing else is said."""
    return Field("words", get, put, ask, read=lambda text, facts: read(text), **anew)


@dataclass(frozen=True, slots=True)
class Form(Generic[D, F]):
    """The fields in their order. Without a ``card`` the last answer sends it."""

    fields: tuple[Field[D, F, Any], ...]
    send: Callable[[D, F], Any]
    """The command of a draft that is complete."""
    cancel: Callable[[D], Step[D]]
    card: Callable[[Translator, D, F], View] | None = None
    no_files: str = "reason_in_words"

    def show(self, t: Translator, draft: D, facts: F) -> View:
        """The question that is open, or the card."""
        asked = self._asked(draft, facts)
        if asked is None and self.card is not None:
            return self.card(t, draft, facts)
        return (asked or self.fields[-1]).ask(t, draft, facts)

    def advance(self, draft: D, said: Said, facts: F) -> Step[D]:
        """Where the dialogue goes; words on the card are the last field anew."""
        try:
            if isinstance(said, Sent):
                raise BadInput(self.no_files)
            if isinstance(said, Pressed):
                return self._pressed(draft, said, facts)
            field = self._asked(draft, facts) or self.fields[-1]
            value = field.read(said.text, facts)
            if value is None:
                return field.otherwise(draft, said.text, facts)
            return self._put(draft, field, value, facts)
        except TienDoError as problem:
            return Step(draft, problem=problem)

    def _pressed(self, draft: D, said: Pressed, facts: F) -> Step[D]:
        match said.verb:
            case "cancel":
                return self.cancel(draft)
            case "page":
                return Step(draft.but(page=whole(said.value)))
            case "month":
                return Step(draft.but(month=said.value))
            case "send" if self.card is not None and self._asked(draft, facts) is None:
                return Step(draft, command=self.send(draft, facts))
        for field in self.fields:
            if said.verb and said.verb == field.again:
                return Step(field.clear(draft))
            value = field.pick(draft, said.value, facts) if said.verb == field.verb else None
            if value is not None:
                return self._put(draft, field, value, facts)
            if field.get(draft, facts) is None:
                break
        return Step(draft)

    def _put(self, draft: D, field: Field[D, F, V], value: V, facts: F) -> Step[D]:
        field.check(value, facts)
        said = field.put(draft, value)
        if self.card is None and self._asked(said, facts) is None:
            # Where it cannot be done the question is still open.
            return Step(draft, command=self.send(said, facts))
        return Step(said)

    def _asked(self, draft: D, facts: F) -> Field[D, F, Any] | None:
        return next((field for field in self.fields if field.get(draft, facts) is None), None)
