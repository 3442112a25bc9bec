"""A ward with work to report on: tasks, indicators of every kind, a task with milestones."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from bot.domain.people.evidence import Evidence
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.deadlines import read_time_limit
from bot.domain.plan.plan import Row, RowKind, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.lifecycle import Terms, begin
from bot.domain.work.progress import Comparator, Target
from bot.services.core.desk import Desk
from bot.services.reporting import attach_evidence
from bot.storage.records import events, plans
from tests.services.wards import Ward, a_ward

ISSUED = date(2026, 3, 1)
NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
_KEYS = count(1)
_SHADES = count(1)
Value = TypeVar("Value")
MILESTONES = "Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026"


def key() -> str:
    """The key of an update that has not been seen before."""
    return f"update:{next(_KEYS)}"


def part_of(of: type[Value], said: dict[str, Any]) -> Value:
    """The value that some of the words are of; they are taken out of what was said."""
    return of(**{each.name: said.pop(each.name) for each in fields(of) if each.name in said})  # type: ignore[arg-type]


@dataclass
class Work:
    """A ward whose police unit leads every row below but NV02, which the division leads."""

    ward: Ward
    officer: Visitor
    by_code: dict[str, int]

    @property
    def desk(self) -> Desk:
        """The desk all of it stands on."""
        return self.ward.desk

    async def photo(self, who: Visitor | None = None, *, name: str = "anh.png", **said: object) -> Evidence:
        """A photograph given as evidence, each of another shade."""
        return await self.give(a_photo(), name, who, **said)

    async def give(self, content: bytes, name: str, who: Visitor | None = None, **said: Any) -> Evidence:
        """A file with this content given as evidence."""
        settings = {"name": name, "download": writes(content), "size": len(content), "now": NOW, "key": key()} | said
        offered = part_of(attach_evidence.OfferedFile, settings)
        return await attach_evidence.receive(self.desk, who or self.officer, offered, **settings)


def writes(content: bytes) -> Callable[[Path], Awaitable[None]]:
    """A download of this content."""

    async def download(path: Path) -> None:
        path.write_bytes(content)

    return download


def a_photo(size: tuple[int, int] = (8, 8)) -> bytes:
    """A small picture that no other test picture is identical to."""
    shade = next(_SHADES)
    image = io.BytesIO()
    Image.new("RGB", size, (shade % 256, shade // 256 % 256, 7)).save(image, "PNG")
    return image.getvalue()


def _target(comparator: Comparator, value: str, unit: str, printed: str) -> Target:
    return Target(printed, unit, comparator, (Decimal(value),))


ROWS: tuple[tuple[str, str, str | None, Target | None], ...] = (
    ("NV01", "Ban hành Quy chế <b>&", "30/6/2026", None),
    ("NV02", "Tổ chức bình dân học vụ số", "Quý III/2026", None),
    ("NV03", "Xây dựng Đề án", MILESTONES, None),
    ("NV07", "Rà soát dữ liệu dân cư", "Quý II/2026", None),
    ("CT01", "Tỷ lệ hồ sơ trực tuyến", None, _target(Comparator.AT_LEAST, "80", "%", "≥ 80%")),
    ("CT02", "Xếp hạng chuyển đổi số", None, _target(Comparator.RANK, "10", "", "hạng 10")),
    ("CT03", "Mức độ số hóa", None, _target(Comparator.LEVEL, "4", "", "Mức Khá")),
    ("CT04", "Số người dân được tập huấn", None, _target(Comparator.AT_LEAST, "1200", "người", "1.200 người")),
)


async def some_work(desk: Desk, slug: str = "binh-loc", name: str = "Bình Lộc") -> Work:
    """A ward with its rows and an officer of its police."""
    ward = await a_ward(desk, slug, name)
    ids: dict[str, int] = {}
    async with desk.db.write() as conn:
        plan = await plans.plan_of(conn, ward.id)
        assert plan is not None
        for position, (code, words, printed, target) in enumerate(ROWS):
            kind = RowKind.TASK if target is None else RowKind.INDICATOR
            limit = read_time_limit(printed, year=2026, issued_on=ISSUED)
            row = Row(0, plan.id, ward.id, code, kind, position, f"I · {position}", words, limit, target=target)
            row = replace(row, id=await plans.save_row(conn, row, folded=fold(words)))
            unit = ward.division if code == "NV02" else ward.police
            standing = begin(Terms(kind, limit, 2026, target), unit)
            ids[code] = await events.add_assignment(conn, row, UnitRole.LEAD, standing)
        await plans.bump_version(conn, ward.id)
    return Work(ward, await ward.member(Role.OFFICER, ward.police), ids)
