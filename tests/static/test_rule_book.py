"""The tables of docs/rules against the code they speak of: nothing that has a name is missing on either side."""

from __future__ import annotations

import re

import yaml

from bot.app import ROUTES
from bot.domain.people.people import CAN, Ability, Role
from bot.domain.plan.deadlines import DeadlineKind, read_time_limit
from bot.domain.work.alerts import REASON_ORDER, Reason
from bot.domain.work.ladder import Rule
from tests.static.citing import PLANS, ROOT, RULES, cited_of_plans, rows_of, text


def section(page: str, heading: str) -> str:
    return text(RULES / page).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_page_of_the_chat_lists_every_command_with_its_alias() -> None:
    listed: dict[str, str] = {}
    for first, second in re.findall(r"^\| (`/.+?) \| (.*?) \|", section("chat.md", "Commands"), re.MULTILINE):
        names, aliases = (re.findall(r"`/(\w+)", cell) for cell in (first, second))
        listed |= dict(zip(names, aliases or names, strict=True))
    assert listed == {command.name: command.alias for command in ROUTES.commands}


def test_the_page_of_rights_names_the_roles_of_every_ability() -> None:
    rows = re.findall(r"^\| `(\w+)`.* \| (.+) \|$", section("rights.md", "Who may do what"), re.MULTILINE)
    named = {
        Ability(name): frozenset(Role(each) for each in re.findall(r"[a-z]+", bare(roles))) for name, roles in rows
    }
    assert named == CAN


def bare(roles: str) -> str:
    """Without what stands in brackets."""
    return re.sub(r"\(.*?\)", "", roles)


def test_the_page_of_reminders_lists_every_rule() -> None:
    rows = re.findall(r"^\| (`.+?) \|", section("reminders.md", "What is sent"), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == {rule.value for rule in Rule}


def test_the_page_of_colours_lists_every_reason_in_its_order() -> None:
    told = [
        *re.findall(r"^\| `(\w+)` \|", section("colours.md", "Red"), re.MULTILINE),
        *re.findall(r"^\| `(\w+)` \|", section("colours.md", "Amber"), re.MULTILINE),
    ]
    assert [Reason(each) for each in told] == list(REASON_ORDER)
    assert section("colours.md", "Order of reasons").strip(" .\n").split(", ") == [each.value for each in REASON_ORDER]


def test_the_page_of_limits_lists_every_kind_and_its_examples_are_of_that_kind() -> None:
    table = re.findall(r"^\| (.+?) \| `(\w+)` \|", section("limits.md", "Kinds of limits"), re.MULTILINE)
    assert {kind for _, kind in table} == {kind.value for kind in DeadlineKind}
    for printed, kind in table:
        for plan, code in cited_of_plans(printed):
            head = yaml.safe_load(text(ROOT / "seeds" / f"{PLANS[plan]}.yaml"))["plan"]
            if code in rows_of(plan):
                limit = read_time_limit(rows_of(plan)[code], year=head["year"], issued_on=head["issued_on"])
                assert (plan, code, limit.kind.value) == (plan, code, kind)


def test_one_file_carries_each_rule() -> None:
    rows = section_of_architecture("Where a rule stands")
    files = re.findall(r"^\| [^|`]+ \| `(bot/[\w/]+\.py)` \|$", rows, re.MULTILINE)
    assert len(files) == len(re.findall(r"^\| ", rows, re.MULTILINE)) - 1 > 30
    assert [file for file in files if not (ROOT / file).is_file()] == []


def section_of_architecture(heading: str) -> str:
    return text(ROOT / "docs" / "architecture.md").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
