"""How the tests of this folder look at a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import EvidenceRefused
from bot.evidence.findings import Findings

Look = Callable[..., Awaitable[Findings]]

MAX = 20 << 20


async def refusal(looking: Awaitable[Findings]) -> tuple[str, dict[str, object]]:
    with pytest.raises(EvidenceRefused) as refused:
        await looking
    return refused.value.key, refused.value.figures
