"""Readings as plain values (docs/rules/contract.md#ask)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.work.numbers import plain_number
from bot.language.asking.query import Clarify, Filters, Query, QueryKind, Reading
from bot.language.names.directory import LocalityVocabulary
from bot.language.reports.outcomes import AmbiguousReport, QuickReport

Plain = dict[str, Any]
_PERCENTS = ("percent_over", "percent_under", "percent_from", "percent_to")


def plain_reading(reading: Reading, directory: LocalityVocabulary) -> Plain:
    """The reading of a question. A list with a number of rows has ``top`` beside its filters."""
    if isinstance(reading, Query):
        return _query(reading, directory)
    offered = [query for _, query in reading.options] if isinstance(reading, Clarify) else list(reading.offers)
    return {"kind": "not_understood", "offers": [_query(query, directory) for query in offered[:3]]}


def _query(query: Query, directory: LocalityVocabulary) -> Plain:
    if query.kind is QueryKind.HELP:
        return {"kind": "help"}
    if query.kind is QueryKind.MISSING_REPORTS:
        return {"kind": "missing_reports", "period": query.period}
    filters = plain_filters(query.filters, directory)
    if query.kind is QueryKind.RANKING:
        order = query.order.value if query.order else None
        return {"kind": "ranking", "order": order, "top": query.top, "filters": filters}
    top = {} if query.top is None else {"top": query.top}
    return {"kind": query.kind.value, **top, "filters": filters}


def plain_filters(filters: Filters, directory: LocalityVocabulary) -> Plain:
    """The filters by the names of the contract; bounds of the percent only where they are set."""
    bounds = {name: plain_number(getattr(filters, name)) for name in _PERCENTS if getattr(filters, name) is not None}
    return {
        "colour": [colour.value for colour in filters.colour],
        "reasons": [reason.value for reason in filters.reasons],
        "state": [state.value for state in filters.state],
        "unit": directory.unit_name(filters.unit_id),
        "unit_role": filters.unit_role.value if filters.unit_role else "any",
        "due_from": _day(filters.due_from),
        "due_to": _day(filters.due_to),
        "row_kind": filters.row_kind.value if filters.row_kind else "any",
        "codes": list(filters.codes),
        "words": list(filters.words),
        "mine": filters.mine,
        "deadline_kind": [kind.value for kind in filters.deadline_kind],
        **bounds,
    }


def plain_report(outcome: QuickReport | AmbiguousReport) -> Plain:
    """The reading of a message that is a quick report, or one that has to be asked about."""
    if isinstance(outcome, AmbiguousReport):
        candidates = [c if isinstance(c, str) else plain_number(c) for c in outcome.candidates]
        return {"kind": "ambiguous", "code": outcome.code, "candidates": candidates}
    return {
        "kind": "report",
        "code": outcome.code,
        "percent": None if outcome.percent is None else plain_number(outcome.percent),
        "value": None if outcome.value is None else plain_number(outcome.value),
        "level": outcome.level.value if outcome.level else None,
        "note": outcome.note,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
