"""What Telegram's Bot API allows, read from `tests/vectors/telegram/bot-api.json`: is this call one it knows?

`Description.read` turns the parameters of a request – texts in a form, values in JSON – into values and lists what
breaks the description. Problems name places and rules, never what somebody wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.vectors.telegram.reduce import reduced

ROOT: Final = Path(__file__).resolve().parents[3]
REDUCED: Final = ROOT / "tests" / "vectors" / "telegram" / "bot-api.json"
WHOLE: Final = ROOT.parent / "shared" / "platforms" / "telegram"
_TRUTHS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")

Field = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """`where` is a path such as `reply_markup.inline_keyboard[0][1].callback_data`; `rule` what it breaks."""

    where: str
    rule: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}"


def units(text: str) -> int:
    """Telegram counts UTF-16 code units; what is beyond the basic plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Description:
    """The rules as data. Made from the reduced file, or from the whole description in the same shape."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self.methods: dict[str, dict[str, Field]] = rules["methods"]
        self.types: dict[str, dict[str, Field]] = rules["types"]
        self.one_of: dict[str, list[str]] = rules["one_of"]
        self.limits: dict[str, int] = rules["limits"]
        self.retention: dict[str, int] = rules["update_retention_s"]
        self.rates: dict[str, int] = rules["advisory_rates"]
        self._by_lower = {name.lower(): name for name in self.methods}

    @classmethod
    def load(cls, path: Path = REDUCED) -> Description:
        return cls(json.loads(path.read_text()))

    @classmethod
    def whole(cls) -> Description | None:
        """The whole description in the same shape, where it lies beside the project; it knows what we do not use."""
        return cls(reduced(WHOLE, whole=True)) if WHOLE.is_dir() else None

    def method(self, name: str) -> str | None:
        """The method's own spelling; Telegram does not mind case."""
        return self._by_lower.get(name.lower())

    def read(self, method: str, given: dict[str, Any], *, texts: bool) -> tuple[dict[str, Any], list[Problem]]:
        """`texts`: the values came in a form, as text, and are turned into what the description names."""
        fields = self.methods[method]
        params: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, value in given.items():
            field = fields.get(name)
            if field is None:
                problems.append(Problem(name, "not among the described parameters"))
                continue
            try:
                params[name] = (
                    self._from_text(field["type"], value) if texts or self._serialised(field, value) else value
                )
            except ValueError:
                problems.append(Problem(name, f"no {field['type']}"))
        return params, problems + list(self._table(fields, params, ""))

    def call(self, method: str, params: dict[str, Any]) -> list[Problem]:
        """What breaks the description in parameters that are values already."""
        return self.read(method, params, texts=False)[1]

    def value(self, kind: str, value: Any) -> list[Problem]:
        """What breaks the type `kind` in `value`; unknown fields count, for a simulator must not invent any."""
        return list(self._kind(kind, value, kind))

    def _serialised(self, field: Field, value: Any) -> bool:
        """JSON bodies may hold an object or a list as JSON text, as the descriptions of such parameters say."""
        return isinstance(value, str) and not {"String", "Integer", "Boolean"} & set(field["type"].split(" or "))

    def _from_text(self, kind: str, text: str) -> Any:
        if not isinstance(text, str):
            raise ValueError(kind)
        if kind in {"Integer", "Integer or String"} and _WHOLE.fullmatch(text):
            return int(text)
        if kind in {"String", "Integer or String"}:
            return text
        if kind in {"Boolean", "True"}:
            if text.lower() not in _TRUTHS:
                raise ValueError(kind)
            return _TRUTHS[text.lower()]
        return json.loads(text)

    def _table(self, fields: dict[str, Field], given: dict[str, Any], where: str) -> Iterator[Problem]:
        for name, field in fields.items():
            place = f"{where}.{name}" if where else name
            if name not in given:
                if field["required"]:
                    yield Problem(place, "missing")
                continue
            yield from self._kind(field["type"], given[name], place)
            yield from _limits(field, given[name], place)

    def _kind(self, kind: str, value: Any, where: str) -> Iterator[Problem]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                yield Problem(where, f"no {kind}")
                return
            for index, item in enumerate(value):
                yield from self._kind(kind.removeprefix("Array of "), item, f"{where}[{index}]")
            return
        choices = self.one_of.get(kind) or re.split(r" or |, | and ", kind)
        if choices != [kind]:
            found = [list(self._kind(choice, value, where)) for choice in choices]
            if all(found):  # nothing fits: tell about what came closest
                yield from min(found, key=lambda problems: (problems[0].where == where, len(problems)))
            return
        match kind:
            case "Integer":
                fits = isinstance(value, int) and not isinstance(value, bool)
            case "Float":
                fits = isinstance(value, int | float) and not isinstance(value, bool)
            case "String":
                fits = isinstance(value, str)
            case "Boolean":
                fits = isinstance(value, bool)
            case "True":
                fits = value is True
            case _:
                fits = isinstance(value, dict) and kind in self.types
        if not fits:
            yield Problem(where, f"no {kind}")
        elif isinstance(value, dict):
            for name in value.keys() - self.types[kind].keys():
                yield Problem(f"{where}.{name}", f"not among the described fields of {kind}")
            yield from self._table(self.types[kind], value, where)
            yield from self._buttons(kind, value, where)

    def _buttons(self, kind: str, value: dict[str, Any], where: str) -> Iterator[Problem]:
        """Rules about buttons that stand in sentences: how many, and that each does exactly one thing."""
        if kind == "InlineKeyboardMarkup" and isinstance(rows := value.get("inline_keyboard"), list):
            lengths = [len(row) for row in rows if isinstance(row, list)]
            if sum(lengths) > self.limits["inline_buttons_total"]:
                yield Problem(where, "too many buttons")
            if any(length > self.limits["inline_buttons_per_row"] for length in lengths):
                yield Problem(where, "too many buttons in a row")
        if kind == "InlineKeyboardButton" and len(value.keys() - {"text", "icon_custom_emoji_id", "style"}) != 1:
            yield Problem(where, "a button does exactly one thing")


def _limits(field: Field, value: Any, where: str) -> Iterator[Problem]:
    size: int | None = None
    match field.get("unit"), value:
        case "characters", str():
            size = units(value)
        case "bytes", str():
            size = len(value.encode())
        case "value", int():
            size = value
        case "items", list():
            size = len(value)
    if size is not None and size < field.get("min", size):
        yield Problem(where, f"fewer than {field['min']} {field['unit']}")
    if size is not None and size > field.get("max", size):
        yield Problem(where, f"more than {field['max']} {field['unit']}")
    if isinstance(value, str) and not re.fullmatch(field.get("pattern", "(?s:.*)"), value):
        yield Problem(where, "not of the described form")
