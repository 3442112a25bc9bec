"""A draft of words and files that are given in any order and may be taken out again before they are sent."""

from __future__ import annotations

from typing import Self

from bot.conversations.core.dialogue import Step
from bot.conversations.core.files_draft import FilesDraft, join
from bot.conversations.core.scene import Pressed, Sent, Typed
from bot.domain.errors import TienDoError
from bot.services.reporting.report_progress import clean
from bot.views.parts.press_numbers import whole


class WordsDraft(FilesDraft):
    """``note`` are the words; ``editing``: the menu of what may be changed is open, at ``page`` of the files."""

    locality_id: int
    note: str = ""
    editing: bool = False
    page: int = 0

    @property
    def worth_keeping(self) -> bool:
        """Whether anything was given yet."""
        return bool(self.note or self.files)

    def heard(self, said: Typed | Sent) -> Step[Self]:
        """The draft with words and files more; files that come with words we refuse are kept all the same."""
        words = said.caption if isinstance(said, Sent) else said.text
        given = self.with_files(said.evidence, said.album) if isinstance(said, Sent) else self
        given = given.but(editing=False)
        noted = given.but(note=join(given.note, words))
        try:
            clean(noted.note)
        except TienDoError as problem:
            return Step(given, problem=problem)
        return Step(noted)

    def edited(self, said: Pressed) -> Self:
        """The draft after a button of the menu; as it is after any other."""
        match said.verb:
            case "edit":
                return self.but(editing=True, page=0)
            case "back":
                return self.but(editing=False)
            case "note":
                return self.but(note="", editing=False)
            case "page":
                return self.but(page=whole(said.value))
            case "drop":
                return self.but(files=tuple(each for each in self.files if str(each) != said.value))
        return self
