"""`reminders`: what would be sent on a day, to whom and why; sends nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.house import WrongUse, locality_id, open_desk, run, words
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.i18n import Translator

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.people.people import Person, Role
    from bot.reminders.preview import Planned
    from bot.services.core.board import Lead
    from bot.services.core.book import Book

NAME_SIGNS = 70


@dataclass(frozen=True)
class DayPreview:
    """What a day would bring, with all that puts it into words."""

    day: date
    planned: tuple[Planned, ...]
    books: dict[int, Book]
    leads: dict[tuple[int, str, str], Lead]
    people: dict[int, Person]
    not_in_use: dict[int, date | None]
    """The localities whose plan is not in use by that day, with the day from which it is."""
    empty: dict[int, tuple[str, ...]]
    owed: dict[tuple[int, str, str], int]


def reminders(
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day, as 2026-06-29.")],
    locality: Annotated[str | None, typer.Option(metavar="SLUG", help="One locality only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """Say what would be sent on a day, to whom and why; send nothing."""
    day = _day(on)
    preview = run(_read(day, locality))
    for line in _as_json(preview) if as_json else _in_words(words(), preview):
        print(line)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse("no_day", text=text) from None


async def _read(day: date, slug: str | None) -> DayPreview:
    from bot.reminders.preview import book_on, plan_day
    from bot.reminders.rules.week import empty_units
    from bot.services.core.board import leads
    from bot.services.core.recipients import audience_of
    from bot.services.periods.period_state import owes
    from bot.storage.records import people, plans

    async with open_desk() as desk:
        async with desk.db.read() as conn:
            only = None if slug is None else await locality_id(conn, slug)
        planned = await plan_day(desk, only, day)
        async with desk.db.read() as conn:
            places = [only] if only is not None else [place.id for place in await plans.localities(conn)]
            real = {place: await desk.books.of(conn, place) for place in places}
            books = {place: await book_on(desk.books, conn, place, day) for place in places}
            supposed = {
                place: _since(real[place], book)
                for place, book in books.items()
                if book.plan is not None and not _is_in_use(real[place], book, day)
            }
            found = {place: await leads(conn, book, day) for place, book in books.items()}
            empty = {
                place: tuple(book.unit_name(unit) for unit in empty_units(found[place], await audience_of(conn, book)))
                for place, book in books.items()
            }
            ids = {each.person for each in planned if each.person is not None}
            persons = await people.people(conn, ids)
    owed: dict[tuple[int, str, str], int] = {}
    for place, book in books.items():
        for lead in found[place]:
            for duty in book.duties:
                key = (place, book.unit_name(lead.standing.unit_id), duty.period)
                owed[key] = owed.get(key, 0) + owes(lead, duty, book)
    by_code = {
        (place, lead.row.code, books[place].unit_name(lead.standing.unit_id)): lead
        for place, several in found.items()
        for lead in several
    }
    return DayPreview(day, planned, books, by_code, persons, supposed, empty, owed)


def _since(real: Book, shown: Book) -> date | None:
    """The day of use of the plan shown, as it is stored."""
    same = real.plan is not None and shown.plan is not None and real.plan.id == shown.plan.id
    return real.plan.in_use_on if same and real.plan is not None else None


def _is_in_use(real: Book, shown: Book, day: date) -> bool:
    since = _since(real, shown)
    return since is not None and since <= day


def _as_json(preview: DayPreview) -> Iterator[str]:
    """People are named by their Telegram id, as in `person export`; null where nobody has joined."""
    for each in preview.planned:
        person = preview.people.get(each.person) if each.person is not None else None
        who = {"chat": each.chat} if each.chat is not None else {"person": person.telegram_id if person else None}
        to = {**who, "role": each.role.value, "unit": each.recipient_unit}
        line = {
            "rule": each.rule.value,
            "code": each.code,
            "unit": each.unit,
            "to": to,
            "at": each.at.astimezone(DEFAULT_ZONE).isoformat(),
            "reasons": [reason.value for reason in each.reasons],
        }
        yield json.dumps(line, ensure_ascii=False)


def _in_words(t: Translator, preview: DayPreview) -> Iterator[str]:
    weekday = t(f"digest.weekday.{preview.day.weekday()}")
    when = t("calendar.date", weekday=weekday[0].upper() + weekday[1:], day=t.day(preview.day))
    for place, book in preview.books.items():
        own = [each for each in preview.planned if each.locality_id == place]
        where = f"{book.locality.kind} {book.locality.name}"
        if not own:
            key = "plan_day.nothing" if book.calendar.is_working(preview.day) else "plan_day.day_off"
            yield t(key, when=when, place=where)
            continue
        letters = list(_letters(t, preview, book, own))
        yield t("plan_day.head", when=when, place=where, notices=len(own), recipients=sum(n for _, n, _ in letters))
        if place in preview.not_in_use:
            since = preview.not_in_use[place]
            yield t("plan_day.not_in_use") if since is None else t("plan_day.in_use_later", day=t.day(since))
        for head, _, told in letters:
            yield ""
            yield head
            yield from (f"  {line}" for line in told)


def _letters(
    t: Translator, preview: DayPreview, book: Book, own: Iterable[Planned]
) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Each recipient's head and lines; those of one unit and role who are told the same share them."""
    by_recipient: dict[tuple[object, ...], list[Planned]] = {}
    for each in own:
        nobody = each.person is None and each.chat is None
        key = (each.role, each.recipient_unit) if nobody else (each.person, each.chat)
        by_recipient.setdefault(key, []).append(each)
    shared: dict[tuple[datetime, Role, str, tuple[str, ...]], list[Planned]] = {}
    for notices in by_recipient.values():
        first = notices[0]
        told = tuple(_lines(t, preview, book, notices))
        at = min(each.at for each in notices)
        shared.setdefault((at, first.role, first.recipient_unit, told), []).append(first)
    for (at, role, unit, told), firsts in shared.items():
        names = ", ".join(_name(t, preview, each) for each in firsts)
        yield " · ".join(filter(None, (t.clock_time(at), unit, t(f"role.{role.value}"), names))), len(firsts), told


def _name(t: Translator, preview: DayPreview, each: Planned) -> str:
    if each.chat is not None:
        return t("plan_day.group")
    person = preview.people.get(each.person) if each.person is not None else None
    return person.full_name if person else t("plan_day.nobody")


def _lines(t: Translator, preview: DayPreview, book: Book, notices: Iterable[Planned]) -> Iterator[str]:
    """One line a notice; units of one row that are told for one reason share a line."""
    units: dict[tuple[str, ...], list[str]] = {}
    for each in notices:
        named = units.setdefault(_parts(t, preview, book, each), [])
        if each.unit and each.unit != each.recipient_unit:
            named.append(each.unit)
    for parts, named in units.items():
        yield " · ".join((*parts, ", ".join(named)) if named else parts)


def _parts(t: Translator, preview: DayPreview, book: Book, each: Planned) -> tuple[str, ...]:
    from bot.views.parts.html import shorten
    from bot.views.words.rows import light

    label = t(f"plan_day.rule.{each.rule.value}")
    lead = preview.leads.get((book.locality.id, each.code or "", each.unit or ""))
    if lead is not None:
        code = f"{light(lead.verdict.colour, lead.standing.state)} {lead.row.code}"
        return (label, code, shorten(lead.row.name, NAME_SIGNS), _why(t, book, each, lead, preview.day))
    if each.duties:
        return (label, *_duties(t, preview, book, each))
    if each.rule.value == "monday_board":
        return (label, _board(preview, book))
    if each.rule.value == "unit_empty":
        return (label, ", ".join(preview.empty[book.locality.id]))
    return (label, each.code) if each.code else (label,)


def _board(preview: DayPreview, book: Book) -> str:
    """How many rows of each colour are open."""
    from bot.services.core.board import rows_of
    from bot.views.words.rows import LIGHTS

    found = [lead for (place, _, _), lead in preview.leads.items() if place == book.locality.id and lead.is_open]
    colours = [row.verdict.colour for row in rows_of(found)]
    return ", ".join(f"{sign} {colours.count(colour)}" for colour, sign in LIGHTS.items() if colour in colours) or "–"


def _why(t: Translator, book: Book, each: Planned, lead: Lead, day: date) -> str:
    """The reason as the message says it; of several milestones told on one day, all."""
    from bot.domain.work.ladder import warnings
    from bot.services.reminding.digest import RowLine
    from bot.views.parts.html import plain
    from bot.views.reminding.digest import reason_of

    steps = [s for s in warnings(lead.terms, lead.standing, book.calendar) if (s.day, s.rule) == (day, each.rule)]
    stages = [step.milestone for step in steps] or [None]
    told = [reason_of(t, RowLine(each.rule, lead, each.unit or "", milestone), day) for milestone in stages]
    return plain("; ".join(dict.fromkeys(told)))


def _duties(t: Translator, preview: DayPreview, book: Book, each: Planned) -> Iterator[str]:
    from bot.domain.plan.duties import Ask
    from bot.views.words.duties import what
    from bot.views.words.periods import period_words

    for duty in each.duties:
        if duty.ask is Ask.PROGRESS:
            n = preview.owed.get((book.locality.id, each.unit or "", duty.period), 0)
            yield t.count("plan_day.period", n, period=period_words(t, duty), due=t.day(duty.due))
        else:
            yield t("plan_day.unit_report", what=what(t, (duty,)), due=t.day(duty.due))
