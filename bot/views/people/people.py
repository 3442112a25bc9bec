"""How people, roles and places are called, and the pages of `/nguoi`."""

from __future__ import annotations

from bot.domain.people.people import Role
from bot.domain.plan.plan import Unit
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.i18n import Translator
from bot.services.people.change_membership import MembershipChanged
from bot.services.people.end_membership import Ended
from bot.services.people.list_people import Member, People, PersonPage
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, bold, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Press, View, button
from bot.views.words.places import place_words
from bot.views.words.roles import role_label, role_words

LABEL = 40


def people_view(t: Translator, people: People, number: int = 0) -> View:
    """The members of a locality by unit, a button for each."""
    page = page_of(people.members, number)
    told: list[str] = [say_count(t, "people.head", people.people, place=place_words(t, people.locality))]
    unit = None
    for member in page.rows:
        if member.unit != unit:
            unit = member.unit
            told += ["", bold(unit)]
        told.append(_line(t, member))
    turns = turning(page, lambda to: Press(Action.PEOPLE, ("list", str(to))))
    rows = [(_open(t, member),) for member in page.rows]
    return View(lines(told), (*rows, turns, (button(t("home.moi"), Action.MENU, "moi"),)))


def _line(t: Translator, member: Member) -> Html:
    key = "people.line" if member.person.reachable else "people.line_unreachable"
    return say(t, key, name=member.person.full_name, role=role_words(t, member.membership.role))


def _open(t: Translator, member: Member) -> Button:
    label = f"{shorten(member.person.full_name, LABEL)} · {role_words(t, member.membership.role)}"
    return button(label, Action.PEOPLE, "show", member.membership.id)


def person_view(t: Translator, page: PersonPage) -> View:
    """One person's page, with what may be done."""
    member = page.member
    since = member.membership.since.astimezone(DEFAULT_ZONE).date()
    told: list[Html | str | None] = [
        bold(member.person.full_name),
        say(t, "people.role", role=role_label(t, member.membership.role), unit=member.unit),
        say(t, "people.since", day=since),
        None if member.person.reachable else say(t, "people.unreachable"),
    ]
    if page.others:
        told += ["", say(t, "people.others")]
        told += [say(t, "people.other", role=role_words(t, o.membership.role), unit=o.unit) for o in page.others]
    return View(lines(told), _deeds(t, page))


def _deeds(t: Translator, page: PersonPage) -> tuple[tuple[Button, ...], ...]:
    held = page.member.membership.id
    rows: list[tuple[Button, ...]] = []
    if page.may_change:
        unit = button(t("people.change_unit"), Action.PEOPLE, "units", held, 0)
        rows.append((unit, button(t("people.change_role"), Action.PEOPLE, "roles", held)))
    if page.may_end:
        rows.append((button(t("people.end"), Action.PEOPLE, "ask_end", held),))
    return (*rows, (button(t("button.back"), Action.PEOPLE, "list", 0),))


def units_view(t: Translator, page: PersonPage, number: int = 0) -> View:
    """To which unit the person goes: those that have such a role."""
    member = page.member
    fitting = [
        unit
        for unit in page.choices.units
        if unit.id != member.membership.unit_id and member.membership.role in page.choices.roles[unit.id]
    ]
    shown = page_of(fitting, number)
    held = str(member.membership.id)
    rows = [(button(shorten(unit.name, LABEL), Action.PEOPLE, "ask_unit", held, unit.id),) for unit in shown.rows]
    turns = turning(shown, lambda to: Press(Action.PEOPLE, ("units", held, str(to))))
    text = say(t, "people.which_unit" if fitting else "people.no_unit", name=member.person.full_name)
    return View(text, (*rows, turns, (_stay(t, page),)))


def roles_view(t: Translator, page: PersonPage) -> View:
    """Which role the person takes in the same unit."""
    held = page.member.membership
    fitting = [role for role in page.choices.roles.get(held.unit_id, ()) if role is not held.role]
    rows = [(button(role_label(t, role), Action.PEOPLE, "ask_role", held.id, role.value),) for role in fitting]
    key = "people.which_role" if fitting else "people.no_role"
    text = say(t, key, name=page.member.person.full_name, unit=page.member.unit)
    return View(text, (*rows, (_stay(t, page),)))


def _stay(t: Translator, page: PersonPage) -> Button:
    return button(t("button.back"), Action.PEOPLE, "show", page.member.membership.id)


def ask_end_view(t: Translator, page: PersonPage) -> View:
    """Whether the membership is really to end."""
    text = say(t, "people.ask_end", **_figures(t, page))
    return _confirm(t, page, text, t("people.end"), "end")


def ask_unit_view(t: Translator, page: PersonPage, unit: Unit) -> View:
    """Whether the person really goes to another unit."""
    text = say(t, "people.ask_unit", **_figures(t, page), to=unit.name)
    return _confirm(t, page, text, t("people.change_unit"), "unit", unit.id)


def ask_role_view(t: Translator, page: PersonPage, role: Role) -> View:
    """Whether the person really takes another role."""
    text = say(t, "people.ask_role", **_figures(t, page), to=role_words(t, role))
    return _confirm(t, page, text, t("people.change_role"), "role", role.value)


def _figures(t: Translator, page: PersonPage) -> dict[str, str]:
    member = page.member
    return {"name": member.person.full_name, "role": role_words(t, member.membership.role), "unit": member.unit}


def _confirm(t: Translator, page: PersonPage, text: Html, label: str, verb: str, *args: object) -> View:
    yes = button(label, Action.PEOPLE, verb, page.member.membership.id, *args)
    return View(text, ((yes,), (_stay(t, page),)))


def ended_view(t: Translator, ended: Ended) -> View:
    """A membership is over."""
    role = role_words(t, ended.membership.role)
    told: list[Html | str | None] = [
        say(t, "people.ended", name=ended.person.full_name, role=role, unit=ended.unit),
        say(t, "people.has_left") if ended.has_left else None,
        say(t, "people.tasks_stay"),
    ]
    return View(lines(told), (_to_list(t),))


def changed_view(t: Translator, changed: MembershipChanged) -> View:
    """The person is in another unit or role now."""
    role = role_words(t, changed.after.role)
    told: list[Html | str | None] = [
        say(t, "people.changed", name=changed.person.full_name, role=role, unit=changed.unit_after),
        say(t, "people.tasks_stay") if changed.before.unit_id != changed.after.unit_id else None,
    ]
    return View(lines(told), (_to_list(t),))


def _to_list(t: Translator) -> tuple[Button, ...]:
    return (button(t("home.nguoi"), Action.PEOPLE, "list", 0),)
