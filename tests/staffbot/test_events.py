"""What is worth a notice, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.facts import CaseRef, StaffRef
from bot.db.bell import Linked, OpenCase, Standing
from bot.staffbot.events import Changes, Situation, decide
from bot.staffbot.pace import Pace

NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
CASE = OpenCase(7, CaseRef("c" * 32), "waiting", "de", urgent=False, waiting_since=NOW)
QUIET = Situation(NOW, [], 0, ("de", "nl"), ("de", "nl"), ("de", "nl"))
JANA = Linked(1, StaffRef("j"), "jana", ("de", "nl"), "de", b"")
FLEUR = Linked(2, StaffRef("f"), "fleur", ("nl",), "nl", b"")


def told(changes: Changes) -> list[Standing]:
    return [
        Standing(number, new.kind, new.conversation_id, new.team, new.open_as)
        for number, new in enumerate(changes.begin)
    ]


def look(situation: Situation, standing: list[Standing] | None = None, *, to_group: bool = False) -> Changes:
    return decide(situation, standing or [], [JANA, FLEUR], to_group=to_group)


def kinds(changes: Changes) -> list[tuple[str, int | None]]:
    return [(new.kind, new.staff_id) for new in changes.begin]


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (QUIET, []),
        (replace(QUIET, cases=[CASE]), [("waits", 1)]),
        (replace(QUIET, cases=[replace(CASE, language="nl")]), [("waits", 1), ("waits", 2)]),
        (replace(QUIET, cases=[replace(CASE, language="en", urgent=True)]), [("urgent", 1), ("urgent", 2)]),
        (replace(QUIET, cases=[replace(CASE, urgent=True)]), [("urgent", 1)]),
        (replace(QUIET, cases=[replace(CASE, urgent=True, holder="bot")]), [("urgent", 1)]),
        (replace(QUIET, cases=[replace(CASE, urgent=True)], open_teams=()), [("urgent", 1)]),
        (replace(QUIET, cases=[CASE], open_teams=()), []),
        (replace(QUIET, cases=[CASE], open_teams=(), staffed=()), []),
        (replace(QUIET, cases=[CASE], staffed=("nl",)), [("waits", 1), ("nobody", 1)]),
        (replace(QUIET, staffed=()), []),
        (replace(QUIET, dead=2), [("dead", 1), ("dead", 2)]),
        (replace(QUIET, now=NOW + timedelta(minutes=10), cases=[CASE]), [("unclaimed", 1)]),
        (replace(QUIET, now=NOW + timedelta(minutes=10), cases=[CASE], open_teams=()), []),
        (
            replace(QUIET, now=NOW + timedelta(minutes=10), cases=[replace(CASE, urgent=True)], open_teams=()),
            [("urgent", 1), ("unclaimed", 1)],
        ),
    ],
)  # fmt: skip
def test_who_is_told_what(situation: Situation, expected: list[tuple[str, int | None]]) -> None:
    assert kinds(look(situation)) == expected


def test_a_group_is_told_once_for_all() -> None:
    assert kinds(look(replace(QUIET, cases=[CASE], dead=1), to_group=True)) == [("waits", None), ("dead", None)]


def test_what_lasts_is_told_once_and_what_is_gone_is_over() -> None:
    waiting = replace(QUIET, cases=[CASE], staffed=(), dead=1)
    standing = told(look(waiting))
    assert look(waiting, standing) == Changes((), ())
    assert look(replace(waiting, dead=5, open_teams=("de",)), standing) == Changes((), ())
    ended = look(QUIET, standing)
    assert ended.begin == () and len(ended.over) == len(standing) == 4


def test_closing_time_ends_no_notice_about_somebody_who_still_waits() -> None:
    standing = told(look(replace(QUIET, cases=[CASE])))
    assert look(replace(QUIET, cases=[CASE], open_teams=()), standing) == Changes((), ())


def test_a_reader_who_joins_is_told_what_lasts() -> None:
    waiting = replace(QUIET, cases=[replace(CASE, language="nl")])
    standing = told(decide(waiting, [], [JANA], to_group=False))
    assert kinds(look(waiting, standing)) == [("waits", 2)]


def test_ten_minutes_to_the_second() -> None:
    almost = replace(QUIET, now=NOW + timedelta(minutes=9, seconds=59), cases=[CASE])
    standing = told(look(almost))
    assert [each.kind for each in standing] == ["waits"] and look(almost, standing).begin == ()
    later = look(replace(almost, now=NOW + timedelta(minutes=10)), standing)
    assert kinds(later) == [("unclaimed", 1)] and later.over == ()


# --- pace -----------------------------------------------------------------------------------------------------------


def test_a_group_hears_twenty_times_a_minute_at_most() -> None:
    pace = Pace()
    for _ in range(20):
        assert pace.may(-1, NOW)
        pace.took(-1, NOW)
    assert not pace.may(-1, NOW + timedelta(seconds=59)) and pace.may(-2, NOW) and pace.may(5, NOW)
    assert pace.may(-1, NOW + timedelta(seconds=60))


def test_a_chat_that_telegram_wants_left_alone_is_and_only_that() -> None:
    pace = Pace()
    pace.hold(5, NOW + timedelta(seconds=30))
    assert not pace.may(5, NOW + timedelta(seconds=29)) and pace.may(6, NOW)
    assert pace.may(5, NOW + timedelta(seconds=30))


def test_while_telegram_is_away_nobody_is_called_and_each_pause_is_longer() -> None:
    pace, now, pauses = Pace(), NOW, []
    for _ in range(8):
        pace.away(now)
        start = now
        while not pace.may(5, now):
            now += timedelta(seconds=1)
        pauses.append((now - start).total_seconds())
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    pace.back()
    pace.away(now)
    assert pace.may(5, now + timedelta(seconds=2))
