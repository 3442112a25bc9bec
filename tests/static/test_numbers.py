"""Figures of the plan are decimals; one place turns them into floats, for programs that know nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

BOT = Path(__file__).resolve().parents[2] / "bot"
ROOMS = ("domain", "plans", "language", "storage", "services", "views", "conversations", "documents", "cli")
ONE_PLACE = BOT / "domain" / "work" / "numbers.py"


def test_nothing_but_one_place_makes_a_float() -> None:
    found = [
        f"{path.relative_to(BOT)}:{node.lineno}"
        for room in ROOMS
        for path in sorted((BOT / room).rglob("*.py"))
        if path != ONE_PLACE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
    ]
    assert found == []
