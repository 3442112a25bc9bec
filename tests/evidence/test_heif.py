"""Photos of phones: HEIC with its boxes in any order, and pictures that are turned to be seen upright."""

from __future__ import annotations

import struct
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.evidence.exif import read_exif
from bot.evidence.heif import read_heif
from tests.evidence import made_files as made
from tests.evidence.looking import Look

TAKEN, AT = "2026:06:05 17:00:01", "2026-06-05T17:00:01"


@pytest.mark.asyncio
@pytest.mark.parametrize("maker", ["apple", "samsung"])
async def test_a_photo_of_any_phone_has_its_size_and_time(look: Look, maker: str) -> None:
    found = await look(made.heic(4032, 3024, TAKEN, maker=maker), "20260605_170001.heic", "image/heic")
    assert (found.kind, found.extension, found.width, found.height) == ("photo", "heic", 4032, 3024)
    assert (found.taken_at, found.unreadable) == (AT, False)


@pytest.mark.asyncio
@pytest.mark.parametrize("maker", ["apple", "samsung"])
async def test_a_photo_with_megabytes_before_what_describes_it(look: Look, maker: str) -> None:
    content = made.heic(4032, 3024, TAKEN, maker=maker, between=made.box(b"free", bytes(6 << 20)))
    found = await look(content, "IMG_1.heic")
    assert (found.width, found.height, found.taken_at, found.unreadable) == (4032, 3024, AT, False)


@pytest.mark.parametrize("maker", ["apple", "samsung"])
@pytest.mark.parametrize("version", [0, 1, 2])
@pytest.mark.parametrize("data_head", ["short", "long"])
def test_every_version_of_the_list_of_places_is_read(maker: str, version: int, data_head: str) -> None:
    found = read_heif(made.heic(640, 480, TAKEN, maker=maker, version=version, data_head=data_head))
    assert found is not None and found.exif.taken_at == AT and found.whole


def test_image_data_may_last_to_the_end_of_the_file() -> None:
    found = read_heif(made.heic(640, 480, TAKEN, data_head="rest"))
    assert found is not None and found.exif.taken_at == AT and found.whole


@pytest.mark.parametrize("version", [1, 2])
def test_the_camera_s_block_may_stand_inside_what_describes_the_photo(version: int) -> None:
    found = read_heif(made.heic(640, 480, TAKEN, in_idat=True, version=version))
    assert found is not None and found.exif.taken_at == AT


@pytest.mark.parametrize("leading", [b"\0\0\0\0", b"\0\0\0\6Exif\0\0", b"\0\0\0\0Exif\0\0", b"\0\0\0\x0aprogram 12"])
def test_whatever_stands_before_the_camera_s_block_is_passed_over(leading: bytes) -> None:
    found = read_heif(made.heic(640, 480, TAKEN, leading=leading))
    assert found is not None and found.exif.taken_at == AT


@pytest.mark.parametrize(
    ("turned", "shown"), [(0, (4032, 3024)), (1, (3024, 4032)), (2, (4032, 3024)), (3, (3024, 4032))]
)
def test_a_turned_photo_has_the_size_it_is_seen_with(turned: int, shown: tuple[int, int]) -> None:
    found = read_heif(made.heic(4032, 3024, turned=turned))
    assert found is not None and (found.width, found.height) == shown


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_picture_the_camera_calls_turned_has_the_size_it_is_seen_with(
    look: Look, kind: str, orientation: int
) -> None:
    found = await look(made.picture(kind, (64, 48), orientation=orientation), "a.jpg")
    assert (found.width, found.height) == ((48, 64) if orientation > 4 else (64, 48))


def test_a_photo_without_a_size_of_its_own_has_the_largest_there_is() -> None:
    for wrong in (b"pitm", b"ipma"):
        found = read_heif(made.heic(4032, 3024).replace(wrong, b"free"))
        assert found is not None and (found.width, found.height) == (4032, 3024)


@pytest.mark.asyncio
@pytest.mark.parametrize("part", [0.5, 0.9, 0.99])
async def test_a_photo_cut_off_on_its_way_is_kept_as_unreadable(look: Look, part: float) -> None:
    whole = made.heic(4032, 3024, TAKEN)
    found = await look(whole[: -int(256 * (1 - part)) - 64], "IMG_1.heic")
    assert (found.extension, found.unreadable) == ("heic", True)


@pytest.mark.parametrize("behind", [b"SEFH" + bytes(40) + b"SEFT", b"\xff" * 100, b"mpvd", bytes(3)])
def test_what_a_phone_adds_behind_the_last_box_is_no_damage(behind: bytes) -> None:
    for maker in ("apple", "samsung"):
        found = read_heif(made.heic(4032, 3024, TAKEN, maker=maker) + behind)
        assert found is not None and found.whole and found.exif.taken_at == AT


WICKED = {
    "a box of no length": made.heic(64, 48).replace(b"meta", b"meta", 1)[:24] + b"\0\0\0\1meta" + bytes(8),
    "a length beyond the end": made.box(b"ftyp", b"heic\0\0\0\0") + b"\xff\xff\xff\xffmeta" + bytes(64),
    "a length of 64 bits": made.box(b"ftyp", b"heic\0\0\0\0") + b"\0\0\0\1meta" + b"\xff" * 8 + bytes(64),
    "four billion items": made.heic(64, 48, TAKEN, version=2).replace(b"\x44\x40\0\0\0\4", b"\x44\x40\xff\xff\xff\xff"),
    "four billion names": made.heic(64, 48).replace(b"ipma\0\0\0\0\0\0\0\3", b"ipma\0\0\0\0\xff\xff\xff\xff"),
    "numbers of no size": made.heic(64, 48, version=2).replace(b"\x44\x40\0\0\0\4", b"\0\0\xff\xff\xff\xff"),
    "boxes without end": made.box(b"ftyp", b"heic\0\0\0\0")
    + made.box(b"meta", bytes(4) + made.box(b"free", b"") * 400_000),
    "boxes within boxes": made.box(b"ftyp", b"heic\0\0\0\0")
    + made.box(b"meta", bytes(4) + b"".join(struct.pack(">I4s", 8 * n, b"iprp") for n in range(90_000, 0, -1))),
}


@pytest.mark.parametrize("content", WICKED.values(), ids=WICKED.keys())
def test_no_made_up_file_is_walked_for_long(content: bytes) -> None:
    begun = time.process_time()
    read_heif(content)
    assert time.process_time() - begun < 1


def _changed(content: bytes, places: list[tuple[int, int]], cut: int) -> bytes:
    spoiled = bytearray(content)
    for place, value in places:
        spoiled[place % len(spoiled)] = value
    return bytes(spoiled[: max(1, len(spoiled) - cut)])


MADE: dict[str, Any] = {
    "apple": made.heic(4032, 3024, TAKEN, turned=1),
    "samsung": made.heic(4032, 3024, TAKEN, maker="samsung", version=2),
    "inside": made.heic(64, 48, TAKEN, in_idat=True, data_head="rest"),
}


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(MADE)),
    st.lists(st.tuples(st.integers(0, 2000), st.sampled_from([0, 1, 2, 8, 127, 255])), max_size=12),
    st.integers(0, 400),
)
def test_no_damage_breaks_the_reading_of_a_photo(name: str, places: list[tuple[int, int]], cut: int) -> None:
    found = read_heif(_changed(MADE[name], places, cut))
    assert found is None or (found.width >= 0 and found.height >= 0)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({0x0132: "2026:06:05 17:00:01"}, AT),
        ({0x0132: "2026:06:09 08:00:00", 0x9003: TAKEN}, AT),
        ({0x0132: "2026:06:09 08:00:00", 0x9004: TAKEN}, AT),
        ({0x0132: "2024-04-22T14:38:09"}, None),
        ({}, None),
    ],
)
def test_the_time_of_the_shot_is_told_before_that_of_a_change(written: dict[int, str], shown: str | None) -> None:
    exif = Image.Exif()
    for tag, said in written.items():
        (exif if tag == 0x0132 else exif.get_ifd(0x8769))[tag] = said
    assert read_exif(exif.tobytes().removeprefix(b"Exif\0\0")).taken_at == shown


@settings(max_examples=300)
@given(st.binary(max_size=400))
@example(b"II*\0\x08\0\0\0" + b"\xff" * 40)
@example(b"MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x08")
def test_no_camera_s_block_breaks_its_reading(content: bytes) -> None:
    for order in (b"", b"II*\0", b"MM\0*"):
        found = read_exif(order + content)
        assert found.taken_at is None or len(found.taken_at) == 19


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_whatever_follows_the_head_of_a_photo_is_read_or_refused(content: bytes) -> None:
    read_heif(made.box(b"ftyp", b"heic\0\0\0\0mif1heic") + content)
    read_heif(made.box(b"ftyp", b"heic\0\0\0\0") + made.box(b"meta", bytes(4) + content))
