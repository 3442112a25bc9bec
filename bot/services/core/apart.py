"""Work done by a child process: heavy libraries and files from outside stay out of the bot, and so do its secrets."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_HOME = Path(__file__).resolve().parents[3]


async def done_apart(
    *command: str, given: bytes, seconds: float, environment: Mapping[str, str] | None = None
) -> bytes:
    """What a module of ours wrote to standard output; nothing where it failed or took more than ``seconds``.

    ``command`` is what stands behind ``python -m``. Nothing of the bot's environment is handed down, neither the token
    nor the address of the database, but what ``environment`` names.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-B", "-m", *command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_HOME), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin", **(environment or {})},
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await child.communicate(given)
    except TimeoutError:
        return b""
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await asyncio.shield(child.wait())
    return said if child.returncode == 0 else b""
