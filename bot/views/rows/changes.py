"""What was changed of a row, on its card and as a page of its own; what was asked about it and waits."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people.requests import Request, RequestKind
from bot.i18n import Translator
from bot.services.rows.row_changes import Change, ChangeKind, Changes
from bot.services.rows.show_row import RowChanges
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Press, View, button

ON_CARD = 3
UNIT_SIGNS = 60
CHANGES_A_PAGE = 6


def change_lines(t: Translator, found: Changes, room: int, *, several: bool) -> Iterable[Html]:
    """The newest changes as the card tells them, and what waits for an answer."""
    for change in found.done[:ON_CARD]:
        yield change_line(t, change, min(room, 300), several=several)
    if len(found.done) > ON_CARD:
        yield say_count(t, "change.more", len(found.done) - ON_CARD)
    for request in found.waiting[:ON_CARD]:
        yield waiting_line(t, request)


def change_line(t: Translator, change: Change, room: int, *, several: bool) -> Html:
    """One change: what, old and new, then who, when and why."""
    same = change.kind is ChangeKind.REOPENED and change.old == change.new
    key = "change.reopened_as_it_was" if same else f"change.{change.kind.value}"
    what = say(t, key if change.is_done else "change.agreed_to_do", **_figures(t, change))
    who = shorten(change.who, UNIT_SIGNS) if change.who else t("change.nobody")
    by = "change.by_asked" if change.asked_by and change.kind is not ChangeKind.AGREED else "change.by"
    told = say(t, by, who=who, at=t.instant(change.at), unit=shorten(change.asked_by, UNIT_SIGNS))
    of = say(t, "change.of", unit=shorten(change.unit, UNIT_SIGNS)) if several and _is_of_a_part(change) else None
    return lines([what, of, told, say(t, "change.why", reason=shorten(change.reason, room))])


def _is_of_a_part(change: Change) -> bool:
    return change.kind in (ChangeKind.LIMIT, ChangeKind.CLOSED, ChangeKind.REOPENED)


def _figures(t: Translator, change: Change) -> dict[str, str]:
    if change.kind is ChangeKind.UNIT:
        return {"old": shorten(change.unit, UNIT_SIGNS), "new": shorten(change.to_unit, UNIT_SIGNS)}
    if change.kind in (ChangeKind.LIMIT, ChangeKind.REOPENED):
        none = t("change.no_limit")
        return {
            "old": t.day(change.old) if change.old else none,
            "new": t.day(change.new) if change.new else none,
        }
    return {"unit": shorten(change.unit, UNIT_SIGNS)}


def waiting_line(t: Translator, request: Request) -> Html:
    """What was asked and is not decided yet."""
    if request.kind is RequestKind.EXTENSION and request.wish.due_on is not None:
        return say(t, "change.waiting_extension", day=request.wish.due_on, at=t.instant(request.at))
    return say(t, f"change.waiting_{request.kind.value}", at=t.instant(request.at))


def changes_page(t: Translator, found: RowChanges, number: int = 0) -> View:
    """All changes of a row, a page of them."""
    shown = page_of(found.changes.done, number, CHANGES_A_PAGE)
    head = say_count(t, "change.heading", len(found.changes.done), code=found.code, name=shorten(found.row.name, 120))
    told: list[Html | str] = [head]
    for change in shown.rows:
        told += ["", change_line(t, change, 300, several=found.several)]
    told += [waiting_line(t, request) for request in found.changes.waiting[:ON_CARD]]
    turns = turning(shown, lambda page: Press(Action.CHANGE, ("all", str(found.row.id), str(page))))
    card = button(t("card.button.details"), Action.CARD, found.row.id)
    return View(lines(told), (*((turns,) if turns else ()), (card,)))
