"""`python -m bot.app public` (or worker, desk, bell): one role in this process, soon up.

Modules being loaded leave nothing behind that only the garbage collector could free, and its looking takes a seventh
of the start. What is loaded stays for ever and is never looked at again.
"""

from __future__ import annotations

import gc
import sys


def main(role: str) -> None:
    """Run one role until it is told to stop."""
    gc.disable()
    match role:
        case "public":
            from bot.app.public import main as run
        case "worker":
            from bot.app.worker import main as run
        case "desk":
            from bot.app.desk import main as run
        case "bell":
            from bot.app.bell import main as run
        case _:
            sys.exit("one of: public, worker, desk, bell")
    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main(sys.argv[-1])
