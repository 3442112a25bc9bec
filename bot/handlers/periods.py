"""`/kybaocao`: the period for the standing office; for officers and heads the walk through what they still owe."""

from __future__ import annotations

from bot.conversations.core.dialogue import Draft
from bot.conversations.periods import period_reopen
from bot.conversations.reporting import period_walk
from bot.conversations.reporting.period_draft import WalkDraft
from bot.domain.errors import NotAllowed
from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.services.core.desk import current_locality_id
from bot.services.core.guards import open_book
from bot.services.core.shown import ShownMoved
from bot.services.periods.chase_period import ChasedToday, chase_missing
from bot.services.periods.close_period import PeriodName, close
from bot.services.periods.see_period import PeriodSeen, refuse_where_nothing_is_asked, see_period
from bot.services.periods.walk_period import owed_now
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, WORD, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number_at
from bot.views.periods import period as views
from bot.views.periods import period_walk as walking


async def period(visit: Visit, words: str) -> None:
    """/kybaocao [period]: who has reported, for office and committee; for a unit its own part."""
    scene = visit.scene
    place = current_locality_id(scene.visitor)
    if people.can(scene.visitor.memberships, place, Ability.OVERSEE):
        seen = await see_period(scene.desk, scene.visitor, period=words.strip(), now=scene.now)
        await visit.say(views.period_view(scene.t, seen))
        return
    await walk(visit, place)


async def walk(visit: Visit, locality_id: int, *, beside: bool = False) -> None:
    """The walk, gone on with where it was left; where nothing is owed that, and what the unit as a whole owes."""
    scene = visit.scene
    async with scene.desk.db.read() as conn:
        book = await open_book(scene.desk, conn, scene.visitor, locality_id)
        if not people.reporting_units(scene.visitor.memberships, locality_id):
            raise NotAllowed("no_right")
        refuse_where_nothing_is_asked(book)
        owed = await owed_now(conn, book, scene.visitor, scene.now)
    begun = await period_walk.begin(scene, owed)
    same = next((each for each in visit.engine.drafts(scene) if _is_same(each, locality_id, begun)), None)
    if same is not None:
        await visit.show(await visit.engine.go_on(scene, same), beside=beside)
        return
    if begun is None:
        await visit.say(walking.nothing_owed(scene.t, owed))
    else:
        await visit.show(await visit.engine.open(scene, begun), beside=beside)


def _is_same(draft: Draft, locality_id: int, begun: WalkDraft | None) -> bool:
    """Whether a draft is a walk in which something was said, of this locality and of the period asked for."""
    if not isinstance(draft, WalkDraft) or not draft.worth_keeping:
        return False
    return draft.locality_id == locality_id and (begun is None or begun.period == draft.period)


async def press_period(visit: Visit, args: tuple[str, ...]) -> None:
    """A page, another period, the chase, closing and opening again; or one's own part."""
    verb = args[0]
    place = number_at(args, 1) if len(args) > 1 else current_locality_id(visit.scene.visitor)
    if verb == "walk":
        await walk(visit, place, beside=True)
        return
    name = PeriodName(place, args[2], args[3])
    if verb in ("chase", "again"):
        await _chase(visit, name, number_at(args, 4), again=verb == "again")
    elif verb == "closed":
        await _close(visit, name, args[4] if len(args) > 4 else "")
    elif verb == "reopen":
        draft = await period_reopen.begin(visit.scene, name)
        await visit.show(await visit.engine.open(visit.scene, draft), beside=True)
    else:
        await _see(visit, name, verb, number_at(args, 4) if len(args) > 4 else 0)


async def _close(visit: Visit, name: PeriodName, seen: str) -> None:
    scene = visit.scene
    try:
        done = await close(scene.desk, scene.visitor, name, now=scene.now, key=scene.key, seen=seen)
    except ShownMoved:
        await _see(visit, name, "close", 0)
        raise
    await visit.update(views.closed_view(scene.t, name.locality_id, done))


async def _see(visit: Visit, name: PeriodName, verb: str, page: int) -> None:
    seen = await _seen(visit, name)
    if verb == "close":
        if not seen.runs_it:
            raise NotAllowed("no_right")
        await visit.update(views.ask_close_view(visit.t, seen.state))
    else:
        await visit.update(views.period_view(visit.t, seen, page))


async def _seen(visit: Visit, name: PeriodName) -> PeriodSeen:
    scene = visit.scene
    return await see_period(
        scene.desk, scene.visitor, locality_id=name.locality_id, ask=name.ask, period=name.period, now=scene.now
    )


async def _chase(visit: Visit, name: PeriodName, known: int, *, again: bool) -> None:
    scene = visit.scene
    try:
        sent = await chase_missing(
            scene.desk,
            scene.visitor,
            locality_id=name.locality_id,
            ask=name.ask,
            period=name.period,
            seen=known,
            again=again,
            now=scene.now,
        )
    except ChasedToday:
        seen = await _seen(visit, name)
        await visit.update(views.chase_again_view(scene.t, seen.state, seen.chases))
        return
    await visit.update(views.chased_view(scene.t, name.locality_id, sent, scene.now))


COMMANDS = (Command("kybaocao", "period", "menu.kybaocao", Ability.TAKE_PART, period),)
_SHAPES: tuple[Shape, ...] = (
    ("walk", maybe(NUMBER)),
    (one_of("chase", "again"), NUMBER, WORD, WORD, NUMBER),
    ("closed", NUMBER, WORD, WORD, maybe(WORD)),
    ("reopen", NUMBER, WORD, WORD),
    (one_of("see", "page", "close"), NUMBER, WORD, WORD, maybe(NUMBER)),
)
PRESSES = (PressRoute(Action.PERIOD, _SHAPES, press_period),)
