"""Answers to questions: first a line with what was understood and how many, then the page (docs/rules/chat.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.plan.periods import span_of
from bot.domain.plan.plan import RowKind, UnitRole
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State
from bot.i18n import Translator
from bot.language.asking.meanings import OPEN
from bot.language.asking.query import Clarify, Filters, NotAQuestion, Order, Query, QueryKind
from bot.services.asking.answer import AnswerRow, OwnPart, UnitCount
from bot.services.asking.ask import Answer
from bot.services.asking.cannot_be import Contradiction, alone
from bot.views.asking.missing import missing_view, press_page
from bot.views.parts.actions import Action
from bot.views.parts.html import BLANK, Html, capital, lines, plain, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Buttons, View, button, grid
from bot.views.results.ranking import named_units
from bot.views.words.periods import period_words
from bot.views.words.rows import LIGHTS, colour_words, light, reasons_of_row, row_line, under_line_of_row, units_line

BUTTONS_A_ROW = 4
CODES_BESIDE = 8
REASONS_SHOWN = 2
UNIT_SIGNS, LABEL_SIGNS = 48, 56
_STATE_LIGHTS = {State.AWAITING: "⏳", State.RETURNED: "↩️", State.COMPLETED: "✅"}


def answer_view(t: Translator, answer: Answer, page: int = 0, *, in_group: bool = False) -> View:
    """One page of the answer; a question that was not understood is asked back with its readings as buttons."""
    reading = answer.reading
    if not isinstance(reading, Query):
        return _asked_back(t, answer)
    if answer.year is None:
        return View(say(t, "list.no_plan", place=answer.locality))
    if reading.kind is QueryKind.RANKING:
        view = _ranking(t, answer, page)
    elif reading.kind is QueryKind.MISSING_REPORTS:
        view = missing_view(t, answer, page)
    else:
        view = _rows(t, answer, reading, page, in_group=in_group)
    beside = [*(_also_red(t, answer) if answer.rows else ()), *_strange(t, answer), *unused_line(t, answer)]
    return replace(view, text=lines([view.text, "", *beside])) if beside else view


def unused_line(t: Translator, answer: Answer) -> tuple[Html, ...]:
    """The words of the question that played no part in the answer."""
    said = "”, “".join(answer.unused)
    return (say(t, "answer.unused", words=said),) if said else ()


def unused_view(t: Translator, answer: Answer) -> View:
    """The same under a card, which is a message of its own."""
    return View(lines(unused_line(t, answer)))


def _also_red(t: Translator, answer: Answer, key: str = "answer.also_red") -> tuple[Html, ...]:
    """Rows that are due as soon as those of the list, and stand among the red ones."""
    codes = answer.also_red[:CODES_BESIDE]
    named = ", ".join(codes) + (" …" if len(answer.also_red) > len(codes) else "")
    return (say_count(t, key, len(answer.also_red), codes=named),) if codes else ()


def _strange(t: Translator, answer: Answer) -> tuple[Html, ...]:
    codes = ", ".join(answer.strange_codes)
    return (say(t, "answer.no_codes", codes=codes, year=answer.year),) if codes and answer.rows else ()


def _rows(t: Translator, answer: Answer, query: Query, page: int, *, in_group: bool) -> View:
    if answer.also_red and not answer.rows:
        return View(lines(_also_red(t, answer, "answer.only_red")))
    if not answer.rows:
        return _nothing(t, answer, query)
    shown = page_of(answer.rows, page)
    heading = say_count(
        t, f"answer.{_noun(query)}", len(answer.rows), light=_sign(query.filters), traits=_traits(t, answer, query)
    )
    told = [heading]
    if not answer.in_use:
        told.append(say(t, "list.not_in_use"))
    told += ["", *(_row(t, answer, found, query) for found in shown.rows), ""]  # type: ignore[list-item]
    under = say(t, "list.page", page=shown.number + 1, pages=shown.count) if shown.count > 1 else None
    told.append(under or say(t, "list.press_code")) if not in_group or under else None
    cards = () if in_group else grid([_card(found) for found in shown.rows], BUTTONS_A_ROW)
    turns = turning(shown, lambda number: press_page(answer, number))
    return View(lines(told), (*cards, *((turns,) if turns else ())))


def _row(t: Translator, answer: Answer, found: AnswerRow, query: Query) -> Html:
    told = [row_line(t, found.board_row)]
    if answer.part is not None:
        told.append(say(t, "answer.led_by", units=units_line(t, found.units).strip()))
    elif query.filters.unit_id is None and not query.filters.mine and found.units:
        told.append(units_line(t, found.units))
    if found.board_row.verdict.colour in (Colour.RED, Colour.AMBER):
        reasons = reasons_of_row(t, found.board_row, answer.day).split("\n")
        told += [say(t, "list.reason", reason=reason) for reason in reasons[:REASONS_SHOWN] if reason]
    return lines(told)


def _card(found: AnswerRow) -> Button:
    verdict, row = found.board_row.verdict, found.board_row.row
    return button(f"{light(verdict.colour, verdict.state)} {row.code}", Action.CARD, row.id)


def _noun(query: Query) -> str:
    kind = query.filters.row_kind
    return "tasks" if kind is RowKind.TASK else "indicators" if kind is RowKind.INDICATOR else "rows"


def _sign(filters: Filters) -> str:
    if len(filters.colour) == 1:
        return LIGHTS[filters.colour[0]]
    if len(filters.state) == 1 and filters.state[0] in _STATE_LIGHTS:
        return _STATE_LIGHTS[filters.state[0]]
    if filters.completed_late:
        return LIGHTS[Colour.DONE]
    red = {Reason.OVERDUE, Reason.BEHIND_ROADMAP, Reason.RETURNED}
    if filters.reasons and set(filters.reasons) <= red:
        return LIGHTS[Colour.RED]
    if filters.due_from is not None or filters.due_to is not None:
        return "📅"
    return "🔎" if filters.words else "📋"


def _traits(t: Translator, answer: Answer, query: Query) -> Html:
    """What narrows the answer, in words: "đỏ, quá hạn · Công an phường chủ trì · đến hạn từ … đến …"."""
    return BLANK.join((_status(t, query.filters), *(" · " + part for part in _parts(t, answer, query))))


def _status(t: Translator, filters: Filters) -> str:
    told = [t(f"answer.colour.{colour.value}") for colour in filters.colour]
    if filters.completed_late:
        return f" {', '.join([*told, t('answer.completed_late')])}"
    told += [t(f"answer.reason.{reason.value}") for reason in filters.reasons]
    if set(filters.state) == set(OPEN):
        told.append(t("answer.open"))
    else:
        told += [t(f"answer.state.{state.value}") for state in filters.state]
    return f" {', '.join(told)}" if told else ""


def _parts(t: Translator, answer: Answer, query: Query) -> list[Html]:
    filters = query.filters
    told: list[Html] = []
    if answer.part is OwnPart.COORDINATES:
        unit = answer.unit or t("answer.mine")
        told.append(say(t, "answer.only_coordinates", unit=unit))
    elif filters.mine:
        told.append(say(t, "answer.mine"))
    elif answer.unit is not None:
        key = {UnitRole.LEAD: "lead", UnitRole.COORDINATE: "coordinate"}.get(
            filters.unit_role or UnitRole.TRACK, "either"
        )
        told.append(say(t, f"answer.unit.{key}", unit=answer.unit))
    else:
        told.append(say(t, "answer.place", place=answer.locality))
    if filters.codes:
        told.append(say(t, "answer.codes", codes=", ".join(filters.codes)))
    told += _span(t, filters)
    told += [say(t, f"answer.limit.{kind.value}") for kind in filters.deadline_kind]
    told += _percents(t, filters)
    if filters.words:
        told.append(say(t, "answer.words", words=", ".join(filters.words)))
    if query.top is not None:
        told.append(say(t, "answer.top", n=query.top))
    return told


def _span(t: Translator, filters: Filters) -> list[Html]:
    first, last = filters.due_from, filters.due_to
    if first is None and last is None:
        return []
    if first is not None and first == last:
        return [say(t, "span.day", day=first)]
    if first is None:
        return [say(t, "span.until", last=last)]
    return [say(t, "span.from", first=first) if last is None else say(t, "span.between", first=first, last=last)]


def _percents(t: Translator, filters: Filters) -> list[Html]:
    if filters.percent_from is not None and filters.percent_from == filters.percent_to:
        return [say(t, "answer.percent.is", percent=t.number(filters.percent_from))]
    told = []
    for key in ("over", "under", "from", "to"):
        value = getattr(filters, f"percent_{key}")
        if value is not None:
            told.append(say(t, f"answer.percent.{key}", percent=t.number(value)))
    return told


def _nothing(t: Translator, answer: Answer, query: Query) -> View:
    """Nothing fits: said kindly, with the nearest wider question as a button; what cannot be is said so."""
    if answer.part is OwnPart.NONE:
        unit = answer.unit or t("answer.mine")
        return View(say(t, "answer.no_part", unit=capital(unit), year=answer.year), _wider(t, answer))
    if answer.wrong is not None:
        return View(_cannot_be(t, answer, query), _choices(t, answer) or _wider(t, answer))
    text = say(t, f"answer.no_{_noun(query)}", traits=_traits(t, answer, query))
    narrowed = query.filters != Filters(row_kind=query.filters.row_kind)
    return View(text, _wider(t, answer) if narrowed else ())


def _wider(t: Translator, answer: Answer) -> Buttons:
    return ((button(t("answer.button.wider"), Action.ANSWER, answer.number, "wider"),),) if answer.number else ()


def _cannot_be(t: Translator, answer: Answer, query: Query) -> Html:
    """What about the question cannot be, in one sentence."""
    wrong, filters = answer.wrong, query.filters
    assert wrong is not None
    if wrong is Contradiction.CODES:
        return say(t, "answer.no_codes", codes=", ".join(filters.codes), year=answer.year)
    if wrong is Contradiction.PERCENT:
        return say(t, "answer.cannot.percent")
    if wrong is Contradiction.YEAR:
        return say(t, "answer.cannot.year", year=answer.year, span=capital(" ".join(_span(t, filters))))
    first, second = (_status(t, each).strip() for each in alone(filters, wrong))
    return say(t, f"answer.cannot.both_{_noun(query)}", first=first, second=second)


def _ranking(t: Translator, answer: Answer, page: int) -> View:
    query = answer.reading
    assert isinstance(query, Query)
    key = {Order.WORST: "worst", Order.BEST: "best"}.get(query.order or Order.BEST, "best")
    heading = say(t, f"answer.rank.{key}", place=answer.locality, day=answer.day)
    if answer.counted:
        counts = page_of(answer.counted, page)
        told = [_count(t, query, each) for each in counts.rows]
        turns = turning(counts, lambda number: press_page(answer, number))
        return View(lines([heading, "", *told, "", say(t, "answer.rank.how_counted")]), (turns,) if turns else ())
    found = answer.ranking
    absent = named_units(t, "ranking.absent", found.absent)
    if not found.units:
        none = say(t, "answer.no_ranking", place=answer.locality)
        if not found.is_reported:
            none = say(t, "ranking.nobody_reported")
        return View(absent if absent and query.filters.unit_id is not None else lines([none, absent]))
    shown = page_of(found.units, page)
    told = [
        say(
            t,
            "answer.rank.line",
            place=each.place,
            unit=shorten(each.unit, UNIT_SIGNS),
            score=t.number(each.score),
            grade=t(f"grade.{each.grade.value}"),
            red=each.red,
            leads=each.leads,
        )
        for each in shown.rows
    ]
    turns = turning(shown, lambda number: press_page(answer, number))
    return View(lines([heading, "", *told, "", say(t, "answer.rank.how"), absent]), (turns,) if turns else ())


def _count(t: Translator, query: Query, each: UnitCount) -> Html:
    unit = shorten(each.unit, UNIT_SIGNS)
    light = _sign(query.filters)
    return say(t, "answer.rank.count", place=each.place, unit=unit, light=light, n=each.fits, leads=each.leads)


def why_view(t: Translator, answer: Answer) -> View:
    """The rule behind a card's colour, with its figures."""
    card = answer.card
    assert card is not None
    code, colour = card.row.code, colour_words(t, card)
    if card.verdict.colour not in (Colour.RED, Colour.AMBER):
        head, under = say(t, "answer.why_not", code=code, colour=colour, light=LIGHTS[card.verdict.colour]), []
        if (words := under_line_of_row(t, card)) is not None:
            under = [say(t, "list.reason", reason=words)]
        return View(lines([head, *under]))
    told = [line for line in reasons_of_row(t, card, answer.day).split("\n") if line]
    rules = [say(t, f"answer.rule.{reason.value}") for reason in card.verdict.reasons]
    head = say(t, "answer.why", code=code, colour=colour, light=LIGHTS[card.verdict.colour])
    return View(lines([head, *(say(t, "list.reason", reason=line) for line in told), "", *rules]))


def examples(t: Translator) -> View:
    """What can be asked, by example."""
    return View(say(t, "answer.examples"))


def _asked_back(t: Translator, answer: Answer) -> View:
    reading = answer.reading
    buttons = _choices(t, answer)
    if isinstance(reading, Clarify):
        return View(say(t, "answer.which_unit", said=shorten(reading.said, UNIT_SIGNS)), buttons)
    assert isinstance(reading, NotAQuestion)
    if reading.wrong:
        return View(say(t, f"answer.{reading.wrong}", said=shorten(reading.said, UNIT_SIGNS)), buttons)
    if reading.said:
        return View(say(t, "answer.words_unknown", said=shorten(reading.said, UNIT_SIGNS)), buttons)
    return View(say(t, "answer.not_understood"), buttons)


def _choices(t: Translator, answer: Answer) -> Buttons:
    """The readings to choose from, by their number."""
    return tuple(
        (
            button(
                shorten(name or reading_words(t, answer, query), LABEL_SIGNS),
                Action.ANSWER,
                answer.number or 0,
                f"c{place}",
            ),
        )
        for place, (name, query) in enumerate(answer.choices)
    )


def reading_words(t: Translator, answer: Answer, query: Query) -> str:
    """A reading in a few words, for a button: "nhiệm vụ đỏ", "việc đến hạn từ … đến …"."""
    if query.kind is QueryKind.CARD:
        return t("answer.reading.card", code=query.filters.codes[0])
    if query.kind is QueryKind.RANKING:
        return t("answer.reading.ranking")
    if query.kind is QueryKind.MISSING_REPORTS:
        period = query.period if query.period and span_of(query.period) else ""
        return t("answer.reading.missing", period=period_words(t, period)).strip()
    filters = query.filters
    parts = [t("answer.mine")] if filters.mine else []
    told = [
        *parts,
        *(_this_week(t, answer, filters) or _span(t, filters)),
        *_percents(t, filters),
        *(say(t, "answer.words", words=w) for w in filters.words),
    ]
    return t(f"answer.reading.{_noun(query)}") + _status(t, filters) + "".join(f" · {plain(part)}" for part in told)


def _this_week(t: Translator, answer: Answer, filters: Filters) -> list[Html]:
    """The week of the answer's day in few words, where that is the span: a button cuts its days off."""
    monday = answer.day - timedelta(days=answer.day.weekday())
    is_week = (filters.due_from, filters.due_to) == (monday, monday + timedelta(days=6))
    return [say(t, "answer.reading.week")] if is_week else []
