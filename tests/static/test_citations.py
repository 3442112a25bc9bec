"""Whatever is cited is there: pages, headings, decisions, sections and rows of the plans, files, tests."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.domain.plan.deadlines import read_time_limit

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [*DOCS, ROOT / "README.md"]
RULES = ROOT / "docs" / "rules"
CODE = [path for room in ("bot", "tests") for path in sorted((ROOT / room).rglob("*.py"))]
OTHERS = [ROOT / name for name in ("CHANGELOG.md", "Makefile", "pyproject.toml", ".ci/run")]
DATA = [path for room in ("seeds", "tests") for path in sorted((ROOT / room).rglob("*.yaml"))]

PLANS = {
    "Bình Lộc": "binh-loc",
    "Phước Bình": "phuoc-binh",
    "Ba Ngòi": "ba-ngoi",
    "Bình Thành": "binh-thanh",
    "Đồng Phú": "dong-phu",
}
PAGE = re.compile(r"(?<![\w/.])docs/[\w./-]*[\w/](?:#[^\s`)\]},;:\"']+)?")
FORMER_PAGE = re.compile(r"(?<![\w-])[1-9]-[a-z]{4,}(?![\w-])|(?<![\w/])(?:design|reference)/")
BARE_DECISION = re.compile(r"(?<![\w./-])00\d\d(?![\w.-])")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:bot|tests|seeds|locales)/[\w./*-]+)(?:::\w+)?`")
TEST = re.compile(r"`(?:([a-z]+/test_\w+\.py))?(?:::(test_\w+))?(?: -k [^`]*)?`")
SECTION = r"(?:[IVX]+(?:\.\d+)+|[IVX]+|PL [IVX]+)"
ROW = r"(?:NV|CT)\d{2,3}"
OF_PLAN = re.compile(
    rf"({'|'.join(PLANS)}),? ((?:{SECTION}|{ROW})(?:(?:, | and |–)(?:{SECTION}|{ROW}))*)(?![\w.])".replace(" ", r"\s+")
)


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def prose(path: Path) -> tuple[str, ...]:
    """The docstrings and comments of a module, also the strings that stand under an attribute."""
    source = text(path)
    strings = [
        node.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments: list[str] = []
    last = -1
    for token in tokens:
        if token.type == tokenize.COMMENT:
            words = token.string.lstrip("# ")
            if token.start[0] == last + 1 and comments:
                comments[-1] += f" {words}"
            else:
                comments.append(words)
            last = token.start[0]
    return (*strings, *comments)


def said() -> Iterator[tuple[str, str]]:
    """Whatever can cite: the prose of code, and whole pages and data files."""
    for path in CODE:
        yield from ((str(path.relative_to(ROOT)), words) for words in prose(path))
    for path in (*PAGES, *OTHERS, *DATA):
        yield str(path.relative_to(ROOT)), text(path)


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    bare = re.sub(r"`|\*", "", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(slug(heading) for heading in re.findall(r"^#+ (.+)$", text(page), re.MULTILINE))


def fault_of_page(cited: str) -> str | None:
    """Why a citation of a page leads nowhere; none where it leads somewhere."""
    name, _, anchor = cited.partition("#")
    found = sorted((ROOT / "docs/decisions").glob(f"{Path(name).name}-*.md")) if "decisions/0" in name else []
    page = ROOT / name if (ROOT / name).exists() else found[0] if len(found) == 1 else None
    if page is None:
        return "no such page"
    if anchor and (page.is_dir() or anchor.rstrip(".") not in anchors(page)):
        return "no such heading"
    return None


def sections_of(plan: str) -> set[str]:
    """The sections of a plan that the page of sources tells of."""
    part = text(RULES / "sources.md").split(f"\n## {plan}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(rf"^\| ({SECTION}) \|", part, re.MULTILINE))


@cache
def rows_of(plan: str) -> dict[str, str | None]:
    """The codes of a plan's rows, each with its printed limit."""
    rows = yaml.safe_load(text(ROOT / "seeds" / f"{PLANS[plan]}.yaml"))["rows"]
    return {row["code"]: row.get("deadline") for row in rows}


def cited_of_plans(words: str) -> Iterator[tuple[str, str]]:
    """Every section and row that words cite, with its plan."""
    for plan, named in OF_PLAN.findall(words):
        for each in re.split(r",\s+|\s+and\s+|–", named):
            yield " ".join(plan.split()), " ".join(each.split())


def test_every_page_that_is_cited_is_there() -> None:
    faults = {
        f"{where}: {cited}: {fault}"
        for where, words in said()
        for cited in PAGE.findall(words)
        if (fault := fault_of_page(cited)) is not None
    }
    assert sorted(faults) == []


def test_no_page_outside_the_repository_is_cited() -> None:
    faults = {f"{where}: {cited}" for where, words in said() for cited in FORMER_PAGE.findall(words)}
    assert sorted(faults) == []


def test_code_cites_a_decision_by_its_page_and_not_by_its_number_alone() -> None:
    faults = {
        f"{path.relative_to(ROOT)}: {cited}"
        for path in CODE
        for words in prose(path)
        for cited in BARE_DECISION.findall(words)
    }
    assert sorted(faults) == []


def test_every_link_of_a_page_leads_somewhere() -> None:
    faults = []
    for page in PAGES:
        for link, picture in LINK.findall(text(page)):
            name, _, anchor = (link or picture).partition("#")
            if ":" in name:
                continue
            aim = (page.parent / name).resolve() if name else page
            if not aim.exists() or (anchor and anchor not in anchors(aim)):
                faults.append(f"{page.name}: {link or picture}")
    assert faults == []


def test_every_file_that_a_page_names_is_there() -> None:
    faults = [
        f"{page.name}: {name}"
        for page in PAGES
        for name in PATH.findall(text(page))
        if not any(ROOT.glob(name.strip("/")))
    ]
    assert faults == []


def test_every_test_that_a_page_names_is_there() -> None:
    faults = []
    for line in text(ROOT / "docs" / "bad-input.md").splitlines():
        cell = line.rsplit("|", 2)[-2] if line.startswith("|") else line
        file = None
        for name, test in TEST.findall(cell):
            file = ROOT / "tests" / name if name else file
            if file is None or not file.exists() or (test and f"def {test}" not in text(file)):
                faults.append(f"{name or file}::{test}")
    assert faults == []


def test_every_section_of_a_plan_that_is_cited_stands_on_the_page_of_sources() -> None:
    faults = {
        f"{where}: {plan} {cited}"
        for where, words in said()
        for plan, cited in cited_of_plans(words)
        if cited not in (rows_of(plan) if re.fullmatch(ROW, cited) else sections_of(plan))
    }
    assert sorted(faults) == []


def test_every_page_of_the_rule_book_stands_in_its_index() -> None:
    assert {page.name for page in RULES.glob("*.md")} - {"README.md"} == set(
        re.findall(r"^\| \[(\S+)\]\(\1\)", text(RULES / "README.md"), re.MULTILINE)
    )


def test_rows_shown_as_examples_of_a_limit_print_a_limit_of_that_kind() -> None:
    table = re.findall(r"^\| (.+?) \| `(\w+)` \|", text(RULES / "limits.md"), re.MULTILINE)
    shown = [(plan, code, kind) for printed, kind in table for plan, code in cited_of_plans(printed)]
    assert len(shown) >= 11
    for plan, code, kind in shown:
        head = yaml.safe_load(text(ROOT / "seeds" / f"{PLANS[plan]}.yaml"))["plan"]
        limit = read_time_limit(rows_of(plan)[code], year=head["year"], issued_on=head["issued_on"])
        assert (plan, code, limit.kind.value) == (plan, code, kind)


@pytest.mark.parametrize(
    ("cited", "fault"),
    [
        ("rules/nowhere.md", "no such page"),
        ("rules/colours.md#purple", "no such heading"),
        ("decisions/0099", "no such page"),
        ("rules/colours.md#red", None),
        ("decisions/0006", None),
        ("decisions", None),
    ],
)
def test_a_citation_that_leads_nowhere_is_found(cited: str, fault: str | None) -> None:
    (whole,) = PAGE.findall(f"as the rule has it (docs/{cited}).")
    assert fault_of_page(whole) == fault


@pytest.mark.parametrize("cited", ["1-" + "domain", "7-" + "money", "design" + "/money.md"])
def test_a_page_outside_the_repository_is_found(cited: str) -> None:
    assert FORMER_PAGE.search(f"as the rule has it ({cited}, Points).")


def test_sections_and_rows_of_plans_are_found() -> None:
    words = (
        "Bình Lộc IV.2.2, IV.1.5; Phước Bình NV06 and NV07, Ba Ngòi,\nwhich prints more; Phước\nBình PL II (Đồng Phú I)"
    )
    assert list(cited_of_plans(words)) == [
        ("Bình Lộc", "IV.2.2"),
        ("Bình Lộc", "IV.1.5"),
        ("Phước Bình", "NV06"),
        ("Phước Bình", "NV07"),
        ("Phước Bình", "PL II"),
        ("Đồng Phú", "I"),
    ]
