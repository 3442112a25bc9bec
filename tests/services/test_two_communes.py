"""Two communes of one name: each keeps its plan, its slug and its people, on both engines and in whatever order."""

from __future__ import annotations

import asyncio
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.errors import BadInput
from bot.plans.schema import PlanFile
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import LoadReport, load
from bot.services.rows.export_plan import export
from bot.storage.engine.database import Database
from bot.storage.records import audit, plans
from tests.services.communes import a_desk, plan_file
from tests.services.files import small_plan, with_head, with_place

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
DEEP = "Đồng Nai"


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk on an empty database, once on each engine."""
    return a_desk(database, tmp_path)


async def names(desk: Desk) -> dict[str, str]:
    async with desk.db.read() as conn:
        return {each.slug: f"{each.kind} {each.name}, {each.province}" for each in await plans.localities(conn)}


async def named(desk: Desk, slug: str) -> list[str]:
    return [row["name"] for row in (await export(desk, slug, None, NOW))["rows"]]


async def test_the_shipped_binh_thanh_and_phuong_binh_thanh_are_two(desk: Desk) -> None:
    first = await load(desk, plan_file("binh-thanh"), now=NOW, in_use=True)
    before = await export(desk, "binh-thanh", None, NOW)
    file = with_place(
        small_plan(), slug="binh-thanh", name="Bình Thạnh", kind="phường", province="Thành phố Hồ Chí Minh"
    )
    second = await load(desk, file, now=NOW, in_use=True)
    assert first.locality_id != second.locality_id
    assert second.slug == "binh-thanh-thanh-pho-ho-chi-minh"
    assert second.owner is not None and second.owner.name == "Bình Thành"
    assert await export(desk, "binh-thanh", None, NOW) == before
    assert await named(desk, second.slug) == [row.name for row in file.rows]
    # Each file finds its own again, by whatever slug it asks.
    for again, slug in ((file, second.slug), (plan_file("binh-thanh"), "binh-thanh")):
        report = await load(desk, again, now=NOW)
        assert (report.slug, report.added, report.changed) == (slug, (), ())


async def test_two_in_one_province_get_a_number_and_a_third_is_refused_naming_both(desk: Desk) -> None:
    communes = [("xã", "Tân Thành"), ("xã", "Tân Thạnh"), ("phường", "Tân Thành"), ("phường", "Tân Thanh")]
    files = [with_place(small_plan(), slug="tan-thanh", name=name, kind=kind, province=DEEP) for kind, name in communes]
    reports = [await load(desk, file, now=NOW) for file in files[:3]]
    assert [report.slug for report in reports] == ["tan-thanh", "tan-thanh-dong-nai", "tan-thanh-dong-nai-2"]
    before = await names(desk)
    with pytest.raises(BadInput) as refused:
        await load(desk, files[3], now=NOW)
    assert refused.value.key == "slug_taken"
    assert refused.value.figures["mine"] == "phường Tân Thanh, Đồng Nai"
    assert refused.value.figures["theirs"] == "phường Tân Thành, Đồng Nai"
    assert await names(desk) == before
    # A slug of its own is always taken.
    own = await load(desk, with_place(files[3], slug="phuong-tan-thanh"), now=NOW)
    assert (own.slug, own.owner) == ("phuong-tan-thanh", None)


async def test_a_name_of_forty_signs_leaves_no_room_for_a_province(desk: Desk) -> None:
    long = "A" * 39 + "e"
    one = await load(desk, with_place(small_plan(), slug=long.lower(), name=long), now=NOW)
    two = await load(desk, with_place(small_plan(), slug=long.lower(), name=long[:-1] + "ê"), now=NOW)
    assert (one.slug, two.slug) == (long.lower(), "a" * 38 + "-2")
    with pytest.raises(BadInput) as refused:
        await load(desk, with_place(small_plan(), slug=long.lower(), name=long[:-1] + "ề"), now=NOW)
    assert refused.value.key == "slug_taken" and long in str(refused.value.figures["theirs"]).replace("ê", "e")


async def test_a_name_composed_otherwise_or_in_capitals_is_the_same_commune(desk: Desk) -> None:
    file = plan_file("phuoc-binh")
    first = await load(desk, file, now=NOW)
    for name in (unicodedata.normalize("NFD", file.locality.name), file.locality.name.upper()):
        raw = file.model_copy(update={"locality": file.locality.model_copy(update={"name": name})})
        again = await load(desk, raw, now=NOW)
        assert again.locality_id == first.locality_id
        assert (again.added, again.changed) == ((), ())
    assert len(await names(desk)) == 1
    # Capitals follow the newest file until the plan is in use; then documents have them.
    assert "PHƯỚC BÌNH" in (await names(desk))["phuoc-binh"]
    await load(desk, file, now=NOW, in_use=True)
    before = await export(desk, "phuoc-binh", None, NOW)
    await load(desk, with_place(file, name=file.locality.name.upper()), now=NOW)
    assert await export(desk, "phuoc-binh", None, NOW) == before


@pytest.mark.parametrize(("first", "again"), [("Hòa Thủy", "Hoà Thuỷ"), ("Hoà Thuỷ", "HÒA THỦY")])
async def test_where_a_tone_stands_in_its_word_makes_no_other_commune(desk: Desk, first: str, again: str) -> None:
    one = await load(desk, with_place(small_plan(), name=first, slug="hoa-thuy"), now=NOW, in_use=True)
    following = with_head(with_place(small_plan(), name=again, slug="hoa-thuy"), year=2027, number="3/KH-UBND")
    two = await load(desk, following, now=NOW)
    assert (two.locality_id, two.slug, two.owner) == (one.locality_id, "hoa-thuy", None)
    other = await load(desk, with_place(small_plan(), name="Hóa Thụy", slug="hoa-thuy"), now=NOW)
    assert other.locality_id != one.locality_id


@pytest.mark.parametrize(
    ("name", "province"), [("Xã Hoà Bình", DEEP), ("Hòa Bình", "Tỉnh Đồng Nai"), ("xã Hòa Bình", "tỉnh Đồng Nai")]
)
async def test_what_stands_before_a_name_makes_no_other_commune(desk: Desk, name: str, province: str) -> None:
    one = await load(desk, small_plan(), now=NOW, in_use=True)
    file = with_place(small_plan(), name=name, province=province, slug="xa-hoa-binh")
    two = await load(desk, with_head(file, year=2027, number="3/KH-UBND"), now=NOW)
    assert (two.locality_id, two.slug) == (one.locality_id, "hoa-binh")


async def test_a_file_that_asks_for_another_slug_finds_its_commune_under_the_one_it_has(desk: Desk) -> None:
    first = await load(desk, small_plan(), now=NOW)
    again = await load(desk, with_place(small_plan(), slug="xa-hoa-binh"), now=NOW)
    assert (again.locality_id, again.slug, again.owner) == (first.locality_id, "hoa-binh", None)


async def test_next_years_plan_of_the_second_commune_finds_it(desk: Desk) -> None:
    await load(desk, plan_file("binh-thanh"), now=NOW)
    file = with_place(small_plan(), slug="binh-thanh", name="Bình Thạnh", kind="phường", province=DEEP)
    second = await load(desk, file, now=NOW)
    following = await load(desk, with_head(file, year=2027, number="3/KH-UBND"), now=NOW)
    assert following.locality_id == second.locality_id and following.plan.year == 2027
    async with desk.db.read() as conn:
        assert [plan.year for plan in await plans.plans_of(conn, second.locality_id)] == [2027, 2026]


async def _at_once(url: str, folder: Path, files: list[PlanFile]) -> list[LoadReport | BaseException]:
    """Every file loaded by a process of its own, as far as the database can tell."""
    opened = [await Database.open(url) for _ in files]
    try:
        loading = [load(a_desk(db, folder), file, now=NOW) for db, file in zip(opened, files, strict=True)]
        return await asyncio.gather(*loading, return_exceptions=True)
    finally:
        for db in opened:
            await db.close()


@pytest.mark.parametrize("years", [(2026, 2026), (2026, 2029)])
async def test_two_who_want_one_slug_at_once_both_get_one(
    database_url: str, tmp_path: Path, years: tuple[int, int]
) -> None:
    wanted = [("xã", "Tân Thành", years[0]), ("xã", "Tân Thạnh", years[1])]
    files = [
        with_head(with_place(small_plan(), slug="tan-thanh", name=name, kind=kind, province=DEEP), year=year)
        for kind, name, year in wanted
    ]
    found = await _at_once(database_url, tmp_path, files)
    assert sorted(each.slug for each in found if isinstance(each, LoadReport)) == ["tan-thanh", "tan-thanh-dong-nai"]
    db = await Database.open(database_url)
    desk = a_desk(db, tmp_path)
    for report, file in zip(found, files, strict=True):
        assert isinstance(report, LoadReport) and report.plan.year == file.plan.year
        async with db.read() as conn:
            place = await plans.locality(conn, report.locality_id)
            assert (place.slug, place.name) == (report.slug, file.locality.name)
            assert await audit.verify(conn, place.id) is None
        assert await named(desk, report.slug) == [row.name for row in file.rows]
    await db.close()


async def test_one_file_loaded_twice_at_once_is_loaded_once(database_url: str, tmp_path: Path) -> None:
    slugs = ("hoa-binh", "xa-hoa-binh")
    found = await _at_once(database_url, tmp_path, [with_place(small_plan(), slug=slug) for slug in slugs])
    reports = [each for each in found if isinstance(each, LoadReport)]
    assert len(reports) == 2 and len({each.locality_id for each in reports}) == 1
    assert sorted(len(each.added) for each in reports) == [0, 9]


async def test_two_versions_of_a_new_plan_at_once_one_comes_after_the_other(database_url: str, tmp_path: Path) -> None:
    other = with_head(small_plan(), number="90/KH-UBND")
    found = await _at_once(database_url, tmp_path, [small_plan(), other])
    refused = [each for each in found if isinstance(each, BadInput)]
    assert [each.key for each in refused] == ["other_plan_of_year"]
