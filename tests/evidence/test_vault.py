"""Ciphertext on disk: durable before it is named, private, nameless."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.evidence import vault as vault_module
from bot.evidence.vault import Vault


def test_s35_blob_is_synced_renamed_and_its_directory_synced(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of the calls, traced while they really happen (R3)."""
    draft = vault.begin()
    draft.write(b"payload")
    calls: list[str] = []
    sync, rename = os.fsync, Path.rename

    def traced_sync(handle: int) -> None:
        calls.append("fsync directory" if stat.S_ISDIR(os.fstat(handle).st_mode) else "fsync file")
        sync(handle)

    def traced_rename(path: Path, target: Path) -> Path:
        calls.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", traced_sync)
    monkeypatch.setattr(Path, "rename", traced_rename)
    name = draft.publish()
    assert calls == ["fsync file", "rename", "fsync directory"]
    assert vault.read(name) == b"payload"


def test_s35_names_are_random_and_files_private(vault: Vault, tmp_path: Path) -> None:
    names = set()
    for _ in range(20):
        draft = vault.begin()
        names.add(draft.publish())
    assert len(names) == 20 and all(vault_module.NAME.fullmatch(name) for name in names)
    for path in (tmp_path / "blobs").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE((tmp_path / "blobs").stat().st_mode) == 0o700


def test_a_draft_has_no_name_until_published(vault: Vault) -> None:
    draft = vault.begin()
    draft.write(b"half")
    assert vault.older_than(float("inf")) == []
    draft.discard()
    draft.discard()
    assert vault.older_than(float("inf")) == []


def test_removing_twice_is_fine_and_strange_names_are_refused(vault: Vault) -> None:
    draft = vault.begin()
    name = draft.publish()
    vault.remove(name)
    vault.remove(name)
    with pytest.raises(FileNotFoundError):
        vault.read(name)
    for strange in ("../../etc/passwd", "", "AB" * 16, f"{name}/x"):
        with pytest.raises(ValueError, match="name"):
            vault.read(strange)


def test_drafts_of_dead_processes_are_swept(vault: Vault) -> None:
    kept = vault.begin()
    assert vault.discard_drafts(0.0) == 0
    assert vault.discard_drafts(float("inf")) == 1
    kept.discard()


def test_only_file_urls_name_a_vault(tmp_path: Path) -> None:
    assert Vault.at((tmp_path / "with space").as_uri()).begin().publish()
    assert (tmp_path / "with space").is_dir()
    with pytest.raises(ValueError, match="file URL"):
        Vault.at("s3://bucket/x")
