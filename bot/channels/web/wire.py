"""The wire format in one place, as `app` hands it to the public doors."""

from bot.channels.web import STATIC as static
from bot.channels.web.inbound import (
    BadBody,
    address,
    carried_on,
    file_arrived,
    new_token,
    parse_ack,
    parse_code,
    parse_message,
    parse_start,
    parse_upload,
)
from bot.channels.web.outbound import card_json, frame, message_json

__all__ = [
    "BadBody",
    "address",
    "card_json",
    "carried_on",
    "file_arrived",
    "frame",
    "message_json",
    "new_token",
    "parse_ack",
    "parse_code",
    "parse_message",
    "parse_start",
    "parse_upload",
    "static",
]
