"""Nothing changes unchecked: no ``model_copy``, and mypy knows the fields that `Frozen.but` takes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from mypy import api

HOUSE = Path(__file__).parents[2]
SNIPPET = """
from bot.frozen import Frozen

class Draft(Frozen):
    day: int
    name: str = ""

class Longer(Draft):
    reason: str = ""

def changed(draft: Longer) -> Longer:
    return draft.but(day=3, reason="why")

def forged(draft: Longer) -> None:
    draft.but(dya=3)
    draft.but(day="3")
    draft.but(**{"name": object()})
"""


def test_no_value_is_copied_unchecked() -> None:
    unchecked = re.compile(r"\bmodel_(copy|construct)\(|\bobject\.__setattr__\((?!self)")
    found = [
        f"{path.relative_to(HOUSE)}: {hit.group()}"
        for path in (HOUSE / "bot").rglob("*.py")
        for hit in unchecked.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_mypy_refuses_a_field_that_is_not_there_and_a_value_of_another_type(tmp_path: Path) -> None:
    plugins = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["plugins"]
    ours = [str(HOUSE / each) if each.endswith(".py") else each for each in plugins]
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nstrict = True\nplugins = {', '.join(ours)}\n", encoding="utf-8")
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, encoding="utf-8")
    cache = HOUSE / ".mypy_cache" / "snippets"
    said, _, _ = api.run(["--config-file", str(tmp_path / "mypy.ini"), "--cache-dir", str(cache), str(snippet)])
    lines = SNIPPET.splitlines()
    begun = lines.index("def forged(draft: Longer) -> None:") + 2
    wrong = {int(number) for number in re.findall(r"snippet\.py:(\d+): error", said)}
    assert wrong == {begun, begun + 1, begun + 2}, said
