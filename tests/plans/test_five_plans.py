"""The five published plans, read: counts, limits, leads, and rows checked by hand against the printed text."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.domain.plan.duties import PeriodRule
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import RowKind
from bot.plans.loaded import LoadedPlan, LoadedRow
from bot.plans.names import Directory
from bot.plans.reader import read_plan, read_yaml

SEEDS = Path(__file__).parents[2] / "seeds"
ISSUED = {
    "binh-loc": date(2026, 3, 1),
    "phuoc-binh": date(2026, 1, 15),
    "ba-ngoi": date(2026, 2, 1),
    "binh-thanh": date(2026, 3, 1),
    "dong-phu": date(2026, 3, 5),
}
COUNTS = {
    "binh-loc": (27, 37),
    "phuoc-binh": (32, 24),
    "ba-ngoi": (40, 12),
    "binh-thanh": (6, 10),
    "dong-phu": (22, 31),
}
LIMITS = {
    "binh-loc": {"quarter": 10, "year": 6, "external_bounded": 6, "continuous": 4, "milestones": 1},
    "phuoc-binh": {"continuous": 12, "external_bounded": 11, "year": 5, "quarter": 4},
    "ba-ngoi": {"month": 27, "external_open": 9, "continuous": 2, "date": 1, "before": 1},
    "binh-thanh": {"quarter": 5, "span": 1},
    "dong-phu": {"plan_year": 22},
}
SLUGS = pytest.mark.parametrize("slug", list(COUNTS))


@cache
def plan(slug: str) -> LoadedPlan:
    """One of the five plans."""
    return read_plan(read_yaml(SEEDS / f"{slug}.yaml"))


def row(slug: str, code: str) -> LoadedRow:
    """One row of one plan."""
    return next(row for row in plan(slug).rows if row.code == code)


@SLUGS
def test_a_plan_has_its_tasks_and_indicators(slug: str) -> None:
    kinds = Counter(row.kind for row in plan(slug).rows)
    assert (kinds[RowKind.TASK], kinds[RowKind.INDICATOR]) == COUNTS[slug]


def test_the_five_plans_hold_127_tasks_and_114_indicators() -> None:
    assert sum(tasks for tasks, _ in COUNTS.values()) == 127
    assert sum(indicators for _, indicators in COUNTS.values()) == 114


@SLUGS
def test_every_limit_is_read_and_of_the_kind_the_text_says(slug: str) -> None:
    tasks = [row for row in plan(slug).rows if row.kind is RowKind.TASK]
    assert Counter(row.limit.kind.value for row in tasks) == LIMITS[slug]
    indicators = [row for row in plan(slug).rows if row.kind is RowKind.INDICATOR]
    assert all((row.limit.kind, row.limit.due_on) == ("plan_year", date(2026, 12, 31)) for row in indicators)


@SLUGS
def test_every_cell_of_every_row_names_known_units_and_groups(slug: str) -> None:
    file = read_yaml(SEEDS / f"{slug}.yaml")
    directory = Directory(file.units, file.groups)
    assert directory.ambiguous == ()
    for printed in file.rows:
        for cell in (printed.lead, printed.doer, printed.tracker, printed.coordinating):
            assert not directory.resolve(cell or "").unknown, (printed.code, cell)


@SLUGS
def test_every_row_has_a_lead_and_every_indicator_exactly_one(slug: str) -> None:
    names = {unit.name for unit in plan(slug).units}
    for loaded in plan(slug).rows:
        assert loaded.leads, loaded.code
        assert len(loaded.leads) == 1 or loaded.kind is RowKind.TASK
        assert set(loaded.leads) | {unit for unit, _ in loaded.coordinators} | set(loaded.trackers) <= names
        assert not set(loaded.leads) & {unit for unit, _ in loaded.coordinators}
        assert set(loaded.proposed_leads) <= set(loaded.leads)


@SLUGS
def test_no_roadmap_starts_before_the_plan(slug: str) -> None:
    assert plan(slug).plan.issued_on == ISSUED[slug]
    assert all(r.limit.starts_on is None or r.limit.starts_on >= ISSUED[slug] for r in plan(slug).rows)


@SLUGS
def test_loading_twice_gives_equal_values(slug: str) -> None:
    assert read_plan(read_yaml(SEEDS / f"{slug}.yaml")) == plan(slug)


CULTURE, POLICE = "Phòng Văn hóa - Xã hội", "Công an phường"
CENTRE, URBAN = "Trung tâm Phục vụ hành chính công", "Phòng Kinh tế, Hạ tầng và Đô thị"
PARTY_OFFICE = "Văn phòng Đảng ủy"


@pytest.mark.parametrize(
    ("slug", "code", "begins", "leads", "due_on"),
    [
        ("binh-loc", "NV01", "Chỉ đạo các tổ chức", [PARTY_OFFICE], None),
        ("binh-loc", "NV03", "Xây dựng Chương trình đột phá", [CULTURE], date(2026, 3, 31)),
        ("binh-loc", "NV04", "Xây dựng Đề án Chuyển đổi số", [CULTURE], date(2026, 12, 31)),
        ("binh-loc", "NV06", "Xây dựng Nghị quyết", [CULTURE], date(2026, 6, 30)),
        ("binh-loc", "NV24", "Tiếp tục làm sạch dữ liệu", [POLICE], date(2026, 6, 30)),
        ("binh-loc", "CT01", "Tỷ lệ phủ sóng 5G", [PARTY_OFFICE], date(2026, 12, 31)),
        ("phuoc-binh", "NV01", "Triển khai Chương trình, Kế hoạch của UBND tỉnh", [CULTURE], None),
        ("phuoc-binh", "NV06", "Tổ chức triển khai Cuộc thi", [CULTURE], date(2026, 6, 30)),
        ("phuoc-binh", "NV28", "Xây dựng phát triển đô thị thông minh", [URBAN, POLICE], date(2026, 12, 31)),
        ("phuoc-binh", "NV30", "Triển khai Chương trình thúc đẩy", [URBAN, CULTURE], date(2026, 12, 31)),
        ("phuoc-binh", "CT02", "Xếp hạng chỉ số đánh giá chuyển đổi số", [CULTURE], date(2026, 12, 31)),
        ("phuoc-binh", "CT03", "Tỉ lệ sử dụng dịch vụ công", [CENTRE], date(2026, 12, 31)),
        ("ba-ngoi", "NV10", "Ban hành kế hoạch năm 2026", [CULTURE], date(2026, 2, 10)),
        ("ba-ngoi", "NV17", "Tập huấn, nâng cao kỹ năng số, an toàn", [POLICE], date(2026, 5, 31)),
        ("ba-ngoi", "NV26", "Xây dựng Chương trình/Kế hoạch", [CULTURE], date(2026, 4, 30)),
        ("ba-ngoi", "CT09", "Tỉ lệ xử lý văn bản", [CULTURE], date(2026, 12, 31)),
        ("binh-thanh", "NV01", "Rà soát, nâng cấp", [CULTURE, "Văn phòng HĐND và UBND xã"], date(2026, 6, 30)),
        ("binh-thanh", "NV02", "Tập huấn cho cán bộ", [CULTURE], date(2026, 9, 30)),
        ("binh-thanh", "NV06", "Đầu tư, nâng cấp", [CENTRE, "Phòng Kinh tế"], date(2026, 9, 30)),
        ("binh-thanh", "CT03", "Thủ tục hành chính", [CENTRE], date(2026, 12, 31)),
        ("dong-phu", "NV01", "Mua sắm thiết bị", [CULTURE], date(2026, 12, 31)),
        ("dong-phu", "NV21", "Duy trì, nâng cao hiệu quả hoạt động Tổ", [CULTURE], date(2026, 12, 31)),
    ],
)
def test_a_row_checked_by_hand(slug: str, code: str, begins: str, leads: list[str], due_on: date | None) -> None:
    loaded = row(slug, code)
    assert loaded.name.startswith(begins)
    assert (list(loaded.leads), loaded.limit.due_on) == (leads, due_on)
    assert loaded.proposed_leads == ()


def test_the_members_of_a_lead_group_are_proposed_and_a_unit_beside_it_is_not() -> None:
    collective = row("binh-loc", "NV27")
    assert len(collective.leads) == 8
    assert collective.proposed_leads == collective.leads
    mixed = row("dong-phu", "NV19")
    assert (mixed.leads[0], len(mixed.leads), len(mixed.proposed_leads)) == (CULTURE, 5, 4)
    assert CULTURE not in mixed.proposed_leads


def test_teams_named_by_the_plan_are_certain_and_the_others_proposed() -> None:
    team = "Tổ công nghệ số cộng đồng và Đề án 06"
    assert (team, False) in row("ba-ngoi", "NV18").coordinators
    assert (team, True) in row("ba-ngoi", "NV19").coordinators
    proposed = [unit for unit, is_proposed in row("phuoc-binh", "NV06").coordinators if is_proposed]
    assert len(proposed) == 28
    assert ("Đoàn Thanh niên phường", False) in row("phuoc-binh", "NV06").coordinators


def test_coordinating_groups_are_kept_as_printed_and_not_spread_out() -> None:
    loaded = row("binh-loc", "NV01")
    assert loaded.coordinating_as_printed is not None
    assert loaded.coordinators == ()


def test_what_the_plans_leave_open_is_doubted() -> None:
    told = {slug: Counter(doubt.key for doubt in plan(slug).all_doubts) for slug in COUNTS}
    assert told == {
        "binh-loc": {
            "plan_breaks_off": 1,
            "issue_day_assumed": 1,
            "teams_missing": 1,
            "lead_by_default": 37,
            "lead_proposed": 2,
        },
        "phuoc-binh": {"lead_proposed": 12, "tracker_several": 1},
        "ba-ngoi": {
            "plan_breaks_off": 1,
            "issue_day_assumed": 1,
            "lead_proposed": 10,
            "lead_by_default": 1,
            "overdue_on_arrival": 1,
        },
        "binh-thanh": {"plan_breaks_off": 1, "issue_day_assumed": 1, "teams_missing": 1, "tracker_several": 1},
        "dong-phu": {"duty_before_issue": 1, "teams_missing": 1, "lead_by_default": 31, "lead_proposed": 3},
    }


def test_ba_ngoi_has_a_limit_that_is_overdue_on_arrival() -> None:
    doubt = row("ba-ngoi", "NV24").doubts[-1]
    assert (doubt.code, doubt.key, doubt.figures["due"]) == ("NV24", "overdue_on_arrival", date(2026, 1, 31))


def test_the_reporting_rules_are_those_of_the_table_of_duties() -> None:
    def asked(rules: tuple[PeriodRule, ...]) -> list[tuple[PeriodKind, int | None, int | None]]:
        return [(rule.kind, rule.due_month, rule.due_day) for rule in rules]

    month, quarter, half, year = PeriodKind
    months_quarters = [(month, None, None), (quarter, None, None)]
    by_slug = {slug: plan(slug).reporting for slug in COUNTS}
    for slug in ("binh-loc", "dong-phu"):
        assert asked(by_slug[slug].units) == asked(by_slug[slug].office) == months_quarters
    phuoc_binh = by_slug["phuoc-binh"]
    assert asked(phuoc_binh.units) == asked(phuoc_binh.office) == [*months_quarters, (year, None, None)]
    assert asked(by_slug["ba-ngoi"].units) == [(quarter, None, 19), (half, 6, 4), (year, 11, 30)]
    assert asked(by_slug["ba-ngoi"].office) == [(quarter, None, 24), (half, 6, 19), (year, 12, 14)]
    assert asked(by_slug["binh-thanh"].units) == [(quarter, None, None)]
    assert asked(by_slug["binh-thanh"].office) == [(year, None, None)]
    once = {slug: [one.due_on for one in rules.once] for slug, rules in by_slug.items()}
    assert once["binh-loc"] == [date(2026, 4, 4)]
    assert once["dong-phu"] == [date(2026, 2, 14)]
    assert once["ba-ngoi"] == [date(2026, 2, 28)]
