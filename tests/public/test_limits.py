from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.public.limits import KEYS_MAX, Bucket, Origins, Seldom

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


def test_s46_a_bucket_refills_evenly() -> None:
    bucket = Bucket(burst=20, per_hour=300)
    assert sum(bucket.take("a", NOW) for _ in range(50)) == 20
    assert sum(bucket.take("a", NOW + timedelta(minutes=1)) for _ in range(50)) == 5
    assert sum(bucket.take("b", NOW) for _ in range(50)) == 20


def test_s46_an_hour_of_flooding_stays_within_burst_and_rate() -> None:
    bucket = Bucket(burst=20, per_hour=300)
    passed = sum(bucket.take("a", NOW + timedelta(seconds=n / 3)) for n in range(3 * 3600))
    assert 319 <= passed <= 320


def test_what_is_given_back_can_be_taken_again_and_no_more() -> None:
    bucket = Bucket(burst=2, per_hour=1)
    bucket.give_back("a")
    assert [bucket.take("a", NOW) for _ in range(3)] == [True, True, False]
    bucket.give_back("a")
    assert [bucket.take("a", NOW) for _ in range(2)] == [True, False]


def test_a_clock_that_jumps_back_gives_nothing_away() -> None:
    bucket = Bucket(burst=1, per_hour=3600)
    assert bucket.take("a", NOW)
    assert not bucket.take("a", NOW - timedelta(hours=1))


def test_s48_memory_of_limits_is_bounded() -> None:
    bucket, seldom = Bucket(burst=1, per_hour=1), Seldom(timedelta(hours=1))
    for n in range(KEYS_MAX + 10):
        bucket.take(str(n), NOW)
        seldom.now(str(n), NOW)
    assert len(bucket._levels) == KEYS_MAX
    assert len(seldom._last) == KEYS_MAX


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "prefix"),
    [
        ([], "198.51.100.7", None, "198.51.100.0/24"),
        ([], "198.51.100.7", "203.0.113.9", "198.51.100.0/24"),
        (["198.51.100.7"], "198.51.100.7", "203.0.113.9", "203.0.113.0/24"),
        (["198.51.100.0/24"], "198.51.100.7", "203.0.113.9, 198.51.100.8", "203.0.113.0/24"),
        (["198.51.100.7"], "198.51.100.7", "192.0.2.1, 203.0.113.9", "203.0.113.0/24"),
        (["198.51.100.7"], "198.51.100.7", "nonsense", "198.51.100.0/24"),
        (["198.51.100.7"], "198.51.100.7", "", "198.51.100.0/24"),
        ([], "2001:db8:1:2ff:3::4", None, "2001:db8:1:200::/56"),
        ([], "::ffff:198.51.100.7", None, "198.51.100.0/24"),
        ([], None, "203.0.113.9", "unknown"),
    ],
)
def test_s46_forwarded_for_counts_only_from_our_proxies(
    trusted: list[str], peer: str | None, forwarded: str | None, prefix: str
) -> None:
    assert Origins(trusted).prefix(peer, forwarded) == prefix


def test_once_in_a_while() -> None:
    seldom = Seldom(timedelta(seconds=30))
    assert seldom.now("a", NOW)
    assert not seldom.now("a", NOW + timedelta(seconds=29))
    assert seldom.now("b", NOW)
    assert seldom.now("a", NOW + timedelta(seconds=30))
