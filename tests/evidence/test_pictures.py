"""Headers of pictures that were made wrong: read in a moment or not at all, whatever the libraries make of them."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evidence.exif import read_exif
from bot.evidence.pictures import PictureHeader, read_picture
from tests.evidence import made_files as made


def block(*entries: tuple[int, int, int, int]) -> bytes:
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + packed + bytes(4)


WICKED_BLOCKS = {
    "texts as long as the block": block(*((0x1000 + n, 2, 60_000, 8) for n in range(5_000))),
    "lists of 999 numbers": block(*((0x1000 + n, 3, 999, 8) for n in range(5_000))),
    "directories within each entry": block(*((0x8825, 4, 1, 8) for _ in range(5_000))),
    "directories in a row": b"II*\0\x08\0\0\0" + b"".join(struct.pack("<HI", 0, 14 + 6 * n) for n in range(40_000)),
}


@pytest.mark.parametrize("content", WICKED_BLOCKS.values(), ids=WICKED_BLOCKS.keys())
def test_no_made_up_block_of_a_camera_is_walked_for_long(content: bytes) -> None:
    begun = time.process_time()
    read_exif(content)
    assert time.process_time() - begun < 2


WICKED_PICTURES = {
    "jpg of empty segments": (b"\xff\xd8" + b"\xff\xe5\0\2" * 4_000_000, "jpg"),
    "jpg of nothing": (b"\xff\xd8\xff\xe0\0\2" + bytes(16_000_000), "jpg"),
    "png of empty chunks": (made.png_header(9, 9)[:33] + (bytes(4) + b"tEXt" + bytes(4)) * 1_000_000, "png"),
}


@pytest.mark.parametrize(("content", "kind"), WICKED_PICTURES.values(), ids=WICKED_PICTURES.keys())
def test_no_made_up_picture_is_walked_for_long(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    begun = time.process_time()
    read_picture(path, kind)
    assert time.process_time() - begun < 2


SCALED = b"VP8 " + struct.pack("<I", 22) + bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 64 | 1 << 14, 48 | 2 << 14)


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (b"GIF89a" + struct.pack("<HH", 40_000, 10) + b"\0\0\0;", "gif", (40_000, 10)),
        (b"RIFF" + struct.pack("<I", 34) + b"WEBP" + SCALED + bytes(12), "webp", (64, 48)),
    ],
)
def test_sizes_that_the_library_reads_wrong_are_right(
    tmp_path: Path, content: bytes, kind: str, size: tuple[int, int]
) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert read_picture(path, kind) == PictureHeader(*size, None, whole=True)


TAKEN = "2026:06:05 17:00:01"
MADE = {
    "jpg": made.picture("JPEG", (64, 48), TAKEN, 6),
    "png": made.picture("PNG", (64, 48), TAKEN, 6),
    "webp": made.picture("WEBP", (64, 48), TAKEN, 6),
    "gif": made.picture("GIF"),
}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(MADE)),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from([0, 1, 2, 8, 127, 255])), max_size=12),
    st.integers(0, 400),
)
def test_no_damage_breaks_the_reading_of_a_picture(
    tmp_path: Path, kind: str, places: list[tuple[int, int]], cut: int
) -> None:
    spoiled = bytearray(MADE[kind])
    for place, value in places:
        spoiled[place % len(spoiled)] = value
    content = bytes(spoiled[: len(spoiled) - cut]) or b"x"
    path = tmp_path / "a"
    path.write_bytes(content)
    found = read_picture(path, kind)
    assert found is None or (found.width > 0 and found.height > 0)
    assert found is None or found.taken_at is None or len(found.taken_at) == 19
