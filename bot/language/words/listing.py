"""How the word lists are written down: phrases with commas between them, over as many lines as they need."""

from __future__ import annotations


def listed(words: str) -> tuple[str, ...]:
    """The phrases between the commas, each with single spaces."""
    return tuple(" ".join(word.split()) for word in words.split(","))
