"""A closed period opened again as a dialogue: until when, then why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Typed
from bot.domain.errors import BadInput, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.i18n import Translator
from bot.language.time.days import read_day
from bot.services.periods.close_period import PeriodName, ReopenablePeriod, check_until, look_at_reopening, reopen
from bot.views.parts.view import View
from bot.views.periods import period as views


class PeriodReopenDraft(Draft):
    """Which period, and until when once that was said."""

    locality_id: int
    ask: str
    period: str
    until: date | None = None

    @property
    def worth_keeping(self) -> bool:
        """Before a day was said nothing is lost."""
        return self.until is not None

    @property
    def subject_code(self) -> str | None:
        """The period."""
        return self.period

    @property
    def name(self) -> PeriodName:
        """Which period it is."""
        return PeriodName(self.locality_id, self.ask, self.period)


@dataclass(frozen=True, slots=True)
class Reopen:
    """Day and reason are known: open it again."""

    until: date
    reason: str


async def begin(scene: Scene, name: PeriodName) -> PeriodReopenDraft:
    """The draft for a period. Raises as `look_at_reopening` does."""
    await look_at_reopening(scene.desk, scene.visitor, name, now=scene.now)
    return PeriodReopenDraft(token=token_of(scene.key), locality_id=name.locality_id, ask=name.ask, period=name.period)


async def gather(scene: Scene, draft: PeriodReopenDraft) -> ReopenablePeriod:
    """The period as it stands."""
    return await look_at_reopening(scene.desk, scene.visitor, draft.name, now=scene.now)


def advance(draft: PeriodReopenDraft, said: Said, facts: ReopenablePeriod) -> Step[PeriodReopenDraft]:
    """The day, then the reason."""
    if isinstance(said, Pressed):
        if said.verb == "cancel":
            return Step(None, farewell="period.reopen_left")
        if said.verb == "back":
            return Step(draft.but(until=None))
        return _until(draft, said.value, facts) if said.verb == "until" and draft.until is None else Step(draft)
    if not isinstance(said, Typed):
        return Step(draft, problem=BadInput("opening_words_only"))
    if draft.until is None:
        return _until(draft, said.text, facts)
    return Step(draft, command=Reopen(draft.until, said.text))


def _until(draft: PeriodReopenDraft, text: str, facts: ReopenablePeriod) -> Step[PeriodReopenDraft]:
    day = read_day(text, facts.today.year, facts.today, spans=True)
    if day is None:
        return Step(draft, problem=BadInput("day_unreadable"))
    try:
        check_until(facts, day)
    except TienDoError as problem:
        return Step(draft, problem=problem)
    return Step(draft.but(until=day))


def show(t: Translator, draft: PeriodReopenDraft, facts: ReopenablePeriod) -> View:
    """The question that is open."""
    return views.reopening_view(t, draft.token, facts, draft.until)


async def perform(scene: Scene, draft: PeriodReopenDraft, command: Reopen) -> Outcome[PeriodReopenDraft]:
    """The period is open again."""
    done = await reopen(
        scene.desk,
        scene.visitor,
        draft.name,
        reason=command.reason,
        until=command.until,
        now=scene.now,
        key=scene.key,
    )
    return Outcome(views.reopened_view(scene.t, draft.locality_id, done))


PERIOD_REOPEN = Conversation(
    kind=DialogueKind.PERIOD_REOPEN,
    draft_type=PeriodReopenDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="period.reopen_name",
)
