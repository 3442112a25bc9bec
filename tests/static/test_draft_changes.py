"""Nothing changes unchecked: no ``model_copy``, and mypy knows the fields that `Frozen.but` takes."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from mypy import api

from bot.app import CONVERSATIONS
from bot.domain.people.dialogue import DialogueKind
from bot.frozen import Frozen

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


def test_no_change_names_a_field_that_no_value_has() -> None:
    """Where the type is open (``Self`` in the core), mypy takes any name."""
    known: set[str] = set()
    waiting: list[type[Frozen]] = [Frozen]
    while waiting:
        each = waiting.pop()
        known |= each.model_fields.keys()
        waiting += each.__subclasses__()
    named = {
        f"{path.relative_to(HOUSE)}:{call.lineno}: {one.arg or '**'}"
        for path in (HOUSE / "bot").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "but"
        for one in call.keywords
        if one.arg not in known
    }
    assert len(CONVERSATIONS) == len(DialogueKind)
    assert named == set()


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
