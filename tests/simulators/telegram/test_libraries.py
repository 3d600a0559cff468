"""aiogram's own Dispatcher and python-telegram-bot's own Application drive the simulator as they are."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import telegram as ptb
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from tests.simulators.telegram import Person, Telegram, telegram
from tests.simulators.telegram.description import Description

pytestmark = pytest.mark.anyio
ASK, CHOSEN = "Magst du ein Hallo?", "Gern."


async def seen(person: Person, text: str) -> None:
    await asyncio.to_thread(person.waits_for, lambda shown: shown.text == text)


async def a_story(platform: Telegram, mila: Person) -> None:
    """Writes, gets a question with a button, taps it, sees the question change."""
    mila.says("hallo")
    await seen(mila, ASK)
    assert mila.newest.buttons == (("Ja, bitte", "yes"),)
    assert mila.newest.protected and not mila.newest.previews
    mila.taps("Ja, bitte")
    await seen(mila, CHOSEN)
    assert not mila.newest.buttons
    assert mila.newest.edited
    await asyncio.to_thread(platform.waits_for, lambda: mila.notices == ("Danke",))
    assert [shown.by for shown in mila.chat] == ["person", "bot"]
    assert platform.broken == []
    whole = Description.whole()
    assert whole is None or [p for call in platform.calls for p in whole.call(call.method, call.params)] == []


@contextlib.asynccontextmanager
async def with_aiogram(platform: Telegram, token: str) -> AsyncIterator[Bot]:
    """A dispatcher that polls in this loop."""
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(platform.url)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def asks(message: Message) -> None:
        button = InlineKeyboardButton(text="Ja, bitte", callback_data="yes", style="primary")
        await message.answer(
            ASK,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
            protect_content=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    @dispatcher.callback_query()
    async def thanks(tap: CallbackQuery) -> None:
        assert isinstance(tap.message, Message) and tap.data == "yes"
        await tap.answer("Danke")
        await tap.message.edit_text(CHOSEN)

    polling = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1, close_bot_session=True)
    )
    try:
        yield bot
    finally:
        await dispatcher.stop_polling()
        await polling


async def test_s3_aiogram_polls_answers_and_edits() -> None:
    with telegram() as platform:
        async with with_aiogram(platform, platform.token):
            await a_story(platform, platform.person())
        assert {call.params.get("timeout") for call in platform.called("getUpdates")} == {1}
        assert platform.pending() == 0


async def test_aiogram_recognises_the_errors() -> None:
    with telegram() as platform:
        mila = platform.person()
        mila.says("hallo")
        bot = Bot(platform.token, session=AiohttpSession(api=TelegramAPIServer.from_base(platform.url)))
        async with bot.context(auto_close=True):
            platform.faults.flood(5, retry_after=7)
            with pytest.raises(TelegramRetryAfter) as late:
                await bot.send_message(mila.chat_id, "eins")
            assert late.value.retry_after == 7
            platform.faults.clear()
            mila.blocks()
            with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
                await bot.send_message(mila.chat_id, "zwei")
        assert [shown.text for shown in mila.chat] == ["hallo"]


async def test_aiogram_fetches_a_file() -> None:
    with telegram() as platform:
        mila = platform.person()
        mila.sends_photo(b"\xff\xd8 two\r\nlines", caption="hier")
        bot = Bot(platform.token, session=AiohttpSession(api=TelegramAPIServer.from_base(platform.url)))
        async with bot.context(auto_close=True):
            (update,) = await bot.get_updates()
            assert update.message is not None and update.message.photo is not None
            content = await bot.download(update.message.photo[-1])
        assert content is not None and content.read() == b"\xff\xd8 two\r\nlines"
        assert platform.broken == []


async def asks(update: ptb.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(
        ASK,
        reply_markup=ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Ja, bitte", callback_data="yes")]]),
        protect_content=True,
        link_preview_options=ptb.LinkPreviewOptions(is_disabled=True),
    )


async def thanks(update: ptb.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Danke")
    await update.callback_query.edit_message_text(CHOSEN)


async def test_s3_python_telegram_bot_polls_answers_and_edits() -> None:
    with telegram() as platform:
        staff = ApplicationBuilder().token(platform.staff_token).base_url(f"{platform.url}/bot")
        application: Application = staff.base_file_url(f"{platform.url}/file/bot").build()  # type: ignore[type-arg]
        application.add_handler(MessageHandler(filters.TEXT, asks))
        application.add_handler(CallbackQueryHandler(thanks))
        async with application:
            await application.start()
            assert application.updater is not None
            await application.updater.start_polling(timeout=1)
            await a_story(platform, platform.person(bot="staff", name="Noor", language="nl"))
            await application.updater.stop()
            await application.stop()
        assert platform.called("getUpdates", bot="staff")
        assert platform.calls[0].method == "getMe"
        assert platform.pending(bot="staff") == 0


async def test_both_bots_have_their_own_chats_and_updates() -> None:
    with telegram() as platform:
        mila, noor = platform.person(), platform.person(bot="staff", name="Noor")
        mila.says("hallo")
        noor.says("moin")
        async with Bot(
            platform.staff_token, session=AiohttpSession(api=TelegramAPIServer.from_base(platform.url))
        ).context(auto_close=True) as staff:
            (update,) = await staff.get_updates()
            assert update.message is not None and update.message.text == "moin"
            with pytest.raises(Exception, match="chat not found"):
                await staff.send_message(mila.chat_id, "moin")
