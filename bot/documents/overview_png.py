"""The picture of `/tongquan`: colours by unit and the year's trend, readable on a phone; never drawn inside the bot."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.documents.palette import BARS, ON_BARS, PATTERNS
from bot.documents.texts import colour_name, cut, plan_words
from bot.domain.errors import TienDoError
from bot.domain.plan.periods import span_of
from bot.domain.work.alerts import Colour
from bot.domain.work.scores import TaskClass
from bot.i18n import Translator
from bot.services.results.period_figures import Overview, TrendPoint, UnitColours
from bot.views.results.documents import instant_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNITS_SHOWN = 12
NAME_SIGNS, PLACE_SIGNS = 50, 40
_WIDE, _DPI = 9.0, 120
"""Inches and dots an inch: 1,080 pixels wide."""
_LEAST_HIGH = 10.8
_WIDE_ENOUGH = 6
"""Columns of the trend that have room for words above them."""
_ORDER = (Colour.RED, Colour.AMBER, Colour.GREEN, Colour.DONE, Colour.GREY)
_LETTERS = frozenset(
    [*range(0x1EA0, 0x1EFA), *b"\xc2\xca\xd4\xe2\xea\xf4", 0x102, 0x103, 0x110, 0x111, 0x1A0, 0x1A1, 0x1AF, 0x1B0]
)
"""The letters of Vietnamese that others do not have, by their numbers."""
_PARTS = (("completed", Colour.DONE), ("in_progress", Colour.GREEN), ("not_started", Colour.GREY))


class NoFont(TienDoError):
    """No letter was found that can write Vietnamese."""

    def __init__(self) -> None:
        super().__init__("no_font")


def write_png(overview: Overview, t: Translator) -> bytes:
    """The picture, as PNG. Raises NoFont where the letter that is shipped with matplotlib is gone."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    family = _letter()
    units = _shown(overview, t)
    heights = [2.45, 0.75 + 0.82 * max(1, len(units)), 3.6 if overview.trend else 0.0, 0.95]
    heights[2 if overview.trend else 1] += max(0.0, _LEAST_HIGH - sum(heights))
    with matplotlib.rc_context({"font.family": family, "hatch.linewidth": 0.8, "hatch.color": "#FFFFFF"}):
        figure = Figure(figsize=(_WIDE, sum(heights)), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        tops = [sum(heights[: number + 1]) / sum(heights) for number in range(4)]
        _head(figure, overview, t, 1.0, sum(heights))
        _bars(figure, units, t, 1 - tops[0], 1 - tops[1], sum(heights))
        if overview.trend:
            _trend(figure, overview.trend, t, 1 - tops[1], 1 - tops[2], sum(heights))
        _source(figure, overview, t, sum(heights))
        written = io.BytesIO()
        figure.savefig(written, format="png", metadata={"Title": _title(overview, t)})
    return written.getvalue()


def _letter() -> str:
    """The family of the letter shipped with matplotlib, proven to have every sign of Vietnamese."""
    import matplotlib
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    if not path.is_file() or not FT2Font(str(path)).get_charmap().keys() >= _LETTERS:
        raise NoFont
    font_manager.fontManager.addfont(str(path))
    return str(font_manager.FontProperties(fname=str(path)).get_name())


def _shown(overview: Overview, t: Translator) -> list[UnitColours]:
    """The units with most red first; what does not fit is added up in one last line."""
    units = list(overview.by_unit)
    if len(units) <= UNITS_SHOWN:
        return units
    rest = units[UNITS_SHOWN - 1 :]
    sums = {colour: sum(each.colours[colour] for each in rest) for colour in Colour}
    return [*units[: UNITS_SHOWN - 1], UnitColours(t("doc.png.rest", n=len(rest)), sums)]


def _title(overview: Overview, t: Translator) -> str:
    return t("doc.png.title", place=cut(overview.source.place, PLACE_SIGNS))


def _text(figure: Figure, x: float, y: float, text: str, size: float, **more: Any) -> None:
    # Names of people's making: "$" must not begin a formula.
    figure.text(x, y, text.replace("$", r"\$"), fontsize=size, va="top", **more)


def _head(figure: Figure, overview: Overview, t: Translator, top: float, height: float) -> None:
    inch = 1 / height
    _text(figure, 0.04, top - 0.22 * inch, _title(overview, t), 23, fontweight="bold")
    _text(
        figure, 0.04, top - 0.72 * inch, t("doc.png.when", at=instant_words(t, overview.source.at)), 15, color="#333333"
    )
    total = overview.tasks + overview.indicators
    _text(figure, 0.04, top - 1.06 * inch, t("doc.png.counts", n=total, percent=int(overview.percent)), 15)
    for number, colour in enumerate(_ORDER):
        x, y = (0.04, 0.37, 0.68)[number % 3], top - (1.5 + 0.36 * (number // 3)) * inch
        _patch(figure, x, y - 0.24 * inch, colour, inch)
        _text(figure, x + 0.036, y - 0.015 * inch, f"{colour_name(t, colour)}: {overview.colours[colour]}", 13)
    if overview.closed_rows:
        closed = f"{t('doc.closed_rows')}: {overview.closed_rows}"
        _text(figure, 0.68 + 0.036, top - (1.5 + 0.36 + 0.015) * inch, closed, 13)


def _patch(figure: Figure, x: float, y: float, colour: Colour, inch: float) -> None:
    from matplotlib.patches import Rectangle

    edge = "#777777" if PATTERNS[colour] else BARS[colour]
    box = Rectangle((x, y), 0.026, 0.24 * inch, transform=figure.transFigure, facecolor=BARS[colour], linewidth=0)
    box.set_hatch(PATTERNS[colour])
    box.set_edgecolor(_hatch(colour) if PATTERNS[colour] else edge)
    figure.add_artist(box)


def _hatch(colour: Colour) -> str:
    return "#FFB38A" if colour is Colour.RED else "#B8A800" if colour is Colour.AMBER else "#8F8F8F"


def _bars(
    figure: Figure, units: Sequence[UnitColours], t: Translator, top: float, bottom: float, height: float
) -> None:
    inch = 1 / height
    _text(figure, 0.04, top - 0.02 * inch, t("doc.png.by_unit"), 17, fontweight="bold")
    axes: Axes = figure.add_axes((0.04, bottom, 0.92, top - bottom - 0.45 * inch))
    named = units if len(units) < UNITS_SHOWN else units[: UNITS_SHOWN - 1]
    most = max([each.total for each in named], default=1)
    bars = [_Bars(most, scale=min(1.0, most / max(1, each.total))) for each in units]
    # The last bar may be the sum of many units; drawn to the same scale it would make all others short.
    lengths = [sum(of_unit.length(n) for n in u.colours.values()) for u, of_unit in zip(units, bars, strict=True)]
    # All that a plan has may be closed.
    longest = max(lengths, default=0.0) or 1.0
    for place, (each, of_unit) in enumerate(zip(units, bars, strict=True)):
        left = 0.0
        axes.text(0, place - 0.3, _safe(cut(each.unit, NAME_SIGNS)), fontsize=13.5, va="center")
        total = t("doc.png.total", n=each.total)
        axes.text(longest, place - 0.3, total, fontsize=13.5, va="center", ha="right", color="#333333")
        for colour in _ORDER:
            left = _segment(axes, place + 0.16, left, each.colours[colour], colour, of_unit)
    if not units:
        axes.text(0, 0, t("doc.png.no_units"), fontsize=14)
    axes.set_xlim(0, longest)
    axes.set_ylim(max(1, len(units)) - 0.4, -0.6)
    axes.axis("off")


@dataclass(frozen=True, slots=True)
class _Bars:
    """How bars are drawn; ``most`` is what the longest of them stands for."""

    most: int
    horizontal: bool = True
    scale: float = 1.0
    size: float = 13.5
    """Of the figures written in."""

    def length(self, n: int) -> float:
        """How long a piece is drawn: never so short that its figure does not fit in."""
        least = self.most * (0.018 + 0.016 * len(str(n)) if self.horizontal else 0.15)
        return max(n * self.scale, least) if n else 0.0


def _safe(text: str) -> str:
    return text.replace("$", r"\$")


def _segment(axes: Axes, place: float, start: float, n: int, colour: Colour, bars: _Bars) -> float:
    """A piece of a bar with its figure written in; where the next one begins."""
    length = bars.length(n)
    if not n:
        return start
    style: Any = {"color": BARS[colour], "edgecolor": _hatch(colour), "hatch": PATTERNS[colour] or None, "linewidth": 0}
    if bars.horizontal:
        axes.barh(place, length, 0.44, left=start, **style)
    else:
        axes.bar(place, length, 0.74, bottom=start, **style)
    box = {"facecolor": BARS[colour], "edgecolor": "none", "pad": 1.2}
    at = (start + length / 2, place) if bars.horizontal else (place, start + length / 2)
    figure = {"ha": "center", "va": "center", "color": ON_BARS[colour], "fontweight": "bold", "fontsize": bars.size}
    axes.text(*at, str(n), bbox=box, **figure)  # type: ignore[arg-type]
    return start + length


def _trend(
    figure: Figure, trend: Sequence[TrendPoint], t: Translator, top: float, bottom: float, height: float
) -> None:
    inch = 1 / height
    _text(
        figure,
        0.04,
        top - 0.28 * inch,
        t("doc.png.trend" if len(trend) <= _WIDE_ENOUGH else "doc.png.trend_many"),
        17,
        fontweight="bold",
    )
    axes: Axes = figure.add_axes((0.04, bottom + 0.62 * inch, 0.92, top - bottom - 1.75 * inch))
    most = max(1, max(sum(point.classes.values()) for point in trend))
    size = 13.5 if len(trend) <= _WIDE_ENOUGH else 11
    bars = _Bars(most, horizontal=False, size=size)
    highest = max(sum(bars.length(_sum(each.classes, name)) for name, _ in _PARTS) for each in trend) or 1.0
    for place, point in enumerate(trend):
        start = 0.0
        for name, colour in _PARTS:
            start = _segment(axes, place, start, _sum(point.classes, name), colour, bars)
        red = t("doc.png.red", n=point.red) if len(trend) <= _WIDE_ENOUGH else str(point.red)
        axes.text(
            place,
            highest * 1.05,
            red,
            fontsize=size,
            ha="center",
            va="bottom",
            color=BARS[Colour.RED],
            fontweight="bold",
        )
        axes.text(place, -highest * 0.05, _short(t, point.period), fontsize=size, ha="center", va="top")
    axes.set_xlim(-0.6, max(len(trend), 4) - 0.4)
    axes.set_ylim(0, highest * 1.05)
    axes.axis("off")
    x = 0.04
    for name, colour in _PARTS:
        label = t(f"doc.png.part_{name}")
        _patch(figure, x, bottom + 0.06 * inch, colour, inch)
        _text(figure, x + 0.034, bottom + 0.3 * inch, label, 12)
        x += 0.07 + 0.0115 * len(label)


def _sum(classes: Mapping[TaskClass, int], name: str) -> int:
    return sum(n for each, n in classes.items() if each.value.startswith(f"{name}_"))


def _short(t: Translator, key: str) -> str:
    period = span_of(key)
    assert period is not None
    part = key.partition("-")[2]
    if not part:
        return key
    if part.isdigit():
        return t("doc.png.month", number=int(part))
    return t("doc.png.quarter", number=_ROMAN[int(part[1]) - 1]) if part[0] == "Q" else t(f"doc.png.half_{part[1]}")


_ROMAN = ("I", "II", "III", "IV")


def _source(figure: Figure, overview: Overview, t: Translator, height: float) -> None:
    source = overview.source
    mark = f"{source.audit[0]} · {source.audit[1][:16]}…" if source.audit else "–"
    lines = [cut(plan_words(t, source), 96), t("doc.png.made", made=t.instant(source.made_at), mark=mark)]
    _text(figure, 0.04, 0.6 / height, "\n".join(lines), 10, color="#555555", linespacing=1.5)
