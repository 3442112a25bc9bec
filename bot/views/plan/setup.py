"""`/khoitao`: how far the opening of the plan is, its lists, and the step into use."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.work.lifecycle import State
from bot.i18n import Translator
from bot.services.core.board import BoardRow, Lead
from bot.services.plan.open_plan import InUse, PlanStatus
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Press, View, button, grid
from bot.views.words.places import place_words
from bot.views.words.rows import progress_words, reasons_of_row, row_line

CODES_A_ROW = 4
NAME = 60


def status_view(t: Translator, status: PlanStatus) -> View:
    """The plan with what is still to be done before (and after) it is used, and the steps as buttons."""
    in_use = status.plan.in_use_on
    told: list[Html | str | None] = [
        say(t, "setup.head", place=place_words(t, status.locality)),
        say(t, "setup.plan", number=status.plan.number, year=status.plan.year),
        say(t, "setup.not_in_use") if in_use is None else say(t, "setup.in_use_since", day=in_use),
        _in_place_of(t, status),
        "",
        say(t, "setup.rows", tasks=status.tasks, indicators=status.indicators, leads=status.leads),
        say(t, "setup.breaks_off", words=status.breaks_off) if status.breaks_off else None,
        say_count(t, "setup.red", len(status.red)) if in_use is None else None,
        say_count(t, "setup.opened", status.opened) if in_use is None else None,
        say_count(t, "setup.undated", len(status.undated)) if status.undated else None,
        say_count(t, "setup.undated_elsewhere", status.undated_elsewhere)
        if status.undated_elsewhere and status.is_office
        else None,
        say_count(t, "setup.doubtful", len({row.id for _, rows in status.doubts for row in rows})),
        say_count(t, "setup.nobody", len(status.nobody)) if status.nobody else None,
    ]
    if in_use is None and status.is_office:
        told += ["", say(t, "setup.explain")]
    return View(lines(told), _steps(t, status))


def _in_place_of(t: Translator, status: PlanStatus) -> Html | None:
    if status.before is None:
        return None
    key = "setup.in_place_of" if status.can_be_used else "setup.in_place_of_from"
    return say(t, key, before=status.before.year, day=status.usable_from)


def _steps(t: Translator, status: PlanStatus) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    opening = status.is_office and status.plan.in_use_on is None
    if opening:
        rows += [
            (_press(t("setup.step_red", n=len(status.red)), "red", 0),),
            (_press(t("setup.step_all"), "all", 0), _press(t("setup.step_file"), "file")),
        ]
    if status.undated:
        rows.append((_press(t("setup.step_dates", n=len(status.undated)), "dates", 0),))
    if status.is_office:
        doubts = (_press(t("setup.step_doubts"), "doubts"),) if status.doubts else ()
        nobody = (_press(t("setup.step_nobody"), "nobody", 0),) if status.nobody else ()
        rows.append((*doubts, *nobody))
    if opening and status.can_be_used:
        rows.append((_press(t("setup.step_use"), "ask_use", status.plan.id, 0),))
    return tuple(rows)


def red_view(t: Translator, status: PlanStatus, number: int = 0) -> View:
    """What would be red at once, each row with a button that sets its opening."""
    head = say_count(t, "setup.red_head", len(status.red))
    hint = say(t, "setup.red_hint" if status.red else "setup.red_none")

    def told(row: BoardRow) -> Html:
        return lines([row_line(t, row), reasons_of_row(t, row, status.today)])

    return _list(t, head, hint, status.red, told, "red", "row", number)


def all_view(t: Translator, status: PlanStatus, number: int = 0) -> View:
    """Every row with where it stands."""
    head = say_count(t, "setup.all_head", len(status.rows))
    return _list(t, head, say(t, "setup.red_hint"), status.rows, lambda row: row_line(t, row), "all", "row", number)


def dates_view(t: Translator, status: PlanStatus, number: int = 0) -> View:
    """The rows without a limit, each with a button that sets one."""
    head = say_count(t, "setup.dates_head", len(status.undated))
    hint = say(t, "setup.dates_hint" if status.undated else "setup.dates_none")

    def told(row: BoardRow) -> Html:
        return say(t, "setup.date_line", code=row.row.code, name=shorten(row.row.name, NAME), printed=_printed(row))

    return _list(t, head, hint, status.undated, told, "dates", "date", number)


def _list(
    t: Translator,
    head: Html,
    hint: Html,
    rows: tuple[BoardRow, ...],
    told: Callable[[BoardRow], Html],
    verb: str,
    opens: str,
    number: int,
) -> View:
    page = page_of(rows, number)
    text = lines([head, "", *(told(row) for row in page.rows), "" if rows else None, hint])
    codes = grid([_press(row.row.code, opens, row.row.id) for row in page.rows], CODES_A_ROW)
    turns = turning(page, lambda to: Press(Action.SETUP, (verb, str(to))))
    return View(text, (*codes, turns, (_home(t),)))


def doubts_view(t: Translator, status: PlanStatus) -> View:
    """The kinds of doubt with how many rows each, and where the published text breaks off."""
    told: list[Html | str | None] = [say(t, "setup.doubts_head")]
    told += [say(t, "setup.doubt_kind", kind=t(f"doubts.{key}"), n=len(rows)) for key, rows in status.doubts]
    if not status.doubts:
        told.append(say(t, "setup.doubts_none"))
    if status.breaks_off:
        told += ["", say(t, "setup.breaks_off", words=status.breaks_off)]
    kinds = [(_press(f"{t(f'doubts.{key}')} ({len(rows)})", "doubt", key, 0),) for key, rows in status.doubts]
    return View(lines(told), (*kinds, (_home(t),)))


def doubt_view(t: Translator, status: PlanStatus, kind: str, number: int = 0) -> View:
    """The rows of one kind of doubt, each with a button to its card."""
    rows = dict(status.doubts).get(kind)
    if not rows:
        return doubts_view(t, status)
    page = page_of(rows, number)
    told = [say(t, "setup.row", code=row.code, name=shorten(row.name, NAME)) for row in page.rows]
    hint = say(t, f"setup.hint_{kind}") if t.has(f"setup.hint_{kind}") else None
    text = lines([say(t, "setup.doubt_kind", kind=t(f"doubts.{kind}"), n=len(rows)), "", *told, "", hint])
    cards = grid([button(row.code, Action.CARD, row.id) for row in page.rows], CODES_A_ROW)
    turns = turning(page, lambda to: Press(Action.SETUP, ("doubt", kind, str(to))))
    groups = (button(t("setup.to_groups"), Action.UNITS, "groups"),) if kind in ("lead_proposed", "group_empty") else ()
    return View(text, (*cards, turns, groups, (_press(t("button.back"), "doubts"),)))


def nobody_view(t: Translator, status: PlanStatus, number: int = 0) -> View:
    """The units that lead something and that nobody has joined."""
    page = page_of(status.nobody, number)
    told = [say(t, "setup.nobody_line", unit=unit.name) for unit in page.rows]
    head = say_count(t, "setup.nobody", len(status.nobody))
    turns = turning(page, lambda to: Press(Action.SETUP, ("nobody", str(to))))
    invite = button(t("setup.to_invite"), Action.MENU, "moi")
    return View(lines([head, *told]), (turns, (invite,), (_home(t),)))


def ask_use_view(t: Translator, status: PlanStatus, number: int = 0) -> View:
    """Whether the plan is to be used from today, with what will be red then."""
    page = page_of(status.red, number)
    told: list[Html | str | None] = [
        say(t, "setup.ask_use", place=place_words(t, status.locality), year=status.plan.year),
        say(t, "setup.ask_use_before", before=status.before.year) if status.before else None,
        say_count(t, "setup.ask_use_waiting", status.waiting) if status.waiting else None,
        say_count(t, "setup.nobody", len(status.nobody)) if status.nobody else None,
        "",
        say_count(t, "setup.ask_use_red", len(status.red)) if status.red else say(t, "setup.red_none"),
        *(row_line(t, row) for row in page.rows),
    ]
    turns = turning(page, lambda to: Press(Action.SETUP, ("ask_use", str(status.plan.id), str(to))))
    yes = _press(t("setup.use"), "use", status.plan.id, status.mark)
    return View(lines(told), (turns, (yes,), (_press(t("button.cancel"), "home"),)))


def in_use_view(t: Translator, used: InUse) -> View:
    """The plan is in use."""
    told: list[Html | str | None] = [
        say(t, "setup.used", place=place_words(t, used.locality), year=used.plan.year, day=used.plan.in_use_on),
        say_count(t, "setup.used_red", len(used.red)) if used.red else None,
        say(t, "setup.used_next"),
    ]
    red = (button(t("home.do"), Action.MENU, "do"),) if used.red else ()
    return View(lines(told), ((*red, button(t("home.moi"), Action.MENU, "moi")),))


def present_words(t: Translator, lead: Lead) -> str:
    """Where a lead assignment stands in few words: 40%, hạng 8 / chỉ tiêu hạng 10, hoàn thành 15/03/2026."""
    standing = lead.standing
    if standing.state is State.COMPLETED and standing.sent_on is not None:
        return t("setup.present_done", day=t.day(standing.sent_on))
    return progress_words(t, lead)


def _printed(row: BoardRow) -> str:
    return row.row.limit.printed or "–"


def _home(t: Translator) -> Button:
    return _press(t("button.back"), "home")


def _press(label: str, *args: object) -> Button:
    return button(label, Action.SETUP, *args)
