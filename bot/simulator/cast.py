"""The people of the trial: in each locality three officers, a head, the standing office, an appraiser, a committee
member, a community team with its group, and someone uninvited who has heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Role
from bot.plans.schema import PlanFile
from bot.services.assign_teams import add_teams, set_work
from bot.services.bind_team_chat import bind_team_chat
from bot.services.book import Book
from bot.services.desk import Desk
from bot.simulator.people import Group, Person
from bot.simulator.state import Chats
from bot.storage import people, plans
from bot.storage.people import Visitor

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
    """The people of one locality, numbered upwards from ``first``. A team the plan does not know is added to it."""

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
            Part("Hoàng Văn Lợi", Role.OFFICER, "Phòng Kinh tế"),
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

    slug: str
    locality_id: int
    name: str
    actors: tuple[Actor, ...]
    stranger: Actor
    group: Group

    def having(self, role: Role, unit: str | None = None) -> Actor:
        """The first of this role, of this unit where one is named."""
        return next(a for a in self.actors if a.part.role is role and unit in (None, a.part.unit))


async def seat(desk: Desk, troupe: Troupe, locality_id: int, file: PlanFile, chats: Chats, now: datetime) -> Place:
    """The people of a locality: members, each with an open chat, and the team's group bound to its team."""
    actors = tuple(_at_the_phone(chats, troupe.first + n, part) for n, part in enumerate(troupe.parts) if part.role)
    stranger = Actor(Person.named(chats, troupe.parts[-1].name, troupe.first + len(actors)), troupe.parts[-1])
    await _join(desk, locality_id, [actor for actor in actors if actor.part.role is not Role.TEAM], now)
    office = await _visitor(desk, next(a for a in actors if a.part.role is Role.OFFICE))
    await add_teams(desk, office, names=[troupe.team], now=now)
    await _join(desk, locality_id, [actor for actor in actors if actor.part.role is Role.TEAM], now)
    book = await _book(desk, locality_id)
    team = next(unit for unit in book.units.values() if unit.name == troupe.team)
    if not any(team.id in teams for teams in book.teams.values()):
        for row in file.rows:
            if row.teams is not None:
                row_id = book.by_code[row.code].id
                await set_work(desk, office, row_id=row_id, team_id=team.id, coordinates=True, now=now)
    members = [actor for actor in actors if actor.part.role is Role.TEAM]
    group = Group.created(chats, troupe.team, *(actor.person for actor in members))
    group.chat.members[chats.bot.id] = "member"
    await bind_team_chat(desk, await _visitor(desk, members[0]), unit_id=team.id, chat_id=group.id, now=now)
    place = book.locality
    return Place(troupe.slug, locality_id, f"{place.kind} {place.name}", actors, stranger, group)


def _at_the_phone(chats: Chats, user_id: int, part: Part) -> Actor:
    person = Person.named(chats, part.name, user_id)
    person.open_chat()
    return Actor(person, part)


async def _join(desk: Desk, locality_id: int, actors: list[Actor], now: datetime) -> None:
    units = {unit.name: unit for unit in (await _book(desk, locality_id)).units.values()}
    async with desk.db.write() as conn:
        for actor in actors:
            assert actor.part.role is not None
            joined = await people.add_person(conn, actor.id, actor.part.name, "vi", now)
            unit_id = units[actor.part.unit].id
            await people.add_membership(conn, joined.id, locality_id, unit_id, actor.part.role, now)
        await plans.bump_version(conn, locality_id)


async def _book(desk: Desk, locality_id: int) -> Book:
    async with desk.db.read() as conn:
        return await desk.books.of(conn, locality_id)


async def _visitor(desk: Desk, actor: Actor) -> Visitor:
    async with desk.db.read() as conn:
        return await people.visitor(conn, actor.id, actor.id)
