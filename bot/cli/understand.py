"""`understand` (also `--explain`), `understand train`, `understand corpus`: for work on the understanding."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(invoke_without_command=True)
    group.callback()(understand)
    group.command("train")(train)
    group.command("corpus")(corpus)
    app.add_typer(group, name="understand")


def understand(
    context: typer.Context,
    explain: Annotated[str | None, typer.Option(help="Say in words what this text means and why.")] = None,
) -> None:
    """Read JSON lines {"id","text"} and write {"id","lang","action","crisis","intents"}. Exit 1 at a broken line."""
    if context.invoked_subcommand is not None:
        return
    if explain is not None:
        from bot.understanding.explain import explained

        typer.echo(explained(explain))
        return
    from bot.understanding.line import to_json_line

    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            identifier, text = asked["id"], asked["text"]
            if not isinstance(identifier, str) or not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            typer.echo(f'line {number} is not {{"id": "…", "text": "…"}}', err=True)
            raise typer.Exit(1) from None
        typer.echo(to_json_line(identifier, text))


def train(
    corpus: Annotated[
        Path | None, typer.Option(help="Folder with de/ and nl/; default: the corpus of the room")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for weights.bin and metrics.json; default: the room")] = None,
) -> None:
    """Train on the corpus, write weights.bin and metrics.json. Needs numpy. Exit 1 if the corpus is wrong."""
    from bot.understanding.training.corpus import FOLDER, CorpusWrong, read_corpus
    from bot.understanding.training.fit import write

    try:
        rows = read_corpus(corpus or FOLDER)
    except CorpusWrong as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for path in write(rows, out, say=lambda step: typer.echo(step, err=True)):
        typer.echo(f"{path} ({path.stat().st_size} bytes)")


def corpus() -> None:
    """Check the corpus: labels, counts, near-duplicates. Needs rapidfuzz. Exit 1 if anything must be changed."""
    from bot.understanding.training.corpus import CorpusWrong, read_corpus
    from bot.understanding.training.near import counts, near_duplicates

    try:
        rows = read_corpus()
    except CorpusWrong as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for line in counts(rows):
        typer.echo(line)
    found = near_duplicates(rows)
    for one, other, ratio in found:
        typer.echo(f"{ratio:.2f} {one.scenario} and {other.scenario}: {other.text}")
    typer.echo(f"near-duplicates: {len(found)}")
    if found:
        raise typer.Exit(1)
