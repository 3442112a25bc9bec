"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "bot"
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_HANDLER = 25
MOST_MODULES_OF_A_ROOM = 15


def sources() -> list[Path]:
    return [path for path in sorted(BOT.rglob("*.py")) if "versions" not in path.parts]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of the body; signature and docstring are what the caller reads."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or node.lineno) - body[0].lineno + 1


def test_no_file_is_past_400_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in sources() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def test_no_function_is_past_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name} {length(node)}"
        for path in sources()
        for node in functions(path)
        if length(node) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_no_handler_is_past_25_lines() -> None:
    long = [
        f"{path.name}:{node.name} {length(node)}"
        for path in sorted((BOT / "handlers").rglob("*.py"))
        for node in functions(path)
        if length(node) > MOST_LINES_OF_A_HANDLER
    ]
    assert long == []


def test_no_room_has_more_than_15_modules() -> None:
    rooms = Counter(str(path.parent.relative_to(ROOT)) for path in sources() if path.name != "__init__.py")
    assert {room: n for room, n in rooms.items() if n > MOST_MODULES_OF_A_ROOM} == {}


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
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Call) and re.fullmatch(r"(\w+\.)*(Html|Markup)", ast.unparse(node.func)))
        or (isinstance(node, ast.Import | ast.ImportFrom) and "markupsafe" in ast.unparse(node))
    ]
    assert marked == []


def imports() -> dict[str, set[str]]:
    """Every module of the bot with those it imports, also where only for types."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in sources()
    }
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
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
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}
