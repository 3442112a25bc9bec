"""The people of the trial: in each locality three officers, a head, the standing office, an appraiser, a committee
member, a community team with its group, and someone uninvited who has heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.people import Role
from bot.services.core.desk import Desk
from bot.services.units.bind_team_chat import bind_team_chat
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from bot.storage.records import people, plans

VHXH = "Phòng Văn hóa - Xã hội"
PVHCC = "Trung tâm Phục vụ hành chính công"


@dataclass(frozen=True, slots=True)
class CastPart:
    """Who plays what: a name, a role (none: uninvited) and a unit."""

    name: str
    role: Role | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Troupe:
    """The people of one locality, numbered upwards from ``first``, and their team."""

    slug: str
    first: int
    parts: tuple[CastPart, ...]
    team: str


TROUPES = (
    Troupe(
        "binh-loc",
        1001,
        (
            CastPart("Nguyễn Thị Lan", Role.OFFICER, VHXH),
            CastPart("Trần Văn Minh", Role.OFFICER, "Công an phường"),
            CastPart("Lê Thu Hà", Role.OFFICER, "Văn phòng HĐND - UBND phường"),
            CastPart("Phạm Quốc Bảo", Role.HEAD, VHXH),
            CastPart("Võ Thị Mai", Role.OFFICE, "Văn phòng Đảng ủy"),
            CastPart("Đặng Văn Hùng", Role.APPRAISER, "Tổ Giúp việc Ban Chỉ đạo"),
            CastPart("Bùi Thanh Trúc", Role.COMMITTEE, "Ban Chỉ đạo 57 phường"),
            CastPart("Hồ Đức Thắng", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            CastPart("Ngô Thị Hạnh", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            CastPart("Đỗ Quang Vinh", None),
        ),
        "Tổ công nghệ số cộng đồng khu phố 1",
    ),
    Troupe(
        "phuoc-binh",
        2001,
        (
            CastPart("Huỳnh Ngọc Ánh", Role.OFFICER, VHXH),
            CastPart("Phan Thành Đạt", Role.OFFICER, "Phòng Kinh tế, Hạ tầng và Đô thị"),
            CastPart("Dương Thị Kim Chi", Role.OFFICER, PVHCC),
            CastPart("Vũ Minh Khoa", Role.HEAD, "Phòng Kinh tế, Hạ tầng và Đô thị"),
            CastPart("Trương Mỹ Duyên", Role.OFFICE, VHXH),
            CastPart("Lý Hoàng Nam", Role.APPRAISER, "UBND phường"),
            CastPart(
                "Nguyễn Hữu Phước",
                Role.COMMITTEE,
                "Ban Chỉ đạo về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số phường",
            ),
            CastPart("Lâm Thị Bích Thủy", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            CastPart("Đoàn Văn Tài", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            CastPart("Mai Anh Tuấn", None),
        ),
        "Tổ công nghệ số cộng đồng khu phố 1",
    ),
    Troupe(
        "ba-ngoi",
        3001,
        (
            CastPart("Cao Thị Phượng", Role.OFFICER, VHXH),
            CastPart("Nguyễn Đình Quý", Role.OFFICER, "Phòng Kinh tế, Hạ tầng và Đô thị"),
            CastPart("Trịnh Công Danh", Role.OFFICER, "Công an phường"),
            CastPart("Phạm Văn Toàn", Role.HEAD, VHXH),
            CastPart("Lê Thị Ngọc Hân", Role.OFFICE, VHXH),
            CastPart("Đinh Thị Thu Hiền", Role.APPRAISER, "UBND phường"),
            CastPart("Võ Hoài Nam", Role.COMMITTEE, "Ban Chỉ đạo chuyển đổi số phường Ba Ngòi"),
            CastPart("Trần Thị Yến", Role.TEAM, "Tổ công nghệ số cộng đồng và Đề án 06"),
            CastPart("Nguyễn Nhật Trường", Role.TEAM, "Tổ công nghệ số cộng đồng và Đề án 06"),
            CastPart("Lưu Thị Sen", None),
        ),
        "Tổ công nghệ số cộng đồng và Đề án 06",
    ),
    Troupe(
        "binh-thanh",
        4001,
        (
            CastPart("Nguyễn Thị Thanh Tâm", Role.OFFICER, VHXH),
            CastPart("Tạ Minh Đức", Role.OFFICER, "Văn phòng HĐND và UBND xã"),
            CastPart("Hoàng Văn Lợi", Role.OFFICER, PVHCC),
            CastPart("Kiều Văn Sơn", Role.HEAD, "Phòng Kinh tế"),
            CastPart("Đào Thị Quỳnh", Role.OFFICE, VHXH),
            CastPart("Nguyễn Trọng Nghĩa", Role.APPRAISER, "UBND xã"),
            CastPart("Phùng Thị Loan", Role.COMMITTEE, "Thường trực Đảng ủy"),
            CastPart("Vi Văn Chiến", Role.TEAM, "Tổ công nghệ số cộng đồng xóm 1"),
            CastPart("Lương Thị Hoa", Role.TEAM, "Tổ công nghệ số cộng đồng xóm 1"),
            CastPart("Hà Đức Anh", None),
        ),
        "Tổ công nghệ số cộng đồng xóm 1",
    ),
    Troupe(
        "dong-phu",
        5001,
        (
            CastPart("Châu Thị Ngọc Trâm", Role.OFFICER, VHXH),
            CastPart("Nguyễn Văn Khánh", Role.OFFICER, "Ban Xây dựng Đảng Đảng ủy"),
            CastPart("Thái Bảo Long", Role.OFFICER, "Trung tâm Dịch vụ tổng hợp"),
            CastPart("Lê Hồng Quân", Role.HEAD, VHXH),
            CastPart("Trần Thị Diễm My", Role.OFFICE, VHXH),
            CastPart("Phạm Thị Tuyết Nhung", Role.APPRAISER, "Tổ Giúp việc Ban Chỉ đạo"),
            CastPart("Đặng Hữu Trí", Role.COMMITTEE, "Ban Chỉ đạo xã"),
            CastPart("Điểu Minh", Role.TEAM, "Tổ công nghệ số cộng đồng thôn 1"),
            CastPart("Nguyễn Thị Út", Role.TEAM, "Tổ công nghệ số cộng đồng thôn 1"),
            CastPart("Trần Quốc Huy", None),
        ),
        "Tổ công nghệ số cộng đồng thôn 1",
    ),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who can be spoken for in the trial."""

    person: SimulatedPerson
    part: CastPart

    @property
    def id(self) -> int:
        """The Telegram id."""
        return self.person.id


@dataclass(frozen=True, slots=True)
class TrialLocality:
    """A locality of the trial with its people and the group of its team."""

    troupe: Troupe
    actors: tuple[Actor, ...]
    stranger: Actor
    group: ChatGroup

    @property
    def slug(self) -> str:
        """The locality's."""
        return self.troupe.slug

    def having(self, role: Role) -> Actor:
        """The first of this role."""
        return next(actor for actor in self.actors if actor.part.role is role)


def stage(chats: Chats) -> list[TrialLocality]:
    """The people of every locality at their phones, and the groups of their teams. They are the same each time."""
    return [_place(chats, troupe) for troupe in TROUPES]


def _place(chats: Chats, troupe: Troupe) -> TrialLocality:
    everyone = [
        Actor(SimulatedPerson.named(chats, part.name, troupe.first + n), part) for n, part in enumerate(troupe.parts)
    ]
    actors = tuple(actor for actor in everyone if actor.part.role is not None)
    for actor in actors:
        actor.person.open_chat()
    group = ChatGroup(chats, chats.add_group(troupe.team, chat_id=-troupe.first))
    for actor in actors:
        if actor.part.role is Role.TEAM:
            group.chat.members[actor.id] = "member"
    group.chat.members[chats.bot.id] = "member"
    return TrialLocality(troupe, actors, everyone[-1], group)


async def join(desk: Desk, place: TrialLocality, now: datetime) -> None:
    """Make the people members of their units, and let the team be told in its group."""
    async with desk.db.write() as conn:
        locality = await plans.locality_by_slug(conn, place.slug)
        assert locality is not None
        units = {unit.name: unit.id for unit in await plans.units(conn, locality.id)}
        for actor in place.actors:
            assert actor.part.role is not None
            joined = await people.add_person(conn, actor.id, actor.part.name, "vi", now)
            unit_id = units[actor.part.unit]
            await people.add_membership(conn, joined.id, locality.id, unit_id, actor.part.role, now)
        await plans.bump_version(conn, locality.id)
    async with desk.db.read() as conn:
        member = place.having(Role.TEAM)
        visitor = await people.visitor(conn, member.id, member.id)
    await bind_team_chat(desk, visitor, unit_id=units[place.troupe.team], chat_id=place.group.id, now=now)
