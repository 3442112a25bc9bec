"""`/khoitao`: opening the plan, and putting it in use; `/lich`: days off and days worked in exchange."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.conversations.core.scene import Pressed
from bot.conversations.plan import days_off, limit, opening_file
from bot.conversations.plan import setup as opening
from bot.domain.errors import NotFound
from bot.domain.people.people import Ability
from bot.domain.plan.calendar import DayKind
from bot.i18n import Translator
from bot.services.core.shown import ShownMoved
from bot.services.plan import edit_days_off
from bot.services.plan.open_plan import PlanStatus, plan_status, put_in_use
from bot.services.reporting.list_work import row_under
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import DAY, NUMBER, WORD, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number, number_at
from bot.views.parts.view import View
from bot.views.plan import setup as views
from bot.views.plan.calendar_days import days_view

_PAGES: dict[str, Callable[[Translator, PlanStatus, int], View]] = {
    "red": views.red_view,
    "all": views.all_view,
    "dates": views.dates_view,
    "nobody": views.nobody_view,
}


async def show_setup(visit: Visit, words: str) -> None:
    """/khoitao: how far the plan is; with a code behind it, that row's opening."""
    scene = visit.scene
    if words:
        row = row_under(await scene.book(newest=True), words.strip())
        if row is None:
            raise NotFound("no_such_code", code=words.strip()[:20])
        await visit.show(await visit.engine.open(scene, await opening.begin(scene, row.id)))
        return
    status = await plan_status(scene.desk, scene.visitor, now=scene.now)
    await visit.say(views.status_view(scene.t, status))


async def press_setup(visit: Visit, args: tuple[str, ...]) -> None:
    """A step of the opening, one of its lists, or the plan's use."""
    verb, first, second = (*args, "", "", "")[:3]
    if verb in ("row", "date", "file"):
        await _begin(visit, verb, first)
    elif verb == "use":
        await _use(visit, number(first), second)
    else:
        await _page(visit, verb, first, second)


async def _begin(visit: Visit, verb: str, value: str) -> None:
    scene, engine = visit.scene, visit.engine
    if verb == "row":
        await visit.show(await engine.open(scene, await opening.begin(scene, number(value))))
    elif verb == "date":
        await visit.show(await engine.open(scene, await limit.begin(scene, number(value))))
    else:
        draft = await opening_file.begin(scene)
        await visit.show(await engine.open(scene, draft, said=Pressed("make")))


async def _use(visit: Visit, plan_id: int, seen: str) -> None:
    scene = visit.scene
    try:
        used = await put_in_use(scene.desk, scene.visitor, plan_id=plan_id, now=scene.now, seen=seen)
    except ShownMoved:
        await _page(visit, "ask_use", str(plan_id), "0")
        raise
    await visit.update(views.in_use_view(scene.t, used))


async def _page(visit: Visit, verb: str, first: str, second: str) -> None:
    t = visit.scene.t
    status = await plan_status(visit.scene.desk, visit.scene.visitor, now=visit.scene.now)
    if verb in _PAGES:
        await visit.update(_PAGES[verb](t, status, number(first)))
    elif verb == "doubts":
        await visit.update(views.doubts_view(t, status))
    elif verb == "doubt":
        await visit.update(views.doubt_view(t, status, first, number(second)))
    elif verb == "ask_use" and status.plan.id == number(first) and status.can_be_used:
        await visit.update(views.ask_use_view(t, status, number(second)))
    else:
        # A step that is over: the plan as it stands now.
        await visit.update(views.status_view(t, status))


async def show_days(visit: Visit, words: str) -> None:
    """/lich: the exceptions that lie ahead."""
    scene = visit.scene
    await visit.say(days_view(scene.t, await edit_days_off.list_days(scene.desk, scene.visitor, now=scene.now)))


async def press_days(visit: Visit, args: tuple[str, ...]) -> None:
    """A page of the days, a new one, or one taken back."""
    scene, verb, place = visit.scene, args[0], number_at(args, 1)
    if verb in (DayKind.OFF, DayKind.WORK):
        draft = await days_off.begin(scene, place, DayKind(verb))
        await visit.show(await visit.engine.open(scene, draft))
    elif verb == "remove":
        day, kind = date.fromisoformat(args[2]), args[3] if len(args) > 3 else None
        found = await edit_days_off.take_back_day(
            scene.desk, scene.visitor, locality_id=place, day=day, now=scene.now, kind=kind
        )
        await visit.update(days_view(scene.t, found))
    else:
        found = await edit_days_off.list_days(scene.desk, scene.visitor, now=scene.now, locality_id=place)
        await visit.update(days_view(scene.t, found, number_at(args, 2)))


COMMANDS = (
    Command("khoitao", "setup", "menu.khoitao", Ability.RUN, show_setup),
    Command("lich", "calendar", "menu.lich", Ability.RUN, show_days),
)
_OF_SETUP: tuple[Shape, ...] = (
    (one_of("row", "date", _PAGES), NUMBER),
    (one_of("file", "doubts", "home"),),
    ("doubt", WORD, NUMBER),
    ("ask_use", NUMBER, NUMBER),
    ("use", NUMBER, maybe(WORD)),
)
_OF_DAYS: tuple[Shape, ...] = (
    (one_of(DayKind), NUMBER),
    ("remove", NUMBER, DAY, maybe(WORD)),
    ("page", NUMBER, NUMBER),
)
PRESSES = (
    PressRoute(Action.SETUP, _OF_SETUP, press_setup),
    PressRoute(Action.CALENDAR, _OF_DAYS, press_days),
)
