"""Days, weeks, months, quarters and years as they are named, before "trước", "từ … đến" and the like join them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.plan.deadlines import month_end, quarter_days
from bot.language.text.figures import Tokens
from bot.language.text.numerals import Names, numeral_at
from bot.language.text.tokens import Phrasebook, Token, TokenKind, split_marks
from bot.language.time.span import DateSpan, SpanError
from bot.language.words import calendar_words as words
from bot.language.words import lexicon

Found = tuple[DateSpan | SpanError, int]
_INVALID = SpanError("date_invalid")

_NAMED = Phrasebook(words.DAYS)
_YEAR_SO_FAR = Phrasebook({None: words.YEAR_SO_FAR})
_WEEKDAY = Phrasebook(words.WEEKDAYS)
_UNIT = Phrasebook(words.UNITS)
_WHICH = Phrasebook(words.WHICH)
_EDGE = Phrasebook(words.EDGES)
_HALVES = Phrasebook(words.HALVES)
_AHEAD = Phrasebook({"ahead": words.AHEAD, "ago": words.AGO})
_BEFORE_COUNT = Phrasebook({"ahead": words.BEFORE_COUNT, "ago": words.PAST_COUNT})
_MONTH_LEAD = Phrasebook({"month": words.MONTH})
_QUARTER_LEAD = Phrasebook({"quarter": words.QUARTER})
_YEAR_LEAD = Phrasebook({"year": words.YEAR})
_DAY_LEAD = Phrasebook({"day": words.DAY})
_COUNTED = Phrasebook(words.COUNTED)
_MONTHS = Phrasebook(words.MONTHS)
_MONTH_NUMERALS = Names(words.MONTH_NUMERALS)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}


_BOOKS = (
    _NAMED,
    _YEAR_SO_FAR,
    _WEEKDAY,
    _UNIT,
    _WHICH,
    _EDGE,
    _HALVES,
    _BEFORE_COUNT,
    _MONTH_LEAD,
    _QUARTER_LEAD,
    _YEAR_LEAD,
    _DAY_LEAD,
    _MONTHS,
)
_NUMERALS = (*lexicon.UNITS, *lexicon.ENGLISH_UNITS, *lexicon.ENGLISH_TENS, "mười")
_FIRST = frozenset().union(*(book.first_syllables for book in _BOOKS), (split_marks(word)[0] for word in _NUMERALS))


def _which_at(tokens: Tokens, place: int) -> tuple[int, int] | None:
    """As in "này", "sau", "tới"; not the "tới" of "tới hạn"."""
    found = _WHICH.at(tokens, place)
    if found is not None and found[1] < len(tokens) and tokens[found[1]].folded == "han":
        return None
    return found


def point_at(tokens: Tokens, place: int, today: date) -> Found | None:
    """The named days that begin at ``place``, and the place behind them; both ends are set."""
    if place >= len(tokens):
        return None
    for read in _READERS:
        found = read(tokens, place, today)
        if found is not None:
            return found
    return None


def _named_day(tokens: Tokens, place: int, today: date) -> Found | None:
    so_far = _YEAR_SO_FAR.at(tokens, place)
    if so_far is not None:
        return DateSpan(date(today.year, 1, 1), today, "part"), so_far[1]
    found = _NAMED.at(tokens, place)
    if found is None or _part_of_a_word(tokens, place, found[1]):
        return None
    day = today + timedelta(days=found[0])
    return DateSpan(day, day, {0: "today", 1: "tomorrow"}.get(found[0], "day")), found[1]


def _weekday(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "Thứ tư này", "thứ hai tuần sau": a day of this week, or of the week that is named."""
    found = _WEEKDAY.at(tokens, place)
    if found is None:
        return None
    monday, end = today - timedelta(days=today.weekday()), found[1]
    week = _UNIT.at(tokens, end)
    which = _which_at(tokens, week[1] if week and week[0] == "week" else end)
    if which is not None and (week is None or week[0] == "week"):
        monday, end = monday + timedelta(weeks=which[0]), which[1]
    day = monday + timedelta(days=found[0])
    return DateSpan(day, day, "day"), end


def _part_of_a_word(tokens: Tokens, place: int, end: int) -> bool:
    """Whether "mai" is the end of "thương mại", "khuyến mãi"; "mốt" alone that of "sáu mươi mốt"."""
    before = tokens[place - 1].folded if place else ""
    return end == place + 1 and before in words.NOT_BEHIND.get(tokens[place].folded, ())


def _relative(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "Tuần này", "tháng sau", "next quarter"."""
    unit = _UNIT.at(tokens, place)
    which = _which_at(tokens, unit[1]) if unit else _which_at(tokens, place)
    if unit is None and which is not None:
        unit = _UNIT.at(tokens, which[1])
        return _shifted(unit[0], which[0], today, unit[1]) if unit else None
    if unit is None or which is None or (which[0] == 1 and _is_sixth_month(tokens, unit[1])):
        return None
    return _shifted(unit[0], which[0], today, which[1])


def _is_sixth_month(tokens: Tokens, place: int) -> bool:
    return tokens[place].folded == "sau" and bool(tokens[place].marks)


def _shifted(unit: str, by: int, today: date, end: int) -> Found:
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=by)
        return DateSpan(monday, monday + timedelta(days=6), "week"), end
    if unit == "month":
        months = 12 * today.year + today.month - 1 + by
        return _month(months // 12, months % 12 + 1), end
    if unit == "quarter":
        quarters = 4 * today.year + (today.month - 1) // 3 + by
        return DateSpan(*quarter_days(quarters // 4, quarters % 4 + 1), "quarter"), end
    return _year(today.year + by), end


def _month(year: int, month: int) -> DateSpan | SpanError:
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return _INVALID
    return DateSpan(date(year, month, 1), month_end(year, month), "month")


def _year(year: int) -> DateSpan:
    return DateSpan(date(year, 1, 1), date(year, 12, 31), "year")


def day_of(year: int, month: int, day: int) -> date | None:
    """The day; none where no calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def may_begin(token: Token) -> bool:
    """Whether named days can begin with this token; a cheap look before the readers."""
    return token.kind is TokenKind.NUMBER or token.folded in _FIRST


def _number(tokens: Tokens, place: int) -> tuple[int, int] | None:
    """A whole number of at most four digits, or in words, and the place behind it."""
    if place >= len(tokens):
        return None
    if tokens[place].kind is TokenKind.NUMBER:
        return (int(tokens[place].folded), place + 1) if len(tokens[place].folded) <= 4 else None
    said = numeral_at(tokens, place)
    if said is None or said.percent or said.value != said.value.to_integral_value():
        return None
    return int(said.value), said.end


def _year_behind(tokens: Tokens, place: int, today: date) -> tuple[int, int]:
    """The year behind a day, month or quarter ("/2026", "năm 2026", "năm sau"); that of ``today`` where none."""
    behind = place
    lead = _YEAR_LEAD.at(tokens, place)
    if lead is not None:
        which = _which_at(tokens, lead[1])
        if which is not None:
            return today.year + which[0], which[1]
        behind = lead[1]
    elif place < len(tokens) and tokens[place].text in "/-.," and place + 1 < len(tokens):
        behind = place + 1
    if behind < len(tokens) and tokens[behind].kind is TokenKind.NUMBER and len(tokens[behind].folded) == 4:
        year = int(tokens[behind].folded)
        if 1900 <= year <= 2200:
            return year, behind + 1
    return today.year, place


def _months(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "Tháng 6", "tháng sáu", "tháng 6/2026", "June"; "tháng 13" is an error."""
    english = _MONTHS.at(tokens, place)
    if english is not None:
        return _english_month(tokens, place, english, today)
    lead = _MONTH_LEAD.at(tokens, place)
    if lead is None:
        return None
    numeral = _MONTH_NUMERALS.at(tokens, lead[1])
    read = (numeral, lead[1] + 1) if numeral else _number(tokens, lead[1])
    if read is None:
        return None
    month, end = read
    year, end = _year_behind(tokens, end, today)
    which = _which_at(tokens, end)
    return _month(year, month), which[1] if which and which[0] == 0 else end


def _english_month(tokens: Tokens, place: int, english: tuple[int, int], today: date) -> Found | None:
    name = tokens[place].text
    if len(name) < 5 and name not in ("June", "june", "July", "july") and not name[0].isupper():
        return None  # "may" is mostly "máy", "sep" "sếp"
    month, end = english
    day = _number(tokens, end)
    if day is not None and tokens[end].kind is TokenKind.NUMBER and day[0] < 100:
        year, behind = _year_behind(tokens, day[1], today)
        return _one_day(year, month, day[0]), behind
    year, end = _year_behind(tokens, end, today)
    return _month(year, month), end


def _quarters(tokens: Tokens, place: int, today: date) -> Found | None:
    lead = _QUARTER_LEAD.at(tokens, place)
    if lead is None or lead[1] >= len(tokens):
        return None
    short = tokens[place].folded == "q"
    if short and not tokens[lead[1]].glued:
        return None
    roman = _ROMAN.get(tokens[lead[1]].folded)
    read = (roman, lead[1] + 1) if roman else _number(tokens, lead[1])
    if read is None:
        return None
    year, end = _year_behind(tokens, read[1], today)
    return (DateSpan(*quarter_days(year, read[0]), "quarter") if 1 <= read[0] <= 4 else _INVALID), end


def _halves(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "6 tháng đầu năm", "nửa cuối năm", "9 tháng đầu năm 2026"."""
    half = _HALVES.at(tokens, place)
    if half is not None:
        year, end = _year_behind(tokens, half[1], today)
        return _first_or_last(6, half[0] == "first", year), end
    count = _number(tokens, place)
    months = _MONTH_LEAD.at(tokens, count[1]) if count else None
    edge = _EDGE.at(tokens, months[1]) if months else None
    if count is None or edge is None or edge[0] not in (("first", "year"), ("last", "year")):
        return None
    year, end = _year_behind(tokens, edge[1] - 1, today)
    return _first_or_last(count[0], edge[0] == ("first", "year"), year), max(end, edge[1])


def _first_or_last(months: int, first: bool, year: int) -> DateSpan | SpanError:
    if not 1 <= months <= 12:
        return _INVALID
    if first:
        return DateSpan(date(year, 1, 1), month_end(year, months), "half")
    return DateSpan(date(year, 13 - months, 1), date(year, 12, 31), "half")


def _edges(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "Cuối tháng", "cuối năm": what is left of it; "cuối tháng 6", "đầu quý sau": a third of it."""
    edge = _EDGE.at(tokens, place)
    if edge is None:
        return None
    part, unit = edge[0]
    whole = point_at(tokens, edge[1] - 1, today) if unit != "week" else None
    named = whole is not None and isinstance(whole[0], DateSpan) and whole[1] > edge[1]
    if named and whole is not None and isinstance(whole[0], DateSpan) and whole[0].start and whole[0].end:
        return _third(whole[0].start, whole[0].end, part), whole[1]
    now = _shifted(unit, 0, today, edge[1])[0]
    if isinstance(now, SpanError) or now.start is None or now.end is None:
        return None
    if part == "last":
        # "Cuối năm" is December; of a month or a quarter it is what is left.
        return DateSpan(now.end.replace(day=1) if unit == "year" else today, now.end, "part"), edge[1]
    return _third(now.start, now.end, part), edge[1]


def _third(start: date, end: date, part: str) -> DateSpan:
    days = (end - start).days + 1
    first, last = start + timedelta(days=days // 3), start + timedelta(days=2 * days // 3)
    if part == "first":
        return DateSpan(start, first - timedelta(days=1), "part")
    return DateSpan(last, end, "part") if part == "last" else DateSpan(first, last - timedelta(days=1), "part")


def _counted(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "Trong 10 ngày tới", "2 tuần nữa", "next 10 days", "10 ngày qua"."""
    lead = _BEFORE_COUNT.at(tokens, place)
    count = _number(tokens, lead[1] if lead else place)
    unit = _COUNTED.at(tokens, count[1]) if count else None
    if count is None or unit is None:
        return None
    way = _AHEAD.at(tokens, unit[1])
    if lead is None and way is None:
        return None
    days = count[0] * unit[0]
    if days > 3660:
        return _INVALID, way[1] if way else unit[1]
    backwards = (way or lead or ("ahead", 0))[0] == "ago"
    end = way[1] if way else unit[1]
    if backwards:
        return DateSpan(today - timedelta(days=days), today, "past_days"), end
    return DateSpan(today, today + timedelta(days=days), "next_days"), end


def _dates(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "30/6", "ngày 30/6/2026", "30 tháng 6", "6/2026", "2026-06-30", "30 June"."""
    lead = _DAY_LEAD.at(tokens, place)
    start = lead[1] if lead else place
    if start >= len(tokens) or tokens[start].kind is not TokenKind.NUMBER or len(tokens[start].folded) > 4:
        return None
    first, behind = int(tokens[start].folded), start + 1
    parts = _parts(tokens, start)
    if len(parts) > 1:
        return _written(parts, start, tokens[start + 1].text, today, named=lead is not None)
    month = _MONTH_LEAD.at(tokens, behind)
    english = _MONTHS.at(tokens, behind)
    named = _number(tokens, month[1]) if month else english
    relative = _relative(tokens, behind, today) if lead is not None else None
    if relative is not None and isinstance(relative[0], DateSpan) and relative[0].key == "month" and relative[0].start:
        return _one_day(relative[0].start.year, relative[0].start.month, first), relative[1]
    if named is not None and len(tokens[start].folded) <= 2 and not (month and _EDGE.at(tokens, month[1])):
        year, end = _year_behind(tokens, named[1], today)
        return _one_day(year, named[0], first), end
    if lead is None or first > 99:
        return None
    return _day_of_month(first, today), behind


def _parts(tokens: Tokens, place: int) -> list[int]:
    """The numbers of a written date: joined by the same sign, nothing in between."""
    parts = [int(tokens[place].folded)]
    sign = tokens[place + 1].text if place + 1 < len(tokens) else ""
    at = place + 1
    while sign in ("/", "-", ".") and len(parts) < 3 and at + 1 < len(tokens) and tokens[at].text == sign:
        if not tokens[at].glued or not tokens[at + 1].glued or tokens[at + 1].kind is not TokenKind.NUMBER:
            break
        if len(tokens[at + 1].folded) > 4:
            return []
        parts.append(int(tokens[at + 1].folded))
        at += 2
    return parts


def _written(parts: list[int], start: int, sign: str, today: date, *, named: bool) -> Found | None:
    end = start + 2 * len(parts) - 1
    if len(parts) == 3:
        day, month, year = parts if parts[0] < 1000 else reversed(parts)
        return _one_day(year + 2000 if year < 100 else year, month, day), end
    # "15-17" is a range; "20-6" is a day, as "ngày 20.6" is.
    if sign != "/" and not named and (sign != "-" or not (1 <= parts[0] <= 31 and 1 <= parts[1] <= 12)):
        return None
    if parts[1] > 999:
        return (_month(parts[1], parts[0]), end) if parts[0] <= 99 and 1900 <= parts[1] <= 2200 else None
    return (_one_day(today.year, parts[1], parts[0]), end) if parts[0] <= 99 and parts[1] <= 99 else None


def _one_day(year: int, month: int, day: int) -> DateSpan | SpanError:
    found = day_of(year, month, day)
    return DateSpan(found, found, "day") if found else _INVALID


def _day_of_month(day: int, today: date) -> DateSpan | SpanError:
    """The next such day: of this month, of the next one where it has passed."""
    months = 12 * today.year + today.month - 1 + (day < today.day)
    return _one_day(months // 12, months % 12 + 1, day)


def _years(tokens: Tokens, place: int, today: date) -> Found | None:
    lead = _YEAR_LEAD.at(tokens, place)
    if lead is None or lead[1] >= len(tokens) or len(tokens[lead[1]].folded) != 4:
        return None
    year = _number(tokens, lead[1])
    return (_year(year[0]), year[1]) if year and 1900 <= year[0] <= 2200 else None


# Order matters: "6 tháng đầu năm" begins like a number, "tháng sau" like "tháng sáu" without its mark.
_READERS: tuple[Callable[[Tokens, int, date], Found | None], ...] = (
    _named_day,
    _weekday,
    _halves,
    _edges,
    _counted,
    _relative,
    _dates,
    _months,
    _quarters,
    _years,
)
