"""Evidence for the made-up past: photographs as a phone takes them, and a signed page as an office scans it.

Nothing in them can be read but the time, which a phone's camera prints; no real person or paper is shown.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw, ImageFont

from bot.domain.work.lifecycle import DEFAULT_ZONE

WIDE, HIGH = 960, 720
EXIF_BLOCK, TAKEN, CHANGED = 0x8769, 0x9003, 0x0132
Colour = tuple[int, int, int]
Brush = ImageDraw.ImageDraw


def photo(scene: str, at: datetime, seed: int) -> bytes:
    """A JPEG of a scene ("meeting", "outdoors", "paper", "screen") taken then; another seed, another picture."""
    chance = Random(seed)  # noqa: S311 - a picture, not a secret
    picture = Image.new("RGB", (WIDE, HIGH), _shade(chance, (196, 190, 178)))
    brush = ImageDraw.Draw(picture)
    SCENES[scene](brush, chance)
    local = at.astimezone(DEFAULT_ZONE)
    ImageDraw.Draw(picture).text(
        (WIDE - 230, HIGH - 44), f"{local:%d/%m/%Y %H:%M}", fill=(255, 196, 60), font=ImageFont.load_default(26)
    )
    exif = Image.Exif()
    exif[CHANGED] = f"{local:%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(EXIF_BLOCK)[TAKEN] = f"{local:%Y:%m:%d %H:%M:%S}"
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=72, exif=exif)
    return target.getvalue()


def page(at: datetime, seed: int) -> bytes:
    """A PDF of one scanned page with a stamp."""
    chance = Random(seed)  # noqa: S311 - a picture, not a secret
    sheet = Image.new("RGB", (620, 877), (250, 249, 246))
    _letter(ImageDraw.Draw(sheet), chance, (0, 0, 620, 877))
    target = io.BytesIO()
    made = at.astimezone(DEFAULT_ZONE).timetuple()
    sheet.save(target, "PDF", resolution=75, quality=70, creationDate=made, modDate=made)
    return target.getvalue()


def _meeting(brush: Brush, chance: Random) -> None:
    brush.rectangle((0, 0, WIDE, 430), fill=_shade(chance, (222, 214, 196)))
    brush.rectangle((0, 430, WIDE, HIGH), fill=_shade(chance, (128, 98, 70)))
    left = chance.randint(240, 360)
    brush.rectangle((left, 60, left + 380, 280), fill=(238, 242, 250), outline=(60, 60, 60), width=5)
    brush.rectangle((left + 24, 84, left + 356, 124), fill=_shade(chance, (40, 82, 150)))
    for line in range(4):
        y = 150 + 28 * line
        brush.rectangle((left + 24, y, left + 24 + chance.randint(180, 320), y + 10), fill=(120, 128, 140))
    brush.rectangle((40, 90, 130, 150), fill=(200, 32, 38))
    tips = [(85 + r * sin(pi * n / 5), 120 - r * cos(pi * n / 5)) for n in range(10) for r in ((20, 8)[n % 2],)]
    brush.polygon(tips, fill=(252, 212, 40))
    for row in range(4):
        y = 360 + 90 * row
        for seat in range(9):
            x = 20 + 108 * seat + chance.randint(-16, 16) + 40 * (row % 2)
            size = 26 + 7 * row
            brush.ellipse((x, y, x + size, y + size), fill=_shade(chance, (44, 36, 32)))
            shirt = _shade(chance, chance.choice([(230, 232, 236), (90, 124, 178), (170, 188, 150)]))
            brush.rounded_rectangle((x - 14, y + size - 4, x + size + 14, y + size + 60), 16, fill=shirt)


def _outdoors(brush: Brush, chance: Random) -> None:
    for y in range(0, 380, 4):
        brush.rectangle((0, y, WIDE, y + 4), fill=(120 + y // 4, 170 + y // 6, 226))
    brush.rectangle((0, 470, WIDE, HIGH), fill=_shade(chance, (150, 146, 136)))
    left = chance.randint(120, 220)
    brush.rectangle((left, 190, left + 560, 480), fill=_shade(chance, (236, 214, 150)))
    brush.polygon([(left - 30, 190), (left + 590, 190), (left + 520, 120), (left + 40, 120)], fill=(150, 66, 48))
    for window in range(4):
        x = left + 40 + 130 * window
        brush.rectangle((x, 240, x + 80, 340), fill=(92, 130, 150), outline=(250, 250, 250), width=5)
    brush.rectangle((left + 90, 140, left + 470, 184), fill=(200, 30, 36))
    for person in range(chance.randint(5, 8)):
        x = 80 + 110 * person + chance.randint(-20, 20)
        y = chance.randint(430, 500)
        brush.ellipse((x, y, x + 38, y + 42), fill=_shade(chance, (206, 164, 132)))
        shirt = _shade(chance, chance.choice([(40, 110, 190), (236, 236, 236), (66, 130, 84)]))
        brush.rounded_rectangle((x - 18, y + 40, x + 56, y + 150), 18, fill=shirt)
        brush.rectangle((x - 8, y + 146, x + 46, y + 236), fill=(48, 52, 66))


def _paper(brush: Brush, chance: Random) -> None:
    brush.rectangle((0, 0, WIDE, HIGH), fill=_shade(chance, (112, 82, 58)))
    for grain in range(0, HIGH, 9):
        brush.line((0, grain, WIDE, grain + chance.randint(-3, 3)), fill=_shade(chance, (102, 74, 52)), width=2)
    brush.rectangle((230, 30, 738, 712), fill=(246, 245, 240))
    _letter(brush, chance, (230, 30, 738, 712))


def _screen(brush: Brush, chance: Random) -> None:
    brush.rectangle((0, 520, WIDE, HIGH), fill=_shade(chance, (150, 120, 92)))
    brush.rounded_rectangle((120, 70, 850, 520), 14, fill=(28, 28, 30))
    brush.rectangle((140, 90, 830, 490), fill=(250, 251, 252))
    brush.rectangle((140, 90, 830, 138), fill=_shade(chance, (164, 24, 30)))
    for row in range(9):
        y = 160 + 34 * row
        for left, most in ((160, 60), (250, 300), (600, 120), (740, 70)):
            grey = 150 + 20 * (row % 3)
            brush.rectangle((left, y, left + chance.randint(most // 2, most), y + 14), fill=(grey, grey, grey))
    brush.rectangle((420, 520, 560, 570), fill=(40, 40, 42))


SCENES: dict[str, Callable[[Brush, Random], None]] = {
    "meeting": _meeting,
    "outdoors": _outdoors,
    "paper": _paper,
    "screen": _screen,
}


def _letter(brush: Brush, chance: Random, box: tuple[int, int, int, int]) -> None:
    """The head, the lines, the stamp and the signature of an official letter, as bars."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top

    def bar(x: float, y: float, length: float, *, thick: int = 5) -> None:
        at = (left + x * wide, top + y * high)
        brush.rectangle((*at, at[0] + length * wide, at[1] + thick), fill=(58, 58, 62))

    for x, y, length in ((0.1, 0.06, 0.28), (0.13, 0.09, 0.22), (0.5, 0.06, 0.42), (0.58, 0.09, 0.26)):
        bar(x, y, length, thick=6)
    bar(0.3, 0.18, 0.4, thick=9)
    bar(0.22, 0.22, 0.56)
    for line in range(17):
        end_of_paragraph = line % 5 == 4
        bar(0.1, 0.28 + 0.028 * line, chance.uniform(0.25, 0.6) if end_of_paragraph else 0.8)
    x, y, size = left + 0.6 * wide, top + 0.8 * high, 0.16 * wide
    brush.ellipse((x, y, x + size, y + size), outline=(206, 40, 44), width=5)
    brush.ellipse((x + 0.2 * size, y + 0.2 * size, x + 0.8 * size, y + 0.8 * size), outline=(206, 40, 44), width=3)
    stroke = [(x + size * (0.5 + 0.16 * n), y + size * chance.uniform(0.2, 0.8)) for n in range(8)]
    brush.line(stroke, fill=(34, 60, 140), width=3)
    bar(0.62, 0.95, 0.24)


def _shade(chance: Random, colour: Colour) -> Colour:
    shift = chance.randint(-14, 14)
    return tuple(max(0, min(255, part + shift)) for part in colour)  # type: ignore[return-value]
