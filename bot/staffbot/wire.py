"""python-telegram-bot as the staff bot uses it: no updater, no proxies of the environment; what is known after a call.

    Done        Telegram did it
    NotNow      certainly not done; Telegram is away, or says how long to wait
    Unknown     the answer was lost, or the server broke over it: it may have been done
    Refused     it never will be: blocked, removed from the group, message gone
What a status means is said in `channels/telegram/answers.py`, for both bots.
Errors of the library carry URLs or tokens in places; none of their texts leaves this module.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from telegram import (
    CallbackQuery,
    ChatMember,
    ChatMemberRestricted,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes, filters
from telegram.request import HTTPXRequest

from bot.channels import contract
from bot.channels.telegram.answers import NEVER_LEFT, TOKEN_REFUSED, proven
from bot.db.store import StoreUnavailable
from bot.logs import exception_place, get_logger
from bot.staffbot.acts import Acts, Place

CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 20.0
CONNECTIONS: Final = 8
HTTP_OK: Final = 200
HTTP_BAD_REQUEST: Final = 400
HERE: Final = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})

log = get_logger("bell")


@dataclass(frozen=True, slots=True)
class Done:
    message_id: int


@dataclass(frozen=True, slots=True)
class NotNow:
    """`wait`: this chat only, for so long; None: Telegram cannot be reached."""

    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    reason: str


Outcome = Done | NotNow | Unknown | Refused


class Failed(NetworkError):
    """The server answered with anything but success."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"http_{status}")
        self.status = status
        self.proven = proven(status, body)


class _Request(HTTPXRequest):
    """Keeps the status, which the library's own errors lose; a 400 is left to it, for it reads the group's new id."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status not in (HTTP_OK, HTTP_BAD_REQUEST):
            raise Failed(status, body)
        return status, body


class Line:
    """The staff bot's connection. `group` moves along when Telegram gives the staff group another id."""

    def __init__(self, token: str, api_url: str, group: int | None) -> None:
        builder = ApplicationBuilder().token(token).base_url(f"{api_url.rstrip('/')}/bot")
        builder = builder.request(_request()).get_updates_request(_request()).updater(None)
        self._application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self.group = group
        self._again = False

    async def open(self) -> bool:
        """Learn who we are; False when Telegram cannot be reached or does not know the token."""
        try:
            await self._application.initialize()
        except TelegramError as error:
            if not _token_refused(error):
                log.warning("bell.away", error=type(error).__name__)
            return False
        return True

    async def close(self) -> None:
        await self._application.shutdown()

    # --- in -----------------------------------------------------------------------------------------------------------

    def serve(self, acts: Acts) -> None:
        """Let linked counsellors act: the command of the linking code, and the buttons of notices."""

        async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            message, person = update.effective_message, update.effective_user
            if message is None or person is None or message.chat.id != person.id or len(context.args or ()) != 1:
                return
            said = await acts.link(person.id, (context.args or [""])[0])
            if said is not None:
                await self.send(message.chat.id, said)

        async def press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            query = update.callback_query
            place = None if query is None else _place(query)
            if query is None or place is None:
                return
            said = await acts.press(query.from_user.id, place, query.data or "")
            if said is not None:
                await self._answer(query.id, said)

        async def failed(_update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
            error = context.error or RuntimeError()
            self._again |= isinstance(error, StoreUnavailable)
            log.error("bell.act_failed", error=type(error).__name__, where=exception_place(error))

        self._application.add_handler(CommandHandler("start", start, filters=filters.ChatType.PRIVATE))
        self._application.add_handler(CallbackQueryHandler(press))
        self._application.add_error_handler(failed)

    async def take(self, batch: Sequence[object]) -> bool:
        """Work raw updates in order. False: the store is away, and all of them may come again, for every act bears
        being repeated. One that the library cannot read is passed over."""
        self._again = False
        for raw in batch:
            try:
                update = Update.de_json(cast(dict[str, Any], raw), self._application.bot)
            except Exception as error:  # noqa: BLE001 - whatever a foreign update makes the library raise
                log.error("bell.unreadable", error=type(error).__name__)
                continue
            await self._application.process_update(update)
        return not self._again

    async def is_member(self, account: int) -> bool:
        """Whether this account is in the staff group now. No also when Telegram does not say."""
        if self.group is None:
            return False
        try:
            member = await self._application.bot.get_chat_member(self.group, account)
        except TelegramError as error:
            log.warning("bell.membership_unknown", error=type(error).__name__)
            return False
        return member.status in HERE or (isinstance(member, ChatMemberRestricted) and member.is_member)

    # --- out ----------------------------------------------------------------------------------------------------------

    async def send(self, chat: int, text: str, button: tuple[str, str] | None = None) -> Outcome:
        """One message, with at most one button (words and data)."""
        keys = None
        if button is not None:
            keys = InlineKeyboardMarkup([[InlineKeyboardButton(button[0], callback_data=button[1])]])
        return await self._try(
            lambda: self._application.bot.send_message(
                chat, text, reply_markup=keys, link_preview_options=NO_PREVIEW, protect_content=True
            )
        )

    async def edit(self, chat: int, message_id: int, text: str) -> Outcome:
        """Change a message; its button goes."""
        done = await self._try(
            lambda: self._application.bot.edit_message_text(
                text, chat, message_id, reply_markup=None, link_preview_options=NO_PREVIEW
            )
        )
        return Done(message_id) if done == Refused("not_modified") else done

    async def _answer(self, query: str, text: str) -> None:
        await self._try(lambda: self._application.bot.answer_callback_query(query, text=text, show_alert=True))

    async def _try(self, call: Callable[[], Awaitable[Any]]) -> Outcome:
        try:
            answered = await call()
        except ChatMigrated as error:
            log.warning("bell.group_moved", setting="WEGWEISER_STAFFBOT__GROUP")
            self.group = error.new_chat_id
            return NotNow(timedelta(0))
        except BadRequest as error:
            return Refused("not_modified" if "not modified" in error.message.lower() else "bad_request")
        except Failed as error:
            _token_refused(error)
            return _outcome(error)
        except TelegramError as error:
            return NotNow() if isinstance(error.__cause__, NEVER_LEFT) else Unknown()
        return Done(getattr(answered, "message_id", 0))


NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


def _outcome(error: Failed) -> Outcome:
    match error.proven:
        case contract.RetryAfter(delay):
            return NotNow(delay)
        case contract.Refused(reason):
            return Refused(reason)
        case contract.NotSent():
            return NotNow()
        case contract.Uncertain():
            return Unknown()


def _token_refused(error: TelegramError) -> bool:
    """Whether Telegram does not know our token, which an operator must mend and is told here."""
    refused = isinstance(error, Failed) and error.status in TOKEN_REFUSED
    if refused:
        log.error("bell.token_refused")
    return refused


def _request() -> HTTPXRequest:
    return _Request(
        connection_pool_size=CONNECTIONS,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
        pool_timeout=CONNECT_SECONDS,
        httpx_kwargs={"trust_env": False, "follow_redirects": False},
    )


def _place(query: CallbackQuery) -> Place | None:
    """Where a button was pressed; None for a button of an inline message, of which we send none."""
    if query.message is None:
        return None
    chat = query.message.chat
    return Place(chat.id, query.message.message_id, private=chat.type == "private" and chat.id == query.from_user.id)
