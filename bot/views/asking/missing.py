"""Who has not reported a period: the units, or why nobody can be named, with the nearest periods as buttons."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.plan.duties import Ask, Duty
from bot.i18n import Translator
from bot.language.asking.query import Query
from bot.services.asking.ask import Answer
from bot.services.asking.missing import MissingReports, OwingUnit
from bot.services.periods.period_state import DutyOutcome, PeriodState
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, capital, escape, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Buttons, Press, View, button
from bot.views.words.duties import what
from bot.views.words.periods import codes_words, period_words, short_period

UNIT_SIGNS, LABEL_SIGNS = 60, 40


def press_page(answer: Answer, page: int) -> Press:
    """What a button presses to have another page of an answer."""
    return Press(Action.ANSWER, (str(answer.number or 0), str(page)))


def missing_view(t: Translator, answer: Answer, page: int) -> View:
    """One page of the units that have not reported; nobody is named before the period opens."""
    view = _missing(t, answer, page)
    reading = answer.reading
    assert isinstance(reading, Query)
    if not reading.named or reading.period is None or reading.named == reading.period:
        return view
    asked, period = capital(short_period(t, reading.named)), period_words(t, reading.period)
    return replace(view, text=lines([view.text, "", say(t, "answer.part_of", asked=asked, period=period)]))


def _missing(t: Translator, answer: Answer, page: int) -> View:
    found = answer.missing
    assert found is not None
    if not found.is_open_yet:
        return View(lines([_nobody_yet(t, answer, found)]), _offers(t, answer, found))
    assert found.duty is not None
    period = _title(t, found.duty)
    if found.of_some:
        return View(lines(_of_unit(t, each, period) for each in found.units), _offers(t, answer, found))
    waited = [say_count(t, "answer.waited", len(s.owing), what=_title(t, s.duty), due=s.duty.due) for s in found.others]
    if not found.owing:
        text = say(
            t, "answer.all_reported" if found.asked else "answer.nobody_asked", what=period, place=answer.locality
        )
        return View(lines([text, *waited]), _offers(t, answer, found))
    shown = page_of(found.owing, page)
    due = found.duty.due
    heading = say_count(t, "answer.missing", len(found.owing), what=period, due=due, place=answer.locality)
    told = [_owes(t, each) for each in shown.rows]
    turns = turning(shown, lambda number: press_page(answer, number))
    text = lines([heading, "", *told, *(["", *waited] if waited else [])])
    return View(text, (*((turns,) if turns else ()), *_offers(t, answer, found)))


def _title(t: Translator, duty: Duty) -> str:
    """As it stands behind "chưa": "báo cáo quý II/2026", "gửi báo cáo tổng hợp năm 2026"."""
    if duty.ask is Ask.PROGRESS:
        return t("answer.reports", period=period_words(t, duty))
    name = what(t, [duty])
    return t("answer.sends", what=name[:1].lower() + name[1:])


def _owes(t: Translator, each: OwingUnit) -> Html:
    unit = shorten(each.unit, UNIT_SIGNS)
    if not each.codes:
        return say(t, "answer.owes_it", unit=unit)
    return say_count(t, "answer.owes", len(each.codes), unit=unit, codes=codes_words(each.codes))


def _of_unit(t: Translator, each: OwingUnit, period: str) -> Html:
    if each.given is None:
        return say(t, "answer.unit_not_asked", unit=each.unit, what=period)
    if each.given is not DutyOutcome.MISSING:
        return say(t, f"answer.unit_{each.given.value}", unit=each.unit, what=period)
    if not each.codes:
        return say(t, "answer.unit_owes_it", unit=each.unit, what=period)
    codes = codes_words(each.codes)
    return say_count(t, "answer.unit_owes", len(each.codes), unit=each.unit, what=period, codes=codes)


def _nobody_yet(t: Translator, answer: Answer, found: MissingReports) -> Html:
    """Why nobody is named, and how the period stands that is nearest to the one asked for."""
    if found.duty is not None:
        first = say(t, "answer.not_open", period=period_words(t, found.duty), day=_day(t, answer, found.duty))
    else:
        in_use_on = answer.in_use_on
        place, period = capital(answer.locality), period_words(t, found.period)
        used = t.day(in_use_on) if in_use_on is not None else ""
        first = say(t, f"answer.none.{found.why}", place=place, period=period, year=answer.year, day=used)
    told = [first, *(_near(t, answer, state) for state in found.others)]
    text = escape(" ").join(told)
    return text if found.duty is None else lines([text, say(t, "digest.locality", place=capital(answer.locality))])


def _short(t: Translator, answer: Answer, duty: Duty) -> str:
    return short_period(t, duty) if duty.opens.year == answer.day.year else period_words(t, duty)


def _day(t: Translator, answer: Answer, duty: Duty) -> str:
    return t.short_day(duty.opens) if duty.opens.year == answer.day.year else t.day(duty.opens)


def _near(t: Translator, answer: Answer, state: PeriodState) -> Html:
    period = _short(t, answer, state.duty)
    if not state.is_begun:
        return say(t, "answer.near.ahead", period=period, day=_day(t, answer, state.duty))
    if state.owing:
        return say_count(t, "answer.near.owing", len(state.owing), period=period)
    return say(t, "answer.near.all" if state.units else "answer.near.nobody", period=period)


def _offers(t: Translator, answer: Answer, found: MissingReports) -> Buttons:
    if not answer.number:
        return ()
    return tuple(
        (button(_label(t, answer, duty), Action.ANSWER, answer.number, f"p{duty.period}"),) for duty in found.offers
    )


def _label(t: Translator, answer: Answer, duty: Duty) -> str:
    return t("answer.button.period", period=shorten(_short(t, answer, duty), LABEL_SIGNS))
