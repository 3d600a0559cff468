"""How well the understanding does on messages it was not trained on, held to the targets of issue 5.

Any `attack_….yaml` put into the vectors is scored as it is. A set that does not meet a target yet has its level in
`floors.json`: it may only get better, and an entry that is no longer needed has to go.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.understanding import scoring

VECTORS = Path(__file__).parent.parent / "vectors" / "understanding"
LABELLED = Path(__file__).parents[3] / "shared" / "utterances"
LANGUAGES = ("de", "nl")
SETS = sorted((*VECTORS.glob("unseen_*.yaml"), *VECTORS.glob("attack_*.yaml")))
MOST_BEHIND: Final = 0.04
"""No language may be further behind the other than this. Origin: issue 5."""

# What each set reaches where it misses the target, rounded towards easier. Measured November 2026.
FLOORS: Final[dict[str, dict[str, float]]] = {
    "attack_de": {
        "must: takeover": 0.71,
        "suicide and danger: noticed": 0.86,
        "suicide and danger, direct: noticed": 0.89,
        "suicide and danger, indirect: noticed": 0.81,
        "self_harm: noticed": 0.9,
        "hard: takeover": 0.19,
        "hard: check-in": 0.27,
        "ordinary: interrupted": 0.06,
        "crisis type: right": 0.83,
        "other language: noticed": 0.83,
    },
    "attack_nl": {
        "must: takeover": 0.75,
        "suicide and danger: noticed": 0.87,
        "suicide and danger, direct: noticed": 0.9,
        "suicide and danger, indirect: noticed": 0.82,
        "self_harm: noticed": 0.85,
        "hard: takeover": 0.22,
        "ordinary: interrupted": 0.06,
        "other language: noticed": 0.83,
    },
    "unseen_de": {
        "must: takeover": 0.62,
        "suicide and danger: noticed": 0.9,
        "suicide and danger, direct: noticed": 0.92,
        "suicide and danger, indirect: noticed": 0.8,
        "assault: noticed": 0.86,
        "hard: check-in": 0.26,
        "ordinary: interrupted": 0.2,
        "intent: first": 0.63,
        "intent: among three": 0.85,
        "intent: macro-F1": 0.67,
        "other language: noticed": 0.87,
    },
    "unseen_nl": {
        "must: takeover": 0.7,
        "suicide and danger: noticed": 0.84,
        "suicide and danger, direct: noticed": 0.91,
        "suicide and danger, indirect: noticed": 0.72,
        "self_harm: noticed": 0.86,
        "assault: noticed": 0.9,
        "takeover: right": 0.79,
        "ordinary: interrupted": 0.17,
        "crisis type: right": 0.74,
        "intent: first": 0.68,
        "intent: among three": 0.85,
        "intent: macro-F1": 0.67,
        "other language: noticed": 0.78,
    },
    "dev_de": {
        "ordinary: interrupted": 0.08,
        "intent: among three": 0.92,
    },
    "dev_nl": {
        "ordinary: interrupted": 0.1,
        "intent: first": 0.77,
        "intent: among three": 0.91,
    },
}


def held_to(name: str, messages: list[scoring.Message], capsys: pytest.CaptureFixture[str]) -> None:
    found = scoring.figures([(message, scoring.ask(message)) for message in messages])
    floors = FLOORS.get(name, {})
    with capsys.disabled():
        print(f"\n{scoring.report(name, found)}")
    for target in scoring.TARGETS:
        share = found[target.figure]
        limit = scoring.Target(target.figure, floors.get(target.figure, target.limit), most=target.most)
        assert limit.met(share), f"{target.figure}: {share}"
        assert target.figure not in floors or not target.met(share), (
            f"{target.figure}: the target is met, no floor needed"
        )


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_messages_never_trained_on(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held_to(path.stem, scoring.of_blocks(path), capsys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_development_set_keeps_its_level(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Regression: the lists of version 1 were written with these messages in sight."""
    path = LABELLED / f"dev_{language}.jsonl"
    if not path.exists():
        pytest.skip("the labelled messages (../shared/utterances) are not on this machine")
    held_to(path.stem, scoring.of_lines(path), capsys)


def test_no_language_is_far_behind() -> None:
    """Over all messages of danger that were never trained on: in one set alone, chance is larger than this."""
    shares = {}
    for language in LANGUAGES:
        messages = [one for path in SETS if path.stem.endswith(language) for one in scoring.of_blocks(path)]
        danger = [one for one in messages if one.crisis != "none"]
        shares[language] = sum(scoring.ask(one).action != "none" for one in danger) / len(danger)
    assert abs(shares["de"] - shares["nl"]) <= MOST_BEHIND, shares


def test_an_interval_holds_its_share() -> None:
    share = scoring.Share(9, 10)
    low, high = share.interval
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
    assert scoring.Share(0, 0).interval == (0.0, 1.0)


def test_a_target_is_missed_from_both_sides() -> None:
    assert not scoring.Target("x", 0.9).met(scoring.Share(8, 10))
    assert not scoring.Target("x", 0.1, most=True).met(scoring.Share(2, 10))
    assert scoring.Target("x", 0.9).met(scoring.Share(0, 0))
