"""A figure with its bound, and the table that is printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``met`` is none where nothing was bound."""

    name: str
    value: str
    bound: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """Whether the bound holds, in a word."""
        return "" if self.met is None else "met" if self.met else "MISSED"


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    rows = [("figure", "measured", "bound", ""), *((f.name, f.value, f.bound, f.verdict) for f in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
