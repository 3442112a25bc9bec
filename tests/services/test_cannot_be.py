"""What is called impossible is: held against the rules of colours, and against every percent there is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import ReportingRules
from bot.domain.plan.plan import Locality
from bot.domain.work.alerts import judge
from bot.language.asking.query import Filters
from bot.services.asking.cannot_be import COLOURS, Contradiction, colours_of, contradiction, states_of
from bot.services.core.book import Book
from tests.domain.builders import days, few, many
from tests.domain.histories import Story, stories

EVERY_PERCENT = [Decimal(n) / 4 for n in range(401)]
BOUNDS = st.none() | st.sampled_from([Decimal(n) for n in (-5, 0, 20, 50, 80, 100, 150)])
NOWHERE = Book(Locality(1, "x", "X", "phường", "Y", None), None, {}, (), {}, ReportingRules(), WorkingCalendar(), 0)


@given(stories())
@few
def test_no_history_shows_what_is_called_impossible(story: Story) -> None:
    terms, standing = story.case.terms, story.case.standing
    for day in days(date(2026, 2, 20), date(2027, 1, 20)):
        verdict = judge(terms, standing, day, story.rules)
        assert verdict.colour in COLOURS[standing.state]
        for reason in verdict.reasons:
            assert standing.state in states_of(reason) and verdict.colour in colours_of(reason)


@given(BOUNDS, BOUNDS, BOUNDS, BOUNDS)
@many
def test_percents_are_impossible_where_no_percent_fits(
    over: Decimal | None, under: Decimal | None, low: Decimal | None, high: Decimal | None
) -> None:
    asked = Filters(percent_over=over, percent_under=under, percent_from=low, percent_to=high)
    fits = [
        percent
        for percent in EVERY_PERCENT
        if (over is None or percent > over)
        and (under is None or percent < under)
        and (low is None or percent >= low)
        and (high is None or percent <= high)
    ]
    assert contradiction(asked, NOWHERE) == (None if fits else Contradiction.PERCENT)
