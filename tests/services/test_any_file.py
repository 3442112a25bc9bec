"""Random histories, then a random file: it is refused and changes nothing, or it is taken and nothing past changes."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.errors import TienDoError
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.words import alike
from bot.domain.work.lifecycle import fold
from bot.i18n import translator
from bot.plans.schema import PlanFile, RowPart
from bot.services.plan.load_plan import load
from bot.services.plan.open_plan import plan_status, put_in_use
from bot.services.plan.plan_differences import FileRefused
from bot.services.plan.set_limit import set_limit
from bot.services.plan.set_opening import Stated, set_opening
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.requests.change_work import close_row, hand_over
from bot.services.rows.export_plan import export
from bot.services.units.edit_groups import set_member
from bot.services.units.follow_groups import Reasons
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records import audit, events, plans
from tests.services.communes import Commune, a_desk, key, member
from tests.services.files import FRONT, GROUP, OFFICE, POLICE, SCHOOLS, small_plan, task, with_place, without

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
EACH = 8
REFUSALS = {
    "other_plan_of_year",
    "code_of_other_text",
    "code_of_added_task",
    "lead_by_file",
    "limit_by_file",
    "head_by_file",
}
LEADS = (OFFICE, POLICE, FRONT, GROUP)
Chance = Random


class Town:
    """One commune whose plan has been loaded, with people who do this and that; every instant is remembered."""

    def __init__(self, chance: Chance, commune: Commune, slug: str) -> None:
        self.chance = chance
        self.commune = commune
        self.slug = slug
        self.now = START
        self.instants = [START]
        self.officers: dict[int, Visitor] = {}

    async def live(self, deeds: int, *, in_use: bool) -> None:
        """Some openings, perhaps the first day of use, and what comes after it."""
        for _ in range(self.chance.randrange(4)):
            await self.do(self.open)
        if in_use:
            status = await plan_status(self.commune.desk, self.commune.office, now=self.now)
            await put_in_use(self.commune.desk, self.commune.office, plan_id=status.plan.id, now=self.now)
            for _ in range(deeds):
                await self.do(self.chance.choice([self.report, self.report, self.limit, self.hand_on, self.close]))
        if self.chance.random() < 0.5:
            await self.do(self.group)

    async def do(self, deed: Callable[[], Any]) -> None:
        """One deed a few days after the last; what cannot be done then is not done."""
        self.now += timedelta(hours=self.chance.randrange(5, 24 * 9))
        with suppress(TienDoError):
            await deed()
        self.instants += [self.now, self.now + timedelta(minutes=1)]

    async def _lead(self) -> Any:
        return self.chance.choice(await self.commune.leads(now=self.now))

    async def open(self) -> None:
        lead = await self._lead()
        stated = Stated(Decimal(self.chance.randrange(90)))
        if lead.terms.target is not None:
            stated = Stated(value=Decimal(self.chance.randrange(1, 40)))
        desk, office = self.commune.desk, self.commune.office
        await set_opening(desk, office, row_id=lead.row.id, stated=stated, now=self.now, key=key())

    async def report(self) -> None:
        lead = await self._lead()
        unit = lead.standing.unit_id
        if unit not in self.officers:
            self.officers[unit] = await member(self.commune.desk, self.commune.id, Role.OFFICER, unit, "Nguyễn Văn An")
        amount: dict[str, Any] = {"percent": Decimal(self.chance.randrange(99))}
        if lead.terms.target is not None:
            amount = {"value": Decimal(self.chance.randrange(1, 49))}
        await report(
            self.commune.desk,
            self.officers[unit],
            assignment_id=lead.assignment.id,
            said=SaidProgress(**amount, note="đã làm", reason="nhầm"),
            now=self.now,
            key=key(),
        )

    async def limit(self) -> None:
        day = date(2026, self.chance.randrange(6, 13), 20)
        row = (await self._lead()).row
        desk, office = self.commune.desk, self.commune.office
        await set_limit(desk, office, row_id=row.id, due_on=day, reason="Công văn 1", now=self.now, key=key())

    async def hand_on(self) -> None:
        lead = await self._lead()
        unit = await self.commune.unit(self.chance.choice((OFFICE, POLICE, FRONT, *SCHOOLS)))
        await hand_over(
            self.commune.desk,
            self.commune.office,
            assignment_id=lead.assignment.id,
            unit_id=unit.id,
            reason="theo chức năng",
            now=self.now,
            key=key(),
        )

    async def close(self) -> None:
        row = (await self._lead()).row
        await close_row(
            self.commune.desk, self.commune.office, row_id=row.id, reason="tỉnh rút", now=self.now, key=key()
        )

    async def group(self) -> None:
        await set_member(
            self.commune.desk,
            self.commune.office,
            group_id=await self.commune.group_id(GROUP),
            unit_id=(await self.commune.unit(self.chance.choice((FRONT, *SCHOOLS)))).id,
            member=self.chance.random() < 0.5,
            reasons=Reasons("Ra", "Vào"),
            now=self.now,
            key=key(),
        )

    async def past(self) -> list[Any]:
        """What the export says of every instant so far."""
        later = self.now + timedelta(days=1)
        return [await export(self.commune.desk, self.slug, at, later) for at in self.instants]

    async def spoken_of(self) -> dict[int, tuple[str, str]]:
        """The code and the text of the row that each event is about."""
        asked = select(t.events.c.id, t.rows.c.code, t.rows.c.name, t.rows.c.parent, t.rows.c.output).select_from(
            t.events.join(t.assignments, t.assignments.c.id == t.events.c.assignment_id).join(
                t.rows, t.rows.c.id == t.assignments.c.row_id
            )
        )
        async with self.commune.desk.db.read() as conn:
            return {found[0]: (found[1], alike(" | ".join(map(str, found[2:])))) for found in await conn.execute(asked)}


async def everything(db: Database) -> dict[str, list[str]]:
    async with db.read() as conn:
        return {table.name: sorted(map(repr, await conn.execute(select(table)))) for table in t.metadata.sorted_tables}


# --- what is done to a file


def _edited(file: PlanFile, chance: Chance, change: Callable[[RowPart], dict[str, Any]]) -> PlanFile:
    row = chance.choice(file.rows)
    rows = tuple(each.model_copy(update=change(each)) if each is row else each for each in file.rows)
    return file.model_copy(update={"rows": rows})


def _inserted(file: PlanFile, chance: Chance) -> PlanFile:
    tasks = [row for row in file.rows if row.kind == "task"]
    place = chance.randrange(len(tasks) + 1)
    fresh = RowPart.model_validate(task("NV99", "Việc mới", chance.choice(LEADS), "Quý IV/2026"))
    tasks.insert(place, fresh)
    coded = [row.model_copy(update={"code": f"NV{n:02d}"}) for n, row in enumerate(tasks, start=1)]
    return file.model_copy(update={"rows": (*(row for row in file.rows if row.kind != "task"), *coded)})


def _shuffled(file: PlanFile, chance: Chance) -> PlanFile:
    return file.model_copy(update={"rows": tuple(chance.sample(file.rows, len(file.rows)))})


def _respelled(row: RowPart, chance: Chance) -> dict[str, Any]:
    ways: tuple[Callable[[str], str], ...] = (
        str.upper,
        lambda text: text.replace(" ", "  "),
        lambda text: unicodedata.normalize("NFD", text),
    )
    return {"name": chance.choice(ways)(row.name)}


def _limited(row: RowPart, chance: Chance) -> dict[str, Any]:
    return {} if row.kind == "indicator" else {"deadline": chance.choice(["31/10/2026", "Quý II/2026", "Thường xuyên"])}


def _led(row: RowPart, chance: Chance) -> dict[str, Any]:
    return {"tracker" if row.kind == "indicator" else "lead": chance.choice(LEADS[:3])}


def _left_out(file: PlanFile, chance: Chance) -> PlanFile:
    gone = chance.choice(file.rows)
    return file.model_copy(update={"rows": tuple(row for row in file.rows if row is not gone)})


Edit = Callable[[PlanFile, Chance], PlanFile]
EDITS: tuple[Edit, ...] = (
    lambda file, chance: file,
    lambda file, chance: without(file, chance.choice(file.rows).code),
    _left_out,
    _inserted,
    _shuffled,
    lambda file, chance: _edited(file, chance, lambda row: {"name": f"{row.name} (sửa)"}),
    lambda file, chance: _edited(file, chance, lambda row: _respelled(row, chance)),
    lambda file, chance: _edited(file, chance, lambda row: _respelled(row, chance)),
    lambda file, chance: _edited(file, chance, lambda row: _limited(row, chance)),
    lambda file, chance: _edited(file, chance, lambda row: _led(row, chance)),
    lambda file, chance: _edited(file, chance, lambda row: {"note": "xem lại"}),
    lambda file, chance: file.model_copy(
        update={
            "plan": file.plan.model_copy(update={"number": chance.choice(["/KH-UBND", "9 / KH-UBND", "8/KH-UBND"])})
        }
    ),
)


def edited(file: PlanFile, chance: Chance) -> PlanFile:
    for edit in chance.choices(EDITS, k=chance.randrange(1, 4)):
        file = edit(file, chance)
    return file


# --- what should become of it


def _plain(row: RowPart, parts: Iterable[str]) -> list[object]:
    found = row.model_dump(include=set(parts))
    return [alike(value) if isinstance(value, str) else value for _, value in sorted(found.items())]


def should_be_refused(before: PlanFile, after: PlanFile, said: set[str], *, in_use: bool) -> bool:
    """The rule said once more, in another way than the program says it."""
    if after.plan.number == "8/KH-UBND":
        return True
    work = ("name", "parent", "output", "kpi", "target", "lead", "doer")
    all_parts = set(RowPart.model_fields) - {"code", "teams"}
    known = {row.code: row for row in before.rows}
    for row in after.rows:
        if row.code not in known:
            continue
        parts: Iterable[str] = all_parts if in_use else work if row.code in said else ()
        if row.code in said and row.kind == "indicator":
            parts = {*parts, "tracker"}
        if _plain(known[row.code], parts) != _plain(row, parts):
            return True
    return False


async def _is_sound(commune: Commune) -> None:
    """What the tables hold is the fold of the events, and the chain holds."""
    book = await commune.book()
    assert book.plan is not None
    async with commune.desk.db.read() as conn:
        assert await audit.verify(conn, commune.id) is None
        happened = await events.events_of_plan(conn, book.plan.id)
        for assignment, _ in await events.standings(conn, book.plan.id):
            stored = await events.standing(conn, assignment.id)
            terms = book.terms[assignment.row_id]
            folded = fold(terms, assignment.first_unit_id, happened.get(assignment.id, ()))
            assert stored is not None
            assert (stored[1].percent, stored[1].due_on, stored[1].unit_id, stored[1].state) == (
                folded.percent,
                folded.due_on,
                folded.unit_id,
                folded.state,
            )


async def settled(db: Database, folder: Path, chance: Chance, slug: str) -> Town:
    desk = a_desk(db, folder)
    file = with_place(small_plan(), slug=slug, name=slug.replace("-", " "))
    loaded = await load(desk, file, now=START)
    async with desk.db.read() as conn:
        unit = (await plans.locality(conn, loaded.locality_id)).standing_office_id
    assert unit is not None
    office = await member(desk, loaded.locality_id, Role.OFFICE, unit, "Đỗ Thị Hà")
    return Town(chance, Commune(desk, loaded.locality_id, office), slug)


async def comes_again(db: Database, folder: Path, seed: int) -> tuple[str, bool]:
    """What became of one file after one history: the key of its refusal, or "taken", and whether in use."""
    chance = Chance(seed)
    slug, in_use = f"xa-{seed}", chance.random() < 0.65
    town = await settled(db, folder, chance, slug)
    await town.live(chance.randrange(10), in_use=in_use)
    before = with_place(small_plan(), slug=slug, name=slug.replace("-", " "))
    file = edited(before, chance)
    spoken_of, all_of_it = await town.spoken_of(), await everything(db)
    past = await town.past()
    async with db.read() as conn:
        codes = select(t.rows.c.code).join(t.assignments).join(t.events).where(t.rows.c.locality_id == town.commune.id)
        said = set((await conn.scalars(codes)).all())
    try:
        await load(town.commune.desk, file, now=town.now + timedelta(hours=3))
        became = "taken"
    except FileRefused as refused:
        became = refused.key
        _is_told(refused)
        assert await everything(db) == all_of_it
    assert (became != "taken") is should_be_refused(before, file, said, in_use=in_use), (seed, became)
    assert await town.spoken_of() == spoken_of
    if in_use:
        assert await town.past() == past
    await _is_sound(town.commune)
    return became, in_use


def _is_told(refused: FileRefused) -> None:
    """In one line, in every language, what is refused and both texts."""
    for language in ("vi", "en"):
        told = translator(language)(f"error.{refused.key}", **refused.figures)
        named = [name for name in ("code", "old", "new", "number", "old_number") if name in refused.figures]
        assert "\n" not in told and named
        if refused.key != "head_by_file":
            assert all(str(refused.figures[name]) in told for name in named)
    assert refused.key in REFUSALS


@pytest.mark.parametrize("first", range(0, 40, EACH))
async def test_whatever_file_comes_again(sqlite_url: str, tmp_path: Path, first: int) -> None:
    db = await Database.open(sqlite_url, durable=False)
    outcomes = Counter([await comes_again(db, tmp_path, first + n) for n in range(EACH)])
    await db.close()
    assert outcomes.total() == EACH


async def test_whatever_file_comes_again_on_the_other_engine(postgresql_database: Database, tmp_path: Path) -> None:
    outcomes = [await comes_again(postgresql_database, tmp_path, seed) for seed in range(1000, 1000 + EACH)]
    assert {became == "taken" for became, _ in outcomes} == {True, False}
