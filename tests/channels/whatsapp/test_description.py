"""What we send, held against Meta's own description of the API where it lies beside the project.

`meta-openapi-v23.0.yaml` has known defects: it forbids properties of one part of a union in the other, its branches
overlap, it knows no ids of people and no lengths. So extra properties are let pass and one fitting branch is enough;
ids and lengths are held by `tests/simulators/whatsapp/limits.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
import yaml

from bot.channels.contract import Button, Message
from bot.channels.whatsapp.render import body

DESCRIPTION: Final = Path(__file__).parents[4] / "shared" / "platforms" / "whatsapp" / "meta-openapi-v23.0.yaml"
FORBIDDING: Final = ("additionalProperties", "discriminator")
CALL: Final = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "4900000000001"}


@pytest.fixture(scope="module")
def meta() -> Any:
    if not DESCRIPTION.exists():
        pytest.skip("no description of Meta's API beside the project (../shared/platforms/whatsapp)")
    schemas = yaml.load(DESCRIPTION.read_text(), Loader=yaml.CSafeLoader)["components"]["schemas"]
    mended = {"$ref": "#/components/schemas/Message", "components": {"schemas": _mended(schemas)}}
    return jsonschema_rs.validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema", **mended})


def _mended(part: Any) -> Any:
    if isinstance(part, list):
        return [_mended(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {name: _mended(value) for name, value in part.items() if name not in FORBIDDING}
    if "oneOf" in kept:
        kept["anyOf"] = kept.pop("oneOf")
    return kept


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button(f"flow.state.{n}", f"Antwort {n}") for n in range(count))


@pytest.mark.parametrize("count", [0, 1, 3, 4, 10])
def test_what_we_send_is_what_meta_describes(meta: Any, count: int) -> None:
    shown = body(Message("bot", "Was ist passiert?", buttons(count), opener="Auswählen"), code_link="")
    assert [error.message for error in meta.iter_errors({**CALL, **shown})] == []


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "text", "text": {"body": 5}},
        {"type": "interactive", "interactive": {"type": "button", "body": {"text": "x"}}},
        {"type": "interactive", "interactive": {"type": "list", "body": {"text": "x"}, "action": {"button": "x"}}},
    ],
)
def test_the_description_still_refuses_what_is_broken(meta: Any, broken: Any) -> None:
    assert not meta.is_valid({**CALL, **broken})
    assert not meta.is_valid({**broken})
