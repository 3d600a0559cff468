"""A real browser for journeys: Debian's Chromium, headless, a fresh profile every time, no other host reachable."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

from tests.conftest import skip

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = ("127.0.0.1", "localhost", "[::1]")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A started browser; skips (strict: fails) where there is none."""
    if shutil.which(CHROMIUM) is None:
        skip("no chromium (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Screen:
    """One tab with what went wrong in it. `foreign` are hosts the page wanted; they are answered with a plain page."""

    page: Page
    problems: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._console)
        self.page.context.route("**/*", self._route)

    def check(self) -> None:
        """Fail on script errors and on anything the content security policy had to stop."""
        assert not self.problems, self.problems

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(message.text)

    def _route(self, route: Route, request: Request) -> None:
        host = request.url.split("/")[2].rpartition("@")[2]
        if host.startswith(LOCAL):
            route.continue_()
            return
        self.foreign.append(request.url)
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Elsewhere</title><p>Elsewhere")


@contextmanager
def screen(
    browser: Browser,
    *,
    language: str = "de",
    scheme: Literal["light", "dark"] = "light",
    size: dict[str, int] | None = None,
    **more: Any,
) -> Iterator[Screen]:
    """A tab of a person nobody has seen before."""
    viewport: Any = size or PHONE
    context = browser.new_context(
        viewport=viewport,
        locale=language,
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers="block",
        **more,
    )
    context.set_default_timeout(15_000)
    opened = Screen(context.new_page())
    yield opened
    context.close()
