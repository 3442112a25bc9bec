"""The shape of a plan file (seeds/*.yaml): what a commune writes down once a year, validated on load."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from bot.domain.plan.codes import AS_WRITTEN
from bot.frozen import Frozen


def _composed(value: Any) -> Any:
    # macOS and some PDFs write "ề" as three signs; in the database it is one, whoever wrote the file.
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_composed)]
UnitKindName = Literal[
    "office",  # văn phòng
    "division",  # phòng
    "party_body",  # ban của Đảng ủy
    "leadership",  # UBND, HĐND, Ban Chỉ đạo
    "centre",  # trung tâm
    "police",
    "military",
    "front",  # Ủy ban MTTQ
    "union",  # đoàn, hội
    "school",
    "health",  # trạm y tế
    "area",  # khu phố, thôn, tổ dân phố, xóm
    "community_team",  # Tổ công nghệ số cộng đồng
    "business",
    "other",
]


class _Part(Frozen):
    model_config = ConfigDict(extra="forbid")


class LocalityPart(_Part):
    """The commune or ward whose plan this is."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    name: Text
    kind: Annotated[Literal["phường", "xã", "đặc khu"], BeforeValidator(_composed)]
    province: Text


class PlanPart(_Part):
    """The head of the document. A blank day of issue reads as the 1st of its month (docs/rules/limits.md#days)."""

    number: Text
    title: Text
    issuer: Text
    year: Annotated[int, Field(ge=2024, le=2100)]
    issued_on: date
    issued_on_as_printed: Text
    breaks_off: Text | None = None
    """Where the published text ends too early, in words for the standing office ("sau nhiệm vụ VI.2")."""


class UnitPart(_Part):
    """One unit of the directory with every spelling the plan uses for it."""

    name: Text
    kind: UnitKindName
    aliases: tuple[Text, ...] = ()


class GroupPart(_Part):
    """A collective name ("Các cơ quan, đơn vị") and its members; proposed until the office confirms them."""

    name: Text
    aliases: tuple[Text, ...] = ()
    members: tuple[Text, ...] = ()
    proposed: bool = True


class PeriodPart(_Part):
    """One kind of reporting period. Days that are not printed follow the defaults of docs/rules/duties.md."""

    kind: Literal["month", "quarter", "half", "year"]
    due_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """Month of the due day where it is not the last month of the period (half-year: 6, year: 11)."""
    due_day: Annotated[int, Field(ge=1, le=31)] | None = None
    """Last day on which the report is on time ("trước ngày 20" is 19); none: the last working day."""
    as_printed: Text | None = None


class OncePart(_Part):
    """A duty with one day ("kế hoạch của đơn vị trước ngày 05/4/2026")."""

    name: Text
    due_on: date
    as_printed: Text


class ReportingPart(_Part):
    """Who reports when."""

    units: tuple[PeriodPart, ...]
    office: tuple[PeriodPart, ...] = ()
    once: tuple[OncePart, ...] = ()


class TargetPart(_Part):
    """What an indicator is to reach. ``level`` holds the place 1-6 of Kém, Yếu, Trung bình, Khá, Tốt, Xuất sắc."""

    printed: Text
    unit: Annotated[str, AfterValidator(_composed)] = ""
    comparator: Literal["at_least", "between", "rank", "level"]
    values: Annotated[tuple[Decimal, ...], Field(min_length=1, max_length=2)]


class DoubtPart(_Part):
    """What the reading of a workbook was not sure of: a message key and the figures of its sentence."""

    key: Text
    figures: dict[str, str | int] = Field(default_factory=dict)


class RowPart(_Part):
    """One row of the plan that someone carries out, as printed."""

    code: Annotated[str, StringConstraints(pattern=AS_WRITTEN)]
    kind: Literal["task", "indicator"]
    reference: Text
    group: Text | None = None
    parent: Text | None = None
    name: Text
    output: Text | None = None
    kpi: Text | None = None
    lead: Text | None = None
    """Tasks: the cell of the lead unit(s)."""
    doer: Text | None = None
    """Indicators: the cell of the unit that carries it out, where printed."""
    tracker: Text | None = None
    """Indicators: the cell of the unit that tracks and appraises, where printed."""
    coordinating: Text | None = None
    deadline: Text | None = None
    """The time limit as printed; none where the plan prints none (plan year)."""
    target: TargetPart | None = None
    note: Text | None = None
    teams: Literal["plan", "proposed"] | None = None
    """Whether the community digital teams coordinate this row: the plan says so, or it is our proposal."""
    doubts: tuple[DoubtPart, ...] = ()


class PlanFile(_Part):
    """A whole plan file."""

    locality: LocalityPart
    plan: PlanPart
    standing_office: Text
    before_is_inclusive: bool = False
    """Whether "trước ngày 20" includes the 20th (a setting of the locality)."""
    reporting: ReportingPart
    units: tuple[UnitPart, ...]
    groups: tuple[GroupPart, ...] = ()
    rows: tuple[RowPart, ...]
    doubts: tuple[DoubtPart, ...] = ()
    """What is doubtful about the file itself; every row has its own."""
