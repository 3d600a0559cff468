"""What the page sends us, as `Inbound`. Everything here comes from strangers: S47.

Every `parse_` raises BadBody, whose text is a fixed code and never a part of the input.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import datetime
from typing import Annotated, Any, Final, Literal, NoReturn, TypeVar
from urllib.parse import unquote
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.channels.contract import CARRIED_ON, Attachment, Inbound

TEXT_MAX: Final = 4_000
NAME_MAX: Final = 400
TOKEN_BYTES: Final = 32
ROW_MAX: Final = 2**63 - 1
ACK_MAX: Final = 100

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}")

Body = TypeVar("Body", bound=BaseModel)


class BadBody(ValueError):
    """The page, or somebody who is not the page, sent what we never send."""

    def __init__(self) -> None:
        super().__init__("bad_request")


def _plain(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control character or lone surrogate")
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class NewChat(_Strict):
    language: Literal["de", "nl"]
    topic: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")] | None = None


class NewMessage(_Strict):
    """One text or one tap. `id` is made by the page and stays the same when it tries again."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX), AfterValidator(_plain)] | None = None
    tap: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.:-]{1,160}$")] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> NewMessage:
        if (self.text is None) == (self.tap is None) or (self.text is not None and not self.text.strip()):
            raise ValueError("either a text or a tap")
        return self


class Shown(_Strict):
    """Rows the page has put on the screen and will not ask for again."""

    rows: Annotated[list[Annotated[int, Field(ge=1, le=ROW_MAX)]], Field(min_length=1, max_length=ACK_MAX)]


class ResumeCode(_Strict):
    code: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_plain)]


def new_token() -> str:
    """A fresh chat token, 256 bit; only the page and the request that carries it ever know it."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def address(token: str) -> str | None:
    """The address behind a token: a digest, so that what we keep opens no chat. None for what can be no token."""
    if _TOKEN.fullmatch(token) is None:
        return None
    return hashlib.sha256(b"wegweiser web address\n" + token.encode()).hexdigest()


def parse_start(body: bytes, address: str, at: datetime) -> Inbound:
    chat = _model(NewChat, body)
    return Inbound(
        channel="web",
        external_id=external_id(address, "start"),
        address=address,
        received_at=at,
        start=True,
        topic=chat.topic,
        language=chat.language,
    )


def carried_on(address: str, at: datetime) -> Inbound:
    """What a page with a resume code has to tell: an old conversation goes on here."""
    return Inbound(
        channel="web",
        external_id=external_id(address, CARRIED_ON),
        address=address,
        received_at=at,
        start=True,
        topic=CARRIED_ON,
    )


def parse_message(body: bytes, address: str, at: datetime) -> Inbound:
    message = _model(NewMessage, body)
    return Inbound(
        channel="web",
        external_id=external_id(address, message.id),
        address=address,
        received_at=at,
        text=message.text,
        tap=message.tap,
    )


def parse_ack(body: bytes) -> tuple[int, ...]:
    return tuple(_model(Shown, body).rows)


def parse_code(body: bytes) -> str:
    return _model(ResumeCode, body).code


def parse_upload(upload_id: str, content_type: str, name: str) -> tuple[str, str, str]:
    """Id, declared media type and own file name of an upload; the name arrives percent-encoded (UTF-8)."""
    try:
        own_id = str(UUID(upload_id))
        own_name = unquote(name, errors="strict")
        _plain(own_name)
    except ValueError:
        raise BadBody from None
    declared = content_type.partition(";")[0].strip().lower()
    if own_id != upload_id or len(own_name) > NAME_MAX or _MEDIA_TYPE.fullmatch(declared) is None:
        raise BadBody
    return own_id, declared, own_name


def file_arrived(upload_id: str, address: str, at: datetime, attachment: Attachment) -> Inbound:
    """The message a finished (or refused) upload becomes."""
    return Inbound(
        channel="web",
        external_id=external_id(address, upload_id),
        address=address,
        received_at=at,
        attachments=(attachment,),
    )


def external_id(address: str, page_id: str) -> str:
    """Ids are made by pages, so they are unique only together with the address."""
    return f"{address}:{page_id}"


def page_id(external_id: str) -> str:
    return external_id.rpartition(":")[2]


def _model(model: type[Body], body: bytes) -> Body:
    """Strict JSON: one UTF-8 object, no duplicate keys, no NaN, no endless nesting."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        return model.model_validate(value)
    except (ValueError, RecursionError, ValidationError):
        raise BadBody from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("not a JSON number")
