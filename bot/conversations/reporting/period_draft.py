"""What has been said of a period's reports so far, and what the walk must know to go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ConfigDict

from bot.conversations.core.files_draft import FilesDraft
from bot.conversations.core.scene import Scene
from bot.conversations.reporting.report_draft import ReportDraft, take
from bot.conversations.reporting.report_draft import ReportFacts as RowFacts
from bot.domain.errors import NotFound, TienDoError
from bot.domain.people import people
from bot.domain.plan.duties import Ask, Duty
from bot.frozen import Frozen
from bot.services.core.board import Lead
from bot.services.core.book import Book
from bot.services.core.guards import open_book
from bot.services.periods.period_state import duty_named
from bot.services.periods.walk_period import obstacle, sent_already, standing_of
from bot.services.reporting.attach_evidence import still_kept
from bot.services.reporting.list_work import Subject, directory
from bot.services.reporting.prepare_report import look_in
from bot.services.reporting.quick_report import codes_of
from bot.services.reporting.report_progress import mark_of
from bot.views.parts.subjects import DialogueSubject, WalkSubject

Word = Literal["", "same", "nothing", "report", "skip"]
SENT = frozenset({"same", "nothing", "report"})
"""What is sent in the end."""


class WalkItem(Frozen):
    """A row of the walk: where it stood when it was shown, and what has been said of it."""

    model_config = ConfigDict(extra="ignore")

    assignment_id: int
    code: str
    seen: str
    said: Word = ""
    report: ReportDraft | None = None


class WalkDraft(FilesDraft):
    """The walk through the reports of one period. Nothing of it is a report before all of it is sent.

    ``place`` is the row that is shown, ``row`` what is being said of it; its files are those of the draft.
    """

    locality_id: int
    period: str
    items: tuple[WalkItem, ...]
    place: int = 0
    row: ReportDraft | None = None
    at_end: bool = False
    page: int = 0

    @property
    def worth_keeping(self) -> bool:
        """Whether anything was said yet."""
        in_hand = self.row is not None and self.row.worth_keeping
        return in_hand or bool(self.files) or any(item.said or item.report for item in self.items)

    @property
    def subject_code(self) -> str | None:
        """The row that is shown; at the end the period."""
        return self.period if self.at_end else self.item.code

    @property
    def subject(self) -> DialogueSubject:
        """Its own periods: what is owed now."""
        return WalkSubject()

    @property
    def item(self) -> WalkItem:
        """The row that is shown."""
        return self.items[min(self.place, len(self.items) - 1)]

    def with_item(self, item: WalkItem) -> WalkDraft:
        """The draft with this item in the place of the row's earlier one."""
        items = tuple(item if each.assignment_id == item.assignment_id else each for each in self.items)
        return self.but(items=items)

    def at(self, place: int) -> WalkDraft:
        """The draft with this row shown, and what was said of it in hand."""
        item = self.items[place]
        held = item.report
        files = held.files if held else ()
        return self.but(place=place, row=held, at_end=False, page=0, files=files, album=None, album_files=())

    def onward(self) -> WalkDraft:
        """The draft at the next row of which nothing was said, or at its end where there is none."""
        count = len(self.items)
        ahead = [(self.place + step) % count for step in range(1, count + 1)]
        following = next((place for place in ahead if not self.items[place].said), None)
        return self.finished() if following is None else self.at(following)

    def finished(self) -> WalkDraft:
        """The draft at its end, where it is sent."""
        return self.but(at_end=True, row=None, page=0, files=(), album=None, album_files=())


@dataclass(frozen=True, slots=True)
class WalkFacts:
    """What is known beside the draft. ``leads`` are the rows as they stand, ``obstacles`` why some take no report.

    ``duty`` is none once the plan does not ask for the period any more; ``row`` is what the dialogue of one report
    knows of the row that is shown, none where it cannot be looked at (``problem``).
    """

    duty: Duty | None
    is_closed: bool
    leads: Mapping[int, Lead]
    obstacles: Mapping[int, str]
    sent: frozenset[int] = frozenset()
    files: frozenset[int] = frozenset()
    """Those of the files given, of all rows, that are still there."""
    row: RowFacts | None = None
    problem: TienDoError | None = None
    units: Mapping[int, str] = field(default_factory=dict)
    """Whose part a row is, where the person reports for several units that lead it."""

    def takes(self, item: WalkItem) -> bool:
        """Whether a row can be sent, or has been by this very update."""
        return item.said in SENT and (item.assignment_id in self.sent or item.assignment_id not in self.obstacles)


def new_items(subjects: tuple[Subject, ...], before: tuple[WalkItem, ...] = ()) -> tuple[WalkItem, ...]:
    """The rows of a walk, with what was said before of those that stand where they stood."""
    known = {item.assignment_id: item for item in before}
    found = []
    for subject in subjects:
        seen = mark_of(subject.lead.standing)
        old = known.get(subject.assignment_id)
        kept = old is not None and old.seen == seen
        fresh = WalkItem(assignment_id=subject.assignment_id, code=subject.lead.row.code, seen=seen)
        found.append(old if kept and old is not None else fresh)
    return tuple(found)


async def gather(scene: Scene, draft: WalkDraft) -> WalkFacts:
    """The facts of a walk, read afresh."""
    desk, visitor = scene.desk, scene.visitor
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, draft.locality_id)
        day, duty = book.today(scene.now), duty_named(book, Ask.PROGRESS, draft.period)
        if duty is None:
            raise NotFound("not_found")
        ids = [item.assignment_id for item in draft.items]
        found = await standing_of(conn, book, visitor, ids, day)
        units = people.reporting_units(visitor.memberships, draft.locality_id)
        against = {i.assignment_id: obstacle(found.get(i.assignment_id), i.seen, duty, units) for i in draft.items}
        row, problem = None, None
        if not draft.at_end:
            known, year = codes_of(await directory(conn, desk, visitor), draft.locality_id)
            try:
                prospect = await look_in(
                    conn,
                    desk,
                    visitor,
                    assignment_id=draft.item.assignment_id,
                    file_ids=draft.files,
                    now=scene.now,
                )
                row = RowFacts(known, year, prospect=prospect)
            except TienDoError as gone:
                problem = gone
        sent = await sent_already(conn, scene.key, ids) if draft.at_end else frozenset[int]()
        given = [each for item in draft.items if item.report for each in item.report.files]
        files = await still_kept(conn, given) if draft.at_end and given else frozenset[int]()
    obstacles = {each: why for each, why in against.items() if why is not None}
    named = _units(book, draft.items, found)
    return WalkFacts(duty, day > duty.closes, found, obstacles, sent, files, row, problem, named)


def _units(book: Book, items: Iterable[WalkItem], leads: Mapping[int, Lead]) -> dict[int, str]:
    times = Counter(item.code for item in items)
    own = (leads.get(item.assignment_id) for item in items if times[item.code] > 1)
    return {lead.assignment.id: book.unit_name(lead.standing.unit_id) for lead in own if lead is not None}


def row_of(draft: WalkDraft, facts: WalkFacts) -> ReportDraft:
    """The report in the making of the row that is shown; a new one begins with the question how far the work is.

    Raises TransitionRefused where it takes no report now.
    """
    assert facts.row is not None  # asked only where the row can be looked at
    if draft.row is not None:
        return draft.row.with_files_of(draft).but(token=draft.token)
    fresh = ReportDraft(token=draft.token, locality_id=draft.locality_id).with_files_of(draft)
    return take(fresh, facts.row.chosen.subject)
