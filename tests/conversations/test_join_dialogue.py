"""Joining and inviting as dialogues: pure steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.conversations.core.scene import Pressed, Sent, Typed
from bot.conversations.people import invite, join
from bot.conversations.people.invite import InviteDraft, MakeInvitation
from bot.conversations.people.join import Confirmed, JoinDraft
from bot.domain.people.invitation import Invitation
from bot.domain.people.people import Role
from bot.domain.plan.plan import Locality, Unit, UnitKind
from bot.i18n import translator
from bot.services.people.invite import InviteChoices, Invited
from bot.services.people.join import InvitationOffer
from bot.views.parts.view import View
from bot.views.people.joining import invitations_view, invited_view

PLACE = Locality(1, "binh-loc", "Bình Lộc", "phường", "Đồng Nai", 10)
UNITS = tuple(
    Unit(10 + n, 1, name, UnitKind.DIVISION)
    for n, name in enumerate(["Văn phòng Đảng ủy", *(f"Trường số {n}" for n in range(1, 12)), "Công an phường"])
)
OFFER = InvitationOffer("ABCD2345", UNITS[-1], Role.OFFICER, PLACE, "Văn phòng Đảng ủy", None, False)
DRAFT = JoinDraft(token="t1", code="ABCD2345")
CHOICES = InviteChoices(PLACE, UNITS, {unit.id: (Role.OFFICER, Role.HEAD) for unit in UNITS})
INVITE = InviteDraft(token="t2", code="ABCD2345", locality_id=1)
VI, EN = translator("vi"), translator("en")


def labels(view: View) -> list[list[str]]:
    return [[button.label for button in row] for row in view.buttons if row]


def test_the_first_card_says_who_invites_what_is_kept_and_asks_for_the_name() -> None:
    view = join.show(VI, DRAFT, OFFER)
    for words in ("Công an phường", "cán bộ", "phường Bình Lộc", "91/2025", "họ và tên", "xóa dữ liệu"):
        assert words in view.text
    assert labels(view) == [["Hủy"]]
    assert "full name" in join.show(EN, DRAFT, OFFER).text


def test_the_first_button_confirms_the_name_and_the_second_changes_it() -> None:
    step = join.advance(DRAFT, Typed("nguyễn văn an"), OFFER)
    assert step.draft is not None
    view = join.show(VI, step.draft, OFFER)
    assert "Nguyễn Văn An" in view.text
    assert labels(view) == [["✅ Đúng", "✏️ Sửa"], ["Hủy"]]
    edited = join.advance(step.draft, Pressed("edit"), OFFER)
    assert edited.draft is not None
    assert edited.draft.name is None


@pytest.mark.parametrize("said", [Pressed("yes"), Typed("Đúng"), Typed("ok"), Typed("phải"), Typed("YES")])
def test_a_name_is_confirmed_by_button_or_word(said: Pressed | Typed) -> None:
    draft = DRAFT.model_copy(update={"name": "Lê Thị Hoa", "typed": True})
    assert join.advance(draft, said, OFFER).command == Confirmed("Lê Thị Hoa")


def test_yes_before_any_name_confirms_nothing() -> None:
    assert join.advance(DRAFT, Pressed("yes"), OFFER).command is None
    assert join.advance(DRAFT, Typed("đúng"), OFFER).problem is not None


def test_another_name_takes_the_place_of_the_first() -> None:
    draft = DRAFT.model_copy(update={"name": "Lê Thị Hoa", "typed": True})
    step = join.advance(draft, Typed("Lê Thị Hoàn"), OFFER)
    assert step.command is None
    assert step.draft is not None
    assert step.draft.name == "Lê Thị Hoàn"
    assert join.advance(draft, Typed("sai rồi"), OFFER).draft == draft.model_copy(update={"name": None})


def test_a_name_with_signs_of_html_is_shown_as_typed_and_pointed_at() -> None:
    step = join.advance(DRAFT, Typed("Trần <b>& Bình"), OFFER)
    assert step.draft is not None
    text = join.show(VI, step.draft, OFFER).text
    assert "Trần &lt;b&gt;&amp; Bình" in text
    assert "ký tự lạ" in text


def test_a_name_of_before_is_offered_again_with_the_notice() -> None:
    view = join.show(VI, DRAFT.model_copy(update={"name": "Lê Thị Hoa"}), OFFER)
    assert "91/2025" in view.text
    assert labels(view)[0] == ["✅ Đúng", "✏️ Sửa"]


def test_files_and_cancel_have_an_answer_too() -> None:
    assert join.advance(DRAFT, Sent((1,)), OFFER).problem is not None
    left = join.advance(DRAFT, Pressed("cancel"), OFFER)
    assert left.draft is None
    assert left.farewell == "join.left"
    assert join.advance(DRAFT, Pressed("forged", "x"), OFFER).draft == DRAFT


def test_units_come_eight_a_page_and_are_found_by_typing() -> None:
    view = invite.show(VI, INVITE, CHOICES)
    assert [len(labels(view)), labels(view)[8]] == [10, ["▶"]]
    turned = invite.advance(INVITE, Pressed("page", "1"), CHOICES).draft
    assert turned is not None
    assert labels(invite.show(VI, turned, CHOICES))[5] == ["◀"]
    found = invite.advance(INVITE, Typed("cong an"), CHOICES).draft
    assert found is not None
    assert found.unit_id == UNITS[-1].id
    several = invite.advance(INVITE, Typed("trường"), CHOICES).draft
    assert several is not None
    assert labels(invite.show(VI, several, CHOICES))[0] == ["Trường số 1"]
    missing = invite.advance(INVITE, Typed("Phòng Không Có"), CHOICES).problem
    assert missing is not None
    assert missing.key == "no_such_unit"


def test_role_and_uses_make_the_invitation() -> None:
    chosen = invite.advance(INVITE, Pressed("unit", "11"), CHOICES).draft
    assert chosen is not None
    more = invite.advance(chosen, Typed("12"), CHOICES).draft
    assert more is not None
    assert more.uses == 12
    assert ["1", "5", "10", "✓ 12", "30"] in labels(invite.show(VI, more, CHOICES))
    assert invite.advance(more, Pressed("role", "head"), CHOICES).command == MakeInvitation(11, Role.HEAD)
    assert invite.advance(more, Pressed("role", "office"), CHOICES).command is None
    assert invite.advance(more, Pressed("role", "x"), CHOICES).command is None
    assert invite.advance(INVITE, Pressed("unit", "999"), CHOICES).draft == INVITE
    too_many = invite.advance(chosen, Typed("5000"), CHOICES).problem
    assert too_many is not None
    assert too_many.key == "invite_uses"


def test_a_head_is_not_asked_for_the_unit() -> None:
    own = InviteChoices(PLACE, UNITS[-1:], {UNITS[-1].id: (Role.OFFICER,)})
    view = invite.show(VI, INVITE, own)
    assert labels(view)[0] == ["Cán bộ"]
    assert invite.advance(INVITE, Pressed("role", "officer"), own).command == MakeInvitation(UNITS[-1].id, Role.OFFICER)


def test_an_invitation_is_handed_on_by_code_link_and_a_readable_picture() -> None:
    now = datetime(2026, 6, 15, 1, tzinfo=UTC)
    made = Invitation("ABCD2345", 1, UNITS[-1].id, Role.OFFICER, 1, now + timedelta(days=7), None, now)
    invited = Invited(made, UNITS[-1], PLACE, "https://t.me/tiendo_bot?start=ABCD2345")
    view = invited_view(VI, invited, now)
    for words in ("ABCD2345", "https://t.me/tiendo_bot?start=ABCD2345", "1 người", "08:00 22/06/2026"):
        assert words in view.text
    assert view.picture is not None
    image = Image.open(BytesIO(view.picture.png)).convert("L")
    edge = [image.getpixel((n, row)) for n in range(image.width) for row in (0, 39)]
    assert image.width >= 250
    assert set(edge) == {255}
    assert labels(view)[0] == ["Thu hồi lời mời"]
    over = invited_view(VI, invited, now + timedelta(days=7))
    assert "hết hạn" in over.text
    assert over.picture is None
    assert "đã dùng" in invited_view(VI, replace(invited, invitation=replace(made, used=1)), now).text
    assert "thu hồi" in invited_view(VI, replace(invited, invitation=replace(made, revoked_at=now)), now).text
    assert "còn 1/1 lượt" in invitations_view(VI, (invited,)).text
    assert labels(invitations_view(EN, ())) == [["✉️ Invite people"]]
