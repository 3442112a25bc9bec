"""The people of the trial: in each locality three officers, a head, the standing office, an appraiser, a committee
member, a community team with its group, and someone uninvited who has heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.people import Role
from bot.services.core.desk import Desk
from bot.services.units.bind_team_chat import bind_team_chat
from bot.simulator.telegram.chats.people import Group, Person
from bot.simulator.telegram.chats.state import Chats
from bot.storage.records import people, plans

VHXH = "Phòng Văn hóa - Xã hội"
PVHCC = "Trung tâm Phục vụ hành chính công"


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays what: a name, a role (none: uninvited) and a unit."""

    name: str
    role: Role | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Troupe:
    """The people of one locality, numbered upwards from ``first``, and their team."""

    slug: str
    first: int
    parts: tuple[Part, ...]
    team: str


TROUPES = (
    Troupe(
        "binh-loc",
        1001,
        (
            Part("Nguyễn Thị Lan", Role.OFFICER, VHXH),
            Part("Trần Văn Minh", Role.OFFICER, "Công an phường"),
            Part("Lê Thu Hà", Role.OFFICER, "Văn phòng HĐND - UBND phường"),
            Part("Phạm Quốc Bảo", Role.HEAD, VHXH),
            Part("Võ Thị Mai", Role.OFFICE, "Văn phòng Đảng ủy"),
            Part("Đặng Văn Hùng", Role.APPRAISER, "Tổ Giúp việc Ban Chỉ đạo"),
            Part("Bùi Thanh Trúc", Role.COMMITTEE, "Ban Chỉ đạo 57 phường"),
            Part("Hồ Đức Thắng", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            Part("Ngô Thị Hạnh", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            Part("Đỗ Quang Vinh", None),
        ),
        "Tổ công nghệ số cộng đồng khu phố 1",
    ),
    Troupe(
        "phuoc-binh",
        2001,
        (
            Part("Huỳnh Ngọc Ánh", Role.OFFICER, VHXH),
            Part("Phan Thành Đạt", Role.OFFICER, "Phòng Kinh tế, Hạ tầng và Đô thị"),
            Part("Dương Thị Kim Chi", Role.OFFICER, PVHCC),
            Part("Vũ Minh Khoa", Role.HEAD, "Phòng Kinh tế, Hạ tầng và Đô thị"),
            Part("Trương Mỹ Duyên", Role.OFFICE, VHXH),
            Part("Lý Hoàng Nam", Role.APPRAISER, "UBND phường"),
            Part(
                "Nguyễn Hữu Phước",
                Role.COMMITTEE,
                "Ban Chỉ đạo về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số phường",
            ),
            Part("Lâm Thị Bích Thủy", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            Part("Đoàn Văn Tài", Role.TEAM, "Tổ công nghệ số cộng đồng khu phố 1"),
            Part("Mai Anh Tuấn", None),
        ),
        "Tổ công nghệ số cộng đồng khu phố 1",
    ),
    Troupe(
        "ba-ngoi",
        3001,
        (
            Part("Cao Thị Phượng", Role.OFFICER, VHXH),
            Part("Nguyễn Đình Quý", Role.OFFICER, "Phòng Kinh tế, Hạ tầng và Đô thị"),
            Part("Trịnh Công Danh", Role.OFFICER, "Công an phường"),
            Part("Phạm Văn Toàn", Role.HEAD, VHXH),
            Part("Lê Thị Ngọc Hân", Role.OFFICE, VHXH),
            Part("Đinh Thị Thu Hiền", Role.APPRAISER, "UBND phường"),
            Part("Võ Hoài Nam", Role.COMMITTEE, "Ban Chỉ đạo chuyển đổi số phường Ba Ngòi"),
            Part("Trần Thị Yến", Role.TEAM, "Tổ công nghệ số cộng đồng và Đề án 06"),
            Part("Nguyễn Nhật Trường", Role.TEAM, "Tổ công nghệ số cộng đồng và Đề án 06"),
            Part("Lưu Thị Sen", None),
        ),
        "Tổ công nghệ số cộng đồng và Đề án 06",
    ),
    Troupe(
        "binh-thanh",
        4001,
        (
            Part("Nguyễn Thị Thanh Tâm", Role.OFFICER, VHXH),
            Part("Tạ Minh Đức", Role.OFFICER, "Văn phòng HĐND và UBND xã"),
            Part("Hoàng Văn Lợi", Role.OFFICER, PVHCC),
            Part("Kiều Văn Sơn", Role.HEAD, "Phòng Kinh tế"),
            Part("Đào Thị Quỳnh", Role.OFFICE, VHXH),
            Part("Nguyễn Trọng Nghĩa", Role.APPRAISER, "UBND xã"),
            Part("Phùng Thị Loan", Role.COMMITTEE, "Thường trực Đảng ủy"),
            Part("Vi Văn Chiến", Role.TEAM, "Tổ công nghệ số cộng đồng xóm 1"),
            Part("Lương Thị Hoa", Role.TEAM, "Tổ công nghệ số cộng đồng xóm 1"),
            Part("Hà Đức Anh", None),
        ),
        "Tổ công nghệ số cộng đồng xóm 1",
    ),
    Troupe(
        "dong-phu",
        5001,
        (
            Part("Châu Thị Ngọc Trâm", Role.OFFICER, VHXH),
            Part("Nguyễn Văn Khánh", Role.OFFICER, "Ban Xây dựng Đảng Đảng ủy"),
            Part("Thái Bảo Long", Role.OFFICER, "Trung tâm Dịch vụ tổng hợp"),
            Part("Lê Hồng Quân", Role.HEAD, VHXH),
            Part("Trần Thị Diễm My", Role.OFFICE, VHXH),
            Part("Phạm Thị Tuyết Nhung", Role.APPRAISER, "Tổ Giúp việc Ban Chỉ đạo"),
            Part("Đặng Hữu Trí", Role.COMMITTEE, "Ban Chỉ đạo xã"),
            Part("Điểu Minh", Role.TEAM, "Tổ công nghệ số cộng đồng thôn 1"),
            Part("Nguyễn Thị Út", Role.TEAM, "Tổ công nghệ số cộng đồng thôn 1"),
            Part("Trần Quốc Huy", None),
        ),
        "Tổ công nghệ số cộng đồng thôn 1",
    ),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who can be spoken for in the trial."""

    person: Person
    part: Part

    @property
    def id(self) -> int:
        """The Telegram id."""
        return self.person.id


@dataclass(frozen=True, slots=True)
class Place:
    """A locality of the trial with its people and the group of its team."""

    troupe: Troupe
    actors: tuple[Actor, ...]
    stranger: Actor
    group: Group

    @property
    def slug(self) -> str:
        """The locality's."""
        return self.troupe.slug

    def having(self, role: Role) -> Actor:
        """The first of this role."""
        return next(actor for actor in self.actors if actor.part.role is role)


def stage(chats: Chats) -> list[Place]:
    """The people of every locality at their phones, and the groups of their teams. They are the same each time."""
    return [_place(chats, troupe) for troupe in TROUPES]


def _place(chats: Chats, troupe: Troupe) -> Place:
    everyone = [Actor(Person.named(chats, part.name, troupe.first + n), part) for n, part in enumerate(troupe.parts)]
    actors = tuple(actor for actor in everyone if actor.part.role is not None)
    for actor in actors:
        actor.person.open_chat()
    group = Group(chats, chats.add_group(troupe.team, chat_id=-troupe.first))
    for actor in actors:
        if actor.part.role is Role.TEAM:
            group.chat.members[actor.id] = "member"
    group.chat.members[chats.bot.id] = "member"
    return Place(troupe, actors, everyone[-1], group)


async def join(desk: Desk, place: Place, now: datetime) -> None:
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
