"""Windows of Chromium that tests have one after the other, each as a new one: to open one takes half a second of the
processor, to have it forget what was in it a tenth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from tests.conftest import PATIENCE_MS

SUMMED_SHIFTS = """window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(one => {
  if (!one.hadRecentInput) window.shift += one.value;
})).observe({type: "layout-shift", buffered: true})"""
"""A script for the beginning of pages: how much of the window has jumped without a reader's doing."""


class Windows:
    """The windows that no test has now, by what is set when one is opened."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[tuple[tuple[str, Any], ...], list[Page]] = defaultdict(list)

    @contextmanager
    def window(
        self,
        address: str,
        width: int = 1280,
        height: int = 900,
        *,
        complaints: list[str] | None = None,
        begins_with: str | None = None,
        **settings: Any,
    ) -> Iterator[Page]:
        """Lend a window in which nothing is open.

        :param address: the room it is for, of which it forgets everything afterwards.
        :param complaints: what the browser complains about is added to it.
        :param begins_with: a script that every page begins with.
        :param settings: those of Playwright's ``new_context``.
        """
        free = self._free[(("begins_with", begins_with), *sorted(settings.items()))]
        page = free.pop() if free else self._opened(begins_with, settings)
        page.set_viewport_size({"width": width, "height": height})
        page.context.set_default_timeout(PATIENCE_MS)

        def complain(told: ConsoleMessage | Error) -> None:
            if complaints is not None:
                complaints.append(told.text if isinstance(told, ConsoleMessage) else str(told))

        page.on("console", complain)
        page.on("pageerror", complain)
        yield page
        page.remove_listener("console", complain)
        page.remove_listener("pageerror", complain)
        try:
            _forget(page, address)
        except Error:  # It was closed, or is on its way to another page: the next test has a new one.
            page.context.close()
        else:
            free.append(page)

    def close(self) -> None:
        """Close them all."""
        for page in [page for pages in self._free.values() for page in pages]:
            page.context.close()

    def _opened(self, begins_with: str | None, settings: dict[str, Any]) -> Page:
        page = self._browser.new_context(**settings).new_page()
        if begins_with is not None:
            page.add_init_script(begins_with)
        return page


def _forget(page: Page, address: str) -> None:
    """Have a window be as a new one: nothing is kept of the room, and nothing is emulated."""
    context = page.context
    for other in context.pages:
        if other is not page:
            other.close()
    page.unroute_all()
    context.set_offline(False)
    page.emulate_media(media="null", color_scheme="null")
    if page.url.startswith(address):
        # Scripts keep how a page was left when it is left.
        page.evaluate("Storage.prototype.setItem = () => {}; sessionStorage.clear()")
    page.goto("about:blank")
    context.clear_cookies()
    context.clear_permissions()
    devtools = context.new_cdp_session(page)
    devtools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    devtools.send("Network.clearBrowserCache")
    devtools.detach()
