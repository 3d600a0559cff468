"""How well the understanding does on messages it was not trained on, held to the targets of issue 5.

Any `attack_….yaml` put into the vectors is scored as it is. A set that does not meet a target yet has its level in
`floors.json`: it may only get better, and an entry that is no longer needed has to go. `python -m
tests.understanding.floors` measures anew and writes it; a level that falls is a decision, explained in the change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.understanding import floors, scoring
from tests.understanding.floors import SETS

LANGUAGES = ("de", "nl")
MOST_BEHIND: Final = 0.04
"""No language may be further behind the other than this. Origin: issue 5."""

FLOORS: Final[dict[str, dict[str, float]]] = json.loads(floors.FILE.read_text(encoding="utf-8"))


def held_to(name: str, messages: list[scoring.Message], capsys: pytest.CaptureFixture[str]) -> None:
    found = scoring.figures([(message, scoring.ask(message)) for message in messages])
    level = FLOORS.get(name, {})
    with capsys.disabled():
        print(f"\n{scoring.report(name, found)}")
    for target in scoring.TARGETS:
        share = found[target.figure]
        limit = scoring.Target(target.figure, level.get(target.figure, target.limit), most=target.most)
        assert limit.met(share), f"{target.figure}: {share}"
        assert target.figure not in level or not target.met(share), (
            f"{target.figure}: the target is met, no floor needed"
        )


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_messages_never_trained_on(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held_to(path.stem, scoring.of_blocks(path), capsys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_development_set_keeps_its_level(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Regression: the lists of version 1 were written with these messages in sight."""
    path = floors.LABELLED / f"dev_{language}.jsonl"
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
