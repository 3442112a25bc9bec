"""What is typed about units: a new name, one more spelling, a new unit, several community teams at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, NotFound, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.domain.plan.plan import Unit, UnitKind
from bot.domain.plan.words import fold
from bot.i18n import Translator, translator
from bot.services.units import assign_teams, edit_units
from bot.services.units.assign_teams import MOST_TEAMS
from bot.services.units.edit_units import LONGEST_NAME, Units, clean_name, list_units, see_unit
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.view import Button, View, grid
from bot.views.units import units as views

What = Literal["rename", "alias", "new", "teams"]
NAMES_SHOWN = 12
KINDS = tuple(kind for kind in UnitKind if kind is not UnitKind.COMMUNITY_TEAM)
_COUNTED = re.compile(r"(\d{1,4})(?:\s+(\D.*))?", re.DOTALL)


class UnitsDraft(Draft):
    """What is being typed. ``name`` is that of a new unit whose kind is asked, ``names`` those of new teams."""

    what: What
    locality_id: int
    unit_id: int = 0
    name: str = ""
    names: tuple[str, ...] = ()

    @property
    def worth_keeping(self) -> bool:
        """Whether something was typed already."""
        return bool(self.name or self.names)


@dataclass(frozen=True, slots=True)
class UnitsFacts:
    """The directory, and the unit it is about."""

    units: Units
    unit: Unit | None = None

    @property
    def name(self) -> str:
        """The unit's present name."""
        return self.unit.name if self.unit else ""


@dataclass(frozen=True, slots=True)
class Rename:
    """The unit gets a new name."""

    name: str


@dataclass(frozen=True, slots=True)
class AddAlias:
    """The unit gets one more spelling."""

    alias: str


@dataclass(frozen=True, slots=True)
class AddUnit:
    """A unit is added."""

    name: str
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class AddTeams:
    """Teams are added."""

    names: tuple[str, ...]


Deed = Rename | AddAlias | AddUnit | AddTeams


async def begin(scene: Scene, what: What, unit_id: int = 0) -> UnitsDraft:
    """The draft. Raises NotAllowed for all but the standing office, NotFound for a unit that has ended."""
    if unit_id:
        card = await see_unit(scene.desk, scene.visitor, unit_id=unit_id, now=scene.now)
        return UnitsDraft(token=token_of(scene.key), what=what, unit_id=unit_id, locality_id=card.locality.id)
    units = await list_units(scene.desk, scene.visitor)
    return UnitsDraft(token=token_of(scene.key), what=what, locality_id=units.locality.id)


async def gather(scene: Scene, draft: UnitsDraft) -> UnitsFacts:
    """The directory as it stands."""
    units = await list_units(scene.desk, scene.visitor, locality_id=draft.locality_id)
    unit = next((each for each in (*units.units, *units.teams) if each.id == draft.unit_id), None)
    if draft.unit_id and unit is None:
        raise NotFound("not_found")
    return UnitsFacts(units, unit)


def advance(draft: UnitsDraft, said: Said, facts: UnitsFacts) -> Step[UnitsDraft]:
    """A name, a kind, or the word that the teams are right."""
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("unit_name_invalid", most=LONGEST_NAME))
    if isinstance(said, Pressed):
        return _pressed(draft, said)
    try:
        if draft.what == "teams":
            return Step(draft.but(names=team_names(said.text)))
        name = clean_name(said.text)
    except TienDoError as problem:
        return Step(draft, problem=problem)
    if draft.what == "rename":
        return Step(draft, command=Rename(name))
    if draft.what == "alias":
        return Step(draft, command=AddAlias(name))
    return Step(draft.but(name=name))


def _pressed(draft: UnitsDraft, said: Pressed) -> Step[UnitsDraft]:
    if said.verb == "cancel":
        return Step(None, farewell="units.left")
    if said.verb == "kind" and draft.name and said.value in {kind.value for kind in KINDS}:
        return Step(draft, command=AddUnit(draft.name, UnitKind(said.value)))
    if said.verb == "yes" and draft.names:
        return Step(draft, command=AddTeams(draft.names))
    return Step(draft)


def team_names(text: str) -> tuple[str, ...]:
    """The teams that were typed: one a line, or a number with what each is of ("28 khu phố").

    Raises BadInput for none, too many, or a line that cannot be a name.
    """
    words = translator("vi")
    counted = _COUNTED.fullmatch(text.strip())
    if counted is not None:
        number, area = int(counted.group(1)), " ".join((counted.group(2) or words("units.area")).split())
        if not 1 <= number <= MOST_TEAMS:
            raise BadInput("teams_count", most=MOST_TEAMS)
        return tuple(clean_name(words("units.team_of", area=f"{area} {n}")) for n in range(1, number + 1))
    found = [clean_name(line) for line in text.splitlines() if line.strip()]
    if not 1 <= len(found) <= MOST_TEAMS:
        raise BadInput("teams_count", most=MOST_TEAMS)
    full = [name if _is_full(name) else clean_name(words("units.team_of", area=name)) for name in found]
    return tuple(dict.fromkeys(full))


def _is_full(name: str) -> bool:
    """Whether it already says that it is such a team, not only of which area it is."""
    bare = fold(name)
    return bare.startswith(("to cong nghe so", "to cnscd", "to cnsc"))


def show(t: Translator, draft: UnitsDraft, facts: UnitsFacts) -> View:
    """The question that is open."""
    cancel = _press(t, draft, "button.cancel", "cancel")
    if draft.what == "new" and draft.name:
        kinds = [Keys(t, draft.token).key(t(f"unit_kind.{k.value}"), "kind", k.value) for k in KINDS]
        return View(say(t, "units.ask_kind", name=draft.name), (*grid(kinds, 2), (cancel,)))
    if draft.what == "teams" and draft.names:
        told: list[Html] = [say_count(t, "units.ask_teams", len(draft.names))]
        told += [say(t, "units.member", unit=shorten(name, 80)) for name in draft.names[:NAMES_SHOWN]]
        if len(draft.names) > NAMES_SHOWN:
            told.append(say_count(t, "units.more_teams", len(draft.names) - NAMES_SHOWN))
        return View(lines(told), ((_press(t, draft, "units.yes_teams", "yes"),), (cancel,)))
    if draft.what in ("rename", "alias"):
        return View(say(t, f"units.ask_{draft.what}", unit=facts.name), ((cancel,),))
    return View(say(t, "units.ask_new" if draft.what == "new" else "units.ask_teams_typed"), ((cancel,),))


def _press(t: Translator, draft: UnitsDraft, key: str, verb: str) -> Button:
    return Keys(t, draft.token).key(t(key), verb)


async def perform(scene: Scene, draft: UnitsDraft, command: Deed) -> Outcome[UnitsDraft]:
    """The unit, or the teams, as they are now."""
    desk, visitor, now = scene.desk, scene.visitor, scene.now
    if isinstance(command, AddTeams):
        added = await assign_teams.add_teams(desk, visitor, names=command.names, now=now, locality_id=draft.locality_id)
        return Outcome(views.teams_added_view(scene.t, added))
    if isinstance(command, Rename):
        card = await edit_units.rename_unit(desk, visitor, unit_id=draft.unit_id, name=command.name, now=now)
    elif isinstance(command, AddAlias):
        card = await edit_units.add_alias(desk, visitor, unit_id=draft.unit_id, alias=command.alias, now=now)
    else:
        card = await edit_units.add_unit(
            desk, visitor, name=command.name, kind=command.kind, now=now, locality_id=draft.locality_id
        )
    return Outcome(views.unit_view(scene.t, card))


UNITS = Conversation(
    kind=DialogueKind.UNITS,
    draft_type=UnitsDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="units.dialogue_name",
)
