"""Signatures in PDFs, and the child process that opens them."""

from __future__ import annotations

import asyncio
import contextlib
import io
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from bot.evidence.findings import Findings
from bot.evidence.inspect import Bounds, inspect
from tests.evidence import made_files as made
from tests.evidence.looking import MAX, Look, refusal

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def leader() -> made.Signer:
    return made.Signer("Nguyễn Văn A")


@pytest.fixture(scope="module")
def office() -> made.Signer:
    return made.Signer("UBND xã Bình Lộc")


@pytest.fixture(scope="module")
def signed(leader: made.Signer, office: made.Signer) -> bytes:
    return office.sign(leader.sign(made.pdf("Kế hoạch"), "S1"), "S2")


async def test_both_signers_of_a_paper_are_named_and_the_second_does_not_break_the_first(
    look: Look, signed: bytes
) -> None:
    found = await look(signed, "a.pdf")
    assert [(each.signer, each.intact, each.trusted) for each in found.signatures] == [
        ("Nguyễn Văn A", True, None),
        ("UBND xã Bình Lộc", True, None),
    ]
    assert all(each.signed_at and each.signed_at.endswith("+00:00") for each in found.signatures)
    assert Findings.from_json(found.to_json()) == found


async def test_only_a_signer_under_a_root_the_office_supplies_is_trusted(
    look: Look, signed: bytes, leader: made.Signer, tmp_path: Path
) -> None:
    roots = tmp_path / "roots"
    roots.mkdir()
    (roots / "root.pem").write_bytes(leader.certificate)
    (roots / "broken.crt").write_bytes(b"none")
    (roots / "readme.txt").write_text("x")
    found = await look(signed, "a.pdf", trust_roots=roots)
    assert [each.trusted for each in found.signatures] == [True, False]


async def test_bytes_altered_after_signing_are_seen(look: Look, signed: bytes) -> None:
    found = await look(signed.replace(b"/MediaBox [0 0 595", b"/MediaBox [0 0 594", 1), "a.pdf")
    assert [each.intact for each in found.signatures] == [False, False]


async def test_a_page_changed_by_a_later_revision_is_seen(look: Look, signed: bytes) -> None:
    writer = PdfWriter(io.BytesIO(signed), incremental=True)
    writer.pages[0].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    found = await look(out.getvalue(), "a.pdf")
    assert found.signatures
    assert not any(each.intact for each in found.signatures)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.99])
async def test_a_signed_paper_cut_off_on_its_way_is_kept_as_unreadable(look: Look, signed: bytes, part: float) -> None:
    found = await look(signed[: int(len(signed) * part)], "a.pdf")
    assert found.kind == "pdf"
    assert found.unreadable or not any(each.intact for each in found.signatures[1:])


async def test_a_pdf_behind_a_password_is_kept_as_unreadable(look: Look) -> None:
    found = await look(made.locked_pdf("mở ra"), "a.pdf")
    assert (found.kind, found.unreadable) == ("pdf", True)


async def test_a_pdf_that_opens_without_a_password_is_searched(look: Look) -> None:
    assert (await refusal(look(made.locked_pdf(""), "a.pdf")))[0] == "marked_secret"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n" + bytes(5000), b"%PDF-1.4\ntrailer <</Root 1 0 R>>"])
async def test_a_pdf_damaged_beyond_reading_is_kept_as_unreadable(look: Look, content: bytes) -> None:
    found = await look(content, "a.pdf")
    assert (found.extension, found.pages, found.unreadable) == ("pdf", None, True)


async def test_a_pdf_that_would_act_on_opening_is_kept_and_not_obeyed(look: Look) -> None:
    action = b"/OpenAction << /S /Launch /F (calc.exe) >> /AA << /WC << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    acting = made.pdf("Kế hoạch").replace(b"/Type /Catalog", b"/Type /Catalog " + action)
    assert (await look(acting, "a.pdf")).pages == 1


def _slow_pdf() -> bytes:
    """A page whose drawing is sixty megabytes of words in a file of some hundred kilobytes."""
    drawn = zlib.compress(b"BT /F 9 Tf " + b"(a) Tj " * 9_000_000 + b"ET")
    font = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    return made.assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources " + font + b" /Contents 4 0 R >>",
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream",
        ]
    )


async def test_a_pdf_that_never_comes_to_an_end_is_given_up_and_its_process_with_it(look: Look) -> None:
    found = await look(_slow_pdf(), "a.pdf", bounds=Bounds(seconds=2))
    assert (found.kind, found.unreadable) == ("pdf", True)
    assert not _probes()


async def test_a_look_that_is_called_off_leaves_no_process_behind(look: Look) -> None:
    looking = asyncio.ensure_future(look(_slow_pdf(), "a.pdf"))
    while not _probes():  # the process tells nobody that it has begun
        await asyncio.sleep(0.01)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert not _probes()


def _probes() -> list[int]:
    """The child processes that are at work for us now."""
    ours = []
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            with contextlib.suppress(OSError):
                if b"bot.evidence.probe" in Path(f"/proc/{child}/cmdline").read_bytes():
                    ours.append(int(child))
    return ours


async def test_a_pdf_that_wants_more_memory_than_allowed_is_kept_as_unreadable(look: Look) -> None:
    found = await look(made.pdf("x"), "a.pdf", bounds=Bounds(memory_bytes=40 << 20))
    assert (found.kind, found.unreadable) == ("pdf", True)


async def test_the_child_sees_nothing_of_our_settings(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    start = asyncio.create_subprocess_exec

    async def listening(*command: str, **options: Any) -> asyncio.subprocess.Process:
        seen.update(options["env"])
        return await start(*command, **options)

    monkeypatch.setenv("TIENDO_TOKEN", "123:abc")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", listening)
    await look(made.pdf("x"), "a.pdf")
    assert set(seen) == {"PYTHONPATH", "PYTHONUTF8", "PATH"}


async def test_no_more_children_run_at_once_than_there_are_slots(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(made.pdf("x"))
    slots, most = asyncio.Semaphore(1), 0

    async def counted() -> None:
        nonlocal most
        await inspect(path, name="", declared_mime=None, caption=None, max_bytes=MAX, slots=slots)

    looks = [asyncio.ensure_future(counted()) for _ in range(3)]
    while not all(each.done() for each in looks):
        most = max(most, len(_probes()))
        await asyncio.sleep(0.01)
    await asyncio.gather(*looks)
    assert most == 1


async def test_the_bot_itself_never_loads_the_heavy_libraries() -> None:
    code = "import sys, bot.evidence.inspect; print({'pypdf', 'pyhanko', 'PIL', 'cryptography'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: ASYNC221
    assert said.stdout.strip() == "set()"


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"X" * 1000])
@pytest.mark.parametrize("behind", [b"", b"\r\n-- \r\nUBND\r\n" * 500])
async def test_bytes_around_a_signed_paper_do_not_break_its_signatures(
    look: Look, signed: bytes, before: bytes, behind: bytes
) -> None:
    found = await look(before + signed + behind, "a.pdf")
    assert [each.intact for each in found.signatures] == [True, True]
    assert not found.unreadable


async def test_a_revision_without_an_end_behind_a_signed_paper_is_no_footer(look: Look, signed: bytes) -> None:
    writer = PdfWriter(io.BytesIO(signed), incremental=True)
    writer.pages[0].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    hidden = out.getvalue().rstrip().removesuffix(b"%%EOF")
    found = await look(hidden, "a.pdf")
    assert found.unreadable
    assert not any(each.intact for each in found.signatures)


async def test_objects_before_a_signed_paper_are_no_stray_bytes(look: Look, signed: bytes) -> None:
    found = await look(b"3 0 obj\n<< /Type /Page /Contents 9 0 R >>\nendobj\n" + signed, "a.pdf")
    assert found.unreadable or not any(each.intact for each in found.signatures)
