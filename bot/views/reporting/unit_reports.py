"""A whole unit's report as it is shown: its name, the card before it is sent, the receipt, what was sent, its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.people.evidence import Evidence
from bot.domain.plan.duties import Ask, Duty, UnitReport
from bot.i18n import Translator
from bot.services.reporting.prepare_unit_report import UnitProspect, UnitReportTarget
from bot.services.reporting.send_unit_report import UnitReceipt, UnitReportFiles
from bot.views.parts.actions import Action
from bot.views.parts.fitting import fitted
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import pressed
from bot.views.parts.pages import page_of, turning
from bot.views.parts.subjects import DutySubject
from bot.views.parts.view import Button, Buttons, Press, View, button
from bot.views.words.duties import _target, what
from bot.views.words.findings import FILES_A_PAGE, FILES_NAMED, LABEL_OF_FILE, attachments, file_lines


@dataclass(frozen=True, slots=True)
class UnitReportSoFar:
    """What has been given so far; ``lacks`` is the key of what is still missing."""

    token: str
    note: str
    nothing_new: bool
    lacks: str | None


# --- what it is called


def subject_of(target: UnitReportTarget) -> DutySubject:
    """How the buttons of a report's dialogue name the report."""
    return DutySubject(target.locality_id, target.unit_id, target.ask, target.period)


def _in_dialogue(label: str, prospect: UnitProspect, given: UnitReportSoFar, verb: str, *value: object) -> Button:
    return Button(label, pressed(given.token, subject_of(prospect.target), verb, *value))


# --- before it is sent


def card(t: Translator, prospect: UnitProspect, given: UnitReportSoFar) -> View:
    """The report as it would be sent; the button that sends it stands only where nothing is missing."""
    asked = say(t, _asked(prospect.duty.ask, given)) if prospect.refusal is None else _refused(t, prospect)
    head = [*_head(t, prospect), _earlier(t, prospect), ""]
    text = fitted(lambda room: lines([*head, *_content(t, prospect, given, room), "", asked]))
    return View(text, _card_buttons(t, prospect, given))


def _head(t: Translator, prospect: UnitProspect) -> Iterable[Html]:
    duty = prospect.duty
    name = what(t, (duty,))
    yield say(t, "unit_report.title", what=name[:1].upper() + name[1:])
    yield say(t, "report.unit_and_place", unit=prospect.unit, place=prospect.locality)
    yield say(t, "unit_report.due_late" if prospect.is_late else "unit_report.due", day=duty.due, closes=duty.closes)


def _earlier(t: Translator, prospect: UnitProspect) -> Html | None:
    if not prospect.sent:
        return None
    return say(t, "unit_report.further", number=prospect.sent[-1].id, at=t.instant(prospect.sent[-1].at))


def _content(t: Translator, prospect: UnitProspect, given: UnitReportSoFar, room: int) -> Iterable[Html]:
    if given.nothing_new:
        yield say(t, "unit_report.nothing_new")
    if given.note:
        yield say(t, "unit_report.note", note=_excerpt(given.note, room))
    names = [each.evidence.name for each in prospect.files]
    if names:
        yield say_count(t, "report.files_complete", len(names))
        yield from (say(t, "report.file", name=shorten(name, LABEL_OF_FILE)) for name in names[:FILES_NAMED])
    if len(names) > FILES_NAMED:
        yield say_count(t, "report.more_files", len(names) - FILES_NAMED)


def _excerpt(note: str, room: int) -> str:
    """A note with its lines as typed; cut only where a message could not hold it."""
    return note if len(note) <= room else f"{note[:room].rstrip()}…"


def _asked(ask: Ask, given: UnitReportSoFar) -> str:
    if given.lacks is None:
        return "unit_report.send_nothing_new" if given.nothing_new else "unit_report.add_or_send"
    return f"unit_report.ask_{ask.value}"


def _refused(t: Translator, prospect: UnitProspect) -> Html:
    assert prospect.refusal is not None
    return say(t, f"error.{prospect.refusal.key}", **prospect.refusal.figures)


def _card_buttons(t: Translator, prospect: UnitProspect, given: UnitReportSoFar) -> Buttons:
    cancel = _in_dialogue(t("button.cancel"), prospect, given, "cancel")
    if prospect.refusal is not None:
        return ((cancel,),)
    rows: list[tuple[Button, ...]] = []
    if given.lacks is None:
        rows.append((_in_dialogue(t("report.send"), prospect, given, "send"),))
    empty = not (given.note or given.nothing_new or prospect.files)
    if empty and prospect.duty.ask is Ask.SUMMARY:
        rows.append((_in_dialogue(t("unit_report.button_nothing"), prospect, given, "nothing"),))
    edit = () if empty else (_in_dialogue(t("report.edit"), prospect, given, "edit"),)
    return (*rows, (*edit, cancel))


def edit_menu(t: Translator, prospect: UnitProspect, given: UnitReportSoFar, page: int) -> View:
    """What may be taken out of the report."""
    shown = page_of([each.evidence for each in prospect.files], page)
    rows: list[tuple[Button, ...]] = []
    if given.note:
        rows.append((_in_dialogue(t("unit_report.edit_note"), prospect, given, "note"),))
    if given.nothing_new:
        rows.append((_in_dialogue(t("unit_report.edit_nothing"), prospect, given, "undo"),))
    rows += [(_in_dialogue(_drop(t, each), prospect, given, "drop", each.id),) for each in shown.rows]
    subject = subject_of(prospect.target)
    turns = turning(shown, lambda number: pressed(given.token, subject, "page", number))
    back = _in_dialogue(t("button.back"), prospect, given, "back")
    cancel = _in_dialogue(t("button.cancel"), prospect, given, "cancel")
    text = lines([*_head(t, prospect), "", say(t, "report.what_to_edit")])
    return View(text, (*rows, *((turns,) if turns else ()), (back, cancel)))


def _drop(t: Translator, each: Evidence) -> str:
    return t("report.drop_file", name=shorten(each.name, LABEL_OF_FILE))


# --- once it is sent


def receipt(t: Translator, given: UnitReceipt) -> View:
    """A report was recorded: what, when, for whom, whether in time."""
    duty, report = given.before.duty, given.report
    told = [
        say(t, "unit_report.recorded", what=what(t, (duty,))),
        say(t, "report.unit_and_place", unit=given.before.unit, place=given.before.locality),
        *_of_report(t, report, duty),
        say_count(t, "report.files_complete", given.files) if given.files else None,
    ]
    return View(lines(told), ((_files_button(t, report.id), _more(t, given.before)),))


def sent_already(t: Translator, prospect: UnitProspect) -> View:
    """What the unit has sent already; more may be sent until the duty closes."""
    told = [*_head(t, prospect), "", say_count(t, "unit_report.sent", len(prospect.sent))]
    for report in prospect.sent[-FILES_A_PAGE:]:
        told += _of_report(t, report, prospect.duty)
    rows = [(_files_button(t, report.id),) for report in prospect.sent[-FILES_A_PAGE:]]
    more = ((_more(t, prospect),),) if prospect.refusal is None else ()
    return View(lines(told), (*rows, *more))


def _of_report(t: Translator, report: UnitReport, duty: Duty) -> list[Html]:
    key = "unit_report.number_late" if report.late else "unit_report.number"
    told = [say(t, key, number=report.id, at=t.instant(report.at), day=duty.due)]
    return [*told, say(t, "unit_report.nothing_new")] if report.nothing_new else told


def _files_button(t: Translator, report_id: int) -> Button:
    return button(t("unit_report.button_files", number=report_id), Action.UNIT_REPORT, "files", report_id)


def _more(t: Translator, prospect: UnitProspect) -> Button:
    return button(t("unit_report.button_more"), Action.UNIT_REPORT, "more", *_target(prospect.target))


def report_files(t: Translator, found: UnitReportFiles, page: int = 0) -> View:
    """A report in words, and a page of its files."""
    report, shown = found.report, page_of(found.files, page, FILES_A_PAGE)
    first = shown.number * FILES_A_PAGE + 1
    told = [file_lines(t, number, given) for number, given in enumerate(shown.rows, start=first)]
    head = say(t, "unit_report.files_head", number=report.id, unit=found.unit, at=t.instant(report.at))
    text = fitted(
        lambda room: lines(
            [
                head,
                say(t, "unit_report.nothing_new") if report.nothing_new else None,
                say(t, "unit_report.note", note=_excerpt(report.note, room)) if report.note else None,
                say(t, "report.no_files") if not found.files else None,
                *told,
            ]
        )
    )
    turns = turning(shown, lambda number: Press(Action.UNIT_REPORT, ("files", str(report.id), str(number))))
    return View(text, (turns,) if turns else (), attachments(shown.rows))
