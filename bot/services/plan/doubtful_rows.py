"""What is still doubtful in a row: noted when the plan was loaded, and gone once the office has seen to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.plan.plan import Row, RowKind
from bot.plans.names import Directory
from bot.services.core.board import Lead
from bot.services.core.book import Book

GROUP_EMPTY, LEAD_PROPOSED, LEAD_BY_DEFAULT = "group_empty", "lead_proposed", "lead_by_default"
_OF_GROUPS = frozenset({GROUP_EMPTY, LEAD_PROPOSED})


def doubts_of(book: Book, directory: Directory, row: Row, leads: Sequence[Lead]) -> tuple[str, ...]:
    """The keys of what is doubtful in a row now; ``leads`` are its running lead assignments."""
    noted = [key for key in row.doubts if key not in _OF_GROUPS and _still(key, book, directory, row, leads)]
    found = [*_of_groups(book, directory, row), *noted]
    return tuple(dict.fromkeys(found))


def _still(key: str, book: Book, directory: Directory, row: Row, leads: Sequence[Lead]) -> bool:
    open_ones = [lead for lead in leads if lead.is_open]
    if key == LEAD_BY_DEFAULT:
        return [lead.standing.unit_id for lead in leads] == [book.locality.standing_office_id]
    if key == "limit_unread":
        return any(lead.standing.due_on is None for lead in open_ones)
    if key == "overdue_on_arrival":
        return any(lead.standing.due_on == row.limit.due_on for lead in open_ones)
    if key == "unit_unknown" and row.coordinating_as_printed:
        return bool(directory.resolve(row.coordinating_as_printed).unknown)
    return True


def _of_groups(book: Book, directory: Directory, row: Row) -> list[str]:
    if row.kind is not RowKind.TASK or not row.lead_as_printed:
        return []
    named = directory.resolve(row.lead_as_printed).groups
    groups = [group for group in book.groups if group.name in named]
    found = [GROUP_EMPTY] if any(not group.members for group in groups) else []
    if any(member.proposed for group in groups for member in group.members):
        found.append(LEAD_PROPOSED)
    return found
