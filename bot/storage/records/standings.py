"""The stored fold: an assignment's standing as columns, and back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import RowMapping

from bot.domain.plan.plan import Assignment, UnitRole
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.events import Body, Event
from bot.domain.work.lifecycle import Standing, State
from bot.domain.work.progress import Share
from bot.storage.engine import tables as t

BODY: TypeAdapter[Body] = TypeAdapter(Annotated[Body, Field(discriminator="kind")])
_STANDING = TypeAdapter(Standing)
_UNDO = TypeAdapter(tuple[Standing, Event])
_BELOW = TypeAdapter(tuple[Decimal, Decimal | None, Share | None])
_SHARE = TypeAdapter(Share)

a = t.assignments.c
ASSIGNMENT_COLUMNS = (a.id, a.row_id, a.locality_id, a.unit_id, a.role, a.first_unit_id, a.proposed)
STANDING_COLUMNS = (
    *ASSIGNMENT_COLUMNS,
    a.due_on,
    a.state,
    a.percent,
    a.value,
    a.share,
    a.below,
    a.report_id,
    a.reporter_id,
    a.reported_on,
    a.sent_on,
    a.due_when_sent,
    a.served,
    a.served_late,
    a.milestones_met,
    a.returned_since_report,
    a.owes_from,
    a.before_closing,
)
LIGHT_COLUMNS = (a.colour, a.reasons, a.next_change_on)


@dataclass(frozen=True, slots=True)
class Light:
    """The colour as it was last stored, and the day on which time alone will change it; none where it never will."""

    colour: Colour | None
    reasons: tuple[Reason, ...]
    next_change_on: date | None


@dataclass(frozen=True, slots=True)
class StoredStanding:
    """What is kept of an assignment: the fold, its colour, and when time alone changes that next."""

    assignment_id: int
    standing: Standing
    colour: Colour | None
    reasons: Collection[Reason] = ()
    next_change_on: date | None = None
    next_alert_at: datetime | None = None


def assignment_of(found: RowMapping) -> Assignment:
    """The assignment of a row that holds its columns."""
    return Assignment(
        found["id"],
        found["row_id"],
        found["locality_id"],
        found["unit_id"],
        UnitRole(found["role"]),
        found["first_unit_id"],
        found["proposed"],
    )


def standing_of(found: RowMapping) -> Standing:
    """The standing of a row that holds its columns; with what a withdrawal needs only where ``undo`` was read."""
    share, closed = found["share"], found["before_closing"]
    standing = Standing(
        unit_id=found["unit_id"],
        due_on=found["due_on"],
        state=State(found["state"]),
        percent=found["percent"],
        value=found["value"],
        share=None if share is None else _share(share),
        below=_below(found["below"]),
        report_id=found["report_id"],
        reporter_id=found["reporter_id"],
        reported_on=found["reported_on"],
        sent_on=found["sent_on"],
        due_when_sent=found["due_when_sent"],
        served=frozenset(found["served"]),
        served_late=frozenset(found["served_late"]),
        milestones_met=frozenset(found["milestones_met"]),
        returned_since_report=found["returned_since_report"],
        owes_from=found["owes_from"],
        before_closing=None if closed is None else _STANDING.validate_python(closed),
    )
    # `get` costs as much as all of the above where the column was not read.
    if "undo" not in found or found["undo"] is None:
        return standing
    before, event = _UNDO.validate_python(found["undo"])
    return replace(standing, undo=before, undo_until=event)


def _share(kept: dict[str, str]) -> Share:
    return Share(Decimal(kept["part"]), Decimal(kept["whole"]))


def _below(kept: list[Any]) -> tuple[Decimal, Decimal | None, Share | None]:
    percent, value, share = kept
    return Decimal(percent), None if value is None else Decimal(value), None if share is None else _share(share)


def light_of(found: RowMapping) -> Light:
    """The stored colour of a row that holds its columns."""
    colour = found["colour"]
    return Light(
        None if colour is None else Colour(colour),
        tuple(Reason(reason) for reason in found["reasons"]),
        found["next_change_on"],
    )


def standing_values(standing: Standing) -> dict[str, Any]:
    """The columns that hold a standing."""
    undo = standing.undo_until
    return {
        "unit_id": standing.unit_id,
        "due_on": standing.due_on,
        "state": standing.state.value,
        "percent": standing.percent,
        "value": standing.value,
        "share": None if standing.share is None else _SHARE.dump_python(standing.share, mode="json"),
        "below": _BELOW.dump_python(standing.below, mode="json"),
        "report_id": standing.report_id,
        "reporter_id": standing.reporter_id,
        "reported_on": standing.reported_on,
        "sent_on": standing.sent_on,
        "due_when_sent": standing.due_when_sent,
        "served": sorted(standing.served),
        "served_late": sorted(standing.served_late),
        "milestones_met": sorted(standing.milestones_met),
        "returned_since_report": standing.returned_since_report,
        "owes_from": standing.owes_from,
        "undo": None if undo is None else _UNDO.dump_python((_known(standing.undo), undo), mode="json"),
        "before_closing": _dump(standing.before_closing),
    }


def _known(standing: Standing | None) -> Standing:
    # The domain sets ``undo`` and ``undo_until`` together.
    assert standing is not None
    return standing


def _dump(standing: Standing | None) -> Any:
    return None if standing is None else _STANDING.dump_python(standing, mode="json")


def light_values(colour: Colour | None, reasons: Collection[Reason], next_change_on: date | None) -> dict[str, Any]:
    """The columns that hold a colour."""
    return {
        "colour": None if colour is None else colour.value,
        "reasons": [reason.value for reason in reasons],
        "next_change_on": next_change_on,
    }
