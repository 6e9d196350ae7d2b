"""Measure the web application in a real browser: ``python -m benchmarks.room HOME``.

HOME is an archive; it is served by ``dosije serve`` and written to (a story, short links), so give a copy. ``--at URL``
uses one that is served already. Two parts, both by default: ``clicks`` counts those of typical tasks, ``figures``
measures the main pages. ``--firefox PATH`` uses Debian's Firefox instead of Chromium; a playwright newer than it may
send unsupported commands, and it has no layout shifts to measure. Every page, in light and in dark, is checked by
axe-core in ``tests/webapp/test_browser_every_page.py``.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from benchmarks.room import clicks
from benchmarks.room.figures import HEAD, RUNS, measure
from benchmarks.room.main_pages import made_story, main_pages, results
from benchmarks.serving import serving

CHROMIUM = "/usr/bin/chromium"


@contextmanager
def opened(firefox: Path | None) -> Iterator[Browser]:
    """Start a headless browser."""
    with sync_playwright() as playwright:
        if firefox is None:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        else:
            libraries = {"LD_LIBRARY_PATH": str(firefox.parent), "HOME": os.environ.get("TMPDIR", "/tmp")}
            browser = playwright.firefox.launch(
                executable_path=firefox, channel="moz-firefox", env={**os.environ, **libraries}
            )
        yield browser
        browser.close()


def _print_numbers(of: str, told: clicks.NumbersToWords) -> None:
    by_count = ", ".join(f"{count} in {number} clicks" for number, count in sorted(told.clicks.items()))
    print(f"numbers of {of} to their words (goal {clicks.TO_WORDS}): {by_count or 'none'}")
    print(f"numbers of {of} that lead to no words: {len(told.wordless)}")
    for wordless in told.wordless:
        print(f"  {wordless}")


def count_clicks(browser: Browser, address: str, query: str, words: str, each: int) -> None:
    """Print the clicks of typical tasks with their goals."""
    _print_numbers("findings", clicks.numbers_to_words(browser, address, each))
    _print_numbers("profiles", clicks.profiles_to_words(browser, address, each))
    clause = next(page.path for page in main_pages(address, query, None) if page.name == "clause")
    print(f"clause to rich citation (goal {clicks.TO_CITATION}):", clicks.clause_to_citation(browser, address, clause))
    print(f"ten papers into a story (goal {clicks.TO_STORY}):", clicks.papers_into_story(browser, address, query))
    for step, count in clicks.lawyers_day(browser, address, words):
        print(f"{step}: {count}")


def print_figures(browser: Browser, address: str, query: str, runs: int, *, story: bool) -> None:
    """Print the figures of the main pages, and the complaints of the browser and axe-core."""
    made = made_story(address, results(address, query, 10)) if story else None
    print(HEAD)
    found = []
    for page in main_pages(address, query, made):
        found.append(measure(browser, address, page, runs))
        print(found[-1].line(), flush=True)
    for one in found:
        for text in (*one.complaints, *one.axe):
            print(f"{one.name}: {text}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the selected parts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--at", help="where the archive is served already")
    parser.add_argument("--parts", nargs="*", default=["clicks", "figures"], choices=["clicks", "figures"])
    parser.add_argument("--query", default="kamere", help="what the search page asks for")
    parser.add_argument("--words", default="ugovorna kazna", help="the words of the lawyer's clause")
    parser.add_argument("--each", type=int, default=3, help="numbers of each finding that are clicked")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--no-story", action="store_true", help="make none: nothing is written by the program itself")
    parser.add_argument("--firefox", type=Path, help="the program of Firefox")
    options = parser.parse_args(arguments)
    if (options.home is None) == (options.at is None):
        parser.error("give either a HOME or --at URL")

    def run(address: str) -> None:
        with opened(options.firefox) as browser:
            if "clicks" in options.parts:
                count_clicks(browser, address, quote(options.query), options.words, options.each)
            if "figures" in options.parts:
                print_figures(browser, address, options.query, options.runs, story=not options.no_story)

    if options.at:
        run(options.at.rstrip("/"))
        return
    with serving(options.home) as server:
        run(f"http://127.0.0.1:{server.port}")


if __name__ == "__main__":
    main()
