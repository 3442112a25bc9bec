"""The trial lives a month: on every day of it each commune's counts of red rows are compared.

Its people report meanwhile. Compared are the first line of the morning's message, `/do`, `/tongquan`, the answers to
"việc nào đang đỏ?" and, of tasks alone, "nhiệm vụ nào đang đỏ?", and the export, which is counted here.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.domain.people.people import Role
from bot.services.rows.export_plan import export
from bot.simulator.trial.cast import Actor, TrialLocality
from bot.simulator.trial.world import World
from tests.simulator.trial_page import MONDAY, trial_at

DAYS = 30
REPORTS_A_DAY = 8
PATIENCE_SECONDS = 60


async def soak(folder: Path, seed: int, days: int = DAYS) -> list[str]:
    """What was counted otherwise in two places."""
    chance, wrong, begun, compared = Random(seed), [], time.monotonic(), Counter[str]()
    async with trial_at(MONDAY, folder) as (trial, _):
        world = trial.world
        for day in range(1, days + 1):
            for _ in range(REPORTS_A_DAY):
                await _report(world, chance)
            await world.traveller.go(MONDAY + timedelta(days=day))
            for place in world.places:
                found = await _red(world, place)
                compared.update(found.keys())
                tasks = {found.pop(each) for each in ("tasks of the export", "nhiệm vụ nào đang đỏ?")}
                if len(set(found.values())) > 1 or len(tasks) > 1:
                    wrong.append(f"day {day}, {place.slug}: {found}, of tasks {tasks}")
    print(f"{days} days in {time.monotonic() - begun:.0f} s; compared: {dict(compared)}")
    return wrong


async def _report(world: World, chance: Random) -> None:
    place = chance.choice(world.places)
    who = chance.choice([actor for actor in place.actors if actor.part.role in (Role.OFFICER, Role.HEAD)])
    await _say(world, who, f"{chance.choice(('NV', 'NV', 'CT'))}{chance.randrange(1, 41):02} {chance.randrange(100)}%")
    if "Gửi báo cáo" in who.person.buttons():
        who.person.press("Gửi báo cáo")
        await _answered(world)
    if "Hủy" in who.person.buttons():
        who.person.press("Hủy")
        await _answered(world)


async def _red(world: World, place: TrialLocality) -> dict[str, int]:
    """The red rows of a commune as every place has them that says so today, to its committee."""
    [who] = [actor for actor in place.actors if actor.part.role is Role.COMMITTEE]
    now = world.clock.now()
    mornings = [text for text in who.person.texts() if text.startswith("Sáng ") and f"{now:%d/%m/%Y}" in text[:40]]
    found = {"morning": _number(mornings[-1].split("\n")[0], r": 🔴 (\d+) việc đỏ")} if mornings else {}
    async with world.keeper.bot() as bot:
        rows = (await export(bot.desk, place.slug, None, now))["rows"]
    red = [row for row in rows if row["colour"] == "red"]
    found |= {"export": len(red), "tasks of the export": sum(row["kind"] == "task" for row in red)}
    for words in ("/do", "/tongquan", "việc nào đang đỏ?", "nhiệm vụ nào đang đỏ?"):
        found[words] = _number(await _say(world, who, words), r"🔴 (\d+)")
    return found


def _number(text: str, pattern: str) -> int:
    number = re.search(pattern, text)
    return int(number[1]) if number else 0


async def _say(world: World, who: Actor, words: str) -> str:
    who.person.send_text(words)
    await _answered(world)
    return who.person.last().text


async def _answered(world: World) -> None:
    async with world.keeper.bot() as bot, asyncio.timeout(PATIENCE_SECONDS):
        # Whoever is asked for a picture sends it beside the dialogue.
        while world.chats.updates.pending() or not bot.at_rest:
            await asyncio.sleep(0.01)
