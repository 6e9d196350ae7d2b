"""Measure pages in a browser: largest paint, layout shift, bytes, requests, width, console errors, axe-core violations.

Each page is opened several times in a new window with an empty cache, over a connection like Lighthouse's for desktops
(40 ms, 10 Mbit/s); the median time is reported. Then it is scrolled to its end, so that shifts by lazy loading count,
too.
"""

from __future__ import annotations

import gzip
import statistics
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from benchmarks.room.main_pages import MainPage

RUNS = 3
CONNECTION = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
GOALS = {"largest": 1000, "shift": 0.02, "html": 100_000, "gzipped": 20_000, "wider": 0, "complaints": 0, "axe": 0}
"""Upper limits for a page: milliseconds, share, bytes, bytes, pixels, and counts."""

_OBSERVE = """
window.measured = { paint: 0, shift: 0, refused: [] };
const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({ type, buffered: true });
observe("largest-contentful-paint", (entry) => { window.measured.paint = entry.startTime; });
observe("layout-shift", (entry) => { if (!entry.hadRecentInput) { window.measured.shift += entry.value; } });
document.addEventListener("securitypolicyviolation", (event) => {
  window.measured.refused.push(`${event.violatedDirective}: ${event.blockedURI}`);
});
"""
_REST = 1000
"""Milliseconds after the load event when a page in Firefox is considered idle."""

_SCROLL = """async () => {
  for (let at = 0; at < document.documentElement.scrollHeight && at < 20000; at += innerHeight) {
    scrollTo(0, at);
    await new Promise((done) => setTimeout(done, 60));
  }
}"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


@dataclass(frozen=True, slots=True)
class PageFigures:
    """The figures of a page: times in ms, sizes in bytes.

    ``wider`` is the overflow in pixels of a window 320 pixels wide.
    """

    name: str
    status: int
    largest: float
    shift: float
    html: int
    gzipped: int
    requests: int
    wider: int
    complaints: tuple[str, ...]
    axe: tuple[str, ...]

    @property
    def missed(self) -> list[str]:
        """The goals that it misses."""
        counted = {"complaints": len(self.complaints), "axe": len(self.axe)}
        given = {name: counted[name] if name in counted else getattr(self, name) for name in GOALS}
        return [name for name, most in GOALS.items() if given[name] > most]

    def line(self) -> str:
        """Return a row of a Markdown table."""
        missed = ", ".join(self.missed) or "–"
        return (
            f"| {self.name} | {self.largest:.0f} ms | {self.shift:.3f} | {self.html / 1000:.1f} | "
            f"{self.gzipped / 1000:.1f} | {self.requests} | {self.wider} | {len(self.complaints)} | {len(self.axe)} | "
            f"{missed} |"
        )


HEAD = (
    "| page | largest paint | shift | HTML kB | gzip kB | requests | wider at 320 | complaints | axe | missed |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def measure(browser: Browser, address: str, one: MainPage, runs: int = RUNS) -> PageFigures:
    """Open a page, and measure it."""
    url = address + one.path
    status, html, gzipped = _sizes(url)
    _load(browser, url)  # pictures of pages are drawn once
    times = [_load(browser, url) for _ in range(runs)]
    complaints = sorted({text for _, _, _, said in times for text in said})
    return PageFigures(
        one.name,
        status,
        statistics.median(paint for paint, _, _, _ in times),
        max(shift for _, shift, _, _ in times),
        html,
        gzipped,
        times[0][2],
        _overrun(browser, url),
        tuple(complaints),
        tuple(_violations(browser, url)),
    )


def _sizes(url: str) -> tuple[int, int, int]:
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"})) as answer:
        sent = answer.read()
        packed = answer.headers["Content-Encoding"] == "gzip"
        return answer.status, len(gzip.decompress(sent) if packed else sent), len(sent)


def _load(browser: Browser, url: str) -> tuple[float, float, int, list[str]]:
    """Return the largest paint, the layout shift to the end of the page, requests until it is idle, and complaints."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en") as context:
        page = context.new_page()
        complaints: list[str] = []
        requests: list[str] = []
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text[:200]}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {str(error)[:200]}"))
        page.on("request", lambda request: requests.append(request.url))
        page.add_init_script(_OBSERVE)
        if browser.browser_type.name == "chromium":
            context.new_cdp_session(page).send("Network.emulateNetworkConditions", CONNECTION)
        page.goto(url)
        if browser.browser_type.name == "chromium":
            page.wait_for_load_state("networkidle")
        else:  # Firefox does not report every cached request to playwright.
            page.wait_for_timeout(_REST)
        count = len(requests)
        page.evaluate(_SCROLL)
        measured: dict[str, Any] = page.evaluate("window.measured")
        complaints += [f"refused: {text}" for text in measured["refused"]]
        return measured["paint"], measured["shift"], count, complaints


def _overrun(browser: Browser, url: str) -> int:
    with browser.new_context(viewport={"width": 320, "height": 700}, locale="en") as context:
        page = context.new_page()
        page.goto(url)
        return int(page.evaluate(_WIDER))


def _violations(browser: Browser, url: str) -> list[str]:
    """Return the axe-core violations in light and in dark."""
    found = set()
    for light in ("light", "dark"):
        with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en", color_scheme=light) as context:
            page: Page = context.new_page()
            page.goto(url)
            page.evaluate(Axe().axe_script)
            for each in page.evaluate("rules => axe.run(rules).then(found => found.violations)", _RULES):
                found |= {f"{light}: {each['id']}: {node['html'][:120]}" for node in each["nodes"]}
    return sorted(found)
