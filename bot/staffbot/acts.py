"""What a counsellor can do in Telegram: link an account with a code of the desk, take a chat over by its button.

Every function returns the words of the answer, or None for silence: strangers, wrong codes, foreign groups and forged
buttons get no answer and change nothing (S18).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.cases.facts import Case, StaffRef
from bot.clock import Clock
from bot.db import bell, cases, keyring
from bot.db.bell import Linked
from bot.db.store import Stores, Transaction
from bot.db.wake import Wake
from bot.handoff.rules import Claimed, LostTo, Taken
from bot.logs import get_logger
from bot.server_keys import BellKeys
from bot.staffbot.words import Words, code_of
from bot.turns import takeover
from bot.turns.payload import encode_internal

CODE: Final = re.compile(r"[A-Za-z0-9_-]{22}")
BUTTON: Final = re.compile(r"claim ([0-9a-f]{32})")

log = get_logger("bell")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button was pressed. `private`: in the presser's own chat with us."""

    chat: int
    message_id: int
    private: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The staff group as far as acts need it: which chat, and who is in it now."""

    chat: Callable[[], int | None]
    has: Callable[[int], Awaitable[bool]]


def button(ref: str) -> str:
    """The data of a notice's button."""
    return f"claim {ref}"


def seal_message(keys: BellKeys, ref: str, message_id: int) -> bytes:
    """What is kept of the message a notice became."""
    return keys.seal_field("notices", "message", ref, b"%d" % message_id)


class Acts:
    """`stores.keyring` is asked whether a counsellor holds a grant for a case, never for the grant's content."""

    def __init__(self, stores: Stores, keys: BellKeys, wake: Wake, clock: Clock, words: Words, group: Group) -> None:
        self._stores = stores
        self._keys = keys
        self._wake = wake
        self._clock = clock
        self._words = words
        self._group = group

    async def link(self, account: int, code: str) -> str | None:
        """`/start <code>` in a private chat."""
        if not CODE.fullmatch(code):
            return None
        keys, now = self._keys, self._clock()

        def seal(ref: StaffRef) -> bytes:
            return keys.seal_field("staff_links", "account", ref, b"%d" % account)

        def job(tx: Transaction) -> Linked | None:
            return bell.link(tx, keys.link.digests(code), lookups=keys.lookups(account), seal=seal, now=now)

        linked = await self._stores.main.write(job)
        if linked is None:
            log.warning("bell.code_refused")
            return None
        log.info("bell.linked", staff=linked.ref)
        self._wake.notify("hours")
        return self._words.say("bell.linked", linked.language)

    async def press(self, account: int, place: Place, data: str) -> str | None:
        """The button of a notice."""
        known = BUTTON.fullmatch(data)
        me = await self._stores.main.read(lambda tx: bell.find_linked(tx, self._keys.lookups(account)))
        if known is None or me is None:
            return None
        pressed = await self._stores.main.read(lambda tx: bell.pressed(tx, known[1]))
        if pressed is None or not await self._may_press(account, me, place, pressed):
            return None
        if not pressed.known:
            seen = seal_message(self._keys, known[1], place.message_id)
            await self._stores.main.write(lambda tx: bell.learn(tx, pressed.id, seen))
        ref = pressed.case
        case = None if ref is None else await self._stores.main.read(lambda tx: cases.find(tx, ref))
        if case is None or not await self._can_read(me, case):
            return self._words.toast("bell.gone", me.language, code=code_of(ref))
        return await self._claim(me, case)

    async def _may_press(self, account: int, me: Linked, place: Place, pressed: bell.Pressed) -> bool:
        if place.private:
            return pressed.staff_id == me.staff_id
        if place.chat != self._group.chat() or pressed.staff_id is not None:
            return False
        return await self._group.has(account)

    async def _can_read(self, me: Linked, case: Case) -> bool:
        """Who could not open the chat in the desk must not hold it (S17)."""
        return bool(await self._stores.keyring.read(lambda keys: keyring.grants_of(keys, case.conversation, me.ref)))

    async def _claim(self, me: Linked, case: Case) -> str:
        now = self._clock()
        sealed = self._keys.seal_for_public(encode_internal("joined"), row=case.conversation)

        def job(tx: Transaction) -> Taken:
            taken = cases.claim(tx, case.ref, me.staff_id, now)
            return takeover.complete(tx, taken, case, "joined", sealed=sealed, by=me.ref, now=now)

        if case.counsellor_id == me.staff_id and case.holder == "counsellor":
            return self._words.toast("bell.claimed", me.language, code=case.code)
        match await self._stores.main.write(job):
            case Claimed():
                takeover.announce(self._wake, case)
                log.info("bell.claimed", case=case.ref, staff=me.ref)
                return self._words.toast("bell.claimed", me.language, code=case.code)
            case LostTo(handle):
                return self._words.toast("bell.lost", me.language, code=case.code, handle=handle)
            case _:
                return self._words.toast("bell.gone", me.language, code=case.code)
