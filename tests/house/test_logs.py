"""S52: what reaches a log is a fixed name and harmless fields, whoever writes it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import warnings

import pytest
import structlog

from bot import logs


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(autouse=True)
def _restore() -> object:
    handlers, level, hook = logging.getLogger().handlers[:], logging.getLogger().level, sys.excepthook
    yield
    logging.getLogger().handlers = handlers
    logging.getLogger().setLevel(level)
    logging.captureWarnings(False)
    sys.excepthook = hook
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "canary"),
        ("reason", "two words"),
        ("error", "+49 151 0000000"),
        ("conversation", "4915100000000"),
        ("count", 4915100000000),
        ("where", "https://example.com/bot123:token"),
        ("kind", "@handle_muster"),
        ("reason", {"nested": "canary"}),
    ],
)
def test_s52_everything_else_is_dropped(field: str, value: object, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("test")
    logs.get_logger("turns").info("turn.done", **{field: value})
    (line,) = lines(capsys)
    assert field not in line
    assert line["dropped"] == [field]


def test_allowed_fields_pass(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("worker")
    logs.get_logger("turns").info("turn.done", conversation="0" * 32, effects=3, ms=1.5)
    (line,) = lines(capsys)
    assert (line["event"], line["role"], line["room"], line["effects"]) == ("turn.done", "worker", "turns", 3)
    assert line["conversation"] == "0" * 32


def test_s52_a_library_keeps_only_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("test")
    logging.getLogger("httpx").warning("HTTP Request: POST https://example.com/bot1:canary/send %s", "canary")
    logging.getLogger("httpx").info("canary at INFO")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("canary in a warning", UserWarning, stacklevel=1)
    out = capsys.readouterr().out
    assert "canary" not in out
    assert out.count("library.said") == 2


def test_s52_a_dying_process_tells_where_and_not_what() -> None:
    script = "from bot import logs; logs.configure('x')\ndef f(secret): raise ValueError(secret)\nf('canary')\n"
    died = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert died.returncode == 1
    assert "canary" not in died.stdout + died.stderr
    assert json.loads(died.stdout)["error"] == "ValueError"
