"""The walk through a period as it is shown: one row after another, the end where all is sent, what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import TienDoError
from bot.domain.plan.duties import Duty
from bot.domain.work.progress import FULL
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.periods.walk_period import Owed
from bot.services.reporting.prepare_report import Prospect
from bot.services.reporting.report_progress import Receipt
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import pressed
from bot.views.parts.pages import page_of, turning
from bot.views.parts.subjects import WalkSubject
from bot.views.parts.view import Button, Buttons, View, button, grid
from bot.views.reporting.reporting import Amounts
from bot.views.words.amounts import amount_words, given_words, percent_words
from bot.views.words.duties import begin_button
from bot.views.words.periods import period_words

NAME_SIGNS = 44
BUTTONS_A_ROW = 4
UNITS_NAMED = 40
UNIT_ON_BUTTON = 24
CODES_SHOWN = 24
REFUSED_SHOWN = 12
WITHDRAWALS_SHOWN = 9
_MARKS = {"same": "=", "nothing": "∅", "report": "✏️", "skip": "⏭", "": "…"}
_SENT = ("same", "nothing", "report")


@dataclass(frozen=True, slots=True)
class WalkStage:
    """Where the walk is: the row that is shown, which of how many, how many are still to be said."""

    token: str
    duty: Duty
    number: int
    count: int
    left: int
    assignment_id: int
    code: str
    said: str


@dataclass(frozen=True, slots=True)
class EndRow:
    """One row at the end: what was said of it, and why it cannot be sent any more where it cannot.

    ``unit`` is whose part it is, where several of the person's units lead the row.
    """

    assignment_id: int
    code: str
    unit: str
    said: str
    lead: Lead | None
    amount: Amounts | None
    files: int
    obstacle: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """All that was said, before it is sent."""

    token: str
    duty: Duty
    is_closed: bool
    rows: tuple[EndRow, ...]

    @property
    def ready(self) -> int:
        """How many reports would be sent."""
        return sum(row.said in _SENT and row.obstacle is None for row in self.rows)


def row_view(t: Translator, stage: WalkStage, prospect: Prospect, inner: View, *, asks: bool) -> View:
    """A row: the card of its report under the progress of the walk; ``asks``: how far it is was not said yet."""
    # The button that would send a single report only notes it within the walk; its sentence says so.
    card = inner.text.replace(say(t, "report.add_or_send"), say(t, "period.add_or_take"))
    text = lines([_head(t, stage), "", card])
    shown = [row for each in inner.buttons if (row := tuple(_inside(t, one, stage) for one in each if _stays(one)))]
    keep = _keep(t, stage, prospect) if asks else ()
    return View(text, (*keep, *shown, *_ways_on(t, stage)))


def obstacle_view(t: Translator, stage: WalkStage, key: str, figures: Mapping[str, object]) -> View:
    """A row that takes no report in this walk any more, and why."""
    text = lines([_head(t, stage), "", say(t, f"error.{key}", **figures)])
    again = ((_row_button(t("period.look_again"), stage, "look"),),) if key == "walk_moved" else ()
    return View(text, (*again, *_ways_on(t, stage)))


def _head(t: Translator, stage: WalkStage) -> Html:
    period = period_words(t, stage.duty)
    return say(t, "period.walk_head", period=period, number=stage.number, count=stage.count, due=stage.duty.due)


def _stays(one: Button) -> bool:
    # The walk has a "Giữ nguyên" of its own, and "Hủy" of a single report must not end the walk.
    return one.press is None or one.press.args[2:3] not in (("cancel",), ("same",))


def _inside(t: Translator, one: Button, stage: WalkStage) -> Button:
    """A button of the single report's card with its row in it, so that a second tap cannot act on the next row."""
    if one.press is None or one.press.action != Action.DIALOGUE:
        return one
    verb, value = one.press.args[2], one.press.args[3:]
    label = t("period.take") if verb == "send" else one.label
    return _row_button(label, stage, verb, *value)


def _row_button(label: str, stage: WalkStage, verb: str, *value: object) -> Button:
    return Button(label, pressed(stage.token, stage.assignment_id, "row", stage.assignment_id, verb, *value))


def _keep(t: Translator, stage: WalkStage, prospect: Prospect) -> Buttons:
    lead = prospect.subject.lead
    target, standing = lead.terms.target, lead.standing
    nothing = _row_button(t("period.nothing_new"), stage, "nothing")
    if target is not None and standing.value is None:
        return ((nothing,),)
    now = (
        percent_words(standing.percent)
        if target is None
        else given_words(t, target, standing.percent, standing.value, None)
    )
    return ((_row_button(t("report.unchanged", now=now), stage, "same"), nothing),)


def _ways_on(t: Translator, stage: WalkStage) -> Buttons:
    skip = _row_button(t("period.skip"), stage, "skip")
    end = _walk_button(t("period.to_end"), stage.token, "end")
    rest = _walk_button(t("period.keep_rest", n=stage.left), stage.token, "rest")
    pause = _walk_button(t("period.pause"), stage.token, "pause")
    return ((skip, end), *(((rest,),) if stage.left > 1 else ()), (pause,))


def _walk_button(label: str, token: str, verb: str, *value: object) -> Button:
    return Button(label, pressed(token, WalkSubject(), verb, *value))


# --- the end


def end_view(t: Translator, ending: Ending, page: int) -> View:
    """All that was said, a page of it, with one button that sends it."""
    shown = page_of(ending.rows, page)
    period = period_words(t, ending.duty)
    told = [
        say(t, "period.end_head", period=period, due=ending.duty.due),
        say(t, "period.walk_closed_now", period=period) if ending.is_closed else None,
        _counts(t, ending.rows),
        "",
        *(_end_row(t, row) for row in shown.rows),
        "",
        say(t, "list.page", page=shown.number + 1, pages=shown.count) if shown.count > 1 else None,
        say(t, "period.end_please" if ending.ready else "period.end_nothing"),
    ]
    go = grid(
        [_walk_button(_label(row), ending.token, "go", row.assignment_id) for row in shown.rows],
        BUTTONS_A_ROW,
    )
    turns = turning(shown, lambda number: pressed(ending.token, WalkSubject(), "page", number))
    key = "period.send_closed" if ending.is_closed else "period.send"
    send = ((_walk_button(t(key, n=ending.ready), ending.token, "send"),),) if ending.ready else ()
    left = sum(not row.said for row in ending.rows)
    rest = ((_walk_button(t("period.keep_rest", n=left), ending.token, "rest"),),) if left else ()
    last = (
        _walk_button(t("period.pause"), ending.token, "pause"),
        _walk_button(t("period.drop"), ending.token, "drop"),
    )
    return View(lines(told), (*send, *rest, *go, *((turns,) if turns else ()), last))


def _label(row: EndRow) -> str:
    return f"{_MARKS[row.said]} {_of_unit(row.code, row.unit)}"


def _of_unit(code: str, unit: str) -> str:
    """A code, with the unit where it alone does not say whose part is meant."""
    return f"{code} · {shorten(unit, UNIT_ON_BUTTON)}" if unit else code


def _counts(t: Translator, rows: Sequence[EndRow]) -> Html:
    found = Counter(row.said for row in rows)
    parts = [
        t(f"period.said_{word or 'not'}", n=found[word])
        for word in ("report", "same", "nothing", "skip", "")
        if found[word]
    ]
    return say(t, "period.said", parts=" · ".join(parts))


def _end_row(t: Translator, row: EndRow) -> Html:
    name = shorten(row.lead.row.name, NAME_SIGNS) if row.lead is not None else ""
    head = say(t, "period.end_row", mark=_MARKS[row.said], code=row.code, name=shorten(row.unit, UNITS_NAMED) or name)
    if row.obstacle is not None:
        return lines([head, say(t, "list.reason", reason=say(t, f"error.{row.obstacle}", code=row.code))])
    return lines([head, say(t, "list.reason", reason=_what(t, row))])


def _what(t: Translator, row: EndRow) -> str:
    lead = row.lead
    if lead is None or row.said in ("", "skip", "nothing"):
        return t(f"period.row_{row.said or 'not'}")
    now = amount_words(t, lead.terms.target, lead.standing.percent, lead.standing.value, lead.standing.share)
    if row.amount is None:
        has_none = lead.terms.target is not None and lead.standing.value is None
        return t("period.row_same_none") if has_none else t("period.row_same", now=now)
    was = given_words(t, lead.terms.target, lead.standing.percent, lead.standing.value, lead.standing.share)
    words = t("period.row_report", before=was, after=amount_words(t, lead.terms.target, *row.amount))
    return f"{words} · {t.count('period.row_files', row.files)}" if row.files else words


# --- what came of it


def sent_view(
    t: Translator, duty: Duty, receipts: Sequence[Receipt], refused: Sequence[tuple[str, TienDoError]], left: Owed
) -> View:
    """The receipts in one message, what could not be sent and why, and what is still owed."""
    period = period_words(t, duty)
    codes = list(dict.fromkeys(receipt.after.lead.row.code for receipt in receipts))
    served = [receipt for receipt in receipts if receipt.body.period == duty.period]
    late = any(receipt.body.late for receipt in served)
    told: list[Html | str | None] = []
    if receipts:
        at = t.instant(receipts[-1].recorded.event.at)
        told += [
            say_count(t, "period.recorded", len(receipts), period=period),
            say(t, "period.recorded_codes", codes=_some(codes)),
            say(t, "period.recorded_numbers", numbers=_numbers([receipt.number for receipt in receipts]), at=at),
            _served(t, len(served), len(receipts), period, late=late),
            say(t, "period.withdraw_how", time=t.clock_time(receipts[-1].withdraw_until)),
        ]
    else:
        told.append(say(t, "period.recorded_none", period=period))
    if refused:
        told += ["", say_count(t, "period.refused", len(refused))]
        told += [_refused(t, code, problem) for code, problem in refused[:REFUSED_SHOWN]]
    told += ["", *_left_words(t, left)]
    return View(lines(told), (*left_buttons(t, left), *_take_back(t, receipts)))


def _take_back(t: Translator, receipts: Sequence[Receipt]) -> Buttons:
    """Buttons that take a report back, complete ones first: no further report could correct those."""
    ordered = sorted(receipts, key=lambda receipt: receipt.body.percent < FULL)
    times = Counter(receipt.after.lead.row.code for receipt in receipts)
    buttons = [
        button(
            t("period.withdraw", code=_whose(receipt, times)),
            Action.WITHDRAW,
            receipt.after.assignment_id,
            receipt.number,
            "beside",
        )
        for receipt in ordered[:WITHDRAWALS_SHOWN]
    ]
    return grid(buttons, 3)


def _whose(receipt: Receipt, times: Mapping[str, int]) -> str:
    code = receipt.after.lead.row.code
    return _of_unit(code, receipt.after.unit if times[code] > 1 else "")


def _served(t: Translator, served: int, count: int, period: str, *, late: bool) -> Html:
    if served == 0:
        return say(t, "period.served_none", period=period)
    if served < count:
        return say(t, "period.served_some", n=served, period=period)
    return say(t, "period.served_late" if late else "period.served_on_time", period=period)


def _some(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:CODES_SHOWN])
    return f"{shown}… (+{len(codes) - CODES_SHOWN})" if len(codes) > CODES_SHOWN else shown


def _numbers(numbers: Sequence[int]) -> str:
    first, last = min(numbers), max(numbers)
    in_a_row = last - first + 1 == len(numbers) > 2
    return f"{first}–{last}" if in_a_row else _some([f"{number}" for number in numbers])


def _refused(t: Translator, code: str, problem: TienDoError) -> Html:
    words = say(t, f"error.{problem.key}", **{"code": code, **problem.figures})
    return say(t, "period.refused_row", code=code, why=words)


def paused_view(t: Translator, owed: Owed, said: int, count: int) -> View:
    """The walk was left; nothing was sent. What the unit owes as a whole may be given meanwhile."""
    told = [
        say(t, "period.paused", said=said, count=count) if said else say(t, "period.paused_none", count=count),
        say(t, "period.as_units") if owed.as_units else None,
    ]
    return View(lines(told), left_buttons(t, owed))


def dropped_view(t: Translator) -> View:
    """The walk was given up."""
    return View(say(t, "period.dropped"))


def nothing_owed(t: Translator, owed: Owed) -> View:
    """Nothing is to be walked through: all is reported, or no period is open."""
    units = ", ".join(shorten(unit, UNITS_NAMED) for unit in owed.units)
    told: list[Html | str | None] = [say(t, "period.own_head", units=units, place=owed.locality), *_left_words(t, owed)]
    return View(lines(told), left_buttons(t, owed))


def _left_words(t: Translator, owed: Owed) -> Iterable[Html]:
    if owed.missed is not None:
        duty, n = owed.missed
        yield say_count(t, "period.missed", n, period=period_words(t, duty))
    if owed.duty is not None and owed.subjects:
        yield say_count(t, "period.left", len(owed.subjects), period=period_words(t, owed.duty), due=owed.duty.due)
    elif owed.duty is not None:
        yield say(t, "period.all_reported", period=period_words(t, owed.duty))
    elif owed.next_opens is not None:
        yield say(t, "period.none_open", period=period_words(t, owed.next_opens), day=owed.next_opens.opens)
    else:
        yield say(t, "period.no_more")
    if owed.as_units:
        yield say(t, "period.as_units")


def left_buttons(t: Translator, owed: Owed) -> Buttons:
    """What is still owed, each to be begun: the rows, and what the unit as a whole owes."""
    walk = ((button(t("period.go_on"), Action.PERIOD, "walk", owed.locality_id),),) if owed.subjects else ()
    several = len({target.unit_id for target, _, _ in owed.as_units}) > 1
    named = ((target, duty, shorten(unit, UNITS_NAMED) if several else "") for target, duty, unit in owed.as_units)
    return (*walk, *((begin_button(t, target, duty, whose),) for target, duty, whose in named))
