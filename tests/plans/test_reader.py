"""Mistakes of a plan file are named with their row, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.errors import BadInput
from bot.plans.loaded import LoadedPlan
from bot.plans.problems import PlanFileError
from bot.plans.reader import read_plan, read_yaml
from bot.plans.schema import PlanFile

SEED = Path(__file__).parents[2] / "seeds" / "binh-thanh.yaml"


def content() -> dict[str, Any]:
    """The smallest of the five plans, to be spoiled."""
    loaded: dict[str, Any] = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    return loaded


def task_of(plan: dict[str, Any], number: int) -> dict[str, Any]:
    """The nth task of a plan."""
    rows: list[dict[str, Any]] = [row for row in plan["rows"] if row["kind"] == "task"]
    return rows[number - 1]


def read(plan: dict[str, Any]) -> LoadedPlan:
    """The plan as loaded."""
    return read_plan(PlanFile.model_validate(plan))


def mistakes(plan: dict[str, Any]) -> set[tuple[str, str]]:
    """Where and which mistakes are found."""
    with pytest.raises(PlanFileError) as raised:
        read(plan)
    return {(problem.where, problem.key) for problem in raised.value.problems}


def test_a_mistake_of_shape_names_row_and_field(tmp_path: Path) -> None:
    plan = content()
    del task_of(plan, 2)["name"]
    plan["rows"][0]["target"]["values"] = "nhiều"
    plan["units"][0]["phone"] = "0"
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    with pytest.raises(PlanFileError) as raised:
        read_yaml(path)
    assert {(problem.where, problem.key) for problem in raised.value.problems} == {
        ("NV02 · name", "field_missing"),
        ("CT01 · target · values", "field_invalid"),
        ("units · Phòng Văn hóa - Xã hội · phone", "field_unknown"),
    }
    assert raised.value.key == "plan_file_invalid"
    assert raised.value.figures["count"] == 3


@pytest.mark.parametrize(
    ("text", "key"), [(b"a: [1", "plan_file_unreadable"), (b"\xff\xfe\x00x", "plan_file_unreadable")]
)
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, text: bytes, key: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(text)
    with pytest.raises(BadInput) as raised:
        read_yaml(path)
    assert raised.value.key == key


def test_a_missing_or_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as raised:
        read_yaml(tmp_path / "none.yaml")
    assert raised.value.key == "plan_file_missing"
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    with pytest.raises(PlanFileError):
        read_yaml(tmp_path / "empty.yaml")


def test_all_mistakes_of_meaning_are_found_at_once() -> None:
    plan = content()
    task_of(plan, 1)["lead"] = "Phòng Văn hóa - Xã hội; Sở Nội vụ"
    task_of(plan, 3)["lead"] = "Hội Nông dân"
    task_of(plan, 4)["code"] = "NV05"
    plan["rows"][0]["target"]["values"] = [0]
    plan["rows"][1]["tracker"] = "Hội Phụ nữ"
    plan["rows"][2]["target"] = None
    plan["groups"][0]["members"] = [*plan["groups"][0]["members"], "Trường Tiểu học"]
    plan["units"][1]["aliases"] = [*plan["units"][1]["aliases"], "VHXH"]
    plan["standing_office"] = "Ban Chỉ đạo"
    assert mistakes(plan) == {
        ("NV01", "lead_unknown"),
        ("NV03", "lead_unknown"),
        ("NV05", "code_repeated"),
        ("CT01", "target_invalid"),
        ("CT02", "lead_unknown"),
        ("CT03", "target_missing"),
        (plan["groups"][0]["name"], "member_unknown"),
        ("Phòng Văn hóa - Xã hội", "alias_ambiguous"),
        ("standing_office", "unit_unknown"),
    }


@pytest.mark.parametrize(
    ("comparator", "values"),
    [
        ("between", [15]),
        ("between", [17, 15]),
        ("level", [7]),
        ("level", ["2.5"]),
        ("rank", ["0.5"]),
        ("at_least", [-1]),
    ],
)
def test_a_target_that_cannot_be_is_a_mistake(comparator: str, values: list[object]) -> None:
    plan = content()
    plan["rows"][0]["target"] |= {"comparator": comparator, "values": values}
    assert mistakes(plan) == {("CT01", "target_invalid")}


def test_an_empty_lead_group_gives_the_row_to_the_office_and_a_doubt() -> None:
    plan = content()
    plan["groups"].append({"name": "Các trường học", "members": []})
    task_of(plan, 1)["lead"] = "Các trường học"
    row = next(row for row in read(plan).rows if row.code == "NV01")
    assert row.leads == ("Phòng Văn hóa - Xã hội",)
    assert [doubt.key for doubt in row.doubts] == ["group_empty", "lead_by_default"]


def test_a_confirmed_group_leads_without_being_proposed() -> None:
    plan = content()
    plan["groups"][0]["proposed"] = False
    task_of(plan, 1)["lead"] = plan["groups"][0]["name"]
    row = next(row for row in read(plan).rows if row.code == "NV01")
    assert (len(row.leads), row.proposed_leads, row.doubts) == (4, (), ())


def test_an_unread_limit_and_an_unknown_coordinator_are_doubts_of_their_row() -> None:
    plan = content()
    task_of(plan, 1).update(deadline="sau Tết", coordinating="Công ty viễn thông X; Phòng Kinh tế")
    row = next(row for row in read(plan).rows if row.code == "NV01")
    assert [(doubt.code, doubt.key) for doubt in row.doubts] == [("NV01", "unit_unknown"), ("NV01", "limit_unread")]
    assert row.coordinators == (("Phòng Kinh tế", False),)


def test_a_setting_of_the_locality_makes_before_inclusive() -> None:
    plan = content() | {"before_is_inclusive": True}
    task_of(plan, 1)["deadline"] = "trước ngày 20/6/2026"
    row = next(row for row in read(plan).rows if row.code == "NV01")
    assert str(row.limit.due_on) == "2026-06-20"


def test_an_indicator_done_by_several_goes_to_its_tracker_and_else_to_the_office() -> None:
    plan = content()
    plan["rows"][3]["doer"] = "Phòng Kinh tế; Văn phòng HĐND và UBND xã"
    plan["rows"][4].update(doer="Phòng Kinh tế", tracker=None)
    plan["rows"][5].update(doer=plan["groups"][0]["name"], tracker=None)
    rows = read(plan).rows
    assert rows[3].leads == ("Trung tâm Phục vụ hành chính công",)
    assert rows[4].leads == ("Phòng Kinh tế",)
    assert rows[5].leads == ("Phòng Văn hóa - Xã hội",)
    assert rows[3].lead_as_printed == "Phòng Kinh tế; Văn phòng HĐND và UBND xã"
