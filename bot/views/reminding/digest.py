"""The message of the morning: all that is due for one person or one team's group, on one screen, red first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from bot.domain.plan.duties import Ask
from bot.domain.work.alerts import Colour
from bot.domain.work.ladder import Rule
from bot.domain.work.lifecycle import DEFAULT_ZONE, State
from bot.i18n import Translator
from bot.services.core.board import urgency
from bot.services.reminding.digest import LINES_SHOWN, Digest, OfficeLine, PeriodLine, RowLine
from bot.services.reminding.scope import Scope, Whose
from bot.services.rows.list_rows import ListName
from bot.views.parts.actions import Action
from bot.views.parts.fitting import MOST_SIGNS, length
from bot.views.parts.html import BLANK, Html, escape, lines, say, say_count, shorten
from bot.views.parts.view import Button, Buttons, View, button, grid
from bot.views.reminding.digest_periods import begin_buttons, codes_words, gathered, owed_words
from bot.views.reminding.week_board import board_buttons, board_lines, week_words
from bot.views.words.row_lists import NO_UNIT
from bot.views.words.rows import due_words, light, progress_words, reason_words, state_words
from bot.views.words.units import units_words

CARDS_A_ROW = 4
NAMES_SHOWN = 12
UNIT_SIGNS = 48
MILESTONE_SIGNS = 60
NOON, AFTERNOON = 11, 13


class DigestPart(IntEnum):
    """The parts of the message, in their order."""

    NEW_RED = 1
    RETURNED = 2
    OVERDUE = 3
    CHASED = 4
    DIFFICULTY = 5
    CHANGED = 6
    NEAR = 7
    EASED = 8
    ACCEPTED = 9
    WAITING = 10


_PARTS = {
    Rule.TURNED_RED: DigestPart.NEW_RED,
    Rule.RETURNED: DigestPart.RETURNED,
    Rule.NUDGE: DigestPart.CHASED,
    Rule.DIFFICULTY: DigestPart.DIFFICULTY,
    Rule.EXTENSION: DigestPart.CHANGED,
    Rule.CHANGE: DigestPart.CHANGED,
    Rule.ACCEPTED: DigestPart.ACCEPTED,
    Rule.OVERDUE_3: DigestPart.OVERDUE,
    Rule.OVERDUE_7: DigestPart.OVERDUE,
    Rule.OVERDUE_WEEKLY: DigestPart.OVERDUE,
    Rule.NO_LONGER_RED: DigestPart.EASED,
    Rule.APPRAISAL_WAITING: DigestPart.WAITING,
}
_RED = (DigestPart.NEW_RED, DigestPart.RETURNED, DigestPart.OVERDUE)
_OWN = (DigestPart.NEW_RED, DigestPart.RETURNED, DigestPart.CHASED, DigestPart.NEAR)
"""Parts that only the unit and its teams are told; the rest of them stands in the list of their own work."""
_WITH_UNIT = (DigestPart.OVERDUE, DigestPart.DIFFICULTY, DigestPart.CHANGED, DigestPart.WAITING)


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """A row as it is told: several of its units share a line where the reason is the same."""

    part: DigestPart
    lines: tuple[RowLine, ...]
    reason: Html

    @property
    def first(self) -> RowLine:
        """The line that stands for all."""
        return self.lines[0]

    @property
    def locality_id(self) -> int:
        """The locality of the row."""
        return self.first.lead.row.locality_id


def digest_view(t: Translator, digest: Digest) -> View:
    """One message with everything due; in a group without names of people and without buttons."""
    entries = _entries(t, digest)
    buttons = () if digest.for_group else _buttons(t, digest, entries)
    return View(_clipped(t, _told(t, digest, entries)), buttons)


def _entries(t: Translator, digest: Digest) -> list[DigestEntry]:
    found: dict[tuple[object, ...], DigestEntry] = {}
    red: set[int] = set()
    for line in sorted(digest.rows, key=_order):
        part = _part(line)
        if part in _RED:
            if line.lead.assignment.id in red:
                continue
            red.add(line.lead.assignment.id)
        reason = reason_of(t, line, digest.day)
        key = (part, line.lead.row.id, line.milestone, reason)
        known = found.get(key)
        found[key] = DigestEntry(part, (*(known.lines if known else ()), line), reason)
    return list(found.values())


def _part(line: RowLine) -> DigestPart:
    return _PARTS.get(line.rule, DigestPart.NEAR)


def _order(line: RowLine) -> tuple[object, ...]:
    part = _part(line)
    if part is DigestPart.NEAR:
        return (part, not _is_red(line), _due_on(line) or date.max, *urgency(line.lead))
    return (part, *urgency(line.lead))


def _is_red(line: RowLine) -> bool:
    return line.lead.verdict.colour is Colour.RED


def _due_on(line: RowLine) -> date | None:
    if line.milestone is not None and line.milestone < len(line.lead.terms.milestones):
        return line.lead.terms.milestones[line.milestone].due_on
    return line.lead.standing.due_on


def reason_of(t: Translator, line: RowLine, day: date) -> Html:
    """Why a line is told, in words: how overdue, how far behind, how near; else how the row stands."""
    part, standing = _part(line), line.lead.standing
    if line.difficulty is not None:
        words = t(f"difficulty.state.{line.difficulty.state.value}")
        return say(t, "digest.difficulty_line", number=line.difficulty.id, state=words)
    if part is DigestPart.NEAR:
        # A red light says why it is red, whatever else brings the row here.
        why = reason_words(t, line.lead, day) if _is_red(line) else []
        return escape(". ").join((_near(t, line, day), *why))
    if part is DigestPart.WAITING and standing.sent_on is not None:
        return say(t, "digest.sent_on", day=standing.sent_on)
    told = reason_words(t, line.lead, day) if part in (*_RED, DigestPart.CHASED) else []
    if told:
        return escape(". ").join(told)
    done = standing.state in (State.COMPLETED, State.CLOSED)
    figures = [state_words(t, standing), progress_words(t, line.lead)]
    if not done:
        figures.append(due_words(t, line.lead.row.limit, standing.due_on, year=day.year))
    return lines([" · ".join(figures)])


def _near(t: Translator, line: RowLine, day: date) -> Html:
    due_on = _due_on(line) or day
    days = max(0, (due_on - day).days)
    if line.milestone is None or line.milestone >= len(line.lead.terms.milestones):
        words = t("reason.due_today") if days == 0 else t.count("reason.due_soon", days)
        return say(t, "digest.near", words=words, day=t.short_day(due_on))
    printed = shorten(line.lead.terms.milestones[line.milestone].printed, MILESTONE_SIGNS)
    if days == 0:
        return say(t, "digest.milestone_today", milestone=printed)
    return say_count(t, "digest.milestone_in", days, milestone=printed, day=t.short_day(due_on))


def _told(t: Translator, digest: Digest, entries: Sequence[DigestEntry]) -> list[Html]:
    shown, hidden = entries[:LINES_SHOWN], entries[LINES_SHOWN:]
    told = [_headline(t, digest, entries)]
    if digest.late_since is not None:
        told.append(_late(t, digest.late_since, digest.day))
    for locality_id in dict.fromkeys(entry.locality_id for entry in shown):
        if len(digest.localities) > 1:
            told += [BLANK, say(t, "digest.locality", place=digest.localities.get(locality_id, "–"))]
        told += _rows(t, digest, [entry for entry in shown if entry.locality_id == locality_id])
    if hidden:
        told.append(say_count(t, "digest.more", len(hidden)))
    told += _periods(t, digest)
    told += _office(t, digest)
    for board in digest.boards:
        head, *rest = board_lines(t, board, digest.day)
        told += [BLANK, _marked(t, head, again=board.again), *rest]
    return told


def _headline(t: Translator, digest: Digest, entries: Sequence[DigestEntry]) -> Html:
    counted = (
        ("digest.new_red", _rows_of(entries, DigestPart.NEW_RED)),
        ("digest.returned", _rows_of(entries, DigestPart.RETURNED)),
        ("digest.overdue", _rows_of(entries, DigestPart.OVERDUE)),
        ("digest.chased", _rows_of(entries, DigestPart.CHASED)),
        ("digest.difficulties", _rows_of(entries, DigestPart.DIFFICULTY)),
        ("digest.changed", _rows_of(entries, DigestPart.CHANGED)),
        ("digest.soon", _rows_of(entries, DigestPart.NEAR)),
        ("digest.eased", _rows_of(entries, DigestPart.EASED)),
        ("digest.accepted", _rows_of(entries, DigestPart.ACCEPTED)),
        ("digest.waiting", sum(len(entry.lines) for entry in entries if entry.part is DigestPart.WAITING)),
        ("digest.owed", sum(len(line.codes) for line in digest.periods)),
        ("digest.owed_by_units", sum(line.duty.ask is not Ask.PROGRESS for line in digest.periods)),
        ("digest.news", len(digest.office)),
    )
    parts = [t.count(key, n) for key, n in counted if n]
    if digest.boards:
        week = week_words(t, digest.boards[0].week_starts_on)
        parts.append(t("digest.board", week=week[0].lower() + week[1:]))
    scopes = [_scope(t, scope, digest) for scope in digest.scopes if scope.red]
    return say(t, "digest.head", when=_when(t, digest), counts=" · ".join([*scopes, ", ".join(parts[:3])]))


def _scope(t: Translator, scope: Scope, digest: Digest) -> str:
    """How many rows of all that the recipient answers for are red, whatever else the message tells."""
    whose = scope.whose.value
    several = len(digest.scopes) > 1 and scope.whose is not Whose.LOCALITY
    key = f"digest.scope_{whose}_in" if several else f"digest.scope_{whose}"
    return t.count(key, scope.red, place=scope.locality)


def _when(t: Translator, digest: Digest) -> str:
    hour = digest.now.astimezone(DEFAULT_ZONE).hour
    time_of_day = "morning" if hour < NOON else "noon" if hour < AFTERNOON else "afternoon"
    return t(f"digest.{time_of_day}", weekday=t(f"digest.weekday.{digest.day.weekday()}"), day=t.day(digest.day))


def _rows_of(entries: Iterable[DigestEntry], *parts: DigestPart) -> int:
    return len({entry.first.lead.row.id for entry in entries if entry.part in parts})


def _late(t: Translator, since: datetime, day: date) -> Html:
    if since.astimezone(DEFAULT_ZONE).date() == day:
        return say(t, "digest.late", time=t.clock_time(since))
    return say(t, "digest.late_since", instant=t.instant(since))


def _rows(t: Translator, digest: Digest, shown: Sequence[DigestEntry]) -> Iterable[Html]:
    several = len({line.unit for line in digest.rows}) > 1
    for part in DigestPart:
        own = [entry for entry in shown if entry.part is part]
        if not own:
            continue
        yield BLANK
        yield say(t, f"digest.part.{part.name.lower()}")
        for entry in own:
            yield from _entry(t, entry, crowded=len(digest.rows) > LINES_SHOWN // 2, several=several)


def _entry(t: Translator, entry: DigestEntry, *, crowded: bool, several: bool) -> Iterable[Html]:
    lead = entry.first.lead
    yield say(
        t,
        "digest.row_again" if any(line.again for line in entry.lines) else "digest.row",
        light=light(lead.verdict.colour, lead.standing.state),
        code=lead.row.code,
        name=shorten(lead.row.name, 34 if crowded else 60),
    )
    reason = entry.reason
    if several or entry.part in _WITH_UNIT or not entry.first.may_report:
        reason = say(t, "digest.of_unit", reason=reason, unit=_units(t, entry))
    yield say(t, "list.reason", reason=reason)


def _units(t: Translator, entry: DigestEntry) -> str:
    return units_words(t, [line.unit for line in sorted(entry.lines, key=lambda line: line.lead.assignment.id)])


def _periods(t: Translator, digest: Digest) -> Iterable[Html]:
    if not digest.periods:
        return
    yield BLANK
    several = len({line.unit for line in digest.periods}) > 1
    for together in gathered(digest.periods):
        told, first = owed_words(t, together), together[0]
        if several or digest.for_group:
            told = say(t, "digest.of_unit", reason=told, unit=shorten(first.unit, UNIT_SIGNS))
        yield _placed(t, digest, first.locality_id, _marked(t, told, again=any(line.again for line in together)))
        codes = codes_words(t, together)
        if codes is not None:
            yield say(t, "list.reason", reason=codes)


def _office(t: Translator, digest: Digest) -> Iterable[Html]:
    if not digest.office or digest.for_group:
        return
    yield BLANK
    for line in digest.office:
        yield _placed(t, digest, line.locality_id, _marked(t, _news(t, line), again=line.again))


def _news(t: Translator, line: OfficeLine) -> Html:
    names = ", ".join(shorten(name, UNIT_SIGNS) for name in line.names[:NAMES_SHOWN])
    more = len(line.names) - NAMES_SHOWN
    if more > 0:
        names = t.count("digest.names_more", more, names=names)
    return say_count(t, f"digest.{line.rule.value}", len(line.names), names=names)


def _marked(t: Translator, told: Html, *, again: bool) -> Html:
    return say(t, "digest.again", told=told) if again else told


def _placed(t: Translator, digest: Digest, locality_id: int, told: Html) -> Html:
    place = digest.localities.get(locality_id) if len(digest.localities) > 1 else None
    return told if place is None else say(t, "digest.in_place", place=place, told=told)


def _clipped(t: Translator, told: Sequence[Html]) -> Html:
    """The lines that one message holds; each line closes its own tags, so that any may be the last."""
    text = lines(told)
    if length(text) <= MOST_SIGNS:
        return text
    kept = list(told)
    while kept and length(lines([*kept, "", say(t, "digest.cut")])) > MOST_SIGNS:
        kept.pop()
    return lines([*kept, "", say(t, "digest.cut")])


def _buttons(t: Translator, digest: Digest, entries: Sequence[DigestEntry]) -> Buttons:
    shown = entries[:LINES_SHOWN]
    buttons: list[tuple[Button, ...]] = []
    if shown:
        others = {entry.first.lead.row.id: entry for entry in reversed(shown)}
        others.pop(shown[0].first.lead.row.id)
        buttons += [_first(t, shown), *grid([_card(entry) for entry in reversed(others.values())], CARDS_A_ROW)]
    buttons += [(each,) for each in begin_buttons(t, digest)]
    buttons += _further(t, digest, entries)
    for board in digest.boards:
        buttons += board_buttons(t, board)
    outbox_id = next((line.outbox_id for line in _sources(digest, shown) if line.outbox_id), 0)
    if outbox_id:
        buttons.append((button(t("remind.button.snooze"), Action.SNOOZE, outbox_id),))
    return tuple(buttons)


def _sources(digest: Digest, shown: Sequence[DigestEntry]) -> Iterable[RowLine | PeriodLine]:
    """The lines that ask for something to be done; only those can be put off until tomorrow."""
    yield from (entry.first for entry in shown if entry.part not in (DigestPart.EASED, DigestPart.ACCEPTED))
    yield from digest.periods


def _first(t: Translator, shown: Sequence[DigestEntry]) -> tuple[Button, ...]:
    """Report and details of the most urgent row; named by its code where there are several."""
    alone = len(shown) == 1
    row = shown[0].first.lead.row
    details = button(_label(t, "details", row.code, alone=alone), Action.CARD, row.id)
    mine = next((line for entry in shown for line in entry.lines if line.may_report and line.lead.is_with_unit), None)
    if mine is None:
        return (details,)
    label = _label(t, "report", mine.lead.row.code, alone=alone)
    return (button(label, Action.REPORT, mine.lead.assignment.id), details)


def _label(t: Translator, what: str, code: str, *, alone: bool) -> str:
    return t(f"remind.button.{what}") if alone else t(f"remind.button.{what}_of", code=code)


def _card(entry: DigestEntry) -> Button:
    lead = entry.first.lead
    return button(f"{light(lead.verdict.colour, lead.standing.state)} {lead.row.code}", Action.CARD, lead.row.id)


def _further(t: Translator, digest: Digest, entries: Sequence[DigestEntry]) -> Iterable[tuple[Button, ...]]:
    hidden = entries[LINES_SHOWN:]
    for locality_id in dict.fromkeys(entry.locality_id for entry in hidden):
        yield (_list(t, digest, [entry for entry in hidden if entry.locality_id == locality_id]),)
    walks = dict.fromkeys(line.locality_id for line in digest.periods if line.codes)
    if not entries and digest.periods:
        details = button(t("remind.button.details"), Action.MENU, ListName.MINE.value)
        report = [button(t("remind.button.report"), Action.PERIOD, "walk", place) for place in [*walks][:1]]
        yield (*report, details)
    elif walks:
        yield (button(t("period.button_walk"), Action.PERIOD, "walk", next(iter(walks))),)
    waiting = next((entry for entry in entries if entry.part is DigestPart.WAITING), None)
    if waiting is not None:
        yield (button(t("digest.button.queue"), Action.OPEN_LIST, ListName.QUEUE.value, 0, waiting.locality_id),)
    if any(line.rule is Rule.UNIT_EMPTY for line in digest.office):
        yield (button(t("digest.button.invite"), Action.MENU, "moi"),)


def _list(t: Translator, digest: Digest, hidden: Sequence[DigestEntry]) -> Button:
    """Where the rest of one locality stands: among the person's own work, else among what is red."""
    label, place = t.count("digest.button.more", len(hidden)), hidden[0].locality_id
    if len(digest.localities) > 1:
        label = f"{label} · {digest.localities.get(place, '–')}"
    if any(entry.part in _OWN or line.may_report for entry in hidden for line in entry.lines):
        return button(label, Action.OPEN_LIST, ListName.MINE.value, 0, place)
    return button(label, Action.OPEN_LIST, ListName.RED.value, 0, place, NO_UNIT)
