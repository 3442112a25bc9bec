"""`/xephang`: the ranking with the rows behind its figures; `/tongquan` and the documents of a period."""

from __future__ import annotations

from bot.domain.people.people import Ability
from bot.services.results.make_document import DocumentFormat, document_wanted, make_document
from bot.services.results.see_ranking import see_ranking
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, WORD, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number_at
from bot.views.results import ranking as views
from bot.views.results.documents import document_view, overview_view


async def show_ranking(visit: Visit, words: str) -> None:
    """/xephang [period]: the ranking for a period, without words for the one of today."""
    scene = visit.scene
    seen = await see_ranking(scene.desk, scene.visitor, words=words.strip(), now=scene.now)
    await visit.say(views.ranking_view(scene.t, seen))


async def press_ranking(visit: Visit, args: tuple[str, ...]) -> None:
    """A page, a period, a unit, the rows behind a figure, or who is proposed; each press reads the ranking afresh."""
    scene, verb = visit.scene, args[0]
    seen = await see_ranking(scene.desk, scene.visitor, locality_id=number_at(args, 1), period=args[2], now=scene.now)
    if verb == "see":
        view = views.ranking_view(scene.t, seen)
    elif verb == "page":
        view = views.ranking_view(scene.t, seen, number_at(args, 3))
    elif verb == "proposed":
        view = views.proposed_view(scene.t, seen)
    elif verb == "unit":
        view = views.unit_view(scene.t, seen, seen.unit(number_at(args, 3)))
    else:
        page = number_at(args, 5) if len(args) > 5 else 0
        view = views.rows_view(scene.t, seen, seen.unit(number_at(args, 3)), args[4], page)
    await visit.update(view)


async def overview(visit: Visit, words: str) -> None:
    """/tongquan [period]: the board as a picture with its figures under it."""
    scene = visit.scene
    wanted = await document_wanted(scene.desk, scene.visitor, period=words.strip() or None, now=scene.now)
    language = scene.t.language
    made = await make_document(scene.desk, wanted, format=DocumentFormat.PNG, language=language, now=scene.now)
    await visit.say(overview_view(scene.t, made))


async def press_document(visit: Visit, args: tuple[str, ...]) -> None:
    """A button that asks for the .docx or .xlsx of a period; the message it stands under stays."""
    scene = visit.scene
    place = number_at(args, 1)
    wanted = await document_wanted(scene.desk, scene.visitor, period=args[2], now=scene.now, locality_id=place)
    await visit.toast(scene.t("document.making"))
    made = await make_document(
        scene.desk, wanted, format=DocumentFormat(args[0]), language=scene.t.language, now=scene.now
    )
    await visit.say(document_view(scene.t, made))


COMMANDS = (
    Command("xephang", "ranking", "menu.xephang", Ability.OVERSEE, show_ranking),
    Command("tongquan", "overview", "menu.tongquan", Ability.OVERSEE, overview),
)
_OF_RANKING: tuple[Shape, ...] = (
    (one_of("see", "proposed"), NUMBER, WORD),
    (one_of("page", "unit"), NUMBER, WORD, NUMBER),
    ("rows", NUMBER, WORD, NUMBER, one_of(views.FIGURES), maybe(NUMBER)),
)
_OF_DOCUMENTS = (one_of(DocumentFormat.DOCX.value, DocumentFormat.XLSX.value), NUMBER, WORD)
PRESSES = (
    PressRoute(Action.RANKING, _OF_RANKING, press_ranking),
    PressRoute(Action.DOCUMENT, (_OF_DOCUMENTS,), press_document),
)
