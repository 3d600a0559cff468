"""Codes, passwords, invitations."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace

import pytest

from bot.db import staff
from bot.desk import accounts
from bot.desk.signin import KDF_AT_ONCE, KDF_QUEUE, Busy, Slow, password_problem
from bot.evidence import keys as evidence_keys
from tests.conftest import StandingClock
from tests.desk.house import URL, House

pytestmark = pytest.mark.anyio
PASSWORD = "ein ganzer satz mit ümläuten 🗝"


@pytest.fixture(autouse=True)
def quick_kdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same function with little memory: figures belong to the bench (T0)."""
    monkeypatch.setattr(evidence_keys, "ARGON2", {"m": 64, "t": 1, "p": 1})


async def trial_link(house: House) -> str:
    return await accounts.trial_sign_in_link(
        house.stores, house.keys, house.holder, url=URL, secrets_dir=house.folder, now=house.clock()
    )


async def invited(house: House, handle: str = "jana") -> str:
    link = await accounts.invite(
        house.stores, house.keys, url=URL, handle=handle, role="counsellor", languages=["de"], now=house.clock()
    )
    return link.removeprefix(URL)


async def activate(house: House, handle: str = "jana", password: str = PASSWORD) -> None:
    async with house.client() as client:
        answer = await client.post(await invited(house, handle), data={"password": password, "again": password})
        assert answer.status_code == 303


async def test_a_one_time_code_is_used_by_the_button_and_only_once(house: House) -> None:
    path = (await trial_link(house)).removeprefix(URL)
    async with house.client() as client:
        assert "Jetzt anmelden" in (await client.get(path)).text
        assert "Jetzt anmelden" in (await client.get(path)).text, "looking uses nothing up"
        answers = await asyncio.gather(*(client.post(path) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403, 403]
        assert (await client.post("/sign-in/" + "x" * 43)).text == answers[-1].text.replace(path, "")


async def test_an_old_code_is_refused(house: House, clock: StandingClock) -> None:
    path = (await trial_link(house)).removeprefix(URL)
    clock.advance(hours=24)
    async with house.client() as client:
        assert (await client.post(path)).status_code == 403


async def test_each_start_gives_a_new_code_for_the_same_counsellor(house: House) -> None:
    first, second = await trial_link(house), await trial_link(house)
    file = house.folder / "trial" / "counsellor.identity"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with house.client() as client:
        assert (await client.post(first.removeprefix(URL))).status_code == 403
        assert (await client.post(second.removeprefix(URL))).status_code == 303
    assert len(await house.stores.main.read(staff.readers)) == 1


async def test_s2_s7_an_invitation_makes_identity_and_password_once(house: House) -> None:
    path = await invited(house)
    async with house.client() as client:
        short = await client.post(path, data={"password": "zu kurz", "again": "zu kurz"})
        assert short.status_code == 422 and "15" in short.text
        done = await client.post(path, data={"password": PASSWORD, "again": PASSWORD})
        assert done.status_code == 303
        again = await client.post(path, data={"password": PASSWORD, "again": PASSWORD})
        assert again.status_code == 403
    async with house.client() as client:
        # NFD from another keyboard is the same password (S2)
        decomposed = PASSWORD.replace("ü", "u\u0308").replace("ä", "a\u0308")
        answer = await client.post("/sign-in", data={"handle": "jana", "password": decomposed})
        assert answer.status_code == 303
    with pytest.raises(accounts.HandleTaken):
        await invited(house)


async def test_an_invitation_ends_after_a_day(house: House, clock: StandingClock) -> None:
    path = await invited(house)
    clock.advance(hours=24)
    async with house.client() as client:
        answer = await client.post(path, data={"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 403


@pytest.mark.parametrize(("length", "problem"), [(14, True), (15, False), (128, False), (129, True)])
def test_s2_length_of_a_password(length: int, problem: bool) -> None:
    assert (password_problem("ß" * length, "ß" * length) is not None) is problem


async def test_s3_another_pepper_opens_nothing(house: House) -> None:
    await activate(house)
    lookup = house.desk.find_by("handle", "jana")
    proof = await house.stores.keyring.read(lambda keys: staff.find_credential(keys, lookup, "password"))
    assert proof is not None
    assert house.holder.open_password(proof, PASSWORD) is not None
    assert replace(house.holder, pepper=bytes(32)).open_password(proof, PASSWORD) is None


async def test_s5_unknown_name_and_wrong_password_are_one_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await activate(house)
    worked: list[str] = []
    stretch = evidence_keys._stretch
    monkeypatch.setattr(evidence_keys, "_stretch", lambda *given: (worked.append("kdf"), stretch(*given))[1])
    async with house.client() as client:
        wrong = await client.post("/sign-in", data={"handle": "jana", "password": "falsch falsch falsch"})
        unknown = await client.post("/sign-in", data={"handle": "niemand", "password": "falsch falsch falsch"})
        endless = await client.post("/sign-in", data={"handle": "jana", "password": "x" * 5000})
    assert wrong.status_code == unknown.status_code == endless.status_code == 403
    assert wrong.text == unknown.text == endless.text
    assert worked == ["kdf"] * 3, "the same work on every branch"


async def test_s5_failures_slow_down_and_end_with_success(house: House, clock: StandingClock) -> None:
    await activate(house)
    async with house.client() as client:
        for _ in range(6):
            await client.post("/sign-in", data={"handle": "jana", "password": "falsch falsch falsch"})
        right = {"handle": "jana", "password": PASSWORD}
        assert (await client.post("/sign-in", data=right)).status_code == 403, "held"
        clock.advance(seconds=3)
        assert (await client.post("/sign-in", data=right)).status_code == 303
        assert (await client.post("/sign-in", data=right)).status_code == 303


async def test_a_revoked_member_cannot_sign_in(house: House) -> None:
    await activate(house)
    await accounts.revoke(house.stores, handle="jana", now=house.clock())
    with pytest.raises(accounts.NoSuchMember):
        await accounts.revoke(house.stores, handle="jana", now=house.clock())
    async with house.client() as client:
        answer = await client.post("/sign-in", data={"handle": "jana", "password": PASSWORD})
    assert answer.status_code == 403
    assert await house.stores.main.read(staff.readers) == []


async def test_s4_two_at_a_time_twenty_wait_the_rest_is_told() -> None:
    slow = Slow()
    release = asyncio.Event()
    loop = asyncio.get_running_loop()
    running = 0

    def work() -> None:
        nonlocal running
        running += 1
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result()

    tasks = [asyncio.create_task(slow.run(work)) for _ in range(KDF_AT_ONCE + KDF_QUEUE)]
    while running < KDF_AT_ONCE:
        await asyncio.sleep(0)
    with pytest.raises(Busy):
        await slow.run(work)
    assert running == KDF_AT_ONCE
    release.set()
    await asyncio.gather(*tasks)
    assert running == KDF_AT_ONCE + KDF_QUEUE
