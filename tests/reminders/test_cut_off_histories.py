"""Random histories lived twice: once undisturbed, once with tick and dispatch cut off at random awaits, and restarted.

What people do is the same in both. What the undisturbed one told, the other tells too; a plain message may be left
unknown instead, a red one or a return comes again, marked; nothing is told that the undisturbed one did not tell.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot.domain.errors import TienDoError
from bot.domain.people.people import Role
from bot.domain.work.events import Closing, HandOver, Reopening
from bot.domain.work.lifecycle import State
from bot.reminders.deliver import LEASE
from bot.reminders.rules.every import RED_RULES
from bot.services.appraising.appraise import accept, give_back
from bot.services.people.choose_digest_hour import set_digest_minute
from bot.services.people.end_membership import end_membership
from bot.services.reminding.nudge import nudge
from bot.storage.engine import tables as t
from bot.storage.records import events, people
from tests.reminders.hamlet import DIVISION, POLICE, TEAM, Hamlet, a_hamlet, local
from tests.reminders.test_cut_off import cut, reopened

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured, pytest.mark.timeout(600)]

SEEDS = range(12, 24)
TO_BE_HEARD = {"turned_red", "no_longer_red", "returned", "accepted", "nudge", "overdue_3", "overdue_7"}
DAYS = (date(2026, 6, 10), date(2026, 6, 11), date(2026, 6, 12), date(2026, 6, 15))
CODES = ("NV01", "NV02", "NV03", "NV04")
PAST_THE_LEASE = LEASE + timedelta(seconds=1)
Key = tuple[str, ...]


async def founded(path: Path) -> Hamlet:
    """Four rows whose limits lie in these days, looked at until the evening before."""
    async with a_hamlet(f"sqlite+aiosqlite:///{path}", path.parent, "2026-06-01 10:00") as hamlet:
        await hamlet.row("NV01", "9/6/2026", teams=[TEAM])
        await hamlet.row("NV02", "11/6/2026", DIVISION)
        await hamlet.row("NV03", "15/6/2026")
        await hamlet.row("NV04", "25/6/2026", DIVISION, teams=[TEAM])
        await hamlet.use()
        for code in ("NV02", "NV03", "NV04"):
            await hamlet.report(code, 60, "Bình" if code != "NV03" else "An")
        await hamlet.up_until("2026-06-09 18:00")
        return hamlet


class Life:
    """One of the two lives of a history. ``chance`` decides what people do, ``cuts`` where the program dies."""

    def __init__(self, hamlet: Hamlet, seed: int, cuts: Random | None) -> None:
        self.hamlet, self.chance, self.cuts = hamlet, Random(seed), cuts

    async def live(self) -> None:
        for day in DAYS:
            for words in ("00:01", "07:30"):
                await self.look(f"{day} {words}")
            for hour in (9, 11, 14, 16):
                self.hamlet.clock.move_to(local(f"{day} {hour:02d}:00"))
                with suppress(TienDoError):
                    await self.deed()
                await self.look(f"{day} {hour:02d}:01")
        await self.look("2026-06-16 07:30")

    async def look(self, words: str) -> None:
        """The ticker comes by; where it is cut off, another process does once the claims are old."""
        hamlet = self.hamlet
        hamlet.clock.move_to(local(words))
        if self.cuts is None:
            await hamlet.work()
        else:
            for _ in range(self.cuts.randrange(1, 4)):
                await cut(hamlet.work(), self.cuts.randrange(1, 160))
        hamlet.clock.move_to(local(words) + PAST_THE_LEASE)
        if self.cuts is not None:
            await hamlet.work()
        # What was left behind with a red row is queued again for half a minute later.
        hamlet.clock.move_by(seconds=31)
        if self.cuts is not None:
            await hamlet.work()

    async def deed(self) -> None:
        """Something somebody does."""
        hamlet, chance = self.hamlet, self.chance
        code, roll, amount = chance.choice(CODES), chance.random(), chance.randrange(1, 40)
        async with hamlet.db.read() as conn:
            found = await events.standing(conn, hamlet.ids[code])
        assert found is not None
        state, who = found[1].state, "Bình" if found[1].unit_id == hamlet.units[DIVISION] else "An"
        now, about, key = hamlet.clock.now(), hamlet.ids[code], f"deed {hamlet.clock.now()}"
        if roll < 0.1:
            await hamlet.extend(code, date(2026, 6, 12) + timedelta(days=amount))
        elif roll < 0.17:
            unit = DIVISION if who == "An" else POLICE
            await hamlet.record(code, HandOver(hamlet.units[unit], "Chuyển"), "Văn phòng")
        elif roll < 0.24:
            body = Closing("Rút") if state is not State.CLOSED else Reopening("Mở", date(2026, 6, 12))
            await hamlet.record(code, body, "Văn phòng")
        elif roll < 0.34:
            office = await hamlet.visitor("Văn phòng")
            await nudge(hamlet.desk, office, assignment_id=about, now=now, key=key)
        elif roll < 0.4:
            minute = chance.choice((420, 450, 600))
            await set_digest_minute(hamlet.desk, await hamlet.visitor(who), minute=minute, now=now)
        elif roll < 0.46:
            await self.come_and_go()
        elif state is State.AWAITING and found[1].report_id is not None:
            judge, report = await hamlet.visitor("Văn phòng"), found[1].report_id
            if amount < 20:
                await accept(hamlet.desk, judge, assignment_id=about, report_id=report, now=now, key=key)
            else:
                reason = f"Thiếu {amount}"
                await give_back(
                    hamlet.desk, judge, assignment_id=about, report_id=report, reason=reason, now=now, key=key
                )
        else:
            report = await hamlet.report(code, 100 if roll < 0.85 else amount, who, reason="Rà soát")
            if roll > 0.95:
                await hamlet.withdraw(code, report)

    async def come_and_go(self) -> None:
        hamlet = self.hamlet
        async with hamlet.db.read() as conn:
            held = [m for m in await people.memberships_in(conn, hamlet.place) if m.person_id == hamlet.people["Hải"]]
        if held:
            office, now = await hamlet.visitor("Văn phòng"), hamlet.clock.now()
            await end_membership(hamlet.desk, office, membership_id=held[0].id, now=now)
        else:
            await hamlet.join("Hải", POLICE, Role.HEAD)


async def outcomes(hamlet: Hamlet) -> dict[str, Counter[Key]]:
    """What became of every notice, by its state; what a red light's end answers goes by another number in each life."""
    o = t.outbox.c
    async with hamlet.db.read() as conn:
        rows = (await conn.execute(select(o.state, o.rule, o.key))).all()
    found: dict[str, Counter[Key]] = {}
    for row in rows:
        key = row.key.rpartition(":")[0] if row.rule == "no_longer_red" else row.key
        found.setdefault(row.state, Counter())[row.rule, key] += 1
    return found


def unmarked(hamlet: Hamlet) -> Counter[tuple[int, date, str]]:
    """How often each message came that does not say that it may have come before; of digests only that it was one."""
    found: Counter[tuple[int, date, str]] = Counter()
    for sent in hamlet.mouth.sent:
        if "nhắc lại" not in sent.text:
            words = "digest" if sent.text.startswith("<b>Sáng") else sent.text
            found[sent.chat_id, sent.at.date(), words] += 1
    return found


@dataclass
class Verdict:
    """What is wrong with some histories, and which rules they have told."""

    wrong: list[str] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)


async def lived_twice(made: Hamlet, path: Path, seed: int, verdict: Verdict) -> None:
    """One history, undisturbed and cut off, each on a copy of the database."""
    lives: list[dict[str, Counter[Key]]] = []
    plain: list[Counter[tuple[int, date, str]]] = []
    for cuts in (None, Random(seed)):
        copied = path.parent / "life.db"
        shutil.copyfile(path, copied)
        hamlet = await reopened(made, copied, "2026-06-09 18:00")
        hamlet.people = dict(made.people)
        hamlet.plan = made.plan
        try:
            await Life(hamlet, seed, cuts).live()
            lives.append(await outcomes(hamlet))
            plain.append(unmarked(hamlet))
        finally:
            await hamlet.db.close()
    verdict.wrong += [f"seed {seed}: {each}" for each in differences(*lives, *plain)]
    verdict.heard |= {rule for rule, _ in lives[0]["sent"]}


def differences(
    calm: dict[str, Counter[Key]],
    cut_off: dict[str, Counter[Key]],
    plain: Counter[tuple[int, date, str]],
    plain_cut_off: Counter[tuple[int, date, str]],
) -> Iterator[str]:
    """What the life that was cut off has told otherwise than it may."""
    told, unknown = calm["sent"], cut_off.get("unknown", Counter())
    if not set(calm) <= {"sent", "withdrawn", "queued"}:
        yield f"undisturbed, and {sorted(calm)}"
    missing = told - cut_off["sent"]
    yield from (f"told to nobody: {key}" for key in missing - unknown)
    yield from (f"unknown though it is red: {key}" for key in missing if key[0] in RED_RULES)
    yield from (f"told too much: {key}" for key in cut_off["sent"] - told)
    yield from (f"told again without saying so: {key}" for key in plain_cut_off - plain)
    yield from (f"two digests: {key}" for key, n in plain.items() if key[-1] == "digest" and n > 1)


async def histories(path: Path, seeds: Iterable[int]) -> list[str]:
    """What is wrong with the histories of these seeds; some rules are to be told in them."""
    made, verdict = await founded(path), Verdict()
    for seed in seeds:
        await lived_twice(made, path, seed, verdict)
    return [*verdict.wrong, *(f"never told: {rule}" for rule in sorted(TO_BE_HEARD - verdict.heard))]


async def test_whatever_people_do_a_program_that_dies_at_any_await_tells_what_one_that_lives_tells(
    sqlite_path: Path,
) -> None:
    """`python -m tests.soak --only histories` lives through more of them."""
    assert await histories(sqlite_path, SEEDS) == []
