"""One file per failure, naming the failure expected; old versions stay forever."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from bot.evidence import envelope
from bot.evidence.unseal import open_text
from tests.evidence.make_vectors import FOLDER, IDENTITIES, PLACE, cases

VECTORS = sorted(path for path in FOLDER.glob("v*.json"))
OWN, OTHER = (json.loads(IDENTITIES.read_text())[name] for name in ("own", "other"))


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_vector(file: Path) -> None:
    vector = json.loads(file.read_text())
    sealed = base64.b64decode(vector["sealed"])
    if vector["expect"] == "ok":
        assert open_text(OWN, sealed, PLACE).body.startswith(b"Testtext") or file.stem.endswith("empty")
        with pytest.raises(envelope.WrongIdentity):
            open_text(OTHER, sealed, PLACE)
        return
    with pytest.raises(getattr(envelope, vector["expect"])) as failure:
        open_text(OWN, sealed, PLACE)
    assert type(failure.value).__name__ == vector["expect"]
    assert "Testtext" not in str(failure.value)


def test_every_case_has_its_file() -> None:
    assert {file.stem for file in VECTORS} >= {name for name, _, _ in cases()}
