"""`/donvi`: units, groups and community teams."""

from __future__ import annotations

import hashlib

from bot.domain.plan.plan import Unit, UnitKind
from bot.domain.plan.words import fold
from bot.i18n import Translator
from bot.services.units.assign_teams import ALL, TeamsAdded, TeamWork
from bot.services.units.edit_groups import GroupCard, GroupChanged
from bot.services.units.edit_units import UnitCard, Units
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, bold, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Press, View, button, grid
from bot.views.words.places import place_words

LABEL = 44
CODES_SHOWN = 30
TAKEN_SHOWN = 10


def units_view(t: Translator, units: Units, number: int = 0) -> View:
    """The units, a button for each; groups and teams are sections of their own."""
    page = page_of(units.units, number)
    waiting = sum(any(member.proposed for member in group.members) for group in units.groups)
    told: list[Html | str | None] = [
        say_count(t, "units.head", len(units.units), place=place_words(t, units.locality)),
        say_count(t, "units.groups_waiting", waiting) if waiting else None,
        "",
        say(t, "units.choose"),
    ]
    rows = [(_press(shorten(unit.name, LABEL), "unit", unit.id),) for unit in page.rows]
    turns = turning(page, lambda to: _said("list", to))
    sections = (
        _press(t("units.groups", n=len(units.groups)), "groups", 0),
        _press(t("units.teams", n=len(units.teams)), "teams", 0),
    )
    return View(lines(told), (*rows, turns, sections, (_press(t("units.new"), "new"),)))


def teams_view(t: Translator, units: Units, number: int = 0) -> View:
    """The community teams."""
    page = page_of(units.teams, number)
    head = say_count(t, "units.teams_head", len(units.teams), place=place_words(t, units.locality))
    rows = [(_press(shorten(unit.name, LABEL), "unit", unit.id),) for unit in page.rows]
    turns = turning(page, lambda to: _said("teams", to))
    work = (_press(t("units.team_work"), "work", ALL, 0),) if units.teams else ()
    return View(head, (*rows, turns, (_press(t("units.new_teams"), "newteams"), *work), (_list(t),)))


def groups_view(t: Translator, units: Units, number: int = 0) -> View:
    """The groups of the plan, those with proposed members marked."""
    page = page_of(units.groups, number)
    rows = []
    for group in page.rows:
        proposed = any(member.proposed for member in group.members)
        key = "units.group_label_proposed" if proposed else "units.group_label"
        label = t(key, name=shorten(group.name, LABEL - 8), n=len(group.members))
        rows.append((_press(label, "group", group.id, 0),))
    turns = turning(page, lambda to: _said("groups", to))
    text = lines([say_count(t, "units.groups_head", len(units.groups)), say(t, "units.groups_explain")])
    return View(text, (*rows, turns, (_list(t),)))


def unit_view(t: Translator, card: UnitCard) -> View:
    """One unit with what may be done."""
    unit = card.unit
    others = [alias for alias in unit.aliases if alias != unit.name]
    codes = ", ".join(card.open_codes[:CODES_SHOWN])
    told: list[Html | str | None] = [
        _noted(t, card),
        bold(unit.name),
        say(t, "units.kind", kind=t(f"unit_kind.{unit.kind.value}")),
        say(t, "units.is_office") if card.is_standing_office else None,
        say(t, "units.aliases", aliases="; ".join(others)) if others else None,
        say_count(t, "units.members", card.members),
        say(t, "units.leads", n=card.leads, open=len(card.open_codes)) if card.leads else say(t, "units.leads_none"),
        say(t, "units.open_rows", codes=codes) if codes else None,
        say_count(t, "units.coordinates", card.coordinates) if card.coordinates else None,
    ]
    rows: list[tuple[Button, ...]] = [
        (_press(t("units.rename"), "rename", unit.id), _press(t("units.add_alias"), "alias", unit.id)),
        (_press(t("units.remove_alias"), "aliases", unit.id, 0),) if others else (),
        (_press(t("units.team_work"), "work", unit.id, 0),) if unit.kind is UnitKind.COMMUNITY_TEAM else (),
        (_press(t("units.end"), "ask_end", unit.id),),
        (_back_from(t, unit),),
    ]
    return View(lines(told), tuple(rows))


def _noted(t: Translator, card: UnitCard) -> Html | None:
    if card.note is None:
        return None
    return lines([say(t, f"units.note_{card.note}", old=card.old_name or "", name=card.unit.name), ""])


def aliases_view(t: Translator, card: UnitCard, number: int = 0) -> View:
    """The other spellings of a unit; a pressed one is taken away."""
    others = [alias for alias in card.unit.aliases if alias != card.unit.name]
    page = page_of(others, number)
    rows = [(_press(f"✕ {shorten(a, LABEL)}", "unalias", card.unit.id, alias_mark(a)),) for a in page.rows]
    turns = turning(page, lambda to: _said("aliases", card.unit.id, to))
    text = say(t, "units.which_alias" if others else "units.no_alias", unit=card.unit.name)
    return View(text, (*rows, turns, (_press(t("button.back"), "unit", card.unit.id),)))


def alias_mark(alias: str) -> str:
    """A short hash of a spelling: a button carries 64 bytes of ASCII at most."""
    return hashlib.sha256(fold(alias).encode()).hexdigest()[:8]


def ask_end_view(t: Translator, card: UnitCard) -> View:
    """Whether the unit is really to leave the directory."""
    yes = _press(t("units.end"), "end", card.unit.id)
    text = say(t, "units.ask_end", unit=card.unit.name)
    return View(text, ((yes,), (_press(t("button.cancel"), "unit", card.unit.id),)))


def ended_view(t: Translator, card: UnitCard) -> View:
    """The unit has left the directory."""
    return View(say(t, "units.ended", unit=card.unit.name), ((_list(t),),))


def group_view(t: Translator, card: GroupCard, number: int = 0, changed: GroupChanged | None = None) -> View:
    """A group: what it leads, its members, and what may be done."""
    page = page_of(card.members, number)
    codes = ", ".join(row.code for row in card.rows[:CODES_SHOWN])
    told: list[Html | str | None] = [
        _what_followed(t, changed) if changed else None,
        bold(card.group.name),
        say(t, "units.group_rows", n=len(card.rows), codes=codes) if codes else say(t, "units.group_no_rows"),
        say_count(t, "units.group_members", len(card.members)) if card.members else say(t, "units.group_empty"),
        *(_member(t, unit, proposed) for unit, proposed in page.rows),
    ]
    rows = [(_press(f"✕ {shorten(unit.name, LABEL)}", "leave", card.group.id, unit.id),) for unit, _ in page.rows]
    turns = turning(page, lambda to: _said("group", card.group.id, to))
    confirm = (_press(t("units.confirm_group"), "confirm", card.group.id, card.mark),) if card.proposed else ()
    add = (_press(t("units.add_member"), "add", card.group.id, 0),)
    return View(lines(told), (confirm, add, *rows, turns, (_press(t("button.back"), "groups", 0),)))


def _member(t: Translator, unit: Unit, proposed: bool) -> Html:
    return say(t, "units.member_proposed" if proposed else "units.member", unit=unit.name)


def _what_followed(t: Translator, changed: GroupChanged) -> Html:
    followed = changed.followed
    if changed.unit is None:
        return lines([say(t, "units.group_confirmed"), ""])
    key = "units.member_joined" if changed.joined else "units.member_left"
    return lines(
        [
            say(t, key, unit=changed.unit.name),
            say(t, "units.rows_begun", codes=", ".join(followed.begun)) if followed.begun else None,
            say(t, "units.rows_ended", codes=", ".join(followed.ended)) if followed.ended else None,
            say(t, "units.rows_closed", codes=", ".join(followed.closed)) if followed.closed else None,
            "",
        ]
    )


def changed_view(t: Translator, changed: GroupChanged) -> View:
    """A group after a change, with what its rows' leads did."""
    return group_view(t, changed.card, 0, changed)


def add_view(t: Translator, card: GroupCard, number: int = 0) -> View:
    """Which unit joins the group."""
    page = page_of(card.others, number)
    rows = [(_press(shorten(unit.name, LABEL), "join", card.group.id, unit.id),) for unit in page.rows]
    turns = turning(page, lambda to: _said("add", card.group.id, to))
    text = lines([say(t, "units.which_member", group=card.group.name), say(t, "units.joins_at_once")])
    new = _press(t("units.new"), "new")
    return View(text, (*rows, turns, (new, _press(t("button.cancel"), "group", card.group.id, 0))))


def ask_leave_view(t: Translator, card: GroupCard, unit: Unit) -> View:
    """Whether a unit is really to leave the group."""
    yes = _press(t("units.leave"), "left", card.group.id, unit.id)
    text = say(t, "units.ask_leave", unit=unit.name, group=card.group.name)
    return View(text, ((yes,), (_press(t("button.cancel"), "group", card.group.id, 0),)))


def work_view(t: Translator, work: TeamWork, number: int = 0) -> View:
    """What a team, or all of them, coordinate."""
    page = page_of(work.rows, number)
    scope = work.team.id if work.team else ALL
    told: list[Html | str | None] = [_scope(t, work), "" if work.rows else None]
    for each in page.rows:
        held = each.confirmed + each.proposed
        told.append(
            say(
                t,
                "units.work_proposed" if each.proposed else "units.work_confirmed",
                code=each.row.code,
                name=shorten(each.row.name, 60),
                share="" if held == work.teams else f" ({held}/{work.teams})",
            )
        )
    told += [say(t, "units.work_none")] if not work.rows else []
    away = grid([_press(f"✕ {each.row.code}", "off", scope, each.row.id) for each in page.rows], 4)
    turns = turning(page, lambda to: _said("work", scope, to))
    confirm = (_press(t("units.confirm_work", n=work.proposed), "workok", scope, work.mark),) if work.proposed else ()
    add = (_press(t("units.add_work"), "workadd", scope, 0),)
    back = _press(t("button.back"), "unit", scope) if work.team else _press(t("button.back"), "teams", 0)
    return View(lines(told), (confirm, *away, turns, add, (back,)))


def _scope(t: Translator, work: TeamWork) -> Html:
    if work.team is not None:
        return say_count(t, "units.work_head_one", len(work.rows), team=work.team.name)
    return say_count(t, "units.work_head_all", len(work.rows), teams=work.teams)


def work_add_view(t: Translator, work: TeamWork, number: int = 0) -> View:
    """Which row a team, or all of them, are given."""
    page = page_of(work.others, number)
    scope = work.team.id if work.team else ALL
    told = [say(t, "units.work_row", code=row.code, name=shorten(row.name, 60)) for row in page.rows]
    rows = grid([_press(f"+ {row.code}", "on", scope, row.id) for row in page.rows], 4)
    turns = turning(page, lambda to: _said("workadd", scope, to))
    text = lines([say(t, "units.which_work"), "", *told])
    return View(text, (*rows, turns, (_press(t("button.back"), "work", scope, 0),)))


def teams_added_view(t: Translator, added: TeamsAdded) -> View:
    """What became of the teams that were typed."""
    told: list[Html | str | None] = [
        say_count(t, "units.teams_added", len(added.added)) if added.added else None,
        say_count(t, "units.teams_known", len(added.known)) if added.known else None,
    ]
    told += [say(t, "units.team_taken", name=name, owner=owner) for name, owner in added.taken[:TAKEN_SHOWN]]
    return View(lines(told), ((_press(t("units.team_work"), "work", ALL, 0),), (_press(t("button.back"), "teams", 0),)))


def _back_from(t: Translator, unit: Unit) -> Button:
    if unit.kind is UnitKind.COMMUNITY_TEAM:
        return _press(t("button.back"), "teams", 0)
    return _list(t)


def _list(t: Translator) -> Button:
    return _press(t("button.back"), "list", 0)


def _said(*args: object) -> Press:
    return Press(Action.UNITS, tuple(str(arg) for arg in args))


def _press(label: str, *args: object) -> Button:
    return button(label, Action.UNITS, *args)
