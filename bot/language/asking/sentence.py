"""A sentence as its chunks, asked for what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.language.asking import chunks as c
from bot.language.asking.chunks import Chunk
from bot.language.names.directory import LocalityVocabulary


@dataclass(frozen=True)
class Sentence:
    """The chunks of one sentence, the locality it speaks of, and the day on which it was said."""

    chunks: tuple[Chunk, ...]
    directory: LocalityVocabulary
    today: date

    def has(self, *says: str) -> bool:
        """Whether a chunk has one of these meanings."""
        return any(chunk.says in says or (chunk.says == c.COUNT and chunk.text in says) for chunk in self.chunks)

    def all(self, says: str) -> list[Chunk]:
        """The chunks of a label or, with a colon at its end, of a family of meanings."""
        return [x for x in self.chunks if x.says == says or (says.endswith(":") and x.says.startswith(says))]

    def negated(self, chunk: Chunk) -> bool:
        """Whether a chunk stands behind a word that denies it."""
        place = self.chunks.index(chunk)
        while place and self.chunks[place - 1].says in (c.LIGHT, "about"):
            place -= 1
        return place > 0 and self.chunks[place - 1].says == "not"
