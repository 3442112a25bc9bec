"""The shape of a made-up past (seeds/trial/*.yaml): who did what when, validated on load."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.plan.codes import AS_WRITTEN
from bot.domain.work.lifecycle import DEFAULT_ZONE


def _local(written: Any) -> Any:
    instant = datetime.fromisoformat(written) if isinstance(written, str) else written
    return instant.replace(tzinfo=DEFAULT_ZONE) if isinstance(instant, datetime) else instant


Local = Annotated[datetime, BeforeValidator(_local)]
Code = Annotated[str, Field(pattern=AS_WRITTEN)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Photo(_Part):
    """A photograph of a scene."""

    photo: Literal["meeting", "outdoors", "paper", "screen"]


class Scan(_Part):
    """A PDF of one page under a file name."""

    pdf: str


class PastOpening(_Part):
    """Where a row stood when the plan was put in use."""

    row: Code
    percent: Decimal | None = None
    done_on: date | None = None
    source: str | None = None


class _Deed(_Part):
    at: Local
    by: str
    """The full name of someone of the cast."""


class Reported(_Deed):
    """A report: the percent of a task or the value of an indicator."""

    report: Code
    percent: Decimal | None = None
    value: Decimal | None = None
    note: str | None = None
    files: tuple[Photo | Scan, ...] = ()


class Counted(_Deed):
    """Values of many indicators, reported one after another."""

    values: dict[Code, Decimal]
    note: str | None = None


class Accepted(_Deed):
    """The complete report of a row is accepted."""

    accept: Code


class Returned(_Deed):
    """The complete report of a row is returned."""

    give_back: Annotated[Code, Field(alias="return")]
    reason: str


class Limited(_Deed):
    """A row gets another limit."""

    limit: Code
    due_on: date
    reason: str


class Reached(_Deed):
    """A milestone, counted from 1, is met."""

    milestone: Code
    number: int
    note: str | None = None
    files: tuple[Photo | Scan, ...] = ()


Deed = Reported | Counted | Accepted | Returned | Limited | Reached


class PastFile(_Part):
    """The past of one locality, in order."""

    in_use: Local
    openings: tuple[PastOpening, ...] = ()
    deeds: tuple[Deed, ...]


def read_past(path: Path) -> PastFile:
    """The past written in a file. Raises pydantic's error for what has another shape."""
    # Fast where the library was built with it; the result is the same.
    load = partial(yaml.load, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return PastFile.model_validate(load(path.read_text("utf-8")))
