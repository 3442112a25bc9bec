"""Localities, plans, the directory, rows and days: loaded twice, nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import NotFound
from bot.domain.plan.calendar import DayException, DayKind
from bot.domain.plan.duties import OnceRule, PeriodRule, ReportingRules
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import AlertRules, Grades, Unit, UnitKind
from bot.storage.engine.database import Database
from bot.storage.records import plans
from bot.storage.records.days import remove_day
from bot.storage.records.units import AliasTaken, GroupMember
from tests import at_rest

from .conftest import NOW, World, build_world, found_locality, row_of

RULES = ReportingRules(
    (PeriodRule(PeriodKind.MONTH, None, 19, "trước ngày 20"),),
    (PeriodRule(PeriodKind.YEAR),),
    (OnceRule("kế hoạch của đơn vị", date(2026, 4, 4), "trước ngày 05/4/2026"),),
)


async def test_loading_twice_changes_nothing(database: Database, world: World) -> None:
    async with database.read() as conn:
        before = await everything(conn, world)
    async with database.write() as conn:
        again = await build_world_pieces(conn)
    async with database.read() as conn:
        assert await everything(conn, world) == before
    assert again == (world.locality, world.units[0], world.row)


async def everything(conn: AsyncConnection, world: World) -> tuple[object, ...]:
    directory = await plans.units(conn, world.locality)
    return await plans.localities(conn), directory, await plans.rows(conn, world.plan)


async def build_world_pieces(conn: AsyncConnection) -> tuple[int, int, int]:
    locality = await found_locality(conn)
    unit = await plans.save_unit(conn, locality, "Phòng VH-XH", "division", [("Phòng VHXH", "phong vhxh")], 1)
    plan = await plans.plan_of(conn, locality)
    assert plan is not None
    return locality, unit, await plans.save_row(conn, row_of(plan.id, locality), folded="xay dung de an")


async def test_settings_of_the_office_outlive_a_second_loading(database: Database) -> None:
    async with database.write() as conn:
        locality = await found_locality(conn)
        await plans.set_settings(conn, locality, alert_rules=AlertRules(3, Decimal("0.25"), 5), reporting=RULES)
        await plans.set_settings(conn, locality, grades=Grades(95, 85, 75, 55), before_is_inclusive=True)
        assert await found_locality(conn) == locality
    async with database.read() as conn:
        found = await plans.locality(conn, locality)
        assert found == await plans.locality_by_slug(conn, "binh-loc")
        assert found.alert_rules == AlertRules(3, Decimal("0.25"), 5)
        assert (found.grades, found.before_is_inclusive) == (Grades(95, 85, 75, 55), True)
        assert await plans.reporting_rules(conn, locality) == RULES


async def test_an_unknown_locality_is_named(database: Database) -> None:
    async with database.write() as conn:
        assert await plans.locality_by_slug(conn, "none") is None
        for asking in (plans.locality, plans.locality_version, plans.reporting_rules, plans.set_settings):
            with pytest.raises(NotFound):
                await asking(conn, 9)


async def test_a_plan_comes_back_with_its_notes_and_day_of_use(database: Database, world: World) -> None:
    async with database.write() as conn:
        await plans.set_in_use(conn, world.plan, date(2026, 5, 1))
        await plans.set_standing_office(conn, world.locality, world.units[0])
    async with database.read() as conn:
        newest = await plans.plan_of(conn, world.locality)
        assert newest is not None
        assert newest == await plans.plan_of(conn, world.locality, 2026)
        assert (newest.in_use_on, newest.issued_on) == (date(2026, 5, 1), date(2026, 3, 1))
        assert await plans.plan_of(conn, world.locality, 2025) is None
        assert await plans.plan_notes(conn, world.plan) == "sau nhiệm vụ VI.2"
        assert (await plans.locality(conn, world.locality)).standing_office_id == world.units[0]


async def test_a_row_comes_back_as_it_was(database: Database, world: World) -> None:
    async with database.write() as conn:
        (found,) = await plans.rows(conn, world.plan)
        assert found == replace(row_of(world.plan, world.locality), id=world.row)
        assert await plans.folded_texts(conn, world.plan) == {world.row: "xay dung de an"}
        bare = replace(row_of(world.plan, world.locality, "CT01", 0), target=None, doubts=())
        second = await plans.save_row(conn, bare, folded="")
        assert [row.code for row in await plans.rows(conn, world.plan)] == ["CT01", "NV01"]
        await at_rest.remove_row(conn, second, NOW)
        assert [row.code for row in await plans.rows(conn, world.plan)] == ["NV01"]
        removed = await plans.row(conn, second)
        assert removed == replace(bare, id=second)
        assert await plans.row(conn, 99) is None


async def test_the_directory_is_kept_in_its_order(database: Database, world: World) -> None:
    first, second = world.units
    async with database.write() as conn:
        await plans.add_alias(conn, world.locality, second, "CA phường", "ca phuong")
        await plans.add_alias(conn, world.locality, second, "CA phường", "ca phuong")
        await plans.rename_unit(conn, first, "Phòng Văn hóa - Xã hội")
        assert await plans.units(conn, world.locality) == (
            Unit(first, world.locality, "Phòng Văn hóa - Xã hội", UnitKind.DIVISION, ("Phòng VHXH",)),
            Unit(second, world.locality, "Công an", UnitKind.POLICE, ("CA phường",)),
        )
        assert await plans.aliases(conn, world.locality) == {"phong vhxh": first, "ca phuong": second}
        await plans.remove_alias(conn, world.locality, "ca phuong")
        await plans.end_unit(conn, first, NOW)
        assert [unit.name for unit in await plans.units(conn, world.locality)] == ["Công an"]


async def test_a_spelling_belongs_to_one_unit(database: Database, world: World) -> None:
    async with database.write() as conn:
        with pytest.raises(AliasTaken) as caught:
            await plans.add_alias(conn, world.locality, world.units[1], "Phòng VHXH", "phong vhxh")
        other = await build_world(conn, "ba-ngoi", 701)
    assert caught.value.key == "alias_taken"
    assert other.units[0] != world.units[0]


async def test_the_members_of_a_group_are_proposed_then_confirmed(database: Database, world: World) -> None:
    async with database.write() as conn:
        group = await plans.save_group(conn, world.locality, "Các phòng, ban", ["Các phòng"])
        empty = await plans.save_group(conn, world.locality, "Các trường")
        assert await plans.save_group(conn, world.locality, "Các phòng, ban", ["Các phòng"]) == group
        await plans.set_group_members(conn, group, [(world.units[0], True), (world.units[1], False)])
        one, two = GroupMember(world.units[0], True), GroupMember(world.units[1], False)
        assert await plans.groups(conn, world.locality) == (
            plans.Group(group, "Các phòng, ban", ("Các phòng",), (one, two)),
            plans.Group(empty, "Các trường", (), ()),
        )
        await plans.confirm_group(conn, group)
        assert not any(member.proposed for member in (await plans.groups(conn, world.locality))[0].members)
        await plans.set_group_members(conn, group, [])
        assert (await plans.groups(conn, world.locality))[0].members == ()


async def test_a_locality_s_own_day_stands_over_the_country_s(database: Database, world: World) -> None:
    off = DayException(date(2026, 9, 2), DayKind.OFF, "Quốc khánh", "luật")
    moved = DayException(date(2026, 9, 2), DayKind.WORK, "trực", "công văn")
    fair = DayException(date(2026, 4, 1), DayKind.OFF, "hội làng", "công văn")
    async with database.write() as conn:
        for _ in range(2):
            await plans.save_day(conn, None, off)
            await plans.save_day(conn, world.locality, moved)
        await plans.save_day(conn, world.locality, fair)
        assert await plans.day_exceptions(conn, world.locality) == (fair, moved)
        await remove_day(conn, world.locality, off.day)
        assert await plans.day_exceptions(conn, world.locality) == (fair, off)
        await remove_day(conn, None, off.day)
        assert await plans.day_exceptions(conn, world.locality) == (fair,)


async def test_the_version_grows(database: Database, world: World) -> None:
    async with database.write() as conn:
        assert await plans.bump_version(conn, world.locality) == 2
        assert await plans.locality_version(conn, world.locality) == 2


async def test_a_locality_is_known_by_kind_name_and_province_and_keeps_its_slug(database: Database) -> None:
    async with database.write() as conn:
        one = await plans.save_locality(conn, slug="binh-thanh", name="Bình Thành", kind="xã", province="Thái Nguyên")
        again = {"name": "BÌNH THÀNH", "kind": "xã", "province": "Thái Nguyên"}
        assert await plans.save_locality(conn, slug="another", **again) == one
        with pytest.raises(plans.SlugTaken):
            await plans.save_locality(conn, slug="binh-thanh", name="Bình Thạnh", kind="xã", province="Thái Nguyên")
        # What was refused breaks nothing: the transaction goes on.
        two = await plans.save_locality(conn, slug="binh-thanh-2", name="Bình Thạnh", kind="xã", province="Thái Nguyên")
        found = {place.id: (place.slug, place.name) for place in await plans.localities(conn)}
    assert found == {one: ("binh-thanh", "Bình Thành"), two: ("binh-thanh-2", "Bình Thạnh")}
