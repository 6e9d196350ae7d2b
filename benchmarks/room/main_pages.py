"""The main pages of an archive, which are measured and photographed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

SIGNED = "Ana"


@dataclass(frozen=True, slots=True)
class MainPage:
    """A page with its name in the tables."""

    name: str
    path: str


def main_pages(address: str, query: str, story: str | None) -> list[MainPage]:
    """Return the main pages of a served archive, with results of a query.

    Pages that this archive does not have are left out. ``story`` is the path of a story, if there is one.
    """
    asked = urlencode({"q": query})
    hits = _json(address, f"/api/v1/search?{asked}&limit=50")["hits"]
    if not hits:
        raise SystemExit(f"Nothing is found with {query!r}: say other words with --query.")
    first = hits[0]["id"]
    longest = max(
        (hit["id"] for hit in hits[:20]), key=lambda id_: len(_json(address, f"/api/v1/documents/{id_}")["pages"])
    )
    at = hits[0]["pages"][0]["number"] if hits[0]["pages"] else 1
    pages = [
        MainPage("front", "/"),
        MainPage("search", f"/?{asked}"),
        MainPage("document", f"/documents/{first}?{asked}"),
        MainPage("document, long", f"/documents/{longest}?{asked}"),
        MainPage("page", f"/documents/{first}/pages/{at}?{asked}&match=1"),
        MainPage("findings", "/findings"),
        MainPage("finding", "/findings/spending"),
        MainPage("places", "/places"),
        MainPage("clause desk", "/desk"),
        MainPage("review", "/review"),
    ]
    clauses = _json(address, f"/api/v1/search?unit=clauses&kind=contract&{urlencode({'q': ''})}&limit=1")["hits"]
    if clauses:
        at_clause = f"/documents/{clauses[0]['id']}/clauses/{quote(clauses[0]['eid'])}"
        pages += [MainPage("clause", at_clause), MainPage("citation", _cited(address, at_clause))]
    vendor = re.search(r'href="(/vendors/(?!candidates)[^"?/]+)', _text(address, "/vendors"))
    if vendor:
        pages.append(MainPage("vendor", unescape(vendor[1])))
    place = re.search(r'href="(/places/[^"?#]+)', _text(address, "/places"))
    if place:
        pages.append(MainPage("place", unescape(place[1])))
    return [*pages, MainPage("story", story)] if story else pages


def results(address: str, query: str, most: int) -> list[str]:
    """Return the paths of the first documents that a query finds."""
    found = _json(address, f"/api/v1/search?{urlencode({'q': query})}&limit={most}")["hits"]
    return [f"/documents/{hit['id']}" for hit in found]


def made_story(address: str, items: list[str]) -> str:
    """Make a story of these items, and return its path."""
    form = urlencode([("title", "SPECIMEN"), ("by", SIGNED), *(("item", item) for item in items)])
    request = Request(f"{address}/stories", form.encode(), {"Origin": address, "Accept": "application/json"})
    with urlopen(request) as answer:
        told = json.load(answer)
    return str(told["url"])


def _cited(address: str, clause: str) -> str:
    """Return the path of the citation of a clause."""
    link = re.search(r'href="(/cite/[^"]+)"', _text(address, clause))
    if link is None:
        raise SystemExit(f"The page {clause} has no link to its citation.")
    return unescape(link[1])


def _page_count(address: str, id_: str) -> int:
    return len(_json(address, f"/api/v1/documents/{id_}")["pages"])


def _json(address: str, path: str) -> Any:
    return json.loads(_text(address, path))


def _text(address: str, path: str) -> str:
    with urlopen(address + path) as answer:
        text: str = answer.read().decode()
    return text
