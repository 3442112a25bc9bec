"""Units by any of their names: printed, alias, abbreviation, initials, without the locality, or a clear beginning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.language.text.tokens import Token, TokenKind, tokenise

# [VN] how people write the heads of names; the long form is also said as the short one
_SHORT: tuple[tuple[tuple[str, ...], str], ...] = tuple(
    (tuple(long.split()), short)
    for long, short in (
        ("uy ban mat tran to quoc viet nam", "mttq"),
        ("uy ban mat tran to quoc", "mttq"),
        ("mat tran to quoc viet nam", "mttq"),
        ("mat tran to quoc", "mttq"),
        ("uy ban mttq viet nam", "mttq"),
        ("uy ban mttq", "mttq"),
        ("ubmttq viet nam", "mttq"),
        ("ubmttqvn", "mttq"),
        ("ubmttq", "mttq"),
        ("mat tran", "mttq"),
        ("van phong uy ban nhan dan", "vpubnd"),
        ("van phong hoi dong nhan dan", "vphdnd"),
        ("van phong uy ban", "vpubnd"),
        ("van phong hoi dong", "vphdnd"),
        ("uy ban nhan dan", "ubnd"),
        ("hoi dong nhan dan", "hdnd"),
        ("van phong", "vp"),
        ("p", "phong"),
        ("cong an", "ca"),
        ("quan su", "qs"),
        ("ban chi huy", "bch"),
        ("trung tam", "tt"),
        ("khu pho", "kp"),
        ("ban chi dao", "bcd"),
        ("to giup viec", "tgv"),
        ("phuc vu hanh chinh cong", "pvhcc"),
        ("pv hanh chinh cong", "pvhcc"),
        ("pv hcc", "pvhcc"),
        ("to cong nghe so cong dong", "tcnscd"),
        ("to cong nghe so", "tcnscd"),
        ("to cnscd", "tcnscd"),
        ("cong nghe so cong dong", "cnscd"),
        ("van hoa xa hoi", "vhxh"),
        ("van hoa va xa hoi", "vhxh"),
        ("xay dung dang", "xdd"),
        ("doan thanh nien", "dtn"),
        ("phu nu", "pn"),
        ("nong dan", "nd"),
        ("cuu chien binh", "ccb"),
        ("trung hoc co so", "thcs"),
        ("tieu hoc", "th"),
        ("mam non", "mn"),
        ("kinh te ha tang va do thi", "kthtdt"),
        ("kinh te ha tang do thi", "kthtdt"),
        ("kt ha tang va do thi", "kthtdt"),
        ("kt ha tang do thi", "kthtdt"),
        ("kt ht va dt", "kthtdt"),
        ("kt ht dt", "kthtdt"),
    )
)
# [E] what English calls the units whose names hold these words
_ENGLISH: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cong an", ("police", "public security", "police station")),
    ("quan su", ("military command", "military", "army")),
    ("van phong dang uy", ("party office", "office of the party committee", "party committee office")),
    ("xay dung dang", ("party building board", "party building", "party building committee")),
    ("van hoa xa hoi", ("culture and social affairs", "culture and society", "culture office", "social affairs")),
    ("kinh te", ("economic office", "economics", "economy office", "economic affairs", "economics office")),
    ("mttq", ("fatherland front",)),
    ("mat tran", ("fatherland front",)),
    ("thanh nien", ("youth union",)),
    ("phu nu", ("women s union", "womens union")),
    ("nong dan", ("farmers union", "farmers association")),
    ("cuu chien binh", ("veterans association", "veterans")),
    ("tram y te", ("health station", "health centre", "health center", "clinic")),
    ("hanh chinh cong", ("public administration centre", "public administration center", "one stop shop")),
)
_BY_FIRST: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _long, _abbreviation in _SHORT:
    _BY_FIRST.setdefault(_long[0], []).append((_long, _abbreviation))

_GENERIC = frozenset({"phuong", "xa", "va", "cua", "cac", "dang", "nao", "co"})
_HEADS = frozenset({"phong", "ban", "vp", "tt", "ca", "hoi", "doan", "truong", "tram", "to", "bch", "kp", "uy"})
_OFFICE = "vp"
_TELLING = frozenset({"qs", "vhxh", "kthtdt", "mttq", "xdd", "pvhcc", "doan"})
"""Short forms that name a unit by themselves."""
_FIRST_WORDS_NEEDED = 2
_WORDS_WITHOUT_HEAD = 4
_LEAST_OF_A_GAPPED_NAME = 3
_SCHOOLS = frozenset({"truong", "tram"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a text in its short form, and the tokens it covers."""

    letters: str
    start: int
    end: int


def pieces_of(tokens: tuple[Token, ...]) -> tuple[Piece, ...]:
    """The words of a text, long forms of common heads shortened, signs left out."""
    words = [
        (index, token.folded) for index, token in enumerate(tokens) if token.kind in (TokenKind.WORD, TokenKind.NUMBER)
    ]
    found: list[Piece] = []
    place = 0
    while place < len(words):
        taken = 1
        letters = words[place][1]
        for long, short in _BY_FIRST.get(letters, ()):
            if tuple(word for _, word in words[place : place + len(long)]) == long:
                taken, letters = len(long), short
                break
        found.append(Piece(letters, words[place][0], words[place + taken - 1][0] + 1))
        place += taken
    return tuple(found)


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as the directory has it."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()


class UnitNames:
    """Finds units in a sentence."""

    def __init__(self, units: Iterable[UnitName], locality: str) -> None:
        self._whole: dict[tuple[str, ...], set[int]] = {}
        self._loose: dict[tuple[str, ...], set[int]] = {}
        self._spelled: dict[str, set[frozenset[str]]] = {}
        self._names: list[tuple[tuple[str, ...], int]] = []
        self._begun: dict[tuple[str, ...], set[int]] = {}
        self._locality = tuple(token.folded for token in tokenise(locality))
        listed = tuple(units)
        for unit in listed:
            for name in (unit.name, *unit.aliases):
                self._add(unit.id, name)
            self._add_english(unit)
        for unit in listed:
            # A name of one's own is stronger than what another is called besides.
            self._whole[self._bare(unit.name)] = {unit.id}
        self._longest = max((len(key) for key in self._whole), default=0)

    def _add_english(self, unit: UnitName) -> None:
        letters = " ".join(token.folded for token in tokenise(unit.name) if token.kind is TokenKind.WORD)
        for held, called in _ENGLISH:
            if f" {held} " in f" {letters} ":
                for name in (*called, *(f"{each} office" for each in called)):
                    self._whole.setdefault(tuple(name.split()), set()).add(unit.id)

    def _bare(self, name: str) -> tuple[str, ...]:
        words = tuple(piece.letters for piece in pieces_of(tokenise(name)))
        while words and len(words) > 1 and (words[-1] in ("phuong", "xa") or self._ends_in_locality(words)):
            words = words[: -len(self._locality)] if self._ends_in_locality(words) else words[:-1]
        return words

    def _ends_in_locality(self, words: tuple[str, ...]) -> bool:
        own = len(self._locality)
        return bool(own) and len(words) > own and words[-own:] == self._locality

    def _add(self, unit_id: int, name: str) -> None:
        words = self._bare(name)
        spelled = tuple(token.folded for token in tokenise(name) if token.kind in (TokenKind.WORD, TokenKind.NUMBER))
        self._names.append((spelled, unit_id))
        for token in tokenise(name):
            self._spelled.setdefault(token.folded, set()).add(token.marks)
        if words[:1] == (_OFFICE,):
            for part in {"ubnd", "hdnd"} & set(words):
                self._loose.setdefault((_OFFICE + part,), set()).add(unit_id)
        self._whole.setdefault(words, set()).add(unit_id)
        self._whole.setdefault(tuple(word for word in words if word != "va"), set()).add(unit_id)
        initials = "".join(word[0] if word not in ("vhxh", "kthtdt") else word for word in words if word != "va")
        if len(words) > 2 and len(initials) >= 3:
            self._whole.setdefault((initials,), set()).add(unit_id)
        self._whole.setdefault(("".join(words),), set()).add(unit_id)
        if words[0] == "phong":
            self._whole.setdefault(("".join(("p", *words[1:])),), set()).add(unit_id)
        if len(words) > _FIRST_WORDS_NEEDED:
            # Without its head: "mẫu giáo Sao Mai"; by the head and the proper name: "trường Sao Mai".
            if len(words) > _FIRST_WORDS_NEEDED + 1 and words[0] in _SCHOOLS:
                self._loose.setdefault(words[1:], set()).add(unit_id)
            self._loose.setdefault((words[0], *words[-2:]), set()).add(unit_id)
            self._loose.setdefault((words[0], *words[-1:]), set()).add(unit_id)
        for length in range(_WORDS_WITHOUT_HEAD, len(spelled) if spelled[0] == "phong" else 0):
            self._loose.setdefault(spelled[1 : length + 1], set()).add(unit_id)
        for word in words:
            if word in _TELLING:
                self._loose.setdefault((word,), set()).add(unit_id)
        for whole in {words, spelled}:
            for length in range(1, len(whole)):
                self._begun.setdefault(whole[:length], set()).add(unit_id)

    def at(self, tokens: tuple[Token, ...], pieces: tuple[Piece, ...], place: int) -> tuple[frozenset[int], int] | None:
        """The units that may be meant at a piece, and the piece behind their name; the longest name counts."""
        for length in range(min(self._longest + 2, len(pieces) - place), 0, -1):
            words = tuple(piece.letters for piece in pieces[place : place + length])
            found = self._whole.get(words)
            if found is None and words[-1] not in _GENERIC:
                loose = self._loose.get(words, set())
                # A shortened name counts where only one unit goes by it.
                found = loose if len(loose) == 1 else None
            if found is None and self._is_beginning(words):
                said = tokens[pieces[place].start : pieces[place + length - 1].end]
                found = self._begun.get(words) or self._gapped(tuple(token.folded for token in said))
            if found and self._is_spelled_so(tokens[pieces[place].start : pieces[place + length - 1].end]):
                return frozenset(found), self._past_locality(pieces, place + length)
        return None

    def _gapped(self, words: tuple[str, ...]) -> set[int]:
        """The unit whose name these are but for some words left out: "trung tâm hành chính công"."""
        if len(words) < _LEAST_OF_A_GAPPED_NAME:
            return set()
        fits = {
            unit_id
            for name, unit_id in self._names
            if name[0] == words[0] and 2 * len(words) >= len(name) and _is_within(words, name)
        }
        return fits if len(fits) == 1 else set()

    def _is_spelled_so(self, tokens: tuple[Token, ...]) -> bool:
        """Whether no diacritic was typed that no name has there: "cá" is not "CA". Longer names forgive one."""
        odd = sum(
            bool(token.marks)
            and not any(token.marks <= each for each in self._spelled.get(token.folded, [token.marks]))
            for token in tokens
        )
        return odd <= (len(tokens) >= _LEAST_OF_A_GAPPED_NAME)

    @staticmethod
    def _is_beginning(words: tuple[str, ...]) -> bool:
        """Whether these can stand for a longer name: a head and something behind it, or "văn phòng" alone."""
        if words == (_OFFICE,):
            return True
        return len(words) >= _FIRST_WORDS_NEEDED and words[0] in _HEADS and words[-1] not in _GENERIC

    def _past_locality(self, pieces: tuple[Piece, ...], place: int) -> int:
        """Behind "phường", "xã" and the locality's own name."""
        if place < len(pieces) and pieces[place].letters in ("phuong", "xa"):
            place += 1
        own = len(self._locality)
        if own and tuple(piece.letters for piece in pieces[place : place + own]) == self._locality:
            place += own
        return place


def _is_within(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether the words stand in the name in this order."""
    left = iter(name)
    return all(word in left for word in words)
