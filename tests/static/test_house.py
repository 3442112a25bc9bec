"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "bot"
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 45
MOST_LINES_OF_A_HANDLER = 25
MOST_PARAMETERS = 8
MOST_MODULES_OF_A_ROOM = 15
DATA = ("bot/storage/engine/tables.py", "bot/language/words/")
"""Lists that are read from top to bottom and grow with what they list: no limit squeezes them."""
SIGNED_BY_OTHERS = {"bot/transport/receiving/bot.py:get_updates"}
"""Overrides a method of python-telegram-bot, which gives it its parameters."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(root: Path = ROOT) -> list[Path]:
    return [path for path in sorted((root / "bot").rglob("*.py")) if "versions" not in path.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: Function) -> int:
    """The lines from `def` to the end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_length(node: Function) -> int:
    """The lines of the body; signature and docstring are what the caller reads."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or node.lineno) - body[0].lineno + 1


def parameters(node: Function) -> list[str]:
    """What a caller may name, without self; a command's are the options that its user names."""
    if any("command(" in ast.unparse(each) or "callback(" in ast.unparse(each) for each in node.decorator_list):
        return []
    given = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return given[1:] if given[:1] in (["self"], ["cls"]) else given


def overlong(path: Path) -> list[str]:
    return [f"{node.name} {n}" for node in functions(path) if (n := length(node)) > MOST_LINES_OF_A_FUNCTION]


def overfull(path: Path) -> list[str]:
    """Functions with too many parameters."""
    return [f"{node.name} {n}" for node in functions(path) if (n := len(parameters(node))) > MOST_PARAMETERS]


def crowded(root: Path) -> dict[str, int]:
    """Rooms with too many modules."""
    rooms = Counter(str(path.parent.relative_to(root)) for path in sources(root) if path.name != "__init__.py")
    return {room: n for room, n in rooms.items() if n > MOST_MODULES_OF_A_ROOM}


def test_no_file_but_a_list_is_past_400_lines() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert {name: n for name, n in lines.items() if n > MOST_LINES_OF_A_FILE and not name.startswith(DATA)} == {}


def test_no_function_is_past_45_lines() -> None:
    assert {str(path.relative_to(ROOT)): found for path in sources() if (found := overlong(path))} == {}


def test_no_function_takes_more_than_8_parameters() -> None:
    found = {f"{path.relative_to(ROOT)}:{each.split()[0]}" for path in sources() for each in overfull(path)}
    assert found == SIGNED_BY_OTHERS


def test_a_function_that_is_too_long_or_takes_too_much_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    nine = ", ".join(f"a{n}: int" for n in range(9))
    lines = "\n".join(f"    b{n} = {n}" for n in range(45))
    planted.write_text(
        f"class A:\n    def f(self, *, {nine}) -> None:\n        pass\n\n\n"
        f"@app.command()\ndef typed({nine}) -> None:\n    pass\n\n\ndef g() -> None:\n{lines}\n"
    )
    assert (overfull(planted), overlong(planted)) == (["f 9"], ["g 46"])


def test_no_handler_is_past_25_lines() -> None:
    long = [
        f"{path.name}:{node.name} {body_length(node)}"
        for path in sorted((BOT / "handlers").rglob("*.py"))
        for node in functions(path)
        if body_length(node) > MOST_LINES_OF_A_HANDLER
    ]
    assert long == []


def test_no_room_has_more_than_15_modules() -> None:
    assert crowded(ROOT) == {}


def test_a_crowded_room_is_found(tmp_path: Path) -> None:
    room = tmp_path / "bot" / "room"
    room.mkdir(parents=True)
    for name in ("__init__", *(f"m{n}" for n in range(16))):
        (room / f"{name}.py").touch()
    assert crowded(tmp_path) == {"bot/room": 16}
    (room / "m15.py").unlink()
    assert crowded(tmp_path) == {}


def test_no_module_is_called_by_a_name_that_says_nothing() -> None:
    assert [p for p in sources() if re.search(r"(^|_)(utils|helpers|common|manager|base)\.py$", p.name)] == []


def test_nothing_of_a_development_machine_or_a_registry_is_in_the_tree() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = tracked.splitlines()
    forbidden = re.compile(
        r"(?<!\w)/(root|home/\w+|work)/|--index-url|--extra-index|--find-links|pypi\.org|registry\.npmjs"
    )
    wrong = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in (".png", ".xlsx") or not path.is_file() or path == Path(__file__):
            continue
        if forbidden.search(path.read_text("utf-8", errors="replace")):
            wrong.append(name)
    assert wrong == []


def test_only_the_module_of_tags_marks_a_string_as_safe_html() -> None:
    """Everywhere else text becomes safe by being escaped, by `say`, `lines`, `bold` or by what is put to safe text."""
    marked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        if path != BOT / "views" / "parts" / "html.py"
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Call) and re.fullmatch(r"(\w+\.)*(Html|Markup)", ast.unparse(node.func)))
        or (isinstance(node, ast.Import | ast.ImportFrom) and "markupsafe" in ast.unparse(node))
    ]
    assert marked == []


@cache
def imports() -> dict[str, set[str]]:
    """Every module of the bot with those it imports, also where only for types."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in sources()
    }
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        nodes = list(ast.walk(tree_of(path)))
        whole = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = {f"{node.module}.{each.name}" for each in node.names}
                whole |= (parts & files.keys()) or {node.module}
        found[name] = whole & files.keys()
    return found


def test_no_import_goes_round_in_a_circle() -> None:
    try:
        list(TopologicalSorter(imports()).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_a_public_class_name_exists_once() -> None:
    found: dict[str, list[str]] = {}
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


PLANTED = {
    "domain/plan/codes.py": "import bot.storage.engine.database  # noqa",
    "services/core/hours.py": "import bot.services.requests.add_task  # noqa",
    "views/core/menu.py": "from bot.storage.records import people  # noqa",
    "conversations/people/invite.py": "import bot.conversations.reporting.report  # noqa",
}
"""An import from above each: of a floor, of a room of the services, of storage, of another dialogue's room."""
BROKEN = {
    "Floors point down only",
    "Rooms of services point down only",
    "Screens, dialogues and handlers ask services, never storage",
    "Rooms of conversations know nothing of each other but the core",
}


def test_an_import_from_above_is_found(tmp_path: Path) -> None:
    shutil.copytree(BOT, tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__", "page", "*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, line in PLANTED.items():
        with (tmp_path / "bot" / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    alone = {**os.environ, "PYTHONPATH": str(tmp_path), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, timeout=100, check=False)
    broken = set(re.findall(r"^(.+) BROKEN$", done.stdout, re.MULTILINE))
    assert done.returncode == 1 and broken == BROKEN, done.stdout[:2000]


def test_what_nobody_calls_is_found(tmp_path: Path) -> None:
    """`vulture` with the project's own settings, as `make lint` runs it."""
    planted = tmp_path / "planted.py"
    planted.write_text("def nobody_calls_this() -> None:\n    pass\n", encoding="utf-8")
    command = [Path(sys.executable).with_name("vulture"), "--config", str(ROOT / "pyproject.toml"), str(planted)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3 and "unused function 'nobody_calls_this'" in done.stdout
