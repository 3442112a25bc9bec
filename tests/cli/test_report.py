"""`python -m bot report`: the three documents of a period, and what is wrong use of it."""

from __future__ import annotations

import io
import resource
import shutil
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from tests.cli.running import Ended, process, tiendo

YEAR = "2026"


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "data"
    assert tiendo(folder, "seed", "ba-ngoi", "--in-use").code == 0
    return folder


@pytest.fixture
def data_dir(seeded: Path, tmp_path: Path) -> Path:
    """A data folder of one's own with a plan in use."""
    return Path(shutil.copytree(seeded, tmp_path / "data"))


def report(data_dir: Path, out: Path, format: str, *more: str, slug: str = "ba-ngoi", period: str = YEAR) -> Ended:
    return tiendo(data_dir, "report", slug, "--period", period, "--format", format, "--out", str(out), *more)


@pytest.mark.parametrize("format", ["docx", "xlsx", "png"])
def test_each_format_is_written_and_named(data_dir: Path, tmp_path: Path, format: str) -> None:
    out = tmp_path / f"bao-cao.{format}"
    done = report(data_dir, out, format)
    assert (done.code, done.err) == (0, "") and str(out) in done.out
    content = io.BytesIO(out.read_bytes())
    if format == "docx":
        assert "BÁO CÁO" in [paragraph.text for paragraph in Document(content).paragraphs]
    elif format == "xlsx":
        assert load_workbook(content)["Tiến độ"].max_row == 4 + 52
    else:
        assert Image.open(content).width == 1080
    assert sorted(each.name for each in tmp_path.iterdir()) == [out.name, "data"]


WRONG: dict[str, dict[str, str]] = {
    "a locality nobody knows": {"slug": "ha-noi"},
    "no period at all": {"period": "2026-13"},
    "a period in words": {"period": "quý II"},
    "a period before the plan": {"period": "2025-Q4"},
    "a period in the future": {"period": "2099-01"},
    "a format there is none of": {"format": "pdf"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_wrong_use_is_exit_code_2_and_writes_nothing(data_dir: Path, tmp_path: Path, wrong: dict[str, str]) -> None:
    out = tmp_path / "bao-cao.docx"
    done = report(data_dir, out, **{"format": "docx", **wrong})
    assert (done.code, done.out) == (2, "") and len(done.err) > 15 and not out.exists()
    assert "format" in wrong or len(done.err.splitlines()) == 1


def test_an_instant_to_come_and_a_place_that_cannot_be_written_are_wrong_use(data_dir: Path, tmp_path: Path) -> None:
    later = report(data_dir, tmp_path / "x.docx", "docx", "--at", "2099-01-01T08:00:00+07:00")
    for done in (
        later,
        report(data_dir, tmp_path, "docx"),
        report(data_dir, tmp_path / "khong" / "co" / "x.docx", "docx"),
    ):
        assert (done.code, done.out) == (2, "") and len(done.err.splitlines()) == 1


def test_a_disk_that_is_full_is_exit_code_1_and_leaves_the_old_file(data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "bao-cao.docx"
    out.write_bytes(b"old")
    done = process(
        data_dir,
        *("report", "ba-ngoi", "--period", YEAR, "--format", "docx", "--out", str(out)),
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )
    assert (done.code, done.out) == (1, ""), done.err
    assert len(done.err.splitlines()) == 1 and "đầy" in done.err
    assert out.read_bytes() == b"old" and sorted(each.name for each in tmp_path.iterdir()) == [out.name, "data"]
