"""Whom a printed cell names (docs/rules/plans.md)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.plans.names import Directory, Resolution


@dataclass(frozen=True)
class Spelled:
    """A name with its aliases."""

    name: str
    aliases: tuple[str, ...] = ()


CULTURE = Spelled("Phòng Văn hóa - Xã hội", ("Phòng VHXH", "VH-XH"))
COUNCIL = Spelled("Văn phòng HĐND và UBND phường", ("VP HĐND",))
BUILDING = Spelled("Phòng Kinh tế, Hạ tầng và Đô thị", ("Phòng KT,HT &ĐT", "Phòng Kinh tế"))
POLICE = Spelled("Công an phường")
HEALTH = Spelled("Trạm Y tế")
ALL = Spelled("Các cơ quan, đơn vị", ("Cơ quan, đơn vị",))
ALL_CONCERNED = Spelled("Các đơn vị liên quan")
DIRECTORY = Directory([CULTURE, COUNCIL, BUILDING, POLICE, HEALTH], [ALL, ALL_CONCERNED])


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("Phòng Văn hóa – Xã hội", [CULTURE]),
        ("phong van hoa xa hoi phuong", [CULTURE]),
        ("PHÒNG VHXH.", [CULTURE]),
        ("Công an", [POLICE]),
        ("Công an Phường", [POLICE]),
        ("Trạm Y tế phường", [HEALTH]),
        ("Văn phòng HĐND&UBND", [COUNCIL]),
        ("Phòng Kinh tế Hạ tầng, Đô thị", [BUILDING]),
        ("Công an phường, Văn phòng HĐND và UBND", [POLICE, COUNCIL]),
        ("Công an và Trạm Y tế", [POLICE, HEALTH]),
        ("Phòng KT,HT &ĐT, Phòng VHXH", [BUILDING, CULTURE]),
        ("Phòng VHXH; Phòng Kinh tế, Hạ tầng và Đô thị\nCông an", [CULTURE, BUILDING, POLICE]),
        ("Phòng VHXH, VH-XH, phòng vhxh", [CULTURE]),
        ("Phòng Văn hóa – Xã hội Phòng Kinh tế, Hạ tầng và Đô thị; VP HĐND", [CULTURE, BUILDING, COUNCIL]),
    ],
)
def test_a_cell_names_its_units_once_and_in_order(cell: str, units: list[Spelled]) -> None:
    assert DIRECTORY.resolve(cell) == Resolution(units=tuple(dict.fromkeys(unit.name for unit in units)))


def test_a_group_with_commas_in_its_name_is_found_whole_and_inside_a_list() -> None:
    assert DIRECTORY.resolve("Các cơ quan, đơn vị") == Resolution(groups=(ALL.name,))
    both = Resolution(units=(POLICE.name,), groups=(ALL_CONCERNED.name,))
    assert DIRECTORY.resolve("Công an phường, các đơn vị liên quan") == both
    assert DIRECTORY.resolve("Công an, cơ quan, đơn vị").groups == (ALL.name,)


def test_what_names_nobody_is_given_back_as_printed() -> None:
    named = DIRECTORY.resolve("Công an; Hội Nông dân, Trạm Y tế")
    assert named == Resolution(units=(POLICE.name, HEALTH.name), unknown=("Hội Nông dân",))
    assert DIRECTORY.resolve("Sở Nội vụ").only_unit is None


def test_an_empty_cell_names_nobody() -> None:
    assert DIRECTORY.resolve(" ; – ,") == Resolution()


def test_only_unit_is_said_of_exactly_one_unit() -> None:
    assert DIRECTORY.resolve("Công an").only_unit == POLICE.name
    assert DIRECTORY.resolve("Công an, Trạm Y tế").only_unit is None
    assert DIRECTORY.resolve("Công an; Các cơ quan, đơn vị").only_unit is None


def test_a_spelling_of_two_units_names_neither_and_is_listed() -> None:
    directory = Directory([Spelled("Văn phòng Đảng ủy", ("VP",)), Spelled("Văn phòng HĐND", ("VP.",)), POLICE])
    assert directory.ambiguous == (("vp", ("Văn phòng HĐND", "Văn phòng Đảng ủy")),)
    assert directory.resolve("VP, Công an") == Resolution(units=(POLICE.name,), unknown=("VP",))


def test_a_name_counts_before_an_alias_and_before_a_dropped_suffix() -> None:
    directory = Directory([Spelled("Đảng ủy", ()), Spelled("Văn phòng Đảng ủy", ("Đảng ủy phường",))])
    assert directory.resolve("Đảng ủy").units == ("Đảng ủy",)
    assert directory.resolve("Đảng ủy phường").units == ("Văn phòng Đảng ủy",)
    assert directory.resolve("Đảng ủy xã") == Resolution(unknown=("Đảng ủy xã",))
