"""S29: while the index key rotates, people, deliveries and codes from before are found, and new ones are too."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.db.store import Transaction
from bot.db.tables import addresses, conversations, inbox
from tests.turns.conftest import House, Person, conversation_of

Houses = Callable[..., House]
"""Takes kids in the order of the key file; "old" is the key the first house had. The house has started with it."""


@pytest.fixture
def started_with(house: House, make_house: Callable[..., House], tmp_path: Path) -> Houses:
    values = {"old": house.keys.index.writing}

    def start(*kids: str) -> House:
        lines = []
        for kid in kids:
            value = values.setdefault(kid, secrets.token_bytes(32))
            lines.append(f"{house.keys.lookup_kid if kid == 'old' else kid} {base64.b64encode(value).decode()}\n")
        (tmp_path / "secrets" / "public" / "index.key").write_text("".join(lines))
        return make_house()

    return start


def read(house: House, query: Any) -> list[Any]:
    def rows(tx: Transaction) -> list[Any]:
        return list(tx.execute(query).scalars())

    return asyncio.run(house.stores.main.read(rows))


def count(house: House, table: Any) -> int:
    return int(read(house, select(func.count()).select_from(table))[0])


def test_s29_somebody_known_stays_known(house: House, started_with: Houses, mila: Person) -> None:
    """After a rotation of the index key everybody was a stranger with an empty conversation."""
    house.run(house.talk(mila.starts()))
    before = house.run(conversation_of(house, mila))
    later = started_with("fresh", "old")
    assert later.keys.lookup_kid == "fresh" != house.keys.lookup_kid
    assert later.run(later.chats.find(mila.address)) == before.ref
    assert later.run(later.talk(mila.says("bin wieder da")))
    assert later.run(later.chats.fresh_code(mila.address))
    assert count(later, conversations) == count(later, addresses) == 1


def test_s29_a_delivery_from_before_the_rotation_is_not_taken_twice(
    house: House, started_with: Houses, mila: Person
) -> None:
    letter = mila.says("hallo", "m1")
    house.run(house.send(letter))
    later = started_with("fresh", "old")
    later.run(later.send(letter, letter))
    assert count(later, inbox) == 1
    later.run(later.send(mila.says("noch etwas", "m2"), mila.says("noch etwas", "m2")))
    assert count(later, inbox) == 2


def test_s29_who_comes_during_the_rotation_stays_when_the_old_key_is_dropped(
    started_with: Houses, mila: Person
) -> None:
    during = started_with("fresh", "old")
    letter = mila.starts()
    during.run(during.talk(letter))
    code = during.run(during.chats.fresh_code(mila.address))
    assert read(during, select(addresses.c.lookup_kid)) == ["fresh"]
    last = started_with("fresh")
    assert last.run(last.chats.find(mila.address))
    last.run(last.send(letter))
    assert count(last, inbox) == 0
    assert last.run(last.chats.resume(code, "new-page"))
    assert count(last, conversations) == 1


def test_s29_processes_that_write_under_different_keys_agree(started_with: Houses, mila: Person) -> None:
    """Between the restarts of a rotation all know both keys, and some write under the old, some under the new."""
    slower, quicker = started_with("old", "fresh"), started_with("fresh", "old")
    first, second = mila.says("hallo", "m1"), mila.says("und", "m2")
    quicker.run(quicker.send(first))
    slower.run(slower.send(first, second))
    quicker.run(quicker.send(second))
    assert count(slower, inbox) == 2
    assert count(slower, conversations) == 1


def test_s29_resume_codes_and_pages_from_before_keep_their_meaning(
    house: House, started_with: Houses, mila: Person
) -> None:
    other = Person(house.clock)
    house.run(house.talk(mila.starts()))
    house.run(house.talk(other.starts()))
    before = house.run(conversation_of(house, mila))
    code = house.run(house.chats.fresh_code(mila.address))
    later = started_with("fresh", "old")
    assert not later.run(later.chats.resume(code, other.address)), "that page has a conversation of its own"
    assert later.run(later.chats.resume(code, "new-page"))
    assert later.run(later.chats.find("new-page")) == before.ref
    assert later.run(later.chats.find(mila.address)) is None
    assert not later.run(later.chats.resume("not a code", "third-page"))
