"""`/dondoc`: which unit is chased, whom it reaches, what it hears."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.work.alerts import Colour
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.reminding.prepare_nudge import UnitChase, mark_of_chase
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.view import View, button
from bot.views.words.places import Place, place_words
from bot.views.words.rows import due_words, light, progress_words, reason_words, state_words

UNITS_SHOWN = 30
UNIT_SIGNS = 44
NAME_SIGNS = 160
NAMES_SHOWN = 10


def which_unit(t: Translator, found: Sequence[UnitChase]) -> View:
    """A row led by several units asks which of them; the worst stand first."""
    row = found[0].lead.row
    told = [say(t, "nudge.which", code=row.code, name=shorten(row.name, NAME_SIGNS))]
    if len(found) > UNITS_SHOWN:
        told.append(say_count(t, "nudge.units_more", len(found) - UNITS_SHOWN))
    several = len({each.locality.id for each in found}) > 1
    buttons = tuple(
        (button(_label(t, each, several=several), Action.NUDGE, "ask", each.lead.assignment.id),)
        for each in found[:UNITS_SHOWN]
    )
    return View(lines(told), buttons)


def ask_nudge(t: Translator, chase: UnitChase) -> View:
    """Whom the message would reach; nobody where the unit has nobody who can be reached."""
    row = row_lines(t, chase.lead, chase.day)
    told = [say(t, "nudge.ask", unit=chase.unit), "", *row, "", *_whom(t, chase)]
    if not chase.reached:
        return View(lines(told), ((button(t("digest.button.invite"), Action.MENU, "moi"),),))
    send = button(t("nudge.button.send"), Action.NUDGE, "send", chase.lead.assignment.id, mark_of_chase(chase))
    return View(lines(told), ((send, button(t("button.cancel"), Action.NUDGE, "leave", chase.lead.assignment.id)),))


def how_to_nudge(t: Translator) -> View:
    """What to type behind the command."""
    return View(say(t, "nudge.how"))


def nudged_view(t: Translator, chase: UnitChase, *, at: datetime, now: datetime) -> View:
    """The message is on its way, or waits for working hours; nobody could be told where nobody is there any more."""
    if not chase.reached:
        return ask_nudge(t, chase)
    names = _names(t, chase.reached)
    told = [say(t, "nudge.sent", code=chase.lead.row.code, unit=chase.unit, names=names)]
    if at > now:
        told.append(say(t, "nudge.later", instant=t.instant(at)))
    details = button(t("remind.button.details"), Action.CARD, chase.lead.row.id)
    return View(lines(told), ((details,),))


def nudge_left(t: Translator, chase: UnitChase) -> View:
    """Nobody was chased."""
    return View(say(t, "nudge.left", code=chase.lead.row.code, unit=chase.unit))


def nudge_notice(
    t: Translator, place: Place, lead: Lead, unit: str, day: date, *, outbox_id: int = 0, to_group: bool = False
) -> View:
    """What the unit reads: who asks, about what, and why."""
    told = [
        say(t, "nudge.notice", place=place_words(t, place)),
        "",
        *row_lines(t, lead, day),
        say(t, "nudge.notice_unit", unit=unit),
        "",
        say(t, "nudge.notice_please"),
    ]
    if to_group:
        return View(lines(told))
    report = button(t("remind.button.report"), Action.REPORT, lead.assignment.id)
    details = button(t("remind.button.details"), Action.CARD, lead.row.id)
    snooze = ((button(t("remind.button.snooze"), Action.SNOOZE, outbox_id),),) if outbox_id else ()
    return View(lines(told), ((report, details), *snooze))


def row_lines(t: Translator, lead: Lead, day: date) -> list[Html]:
    """A row, where it stands, and why it is red or amber."""
    standing = lead.standing
    head = say(
        t,
        "digest.row",
        light=light(lead.verdict.colour, standing.state),
        code=lead.row.code,
        name=shorten(lead.row.name, NAME_SIGNS),
    )
    due = due_words(t, lead.row.limit, standing.due_on)
    stands = " · ".join((state_words(t, standing), progress_words(t, lead), due))
    reasons = reason_words(t, lead, day) if lead.verdict.colour in (Colour.RED, Colour.AMBER) else []
    return [head, *(say(t, "list.reason", reason=each) for each in (stands, *reasons))]


def _label(t: Translator, chase: UnitChase, *, several: bool) -> str:
    lead = chase.lead
    parts = [
        f"{light(lead.verdict.colour, lead.standing.state)} {shorten(chase.unit, UNIT_SIGNS)}",
        progress_words(t, lead),
    ]
    return " · ".join([*parts, place_words(t, chase.locality)] if several else parts)


def _whom(t: Translator, chase: UnitChase) -> list[Html]:
    told = []
    if chase.reached:
        told.append(say(t, "nudge.reaches", names=_names(t, chase.reached)))
    elif not chase.unreachable:
        told.append(say(t, "nudge.nobody", unit=chase.unit))
    if chase.unreachable:
        told.append(say(t, "nudge.unreachable", names=_names(t, chase.unreachable)))
    return told


def _names(t: Translator, names: Sequence[str]) -> str:
    shown = ", ".join(shorten(name, UNIT_SIGNS) for name in names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return t.count("digest.names_more", more, names=shown) if more > 0 else shown
