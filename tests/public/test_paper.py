"""A ready-made text in the web chat: shown whole, copied, saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.channels.contract import Inbound, Message
from tests.journeys.browser import chromium, screen
from tests.public.accessible import check_accessible
from tests.public.small_house import SmallHouse, running

pytestmark = pytest.mark.browser
NOTICE = "Meldung nach Artikel 16\n\nLink: […]\nGrund: <b>ohne Einwilligung</b>"


def reply(inbound: Inbound) -> tuple[Message, ...]:
    return (Message("bot", "Kopiere diesen Text:"), Message("bot", NOTICE, paper=True)) if inbound.start else ()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_paper_is_copied_and_saved_as_it_is(browser: Browser, scheme: str) -> None:
    with running(SmallHouse(reply=reply)) as site, screen(browser, language="de", scheme=scheme) as opened:  # type: ignore[arg-type]  # the two above
        page = opened.page
        page.goto(site)
        paper = page.locator(".paper")
        expect(paper.locator(".paper-text")).to_have_text(NOTICE)
        check_accessible(page)
        page.evaluate("addEventListener('copy', () => { window.copied = getSelection().toString(); })")
        paper.get_by_role("button", name="Kopieren").click()
        expect(paper.get_by_role("button", name="Kopiert")).to_be_visible()
        assert page.evaluate("window.copied") == NOTICE
        with page.expect_download() as saved:
            paper.get_by_role("button", name="Als Datei sichern").click()
        assert saved.value.suggested_filename == "text.txt", "the name of the file tells nobody anything"
        assert Path(saved.value.path()).read_text(encoding="utf-8") == NOTICE + "\n"
        opened.check()
