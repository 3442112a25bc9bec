"""`/xephang`: the units in order, a unit's figures each opening to its rows, and who is proposed for what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.domain.plan.duties import Ask, Duty
from bot.domain.plan.periods import CalendarPeriod
from bot.domain.work.scores import Grade
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.periods.period_state import DutyOutcome
from bot.services.results.rank_units import Ground, Proposed, Ranking, UnitRank
from bot.services.results.see_ranking import RankingSeen
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Press, View, button, grid
from bot.views.periods.period import SIGNS
from bot.views.results.documents import instant_words
from bot.views.words.duties import what
from bot.views.words.periods import period_words
from bot.views.words.places import place_words
from bot.views.words.rows import lead_line, light

UNIT_SIGNS, LABEL_SIGNS = 60, 22
UNITS_NAMED = 6
CODES_SHOWN = 6
PROPOSED_SHOWN = 10
FIGURES = ("counted", "on_time", "late", "red", "duties")
"""What a unit's figures are called in buttons: values are never renamed."""


def ranking_view(t: Translator, seen: RankingSeen, page: int = 0) -> View:
    """One page of the ranking; each unit opens to its figures."""
    found = seen.ranking
    shown = page_of(found.units, page)
    told: list[Html | str | None] = [
        *_head(t, found),
        "",
        *(_unit(t, unit) for unit in shown.rows),
        None if found.units else say(t, "ranking.none" if found.is_reported else "ranking.nobody_reported"),
        named_units(t, "ranking.uncounted", found.uncounted) if found.is_reported else None,
        named_units(t, "ranking.absent", found.absent),
        say(t, "list.page", page=shown.number + 1, pages=shown.count) if shown.count > 1 else None,
        say(t, "ranking.press_unit") if found.units else None,
    ]
    units = grid([_open_unit(t, found, unit) for unit in shown.rows], 2)
    turns = turning(shown, lambda number: _press("page", found, str(number)))
    propose = (Button(t("ranking.button_proposed"), _press("proposed", found)),) if found.units else ()
    rows = [*units, turns, propose, *_spans(t, seen)]
    return View(lines(told), tuple(row for row in rows if row))


def _head(t: Translator, found: Ranking) -> Iterable[Html | None]:
    yield say(t, "ranking.head", period=period_words(t, found.span), place=place_words(t, found.locality))
    yield say(t, "ranking.at_end" if found.is_over else "ranking.at_now", at=instant_words(t, found.at))
    yield (
        say(t, "ranking.against", at=instant_words(t, found.before_at))
        if found.before_at
        else say(t, "ranking.no_before")
    )


def _press(verb: str, found: Ranking, *more: str) -> Press:
    return Press(Action.RANKING, (verb, str(found.locality.id), found.span.key, *more))


def _unit(t: Translator, unit: UnitRank) -> Html:
    placed, moved = unit.placed, moved_words(t, unit)
    head = say(
        t,
        "ranking.unit",
        place=placed.place,
        moved=f" · {moved}" if moved else "",
        unit=shorten(placed.unit, UNIT_SIGNS),
        score=score_words(t, placed.score),
        grade=grade_words(t, placed.grade),
    )
    figures = t(
        "ranking.figures",
        on_time=len(unit.on_time),
        late=len(unit.late),
        red=len(unit.red),
        duties=unit.duties_on_time,
        asked=len(unit.duties),
    )
    return lines([head, say(t, "list.reason", reason=figures)])


def moved_words(t: Translator, unit: UnitRank) -> str:
    """How a unit has moved since the period before: ▲2, ▼1, that it kept its place; nothing where it had none."""
    if unit.moved is None:
        return ""
    return f"▲{unit.moved}" if unit.moved > 0 else f"▼{-unit.moved}" if unit.moved < 0 else t("ranking.stayed")


def score_words(t: Translator, score: Decimal) -> str:
    """A score as it is written: 83,5."""
    return t.number(score.normalize())


def grade_words(t: Translator, grade: Grade) -> str:
    """What a grade is called."""
    return t(f"grade.{grade.value}")


def named_units(t: Translator, key: str, units: Sequence[str]) -> Html | None:
    """A line that names units, the first of them; nothing where there is none."""
    if not units:
        return None
    more = len(units) - UNITS_NAMED
    shown = "; ".join(shorten(unit, UNIT_SIGNS) for unit in units[:UNITS_NAMED])
    return say(t, key, units=f"{shown}… (+{more})" if more > 0 else shown)


def _open_unit(t: Translator, found: Ranking, unit: UnitRank) -> Button:
    label = f"{unit.placed.place}. {shorten(unit.placed.unit, LABEL_SIGNS)}"
    return Button(label, _press("unit", found, str(unit.placed.unit_id)))


def _spans(t: Translator, seen: RankingSeen) -> list[tuple[Button, ...]]:
    found = seen.ranking
    beside = [("ranking.earlier", seen.earlier), ("ranking.later", seen.later)]
    turn = tuple(_to(t(key, period=period_words(t, span)), found, span) for key, span in beside if span is not None)
    other = seen.current if found.span.is_year else seen.year
    wide = () if other == found.span else (_to(period_words(t, other), found, other),)
    return [turn, wide]


def _to(label: str, found: Ranking, span: CalendarPeriod) -> Button:
    return button(label[:1].upper() + label[1:], Action.RANKING, "see", found.locality.id, span.key)


# --- one unit, and the rows behind a figure


def unit_view(t: Translator, seen: RankingSeen, unit: UnitRank) -> View:
    """A unit's figures, each a button to the rows behind it."""
    found, placed = seen.ranking, unit.placed
    told: list[Html | str | None] = [
        say(t, "ranking.unit_head", unit=placed.unit, period=period_words(t, found.span)),
        say(t, "ranking.unit_place", place=placed.place, of=len(found.units), moved=moved_words(t, unit) or "–"),
        say(
            t,
            "ranking.unit_score",
            score=score_words(t, placed.score),
            grade=grade_words(t, placed.grade),
            counted=len(unit.counted),
            leads=placed.leads,
        ),
        "",
        say(t, "ranking.press_figure"),
    ]
    figures = {
        "counted": len(unit.counted),
        "on_time": len(unit.on_time),
        "late": len(unit.late),
        "red": len(unit.red),
        "duties": f"{unit.duties_on_time}/{len(unit.duties)}",
    }
    buttons = [
        Button(t(f"ranking.figure_{name}", n=figures[name]), _press("rows", found, str(placed.unit_id), name))
        for name in FIGURES
    ]
    return View(lines(told), (*grid(buttons, 1), (_back(t, found),)))


def _back(t: Translator, found: Ranking) -> Button:
    return button(t("ranking.button_back"), Action.RANKING, "see", found.locality.id, found.span.key)


def rows_view(t: Translator, seen: RankingSeen, unit: UnitRank, figure: str, page: int) -> View:
    """The rows behind a figure, a page of them, each opening to its card."""
    found, unit_id = seen.ranking, str(unit.placed.unit_id)
    head = say(
        t, f"ranking.rows_{figure}", unit=shorten(unit.placed.unit, UNIT_SIGNS), period=period_words(t, found.span)
    )
    back = (Button(t("button.back"), _press("unit", found, unit_id)),)
    shown = page_of(_lines_behind(t, unit, figure), page)
    cards = grid([card for _, card in shown.rows if card is not None], 4)
    turns = turning(shown, lambda number: _press("rows", found, unit_id, figure, str(number)))
    told = [line for line, _ in shown.rows] or [say(t, "ranking.no_rows")]
    under = say(t, "list.page", page=shown.number + 1, pages=shown.count) if shown.count > 1 else None
    return View(lines([head, "", *told, under]), (*cards, *((turns,) if turns else ()), back))


def _lines_behind(t: Translator, unit: UnitRank, figure: str) -> list[tuple[Html, Button | None]]:
    if figure == "duties":
        return [(_duty(t, duty, given), None) for duty, given in unit.duties]
    return [(_pointed(t, lead, value), _card(lead)) for lead, value in _behind(unit, figure)]


def _behind(unit: UnitRank, figure: str) -> list[tuple[Lead, Decimal | None]]:
    if figure == "counted":
        return sorted(unit.counted, key=lambda pair: pair[1] or 0)
    behind = {"on_time": unit.on_time, "late": unit.late, "red": unit.red}[figure]
    return [(lead, None) for lead in behind]


def _pointed(t: Translator, lead: Lead, value: Decimal | None) -> Html:
    line = lead_line(t, lead)
    if value is None:
        return line
    return lines([line, say(t, "list.reason", reason=t("ranking.points", points=score_words(t, value)))])


def _card(lead: Lead) -> Button:
    sign = light(lead.verdict.colour, lead.standing.state)
    return button(f"{sign} {lead.row.code}", Action.CARD, lead.row.id)


def _duty(t: Translator, duty: Duty, given: DutyOutcome) -> Html:
    name = t("period.progress_of", period=period_words(t, duty)) if duty.ask is Ask.PROGRESS else what(t, [duty])
    return say(t, "ranking.duty", sign=SIGNS[given], what=name, due=duty.due, given=t(f"period.given_{given.value}"))


# --- who is proposed for what


def proposed_view(t: Translator, seen: RankingSeen) -> View:
    """The units proposed for commendation, a reminder and criticism, with their grounds in words.

    While the period runs it is said why nobody is criticised.
    """
    found = seen.ranking
    told: list[Html | str | None] = [
        say(t, "ranking.proposed_head", period=period_words(t, found.span), place=place_words(t, found.locality)),
        "",
        say_count(t, "ranking.commended", len(found.commended)),
        *_proposals(t, found.commended),
        "",
        say_count(t, "ranking.reminded", len(found.reminded)),
        *_proposals(t, found.reminded),
        "",
        say_count(t, "ranking.criticised", len(found.criticised))
        if found.is_over
        else say(t, "ranking.criticised_later", day=found.span.last),
        *_proposals(t, found.criticised),
        "",
        named_units(t, "ranking.absent_not_proposed", found.absent),
        say(t, "ranking.proposed_note"),
    ]
    return View(lines(told), ((_back(t, found),),))


def _proposals(t: Translator, found: Sequence[Proposed]) -> Iterable[Html]:
    yield from (_proposed(t, each) for each in found[:PROPOSED_SHOWN])
    if len(found) > PROPOSED_SHOWN:
        yield say_count(t, "ranking.more", len(found) - PROPOSED_SHOWN)


def _proposed(t: Translator, each: Proposed) -> Html:
    grounds = "; ".join(ground_words(t, each, ground) for ground in each.grounds)
    return say(t, "ranking.proposed", unit=shorten(each.unit.placed.unit, UNIT_SIGNS), grounds=grounds)


def ground_words(t: Translator, each: Proposed, ground: Ground, *, codes_shown: int | None = CODES_SHOWN) -> str:
    """One ground of a proposal in words, with its figures and the first codes (none: all)."""
    unit = each.unit
    overdue, missed = unit.alone.overdue, unit.alone.missed
    codes = list(dict.fromkeys(lead.row.code for lead in overdue))
    more = len(codes[codes_shown:]) if codes_shown is not None else 0
    score: dict[str, object] = {"score": score_words(t, unit.placed.score), "grade": grade_words(t, unit.placed.grade)}
    figures: dict[Ground, dict[str, object]] = {
        Ground.EXCELLENT: score,
        Ground.WEAK: score,
        Ground.COMPLETED: {"n": len(unit.on_time)},
        Ground.DUTIES_MET: {"n": len(unit.duties)},
        Ground.OVERDUE: {
            "n": len(overdue),
            "codes": ", ".join(codes[:codes_shown]) + (f"… (+{more})" if more > 0 else ""),
        },
        Ground.DUTIES_MISSED: {"n": len(missed), "of": len(unit.duties)},
    }
    return t(f"ranking.ground_{ground.value}", **figures[ground])
