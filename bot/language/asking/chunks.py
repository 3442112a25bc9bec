"""A question as a row of chunks: codes, units, spans, percents, counts, phrases with a meaning, subjects of rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.domain.work.alerts import Colour
from bot.language.asking.chunk import Chunk, Percent
from bot.language.asking.meanings import STATUS, ChunkMeaning, Cue, Kind, Noun, by_meaning
from bot.language.asking.query import Order
from bot.language.asking.subjects import is_sign, spelled, topic_of, with_topics
from bot.language.names.directory import LocalityVocabulary
from bot.language.names.unit_names import pieces_of
from bot.language.reports.items import code_at
from bot.language.text.figures import Tokens, figure_at
from bot.language.text.tokens import Phrase, Phrasebook, TokenKind
from bot.language.time.spans import span_at
from bot.language.words import filler_words as fillers
from bot.language.words import lexicon
from bot.language.words import question_words as words
from bot.language.words.syllables import NO_SUBJECT

_STOPS = frozenset(".;!?:\n")

_CUES = by_meaning(words.CUES)
_OF_PERCENTS = (Cue.OVER, Cue.UNDER, Cue.FROM, Cue.TO, Cue.AND_TO, Cue.MORE, Cue.LESS)
_SPOKEN_CUES = tuple(
    phrase for cue, said in _CUES.items() for phrase in said if " " not in phrase and cue is not Cue.ACT
)
_NOUNS = Phrasebook(by_meaning(words.NOUNS))
_STATUS = Phrasebook(by_meaning(words.LIGHTS, words.STATES, words.LIMITS))
_MISSING = Phrasebook({cue: _CUES[cue] for cue in (Cue.MISSING, Cue.OWING)})
_OTHER_CUES = Phrasebook(
    {cue: said for cue, said in _CUES.items() if cue not in (Cue.MISSING, Cue.OWING, *_OF_PERCENTS)}
)
_LIGHT = Phrasebook({Kind.LIGHT: fillers.LIGHT})
_COMPARED = Phrasebook({cue: _CUES[cue] for cue in (Cue.OVER, Cue.UNDER, Cue.FROM, Cue.TO)})
_BEHIND = Phrasebook({Cue.FROM: _CUES[Cue.MORE], Cue.TO: _CUES[Cue.LESS]})
_AND_TO = Phrasebook({Cue.TO: _CUES[Cue.AND_TO]})
_SUPERLATIVE = Phrasebook({cue: _CUES[cue] for cue in (Cue.URGENT, Order.WORST, Order.BEST, Cue.MOST)})
_ROOMS = Phrasebook({Noun.UNIT: ("phòng", "ban", "phòng ban")})
_RANGE = Phrasebook({Cue.TO: lexicon.RANGE})
_SIGNS = {"<": Cue.UNDER, ">": Cue.OVER, "<=": Cue.TO, ">=": Cue.FROM, "≤": Cue.TO, "≥": Cue.FROM}
_TOP = Phrasebook({Kind.COUNT: ("top",)})
_SHORTENED = frozenset({"p", "vp", "tt", "ub", "bch", "gd"})
_ROWS_WITHOUT_MARKS = frozenset({"viec", "vu", "tieu", "nv", "muc"})
_LAMPS = {"🔴": Colour.RED, "🟡": Colour.AMBER, "🟢": Colour.GREEN, "⚪": Colour.GREY}
_DASHES = frozenset("-–")
_RED_ALONE, _WITHIN = "do", "trong"
_ENGLISH = frozenset({"we", "i", "you", "they", "the", "which", "what", "who", "how", "is", "are"})
_FUNCTION = frozenset(word for phrase in (*fillers.LIGHT, *_SPOKEN_CUES) for word in phrase.split())


def chunks_of(tokens: Tokens, directory: LocalityVocabulary, today: date) -> tuple[Chunk, ...]:
    """The chunks of a question in order; signs that end a clause are chunks, others stand in none."""
    scanner = _Scanner(tokens, directory, today)
    found: list[Chunk] = []
    place = 0
    while place < len(tokens):
        chunk = scanner.at(place)
        if chunk is None:
            if tokens[place].text in _STOPS and not _is_shortened(tokens, place):
                found.append(Chunk(Cue.CLAUSE, place, place + 1))
            place += 1
            continue
        found.append(chunk)
        place = chunk.end
    if any(isinstance(chunk.says, STATUS) and chunk.text not in _LAMPS for chunk in found):
        # Beside words a lamp is an ornament.
        found = [chunk for chunk in found if chunk.text not in _LAMPS]
    return with_topics(found, tokens, directory)


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
            if token.text in _LAMPS:
                return Chunk(_LAMPS[token.text], place, place + 1, text=token.text)
            behind = place + 1
            if token.text in _DASHES and behind < len(self.tokens) and code_at(self.tokens, behind) is not None:
                return Chunk(Kind.LIGHT, place, behind, ranges=True)
            return self._compared_by_sign(place)
        named = code_at(self.tokens, place)
        if named is not None:
            year = self.directory.year
            code = named.known(self.directory.rows, year) or named.code
            return Chunk(Kind.CODE, place, named.end, code=code)
        fixed = self._percent(place) or self._counted_rooms(place) or self._count(place)
        if fixed is not None:
            return fixed
        candidates = [self._unit(place), self._span(place), self._phrase(place)]
        found = max((each for each in candidates if each is not None), key=lambda each: each.end, default=None)
        if found is None:
            return Chunk(Kind.REST, place, place + 1, text=self._said(place, place + 1))
        return self._subject(place, found) or found

    def _subject(self, place: int, found: Chunk) -> Chunk | None:
        """The subject that words without diacritics are, where rows write them as more than words of the grammar."""
        marked = bool(self.tokens[place].marks) and found.says not in (Cue.ACT, Kind.LIGHT)
        if marked or found.end > place + 1 or found.says in (Kind.UNIT, Kind.SPAN):
            return None
        written = self.directory.topics.longest_at(self.tokens, place)
        while written and written[-1].text.casefold() in fillers.JOINING:
            written = written[:-1]
        telling = [token for token in written if token.text.casefold() not in _FUNCTION]
        end = place + len(written)
        exact = self.is_marked and all(a.marks == b.marks for a, b in zip(self.tokens[place:end], written, strict=True))
        if len(written) < 2 or len(telling) < (1 if exact else 2) or written[0] not in telling:
            return None
        if spelled(written) in NO_SUBJECT:
            return None
        return None if any(is_sign(token) for token in self.tokens[place:end]) else topic_of(place, end, written)

    def _compared_by_sign(self, place: int) -> Chunk | None:
        """As in ">= 90%", "< 5%"."""
        sign = self.tokens[place].text
        equal = place + 1 < len(self.tokens) and self.tokens[place + 1].text == "="
        bound = _SIGNS.get(sign + "=" if equal else sign)
        figure = figure_at(self.tokens, place + 1 + equal) if bound is not None else None
        if bound is None or figure is None or figure.value is None:
            return None
        return Chunk(Kind.PERCENT, place, figure.end, percent=_bounded(bound, figure.value))

    def _unit(self, place: int) -> Chunk | None:
        index = self.piece_at.get(place)
        found = self.directory.names.at(self.tokens, self.pieces, index) if index is not None else None
        if found is None:
            return None
        end = self.pieces[found[1] - 1].end
        return Chunk(Kind.UNIT, place, end, units=found[0], text=self._said(place, end))

    def _said(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self.tokens[start:end])

    def _span(self, place: int) -> Chunk | None:
        found = span_at(self.tokens, place, self.today)
        if self.tokens[place].folded == _WITHIN and place + 1 < len(self.tokens):
            # "Trong 6 tháng cuối năm" is no "trong 6 tháng".
            inner = span_at(self.tokens, place + 1, self.today)
            found = max((each for each in (found, inner) if each is not None), key=lambda each: each[1], default=None)
        return (
            None
            if found is None
            else Chunk(Kind.SPAN, place, found[1], span=found[0], text=self._said(place, found[1]))
        )

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
            return Chunk(Kind.LIGHT, place, joined[1], ranges=True)
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

    def _is_another_word(self, place: int, phrase: Phrase[ChunkMeaning]) -> bool:
        """Whether the diacritics typed make another known word: "máy" is not "mấy" without its roof."""
        token = self.tokens[place]
        return bool(token.marks) and token.marks != phrase.syllables[0].marks and self.directory.knows(token)

    def _red_without_marks(self, place: int) -> Chunk | None:
        """A bare "do" is red, or "by" before a unit; in a sentence with diacritics it is what it says."""
        token = self.tokens[place]
        if token.folded != _RED_ALONE or token.marks:
            return None
        if self.is_english:
            return Chunk(Kind.LIGHT, place, place + 1)
        noun = _NOUNS.at(self.tokens, place + 1)
        if self._unit(place + 1) is not None or (noun is not None and noun[0] is Noun.UNIT) or self.is_marked:
            return Chunk(Cue.LEAD, place, place + 1)
        longer = _OTHER_CUES.phrase_at(self.tokens, place)
        counted = place > 0 and self.tokens[place - 1].folded in _ROWS_WITHOUT_MARKS
        if longer is not None and len(longer.syllables) > 1 and not counted:
            return None
        return Chunk(Colour.RED, place, place + 1)

    def _percent(self, place: int) -> Chunk | None:
        compared = _COMPARED.at(self.tokens, place)
        start = compared[1] if compared else place
        figure = figure_at(self.tokens, start)
        if figure is None or figure.value is None or not figure.value.is_finite() or self._halves_time(figure.end):
            return None
        bound = compared[0] if compared else None
        joined = _AND_TO.at(self.tokens, figure.end)
        until = figure_at(self.tokens, joined[1]) if joined else None
        if until is not None and until.percent and until.value is not None and bound in (None, Cue.FROM):
            return Chunk(Kind.PERCENT, place, until.end, percent=Percent(least=figure.value, most=until.value))
        if not figure.percent:
            return None
        behind = _BEHIND.at(self.tokens, figure.end)
        bound, end = behind or (bound, figure.end)
        return Chunk(Kind.PERCENT, place, end, percent=_bounded(bound, figure.value))

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
        return Chunk(Kind.COUNT, place, figure.end, count=int(figure.value))

    def _counted_rooms(self, place: int) -> Chunk | None:
        """As in "ba phòng chậm nhất": a number of units, though "phòng" alone names none."""
        figure = figure_at(self.tokens, place)
        room = _ROOMS.at(self.tokens, figure.end) if figure is not None else None
        if figure is None or room is None or figure.value is None or _SUPERLATIVE.at(self.tokens, room[1]) is None:
            return None
        return Chunk(Kind.COUNT, place, room[1], count=int(figure.value), counts=Noun.UNIT)


def _bounded(bound: ChunkMeaning | None, value: Decimal) -> Percent:
    """The percent with the bound that a cue names; the value itself where none does."""
    match bound:
        case Cue.OVER:
            return Percent(over=value)
        case Cue.UNDER:
            return Percent(under=value)
        case Cue.FROM:
            return Percent(least=value)
        case Cue.TO:
            return Percent(most=value)
        case _:
            return Percent(least=value, most=value)
