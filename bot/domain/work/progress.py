"""Progress: percents of tasks, values of indicators and what they derive (docs/rules/life-cycle.md#progress)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from enum import StrEnum

from bot.domain.errors import BadInput

ZERO = Decimal(0)
FULL = Decimal(100)
_CENT = Decimal("0.01")
_ALMOST = FULL - _CENT
_MOST = Decimal(10) ** 15


class Comparator(StrEnum):
    """How a value is held against its target."""

    AT_LEAST = "at_least"
    BETWEEN = "between"
    RANK = "rank"
    LEVEL = "level"


class Level(StrEnum):
    """The six levels, worst first; their place counts from 1."""

    POOR = "kem"
    WEAK = "yeu"
    AVERAGE = "trung_binh"
    FAIR = "kha"
    GOOD = "tot"
    EXCELLENT = "xuat_sac"

    @property
    def place(self) -> int:
        """1 for Kém … 6 for Xuất sắc."""
        return list(Level).index(self) + 1


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator is to reach; ``values`` holds one figure, two for a range, the place 1-6 for a level."""

    as_printed: str
    unit: str
    comparator: Comparator
    values: tuple[Decimal, ...]

    @property
    def is_share(self) -> bool:
        """Whether values are percents and may be given as a share (7650/9000)."""
        return self.unit == "%" and self.comparator in (Comparator.AT_LEAST, Comparator.BETWEEN)


@dataclass(frozen=True, slots=True)
class Share:
    """A value given as part and whole; both figures are kept."""

    part: Decimal
    whole: Decimal

    def check(self) -> None:
        """Nothing where part and whole make a share.

        Raises BadInput otherwise.
        """
        known = self.part.is_finite() and self.whole.is_finite()
        if not known or not ZERO <= self.part <= self.whole <= _MOST or self.whole == ZERO:
            raise BadInput("share_out_of_range")

    @property
    def value(self) -> Decimal:
        """The share in percent, two decimals, never rounded up to its target.

        Raises BadInput where part and whole make no share.
        """
        self.check()
        return (FULL * self.part / self.whole).quantize(_CENT, ROUND_DOWN)


def percent_of(target: Target, value: Decimal) -> Decimal:
    """The percent (0-100, two decimals) that a value makes of its target; 100 only where the target is reached."""
    goal = target.values[0]
    is_rank = target.comparator is Comparator.RANK
    if value <= goal if is_rank else value >= goal:
        return FULL.quantize(_CENT)
    share = FULL * goal / value if is_rank else FULL * value / goal
    # A value a hair below its target divides to 100 once the digits run out.
    return min(share.quantize(_CENT, ROUND_DOWN), _ALMOST)


def value_at(target: Target, percent: Decimal) -> Decimal:
    """The value that makes a percent (0-100) of a target which values grow towards, rounded up to two decimals."""
    return (target.values[0] * percent / FULL).quantize(_CENT, ROUND_CEILING)


def check_percent(percent: Decimal) -> Decimal:
    """The percent itself where it lies in 0-100.

    Raises BadInput otherwise.
    """
    if not percent.is_finite() or not ZERO <= percent <= FULL:
        raise BadInput("percent_out_of_range")
    return percent.quantize(_CENT, ROUND_DOWN)


def check_value(target: Target, value: Decimal, share: Share | None = None) -> Decimal:
    """The value itself where it can be one of this target.

    Raises BadInput for a negative figure, a share of what is no share, a percent above 100, a rank below 1, a level
    outside 1-6, or figures past all sense.
    """
    if not value.is_finite() or value < ZERO or value > _MOST:
        raise BadInput("value_out_of_range")
    if share is not None and not target.is_share:
        raise BadInput("value_no_share", unit=target.unit)
    if share is not None:
        share.check()
    if target.is_share and value > max(FULL, *target.values):
        raise BadInput("value_above_hundred")
    if target.comparator is Comparator.RANK and (value < 1 or value != value.to_integral_value()):
        raise BadInput("rank_out_of_range")
    if target.comparator is Comparator.LEVEL and (value not in {Decimal(level.place) for level in Level}):
        raise BadInput("level_out_of_range")
    return value


def mean_percent(percents: Sequence[Decimal]) -> Decimal:
    """The mean (two decimals) of the lead assignments' percents; 0 where there are none."""
    if not percents:
        return ZERO
    return (sum(percents, ZERO) / len(percents)).quantize(_CENT, ROUND_DOWN)


def whole_percent(percent: Decimal) -> int:
    """The whole number people are shown; 100 only where it is 100."""
    return int(percent)
