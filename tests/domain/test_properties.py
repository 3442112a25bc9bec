"""What must hold of every history and day (docs/rules/life-cycle.md, docs/rules/colours.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import TienDoError, TransitionRefused
from bot.domain.work.alerts import COLOUR_ORDER, Colour, Rules, judge, judge_row, next_change
from bot.domain.work.lifecycle import Standing, Terms, apply, begin, fold
from bot.domain.work.scores import points

from . import slow_model as slow
from .builders import UNIT, Case, days, few, many
from .histories import STEPS, TERMS, Step, Story, body_of, instants, rules_for, stories

FIRST, LAST = date(2026, 2, 20), date(2027, 1, 20)
WALK = tuple(days(FIRST, LAST))


@given(stories())
@few
def test_by_time_alone_the_verdict_changes_on_exactly_the_days_next_change_names(story: Story) -> None:
    terms, standing, rules = story.case.terms, story.case.standing, story.rules
    verdicts = [judge(terms, standing, day, rules) for day in WALK]
    changes = [day for n, day in enumerate(WALK) if n and verdicts[n] != verdicts[n - 1]]
    named, day = [], next_change(terms, standing, FIRST, rules)
    while day is not None:
        named.append(day)
        day = next_change(terms, standing, day, rules)
    assert [day for day in named if day <= LAST] == changes
    assert all(day <= date(2027, 1, 1) for day in named)


@given(stories(), st.sampled_from(WALK))
@few
def test_from_any_day_next_change_is_the_first_day_that_differs(story: Story, day: date) -> None:
    terms, standing, rules = story.case.terms, story.case.standing, story.rules
    now = judge(terms, standing, day, rules)
    named = next_change(terms, standing, day, rules)
    until = named or LAST + timedelta(days=400)
    assert all(judge(terms, standing, d, rules) == now for d in days(day, until - timedelta(days=1)))
    assert named is None or judge(terms, standing, named, rules) != now


@given(stories())
@few
def test_the_verdict_agrees_with_the_slow_model_on_every_day(story: Story) -> None:
    terms, standing, rules = story.case.terms, story.case.standing, story.rules
    model = slow.replay(terms, UNIT, story.events)
    for day in WALK:
        verdict = judge(terms, standing, day, rules)
        told = (verdict.colour.value, tuple(reason.value for reason in verdict.reasons))
        assert told == slow.verdict(terms, model, day, rules), day


@given(stories())
@few
def test_points_agree_with_the_slow_model_on_every_day(story: Story) -> None:
    terms, standing, rules = story.case.terms, story.case.standing, story.rules
    model = slow.replay(terms, UNIT, story.events)
    for day in WALK:
        found, exact = points(terms, standing, day, rules), slow.points(terms, model, day, rules)
        assert (found is None) is (exact is None), day
        assert found is None or exact is None or abs(Fraction(found) - exact) <= Fraction(1, 200), day


@given(stories(), st.sampled_from(WALK))
@few
def test_silence_earns_nothing_and_a_report_given_lowers_nothing(story: Story, day: date) -> None:
    terms, rules = story.case.terms, story.rules
    standing = replace(story.case.standing, served=frozenset())
    past = [duty for duty in rules.duties if duty.due < day and (standing.owes_from or FIRST) <= duty.due]
    before = points(terms, standing, day, rules)
    assert not past or standing.state not in ("not_reported", "in_progress") or before == 0
    for duty in rules.duties:
        standing = replace(standing, served=standing.served | {duty.period})
        after = points(terms, standing, day, rules)
        assert before is None or (after is not None and after >= before)
        before = after


@given(stories())
@many
def test_what_stands_agrees_with_the_slow_model(story: Story) -> None:
    standing, model = story.case.standing, slow.replay(story.case.terms, UNIT, story.events)
    assert standing.state.value == model.state
    assert (Fraction(standing.percent), standing.due_on, standing.unit_id) == (model.percent, model.due, model.unit)
    assert (standing.sent_on, standing.due_when_sent) == (model.sent, model.due_when_sent)
    assert set(standing.served) == model.served
    assert set(standing.milestones_met) == model.met
    assert standing.reported_on == (model.report_days[-1] if model.report_days else None)
    assert (standing.undo is None) is (standing.undo_until is None)


@given(stories(), st.data())
@many
def test_the_fold_is_the_left_fold_of_apply_and_may_stop_anywhere(story: Story, data: st.DataObject) -> None:
    terms, events = story.case.terms, story.events
    cut = data.draw(st.integers(0, len(events)))
    standing: Standing = begin(terms, UNIT)
    for event in events[:cut]:
        standing = apply(terms, standing, event)
    assert standing == fold(terms, UNIT, events[:cut])
    for event in events[cut:]:
        standing = apply(terms, standing, event)
    assert standing == fold(terms, UNIT, events) == story.case.standing


@given(TERMS, STEPS, st.data())
@many
def test_no_sequence_of_steps_leaves_the_table(terms: Terms, steps: list[Step], data: st.DataObject) -> None:
    rules = data.draw(rules_for(terms))
    case = Case(terms)
    for step, when in zip(steps, instants(steps), strict=True):
        attempt(case, step, when, rules)


def attempt(case: Case, step: Step, when: datetime, rules: Rules) -> None:
    """One step, which the table must allow where it is taken and may not allow where it is refused as no step."""
    before = case.standing
    body = body_of(step, case, when, rules)
    to = slow.TABLE.get((before.state.value, slow.step_name(case.terms, before.state.value, body)))
    refusal: TienDoError | None = None
    try:
        case.tell(when, body)
    except TienDoError as error:
        refusal = error
    if isinstance(refusal, TransitionRefused):
        conditional = {"too_late_to_withdraw", "not_awaiting", "already_reported", "milestone_met"}
        assert to is None or refusal.key in conditional
        return
    assert to is not None
    if refusal is None:
        landed = case.standing.state.value
        assert to in (slow.BEFORE, "what it says") or landed == (before.state.value if to == slow.SAME else to)


@given(st.lists(stories(), min_size=1, max_size=4), st.sampled_from(WALK))
@few
def test_a_row_shows_the_worst_colour_of_its_open_leads_and_their_mean(group: list[Story], day: date) -> None:
    leads = [(s.case.standing, judge(s.case.terms, s.case.standing, day, s.rules)) for s in group]
    row = judge_row(leads)
    going = [pair for pair in leads if pair[0].state != "closed"] or leads
    assert row.colour is min((v.colour for _, v in going), key=COLOUR_ORDER.index)
    mean = sum(Fraction(s.percent) for s, _ in going) / len(going)
    assert 0 <= mean - Fraction(row.percent) < Fraction(1, 100)
    assert set(row.reasons) <= {reason for _, v in going for reason in v.reasons}
    assert bool(row.reasons) is (row.colour in (Colour.RED, Colour.AMBER))
