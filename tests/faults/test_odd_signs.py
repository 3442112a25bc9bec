"""Signs no keyboard makes: they are stored, answered and never stop the queue, on either engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.domain.people.people import Role
from tests.evidence.made_files import pdf
from tests.faults.deeds import POLICE, TROUBLE, all_done, reports
from tests.journeys.test_main_journey import seed_binh_loc
from tests.town import Town, press, town_on

ODD = {
    "NUL": "a\x00b",
    "half a pair": "a\ud83db",
    "controls": "a\x07\x1b[31m\u202eb\ufdd0\uffff",
    "marks without end": "𠀀😀\U0010fffdê" + "\u0323\u0302" * 400,
}


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running bot with the plan of Bình Lộc, once on each engine."""
    seed_binh_loc(database_url, tmp_path / "data")
    async with town_on(tmp_path / "data", database_url=database_url) as town:
        yield town


async def arrives(town: Town, update: dict[str, Any]) -> None:
    """Hand an update over as it was read; the simulated Telegram itself could not write all of these signs."""
    number = town.chats.updates.next_id
    town.chats.updates.skip_ids(1)
    await town.app.inbox.receive([{"update_id": number, **update}])
    await town.settle()


async def test_odd_signs_are_answered_and_stop_nobody(town: Town) -> None:
    for number, (name, odd) in enumerate(ODD.items()):
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
        body = an.send_text("/huy").body
        await town.settle()
        for text in (odd, f"/{odd}", f"/tim {odd}", f"/nhiemvu {odd}", f"NV07 60% {odd}", f"ghi chú {odd}"):
            message = {**body, "message_id": town.chats.number(), "text": text, "entities": []}
            await arrives(town, {"message": message})
        sent = an.send_document(pdf(f"Bản {number}"), "x.pdf", "application/pdf").body
        await town.settle()
        odd_one = {**sent["document"], "file_name": f"{odd}.pdf"}
        message = {**sent, "message_id": town.chats.number(), "document": odd_one, "caption": odd}
        await arrives(town, {"message": message})
        assert TROUBLE not in " ".join([*an.texts(), *an.toasts()]), name
        assert len(an.texts()) >= 6, name
        await press(town, an, "Gửi báo cáo")
        assert any("Đã ghi nhận" in told for told in an.texts()), name
        [*_, last] = await reports(town)
        assert len(await reports(town)) == number + 1 and len(last.files) == 2, name
    await all_done(town)
