"""Whatever is cited is there: pages, headings, decisions, sections and rows of the plans, files, tests."""

from __future__ import annotations

import re

import pytest

from tests.static.citing import (
    BARE_DECISION,
    CODE,
    FORMER_PAGE,
    LINK,
    PAGE,
    PAGES,
    PATH,
    ROOT,
    ROW,
    RULES,
    TEST,
    anchors,
    cited_of_plans,
    fault_of_page,
    prose,
    rows_of,
    said,
    sections_of,
    text,
)


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


def test_every_file_that_is_named_is_there() -> None:
    """The changelog aside, which tells of files as they were."""
    named = {(where, name) for where, words in said() for name in PATH.findall(words) if where != "CHANGELOG.md"}
    assert sorted(pair for pair in named if not any(ROOT.glob(pair[1]))) == []


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
