"""What whole units owe: which units a duty asks, and which of them have not met it (docs/decisions/0006)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan.duties import Ask, Duty
from bot.domain.work.lifecycle import State
from bot.services.core.board import Lead
from bot.services.core.book import Book
from bot.storage.records.unit_reports import Met


def unit_duty(book: Book, ask: str, period: str) -> Duty | None:
    """The duty of whole units that goes by these names; none where the plan has none such."""
    return next((duty for duty in book.unit_duties if (duty.ask, duty.period) == (ask, period)), None)


def units_asked(duty: Duty, leads: Iterable[Lead], book: Book) -> tuple[int, ...]:
    """The units a duty asks among those that have these leads, each once.

    A unit that leads a row which is not closed. A summary is asked only of work that has begun by the due day, and not
    of the standing office, to which summaries are sent; a report upward of the standing office alone.
    """
    office = book.locality.standing_office_id
    if duty.ask is Ask.UPWARD:
        return () if office is None else (office,)
    open_leads = (lead for lead in leads if lead.standing.state is not State.CLOSED)
    if duty.ask is Ask.ONCE:
        return tuple(dict.fromkeys(lead.standing.unit_id for lead in open_leads))
    return tuple(dict.fromkeys(lead.standing.unit_id for lead in open_leads if _sums_up(lead, duty, office)))


def _sums_up(lead: Lead, duty: Duty, office: int | None) -> bool:
    starts_on = lead.row.limit.starts_on
    return lead.standing.unit_id != office and (starts_on is None or starts_on <= duty.due)


def units_owing(duty: Duty, leads: Iterable[Lead], book: Book, met: Met) -> tuple[int, ...]:
    """The units asked that have not met the duty."""
    return tuple(
        unit_id for unit_id in units_asked(duty, leads, book) if (unit_id, duty.ask.value, duty.period) not in met
    )
