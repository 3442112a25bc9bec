"""A day off, or a day worked in exchange, as a dialogue: the day, then its name; both may come in one message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.domain.plan.calendar import DayKind
from bot.i18n import Translator
from bot.language.time.days import read_day
from bot.services.core.book import Book
from bot.services.core.office import open_office
from bot.services.plan import edit_days_off
from bot.services.plan.edit_days_off import check_day, clean_name
from bot.views.parts.view import View
from bot.views.plan import calendar_days as views

_MOST_WORDS_OF_A_DAY = 7
_BETWEEN = " -–:,;."


class DayDraft(Draft):
    """A day about to be added; ``day`` once it was typed."""

    locality_id: int
    kind: DayKind
    day: date | None = None

    @property
    def worth_keeping(self) -> bool:
        """Before a day was typed nothing is lost."""
        return self.day is not None


@dataclass(frozen=True, slots=True)
class DayOffFacts:
    """The calendar the day will stand in."""

    book: Book
    today: date


@dataclass(frozen=True, slots=True)
class AddDayOff:
    """Day and name are known."""

    day: date
    name: str


async def begin(scene: Scene, locality_id: int, kind: DayKind) -> DayDraft:
    """The draft of a day in this locality. Raises NotAllowed for all but its standing office."""
    found = await edit_days_off.list_days(scene.desk, scene.visitor, now=scene.now, locality_id=locality_id)
    return DayDraft(token=token_of(scene.key), locality_id=found.locality.id, kind=kind)


async def gather(scene: Scene, draft: DayDraft) -> DayOffFacts:
    """The locality as it stands."""
    async with scene.desk.db.read() as conn:
        book = await open_office(scene.desk, conn, scene.visitor, draft.locality_id)
    return DayOffFacts(book, book.today(scene.now))


def advance(draft: DayDraft, said: Said, facts: DayOffFacts) -> Step[DayDraft]:
    """The day, then its name."""
    if isinstance(said, Pressed):
        return Step(None, farewell="calendar.left") if said.verb == "cancel" else Step(draft)
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("opening_words_only"))
    try:
        return _typed(draft, said.text, facts)
    except TienDoError as problem:
        return Step(draft, problem=problem)


def _typed(draft: DayDraft, text: str, facts: DayOffFacts) -> Step[DayDraft]:
    if draft.day is not None:
        return Step(draft, command=AddDayOff(draft.day, clean_name(text)))
    day, name = read_day_and_name(text, facts.today)
    if day is None:
        raise BadInput("day_unreadable")
    check_day(facts.book, day, draft.kind, facts.today)
    if not name:
        return Step(draft.but(day=day))
    return Step(draft, command=AddDayOff(day, clean_name(name)))


def read_day_and_name(text: str, today: date) -> tuple[date | None, str]:
    """The day a message begins with, and the words behind it; a day without a year is the next one of that date."""
    words = text.split()
    for count in range(min(len(words), _MOST_WORDS_OF_A_DAY), 0, -1):
        said = " ".join(words[:count]).rstrip(_BETWEEN)
        name = " ".join(words[count:]).strip(_BETWEEN)
        day = read_day(said, today.year, today)
        if day is None or (name and said.isalpha()):
            # "Mai" alone is tomorrow; before other words it may be half a word of theirs.
            continue
        if day < today:
            day = read_day(said, today.year + 1, today) or day
        return (day, name) if not _begins_with_a_day(name, today) else (None, "")
    return None, ""


def _begins_with_a_day(words: str, today: date) -> bool:
    """Whether a further day follows: which of the two is meant ("thứ sáu 25/12", "30/4 - 1/5") is not guessed."""
    ends = range(min(len(words.split()), _MOST_WORDS_OF_A_DAY), 0, -1)
    return any(read_day(" ".join(words.split()[:end]).rstrip(_BETWEEN), today.year) for end in ends)


def show(t: Translator, draft: DayDraft, facts: DayOffFacts) -> View:
    """The question that is open."""
    return views.ask_view(t, draft.token, draft.kind, draft.day)


async def perform(scene: Scene, draft: DayDraft, command: AddDayOff) -> Outcome[DayDraft]:
    """The day stands in the calendar."""
    found = await edit_days_off.add_day(
        scene.desk,
        scene.visitor,
        locality_id=draft.locality_id,
        day=command.day,
        kind=draft.kind,
        name=command.name,
        now=scene.now,
    )
    return Outcome(views.days_view(scene.t, found))


DAY_OFF = Conversation(
    kind=DialogueKind.DAY_OFF,
    draft_type=DayDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="calendar.name",
)
