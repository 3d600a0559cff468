"""The web chat: its wire format, its limits and the page itself."""

from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"
