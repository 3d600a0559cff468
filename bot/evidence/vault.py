"""Payload files: ciphertext on disk under random names. No name, type or person can be read from them.

Publishing follows S35: temporary file in the same directory, fsync, rename, fsync of the directory – and only
then the caller commits its row. Directories are 0700, files 0600.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.evidence.envelope import VaultFull

NAME: Final = re.compile(r"[0-9a-f]{32}")
DRAFT_SUFFIX: Final = ".part"
CHECK_EVERY_BYTES: Final = 4_000_000

Space = Callable[[Path], tuple[int, int]]
"""Total and free bytes of the file system that holds a path."""


def disk_space(path: Path) -> tuple[int, int]:
    """What the file system says now."""
    usage = shutil.disk_usage(path)
    return usage.total, usage.free


class Vault:
    """The directory of sealed payloads. Holds no keys; a copy of it alone is noise."""

    def __init__(self, root: Path, *, free_floor: float = 0.10, space: Space = disk_space) -> None:
        self._root = root
        self._floor = free_floor
        self._space = space
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @classmethod
    def at(cls, url: str, *, free_floor: float = 0.10) -> Vault:
        """The vault a `blobs` setting names. Raises ValueError for anything but a file URL."""
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc:
            raise ValueError("blobs_url must be a file URL")
        return cls(Path(unquote(parts.path)), free_floor=free_floor)

    def begin(self) -> Draft:
        """Start a payload. Raises VaultFull below the free-space floor."""
        self.check_space()
        name = secrets.token_hex(16)
        shard = self._shard(name)
        try:
            if not shard.is_dir():
                shard.mkdir(mode=0o700, exist_ok=True)
                _fsync_directory(self._root)
            return Draft(self, shard / name)
        except OSError as error:
            raise VaultFull from error

    def check_space(self) -> None:
        """Raises VaultFull when less than the floor is free (S38)."""
        total, free = self._space(self._root)
        if free < total * self._floor:
            raise VaultFull

    def read(self, name: str) -> bytes:
        """The payload's ciphertext. Raises FileNotFoundError when it was erased."""
        return self._path(name).read_bytes()

    def remove(self, name: str) -> None:
        """Unlink a payload; one that is gone already is fine."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _fsync_directory(path.parent)

    def older_than(self, before: float) -> list[str]:
        """Payloads last written before this POSIX time, for sweeping those no row names."""
        return [p.name for p in self._root.glob("??/*") if NAME.fullmatch(p.name) and _changed(p) < before]

    def discard_drafts(self, before: float) -> int:
        """Unlink drafts last written before this POSIX time: their process died. Returns how many."""
        old = [path for path in self._root.glob(f"??/*{DRAFT_SUFFIX}") if _changed(path) < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _shard(self, name: str) -> Path:
        return self._root / name[:2]

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("not the name of a payload")
        return self._shard(name) / name


class Draft:
    """A payload being written; it has its final name only after `publish`."""

    def __init__(self, vault: Vault, path: Path) -> None:
        self._vault = vault
        self._path = path
        self._part = path.with_suffix(DRAFT_SUFFIX)
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb", buffering=0)
        self._unchecked = 0

    @property
    def name(self) -> str:
        return self._path.name

    def write(self, data: bytes) -> None:
        """Append ciphertext. Raises VaultFull when the disk is, or the floor is reached."""
        self._unchecked += len(data)
        if self._unchecked > CHECK_EVERY_BYTES:
            self._vault.check_space()
            self._unchecked = 0
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise VaultFull from error

    def publish(self) -> str:
        """Make it durable under its name and return that (S35). Raises VaultFull."""
        try:
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.rename(self._path)
            _fsync_directory(self._path.parent)
        except OSError as error:
            self.discard()
            raise VaultFull from error
        return self.name

    def discard(self) -> None:
        """Remove every trace of it; harmless when already discarded."""
        self._file.close()
        self._part.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _fsync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
