"""Sending: one message per call, every safety-relevant flag said each time, what came of it as a value.

What a 5xx means: the server answers 500 to calls that were under way when it restarts, and a gateway's 502 or 504 says
nothing about the server behind it (tdlib/telegram-bot-api, Client::get_closing_error, read 2026-11-22). The message
may have arrived, so all of them are `Uncertain`; only 503 says that nothing was taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteMessages, EditMessageReplyMarkup, TelegramMethod
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)

from bot.channels.contract import (
    Capabilities,
    NotSent,
    Outbound,
    Refused,
    RetryAfter,
    SendOutcome,
    Sent,
    Uncertain,
)
from bot.channels.pace import Pace
from bot.channels.telegram.capabilities import CAPABILITIES
from bot.channels.telegram.render import BadChoice, Shown, TooLong, shown, units
from bot.channels.telegram.wire import CallFailed, NeverWritten, NotTaken, Odd
from bot.logs import get_logger

LONGEST_TURN: Final = 3.0  # seconds in line for a chat; with one call (25 s) well below the relay's claim (60 s)
RETIRE_SECONDS: Final = 5
TAKE_BACK_SECONDS: Final = 15
TAKE_BACK_TRIES: Final = 3  # traces that stay are worse than a call too many
SLICE: Final = 100  # ids per deleteMessages (Bot API)
GONE: Final = ("chat not found", "user not found", "peer_id_invalid", "chat_id is empty")
TOO_LONG: Final = ("message is too long", "message_too_long")
NOT_ALLOWED: Final = ("not enough rights", "have no rights", "chat_write_forbidden")
"""Parts of descriptions (the server's source, as above), in lower case."""

log = get_logger("telegram")


class TelegramSender:
    """The sending half. `bot` speaks through a `wire.Line`; its token is said nowhere else."""

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, bot: Bot, pace: Pace, *, code_link: str) -> None:
        self._bot = bot
        self._pace = pace
        self._code_link = code_link

    async def send(self, outbound: Outbound) -> SendOutcome:
        try:
            wanted = shown(outbound.message, code_link=self._code_link)
        except TooLong:
            return Refused("too_long")
        except BadChoice:
            return Refused("invalid")
        chat = outbound.address
        if not wanted.text.strip() or not _is_chat(chat):
            return Refused("invalid")
        if outbound.urgent:
            await self._pace.overtake(chat)
        else:
            if silent := self._pace.silent_for(chat):
                return RetryAfter(timedelta(seconds=silent))
            if (wait := self._pace.wait_for(chat)) > LONGEST_TURN:
                return RetryAfter(timedelta(seconds=wait))
            await self._pace.turn(chat)
        return await self._say(outbound, wanted)

    async def _say(self, outbound: Outbound, wanted: Shown) -> SendOutcome:
        try:
            message = await self._bot.send_message(
                chat_id=int(outbound.address),
                text=wanted.text,
                parse_mode=None,
                entities=[MessageEntity(type="pre", offset=0, length=units(wanted.text))] if wanted.paper else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                protect_content=not wanted.paper,
                disable_notification=not _rings(outbound),
                reply_markup=_keyboard(wanted),
            )
        except Odd as odd:
            return Sent(_message_id(odd.result))
        except (NeverWritten, NotTaken):
            return NotSent()
        except CallFailed:
            return Uncertain()
        except TelegramAPIError as error:
            return self._refused(outbound.address, error)
        return Sent(str(message.message_id))

    def _refused(self, chat: str, error: TelegramAPIError) -> SendOutcome:
        match error:
            case TelegramRetryAfter():
                self._pace.silence(chat, error.retry_after)
                return RetryAfter(timedelta(seconds=error.retry_after))
            case TelegramForbiddenError():
                return Refused("blocked")
            case TelegramMigrateToChat():
                return Refused("gone")
            case TelegramEntityTooLarge():
                return Refused("too_long")
            case TelegramBadRequest():
                return Refused(_reason(error.message))
            case TelegramUnauthorizedError() | TelegramNotFound():
                log.error("telegram.token_refused")  # revoked, or never was one; kept until an operator mends it
                return NotSent()
            case _:
                return NotSent()  # answered with a refusal, so it was not done; 408 and 409 pass by themselves

    # --- afterwards: nothing of this changes what came of a message ---------------------------------------------------

    async def tidy(self, address: str, retire: Sequence[str], take_back: Sequence[str]) -> frozenset[str]:
        if not _is_chat(address):
            return frozenset((*retire, *take_back))
        done = {text for text in (*retire, *take_back) if not _is_id(text)}  # none of Telegram's: never possible
        if buttons := _ids(retire):
            await self._in_time("retire", RETIRE_SECONDS, self._retire(address, buttons, done))
        if traces := _ids(take_back):
            slices = [traces[n : n + SLICE] for n in range(0, len(traces), SLICE)]
            await self._in_time("take_back", TAKE_BACK_SECONDS, self._take_back(address, slices, done))
        return frozenset(done)

    async def _in_time(self, what: str, seconds: float, doing: Coroutine[None, None, None]) -> None:
        try:
            async with asyncio.timeout(seconds):
                await doing
        except TimeoutError:
            log.warning("telegram.tidy_late", kind=what)

    async def _retire(self, chat: str, ids: Sequence[int], done: set[str]) -> None:
        """An edit that changes nothing and a message that is gone are refused, and are as done as they can be."""
        for message_id in ids:
            call = EditMessageReplyMarkup(chat_id=int(chat), message_id=message_id, reply_markup=None)
            if await self._call(chat, call, tries=1) != "open":
                done.add(str(message_id))

    async def _take_back(self, chat: str, slices: Sequence[list[int]], done: set[str]) -> None:
        """One message that is too old spoils the call for all its neighbours, so a refused slice is halved."""
        waiting = list(slices)
        while waiting:
            ids = waiting.pop(0)
            came = await self._call(chat, DeleteMessages(chat_id=int(chat), message_ids=ids), tries=TAKE_BACK_TRIES)
            if came == "refused" and len(ids) > 1:
                waiting += [ids[: len(ids) // 2], ids[len(ids) // 2 :]]
            elif came != "open":
                done.update(map(str, ids))

    async def _call(self, chat: str, call: TelegramMethod[Any], *, tries: int) -> Literal["done", "refused", "open"]:
        """Make a call until it is answered, `tries` times at most. `refused`: for good, whoever asks again; `open`: it
        may be done or refused at another time."""
        for left in reversed(range(tries)):
            await self._pace.call()
            try:
                await self._bot(call)
            except CallFailed:
                continue
            except Odd:
                return "done"
            except TelegramRetryAfter as error:
                self._pace.silence(chat, error.retry_after)
                if left:
                    await asyncio.sleep(error.retry_after)
            except TelegramBadRequest:
                return "refused"
            except TelegramAPIError:
                return "open"
            else:
                return "done"
        return "open"


def _rings(outbound: Outbound) -> bool:
    """A human's words and help in danger make a sound; everything else lies there quietly until somebody looks."""
    return outbound.urgent or outbound.message.speaker == "counsellor"


def _is_chat(address: str) -> bool:
    return address.isascii() and address.removeprefix("-").isdigit() and len(address) <= 20


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _ids(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if _is_id(text)]


def _reason(description: str) -> Literal["gone", "too_long", "not_allowed", "invalid"]:
    said = description.lower()
    if any(part in said for part in GONE):
        return "gone"
    if any(part in said for part in TOO_LONG):
        return "too_long"
    return "not_allowed" if any(part in said for part in NOT_ALLOWED) else "invalid"


def _message_id(result: object) -> str | None:
    found = result.get("message_id") if isinstance(result, dict) else None
    return str(found) if isinstance(found, int) else None


def _keyboard(wanted: Shown) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in wanted.rows]
    if wanted.copies is not None:
        rows.insert(0, [InlineKeyboardButton(text=wanted.copies, copy_text=CopyTextButton(text=wanted.copies))])
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
