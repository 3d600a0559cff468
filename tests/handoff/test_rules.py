"""The pure rules: order, position, notices, who may act."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.facts import Case, CaseRef
from bot.handoff.rules import Notice, Waiting, due_notice, holds, may_claim, order, position, why

NOW = datetime(2026, 11, 25, 19, 10, tzinfo=UTC)
PLAIN = Case(
    id=1, ref=CaseRef("a" * 32), conversation_id=1, conversation="c" * 32, state="open", holder="waiting", fence=0,
    counsellor_id=None, counsellor=None, language="de", channel="web", urgent=False, waiting_since=NOW,
    message_waiting=False, unread=False, silent=False, opened_at=NOW, last_contact_at=NOW,
)  # fmt: skip


def case(number: int, **facts: object) -> Case:
    return replace(PLAIN, id=number, ref=CaseRef(f"{number:032x}"), **facts)  # type: ignore[arg-type]  # any field


def test_crisis_comes_first_then_who_waits_longest_then_the_rest() -> None:
    early = case(1, waiting_since=NOW - timedelta(minutes=30))
    late = case(2, waiting_since=NOW - timedelta(minutes=3))
    crisis = case(3, waiting_since=NOW, urgent=True)
    left_word = case(4, holder="bot", message_waiting=True, waiting_since=NOW - timedelta(hours=9))
    with_bot = case(5, holder="bot", waiting_since=None, opened_at=NOW - timedelta(days=2))
    assert [each.id for each in order([with_bot, late, left_word, crisis, early])] == [3, 4, 1, 2, 5]


def test_the_reason_of_a_place_is_told() -> None:
    assert why(case(1)) == "waiting"
    assert why(case(1, urgent=True)) == "crisis"
    assert why(case(1, urgent=True, holder="bot")) == "alert"
    assert why(case(1, message_waiting=True, holder="bot")) == "message"
    assert why(case(1, holder="bot")) == "new"


def test_position_counts_ones_own_language_only() -> None:
    queue = [case(1), case(2, language="nl"), case(3), case(4, holder="bot")]
    assert position(queue, CaseRef(f"{3:032x}")) == 2
    assert position(queue, CaseRef(f"{2:032x}")) == 1
    assert position(queue, CaseRef(f"{4:032x}")) is None


@pytest.mark.parametrize(
    ("waited", "told", "open_now", "staffed", "expected"),
    [
        (1, (), True, True, None),
        (5, (), True, True, "nobody_free_5"),
        (6, ("nobody_free_5",), True, True, None),
        (10, ("nobody_free_5",), True, True, "nobody_free_10"),
        (11, (), True, True, "nobody_free_10"),
        (12, ("nobody_free_10",), True, True, None),
        (1, (), False, True, "hours_over"),
        (9, ("hours_over",), False, False, None),
        (2, (), True, False, "team_left"),
        (2, ("team_left",), True, False, None),
    ],
)
def test_each_honest_word_is_given_once(
    waited: int, told: tuple[Notice, ...], open_now: bool, staffed: bool, expected: Notice | None
) -> None:
    waiting = Waiting(NOW - timedelta(minutes=waited), silent=False, told=frozenset(told))
    assert due_notice(waiting, open_now=open_now, staffed=staffed, now=NOW) == expected


def test_nothing_is_said_after_a_quick_exit() -> None:
    waiting = Waiting(NOW - timedelta(hours=2), silent=True)
    assert due_notice(waiting, open_now=False, staffed=False, now=NOW) is None


def test_nobody_left_when_nobody_was_there() -> None:
    waiting = Waiting(NOW - timedelta(minutes=1), silent=False, was_staffed=False)
    assert due_notice(waiting, open_now=True, staffed=False, now=NOW) is None


def test_only_who_holds_it_on_the_present_fence_may_act() -> None:
    mine = case(1, holder="counsellor", counsellor_id=7, fence=3)
    assert holds(mine, 7, 3)
    assert not holds(mine, 7, 2) and not holds(mine, 8, 3)
    assert not holds(replace(mine, holder="waiting"), 7, 3)
    assert [may_claim(holder) for holder in ("bot", "waiting", "counsellor", "closed")] == [True, True, False, False]
