"""Heads of plans and slugs: what was left blank, which numbers are one, which names are one."""

from __future__ import annotations

import unicodedata

import pytest

from bot.domain.plan.plan import identity_of
from bot.domain.plan.words import alike, other_accents
from bot.plans.heads import has_day, has_number, same_number
from bot.plans.reader import read_yaml
from bot.plans.schema import PlanFile
from bot.plans.slugs import LONGEST, slug_of, slugs
from tests.services.communes import SEEDS


@pytest.mark.parametrize(
    "printed", ["/KH-UBND", "-KH/BCĐ", "Số:      /KH-UBND", "…/2026/KH-UBND", "/2026/KH-UBND", "KH-UBND"]
)
def test_a_number_left_blank(printed: str) -> None:
    assert not has_number(printed)


@pytest.mark.parametrize("printed", ["09/KH-UBND", "Số: 9/KH-UBND", "01-KH/ĐU", "12/2026/KH-UBND"])
def test_a_number_filled_in(printed: str) -> None:
    assert has_number(printed)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("09/KH-UBND", "Số: 9 / KH–UBND", True),
        ("09/KH-UBND", "90/KH-UBND", False),
        ("01-KH/ĐU", "1-KH/ĐU", True),
        ("01-KH/ĐU", "01-KH/UBND", False),
    ],
)
def test_one_number_written_in_two_ways(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


def test_the_days_of_the_five_plans_that_were_left_blank() -> None:
    blank = {path.stem for path in SEEDS.glob("*.yaml") if not has_day(read_yaml(path).plan.issued_on_as_printed)}
    assert blank == {"ba-ngoi", "binh-loc", "binh-thanh"}
    unnumbered = {path.stem for path in SEEDS.glob("*.yaml") if not has_number(read_yaml(path).plan.number)}
    assert unnumbered == {"ba-ngoi", "binh-loc", "binh-thanh", "dong-phu"}


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_a_commune_is_known_however_its_name_is_composed_and_by_its_accents() -> None:
    one = identity_of("xã", "Bình Thành", "Thái Nguyên")
    assert identity_of("Xã", decomposed(" BÌNH  THÀNH "), "Thái\u00a0Nguyên") == one
    others = [
        ("phường", "Bình Thành", "Thái Nguyên"),
        ("xã", "Bình Thạnh", "Thái Nguyên"),
        ("xã", "Bình Thành", "Gia Lai"),
    ]
    assert len({one, *(identity_of(*other) for other in others)}) == 4


def test_invisible_signs_make_no_other_text() -> None:
    assert alike("Ban\u200b hành\u00ad\nkế hoạch\u200e ") == alike("BAN HÀNH kế hoạch")
    assert alike("Bình Thành") != alike("Bình Thạnh") != alike("Binh Thanh")


def test_slugs_fold_and_give_way_in_order() -> None:
    assert slug_of("Bình Thạnh") == slug_of(decomposed("BÌNH THÀNH")) == "binh-thanh"
    assert slugs("binh-thanh", "Thành phố Hồ Chí Minh") == (
        "binh-thanh",
        "binh-thanh-thanh-pho-ho-chi-minh",
        "binh-thanh-thanh-pho-ho-chi-minh-2",
    )


def test_slugs_are_never_longer_than_forty_signs_and_each_is_tried_once() -> None:
    long = "a" * 38
    assert slugs(long, "Hà Tĩnh") == (long, long + "-h", "a" * 38 + "-2")
    assert slugs("b" * LONGEST, "Huế") == ("b" * LONGEST, "b" * 38 + "-2")
    for wanted in ("x", "mot-ten-rat-dai-cua-mot-dia-ban-o-xa", long, "c" * 37):
        for slug in slugs(wanted, "Bà Rịa - Vũng Tàu"):
            PlanFile.model_validate(
                read_yaml(SEEDS / "binh-thanh.yaml").model_dump() | {"locality": _place(slug)}, strict=False
            )


def _place(slug: str) -> dict[str, str]:
    return {"slug": slug, "name": "A", "kind": "xã", "province": "B"}


def test_a_file_with_decomposed_letters_reads_like_a_composed_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("nfd") / "plan.yaml"
    whole = SEEDS / "phuoc-binh.yaml"
    path.write_text(decomposed(whole.read_text("utf-8")), "utf-8")
    assert read_yaml(path) == read_yaml(whole)


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Thôn Tân Thành", "Thôn Tân Thạnh", True),
        ("Thôn Tân Thành", "Thôn Tân Thanh", True),
        ("Thôn Tân Thành", "thon tan thanh", False),
        ("Phòng Văn hóa - Xã hội", "PHÒNG VĂN HOÁ – XÃ HỘI", False),
        ("Phòng Văn hóa - Xã hội", "Phòng Văn hóa-Xã hội (VHXH", True),
        ("Phòng Văn hóa - Xã hội", "Phòng Văn hóa-Xã hội", False),
        ("Ủy ban", "Uỷ ban", False),
        ("Đội Dân phòng", "Đội Đân phòng", True),
        ("Thôn Tân Thành", unicodedata.normalize("NFD", "Thôn Tân Thành"), False),
    ],
)
def test_what_accents_tell_apart(one: str, other: str, differ: bool) -> None:
    assert other_accents(one, other) is other_accents(other, one) is differ
