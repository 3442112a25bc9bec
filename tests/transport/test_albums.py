"""An album has one answer, when it is quiet; also where the bot was restarted meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step
from bot.conversations.core.engine import Engine
from bot.conversations.core.scene import Said, Scene, Sent
from bot.i18n import Translator
from bot.views.parts.html import escape
from bot.views.parts.view import View
from tests.simulator.callers import picture
from tests.town import Town
from tests.transport.village import member

COLOURS = ("red", "green", "blue", "black")


class Pile(Draft):
    """What has been put on the pile."""

    files: tuple[int, ...] = ()


async def _gather(scene: Scene, draft: Pile) -> None:
    return None


def _advance(draft: Pile, said: Said, facts: None) -> Step[Pile]:
    files = (*draft.files, *said.evidence) if isinstance(said, Sent) else draft.files
    return Step(draft.model_copy(update={"files": files}))


def _show(t: Translator, draft: Pile, facts: None) -> View:
    return View(escape(f"Đã nhận đủ {len(draft.files)} tệp"))


async def _perform(scene: Scene, draft: Pile, command: Any) -> Outcome[Pile]:
    raise AssertionError


PILE = Conversation("pile", Pile, _gather, _advance, _show, _perform, "button.menu")


async def _pile(town: Town) -> Any:
    from bot.domain.people.dialogue import Dialogue
    from bot.storage.outbox import dialogues

    town.app.engine = Engine((PILE,))
    an = await member(town)
    async with town.db.write() as conn:
        await dialogues.save(conn, Dialogue(an.id, an.id, "pile", {"token": "x"}, town.clock.now()))
    return an


async def test_an_album_of_four_gets_one_answer_once_it_is_quiet(town: Town) -> None:
    an = await _pile(town)
    start = town.clock.now()
    an.send_photo([picture(40, 30, colour) for colour in COLOURS])
    await town.settle()
    assert an.texts() == ["Đã nhận đủ 4 tệp"]
    assert town.clock.now() - start == timedelta(seconds=1.5)


async def test_a_late_item_moves_the_answer(town: Town) -> None:
    an = await _pile(town)
    first = an.send_photo([picture(40, 30, colour) for colour in COLOURS[:2]])
    while not town.app.albums.tasks or town.app.inbox.queue.tickets:
        await town.clock.changed.wait()
        town.clock.changed.clear()
    town.clock.move_by(seconds=1)
    late = an._photo(picture(40, 30, "white"))
    an._send({"media_group_id": first[0].body["media_group_id"], **late})
    start = town.clock.now()
    await town.settle()
    assert an.texts() == ["Đã nhận đủ 3 tệp"]
    assert town.clock.now() - start == timedelta(seconds=1.5)


async def test_an_answer_still_owed_at_a_kill_is_given_by_the_next_process(town: Town) -> None:
    an = await _pile(town)
    an.send_photo([picture(40, 30, colour) for colour in COLOURS])
    while not town.app.albums.tasks or town.app.inbox.queue.tickets:
        await town.clock.changed.wait()
        town.clock.changed.clear()
    assert an.texts() == []
    await town.kill()
    town.clock.move_by(minutes=1)
    town.app = town._built()
    town.app.engine = Engine((PILE,))
    await town.start()
    await town.settle()
    assert an.texts() == ["Đã nhận đủ 4 tệp"]


async def test_a_refused_album_is_told_once(town: Town) -> None:
    an = await _pile(town)
    an.send_photo([b"x" * 100 for _ in range(3)])
    await town.settle()
    assert len(an.texts()) == 1


async def test_words_of_a_message_marked_secret_are_erased_at_once(town: Town) -> None:
    from tests.transport.village import inbox_rows

    an = await _pile(town)
    an.send_document(b"%PDF-1.4", "Kế hoạch (TUYỆT MẬT).pdf", "application/pdf")
    await town.settle()
    assert len(an.texts()) == 1
    assert [(row[1], row[4]) for row in inbox_rows(town)] == [("done", None)]
