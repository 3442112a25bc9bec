"""People report while the bot is killed -9 again and again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bot.clock import SystemClock
from bot.domain.people.people import Role
from bot.services.people.invite import Seat, invite
from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from bot.storage.records import events, plans
from tests.bench.data import SEEDS, load_five_plans, open_desk
from tests.soak.killing import Bot, Traps
from tests.soak.people import Actor, Appraiser, Asker, Officer, Town
from tests.soak.verdict import in_lease, verdict

OFFICERS_EACH = 2
FIRST_PERSON = 7_000_000_001
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường", "Phạm Thị Dung", "Hoàng Văn Em")


async def soak(folder: Path, random: Random, seconds: float) -> list[str]:
    """What is wrong after so many seconds of kills."""
    begun = time.monotonic()
    places = await _prepared(folder)
    chats = Chats(SystemClock())
    traps = Traps(chats)
    town = Town(random)
    async with running(chats, faults=traps) as server:
        # Callers that die in the middle of a request are what this is about.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        actors, codes = _cast(town, chats, places)
        bot = Bot(server.url, chats.bot.token, folder, traps, random)
        await bot.start()
        try:
            wrong = await _played(town, actors, codes, bot, seconds)
            wrong += await _at_rest(server.chats)
        finally:
            code = await bot.stop()
    if code != 0:
        wrong.append(f"the bot ended with {code} on SIGTERM")
    kills = sum(bot.kills.values())
    wrong += await verdict(folder, town, actors, kills)
    _told(town, actors, bot, time.monotonic() - begun, folder)
    print(f"notices in hand at a kill, whose lease still runs: {await in_lease(folder)}")
    return wrong


async def _played(town: Town, actors: Sequence[Actor], codes: Sequence[str], bot: Bot, seconds: float) -> list[str]:
    loop = asyncio.get_running_loop()
    killing = loop.create_task(bot.kill_now_and_then(loop.time() + seconds))
    living = [
        loop.create_task(_life(actor, code, name)) for actor, code, name in zip(actors, codes, _names(), strict=False)
    ]
    done, _ = await asyncio.wait({killing, *living}, return_when=asyncio.FIRST_COMPLETED)
    if killing not in done:
        killing.cancel()
    town.stopping = True
    failed = await asyncio.gather(killing, return_exceptions=True)
    if bot.child is None or bot.child.returncode is not None:
        # Cut off between a kill and the next start: the others may still come to an end.
        await bot.start()
    ended = [*failed, *await asyncio.gather(*living, return_exceptions=True)]
    return [str(error) or repr(error) for error in ended if isinstance(error, Exception)]


async def _life(actor: Actor, code: str, name: str) -> None:
    await actor.join(code, name)
    await actor.work()  # type: ignore[attr-defined]


def _names() -> Sequence[str]:
    return [f"{name} {letter}" for letter in "ABCDEGHIK" for name in NAMES]


async def _at_rest(chats: Chats) -> list[str]:
    """Wait until every update has been fetched; what is left where that does not come."""
    try:
        async with asyncio.timeout(30):
            while chats.updates.pending():
                await asyncio.sleep(0.05)
    except TimeoutError:
        return [f"{len(chats.updates.pending())} updates were never confirmed"]
    return []


class Place:
    """A locality with who is invited to it."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.officers: list[tuple[str, list[str]]] = []
        self.appraiser = ""
        self.asker = ""


async def _prepared(folder: Path) -> list[Place]:
    """The five plans in use and invitations to them."""
    desk = await open_desk(folder)
    now = SystemClock().now()
    places = []
    try:
        await load_five_plans(desk, now)
        for slug in sorted(path.stem for path in SEEDS.glob("*.yaml")):
            place = Place(slug)
            async with desk.db.read() as conn:
                locality = await plans.locality_by_slug(conn, slug)
                assert locality is not None
                book = await desk.books.of(conn, locality.id)
                assert book.plan is not None
                led: dict[int, list[str]] = {}
                alone: dict[int, list[int]] = {}
                for assignment, _ in await events.standings(conn, book.plan.id):
                    alone.setdefault(assignment.row_id, []).append(assignment.unit_id)
                for row_id, units in alone.items():
                    if len(units) == 1 and book.rows[row_id].code.startswith("NV"):
                        led.setdefault(units[0], []).append(book.rows[row_id].code)

            async def invited(unit_id: int, role: Role, locality_id: int = locality.id) -> str:
                made = await invite(desk, None, seat=Seat(locality_id, unit_id, role), now=now)
                return made.invitation.code

            busiest = sorted(led, key=lambda unit: -len(led[unit]))[:OFFICERS_EACH]
            others = [unit for unit in book.units if unit not in busiest]
            for unit in busiest:
                place.officers.append((await invited(unit, Role.OFFICER), led[unit][:4]))
            place.appraiser = await invited(others[0], Role.APPRAISER)
            place.asker = await invited(others[-1], Role.OFFICER)
            places.append(place)
    finally:
        await desk.db.close()
    return places


def _cast(town: Town, chats: Chats, places: Sequence[Place]) -> tuple[list[Actor], list[str]]:
    actors: list[Actor] = []
    codes: list[str] = []

    def person() -> SimulatedPerson:
        return SimulatedPerson.named(chats, "Người", FIRST_PERSON + len(actors))

    for place in places:
        officers = []
        for code, tasks in place.officers:
            officers.append(Officer(town, person(), place.slug, tasks))
            actors.append(officers[-1])
            codes.append(code)
        appraiser = Appraiser(town, person(), place.slug)
        appraiser.officers = officers
        actors.append(appraiser)
        actors.append(Asker(town, person(), place.slug))
        codes += [place.appraiser, place.asker]
    return actors, codes


def _told(town: Town, actors: Sequence[Actor], bot: Bot, seconds: float, folder: Path) -> None:
    kills = sum(bot.kills.values())
    percents = sum(intended.percent == 100 for intended in town.intended)
    print(f"{seconds:.0f} s, {kills} kills: " + ", ".join(f"{count} {how}" for how, count in sorted(bot.kills.items())))
    print(
        f"{len(actors)} people joined; {len(town.intended)} reports with {sum(len(i.hashes) for i in town.intended)} "
        f"files, {percents} of 100 %; {town.judged['accepted']} accepted, {town.judged['returned']} returned"
    )
    print(f"{sum(a.expected for a in actors)} answers owed; {sum(max(0, a.repeated) for a in actors)} came twice")
    faults = [line for line in (folder / "bot.log").read_text("utf-8", "replace").splitlines() if " failed (" in line]
    print(f"faults in the bot's log: {len(faults)}")
    for line in faults[:5]:
        print("  ", line)
