"""Who is told what on which day, written a second time, day by day: docs/rules/reminders.md, docs/decisions/0006.

It knows nothing of ladders, ticks and queues: at every moment at which somebody could be told something it looks at
everything as it stands, and asks for each rule whether today is its day. Only what is told
"once" (docs/decisions/0006) is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from bot.domain.people.people import Membership, Role, may_appraise
from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import Duty
from bot.domain.work.events import Appraisal, Event, Extension, Reopening, Report
from tests.domain.slow_model import AW, CL, CO, IP, NR, RE, Slow, replay
from tests.reminders.year import DIGESTS, YEAR, ZONE, Commune, Lived, duties_of

DAY = timedelta(days=1)
WORKING = (NR, IP, RE)
DAYS_BEFORE = (14, 7, 3, 1, 0)
NAMES = {14: "due_in_14", 7: "due_in_7", 3: "due_in_3", 1: "due_in_1", 0: "due_today"}
NOBODY: tuple[str, int] = ("group", 0)
"""Has the digest at the usual hour."""
LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Kinds of period in months."""
PERIOD_DAYS = ((5, "period_in_5"), (2, "period_in_2"), (0, "period_due"))
Who = tuple[str, int]
"""("person", id) or ("group", chat)."""
Fact = tuple[object, ...]
"""What is told: the rule, its subject, and what docs/decisions/0006 says it is told once of."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: to whom, when it was due, and everything it holds."""

    who: Who
    at: datetime
    facts: frozenset[Fact]
    single: bool = False


@dataclass(frozen=True, slots=True)
class OfUnits:
    """Something whole units owe. ``opens`` is the first day on which it could be told."""

    ask: str
    period: str
    opens: date
    due: date

    @property
    def closes(self) -> date:
        """Ten days after."""
        return self.due + 10 * DAY


@dataclass
class Work:
    """One lead assignment and what is remembered of it."""

    id: int
    row: int
    first_unit: int
    commune: Commune
    events: list[Event] = field(default_factory=list)
    slow: Slow = field(init=False)
    behind_from: date | None = None
    known: set[tuple[object, ...]] = field(default_factory=set)
    """Lights that have been lit before: limit, reason, first day."""
    lit: dict[tuple[object, ...], tuple[object, ...]] = field(default_factory=dict)
    """The lights that burn now: limit and reason, with what they were first known as."""
    to_tell: dict[tuple[object, ...], datetime] = field(default_factory=dict)
    """Lights that are news, since when."""
    told_red: set[tuple[Who, tuple[object, ...]]] = field(default_factory=set)
    heard: set[tuple[object, ...]] = field(default_factory=set)
    """Lights whose digest has been, under every first day they had while they burnt on."""
    renamed: set[tuple[object, ...]] = field(default_factory=set)
    """Those of them that only began on another day by a report while they burnt on: no news even when lit again."""
    alerted: set[Who] = field(default_factory=set)
    """Who was sent a red light and not yet its end."""

    def __post_init__(self) -> None:
        self.stand()

    def stand(self) -> None:
        """Work out where it stands after its events."""
        self.slow = replay(self.commune.terms[self.row], self.first_unit, self.events)
        self.behind_from = self._behind_from()

    def lights(self, day: date) -> dict[tuple[object, ...], tuple[object, ...]]:
        """The red lights time has lit: limit and reason, with limit, reason and first day."""
        due, found = self.slow.due, {}
        if self.slow.state not in WORKING or due is None:
            return {}
        if day > due:
            found[due, "overdue"] = (due, "overdue", due + DAY)
        first = self.behind_from
        if first is not None and first <= day <= due:
            found[due, "behind_roadmap"] = (due, "behind_roadmap", first)
        return found

    def _behind_from(self) -> date | None:
        """The first day that is behind with the percent of now, found by trying every day."""
        terms, due = self.commune.terms[self.row], self.slow.due
        start = terms.limit.starts_on
        if start is None or due is None or start > due:
            return None
        if terms.target is not None and terms.target.comparator in ("rank", "level"):
            return None
        total = (due - start).days + 1
        for elapsed in range(total):
            counts = elapsed >= 7 and Fraction(elapsed, total) >= Fraction(1, 10)
            if counts and self.slow.percent < Fraction(50 * elapsed, total):
                return start + timedelta(days=elapsed)
        return None

    def is_red(self, day: date) -> bool:
        """Whether its light is red for any reason."""
        return bool(self.lights(day)) or self.slow.state == RE


class Model:
    """Goes through the year once and says what every message holds."""

    def __init__(self, lived: Lived) -> None:
        self.lived = lived
        self.communes = {commune.id: commune for commune in lived.communes}
        self.works = {
            a: Work(a, row, unit, commune)
            for commune in lived.communes
            for a, (row, unit) in sorted(commune.given.items())
        }
        self.by_place = {c.id: [w for w in self.works.values() if w.commune is c] for c in lived.communes}
        self.unreachable: dict[int, datetime] = {}
        self.singles: dict[tuple[int, int, date], int] = {}
        self.waiting: list[tuple[datetime, int, int, Fact, int]] = []
        """Single messages on their way: from when, order, person, what, locality."""
        self.folded: list[tuple[datetime, int, Fact, int]] = []
        """Single messages past the fifth: not before, person, what, locality."""
        self.caught_up: set[tuple[Who, Fact]] = set()
        """What was due while the program was down, as it was at its return."""
        self.messages: list[Message] = []
        self.met: set[tuple[object, ...]] = set()
        """What whole units have met: unit, ask, period."""
        self._members_at: tuple[datetime | None, dict[int, list[Membership]]] = (None, {})

    # What happens, in its order

    def run(self, until: datetime) -> list[Message]:
        """Every message up to an instant."""
        for instant, kind, what in sorted(self._timeline(until), key=lambda each: (each[0], each[1])):
            self.now, self.today = instant, instant.astimezone(ZONE).date()
            if kind == 0:
                self._happened(*what)
            elif kind == -1:
                self.met.add(what)
            elif kind == 1:
                self._came_back(*what)
            elif kind == 2:
                self._nudged(*what)
            elif kind == 3:
                self._look()
            else:
                self._at_midnight()
        return self.messages

    def _timeline(self, until: datetime) -> Iterator[tuple[datetime, int, tuple[object, ...]]]:
        moments = set()
        for assignment_id, event in self.lived.events:
            yield event.at, 0, (assignment_id, event)
            moments.add(event.at)
        for instant, *met in self.lived.unit_reports:
            yield instant, -1, tuple(met)
        for _, back, person_id in self.lived.diary.blocks:
            yield back, 1, (person_id,)
        for instant, assignment_id, key in self.lived.diary.nudges:
            yield instant, 2, (assignment_id, key)
            moments.add(instant)
        day = first = self._in_use_on()
        while self._at(day, time()) < until:
            moments |= {self._at(day, hour) for hour in (time(), time(6), time(7), *DIGESTS)}
            day += DAY
        for outage in self.lived.outages:
            moments = {m for m in moments if not outage.begins <= m < outage.ends} | {outage.ends}
        opened = self._in_use_from()
        yield from ((moment, 3, ()) for moment in moments if opened <= moment < until)
        while day > first:
            yield self._at(day, time()), 4, ()
            day -= DAY

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, ZONE).astimezone(UTC)

    def _in_use_from(self) -> datetime:
        return min(m.since for m in self.lived.members)

    def _happened(self, assignment_id: int, event: Event) -> None:
        work = self.works[assignment_id]
        work.events.append(event)
        work.stand()
        self._relight(work)
        if isinstance(event.body, Appraisal):
            report = next(e for e in work.events if e.id == event.body.report_id)
            rule = "accepted" if event.body.accepted else "returned"
            self._tell_singly(self._told_of_judgement(work, report, rule), (rule, work.id, event.id), work)
        if isinstance(event.body, Extension | Reopening):
            # The office has set a limit or opened the work again; the unit hears of it, but not who did it.
            own = self._in_unit(work.commune.id, work.slow.unit, (Role.OFFICER, Role.OFFICE, Role.HEAD))
            to = [each for each in dict.fromkeys(own) if each != event.person_id]
            self._tell_singly(to, ("change", work.id, event.id), work)

    def _told_of_judgement(self, work: Work, report: Event, rule: str) -> list[int]:
        """The reporter; of a return the heads too. Where neither is there, the officers."""
        members = self._members(work.commune.id)
        found = [m.person_id for m in members if m.person_id == report.person_id]
        if rule == "returned":
            found += self._in_unit(work.commune.id, work.slow.unit, (Role.HEAD,))
            found = found or self._in_unit(work.commune.id, work.slow.unit, (Role.OFFICER, Role.OFFICE))
        return list(dict.fromkeys(found))

    def _came_back(self, person_id: int) -> None:
        self.unreachable.pop(person_id, None)

    def _nudged(self, assignment_id: int, key: str) -> None:
        work = self.works[assignment_id]
        unit = work.slow.unit
        to = self._in_unit(work.commune.id, unit, (Role.OFFICER, Role.OFFICE, Role.HEAD))
        self._tell_singly(list(dict.fromkeys(to)), ("nudge", work.id, key), work)

    def _tell_singly(self, to: Iterable[int], fact: Fact, work: Work) -> None:
        for person_id in to:
            self.waiting.append((self.now, len(self.waiting), person_id, fact, work.commune.id))

    # A moment at which something may be told

    def _at_midnight(self) -> None:
        """Time goes on where the program is down, too: a light is as old as it is, not as it is looked at."""
        for work in self.works.values():
            self._relight(work)

    def _look(self) -> None:
        self._at_midnight()
        self._send_singles()
        hour = self.now.astimezone(ZONE).time()
        if hour in DIGESTS or any(outage.ends == self.now for outage in self.lived.outages):
            self._send_digests()

    def _relight(self, work: Work) -> None:
        """Which lights have gone on and off since the last look."""
        lights = work.lights(self.today)
        for light, full in lights.items():
            if light not in work.lit and full not in work.known:
                work.to_tell[full] = self.now
            elif light not in work.lit and full not in work.renamed:
                # Lit before, and out meanwhile: news for those who were not told.
                work.to_tell[full] = self.now
            elif light in work.lit and work.lit[light] in work.heard:
                work.heard.add(full)
                work.renamed |= {full} - {work.lit[light]}
            work.known.add(full)
        work.lit = lights

    def _send_singles(self) -> None:
        hour = self.now.astimezone(ZONE).time()
        left = []
        for each in self.waiting:
            _, _, person_id, fact, place = each
            if not self._is_hour_of(fact, hour, place):
                left.append(each)
                continue
            self._send_single(person_id, fact, place)
        self.waiting = left

    def _is_hour_of(self, fact: Fact, hour: time, place: int) -> bool:
        if fact[0] in ("nudge", "change"):
            return self._calendar(place).is_working(self.today) and time(7) <= hour < time(17)
        return time(6) <= hour < time(21)

    def _send_single(self, person_id: int, fact: Fact, place: int) -> None:
        count = self.singles.get((person_id, place, self.today), 0)
        if count >= 5:
            self.folded.append((self.now, person_id, fact, place))
            return
        if not self._single_is_true(fact, person_id, place):
            return
        who: Who = ("person", person_id)
        if self._reaches(who):
            self.singles[person_id, place, self.today] = count + 1
            self.messages.append(Message(who, self.now, frozenset({fact}), single=True))

    def _single_is_true(self, fact: Fact, person_id: int, place: int) -> bool:
        work = self.works[int(str(fact[1]))]
        if fact[0] == "nudge":
            own = self._in_unit(place, work.slow.unit, (Role.OFFICER, Role.OFFICE, Role.HEAD))
            return work.slow.state in WORKING and person_id in own
        if fact[0] == "change":
            event = next(each for each in work.events if each.id == fact[2])
            own = self._in_unit(place, work.slow.unit, (Role.OFFICER, Role.OFFICE, Role.HEAD))
            holds = not isinstance(event.body, Extension) or work.slow.due == event.body.due_on
            return holds and work.slow.state not in (CO, CL) and person_id in own
        if not any(m.person_id == person_id for m in self._members(place)):
            return False
        newest = [event.id for event in work.events if isinstance(event.body, Appraisal)][-1]
        return work.slow.state == (CO if fact[0] == "accepted" else RE) and newest == fact[2]

    def _reaches(self, who: Who) -> bool:
        """Whether a message sent now arrives; who has blocked us is known as unreachable from then on."""
        kind, number = who
        if kind == "group":
            return True
        if number in self.unreachable:
            return False
        if any(begun <= self.now < back and person == number for begun, back, person in self.lived.diary.blocks):
            self.unreachable[number] = self.now
            return False
        return True

    # The digest

    def _send_digests(self) -> None:
        told: dict[Who, set[Fact]] = {}
        after: list[tuple[Who, Work, tuple[object, ...] | None]] = []
        gone = dict(self.unreachable)
        for place in self.communes:
            if self._calendar(place).is_working(self.today):
                self._digest_of(place, told, after, gone)
        for who, facts in sorted(told.items()):
            if self._reaches(who):
                self.messages.append(Message(who, self.now, frozenset(facts)))
                for each, work, light in after:
                    if each == who and light is not None:
                        work.told_red.add((who, light))
                        work.alerted.add(who)
                    elif each == who:
                        work.alerted.discard(who)
            else:
                for each, work, light in after:
                    if each == who and light is None:
                        # Its digest was this one, and did not arrive.
                        work.alerted.discard(who)

    def _digest_of(
        self,
        place: int,
        told: dict[Who, set[Fact]],
        after: list[tuple[Who, Work, tuple[object, ...] | None]],
        gone: dict[int, datetime],
    ) -> None:
        strict, since = self.today - DAY, self._unseen_since(place)
        missed = since < strict
        at_return = any(outage.ends == self.now for outage in self.lived.outages)

        def tell(to: Iterable[Who], *fact: object) -> list[Who]:
            everyone = list(dict.fromkeys(to))
            if at_return:
                self.caught_up |= {(who, fact) for who in everyone}
            heard = [who for who in everyone if self._has_digest_now(who)]
            for who in heard:
                told.setdefault(who, set()).add(fact)
            return heard

        def tell_caught_up(to: Iterable[Who], *fact: object) -> list[Who]:
            return tell([who for who in to if (who, fact) in self.caught_up], *fact)

        # What was missed is gathered once, at the return; later on that day only its hour and its truth are asked.
        passes = [(since, tell)] if at_return or not missed else [(strict, tell), (since, tell_caught_up)]
        for last, say in passes:
            for work in self.by_place[place]:
                self._of_work(work, last, say, after)
            self._of_periods(place, last, say)
            self._of_place(place, last, say, gone)
        self._of_folded(place, tell)

    def _of_folded(self, place: int, tell) -> None:  # type: ignore[no-untyped-def]
        for each in list(self.folded):
            not_before, person_id, fact, where = each
            if where == place and not_before < self.now and self._has_digest_now(("person", person_id)):
                self.folded.remove(each)
                if self._single_is_true(fact, person_id, place):
                    tell([("person", person_id)], *fact)

    def _unseen_since(self, place: int) -> date:
        """The last day before today on which the program was up at the end of the day."""
        last = self.today - DAY
        for outage in self.lived.outages:
            if outage.begins.astimezone(ZONE).date() <= last < outage.ends.astimezone(ZONE).date():
                # Days on which nobody looked.
                last = outage.begins.astimezone(ZONE).date()
        return last

    def _has_digest_now(self, who: Who) -> bool:
        """Whether this is the moment of the day's digest for somebody."""
        chosen = self._minute(who)
        due = self._hour(self.today, chosen)
        for outage in self.lived.outages:
            if outage.begins <= due < outage.ends:
                due = outage.ends
            elif outage.ends == self.now and due < outage.begins:
                return False
        return due == self.now

    def _minute(self, who: Who) -> int:
        kind, number = who
        if kind == "group":
            return 450
        (_, chosen), *changes = [each for each in self.lived.diary.minutes[number] if each[0] <= self.now]
        for instant, minute in changes:
            day = instant.astimezone(ZONE).date()
            passed = self._hour(day, minute) <= instant < self._hour(day, chosen)
            # Chosen too late for today, whose message still comes at the hour it was to come.
            chosen = chosen if passed and day == self.today else minute
        return chosen

    def _hour(self, day: date, minute: int) -> datetime:
        return self._at(day, time(minute // 60, minute % 60))

    def _of_work(self, work: Work, since: date, tell, after) -> None:  # type: ignore[no-untyped-def]
        place, slow, today = work.commune.id, work.slow, self.today
        calendar = self._calendar(place)
        unit = self._officers(place, slow.unit)
        teams = self._teams(work)
        in_use = self._in_use_on()
        if slow.state in WORKING and today > in_use:
            for subject, day in self._limits(work):
                days = _warning(day, since, today, calendar)
                if days is not None and day >= today:
                    to = [who for who in (*unit, *teams) if not self._is_mute(who, work)]
                    tell(to, NAMES[days], work.id, subject, day)
        for light in self._news_of(work):
            heads = self._in_unit(place, slow.unit, (Role.HEAD,))
            to = (*unit, *(("person", head) for head in heads), *teams)
            if self._next_digest_since(NOBODY, work.to_tell[light], place):
                # It has been told, whoever was there to hear it.
                work.heard |= {light, work.lit[light[:2]]}
                work.renamed |= {work.lit[light[:2]]} - {light}
            for who in to:
                if (who, light) not in work.told_red and self._next_digest_since(who, work.to_tell[light], place):
                    after += [(each, work, light) for each in tell([who], "turned_red", work.id, *light[:2])]
        if (slow.due, "overdue") in work.lit and slow.due is not None:
            for days in _overdue(slow.due, since, today, calendar):
                if days == 3:
                    tell(self._role(place, Role.OFFICE), "overdue_3", work.id, slow.due)
                else:
                    rule = "overdue_7" if days == 7 else "overdue_weekly"
                    tell(self._role(place, Role.COMMITTEE), rule, work.id, slow.due, days)
        if not work.is_red(today):
            for who in sorted(work.alerted):
                if self._belongs(who, place):
                    after += [(each, work, None) for each in tell([who], "no_longer_red", work.id)]
        self._of_waiting(work, since, tell)

    def _limits(self, work: Work) -> Iterator[tuple[str, date]]:
        if work.slow.due is not None:
            yield "limit", work.slow.due
        for number, milestone in enumerate(work.commune.terms[work.row].limit.milestones):
            if number not in work.slow.met and milestone.due_on != work.slow.due:
                yield f"m{number}", milestone.due_on

    def _news_of(self, work: Work) -> list[tuple[object, ...]]:
        """The lights that burn and have not been told, under the name they were first lit with."""
        return [full for full in work.to_tell if full[:2] in work.lit]

    def _next_digest_since(self, who: Who, lit: datetime, place: int) -> bool:
        """Whether the digest of now is the first for somebody since an instant."""
        calendar, chosen = self._calendar(place), self._minute(who)
        day = lit.astimezone(ZONE).date()
        while day <= self.today:
            due = self._hour(day, chosen)
            down = [outage for outage in self.lived.outages if outage.begins <= due < outage.ends]
            up = down[0].ends if down else due
            # One that was missed comes late on the same day; of another day it comes with the next one.
            if calendar.is_working(day) and due >= lit and up.astimezone(ZONE).date() == day:
                return up == self.now
            day += DAY
        return False

    def _of_waiting(self, work: Work, since: date, tell) -> None:  # type: ignore[no-untyped-def]
        if work.slow.state != AW or work.slow.sent is None:
            return
        place, calendar = work.commune.id, self._calendar(work.commune.id)
        report = [e for e in work.events if isinstance(e.body, Report)][-1]
        steps = {days: _more_than(days, work.slow.sent, calendar) for days in (2, 5)}
        due = [days for days, day in steps.items() if since < day <= self.today]
        if not due:
            return
        if max(due) == 5:
            tell(self._role(place, Role.OFFICE), "appraisal_waiting", work.id, report.id, 5)
        else:
            tell(self._judges(place, report.person_id, work.slow.unit), "appraisal_waiting", work.id, report.id, 2)

    def _of_periods(self, place: int, since: date, tell) -> None:  # type: ignore[no-untyped-def]
        commune, calendar = self.communes[place], self._calendar(place)
        for duty in duties_of(commune, calendar):
            if duty.opens < self._in_use_on() or duty.closes < self.today:
                continue
            step = _period_step(duty, since, self.today, calendar)
            if step is None:
                continue
            for unit in sorted({w.slow.unit for w in self.by_place[place] if self._owes(w, duty)}):
                tell(self._officers(place, unit), step, unit, "progress", duty.period)
        for owed in _of_units(commune, calendar, self._in_use_on()):
            step = _period_step(owed, since, self.today, calendar)
            if step is None or owed.closes < self.today:
                continue
            for unit in sorted(self._asked(place, owed)):
                if (unit, owed.ask, owed.period) not in self.met:
                    to = self._role(place, Role.OFFICE) if owed.ask == "upward" else self._officers(place, unit)
                    tell(to, step, unit, owed.ask, owed.period)

    def _asked(self, place: int, owed: OfUnits) -> set[int]:
        """The units of which it is asked."""
        commune = self.communes[place]
        leading = [w for w in self.by_place[place] if w.slow.state != CL]
        if owed.ask == "upward":
            return {commune.office_unit}
        if owed.ask == "once":
            return {w.slow.unit for w in leading}
        starts = commune.starts
        begun = {w.slow.unit for w in leading if (starts[w.row] or date.min) <= owed.due}
        return begun - {commune.office_unit}

    def _owes(self, work: Work, duty: Duty) -> bool:
        starts = work.commune.starts[work.row]
        asked = work.slow.reopened is None or duty.due >= work.slow.reopened
        has = starts is None or starts <= duty.due
        return has and asked and work.slow.state in WORKING and duty.period not in work.slow.served

    def _of_place(self, place: int, since: date, tell, gone: dict[int, datetime]) -> None:  # type: ignore[no-untyped-def]
        office = self._role(place, Role.OFFICE)
        members = {m.person_id for m in self._members(place)}
        for person_id, instant in sorted(gone.items()):
            if person_id in members:
                for who in office:
                    if who != ("person", person_id) and self._next_digest_since(who, instant + DAY / 86400, place):
                        tell([who], "unreachable", person_id, instant.astimezone(ZONE).date())
        monday = self.today - timedelta(days=self.today.weekday())
        first = self._calendar(place).working_on_or_after(monday)
        if since < first <= self.today and first > self._in_use_on():
            tell([*self._role(place, Role.COMMITTEE), *office], "monday_board", monday)
            joined = {m.unit_id for m in self._members(place)}
            if any(w.slow.state not in (CO, CL) and w.slow.unit not in joined for w in self.by_place[place]):
                tell(office, "unit_empty", monday)

    # People

    def _in_use_on(self) -> date:
        return self._in_use_from().astimezone(ZONE).date()

    def _calendar(self, place: int) -> WorkingCalendar:
        return [calendar for at, calendar in self.lived.diary.calendars[place] if at <= self.now][-1]

    def _members(self, place: int) -> list[Membership]:
        if self._members_at[0] != self.now:
            running = [
                replace(m, ended_at=None)
                for m in self.lived.members
                if m.since <= self.now and (m.ended_at is None or m.ended_at > self.now)
            ]
            self._members_at = (self.now, {c: [m for m in running if m.locality_id == c] for c in self.communes})
        return self._members_at[1][place]

    def _in_unit(self, place: int, unit: int, roles: tuple[Role, ...]) -> list[int]:
        return [m.person_id for m in self._members(place) if m.unit_id == unit and m.role in roles]

    def _officers(self, place: int, unit: int) -> list[Who]:
        """The officers of a unit (the office for its own rows); where there is none, its head."""
        found = self._in_unit(place, unit, (Role.OFFICER, Role.OFFICE)) or self._in_unit(place, unit, (Role.HEAD,))
        return [("person", person_id) for person_id in found]

    def _role(self, place: int, role: Role) -> list[Who]:
        return [("person", m.person_id) for m in self._members(place) if m.role is role]

    def _teams(self, work: Work) -> list[Who]:
        found: list[Who] = []
        for unit in work.commune.teams.get(work.row, ()):
            group = [g for g in self.lived.diary.groups if g[2] == unit and g[0] <= self.now < g[1]]
            if group:
                found.append(("group", group[0][3]))
            else:
                found += [("person", m.person_id) for m in self._members(work.commune.id) if m.unit_id == unit]
        return found

    def _belongs(self, who: Who, place: int) -> bool:
        if who[0] == "group":
            return any(g[3] == who[1] and g[0] <= self.now < g[1] for g in self.lived.diary.groups)
        return any(m.person_id == who[1] for m in self._members(place))

    def _is_mute(self, who: Who, work: Work) -> bool:
        """Whether somebody does not want to be warned of the row; what is red is told all the same."""
        if who[0] == "group" or work.is_red(self.today):
            return False
        said = [m for m in self.lived.diary.mutes if m[0] <= self.now and m[1:3] == (who[1], work.row)]
        return bool(said) and self.today <= said[-1][3]

    def _judges(self, place: int, reporter: int | None, unit: int) -> list[Who]:
        """The appraisers who may judge it; where none may, whoever else may."""
        members = self._members(place)
        may = [m for m in members if may_appraise(m.person_id, members, place, reporter_id=reporter, unit_id=unit)]
        judges = [m for m in may if m.role is Role.APPRAISER] or [
            m for m in may if m.role in (Role.OFFICE, Role.COMMITTEE)
        ]
        return [("person", m.person_id) for m in judges]


def _warning(due: date, since: date, today: date, calendar: WorkingCalendar) -> int | None:
    """The days before a limit that are told today: of those whose day has come since the last look the newest."""
    days = {n: calendar.working_on_or_before(due - timedelta(days=n)) for n in DAYS_BEFORE}
    come = [(day, -n) for n, day in days.items() if since < day <= today]
    return -max(come)[1] if come else None


def _overdue(due: date, since: date, today: date, calendar: WorkingCalendar) -> list[int]:
    """The days after a limit that are told today; after an outage only the newest."""
    come: dict[date, list[int]] = {}
    for days in (3, *range(7, (today - due).days + 1, 7)):
        passed = due + timedelta(days=days)
        day = calendar.working_on_or_after(passed)
        if since < day <= today and passed < date(YEAR + 1, 1, 1):
            come.setdefault(day, []).append(days)
    return come[max(come)] if come else []


def _more_than(days: int, sent: date, calendar: WorkingCalendar) -> date:
    """The first day with more than so many working days since the day of sending."""
    day, passed = sent, 0
    while passed <= days:
        day += DAY
        passed += calendar.is_working(day)
    return day


def _of_units(commune: Commune, calendar: WorkingCalendar, in_use: date) -> Iterator[OfUnits]:
    """What whole units owe besides: longer kinds, reports upward, once (docs/decisions/0006, rules 14 to 18)."""
    reporting = commune.reporting
    shortest = min(LENGTHS[rule.kind] for rule in reporting.units)
    asked = [("summary", rule) for rule in reporting.units if LENGTHS[rule.kind] > shortest]
    for ask, rule in (*asked, *(("upward", rule) for rule in reporting.office)):
        length = LENGTHS[rule.kind]
        for number, last_month in enumerate(range(length, 13, length), 1):
            if rule.kind == "half" and rule.due_month and number == 2:
                continue
            month = rule.due_month or last_month
            end = date(YEAR + month // 12, month % 12 + 1, 1) - DAY
            due = min(date(YEAR, month, 1) + (rule.due_day - 1) * DAY, end) if rule.due_day else end
            while rule.due_day is None and not calendar.is_working(due):
                due -= DAY
            opens = min(date(YEAR, last_month, 1), date(YEAR, due.month, 1))
            name = {"month": f"-{number:02}", "quarter": f"-Q{number}", "half": f"-H{number}", "year": ""}[rule.kind]
            if opens >= in_use:
                yield OfUnits(ask, f"{YEAR}{name}", opens, due)
    for rule in reporting.once:
        if calendar.working_on_or_after(in_use + DAY) <= rule.due_on:
            yield OfUnits("once", f"{rule.due_on}", in_use + DAY, rule.due_on)


def _period_step(duty: Duty | OfUnits, since: date, today: date, calendar: WorkingCalendar) -> str | None:
    """What is told of a period today; of several the newest."""
    opens, late = calendar.working_on_or_after(duty.opens), calendar.working_on_or_after(duty.due + DAY)
    steps = [(opens, 0, "period_open")] if opens <= duty.due else []
    for number, (days, name) in enumerate(PERIOD_DAYS, 1):
        day = calendar.working_on_or_before(duty.due - timedelta(days=days))
        steps += [(day, number, name)] if day >= duty.opens else []
    steps += [(late, 9, "period_late")] if late <= duty.closes else []
    come = [step for step in steps if since < step[0] <= today]
    return max(come)[2] if come else None
