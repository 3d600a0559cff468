"""A real browser for journeys: Debian's Chromium, headless, a fresh profile every time, no other host reachable."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

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
PATIENCE = 60_000
"""Milliseconds, for everything a page is waited for: browsers and services share few cores with other tests."""

expect.set_options(timeout=PATIENCE)


def until(condition: Callable[[], object], page: Page) -> None:
    """Wait for something the page cannot be asked about. The page lives on meanwhile."""
    ends = time.monotonic() + PATIENCE / 1_000
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        page.wait_for_timeout(50)


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


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """A browser of somebody nobody has seen before."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


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
    context = new_context(
        browser,
        viewport=viewport,
        locale=language,
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers="block",
        **more,
    )
    opened = Screen(context.new_page())
    yield opened
    context.close()
