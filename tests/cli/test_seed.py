"""`python -m bot seed` of communes that share a name, and of files that come again.

The command line runs inside the test, as `python -m bot` runs it; as processes of their own where two meet or one is
killed.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.cli.running import HOME, PATIENCE, Ended, environment, tiendo
from tests.plans.filled import FACTS, TASKS, fill

AT = "2026-07-01T08:00:00+07:00"
LANGUAGES = ("vi", "en")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped Bình Thành in use."""
    folder = tmp_path_factory.mktemp("seed") / "data"
    assert tiendo(folder, "seed", "binh-thanh", "--in-use").code == 0
    return folder


@pytest.fixture
def data_dir(seeded: Path, tmp_path: Path) -> Path:
    """A data folder of one's own."""
    return Path(shutil.copytree(seeded, tmp_path / "data"))


def here(data_dir: Path, *words: str, language: str = "vi") -> Ended:
    """What the command said in this language, and its exit code."""
    return tiendo(data_dir, *words, TIENDO_LANGUAGE=language)


def shipped(**place: str) -> dict[str, Any]:
    """Bình Thành's file, of another commune where one is named."""
    content: dict[str, Any] = yaml.safe_load((HOME / "seeds" / "binh-thanh.yaml").read_text("utf-8"))
    content["locality"] |= place
    return content


def written(folder: Path, name: str, content: dict[str, Any]) -> str:
    path = folder / name
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    return str(path)


def exported(data_dir: Path, slug: str) -> Any:
    return json.loads(here(data_dir, "export", slug, "--at", AT).out)


def one_line(done: Ended) -> str:
    assert (done.code, len(done.err.splitlines())) == (1, 1), done
    return done.err.strip()


# --- two of one name


def test_phuong_binh_thanh_gets_a_slug_of_its_own_that_is_printed(data_dir: Path, tmp_path: Path) -> None:
    before = exported(data_dir, "binh-thanh")
    place = {"name": "Bình Thạnh", "kind": "phường", "province": "Thành phố Hồ Chí Minh"}
    file = written(tmp_path, "p.yaml", shipped(**place))
    slug = "binh-thanh-thanh-pho-ho-chi-minh"
    for options, language in ((("--preview",), "vi"), ((), "en")):
        done = here(data_dir, "seed", file, *options, language=language)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(slug) and "xã Bình Thành, Thái Nguyên" in done.out.splitlines()[1]
    assert exported(data_dir, "binh-thanh") == before
    assert exported(data_dir, slug)["locality"] | place == exported(data_dir, slug)["locality"]


def test_a_workbook_gets_its_slug_in_the_same_way_and_finds_its_commune_again(data_dir: Path, tmp_path: Path) -> None:
    path = fill(tmp_path / "k.xlsx", FACTS | {"name": "Bình Thạnh", "province": "Gia Lai"})
    assert here(data_dir, "seed", str(path)).out.startswith("binh-thanh-gia-lai (2026): ")
    composed = fill(
        tmp_path / "l.xlsx", FACTS | {"name": unicodedata.normalize("NFD", "BÌNH THẠNH"), "province": "Gia Lai"}
    )
    again = here(data_dir, "seed", str(composed))
    assert again.code == 0 and again.out.startswith("binh-thanh-gia-lai (2026): thêm 0, đổi 0,")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_slug_is_left_both_are_named(data_dir: Path, tmp_path: Path, language: str) -> None:
    names = [("xã", "Bình Thạnh"), ("phường", "Bình Thành"), ("phường", "Bình Thạnh")]
    files = [
        written(tmp_path, f"{n}.yaml", shipped(name=name, kind=kind, province="Thái Nguyên"))
        for n, (kind, name) in enumerate(names)
    ]
    told = here(data_dir, "seed", files[0], files[1])
    assert [line.split()[0] for line in told.out.splitlines() if line.startswith("binh-thanh")] == [
        "binh-thanh-thai-nguyen",
        "binh-thanh-thai-nguyen-2",
    ]
    told_off = one_line(here(data_dir, "seed", files[2], language=language))
    assert "phường Bình Thạnh, Thái Nguyên" in told_off and "phường Bình Thành, Thái Nguyên" in told_off


def test_two_processes_at_once_that_want_one_slug(data_dir: Path, tmp_path: Path) -> None:
    names = ["Bình Thạnh", "Bình Thanh"]
    files = [written(tmp_path, f"{n}.yaml", shipped(name=name, province="Huế")) for n, name in enumerate(names)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bot", "seed", file],
            cwd=tmp_path,
            env=environment(data_dir, {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for file in files
    ]
    ended = [process.communicate(timeout=PATIENCE) for process in running]
    assert [(process.returncode, err) for process, (_, err) in zip(running, ended, strict=True)] == [(0, "")] * 2
    slugs = {out.split()[0] for out, _ in ended}
    assert slugs == {"binh-thanh-hue", "binh-thanh-hue-2"}
    assert {exported(data_dir, slug)["locality"]["name"] for slug in slugs} == set(names)


# --- a file that comes again


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_dropped_from_a_plan_in_use_is_refused_and_the_preview_shows_what_differs(
    data_dir: Path, tmp_path: Path, language: str
) -> None:
    before = exported(data_dir, "binh-thanh")
    content = shipped()
    tasks = [row for row in content["rows"] if row["kind"] == "task"]
    content["rows"].remove(tasks[0])
    for number, row in enumerate(tasks[1:], start=1):
        row["code"] = f"NV{number:02d}"
    file = written(tmp_path, "p.yaml", content)
    done = here(data_dir, "seed", file, language=language)
    assert done.out == ""
    sentence = one_line(done)
    old, new = (next(row["name"] for row in before["rows"] if row["code"] == code) for code in ("NV01", "NV02"))
    assert "NV01" in sentence and old[:60] in sentence and new[:60] in sentence
    shown = here(data_dir, "seed", file, "--preview", language=language)
    assert one_line(shown) == sentence
    lines = [line.strip() for line in shown.out.splitlines()]
    assert {line[:4] for line in lines} == {"NV01", "NV02", "NV03", "NV04", "NV05"}
    assert all(" → " in line for line in lines)
    assert exported(data_dir, "binh-thanh") == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_limit_and_another_document_are_refused_in_one_sentence(
    data_dir: Path, tmp_path: Path, language: str
) -> None:
    content = shipped()
    row = next(row for row in content["rows"] if row["code"] == "NV02")
    printed, row["deadline"] = row["deadline"], "30/11/2026"
    sentence = one_line(here(data_dir, "seed", written(tmp_path, "p.yaml", content), language=language))
    assert "NV02" in sentence and "30/11/2026" in sentence and str(printed) in sentence
    content = shipped()
    content["plan"] |= {"number": "7/KH-UBND", "issued_on_as_printed": "ngày 01 tháng 3 năm 2026"}
    assert here(data_dir, "seed", written(tmp_path, "q.yaml", content)).code == 0
    content["plan"]["number"] = "8/KH-UBND"
    sentence = one_line(here(data_dir, "seed", written(tmp_path, "r.yaml", content), language=language))
    assert all(words in sentence for words in ("7/KH-UBND", "8/KH-UBND", "xã Bình Thành", "2026"))


def test_before_use_the_preview_shows_old_and_new_and_loading_takes_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    path = fill(tmp_path / "k.xlsx")
    assert here(data_dir, "seed", str(path)).code == 0
    rows = [list(row) for row in TASKS]
    rows[1][2], rows[2][7] = "Ban hành nghị quyết", "Quý III/2026"
    other = fill(tmp_path / "l.xlsx", tasks=rows)
    shown = here(data_dir, "seed", str(other), "--preview").out
    assert "NV01, nội dung: “Ban hành kế hoạch” → “Ban hành nghị quyết”" in shown
    assert "NV02, thời hạn: “Quý II/2026 (01/04/2026–30/06/2026)” → “Quý III/2026 (01/07/2026–30/09/2026)”" in shown
    loaded = here(data_dir, "seed", str(other)).out
    assert loaded.startswith("hoa-binh (2026): thêm 0, đổi 2,") and "NV01, NV02" in loaded


# --- killed


def test_kill_9_in_the_middle_of_loading_leaves_whole_plans_or_none(tmp_path: Path) -> None:
    data_dir, chance = tmp_path / "data", Random(57)
    assert tiendo(data_dir, "seed", "binh-thanh").code == 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "seed"],
            cwd=tmp_path,
            env=environment(data_dir, {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.3, 1.5))
        process.kill()
        process.wait()
        assert set(_whole(data_dir).values()) <= {True}
    assert tiendo(data_dir, "seed").code == 0
    assert _whole(data_dir) == dict.fromkeys(("ba-ngoi", "binh-loc", "binh-thanh", "dong-phu", "phuoc-binh"), True)
    again = tiendo(data_dir, "seed")
    heads = [line for line in again.out.splitlines() if not line.startswith(" ")]
    assert len(heads) == 5 and all("thêm 0, đổi 0," in line for line in heads)


def _whole(data_dir: Path) -> dict[str, bool]:
    """Which plans there are, and whether each has its rows, every row a lead, and its link in the chain."""
    with sqlite3.connect(data_dir / "tiendo.db") as conn:
        found = conn.execute(
            "SELECT l.slug, (SELECT count(*) FROM rows r WHERE r.locality_id = l.id),"
            " (SELECT count(DISTINCT a.row_id) FROM assignments a WHERE a.locality_id = l.id AND a.role = 'lead'"
            " AND a.colour IS NOT NULL),"
            " (SELECT count(*) FROM audit u WHERE u.locality_id = l.id) FROM localities l"
        ).fetchall()
    many = {"ba-ngoi": 52, "binh-loc": 64, "binh-thanh": 16, "dong-phu": 53, "phuoc-binh": 56}
    return {slug: rows == led == many[slug] and links > 0 for slug, rows, led, links in found}
