"""Reusable Chromium windows for tests.

Opening one takes half a second of CPU, clearing one a tenth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Worker

from tests.conftest import PATIENCE_MS

SUMMED_SHIFTS = """window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(one => {
  if (!one.hadRecentInput) window.shift += one.value;
})).observe({type: "layout-shift", buffered: true})"""
"""A script that sums up the layout shift of a page, without shifts caused by input."""


class Windows:
    """A pool of unused windows, by their settings."""

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
        """Yield a blank window.

        :param address: the URL of the server, whose data are cleared afterwards.
        :param complaints: a list to which console errors are appended.
        :param begins_with: a script that runs at the start of every page.
        :param settings: those of Playwright's ``new_context``.
        """
        free = self._free[(("begins_with", begins_with), *sorted(settings.items()))]
        page = free.pop() if free else self._opened(begins_with, settings)
        page.set_viewport_size({"width": width, "height": height})
        page.context.set_default_timeout(PATIENCE_MS)

        def complain(told: ConsoleMessage | Error) -> None:
            if complaints is not None:
                complaints.append(told.text if isinstance(told, ConsoleMessage) else str(told))

        workers: list[Worker] = []

        def begin(worker: Worker) -> None:
            workers.append(worker)

        page.context.on("serviceworker", begin)
        page.on("console", complain)
        page.on("pageerror", complain)
        yield page
        page.remove_listener("console", complain)
        page.remove_listener("pageerror", complain)
        page.context.remove_listener("serviceworker", begin)
        try:
            # Chromium may never answer when the data of a service worker are cleared.
            is_free = not workers
            if is_free:
                _forget(page, address)
        except Error:  # It was closed, or is navigating: the next test gets a new one.
            is_free = False
        if is_free:
            free.append(page)
        else:
            page.context.close()

    def close(self) -> None:
        """Close all windows."""
        for page in [page for pages in self._free.values() for page in pages]:
            page.context.close()

    def _opened(self, begins_with: str | None, settings: dict[str, Any]) -> Page:
        page = self._browser.new_context(**settings).new_page()
        if begins_with is not None:
            page.add_init_script(begins_with)
        return page


def _forget(page: Page, address: str) -> None:
    """Clear the data of the server and all emulation in a window."""
    context = page.context
    for other in context.pages:
        if other is not page:
            other.close()
    page.unroute_all()
    context.set_offline(False)
    page.emulate_media(media="null", color_scheme="null")
    if page.url.startswith(address):
        # Scripts store the state of a page when it is left.
        page.evaluate("Storage.prototype.setItem = () => {}; sessionStorage.clear()")
    page.goto("about:blank")
    context.clear_cookies()
    context.clear_permissions()
    devtools = context.new_cdp_session(page)
    devtools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    devtools.send("Network.clearBrowserCache")
    devtools.detach()
