"""`/tongquan`, and the buttons that bring the finished report of a period."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.domain.people.people import Ability
from bot.handlers.asking import number
from bot.handlers.core.routes import Command, PressRoute
from bot.services.results.make_document import Format, document_wanted, make_document
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.results.documents import document_view, overview_view


async def overview(visit: Visit, words: str) -> None:
    """/tongquan [period]: the board as a picture with its figures under it."""
    scene = visit.scene
    wanted = await document_wanted(scene.desk, scene.visitor, period=words.strip() or None, now=scene.now)
    language = scene.t.language
    made = await make_document(scene.desk, wanted, format=Format.PNG, language=language, now=scene.now)
    await visit.say(overview_view(scene.t, made))


async def press_document(visit: Visit, args: tuple[str, ...]) -> None:
    """A button that asks for the .docx or .xlsx of a period; the message it stands under stays."""
    scene = visit.scene
    if len(args) != 3 or args[0] not in (Format.DOCX.value, Format.XLSX.value):
        raise NotFound("not_found")
    place = number(args, 1)
    wanted = await document_wanted(scene.desk, scene.visitor, period=args[2], now=scene.now, locality_id=place)
    await visit.toast(scene.t("document.making"))
    made = await make_document(scene.desk, wanted, format=Format(args[0]), language=scene.t.language, now=scene.now)
    await visit.say(document_view(scene.t, made))


COMMANDS = (Command("tongquan", "overview", "menu.tongquan", Ability.OVERSEE, overview),)
PRESSES = (PressRoute(Action.DOCUMENT, press_document),)
