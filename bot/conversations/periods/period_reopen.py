"""A closed period opened again as a dialogue: until when, then why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversations.core.dialogue import Conversation, Outcome, token_of
from bot.conversations.core.form import Form, FormDraft, day_field, leaving, words_field
from bot.conversations.core.scene import Scene
from bot.domain.people.dialogue import DialogueKind
from bot.i18n import Translator
from bot.services.periods.close_period import PeriodName, ReopenablePeriod, check_until, look_at_reopening, reopen
from bot.views.parts.view import View
from bot.views.periods import period as views


class PeriodReopenDraft(FormDraft):
    """Which period, and until when once that was said."""

    locality_id: int
    ask: str
    period: str
    until: date | None = None
    reason: str = ""

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


def _ask(t: Translator, draft: PeriodReopenDraft, facts: ReopenablePeriod) -> View:
    return views.reopening_view(t, draft.token, facts, draft.until)


def _complete(draft: PeriodReopenDraft, facts: ReopenablePeriod) -> Reopen:
    assert draft.until is not None  # a form sends what is complete
    return Reopen(draft.until, draft.reason)


FORM: Form[PeriodReopenDraft, ReopenablePeriod] = Form(
    (
        day_field(
            lambda draft, facts: draft.until,
            lambda draft, day: draft.but(until=day),
            _ask,
            today=lambda facts: (facts.today.year, facts.today),
            check=lambda day, facts: check_until(facts, day),
            verb="until",
            again="back",
            clear=lambda draft: draft.but(until=None),
        ),
        words_field(lambda draft, facts: draft.reason or None, lambda draft, said: draft.but(reason=said), _ask, str),
    ),
    send=_complete,
    cancel=leaving("period.reopen_left"),
    no_files="opening_words_only",
)
advance, show = FORM.advance, FORM.show


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
