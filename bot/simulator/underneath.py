"""What happens underneath: the calls the bot made, the outbox, and the colours that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.simulator.refusals import Json

if TYPE_CHECKING:
    from bot.simulator.world import World


class Underneath:
    """What the drawer of the page shows of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def seen(self, since: int) -> Json:
        """The newest of each kind, oldest first; calls only after the one numbered ``since``."""
        return {"calls": [], "outbox": [], "flips": []}
