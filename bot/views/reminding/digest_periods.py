"""What the message of the morning says of duties of reporting.

What one unit is told by one rule for one day is one line, however many kinds of period end on it (docs/decisions/0006).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.plan.duties import Ask, Duty
from bot.domain.work.ladder import Rule
from bot.i18n import Translator
from bot.services.reminding.digest import Digest, PeriodLine
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.views.parts.html import Html, say, say_count, shorten
from bot.views.parts.view import Button
from bot.views.words.duties import NAME_ON_BUTTON, begin_button, what
from bot.views.words.periods import period_words

CODES_SHOWN = 8
BUTTONS_SHOWN = 6
_ASKS = tuple(Ask)


def gathered(periods: Iterable[PeriodLine]) -> list[tuple[PeriodLine, ...]]:
    """The lines of one unit, rule and due day together, by that day; a one-off duty has a name and stands alone."""
    found: dict[tuple[object, ...], list[PeriodLine]] = {}
    for line in sorted(periods, key=lambda line: line.duty.due):
        once = line.duty.period if line.duty.ask is Ask.ONCE else None
        found.setdefault((line.locality_id, line.unit, line.rule, line.duty.due, once), []).append(line)
    return [tuple(sorted(lines, key=_order)) for lines in found.values()]


def _order(line: PeriodLine) -> tuple[int, int]:
    return (_ASKS.index(line.duty.ask), line.duty.kind.months if line.duty.kind else 0)


def owed_words(t: Translator, lines: Sequence[PeriodLine]) -> Html:
    """What is owed and until when, of lines that stand together."""
    duty = lines[0].duty
    rule = lines[0].rule if lines[0].rule in (Rule.PERIOD_OPEN, Rule.PERIOD_LATE) else None
    figures = {"due": t.short_day(duty.due), "closes": t.short_day(duty.closes)}
    asks = {line.duty.ask for line in lines}
    periods = ", ".join(dict.fromkeys(period_words(t, line.duty) for line in lines))
    if asks == {Ask.PROGRESS}:
        return say_count(t, f"digest.{rule or 'period'}", len(codes_of(lines)), period=periods, **figures)
    suffix = {None: "", Rule.PERIOD_OPEN: "_open", Rule.PERIOD_LATE: "_late"}[rule]
    if len(asks) == 1:
        name = what(t, [line.duty for line in lines])
        return say(t, f"digest.one{suffix}", what=name[:1].upper() + name[1:], **figures)
    owed = ", ".join(_parts(t, lines, "_open" if rule is Rule.PERIOD_OPEN else ""))
    return say(t, f"digest.mixed{suffix}", period=periods, owed=owed, **figures)


def _parts(t: Translator, lines: Sequence[PeriodLine], suffix: str) -> Iterable[str]:
    codes = codes_of(lines)
    if codes:
        yield t.count(f"digest.owes_progress{suffix}", len(codes))
    for ask in (Ask.SUMMARY, Ask.UPWARD):
        own: list[Duty] = [line.duty for line in lines if line.duty.ask is ask]
        if own:
            yield t(f"digest.owes{suffix}", what=what(t, own))


def codes_of(lines: Iterable[PeriodLine]) -> tuple[str, ...]:
    """The rows that owe, each once."""
    return tuple(dict.fromkeys(code for line in lines for code in line.codes))


def codes_words(t: Translator, lines: Sequence[PeriodLine]) -> str | None:
    """The first of the rows that owe, and how many more; none where whole units alone owe."""
    owing = codes_of(lines)
    codes, more = ", ".join(owing[:CODES_SHOWN]), len(owing) - CODES_SHOWN
    if not codes:
        return None
    return t.count("digest.codes_more", more, codes=codes) if more > 0 else codes


def begin_buttons(t: Translator, digest: Digest) -> list[Button]:
    """A button for each report that whole units owe, the first due first."""
    owed = sorted((line for line in digest.periods if line.duty.ask is not Ask.PROGRESS), key=lambda x: x.duty.due)
    several = len({(line.locality_id, line.unit_id) for line in owed}) > 1
    found = {
        UnitReportTarget(line.locality_id, line.unit_id, line.duty.ask.value, line.duty.period): line for line in owed
    }
    buttons = [
        begin_button(t, target, line.duty, _whose(digest, line) if several else "") for target, line in found.items()
    ]
    return buttons[:BUTTONS_SHOWN]


def _whose(digest: Digest, line: PeriodLine) -> str:
    """The unit; before it the locality where there are several, whose units may have one name."""
    unit = shorten(line.unit, NAME_ON_BUTTON)
    place = digest.localities.get(line.locality_id) if len(digest.localities) > 1 else None
    return unit if place is None else f"{shorten(place, NAME_ON_BUTTON)} · {unit}"
