"""Follow every link on the pages of an archive, and report those that return an error.

Usage: ``python -m benchmarks.links HOME [--each 40] [--of-view 200] [--under /findings]``

The crawl starts at the search page, the findings and their files. URLs that differ only in values (the same view, the
same parameter names) are alike: of each kind ``--each`` are requested, of each view ``--of-view``; but every cell of a
finding. With ``--under``, only URLs with this prefix are requested. A status of 400 or more is printed with the page
that has the link.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from archive.archive import Archive
from archive.config import Settings
from archive.findings.files import SHIPPED
from indexer.images.pages import SandboxedRenderer
from webapp import create_app

ROOTS = ("/", "/findings", "/vendors", "/review", "/templates", "/lists", "/collections", "/jobs", "/api")
FORMS = ("csv", "xlsx", "json", "ocds")
_LINK = re.compile(r'(?:href|src)="([^"#]+)[^"]*"')
_HOST = "localhost"


@dataclass(frozen=True, slots=True)
class Broken:
    """A link that returns an error, and the page that has it."""

    address: str
    status: int
    printed_by: str


class Crawl:
    """A breadth-first crawler. ``opened`` counts the URLs of each view."""

    def __init__(
        self, app: Flask, each: int, of_view: Callable[[str], int], under: str = "/", whole: Collection[str] = ()
    ) -> None:
        """:param each: how many URLs that are alike are requested.
        :param of_view: how many URLs of a view are requested.
        :param whole: the views of which every URL is requested.
        """
        self._client = app.test_client()
        self._views = app.url_map.bind(_HOST)
        self._each, self._of_view, self._under, self._whole = each, of_view, under, whole
        self._alike: Counter[tuple[object, ...]] = Counter()
        self._known: set[str] = set()
        self.opened: Counter[str] = Counter()

    def broken(self, roots: Iterable[str]) -> Iterator[Broken]:
        """Yield the links that return an error, on these pages and on all pages reachable from them."""
        due = deque((root, "") for root in roots if self._is_new(root))
        while due:
            address, printed_by = due.popleft()
            response = self._client.get(address)
            if response.status_code >= 400:
                yield Broken(address, response.status_code, printed_by)
            due += [(link, address) for link in links_in(response) if self._is_new(link)]
            response.close()

    def _is_new(self, address: str) -> bool:
        """Return whether a URL is to be requested: it is local, and the limits of its kind are not reached."""
        parts = urlsplit(address)
        if not address.startswith(self._under) or address in self._known:
            return False
        self._known.add(address)
        try:
            view, values = self._views.match(parts.path, "GET")
        except HTTPException:
            # No route matches, so the response will be an error; or the route only takes forms.
            return self._views.test(parts.path, "GET")
        kind = view, values.get("name"), values.get("form"), *sorted({name for name, _ in parse_qsl(parts.query)})
        self._alike[kind] += 1
        is_enough = self._alike[kind] > self._each or self.opened[view] >= self._of_view(address)
        if is_enough and view not in self._whole:
            return False
        self.opened[view] += 1
        return True


def links_in(response: TestResponse) -> list[str]:
    """Return the local URLs in a page, or in a finding as a file."""
    if response.status_code != 200:
        return []
    found: Iterable[str] = ()
    if response.mimetype == "text/html":
        found = map(unescape, _LINK.findall(response.text))
    elif response.mimetype == "text/csv":
        rows = csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff")))
        found = [row["address"] for row in rows if row.get("address")]
    elif response.mimetype == "application/json":
        found = list(_addresses(json.loads(response.text)))
    ours = (link.removeprefix(f"http://{_HOST}") for link in found)
    return [link for link in ours if link.startswith("/") and not link.startswith("//")]


def _addresses(value: object) -> Iterator[str]:
    """Yield the values of ``url`` at any depth of a JSON value."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "url" and isinstance(one, str):
                yield one
            else:
                yield from _addresses(one)
    elif isinstance(value, list):
        for one in value:
            yield from _addresses(one)


def finding_roots(events: Iterable[int]) -> Iterator[str]:
    """Yield the URLs of every shipped finding: its page, files and API, now and as of these events."""
    for name in sorted(file.stem for file in SHIPPED.glob("*.toml")):
        for moment in ("", *(f"?as_of={event}" for event in events)):
            yield f"/findings/{name}{moment}"
            yield f"/api/v1/findings/{name}{moment}"
            # OCDS exists only for findings that count procurements; their pages link to it.
            yield from (f"/findings/{name}.{form}{moment}" for form in FORMS if form != "ocds")
        yield from (f"/findings/{name}/changes?against={event}" for event in events)


def main() -> None:
    """Print the broken links, and the number of requests for each view."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--of-view", type=int, default=200)
    parser.add_argument("--under", default="/")
    options = parser.parse_args()
    with (
        Archive.open(options.home, Settings(), create=False) as archive,
        closing(SandboxedRenderer(archive.settings, archive.cache)) as renderer,
    ):
        newest = archive.catalog.events.newest()
        app, whole = create_app(archive, renderer), {"findings.cell"}
        crawl = Crawl(app, options.each, lambda _: options.of_view, options.under, whole)
        for one in crawl.broken([*ROOTS, *finding_roots((newest // 2, newest))]):
            print(f"{one.status} {one.address} (linked by {one.printed_by or 'the roots'})", flush=True)
    print(", ".join(f"{view} {count}" for view, count in sorted(crawl.opened.items())))


if __name__ == "__main__":
    main()
