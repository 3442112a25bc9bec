"""/huy: leave whatever is open."""

from __future__ import annotations

from bot.handlers.core.routes import Command
from bot.transport.screen.visit import Visit
from bot.transport.screen.words import with_menu


async def cancel(visit: Visit, _words: str) -> None:
    """End the open dialogue; nothing of it becomes a report."""
    if visit.scene.visitor.dialogue is None:
        await visit.say(with_menu(visit.t, "dialogue.nothing_open"))
        return
    told, left = await visit.engine.leave(visit.scene)
    visit.keep(left)
    visit.below = visit.engine.ways_back(visit.scene)
    await visit.say(with_menu(visit.t, told))


COMMANDS = (Command("huy", "cancel", "menu.huy", None, cancel, anyone=True),)
