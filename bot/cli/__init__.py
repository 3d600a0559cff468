"""The program `wegweiser`. One module per command group; each imports its rooms only when it runs.

Exit codes: 0 done · 1 findings or refused · 2 wrong use · 3 the database cannot be reached.
"""

from __future__ import annotations

import sys

import typer

from bot.cli.case import add_to as add_case
from bot.cli.clock import add_to as add_clock
from bot.cli.content import add_to as add_content
from bot.cli.evidence import add_to as add_evidence
from bot.cli.run import add_to as add_run
from bot.cli.staff import add_to as add_staff
from bot.cli.understand import add_to as add_understand

app = typer.Typer(
    name="wegweiser",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A helpline's bot, evidence store and desk. Settings: WEGWEISER_CONFIG and WEGWEISER_… (README.md).",
)
add_run(app)
add_content(app)
add_understand(app)
add_staff(app)
add_evidence(app)
add_case(app)
add_clock(app)


def main() -> None:
    """Entry point: expected failures end in one line and an exit code, never in a traceback."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - told apart below; the kinds are only loaded when there is a failure
        sys.exit(_explained(error))


def _explained(error: Exception) -> int:
    """One line about an expected failure and its exit code. Raises what was not expected."""
    from pydantic import ValidationError

    from bot.db.store import StoreUnavailable

    match error:
        case ValidationError():
            for problem in error.errors(include_url=False, include_input=False, include_context=False):
                name = "__".join(str(part) for part in problem["loc"]).upper()
                print(f"setting WEGWEISER_{name}: {problem['msg']}", file=sys.stderr)  # noqa: T201
            return 2
        case StoreUnavailable():
            print(f"the database cannot be reached ({error})", file=sys.stderr)  # noqa: T201
            return 3
        case _:
            raise error
