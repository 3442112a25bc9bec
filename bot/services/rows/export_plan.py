"""Every row of a plan with its colour at an instant, as plain values (docs/rules/contract.md#export)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.domain.errors import NotFound
from bot.domain.plan.deadlines import roadmap
from bot.domain.plan.plan import Assignment, Row, UnitRole
from bot.domain.work.alerts import RowVerdict, Verdict
from bot.domain.work.lifecycle import DEFAULT_ZONE, State
from bot.domain.work.numbers import plain_number
from bot.domain.work.progress import Target
from bot.services.core.board import BoardRow, Lead, leads_known, rows_of
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.storage.records import events, plans

Plain = dict[str, Any]
_OTHERS = (UnitRole.COORDINATE, UnitRole.TRACK)


async def export(desk: Desk, slug: str, at: datetime | None, now: datetime) -> Plain:
    """The plan of a locality as it was known and true at an instant (``now`` where none is named).

    The plan is the one in hand on the instant's day of the locality; the events up to the instant are folded and judged
    on that day. Text of the plan and the units that coordinate or track are those of today: they have no history.
    Raises NotFound for an unknown locality.
    """
    instant = at or now
    day = instant.astimezone(DEFAULT_ZONE).date()
    async with desk.db.read() as conn:
        found = await plans.locality_by_slug(conn, slug)
        if found is None:
            raise NotFound("no_such_locality")
        book = await desk.books.on(conn, found.id, day)
        held = await events.assignments(conn, book.plan.id) if book.plan else ()
        leads = await leads_known(conn, book, instant)
    held = tuple(a for a in held if a.row_id in book.rows)
    others: dict[int, list[Assignment]] = {}
    for a in held:
        if a.role in _OTHERS:
            others.setdefault(a.row_id, []).append(a)
    shown = sorted(rows_of(leads), key=lambda row: row.row.position)
    return {
        "locality": _locality(book),
        "at": instant.astimezone(DEFAULT_ZONE).isoformat(timespec="seconds"),
        "rows": [_row(book, row, others.get(row.row.id, ())) for row in shown],
    }


def _locality(book: Book) -> Plain:
    office = book.locality.standing_office_id
    return {
        "slug": book.locality.slug,
        "name": book.locality.name,
        "kind": book.locality.kind,
        "province": book.locality.province,
        "plan_issued_on": book.plan.issued_on.isoformat() if book.plan else None,
        "standing_office": book.unit_name(office) if office is not None else None,
    }


def _row(book: Book, shown: BoardRow, others: Iterable[Assignment]) -> Plain:
    row = shown.row
    due_on = min((d for d in (lead.standing.due_on for lead in _in_force(shown.leads)) if d), default=None)
    line = roadmap(row.limit.starts_on, due_on)
    figures = _figures(shown.verdict)
    return {
        "code": row.code,
        "kind": row.kind.value,
        **_as_printed(book, shown),
        "deadline_as_printed": row.limit.printed,
        "deadline_kind": row.limit.kind.value,
        "starts_on": line.starts_on.isoformat() if line else None,
        "due_on": due_on.isoformat() if due_on else None,
        "target": _target(row.target) if row.target else None,
        **figures,
        "assignments": [_assignment(book, lead) for lead in shown.leads]
        + [{"unit": book.unit_name(a.unit_id), "role": a.role.value, **figures} for a in _ordered(others)],
    }


def _as_printed(book: Book, shown: BoardRow) -> Plain:
    row: Row = shown.row
    return {
        "reference": row.reference,
        "group": row.group,
        "parent": row.parent,
        "name": row.name,
        "output": row.output,
        "kpi": row.kpi,
        "lead": list(dict.fromkeys(book.unit_name(lead.standing.unit_id) for lead in shown.leads)),
        "lead_as_printed": row.lead_as_printed,
        "tracker_as_printed": row.tracker_as_printed,
        "coordinating_as_printed": row.coordinating_as_printed,
        "note": row.note,
    }


def _in_force(leads: Sequence[Lead]) -> Sequence[Lead]:
    # Leads may have been granted different limits: the row's is the earliest of those that still run.
    return [lead for lead in leads if lead.standing.state is not State.CLOSED] or leads


def _ordered(others: Iterable[Assignment]) -> list[Assignment]:
    return sorted(others, key=lambda a: (_OTHERS.index(a.role), a.id))


def _assignment(book: Book, lead: Lead) -> Plain:
    verdict: Verdict = lead.verdict
    return {
        "unit": book.unit_name(lead.standing.unit_id),
        "role": lead.assignment.role.value,
        "percent": plain_number(lead.standing.percent),
        "state": lead.standing.state.value,
        "colour": verdict.colour.value,
        "reasons": [reason.value for reason in verdict.reasons],
    }


def _figures(verdict: RowVerdict) -> Plain:
    return {
        "percent": plain_number(verdict.percent),
        "state": verdict.state.value,
        "colour": verdict.colour.value,
        "reasons": [reason.value for reason in verdict.reasons],
    }


def _target(target: Target) -> Plain:
    return {
        "as_printed": target.as_printed,
        "unit": target.unit,
        "comparator": target.comparator.value,
        "values": [plain_number(value) for value in target.values],
    }
