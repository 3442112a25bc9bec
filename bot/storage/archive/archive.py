"""The one file of a backup: a tar of tables and evidence, and a manifest that says what must be in it.

Members: tables/<name>.jsonl, files/ab/cd/<sha256>, manifest.json, and manifest.sha256 as the last.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

from bot.domain.errors import BadInput
from bot.storage.records.files import FileStore

_PIECE = 1 << 20
_MANIFEST, _SEAL = "manifest.json", "manifest.sha256"
_TABLE = re.compile(r"tables/([a-z_]{1,60})\.jsonl")
_FILE = re.compile(r"files/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
_LARGEST_MANIFEST = 1 << 28


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """What one member of the archive must be."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the step of the tables, the instant, each member, and evidence that was not there.

    ``program`` is the version that brought the database to that step, where it is known; ``evidence`` is whether
    files were to be in it at all.
    """

    revision: str
    at: str
    members: Mapping[str, ArchiveMember] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    version: int = 1
    program: str | None = None
    evidence: bool = True


def file_member(sha256: str) -> str:
    """The name under which evidence lies in the archive."""
    return f"files/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def write(target: Path, tables: Path, store: FileStore, evidence: Iterable[str], head: Manifest) -> Manifest:
    """Pack the dumped tables of a folder and the evidence of these hashes; ``target`` appears whole or not at all.

    The manifest is ``head`` with what went in; evidence that is gone or damaged is left out and named there.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    # It holds names: nobody else on the machine reads it.
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz" if target.suffix in (".gz", ".tgz") else "w") as tar:
                manifest = _fill(tar, tables, store, evidence, head)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
        _sync_folder(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(tar: tarfile.TarFile, tables: Path, store: FileStore, evidence: Iterable[str], head: Manifest) -> Manifest:
    members: dict[str, ArchiveMember] = {}
    missing: list[str] = []
    for path in sorted(tables.iterdir()):
        members[f"tables/{path.name}"] = _add(tar, f"tables/{path.name}", path)
    for sha256 in evidence:
        path = store.path_of(sha256)
        if path.is_file() and _member_of(path).sha256 == sha256:
            members[file_member(sha256)] = _add(tar, file_member(sha256), path)
        else:
            missing.append(sha256)
    manifest = replace(head, members=members, missing=tuple(missing))
    written = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    _add_bytes(tar, _MANIFEST, written)
    _add_bytes(tar, _SEAL, hashlib.sha256(written).hexdigest().encode())
    return manifest


def _member_of(path: Path) -> ArchiveMember:
    with path.open("rb") as file:
        return ArchiveMember(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _add(tar: tarfile.TarFile, name: str, path: Path) -> ArchiveMember:
    member = _member_of(path)
    info = tarfile.TarInfo(name)
    info.size, info.mode = member.size, 0o600
    with path.open("rb") as file:
        tar.addfile(info, file)
    return member


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:*") as tar:
            yield tar
    except FileNotFoundError as error:
        raise BadInput("backup_not_found") from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, TypeError) as error:
        raise BadInput("backup_damaged") from error


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    # Links, devices and names of our own making alone: so no member reaches outside.
    content = tar.extractfile(info) if info.isreg() else None
    known = info.name in (_MANIFEST, _SEAL) or _TABLE.fullmatch(info.name) or _FILE.fullmatch(info.name)
    if content is None or not known:
        raise BadInput("backup_damaged")
    return content


def verify(source: Path) -> Manifest:
    """The manifest, after every member was found to be what it says.

    Raises BadInput: backup_damaged for anything changed, cut off, missing or added; backup_not_found.
    """
    found: dict[str, ArchiveMember] = {}
    heads: dict[str, bytes] = {}
    with _opened(source) as tar:
        for info in tar:
            content = _content(tar, info)
            if info.name in found or info.name in heads:
                raise BadInput("backup_damaged")
            if info.name in (_MANIFEST, _SEAL):
                heads[info.name] = content.read(_LARGEST_MANIFEST)
            else:
                found[info.name] = _hashed(content)
        manifest = _read_manifest(heads[_MANIFEST], heads[_SEAL])
    if manifest.members != found:
        raise BadInput("backup_damaged")
    return manifest


def _hashed(content: IO[bytes]) -> ArchiveMember:
    digest, size = hashlib.sha256(), 0
    while piece := content.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    return ArchiveMember(digest.hexdigest(), size)


def _read_manifest(written: bytes, seal: bytes) -> Manifest:
    if hashlib.sha256(written).hexdigest().encode() != seal:
        raise BadInput("backup_damaged")
    held = json.loads(written)
    members = {name: ArchiveMember(**member) for name, member in held["members"].items()}
    # The last two are not in those of 0.1.0.
    whence, evidence = held.get("program"), held.get("evidence", True)
    return Manifest(held["revision"], held["at"], members, tuple(held["missing"]), held["version"], whence, evidence)


def extract(source: Path, manifest: Manifest, tables: Path, store: FileStore) -> None:
    """Unpack a verified archive: tables into a folder, evidence into the store.

    Raises BadInput("backup_damaged") where it is no longer the archive that was verified.
    """
    with _opened(source) as tar:
        for info in tar:
            content = _content(tar, info)
            if info.name in (_MANIFEST, _SEAL):
                continue
            table = _TABLE.fullmatch(info.name)
            place = store.temp_path() if table is None else tables / f"{table[1]}.jsonl"
            if _copy(content, place) != manifest.members[info.name]:
                raise BadInput("backup_damaged")
            if table is None:
                store.keep_blocking(place)


def _copy(content: IO[bytes], place: Path) -> ArchiveMember:
    digest, size = hashlib.sha256(), 0
    with place.open("xb") as file:
        while piece := content.read(_PIECE):
            digest.update(piece)
            size += file.write(piece)
    return ArchiveMember(digest.hexdigest(), size)
