"""Who is meant by a printed cell: one unit has many spellings, and one cell may name several units and groups.

Source: docs/rules/plans.md#directory-of-units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.plan.words import fold

_PARTS = re.compile(r"[;\n]+")
_COMMAS = re.compile(r"\s*,\s*|\s+và\s+", re.IGNORECASE)
_SUFFIXES = (" phuong", " xa", " dac khu")


class HasNames(Protocol):
    """A unit or group of a directory, with every spelling it goes by."""

    @property
    def name(self) -> str:
        """The name it is shown by."""

    @property
    def aliases(self) -> Sequence[str]:
        """Its other spellings."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whom a cell names, each once and in printed order; ``unknown`` holds the parts that name nobody."""

    units: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def only_unit(self) -> str | None:
        """The unit where the cell names exactly one and nothing else."""
        return self.units[0] if len(self.units) == 1 and not self.groups and not self.unknown else None


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A unit or a group, by its name."""

    name: str
    is_group: bool


def spelling(text: str) -> str:
    """What two spellings of one name have in common: folded, "và" and "&" left out."""
    return " ".join(word for word in fold(text).split() if word != "va")


def _bare(key: str) -> str:
    for suffix in _SUFFIXES:
        if key.endswith(suffix):
            return key.removesuffix(suffix)
    return key


class Directory:
    """All spellings of a locality's units and groups.

    A name counts before an alias, both before the same words with or without a final "phường", "xã" or "đặc khu".
    A spelling that two of them share at the same rank names neither.
    """

    def __init__(self, units: Iterable[HasNames], groups: Iterable[HasNames] = ()) -> None:
        """Index the spellings of ``units`` and ``groups``."""
        self._ranks: tuple[dict[str, set[DirectoryEntry]], ...] = ({}, {}, {})
        for is_group, named in [*((False, unit) for unit in units), *((True, group) for group in groups)]:
            entry = DirectoryEntry(named.name, is_group)
            self._add(0, spelling(named.name), entry)
            for alias in named.aliases:
                self._add(1, spelling(alias), entry)
            for text in (named.name, *named.aliases):
                self._add(2, _bare(spelling(text)), entry)
        self._longest = max((len(key.split()) for rank in self._ranks for key in rank), default=0)

    def _add(self, rank: int, key: str, entry: DirectoryEntry) -> None:
        if key:
            self._ranks[rank].setdefault(key, set()).add(entry)

    @property
    def ambiguous(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Every spelling given to more than one, folded, with the names it was given to."""
        shared: dict[str, set[str]] = {}
        for rank in self._ranks[:2]:
            for key, entries in rank.items():
                shared.setdefault(key, set()).update(entry.name for entry in entries)
        return tuple((key, tuple(sorted(names))) for key, names in sorted(shared.items()) if len(names) > 1)

    def find(self, text: str) -> DirectoryEntry | None:
        """The one unit or group a text names as a whole; none where it names none or more than one."""
        return self._find(spelling(text))

    def _find(self, key: str) -> DirectoryEntry | None:
        bare = _bare(key)
        for rank, wanted in ((0, key), (1, key), (2, bare)):
            entries = self._ranks[rank].get(wanted)
            if entries:
                return next(iter(entries)) if len(entries) == 1 else None
        return None

    def resolve(self, cell: str) -> Resolution:
        """Whom a printed cell names.

        The whole cell is tried first, then its parts between ";" and line ends, then those between "," and "và",
        the longest joining that names someone first; last, words that name several one after the other without a sign.
        """
        found: list[DirectoryEntry | str] = []
        whole = self.find(cell)
        parts = [cell] if whole else _PARTS.split(cell)
        for part in (part.strip(" .,") for part in parts):
            if fold(part):
                found.extend(self._part(part))
        entries = list(dict.fromkeys(entry for entry in found if isinstance(entry, DirectoryEntry)))
        return Resolution(
            units=tuple(entry.name for entry in entries if not entry.is_group),
            groups=tuple(entry.name for entry in entries if entry.is_group),
            unknown=tuple(dict.fromkeys(text for text in found if isinstance(text, str))),
        )

    def _part(self, part: str) -> list[DirectoryEntry | str]:
        whole = self.find(part)
        if whole:
            return [whole]
        listed = self._joined(part)
        if any(isinstance(entry, str) for entry in listed):
            in_a_row = self._in_a_row(spelling(part).split())
            if in_a_row:
                return list(in_a_row)
        return listed

    def _joined(self, part: str) -> list[DirectoryEntry | str]:
        pieces = [piece for piece in _COMMAS.split(part) if fold(piece)]
        found: list[DirectoryEntry | str] = []
        start = 0
        while start < len(pieces):
            for end in range(len(pieces), start, -1):
                entry = self.find(" ".join(pieces[start:end]))
                if entry:
                    found.append(entry)
                    start = end
                    break
            else:
                found.append(pieces[start].strip())
                start += 1
        return found

    def _in_a_row(self, words: list[str]) -> list[DirectoryEntry] | None:
        # Ba Ngòi prints two units in one cell with no sign between them; every word must belong to a name.
        if not words:
            return []
        for length in range(min(self._longest, len(words)), 0, -1):
            entry = self._find(" ".join(words[:length]))
            rest = self._in_a_row(words[length:]) if entry else None
            if entry and rest is not None:
                return [entry, *rest]
        return None
