"""The JSON doors against a schema made from their own models; the schema is served nowhere (S53)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel

from bot.channels.web.inbound import NewChat, NewMessage, ResumeCode, Shown
from tests.public.conftest import Person
from tests.public.small_house import SmallHouse, running

PROOF = {"name": "Authorization", "in": "header", "required": True, "schema": {"type": "string"}}
ERROR = {"description": "a fixed code"}
DOORS: list[tuple[str, type[BaseModel], str]] = [
    ("/chat", NewChat, "201"),
    ("/chat/messages", NewMessage, "202"),
    ("/chat/ack", Shown, "200"),
    ("/chat/resume", ResumeCode, "201"),
]


def _json(body: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": body}}


def schema() -> dict[str, Any]:
    paths = {
        path: {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": model.model_json_schema()}},
                },
                "responses": {
                    success: {"description": "done"},
                    **dict.fromkeys(("400", "401", "404", "429", "503"), ERROR),
                },
            }
        }
        for path, model, success in DOORS
    }
    return {"openapi": "3.1.0", "info": {"title": "Web chat", "version": "1"}, "paths": paths}


@pytest.mark.parametrize("path", [path for path, _, _ in DOORS])
def test_s47_whatever_is_sent_the_answer_is_one_of_ours(path: str) -> None:
    """Valid and invalid bodies alike: no 5xx, only documented answers, nothing echoed, and the chat goes on."""
    house = SmallHouse()
    house.settings = house.settings.model_copy(update={"new_chats_per_hour": 1_000_000})
    with running(house) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        person = Person(client)
        person.starts()
        api = schemathesis.openapi.from_dict(schema()).include(path=path)
        operations = [operation.ok() for operation in api.get_all_operations()]
        strategy = operations[0].as_strategy() | operations[0].as_strategy(
            generation_mode=schemathesis.GenerationMode.NEGATIVE
        )

        @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=strategy)
        def run(case: Any) -> None:
            house.advance(minutes=10)
            answer = person.post(path, content=_bytes(case.body))
            assert answer.status_code in {200, 201, 202, 400, 404, 429}, answer.text
            if answer.status_code >= 400:
                assert set(answer.json()) <= {"error", "notice"}

        run()
        house.advance(hours=2)
        assert person.sends(text="und weiter").status_code == 202


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if type(body).__name__ == "NotSet" else json.dumps(body).encode()
