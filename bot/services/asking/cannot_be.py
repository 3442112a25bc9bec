"""What no row can be: a question of it is answered with why not, never with "there is none" (docs/rules/chat.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.domain.work.alerts import RED_REASONS, Colour, Reason
from bot.domain.work.lifecycle import WORKING, State
from bot.domain.work.progress import FULL
from bot.language.asking.query import Filters
from bot.services.core.book import Book

_UNDECIDED = frozenset({Colour.RED, Colour.AMBER, Colour.GREEN, Colour.GREY})
COLOURS: Mapping[State, frozenset[Colour]] = {
    State.NOT_REPORTED: _UNDECIDED,
    State.IN_PROGRESS: _UNDECIDED,
    # After the year ends what is continuous has no colour any more, whatever its state.
    State.RETURNED: frozenset({Colour.RED, Colour.GREY}),
    State.AWAITING: frozenset({Colour.GREEN, Colour.GREY}),
    State.COMPLETED: frozenset({Colour.DONE}),
    State.CLOSED: frozenset({Colour.GREY}),
}
"""The colours that a state can have; a property holds it against the rules of colours."""


def states_of(reason: Reason) -> frozenset[State]:
    """The states in which a reason can stand."""
    if reason is Reason.RETURNED:
        return frozenset({State.RETURNED})
    asked_of_all = reason in RED_REASONS or reason is Reason.DUE_SOON
    return frozenset(WORKING) if asked_of_all else frozenset({State.NOT_REPORTED, State.IN_PROGRESS})


def colours_of(reason: Reason) -> frozenset[Colour]:
    """The colours of what a reason is asked for: what is red already may be due soon as well."""
    if reason is Reason.DUE_SOON:
        return frozenset({Colour.RED, Colour.AMBER})
    return frozenset({Colour.RED if reason in RED_REASONS else Colour.AMBER})


class Contradiction(StrEnum):
    """What about a question cannot be."""

    STATE_COLOUR = "state_colour"
    STATE_REASON = "state_reason"
    REASON_COLOUR = "reason_colour"
    PERCENT = "percent"
    YEAR = "year"
    CODES = "codes"


def contradiction(filters: Filters, book: Book) -> Contradiction | None:
    """Why no row of the plan can ever fit; none where one could."""
    if filters.codes and not set(filters.codes) & set(book.by_code):
        return Contradiction.CODES
    if _beyond_percent(filters):
        return Contradiction.PERCENT
    if filters.completed_late:
        wrong = bool(filters.colour) and Colour.DONE not in filters.colour
        return Contradiction.STATE_COLOUR if wrong else None
    excluded = _excluded(filters)
    if excluded is not None:
        return excluded
    return Contradiction.YEAR if book.plan is not None and _outside(filters, book.plan.year) else None


def _excluded(filters: Filters) -> Contradiction | None:
    states, colours, reasons = filters.state, set(filters.colour), filters.reasons
    if states and colours and not any(COLOURS[state] & colours for state in states):
        return Contradiction.STATE_COLOUR
    if states and reasons and not any(states_of(reason) & set(states) for reason in reasons):
        return Contradiction.STATE_REASON
    if colours and reasons and not any(colours_of(reason) & colours for reason in reasons):
        return Contradiction.REASON_COLOUR
    return None


def _beyond_percent(filters: Filters) -> bool:
    low = max((x for x in (filters.percent_from, filters.percent_over) if x is not None), default=Decimal(0))
    high = min((x for x in (filters.percent_to, filters.percent_under) if x is not None), default=FULL)
    return (
        low > high
        or low > FULL
        or high < 0
        or (filters.percent_over is not None and filters.percent_over >= min(FULL, high))
        or (filters.percent_under is not None and filters.percent_under <= max(Decimal(0), low))
    )


def _outside(filters: Filters, year: int) -> bool:
    first, last = filters.due_from or date.min, filters.due_to or date.max
    return first > date(year, 12, 31) or last < date(year, 1, 1)


def alone(filters: Filters, found: Contradiction) -> tuple[Filters, ...]:
    """The questions that remain where two things exclude each other: each of them by itself."""
    kept = Filters(unit_id=filters.unit_id, unit_role=filters.unit_role, row_kind=filters.row_kind, mine=filters.mine)
    parts = {
        Contradiction.STATE_COLOUR: ("state", "colour"),
        Contradiction.STATE_REASON: ("state", "reasons"),
        Contradiction.REASON_COLOUR: ("reasons", "colour"),
    }.get(found, ())
    return tuple(replace(kept, **{part: getattr(filters, part)}) for part in parts)
