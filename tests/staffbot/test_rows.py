"""What is written about notices and links, on both databases."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from bot.cases.facts import StaffRef
from bot.db import bell, cases, conversations, staff
from bot.db.bell import NewNotice
from bot.db.store import Stores, Transaction
from tests.conftest import StandingClock

pytestmark = pytest.mark.anyio


async def member(stores: Stores, clock: StandingClock, handle: str, role: str = "counsellor") -> int:
    ref = StaffRef(secrets.token_hex(16))
    return await stores.main.write(
        lambda tx: staff.add(tx, ref=ref, handle=handle, role=role, languages=("de",), now=clock())  # type: ignore[arg-type]  # tests name any role
    )


async def waiting(stores: Stores, clock: StandingClock) -> tuple[int, str]:
    def job(tx: Transaction) -> tuple[int, str]:
        address = conversations.NewAddress("web", secrets.token_bytes(32), "k", b"sealed")
        made = conversations.create(tx, ref=secrets.token_hex(16), language="de", address=address, now=clock())
        found = made.conversation.id
        ref = secrets.token_hex(16)
        cases.open_case(tx, found, ref=ref, language="de", channel="web", now=clock())
        cases.request_human(tx, found, clock())
        return found, ref

    return await stores.main.write(job)


async def test_r16_two_processes_that_see_the_same_tell_it_once(stores: Stores, clock: StandingClock) -> None:
    jana = await member(stores, clock, "jana")
    conversation, ref = await waiting(stores, clock)
    new = NewNotice("waits", conversation, "de", jana, "waits 1 1")
    for _ in range(2):
        await stores.main.write(lambda tx: bell.begin(tx, [new, NewNotice("dead", None, "", None, "dead group")]))
    [notice] = [each for each in await stores.main.read(bell.to_send) if each.kind == "waits"]
    assert (notice.case, notice.taken_by, notice.account) == (ref, None, None)
    taken = [await stores.main.write(lambda tx: bell.take(tx, notice.id)) for _ in range(2)]
    assert taken == [True, False]
    await stores.main.write(lambda tx: bell.sent(tx, notice.id, b"sealed"))
    await stores.main.write(lambda tx: cases.claim(tx, cases.CaseRef(ref), jana, clock()))
    found = await stores.main.read(bell.standing)
    await stores.main.write(lambda tx: bell.end(tx, [each.id for each in found], clock()))
    [over] = await stores.main.read(bell.to_edit)
    assert (over.id, over.taken_by, over.message) == (notice.id, "jana", b"sealed")
    await stores.main.write(lambda tx: bell.edited(tx, notice.id))
    assert await stores.main.read(lambda tx: (bell.to_edit(tx), bell.standing(tx), bell.to_send(tx))) == ([], [], [])
    await stores.main.write(lambda tx: bell.begin(tx, [new]))
    assert len(await stores.main.read(bell.standing)) == 1, "it can begin again"


async def test_the_heaviest_go_first(stores: Stores, clock: StandingClock) -> None:
    wanted: list[bell.NoticeKind] = ["dead", "waits", "urgent", "nobody", "unclaimed"]
    await stores.main.write(lambda tx: bell.begin(tx, [NewNotice(kind, None, "de", None, kind) for kind in wanted]))
    assert [each.kind for each in await stores.main.read(bell.to_send)] == list(bell.KINDS)


async def test_a_button_teaches_which_message_a_lost_answer_meant(stores: Stores, clock: StandingClock) -> None:
    await stores.main.write(lambda tx: bell.begin(tx, [NewNotice("waits", None, "de", None, "a")]))
    [notice] = await stores.main.read(bell.to_send)
    assert await stores.main.read(lambda tx: bell.pressed(tx, "never made")) is None
    await stores.main.write(lambda tx: bell.take(tx, notice.id))
    pressed = await stores.main.read(lambda tx: bell.pressed(tx, notice.ref))
    assert pressed is not None and not pressed.known and pressed.case is None
    await stores.main.write(lambda tx: bell.end(tx, [notice.id], clock()))
    for message in (b"first", b"second"):
        await stores.main.write(lambda tx, message=message: bell.learn(tx, notice.id, message))
    assert [each.message for each in await stores.main.read(bell.to_edit)] == [b"first"]


async def test_all_but_one_kind_can_be_sent_again_while_their_outcome_is_unknown(
    stores: Stores, clock: StandingClock
) -> None:
    await stores.main.write(lambda tx: bell.begin(tx, [NewNotice(kind, None, "de", None, kind) for kind in bell.KINDS]))
    for notice in await stores.main.read(bell.to_send):
        await stores.main.write(lambda tx, number=notice.id: bell.take(tx, number))
    unsure = await stores.main.read(bell.unsure)
    assert len(unsure) == len(bell.KINDS) - 1
    await stores.main.write(lambda tx: bell.sent(tx, unsure[0], b"sealed"))
    await stores.main.write(lambda tx: bell.again(tx, unsure))
    waiting = await stores.main.read(bell.to_send)
    assert sorted(each.id for each in waiting) == unsure[1:], "what became known is left alone"
    assert "waits" not in {each.kind for each in waiting}
    seen = waiting[0]
    pressed = await stores.main.read(lambda tx: bell.pressed(tx, seen.ref))
    assert pressed is not None and not pressed.known
    await stores.main.write(lambda tx: bell.learn(tx, seen.id, b"first"))
    assert not await stores.main.write(lambda tx: bell.take(tx, seen.id)), "who has seen it need not be told again"


@pytest.mark.parametrize(
    ("role", "active", "links"),
    [("counsellor", True, True), ("supervisor", True, True), ("admin", True, False), ("counsellor", False, False)],
)
async def test_s18_only_those_who_may_take_a_chat_are_linked(
    stores: Stores, clock: StandingClock, role: str, active: bool, links: bool
) -> None:
    one = await member(stores, clock, "one", role)

    def job(tx: Transaction) -> bell.Linked | None:
        found = staff.find_by_handle(tx, "one")
        assert found is not None
        bell.put_code(tx, one, digest=b"digest", language="nl", expires_at=clock() + timedelta(minutes=10))
        if not active:
            staff.deactivate(tx, found.ref)
        return bell.link(tx, [b"other", b"digest"], lookups=[b"l"], seal=lambda ref: ref.encode(), now=clock())

    linked = await stores.main.write(job)
    assert (linked is not None) is links
    assert (await stores.main.read(lambda tx: bell.linked_at(tx, one)) is not None) is links
    if linked is not None:
        assert linked.account == linked.ref.encode() and linked.language == "nl" and "sealed" not in repr(linked)
        assert await stores.main.write(lambda tx: bell.unlink(tx, one))
        assert not await stores.main.write(lambda tx: bell.unlink(tx, one))
