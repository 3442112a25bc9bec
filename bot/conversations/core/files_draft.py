"""A draft that takes files; it remembers which came with the last album, whose caption may speak for all of it."""

from __future__ import annotations

from typing import Self

from bot.conversations.core.dialogue import Draft


class FilesDraft(Draft):
    """``files`` are ids of evidence given in this dialogue."""

    files: tuple[int, ...] = ()
    album: str | None = None
    """The album that came last, with those of ``files`` that came in it."""
    album_files: tuple[int, ...] = ()

    @property
    def has_subject(self) -> bool:
        """Whether it is known what the files are for, so that the dialogue stands without them too."""
        return True

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known and nothing was given."""
        return not (self.has_subject or self.worth_keeping)

    def with_files(self, evidence: tuple[int, ...], album: str | None) -> Self:
        """The draft with these files too."""
        files = tuple(dict.fromkeys((*self.files, *evidence)))
        if album is None:
            return self.but(files=files)
        earlier = self.album_files if album == self.album else ()
        together = tuple(dict.fromkeys((*earlier, *evidence)))
        return self.but(files=files, album=album, album_files=together)

    def with_files_of(self, other: FilesDraft) -> Self:
        """The draft with the files of another instead of its own."""
        return self.but(files=other.files, album=other.album, album_files=other.album_files)

    def without_album(self) -> Self:
        """The draft without the files of the album that came last."""
        kept = tuple(each for each in self.files if each not in self.album_files)
        return self.but(files=kept, album=None, album_files=(), refused=())


def join(before: str, more: str | None) -> str:
    """Two pieces of a note, one under the other."""
    return "\n".join(piece for piece in (before.strip(), (more or "").strip()) if piece)
