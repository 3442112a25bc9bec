"""The door: `/start`, with a code or without, and codes typed as a message."""

from __future__ import annotations

from bot.conversations.people.join import KIND, new_draft
from bot.handlers.core.routes import Command
from bot.services.people.join import consider_invitation, join
from bot.services.people.open_menu import open_menu
from bot.transport.screen.visit import Visit
from bot.views.core.menu import menu_view
from bot.views.people.joining import added_view


async def start(visit: Visit, words: str) -> None:
    """/start: the main menu of a member; with a code, the way in."""
    if words.strip():
        await redeem(visit, words)
        return
    await visit.say(menu_view(visit.scene.t, await open_menu(visit.scene.desk, visit.scene.visitor)))


async def redeem(visit: Visit, words: str) -> None:
    """A code, linked or typed: a member has the role at once, anyone else is asked for the name."""
    scene = visit.scene
    offer = await consider_invitation(scene.desk, scene.visitor, words=words, now=scene.now)
    if not offer.is_member:
        await visit.show(await visit.engine.open(scene, KIND, new_draft(scene, offer)))
        return
    joined = await join(
        scene.desk, scene.visitor, code=offer.code, full_name=None, language=scene.t.language, now=scene.now
    )
    await visit.say(added_view(scene.t, joined))
    await visit.publish_menu()


COMMANDS = (Command("start", "start", "menu.start", None, start, anyone=True),)
