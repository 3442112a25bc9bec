"""The quick report of a task: a percent, "xong", "giữ nguyên"."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.errors import BadInput
from bot.domain.work.progress import FULL, check_percent
from bot.language.reports.items import ItemRole, ReportItem
from bot.language.reports.meanings import ReportWord
from bot.language.reports.outcomes import AmbiguousReport, QuickReport, ReportOutcome
from bot.language.reports.report_message import ReportMessage

_LINKS = (ReportWord.CHOICE, ReportWord.RANGE)
_LINK_SIGNS = ("-", "–", "~", "/")
_OTHERS = (ItemRole.DATE, ItemRole.QUANTITY, ItemRole.SHARE, ItemRole.BARE)


def task_outcome(scene: ReportMessage) -> ReportOutcome:
    """What the message reports of its task, in percent (0-100); none where it reports nothing.

    The rules: docs/rules/chat.md#quick-report.
    """
    percents = [index for index, item in enumerate(scene.items) if item.role is ItemRole.PERCENT]
    if percents:
        return _percents(scene, percents)
    bare = _first_bare(scene)
    if bare is not None:
        return _bare(scene, bare)
    without = unchanged(scene) or _completed(scene)
    if without is not None:
        return without
    if any(item.role in _OTHERS for item in scene.items):
        return AmbiguousReport(scene.code, _figures(scene.items), "number_unclear")
    return announced(scene, "percent_missing")


def unchanged(scene: ReportMessage) -> QuickReport | None:
    """The report that nothing changed, where the message says so of its row, with what else it says as the note."""
    for index, item in enumerate(scene.items):
        if item.says in (ReportWord.UNCHANGED, ReportWord.NOTHING_NEW) and (
            scene.is_close(index) or scene.own_clause(index)
        ):
            words = scene.text[scene.tokens[item.start].start : scene.tokens[item.end - 1].end]
            note = scene.note(index)
            kept = words if item.says is ReportWord.NOTHING_NEW else ""
            return QuickReport(scene.code, note=", ".join(part for part in (kept, note) if part), unchanged=True)
    return None


def announced(scene: ReportMessage, reason: str) -> AmbiguousReport | None:
    """A report without its figure: one that is announced, or that tells of work done on the row."""
    place = scene.code_place
    if any(item.says is ReportWord.PLANNED for item in scene.items[:place]):
        # "Mai tôi sẽ nhập số cho NV05".
        return None
    told = any(item.says is ReportWord.REPORT for item in scene.items[:place])
    after = [
        item
        for item in scene.items[place + 1 :]
        if item.says is not ReportWord.POLITE and item.role is not ItemRole.SIGN
    ]
    works = (
        len(after) > 1
        and after[0].says is ReportWord.ALREADY
        and any(item.says is ReportWord.WORK for item in after[1:3])
    )
    return AmbiguousReport(scene.code, (), reason) if told or works else None


def linked(scene: ReportMessage, index: int) -> tuple[Decimal, ...]:
    """The other figures that stand right beside the one at ``index`` as its alternative or the end of its range.

    NaN for one that can be read in two ways.
    """
    found: list[Decimal] = []
    for step in (-1, 1):
        near = index + step
        joined = 0 <= near < len(scene.items) and _links(scene.items[near])
        far = near + step if joined else near
        if 0 <= far < len(scene.items) and scene.items[far].role in (ItemRole.BARE, ItemRole.PERCENT):
            value = scene.items[far].value
            found.append(Decimal("NaN") if value is None else value)
    return tuple(found)


def _links(item: ReportItem) -> bool:
    return item.says in _LINKS or item.sign in _LINK_SIGNS


def _percents(scene: ReportMessage, places: list[int]) -> ReportOutcome:
    index, item = places[0], scene.items[places[0]]
    values = tuple(dict.fromkeys(_plain(scene.items[place].value) for place in places))
    if len(values) > 1:
        return AmbiguousReport(scene.code, values, "several_percents")
    beside = linked(scene, index)
    if beside:
        return AmbiguousReport(scene.code, (*values, *(_plain(value) for value in beside)), "several_percents")
    reason = _doubt(scene, index) or scene.hedge(index)
    if reason is None and not scene.is_close(index) and not scene.own_clause(index):
        reason = "number_unclear"
    if reason is not None or item.value is None:
        return AmbiguousReport(scene.code, values, reason or "separator_unclear")
    return _booked(scene, item.value, *places)


def _plain(value: Decimal | None) -> Decimal | str:
    return "?" if value is None or value.is_nan() else value


def _doubt(scene: ReportMessage, index: int) -> str | None:
    figure, behind = scene.items[index].figure, scene.items[index + 1 : index + 2]
    if figure is not None and figure.sign:
        return "change"
    said = {token.folded for token in scene.tokens[scene.items[index].start : scene.items[index].end]}
    if "phan" in said and "tram" not in said:
        # "Ba phần tư" may be three parts of four as well as 75 %.
        return "number_unclear"
    if behind and behind[0].role is ItemRole.NOUN:
        return "share_of_things"
    if behind and behind[0].says in (ReportWord.AFTER_INEXACT, ReportWord.REST):
        return "inexact"
    return None


def _booked(scene: ReportMessage, value: Decimal, *used: int) -> ReportOutcome:
    try:
        check_percent(value)
    except BadInput as error:
        return AmbiguousReport(scene.code, (_plain(value),), error.key)
    return QuickReport(scene.code, percent=value, note=scene.note(*used))


def _first_bare(scene: ReportMessage) -> int | None:
    for index, item in enumerate(scene.items):
        if item.role is ItemRole.BARE:
            return index
    return None


def _bare(scene: ReportMessage, index: int) -> ReportOutcome:
    """A number without a mark is a percent only right behind its task, with nothing behind that it could count."""
    value = scene.items[index].value
    beside = linked(scene, index)
    reason = "several_percents" if beside else _doubt(scene, index) or scene.hedge(index)
    if reason is None and (index < scene.code_place or not scene.is_close(index) or not scene.ends_at(index)):
        reason = "number_unclear"
    if reason is not None or value is None:
        candidates = tuple(_plain(found) for found in (value, *beside))
        return AmbiguousReport(scene.code, candidates, reason or "separator_unclear")
    return _booked(scene, value, index)


def _completed(scene: ReportMessage) -> ReportOutcome:
    done = [index for index, item in enumerate(scene.items) if item.says is ReportWord.DONE]
    if not done:
        return None
    index = done[0]
    reason = scene.hedge(index)
    if reason is None and not (scene.is_close(index) and _says_all(scene, index)):
        reason = "completes_a_part"
    if reason is not None:
        return AmbiguousReport(scene.code, (FULL,), reason)
    return QuickReport(scene.code, percent=FULL, note=scene.note(index), implied=True)


def _says_all(scene: ReportMessage, index: int) -> bool:
    """Whether nothing follows that could be the part that is complete."""
    for behind in scene.items[index + 1 :]:
        if behind.role in (ItemRole.SIGN, ItemRole.CODE) or behind.says in (ReportWord.ALREADY, ReportWord.IN_TIME):
            return True
        if behind.says not in (ReportWord.POLITE, ReportWord.DONE) and behind.role is not ItemRole.WORK_NOUN:
            return False
    return True


def _figures(items: tuple[ReportItem, ...]) -> tuple[Decimal | str, ...]:
    return tuple(_plain(item.value) for item in items[:50] if item.role in _OTHERS and item.value is not None)
