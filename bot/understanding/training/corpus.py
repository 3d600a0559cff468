"""The labelled messages of the corpus, read strictly: a label nobody knows stops the training."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

import yaml

from bot.understanding.results import Intent, Spoken

FOLDER: Final = Path(__file__).parent.parent / "corpus"
CRISES: Final = ("none", "suicide", "self_harm", "danger_now", "assault")
OWN_WORDS: Final = frozenset({"emergency", "help", "wrong_picture"})
"""Words of the frame around the chat: known from lists, never trained."""
LABELS: Final = tuple(sorted(set(get_args(Intent)) - OWN_WORDS))

_FLAGS: Final = ("must", "indirect", "hard", "ambiguous", "third")
_FIELDS: Final = frozenset({"scenario", "crisis", "intent", "lines", "also", *_FLAGS})


class CorpusWrong(Exception):
    """A block of the corpus cannot be used as it is; the message names file and scenario."""


class _TextLoader(yaml.SafeLoader):
    """YAML whose every scalar stays text: `intent: no` is the label "no"."""

    yaml_implicit_resolvers: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message with its labels. `scenario` and `language` together name the situation it was invented for."""

    text: str
    language: Spoken
    scenario: str
    crisis: str
    intent: str
    also: tuple[str, ...] = ()
    flags: frozenset[str] = field(default_factory=frozenset)


def read_corpus(folder: Path = FOLDER) -> list[Labelled]:
    """All messages, in a fixed order. Raises CorpusWrong at the first mistake."""
    found: list[Labelled] = []
    for language in get_args(Spoken):
        scenarios: set[str] = set()
        messages: dict[str, str] = {}
        for file in sorted((folder / language).glob("*.yaml")):
            rows = read_file(file, language)
            if twice := scenarios & {row.scenario for row in rows}:
                raise CorpusWrong(f"{language}/{file.name}: {sorted(twice)} stands in another file as well")
            scenarios |= {row.scenario for row in rows}
            for row in rows:
                if row.text.casefold() in messages:
                    other = messages[row.text.casefold()]
                    raise CorpusWrong(f"{language}/{file.name}: a message of {row.scenario} stands in {other} as well")
                messages[row.text.casefold()] = row.scenario
            found.extend(rows)
    return found


def read_file(path: Path, language: Spoken) -> list[Labelled]:
    """The messages of one file of blocks. Raises CorpusWrong."""
    try:
        blocks = yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise CorpusWrong(f"{path.name}: {error}") from None
    if not isinstance(blocks, list):
        raise CorpusWrong(f"{path.name}: a list of blocks is expected")
    rows = [row for block in blocks for row in _rows(block, path, language)]
    names = [block["scenario"] for block in blocks]
    if len(names) != len(set(names)):
        raise CorpusWrong(f"{path.name}: a scenario stands here twice")
    return rows


def _rows(block: Any, path: Path, language: Spoken) -> Iterator[Labelled]:
    where = f"{path.name}: {block.get('scenario') if isinstance(block, dict) else block!r}"
    if not isinstance(block, dict) or not {"scenario", "crisis", "intent", "lines"} <= block.keys():
        raise CorpusWrong(f"{where}: scenario, crisis, intent and lines are needed")
    if unknown := block.keys() - _FIELDS:
        raise CorpusWrong(f"{where}: unknown {sorted(unknown)}")
    also = block.get("also") or []
    if block["crisis"] not in CRISES or not {block["intent"], *also} <= set(LABELS):
        raise CorpusWrong(f"{where}: unknown label in {block['crisis']}, {block['intent']}, {also}")
    if wrong := [name for name in _FLAGS if block.get(name, "true") != "true"]:
        raise CorpusWrong(f"{where}: {wrong} can only be true")
    flags = frozenset(name for name in _FLAGS if name in block)
    for line in filter(None, map(str.strip, block["lines"].splitlines())):
        yield Labelled(line, language, block["scenario"], block["crisis"], block["intent"], tuple(also), flags)


def digest(rows: Sequence[Labelled]) -> str:
    """Tells whether weights were trained on exactly these messages and labels."""
    text = "\n".join(
        "\t".join((row.language, row.scenario, row.crisis, row.intent, *row.also, *sorted(row.flags), row.text))
        for row in rows
    )
    return hashlib.sha256(text.encode()).hexdigest()
