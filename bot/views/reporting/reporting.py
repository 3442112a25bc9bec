"""The steps of a report as they are shown: the work to choose from, how far it is, the summary card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.people.evidence import Evidence
from bot.domain.plan.deadlines import Milestone
from bot.domain.plan.duties import Duty
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.domain.work.progress import Comparator, Level, Share, Target
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.reporting.attach_evidence import GivenFile
from bot.services.reporting.list_work import Subject
from bot.services.reporting.prepare_report import Prospect, Summary
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Buttons, View, grid
from bot.views.words.amounts import _exact, amount_words, given_words, percent_words, target_words, value_words
from bot.views.words.findings import FILES_NAMED, LABEL_OF_FILE
from bot.views.words.periods import period_words
from bot.views.words.rows import due_words, label, lead_line, light, reason_words, state_words

PERCENTS = (0, 10, 25, 50, 75, 90, 100)
NAME_ON_CARD = 240


@dataclass(frozen=True, slots=True)
class WorkOffer:
    """The work that may be chosen; ``files`` counts those that wait for their task."""

    subjects: tuple[Subject, ...]
    awaiting: int
    units: tuple[str, ...]
    files: int = 0
    several_places: bool = False


def task_list(
    t: Translator, token: str, offer: WorkOffer, page: int, *, asked: bool = False, several: bool = False
) -> View:
    """The rows to choose from, eight a page; ``asked``: only a few are meant, and which is the question."""
    shown = page_of(offer.subjects, page)
    head = _list_head(t, offer, asked=asked, several=several)
    if not offer.subjects:
        return View(lines([head, _awaiting(t, offer)]), ((_cancel(t, token),),))
    named = asked and (offer.several_places or len(offer.units) > 1)
    rows = [_with_place(t, subject) if named else lead_line(t, subject.lead) for subject in shown.rows]
    buttons = tuple(
        (Keys(t, token, subject.assignment_id).key(_label(t, subject, named=named), "task", subject.assignment_id),)
        for subject in shown.rows
    )
    turns = turning(shown, lambda number: Keys(t, token).said("page", number))
    text = lines([head, "", *rows, "", say(t, "report.or_type_code"), _awaiting(t, offer)])
    return View(text, (*buttons, *((turns,) if turns else ()), (_cancel(t, token),)))


def _list_head(t: Translator, offer: WorkOffer, *, asked: bool, several: bool) -> Html:
    if offer.files and offer.subjects:
        return lines([say_count(t, "report.files_received", offer.files), say(t, "report.which_for_files")])
    if asked:
        return say(t, "report.several_tasks" if several else "report.which_of_these")
    units = ", ".join(offer.units)
    if not offer.subjects:
        return say(t, "report.nothing_open", units=units)
    return say_count(t, "report.choose_task", len(offer.subjects), units=units)


def _awaiting(t: Translator, offer: WorkOffer) -> Html | None:
    return say_count(t, "report.awaiting", offer.awaiting) if offer.awaiting else None


def _with_place(t: Translator, subject: Subject) -> Html:
    return say(t, "report.row_with_place", row=lead_line(t, subject.lead), unit=subject.unit, place=subject.locality)


def _label(t: Translator, subject: Subject, *, named: bool) -> str:
    return (
        f"{subject.lead.row.code} · {shorten(subject.unit, 24)} · {subject.locality}"
        if named
        else label(subject.lead, t)
    )


# --- how far it is


def amount_step(
    t: Translator,
    token: str,
    prospect: Prospect,
    *,
    asked: tuple[Decimal, ...] = (),
    unclear: str = "",
    can_go_back: bool = False,
) -> View:
    """The question how far the work is, with a button for each usual answer."""
    subject, lead = prospect.subject, prospect.subject.lead
    target = lead.terms.target
    text = lines(
        [
            _title(t, "report.title", lead),
            say(t, "report.unit_and_due", unit=subject.unit, due=_due(t, lead)),
            say(t, "report.target", target=target_words(t, target)) if target else None,
            _now(t, lead),
            *reason_words(t, lead, subject.day),
            say_count(t, "report.files_received", len(prospect.files)) if prospect.files else None,
            "",
            say(t, unclear) if unclear else None,
            say(t, f"report.ask_{_asked_for(target)}", unit=target.unit if target else ""),
        ]
    )
    rows = _amounts(t, token, lead, target, asked)
    back = (Keys(t, token, lead.assignment.id).key(t("button.back"), "back"),) if can_go_back else ()
    return View(text, (*rows, *_keep(t, token, lead), (*back, _cancel(t, token, lead))))


def _asked_for(target: Target | None) -> str:
    if target is None:
        return "percent"
    if target.comparator in (Comparator.RANK, Comparator.LEVEL):
        return target.comparator.value
    if target.is_share:
        return "share"
    return "value" if target.unit else "bare_value"


def _amounts(t: Translator, token: str, lead: Lead, target: Target | None, asked: tuple[Decimal, ...]) -> Buttons:
    at = lead.assignment.id
    if target is None:
        meant = [Keys(t, token, at).key(_exact(t, value), "p", f"{value:f}") for value in asked]
        usual = [Keys(t, token, at).key(f"{value}%", "p", value) for value in PERCENTS if value not in asked]
        return (*((tuple(meant),) if meant else ()), *grid(usual, 4))
    if target.comparator is Comparator.LEVEL:
        levels = [Keys(t, token, at).key(t(f"level.{level.value}"), "l", level.place) for level in Level]
        return grid(levels, 3)
    return ()


def _keep(t: Translator, token: str, lead: Lead) -> Buttons:
    target, standing = lead.terms.target, lead.standing
    if target is None:
        now = percent_words(standing.percent)
    elif standing.value is None:
        return ()
    else:
        now = value_words(t, target, standing.value)
    return ((Keys(t, token, lead.assignment.id).key(t("report.unchanged", now=now), "same"),),)


def _now(t: Translator, lead: Lead) -> Html:
    sign = light(lead.verdict.colour, lead.standing.state)
    amount = amount_words(t, lead.terms.target, lead.standing.percent, lead.standing.value, lead.standing.share)
    return say(t, "report.now", light=sign, state=state_words(t, lead.standing), amount=amount)


# --- the summary card


def summary_card(t: Translator, token: str, summary: Summary, page: int = 0, *, several_places: bool = False) -> View:
    """The report as it would be sent; the button that sends it stands only where nothing is missing."""
    subject = summary.prospect.subject
    text = lines(
        [
            _title(t, "report.card_title", subject.lead),
            say(t, "report.unit_and_place", unit=subject.unit, place=subject.locality)
            if several_places
            else say(t, "report.unit", unit=subject.unit),
            change_words(t, subject.lead, summary),
            period_line(t, summary.prospect.duty),
            closed_line(t, summary.prospect.closed),
            say(t, "report.note", note=summary.note) if summary.note else None,
            say(t, "report.reason", reason=summary.reason) if summary.reason and summary.is_lower else None,
            *_files(t, summary),
            "",
            *_missing(t, summary),
        ]
    )
    return View(text, _card_buttons(t, token, summary, page))


def _missing(t: Translator, summary: Summary) -> Iterable[Html]:
    refusal = summary.prospect.subject.refusal
    if refusal is not None:
        return [say(t, f"error.{refusal}")]
    if summary.lacks_file:
        earlier = [say(t, "report.or_earlier_files")] if summary.prospect.earlier else []
        return [say(t, f"report.{summary.prospect.subject.lead.terms.evidence_key}"), *earlier]
    if summary.lacks_reason:
        return [say(t, "report.reason_asked")]
    return [say(t, "report.add_or_send")]


def _card_buttons(t: Translator, token: str, summary: Summary, page: int) -> Buttons:
    at = summary.prospect.subject.assignment_id
    rows: list[tuple[Button, ...]] = []
    if summary.is_complete and not summary.prospect.files and summary.prospect.subject.refusal is None:
        shown = page_of(summary.prospect.earlier, page)
        rows += [(Keys(t, token, at).key(_toggle(t, each, summary), "earlier", each.id),) for each in shown.rows]
        turns = turning(shown, lambda number: Keys(t, token, at).said("page", number))
        rows += [turns] if turns else []
    if summary.is_ready:
        rows.append((Keys(t, token, at).key(t("report.send"), "send"),))
    edit = Keys(t, token, at).key(t("report.edit"), "edit")
    return (*rows, (edit, _cancel(t, token, summary.prospect.subject.lead)))


def _toggle(t: Translator, each: Evidence, summary: Summary) -> str:
    key = "report.earlier_chosen" if each.id in summary.chosen else "report.earlier_file"
    return t(key, name=shorten(each.name, LABEL_OF_FILE), day=t.short_day(each.at.astimezone(DEFAULT_ZONE).date()))


def _files(t: Translator, summary: Summary) -> Iterable[Html]:
    names = [given.evidence.name for given in summary.prospect.files]
    names += [each.name for each in summary.prospect.earlier if each.id in summary.chosen]
    if not names:
        return [say(t, "report.no_files")]
    told = [say_count(t, "report.files_complete", len(names))]
    told += [say(t, "report.file", name=shorten(name, LABEL_OF_FILE)) for name in names[:FILES_NAMED]]
    if len(names) > FILES_NAMED:
        told.append(say_count(t, "report.more_files", len(names) - FILES_NAMED))
    return [*told, *(_used(t, given) for given in summary.prospect.files if given.used)]


def _used(t: Translator, given: GivenFile) -> Html:
    first = given.used[0]
    return say(
        t, "report.used_before", name=shorten(given.evidence.name, LABEL_OF_FILE), code=first.code, day=first.day
    )


def edit_menu(t: Translator, token: str, summary: Summary) -> View:
    """What may be changed of the report."""
    lead = summary.prospect.subject.lead
    verbs = ["amount"]
    verbs += ["note"] if summary.note else []
    verbs += ["reason"] if summary.reason and summary.is_lower else []
    verbs += ["files"] if summary.file_ids else []
    rows = [(Keys(t, token, lead.assignment.id).key(t(f"report.edit_{verb}"), verb),) for verb in verbs]
    back = Keys(t, token, lead.assignment.id).key(t("button.back"), "back")
    text = lines([_title(t, "report.card_title", lead), "", say(t, "report.what_to_edit")])
    return View(text, (*rows, (back, _cancel(t, token, lead))))


def file_menu(t: Translator, token: str, summary: Summary, page: int) -> View:
    """The files of the report, each to be taken out of it."""
    lead = summary.prospect.subject.lead
    at = lead.assignment.id
    found = [given.evidence for given in summary.prospect.files]
    found += [each for each in summary.prospect.earlier if each.id in summary.chosen]
    shown = page_of(found, page)
    rows = [
        (Keys(t, token, at).key(t("report.drop_file", name=shorten(each.name, LABEL_OF_FILE)), "drop", each.id),)
        for each in shown.rows
    ]
    turns = turning(shown, lambda number: Keys(t, token, at).said("page", number))
    back = Keys(t, token, at).key(t("button.back"), "back")
    text = lines([_title(t, "report.card_title", lead), "", say(t, "report.which_file")])
    return View(text, (*rows, *((turns,) if turns else ()), (back, _cancel(t, token, lead))))


# --- words that the steps and the receipts share


def change_words(t: Translator, lead: Lead, summary: Summary) -> Html:
    """Where the work stood and where the report puts it."""
    before, after = lead.standing, summary.amount
    return changed(
        t,
        lead.terms.target,
        (before.percent, before.value, before.share),
        (after.percent, after.value, after.share),
        unchanged=summary.unchanged,
    )


Amounts = tuple[Decimal, Decimal | None, Share | None]


def changed(t: Translator, target: Target | None, before: Amounts, after: Amounts, *, unchanged: bool = False) -> Html:
    """Before and after: "40% → 60%", of an indicator "9% → 15% / chỉ tiêu 70%"."""
    if unchanged:
        return say(t, "report.kept", amount=amount_words(t, target, *after))
    was, now = given_words(t, target, *before), amount_words(t, target, *after)
    return say(t, "report.changed" if target is None else "report.value_changed", before=was, after=now)


def period_line(t: Translator, served: tuple[Duty, bool] | None) -> Html | None:
    """The period a report serves, and that it is late where it is."""
    if served is None:
        return None
    duty, late = served
    return say(t, "report.period_late" if late else "report.period", period=period_words(t, duty), day=duty.due)


def closed_line(t: Translator, closed: Duty | None) -> Html | None:
    """That a period which was owed has closed, so that the report does not count for it."""
    return None if closed is None else say(t, "report.period_closed", period=period_words(t, closed))


def _title(t: Translator, key: str, lead: Lead) -> Html:
    return say(t, key, code=lead.row.code, name=shorten(lead.row.name, NAME_ON_CARD))


def _due(t: Translator, lead: Lead) -> str:
    return due_words(t, lead.row.limit, lead.standing.due_on)


def _cancel(t: Translator, token: str, lead: Lead | None = None) -> Button:
    return Keys(t, token, lead.assignment.id if lead else 0).cancel


def milestone_card(t: Translator, token: str, prospect: Prospect, milestone: Milestone, note: str) -> View:
    """The question whether a milestone stands, with what was given for it."""
    lead = prospect.subject.lead
    names = [given.evidence.name for given in prospect.files]
    text = lines(
        [
            _title(t, "report.milestone_title", lead),
            say(t, "report.milestone", milestone=milestone.printed, day=milestone.due_on),
            say(t, "report.note", note=note) if note else None,
            say_count(t, "report.files_complete", len(names)) if names else None,
            *(say(t, "report.file", name=shorten(name, LABEL_OF_FILE)) for name in names[:FILES_NAMED]),
            "",
            say(t, "report.milestone_ask"),
        ]
    )
    confirm = Keys(t, token, lead.assignment.id).key(t("report.milestone_confirm"), "send")
    return View(text, ((confirm,), (_cancel(t, token, lead),)))
