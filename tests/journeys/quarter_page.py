"""docs/a-quarter.md: `python -m tests.journeys.quarter_page > docs/a-quarter.md` lives the quarter and writes it down.

With `--pictures docs/pictures` the documents are drawn anew as well, by LibreOffice and pdftoppm.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from bot.domain.work.lifecycle import DEFAULT_ZONE
from tests.journeys.quarter import Quarter, Turn, ba_ngoi, the_quarter
from tests.journeys.quarter_figures import CLASSES, Documents, Figures, the_documents

HEAD = """\
# A quarter in Ba Ngòi

The second quarter of 2026 as people of phường Ba Ngòi live it in the chat, from an invitation to the report that the
office signs: `tests/journeys/test_a_quarter.py` lives it in every test run, by the real bot, and holds this page
against it. What is below is what the bot has sent; not all steps are shown. `[…]` is a button, 📎 a file.

```
python -m tests.journeys.quarter_page > docs/a-quarter.md
python -m tests.journeys.quarter_page --pictures docs/pictures > docs/a-quarter.md
```
"""
FILES = """\
## The documents

`/tongquan`, its buttons and the command line make the same three:

```
python -m bot report ba-ngoi --period 2026-Q2 --format docx --out bao-cao.docx --at 2026-06-24T10:00:00+07:00
python -m bot report ba-ngoi --period 2026-Q2 --format xlsx --out bao-cao.xlsx --at 2026-06-24T10:00:00+07:00
python -m bot report ba-ngoi --period 2026-Q2 --format png --out tong-quan.png --at 2026-06-24T10:00:00+07:00
```

| The report (.docx) | The workbook (.xlsx) | The overview (.png) |
|---|---|---|
| ![Page 1](pictures/quarter-docx.png) | ![Sheet](pictures/quarter-xlsx.png) | ![Picture](pictures/quarter-png.png) |
"""
WIDTHS = {"docx": 800, "xlsx": 1100, "png": 720}
PAGES = {"docx": 1, "xlsx": 2}
SHADES = 128
SECONDS = 180
PHOTO = re.compile(r"photo_\d+\.jpg")


def page(q: Quarter, made: Documents) -> str:
    """The whole page."""
    told = [HEAD]
    for number, scene in enumerate((scene for scene in q.scenes if scene.turns), 1):
        told += [f"## {number}. {scene.head}", "", *(_turn(q, turn) for turn in scene.turns)]
    return "\n".join([*told, FILES, _agreement(made)])


def _turn(q: Quarter, turn: Turn) -> str:
    at = turn.at.astimezone(DEFAULT_ZONE)
    head = f"**{q.named[turn.who]}**, {at:%H:%M %d/%m/%Y}" + (f": {turn.did}" if turn.did else " receives")
    keys = ["".join(f"[{label}] " for label in row).rstrip() for row in turn.keys]
    return "\n".join(
        [head, "", "```text", PHOTO.sub("photo.jpg", turn.text), *(["", *keys] if keys else []), "```", ""]
    )


def _agreement(made: Documents) -> str:
    """The figures of every source beside each other, read back from each."""
    sources = list(made.figures.values())
    lines = ["| Read back from | `/do`, `/tongquan`, `/xephang` | .xlsx | .docx |", "|---|---|---|---|"]
    lines.append(_line("Việc đỏ", [str(each.red) for each in sources]))
    lines += [_line(name, [str(each.classes[name]) for each in sources]) for name in CLASSES]
    lines += [_line(unit, [_placed(each, unit) for each in sources]) for unit in sources[0].ranking]
    return "\n".join([*lines, ""])


def _line(name: str, cells: list[str]) -> str:
    return f"| {' | '.join([name, *cells])} |"


def _placed(figures: Figures, unit: str) -> str:
    place, score = figures.ranking[unit]
    return f"{place}. {score}"


def draw(files: dict[str, bytes], folder: Path) -> None:
    """The first page of the report, the sheet of rows of the workbook and the overview, small enough for a page."""
    with tempfile.TemporaryDirectory() as room:
        for kind, content in files.items():
            path = Path(room) / f"quarter-{kind}.{kind}"
            path.write_bytes(content)
            drawn = path if kind == "png" else _drawn(path, PAGES[kind])
            with Image.open(drawn) as image:
                small = image.convert("RGB").resize((WIDTHS[kind], round(image.height * WIDTHS[kind] / image.width)))
                small.quantize(SHADES).save(folder / f"quarter-{kind}.png", optimize=True)


def _drawn(path: Path, number: int) -> Path:
    """The picture of a page of a document."""
    home, made = f"-env:UserInstallation={path.parent.as_uri()}/office", path.with_suffix(".pdf")
    turned = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(path)]
    drawn = ["pdftoppm", "-png", "-r", "150", "-f", str(number), "-l", str(number), "-singlefile"]
    for command in (turned, [*drawn, str(made), str(path.with_suffix(""))]):
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return path.with_suffix(".png")


async def lived(folder: Path) -> tuple[str, Documents]:
    """The page and the documents of a quarter lived on a database of its own."""
    async with ba_ngoi(folder) as q:
        await the_quarter(q)
        made = await the_documents(q)
        return page(q, made), made


def main() -> None:
    """Write the page to standard output."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw the documents into this folder")
    pictures = asked.parse_args().pictures
    with tempfile.TemporaryDirectory() as folder:
        text, made = asyncio.run(lived(Path(folder)))
    if pictures is not None:
        draw(made.files, pictures)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
