"""The commands for work on the understanding."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app
from bot.understanding.weights import Weights

LINES = {
    "none": ["wie sichere ich den chat als beweis", "wann habt ihr offen", "danke euch", "kann das gelöscht werden"],
    "suicide": [
        "ich will nicht mehr leben",
        "heute abend mach ich schluss mit allem",
        "ohne mich wärs besser",
        "bin so müde vom leben",
    ],
    "self_harm": [
        "hab mich wieder geritzt",
        "die klinge liegt neben mir",
        "mein arm blutet",
        "ich verletze mich abends",
    ],
    "danger_now": [
        "er steht vor meiner tür",
        "ich treffe den erpresser gleich",
        "papa schlägt mich",
        "ich werde verfolgt",
    ],
    "assault": [
        "er hat mich angefasst",
        "ich wollte das nicht im bett",
        "er zwingt mich vor die kamera",
        "missbraucht worden",
    ],
}


def run(*arguments: str, given: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["understand", *arguments], input=given)
    return done.exit_code, done.output


def test_lines_in_lines_out() -> None:
    code, out = run(given='{"id": "a", "text": "ik wil dood"}\n\n{"id": "b", "text": "hallo"}\n')
    assert code == 0
    assert [json.loads(line)["action"] for line in out.splitlines()] == ["takeover", "none"]


def test_a_broken_line_is_named() -> None:
    assert run(given='{"id": 1, "text": "x"}\n') == (1, 'line 1 is not {"id": "…", "text": "…"}\n')


def test_explain_names_the_evidence() -> None:
    code, out = run("--explain", "ich will nicht mehr leben")
    assert code == 0
    assert "crisis: Crisis(kind='suicide'" in out
    evidence = out.split("for danger: ")[1].splitlines()[0]
    assert "mehr" in evidence
    assert "' +0." in evidence
    assert run("--explain", "...")[1].startswith("language: None")


def test_training_writes_weights_that_can_be_read(tmp_path: Path) -> None:
    blocks = [
        f"- scenario: all-of-{crisis}-{number}\n  crisis: {crisis}\n  intent: feeling_bad\n  lines: |\n    {line}\n"
        for crisis, lines in LINES.items()
        for number, line in enumerate(lines)
    ]
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "small.yaml").write_text("\n".join(blocks), encoding="utf-8")
    code, out = run("train", "--corpus", str(tmp_path), "--out", str(tmp_path))
    assert code == 0, out
    assert Weights((tmp_path / "weights.bin").read_bytes()).models
    assert json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))["corpus"]["messages"] == 20
    (tmp_path / "de" / "small.yaml").write_text("- scenario: x", encoding="utf-8")
    assert run("train", "--corpus", str(tmp_path), "--out", str(tmp_path))[0] == 1


def test_the_corpus_passes_its_check() -> None:
    code, out = run("corpus")
    assert (code, out.splitlines()[-1]) == (0, "near-duplicates: 0")
