"""WCAG 2.2 AA as far as a machine can tell."""

from __future__ import annotations

import json
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS: Final = ("serious", "critical")
OPTIONS: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def check_accessible(page: Page) -> None:
    """No serious or critical finding on what is shown now."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    serious = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found if one["impact"] in SERIOUS]
    assert not serious, json.dumps(serious, indent=1)
