"""A question as a row of chunks: codes, units, spans, percents, counts, phrases with a meaning, subjects of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.language.names.directory import LocalityVocabulary
from bot.language.names.unit_names import Piece, pieces_of
from bot.language.reports.items import code_at
from bot.language.text.figures import Tokens, figure_at
from bot.language.text.tokens import Phrase, Phrasebook, Token, TokenKind, fold
from bot.language.time.span import DateSpan, SpanError
from bot.language.time.spans import span_at
from bot.language.words import filler_words as fillers
from bot.language.words import question_words as words
from bot.language.words.syllables import NO_SUBJECT

CODE, UNIT, SPAN, PERCENT, COUNT = "code", "unit", "span", "percent", "count"
LIGHT, TOPIC, REST, CLAUSE = "light", "topic", "rest", "clause"
_STOPS = frozenset(".;!?:\n")

_SPOKEN_CUES = tuple(
    phrase for key, said in words.CUES.items() for phrase in said if " " not in phrase and key != "act"
)
_NOUNS = Phrasebook(words.NOUNS)
_STATUS = Phrasebook({**words.LIGHTS, **words.STATES, **words.LIMITS})
_MISSING = Phrasebook({key: words.CUES[key] for key in ("missing", "owing")})
_OTHER_CUES = Phrasebook(
    {
        key: said
        for key, said in words.CUES.items()
        if key not in ("missing", "owing", "over", "under", "from", "to", "and_to", "more", "less")
    }
)
_LIGHT = Phrasebook({LIGHT: fillers.LIGHT})
_COMPARED = Phrasebook({key: words.CUES[key] for key in ("over", "under", "from", "to")})
_BEHIND = Phrasebook({key: words.CUES[key] for key in ("more", "less")})
_AND_TO = Phrasebook({"to": words.CUES["and_to"]})
_SUPERLATIVE = Phrasebook({key: words.CUES[key] for key in ("urgent", "o:worst", "o:best", "most")})
_ROOMS = Phrasebook({"n:unit": ("phòng", "ban", "phòng ban")})
_RANGE = Phrasebook({"to": ("đến", "tới", "-", "–", "to")})
_SIGNS = {"<": "under", ">": "over", "<=": "to", ">=": "from", "≤": "to", "≥": "from"}
_TOP = Phrasebook({"top": ("top",)})
_SHORTENED = frozenset({"p", "vp", "tt", "ub", "bch", "gd"})
_ROWS_WITHOUT_MARKS = frozenset({"viec", "vu", "tieu", "nv", "muc"})
LAMP = "lamp"
_LAMPS = {"🔴": "c:red", "🟡": "c:amber", "🟢": "c:green", "⚪": "c:grey"}
_DASHES = frozenset("-–")
_RED_ALONE, _WITHIN = "do", "trong"
_ENGLISH = frozenset({"we", "i", "you", "they", "the", "which", "what", "who", "how", "is", "are"})
_ABBREVIATED = {fold(short): long for short, long in words.ABBREVIATIONS.items()}
_FUNCTION = frozenset(word for phrase in (*fillers.LIGHT, *_SPOKEN_CUES) for word in phrase.split())
_MEASURES = ("tỷ lệ", "tỉ lệ", "số lượng", "chỉ số")
_LONGEST_TOPIC = 8
_MOST_STRANGE = 20
"""A sentence with more words that mean nothing is none of ours, and is not looked at further."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A bound on the percent: over, under, from, to, or is."""

    bound: str
    value: Decimal
    until: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk over ``tokens[start:end]``. ``says`` is a label above or a meaning of `question_words`."""

    says: str
    start: int
    end: int
    code: str = ""
    units: frozenset[int] = frozenset()
    span: DateSpan | SpanError | None = None
    percent: Percent | None = None
    count: int = 0
    text: str = ""


def chunks_of(tokens: Tokens, directory: LocalityVocabulary, today: date) -> tuple[Chunk, ...]:
    """The chunks of a question in order; signs that end a clause are chunks, others stand in none."""
    scanner = _Scanner(tokens, directory, today)
    found: list[Chunk] = []
    place = 0
    while place < len(tokens):
        chunk = scanner.at(place)
        if chunk is None:
            if tokens[place].text in _STOPS and not _is_shortened(tokens, place):
                found.append(Chunk(CLAUSE, place, place + 1))
            place += 1
            continue
        found.append(chunk)
        place = chunk.end
    if any(chunk.says[:2] in ("c:", "r:", "s:") and chunk.text != LAMP for chunk in found):
        # Beside words a lamp is an ornament.
        found = [chunk for chunk in found if chunk.text != LAMP]
    return _with_topics(found, tokens, directory)


def _is_shortened(tokens: Tokens, place: int) -> bool:
    """Whether a full stop ends no clause: "P.Kinh tế"."""
    is_stop = tokens[place].text == "." and place > 0 and place + 1 < len(tokens)
    return is_stop and tokens[place - 1].folded in _SHORTENED and tokens[place + 1].kind is TokenKind.WORD


class _Scanner:
    def __init__(self, tokens: Tokens, directory: LocalityVocabulary, today: date) -> None:
        self.tokens, self.directory, self.today = tokens, directory, today
        self.pieces = pieces_of(tokens)
        self.piece_at = {piece.start: index for index, piece in enumerate(self.pieces)}
        self.is_capital = all(token.text.isupper() for token in tokens if token.kind is TokenKind.WORD)
        self.is_marked = any(token.marks for token in tokens)
        self.is_english = any(token.text.casefold() in _ENGLISH for token in tokens)

    def at(self, place: int) -> Chunk | None:
        token = self.tokens[place]
        if token.kind in (TokenKind.SIGN, TokenKind.BREAK):
            if self.tokens[place].text in _LAMPS:
                return Chunk(_LAMPS[self.tokens[place].text], place, place + 1, text=LAMP)
            behind = place + 1
            if token.text in _DASHES and behind < len(self.tokens) and code_at(self.tokens, behind) is not None:
                return Chunk(LIGHT, place, behind, text="to")
            return self._compared_by_sign(place)
        named = code_at(self.tokens, place)
        if named is not None:
            year = self.directory.year
            code = named.known(self.directory.rows, year) or named.code
            return Chunk(CODE, place, named.end, code=code)
        fixed = self._percent(place) or self._counted_rooms(place) or self._count(place)
        if fixed is not None:
            return fixed
        candidates = [self._unit(place), self._span(place), self._phrase(place)]
        found = max((each for each in candidates if each is not None), key=lambda each: each.end, default=None)
        if found is None:
            return Chunk(REST, place, place + 1, text=self._said(place, place + 1))
        return self._subject(place, found) or found

    def _subject(self, place: int, found: Chunk) -> Chunk | None:
        """The subject that words without diacritics are, where rows write them as more than words of the grammar."""
        marked = bool(self.tokens[place].marks) and found.says not in ("act", LIGHT)
        if marked or found.end > place + 1 or found.says in (UNIT, SPAN):
            return None
        written = self.directory.topics.longest_at(self.tokens, place)
        while written and written[-1].text.casefold() in fillers.JOINING:
            written = written[:-1]
        telling = [token for token in written if token.text.casefold() not in _FUNCTION]
        end = place + len(written)
        exact = self.is_marked and all(a.marks == b.marks for a, b in zip(self.tokens[place:end], written, strict=True))
        if len(written) < 2 or len(telling) < (1 if exact else 2) or written[0] not in telling:
            return None
        if _spelled(written) in NO_SUBJECT:
            return None
        return None if any(is_sign(token) for token in self.tokens[place:end]) else _topic(place, end, written)

    def _compared_by_sign(self, place: int) -> Chunk | None:
        """As in ">= 90%", "< 5%"."""
        sign = self.tokens[place].text
        equal = place + 1 < len(self.tokens) and self.tokens[place + 1].text == "="
        bound = _SIGNS.get(sign + "=" if equal else sign)
        figure = figure_at(self.tokens, place + 1 + equal) if bound is not None else None
        if bound is None or figure is None or figure.value is None:
            return None
        return Chunk(PERCENT, place, figure.end, percent=Percent(bound, figure.value))

    def _unit(self, place: int) -> Chunk | None:
        index = self.piece_at.get(place)
        found = self.directory.names.at(self.tokens, self.pieces, index) if index is not None else None
        if found is None:
            return None
        end = self.pieces[found[1] - 1].end
        return Chunk(UNIT, place, end, units=found[0], text=self._said(place, end))

    def _said(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self.tokens[start:end])

    def _span(self, place: int) -> Chunk | None:
        found = span_at(self.tokens, place, self.today)
        if self.tokens[place].folded == _WITHIN and place + 1 < len(self.tokens):
            # "Trong 6 tháng cuối năm" is no "trong 6 tháng".
            inner = span_at(self.tokens, place + 1, self.today)
            found = max((each for each in (found, inner) if each is not None), key=lambda each: each[1], default=None)
        return None if found is None else Chunk(SPAN, place, found[1], span=found[0], text=self._said(place, found[1]))

    def _phrase(self, place: int) -> Chunk | None:
        if self.tokens[place].text == "AI" and not self.is_capital:
            # Artificial intelligence; "ai" is who.
            return None
        red = self._red_without_marks(place)
        if red is not None:
            return red
        best: Chunk | None = None
        merit = (0, 0)
        joined = _RANGE.at(self.tokens, place)
        if joined is not None and joined[1] < len(self.tokens) and code_at(self.tokens, joined[1]) is not None:
            return Chunk(LIGHT, place, joined[1], text="to")
        for book in (_MISSING, _STATUS, _NOUNS, _OTHER_CUES, _LIGHT):
            phrase = book.phrase_at(self.tokens, place)
            if phrase is None:
                continue
            if len(phrase.syllables) == 1 and self._is_another_word(place, phrase):
                continue
            now = (len(phrase.syllables), -phrase.missing(self.tokens, place) if self.is_marked else 0)
            if best is None or now > merit:
                end = place + len(phrase.syllables)
                best, merit = Chunk(phrase.meaning, place, end, text=self._said(place, end)), now
        return best

    def _is_another_word(self, place: int, phrase: Phrase) -> bool:
        """Whether the diacritics typed make another known word: "máy" is not "mấy" without its roof."""
        token = self.tokens[place]
        return bool(token.marks) and token.marks != phrase.syllables[0].marks and self.directory.knows(token)

    def _red_without_marks(self, place: int) -> Chunk | None:
        """A bare "do" is red, or "by" before a unit; in a sentence with diacritics it is what it says."""
        token = self.tokens[place]
        if token.folded != _RED_ALONE or token.marks:
            return None
        if self.is_english:
            return Chunk(LIGHT, place, place + 1)
        noun = _NOUNS.at(self.tokens, place + 1)
        if self._unit(place + 1) is not None or (noun is not None and noun[0] == "n:unit") or self.is_marked:
            return Chunk("lead", place, place + 1)
        longer = _OTHER_CUES.phrase_at(self.tokens, place)
        counted = place > 0 and self.tokens[place - 1].folded in _ROWS_WITHOUT_MARKS
        if longer is not None and len(longer.syllables) > 1 and not counted:
            return None
        return Chunk("c:red", place, place + 1)

    def _percent(self, place: int) -> Chunk | None:
        compared = _COMPARED.at(self.tokens, place)
        start = compared[1] if compared else place
        figure = figure_at(self.tokens, start)
        if figure is None or figure.value is None or not figure.value.is_finite() or self._halves_time(figure.end):
            return None
        bound = compared[0] if compared else "is"
        joined = _AND_TO.at(self.tokens, figure.end)
        until = figure_at(self.tokens, joined[1]) if joined else None
        if until is not None and until.percent and until.value is not None and bound in ("is", "from"):
            return Chunk(PERCENT, place, until.end, percent=Percent("between", figure.value, until.value))
        if not figure.percent:
            return None
        behind = _BEHIND.at(self.tokens, figure.end)
        if behind is not None:
            bound = "from" if behind[0] == "more" else "to"
        return Chunk(PERCENT, place, behind[1] if behind else figure.end, percent=Percent(bound, figure.value))

    def _halves_time(self, place: int) -> bool:
        """As in "nửa đầu tháng 7"."""
        half = place > 0 and self.tokens[place - 1].folded == "nua"
        return half and place < len(self.tokens) and self.tokens[place].folded in ("dau", "cuoi")

    def _count(self, place: int) -> Chunk | None:
        top = _TOP.at(self.tokens, place)
        start = top[1] if top else place
        figure = figure_at(self.tokens, start)
        if figure is None or figure.percent or figure.value is None or not 1 <= figure.value <= 99:
            return None
        if figure.value != figure.value.to_integral_value():
            return None
        noun = _NOUNS.at(self.tokens, figure.end) or _SUPERLATIVE.at(self.tokens, figure.end)
        if top is None and (noun is None or span_at(self.tokens, place, self.today) is not None):
            return None
        return Chunk(COUNT, place, figure.end, count=int(figure.value))

    def _counted_rooms(self, place: int) -> Chunk | None:
        """As in "ba phòng chậm nhất": a number of units, though "phòng" alone names none."""
        figure = figure_at(self.tokens, place)
        room = _ROOMS.at(self.tokens, figure.end) if figure is not None else None
        if figure is None or room is None or figure.value is None or _SUPERLATIVE.at(self.tokens, room[1]) is None:
            return None
        return Chunk(COUNT, place, room[1], count=int(figure.value), text="n:unit")


def _with_topics(found: list[Chunk], tokens: Tokens, directory: LocalityVocabulary) -> tuple[Chunk, ...]:
    """Words without a meaning of their own become subjects where rows speak so, with the light words among them."""
    if sum(chunk.says == REST for chunk in found) > _MOST_STRANGE:
        return tuple(found)
    place = 0
    while place < len(found):
        if found[place].says != REST:
            place += 1
            continue
        topic = _topic_around(found, place, tokens, directory)
        if topic is None:
            place += 1
            continue
        chunk, first, last = topic
        found[first : last + 1] = [chunk]
        place = first + 1
    return _joined(found, tokens)


def _topic_around(
    found: list[Chunk], place: int, tokens: Tokens, directory: LocalityVocabulary
) -> tuple[Chunk, int, int] | None:
    """The longest run of chunks around a word that stands in a row as it is."""
    low = place
    while low > 0 and place - low < _LONGEST_TOPIC and _may_be_inside(found[low - 1]):
        low -= 1
    high = place
    while high + 1 < len(found) and high - place < _LONGEST_TOPIC and _may_be_inside(found[high + 1]):
        high += 1
    spans = [(last - first, -first, first, last) for first in range(low, place + 1) for last in range(place, high + 1)]
    for _, _, first, last in sorted(spans, reverse=True):
        run = tuple(token for token in tokens[found[first].start : found[last].end] if not is_sign(token))
        written = directory.topics.run(run) if 2 <= len(run) <= 2 * _LONGEST_TOPIC else ()
        while written and first < place and written[0].text.casefold() in fillers.JOINING:
            written, first = written[found[first].end - found[first].start :], first + 1
        while written and last > place and written[-1].text.casefold() in fillers.JOINING:
            written, last = written[: -(found[last].end - found[last].start)], last - 1
        if len(written) > 1 and _spelled(written) not in NO_SUBJECT:
            return _topic(found[first].start, found[last].end, written), first, last
    token = tokens[found[place].start]
    long = words.ABBREVIATIONS.get(token.text.casefold()) or _ABBREVIATED.get(token.folded)
    if long is not None or directory.topics.is_term(token):
        return Chunk(TOPIC, found[place].start, found[place].end, text=long or token.text.lower()), place, place
    return None


def _topic(start: int, end: int, written: tuple[Token, ...]) -> Chunk:
    text = ""
    for before, token in zip((None, *written), written, strict=False):
        text += token.text if before is None or before.end == token.start else f" {token.text}"
    return Chunk(TOPIC, start, end, text=_bare(text.lower()))


def _spelled(written: tuple[Token, ...]) -> str:
    return " ".join(token.text.lower() for token in written)


def _bare(subject: str) -> str:
    """The subject without a word that only says that it is measured: "tỷ lệ …"."""
    for lead in _MEASURES:
        subject = subject.removeprefix(f"{lead} ")
    return subject


def _may_be_inside(chunk: Chunk) -> bool:
    if chunk.says in (LIGHT, REST, TOPIC):
        return True
    one_word = chunk.end - chunk.start == 1 or chunk.says in ("how_far", "show")
    return one_word and chunk.says[:2] not in ("n:", "c:", "r:", "s:") and chunk.says not in (CODE, UNIT, SPAN)


def _joined(found: list[Chunk], tokens: Tokens) -> tuple[Chunk, ...]:
    """Subjects side by side, or with one joining word between them, are one phrase."""
    joined: list[Chunk] = []
    for chunk in found:
        if chunk.says == TOPIC and joined and joined[-1].says == TOPIC:
            joined[-1] = _one_subject(joined[-1], chunk, "")
        elif chunk.says == TOPIC and len(joined) > 1 and joined[-2].says == TOPIC and _joins(joined[-1], tokens):
            between = tokens[joined.pop().start].text.lower()
            joined[-1] = _one_subject(joined[-1], chunk, f"{between} ")
        else:
            joined.append(chunk)
    return tuple(joined)


def _one_subject(first: Chunk, last: Chunk, between: str) -> Chunk:
    return Chunk(TOPIC, first.start, last.end, text=_bare(f"{first.text} {between}{last.text}"))


def _joins(chunk: Chunk, tokens: Tokens) -> bool:
    word = tokens[chunk.start].text.lower()
    return chunk.end - chunk.start == 1 and (word in fillers.JOINING or word == "không")


def is_sign(token: Token) -> bool:
    """Whether a token is no word."""
    return token.kind in (TokenKind.SIGN, TokenKind.BREAK)


__all__ = [
    "CODE",
    "COUNT",
    "LIGHT",
    "PERCENT",
    "REST",
    "SPAN",
    "TOPIC",
    "UNIT",
    "Chunk",
    "Percent",
    "Piece",
    "chunks_of",
]
