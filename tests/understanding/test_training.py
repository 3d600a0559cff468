"""The corpus, the training and the weights: strict reading, the same bytes twice, weights that belong to the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.understanding import weights
from bot.understanding.features import GROUPS, of_text
from bot.understanding.training.corpus import CorpusWrong, Labelled, digest, read_corpus, read_file
from bot.understanding.training.fit import METRICS, MODELS, train
from bot.understanding.training.near import near_duplicates
from bot.understanding.weights import Weights, WeightsUnreadable

VECTORS = Path(__file__).parent.parent / "vectors" / "understanding"
GOOD = """
- scenario: one-thing
  crisis: none
  intent: no
  lines: |
    nein danke
    lieber nicht
"""


def block(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "de" / "one.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_stay_text(tmp_path: Path) -> None:
    assert [row.intent for row in read_file(block(tmp_path, GOOD), "de")] == ["no", "no"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("intent: no", "intent: nope"),
        ("intent: no", "intent: emergency"),
        ("crisis: none", "crisis: sadness"),
        ("crisis: none\n", ""),
        ("crisis: none", "crisis: none\n  must: false"),
        ("crisis: none", "crisis: none\n  mood: bad"),
        ("crisis: none", "crisis: none\n  also: [nothing]"),
        ("- scenario", "scenario"),
        ("- scenario", "- {"),
    ],
)
def test_a_mistake_in_the_corpus_stops_the_reading(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(CorpusWrong):
        read_file(block(tmp_path, GOOD.replace(old, new, 1)), "de")


@pytest.mark.parametrize(
    "second",
    [
        GOOD,
        GOOD.replace("one-thing", "another-thing"),
        GOOD.replace("nein danke", "ach nein").replace("lieber", "eher"),
    ],
    ids=["all", "messages", "scenario"],
)
def test_nothing_stands_in_the_corpus_twice(tmp_path: Path, second: str) -> None:
    block(tmp_path, GOOD)
    (tmp_path / "de" / "two.yaml").write_text(second, encoding="utf-8")
    with pytest.raises(CorpusWrong):
        read_corpus(tmp_path)


def test_the_unseen_part_is_not_in_the_corpus() -> None:
    """Neither a scenario nor a message nor one that is nearly the same."""
    corpus = read_corpus()
    unseen = [row for language in ("de", "nl") for row in read_file(VECTORS / f"unseen_{language}.yaml", language)]
    assert {(row.language, row.scenario) for row in corpus}.isdisjoint((r.language, r.scenario) for r in unseen)
    assert len(unseen) > 1000
    assert near_duplicates([*corpus, *unseen]) == []


def test_near_duplicates_are_found() -> None:
    def said(text: str, language: str = "de") -> Labelled:
        return Labelled(text, language, "s", "none", "no")  # type: ignore[arg-type]

    alike = [said("das ist mir jetzt wirklich zu viel"), said("das ist mir jetz wirklich zu viel")]
    assert len(near_duplicates(alike)) == 1
    assert near_duplicates([said("das ist mir zu viel"), said("lass mich in ruhe damit")]) == []
    assert near_duplicates([said("hallo"), said("hallo", "nl")]) == []


def test_the_same_corpus_gives_the_same_bytes() -> None:
    corpus = read_corpus()
    some = [row for row in corpus if int(digest([row])[:4], 16) % 40 == 0]
    first, second = train(some), train(some)
    assert first == second
    read = Weights(first.weights)
    assert read.models == MODELS
    right = sum((read.scores(of_text(row.text))["danger"] > 0) == (row.crisis != "none") for row in some)
    assert right / len(some) > 0.9


def test_the_weights_were_trained_on_this_corpus() -> None:
    """Whoever changes a message trains: wegweiser understand train."""
    metrics = json.loads(weights.FILE.with_name(METRICS).read_text(encoding="utf-8"))
    assert metrics["corpus"]["digest"] == digest(read_corpus())
    assert weights.load().head["takeover"] == metrics["takeover"]
    assert weights.FILE.stat().st_size <= 5_000_000


def test_evidence_adds_up_to_the_score() -> None:
    read, found = weights.load(), of_text("ich will nicht mehr leben")
    score = read.scores(found)["danger"]
    bias = read.scores(tuple(set() for _ in GROUPS))["danger"]
    assert sum(one.adds for one in read.evidence(found, "danger")) + bias == pytest.approx(score)


@pytest.mark.parametrize("raw", [b"", b"something else", weights.FILE.read_bytes()[:-1]], ids=["empty", "other", "cut"])
def test_broken_weights_are_refused(raw: bytes) -> None:
    with pytest.raises(WeightsUnreadable):
        Weights(raw)


def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FILE", tmp_path / "weights.bin")
    weights.load.cache_clear()
    try:
        with pytest.raises(WeightsUnreadable):
            weights.load()
    finally:
        weights.load.cache_clear()
