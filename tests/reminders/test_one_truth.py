"""One truth: what is true of a notice alone is true of its line in a digest, whatever else is told there.

People of a hamlet do things at random for months, over New Year. Now and then every notice there ever was is looked at
three times: by itself, as a single message, and in a digest of all that was ever queued for its recipient.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot.domain.errors import TienDoError
from bot.domain.people.difficulties import EntryKind
from bot.domain.people.people import Role
from bot.domain.people.requests import RequestKind, Wish
from bot.domain.work.events import Closing, HandOver, Reopening
from bot.domain.work.ladder import AT_ONCE, Rule
from bot.i18n import translator
from bot.reminders.letter import read_letter, read_single
from bot.reminders.rules.every import FAMILIES, FAMILY_OF, is_true
from bot.reminders.rules.situation import read_situation
from bot.services.appraising.appraise import accept, give_back
from bot.services.people.end_membership import end_membership
from bot.services.periods.chase_period import chase_missing
from bot.services.requests import ask_office, decide_request
from bot.storage.engine.database import Connection, migrate
from bot.storage.outbox import outbox as stored
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import events, people, requests
from tests.reminders.hamlet import DIVISION, EMPTY, POLICE, TEAM, Hamlet, a_hamlet, local
from tests.reminders.test_difficulties import raised, said
from tests.reminders.test_singles import chase, limit_set

LIMITS = {"NV01": "20/10/2026", "NV02": "30/11/2026", "NV03": "31/12/2026", "NV04": "5/10/2026"}
CODES = tuple(LIMITS)
BOT = Path(__file__).parents[2] / "bot"
SEEDS = range(6)


class History:
    """What the people of a hamlet do, one random deed after the other."""

    def __init__(self, hamlet: Hamlet, seed: int) -> None:
        self.hamlet, self.random = hamlet, Random(seed)
        self.deeds: tuple[Callable[[str], Awaitable[object]], ...] = (
            *(self.report,) * 3,
            *(self.judge,) * 4,
            *(self.talk,) * 4,
            *(self.ask,) * 2,
            *(self.decide,) * 2,
            *(self.chase,) * 2,
            self.chase_period,
            self.limit,
            self.change,
            self.end,
            self.come_or_go,
            self.silence,
        )

    @property
    def today(self) -> date:
        return self.hamlet.clock.now().date()

    async def do(self) -> None:
        """Something that may be refused, as in life."""
        deed = self.random.choice(self.deeds)
        try:
            await deed(self.random.choice(CODES))
        except TienDoError:
            return

    async def report(self, code: str) -> None:
        await self.hamlet.report(code, self.random.choice((30, 60, 100, 100)))

    async def judge(self, code: str) -> None:
        judge, now = await self.hamlet.visitor("Thẩm định"), self.hamlet.clock.now()
        about = {"assignment_id": self.hamlet.ids[code], "report_id": await self._waiting(code), "now": now}
        if self.random.random() < 0.5:
            await accept(self.hamlet.desk, judge, **about, key=f"{now}")
        else:
            await give_back(self.hamlet.desk, judge, **about, reason="Thiếu dấu", key=f"{now}")

    async def _waiting(self, code: str) -> int:
        async with self.hamlet.db.read() as conn:
            found = await events.standing(conn, self.hamlet.ids[code])
        assert found is not None
        if found[1].report_id is None:
            return await self.hamlet.report(code, 100)
        return found[1].report_id

    async def talk(self, code: str) -> None:
        kind = self.random.choice((EntryKind.ANSWERED, EntryKind.FOLLOWED, EntryKind.SETTLED))
        who = self.random.choice(("An", "Bình", "Văn phòng", "Chỉ đạo"))
        if self.random.random() < 0.4:
            await raised(self.hamlet, code, self.random.choice((DIVISION, None)), f"Khó {self.hamlet.clock.now()}")
        else:
            await said(self.hamlet, self.random.randrange(1, 4), kind, who)

    async def ask(self, code: str) -> None:
        an, now = await self.hamlet.visitor("An"), self.hamlet.clock.now()
        kind = self.random.choice((RequestKind.EXTENSION, RequestKind.CLOSING))
        wish = Wish(due_on=self.today + timedelta(days=40)) if kind is RequestKind.EXTENSION else Wish()
        about = self.hamlet.ids[code]
        await ask_office.ask(
            self.hamlet.desk, an, kind=kind, assignment_id=about, reason="Chờ vốn", wish=wish, now=now, key=f"{now}"
        )

    async def decide(self, code: str) -> None:
        office, now = await self.hamlet.visitor("Văn phòng"), self.hamlet.clock.now()
        async with self.hamlet.db.read() as conn:
            waiting = await requests.open_in(conn, self.hamlet.place)
        if waiting:
            number = self.random.choice(waiting).id
            await decide_request.refuse(
                self.hamlet.desk, office, request_id=number, answer="Chưa đủ cơ sở", now=now, key=f"{now}"
            )

    async def chase(self, code: str) -> None:
        await chase(self.hamlet, code)

    async def chase_period(self, code: str) -> None:
        office, now = await self.hamlet.visitor("Văn phòng"), self.hamlet.clock.now()
        about = {"locality_id": self.hamlet.place, "ask": "progress", "period": f"{self.today:%Y-%m}"}
        await chase_missing(self.hamlet.desk, office, **about, seen=0, again=True, now=now)

    async def limit(self, code: str) -> None:
        days = self.random.choice((3, 10, 40))
        await limit_set(self.hamlet, await self.hamlet.visitor("Văn phòng"), code, self.today + timedelta(days=days))

    async def change(self, code: str) -> None:
        unit = self.hamlet.units[self.random.choice((POLICE, DIVISION))]
        body = self.random.choice((Closing("Không còn phù hợp"), Reopening("Bổ sung"), HandOver(unit, "Giao lại")))
        await self.hamlet.record(code, body, "Văn phòng")

    async def end(self, code: str) -> None:
        if self.random.random() < 0.3:
            async with self.hamlet.db.write() as conn:
                await events.end_assignment(conn, self.hamlet.ids[code], self.hamlet.clock.now())

    async def come_or_go(self, code: str) -> None:
        name, unit, role = self.random.choice((("An", POLICE, Role.OFFICER), ("Bình", DIVISION, Role.OFFICER)))
        async with self.hamlet.db.read() as conn:
            held = await people.memberships_in(conn, self.hamlet.place)
        number = next((m.id for m in held if m.person_id == self.hamlet.people[name]), None)
        if number is None:
            await self.hamlet.join(name, unit, role)
            return
        office, now = await self.hamlet.visitor("Văn phòng"), self.hamlet.clock.now()
        await end_membership(self.hamlet.desk, office, membership_id=number, now=now)

    async def silence(self, code: str) -> None:
        async with self.hamlet.db.write() as conn:
            who = self.hamlet.people[self.random.choice(("Hải", "Tổ viên"))]
            await people.set_reachable(conn, who, self.random.random() < 0.5, self.hamlet.clock.now())


async def every_notice(conn: Connection) -> list[OutboxItem]:
    return [stored.item_of(row) for row in (await conn.execute(select(*stored.COLUMNS))).mappings()]


async def agree(hamlet: Hamlet, seen: Counter[tuple[Rule, bool]]) -> None:
    """Every notice is as true alone as it is in a digest with all others of its recipient."""
    now, desk = hamlet.clock.now(), hamlet.desk
    async with hamlet.db.read() as conn:
        every = await every_notice(conn)
        for who in {(item.person_id, item.chat_id) for item in every}:
            own = [item for item in every if (item.person_id, item.chat_id) == who]
            person = await people.person(conn, who[0]) if who[0] is not None else None
            letter = await read_letter(desk, conn, own, person, now)
            for item in own:
                alone = is_true(await read_situation(desk, conn, hamlet.place, (item,), person, now), item)
                assert (item.id in letter.true) is alone, item
                assert (item.id in letter.untrue) is not alone, item
                if FAMILY_OF[Rule(item.rule)].single is not None:
                    single = await read_single(desk, conn, item, person, translator("vi"), now)
                    assert (single is not None) is alone, item
                seen[Rule(item.rule), alone] += 1


async def lived(hamlet: Hamlet, seed: int, seen: Counter[tuple[Rule, bool]]) -> None:
    """A history from October until after New Year, looked at every week."""
    for code, printed in LIMITS.items():
        await hamlet.row(code, printed, DIVISION if code == "NV02" else POLICE, teams=[TEAM] * (code == "NV02"))
    await hamlet.row("NV05", "Quý IV/2026", EMPTY)
    await hamlet.use()
    history = History(hamlet, seed)
    for _ in range(15):
        for _ in range(5):
            await history.do()
            hamlet.clock.move_by(minutes=history.random.choice((1, 30, 600)))
        await agree(hamlet, seen)
        hamlet.clock.move_by(days=7)
        await hamlet.work()
    await agree(hamlet, seen)
    assert hamlet.clock.now() > local("2027-01-05 08:00")


@pytest.mark.slow
@pytest.mark.unmeasured
@pytest.mark.timeout(300)
async def test_a_notice_alone_and_its_line_in_a_digest_are_true_together(tmp_path: Path) -> None:
    seen: Counter[tuple[Rule, bool]] = Counter()
    for seed in SEEDS:
        folder = tmp_path / f"{seed}"
        folder.mkdir()
        url = f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"
        await migrate(url)
        async with a_hamlet(url, folder, "2026-10-01 08:00", month_reports=True) as hamlet:
            await lived(hamlet, seed, seen)
    # The histories went through every rule of what people do and every family, true and no longer true.
    for is_so in (True, False):
        rules = {rule for rule, alone in seen if alone is is_so}
        assert rules >= AT_ONCE
        assert {FAMILY_OF[rule].rules for rule in rules} == {family.rules for family in FAMILIES}


def test_nobody_asks_a_family_for_its_truth_but_the_one_place_that_answers() -> None:
    asked = re.compile(r"\.is_true\(|import is_true|is_true,")
    found = {
        path.relative_to(BOT).as_posix(): line.strip()
        for path in BOT.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if asked.search(line) and "rules.every import" not in line and path.name != "every.py"
    }
    assert {path: line for path, line in found.items() if "FAMILY" not in line and "Family(" not in line} == {}


def test_every_rule_stands_in_exactly_one_family() -> None:
    found = Counter(rule for family in FAMILIES for rule in family.rules)
    assert found == Counter(list(Rule))


def test_what_goes_at_once_has_a_message_of_its_own_and_nothing_else_has() -> None:
    assert {rule for rule in Rule if FAMILY_OF[rule].single is not None} == AT_ONCE
