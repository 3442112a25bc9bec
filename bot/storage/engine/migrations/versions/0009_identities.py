"""Localities are known by kind, name and province: two whose names fold to one slug are no longer one."""

from __future__ import annotations

import unicodedata

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the identity; of two that were loaded under one, the first keeps it and the other has none."""
    op.add_column("localities", Column("identity", Text, nullable=True))
    op.create_index("uq_localities_identity", "localities", ["identity"], unique=True)
    conn = op.get_bind()
    known: set[str] = set()
    for place in conn.execute(text("SELECT id, kind, name, province FROM localities ORDER BY id")).all():
        identity = "\n".join(_alike(part) for part in place[1:])
        if identity not in known:
            known.add(identity)
            write = text("UPDATE localities SET identity = :identity WHERE id = :id")
            conn.execute(write, {"identity": identity, "id": place.id})


def downgrade() -> None:
    """Drop it."""
    op.drop_index("uq_localities_identity", "localities")
    op.drop_column("localities", "identity")


def _alike(words: str) -> str:
    # What the program did on the day of this step: later changes of its rule come with a step of their own.
    seen = "".join(sign for sign in words if unicodedata.category(sign) != "Cf")
    composed = unicodedata.normalize("NFC", " ".join(seen.split()))
    plain = "".join(sign for sign in composed if unicodedata.category(sign) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", plain.casefold())
