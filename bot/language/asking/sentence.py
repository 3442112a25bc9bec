"""A sentence as its chunks, asked for what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from bot.language.asking.chunk import Chunk
from bot.language.asking.meanings import ChunkMeaning, Cue, Kind
from bot.language.names.directory import LocalityVocabulary

FamilyT = TypeVar("FamilyT", bound=ChunkMeaning)


@dataclass(frozen=True)
class Sentence:
    """The chunks of one sentence, the locality it speaks of, and the day on which it was said."""

    chunks: tuple[Chunk, ...]
    directory: LocalityVocabulary
    today: date

    @cached_property
    def meanings(self) -> frozenset[ChunkMeaning]:
        """What the chunks mean; a number of units speaks of units, too."""
        counted = (chunk.counts for chunk in self.chunks if chunk.counts is not None)
        return frozenset((*(chunk.says for chunk in self.chunks), *counted))

    def has(self, *meanings: ChunkMeaning) -> bool:
        """Whether a chunk has one of these meanings."""
        return not self.meanings.isdisjoint(meanings)

    def all(self, meaning: ChunkMeaning) -> list[Chunk]:
        """The chunks with this meaning."""
        return [chunk for chunk in self.chunks if chunk.says is meaning]

    def of(self, family: type[FamilyT]) -> list[tuple[Chunk, FamilyT]]:
        """The chunks whose meaning is of a family, each with its meaning."""
        return [(chunk, chunk.says) for chunk in self.chunks if isinstance(chunk.says, family)]

    def speaks_of(self, *families: type[ChunkMeaning]) -> bool:
        """Whether the meaning of a chunk is of one of these families."""
        return any(isinstance(chunk.says, families) for chunk in self.chunks)

    def negated(self, chunk: Chunk) -> bool:
        """Whether a chunk stands behind a word that denies it."""
        place = self.chunks.index(chunk)
        while place and self.chunks[place - 1].says in (Kind.LIGHT, Cue.ABOUT):
            place -= 1
        return place > 0 and self.chunks[place - 1].says is Cue.NOT
