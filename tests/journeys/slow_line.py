"""A slow line for one call of a page: it is held at a point until the test lets it go on; later ones pass."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.browser import until

SCRIPT = """(() => {
  const waiting = [];
  const at = (point, url) => `${point} ${new URL(url, location.href).pathname}`;
  const line = {
    held: null,
    get waiting() { return waiting.length; },
    go() { for (const go of waiting.splice(0)) go(); },
  };
  const pass = async (point, url) => {
    if (line.held !== at(point, url)) return;
    line.held = null;
    await new Promise((go) => waiting.push(go));
  };
  const { fetch } = window;
  const { text } = Response.prototype;
  window.fetch = async (url, options) => {
    await pass("ask", url);
    const answer = await fetch(url, options);
    await pass("answer", url);
    return answer;
  };
  Response.prototype.text = async function () {
    const words = await text.call(this);
    await pass("words", this.url);
    return words;
  };
  window.line = line;
})()"""


class SlowLine:
    """Points are `ask` (the call has not left), `answer` (it has arrived), `words` (its body has), with a path.

    Holds for every page opened in this tab from now on.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        page.add_init_script(SCRIPT)

    def hold(self, point: str, path: str) -> None:
        """The next call that comes there stays there."""
        self._page.evaluate("point => { line.held = point; }", f"{point} {path}")

    def holds(self) -> None:
        """Wait until a call stands there."""
        until(lambda: self._page.evaluate("line.waiting") > 0, self._page)

    def go(self) -> None:
        self._page.evaluate("line.go()")
