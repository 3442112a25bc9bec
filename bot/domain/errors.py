"""Errors that carry what the person reads (a message key and its figures) apart from what the log reads."""

from __future__ import annotations


class TienDoError(Exception):
    """The root of all named errors.

    ``key`` names the sentence in the catalogues (``error.`` is put before it), ``figures`` fill its gaps.
    """

    def __init__(self, key: str, **figures: object) -> None:
        super().__init__(key)
        self.key = key
        self.figures = figures


class NotAllowed(TienDoError):
    """The person has no right to do this (docs/rules/rights.md)."""


class NotFound(TienDoError):
    """What was named does not exist, or is not visible to the person; the two are never told apart."""


class BadInput(TienDoError):
    """What was given cannot be read or lies outside its bounds."""


class TransitionRefused(TienDoError):
    """The life of an assignment has no such step from where it stands (docs/rules/life-cycle.md#steps)."""


class EvidenceRefused(TienDoError):
    """A file was refused and not kept: empty, too large, of a type not accepted, or marked secret."""


class DatabaseBusy(TienDoError):
    """Someone else held the database for too long; nothing was written, and trying again is safe."""

    def __init__(self) -> None:
        super().__init__("database_busy")


class DatabaseFull(TienDoError):
    """There is no room left on the disk; nothing was written."""

    def __init__(self) -> None:
        super().__init__("database_full")
