"""Log lines: a fixed event name and fields from an allowed list, as JSON on standard output (S52).

A field that is not on the list, or whose value is not a number, a truth value or a short word of
harmless characters, is replaced by its name in `dropped`. Library loggers pass through the same door
at WARNING and lose their message: it may hold a token or a whole update.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

ALLOWED: Final = frozenset(
    {
        "event", "level", "timestamp", "role", "room",
        "conversation", "case", "item", "staff", "row", "ref",  # random ids and row numbers only
        "effects", "count", "rows", "tries", "seconds", "ms", "bytes", "port", "pid", "signal", "exit_code",
        "state", "flow", "reason", "error", "where", "channel", "language", "kind", "finding", "setting", "status",
    }
)  # fmt: skip
HARMLESS: Final = re.compile(r"[A-Za-z0-9_.:/\-]{0,80}")
LONG_NUMBER: Final = re.compile(r"[0-9]{6,}")
HEX_ID: Final = re.compile(r"[0-9a-f]{32}")


def get_logger(room: str) -> Any:
    """A logger for one room: `log.info("turn.done", conversation=ref, effects=3)`."""
    return structlog.get_logger(room=room)


def configure(role: str, *, quiet: bool = False) -> None:
    """Set up logging of this process. Call once, first thing."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(role=role)
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers = [_LibraryHandler()]
    root.setLevel(logging.WARNING)
    sys.excepthook = _last_words


def exception_place(error: BaseException) -> str:
    """`file:line` of the innermost frame: where it broke, without what it was about."""
    trace = error.__traceback__
    place = "unknown"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{'/'.join(code.co_filename.split('/')[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _only_allowed(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    dropped = [name for name, value in fields.items() if name not in ALLOWED or not _is_harmless(name, value)]
    for name in dropped:
        del fields[name]
    if dropped:
        fields["dropped"] = sorted(name for name in dropped if HARMLESS.fullmatch(name))
    return fields


def _is_harmless(name: str, value: Any) -> bool:
    if name == "timestamp" or value is None or isinstance(value, bool | float):
        return True
    if isinstance(value, int):
        return -(10**9) < value < 10**9 or name in {"bytes"}
    if not isinstance(value, str) or not HARMLESS.fullmatch(value) or "//" in value:
        return False
    return bool(HEX_ID.fullmatch(value)) or not LONG_NUMBER.search(value)


class _LibraryHandler(logging.Handler):
    """What a library says is reduced to who said it and how grave it is."""

    def emit(self, record: logging.LogRecord) -> None:
        place = f"{record.module}:{record.lineno}"
        structlog.get_logger(room="library").warning(
            "library.said", where=place, kind=record.name, status=record.levelname
        )


def _last_words(kind: type[BaseException], error: BaseException, _trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger(room="process").error("process.died", error=kind.__name__, where=exception_place(error))
